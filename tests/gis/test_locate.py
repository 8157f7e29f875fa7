"""The locator against exact arithmetic, one point and one edge at a time."""

from fractions import Fraction

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from gis import chain
from gis.errors import Refusal
from gis.lattice import from_lattice, to_lattice
from gis.locating.locate import BLOCK, Locator

ORIGIN = np.array([1_054_400_000, 288_800_000])
SPANS = (3, 40, 300, 100_000, 30_000_000)  # lattice units: from a few points to more than a city
seeds = st.integers(0, 2**32 - 1)
spans = st.sampled_from(SPANS)


def degrees(units):
    return from_lattice(np.asarray(units) + ORIGIN)


def on_border(edges, x, y):
    """Exactly on one of the edges, in whole numbers of any size."""
    return any(
        (bx - ax) * (y - ay) == (by - ay) * (x - ax) and min(ax, bx) <= x <= max(ax, bx) and min(ay, by) <= y <= max(ay, by)
        for (ax, ay), (bx, by) in edges
    )


def inside(edges, x, y):
    """Even-odd rule along a ray to the left, in fractions."""
    crossed = [Fraction((bx - ax) * (y - ay), by - ay) + ax < x for (ax, ay), (bx, by) in edges if (ay > y) != (by > y)]
    return sum(crossed) % 2 == 1


def expected(faces, codes, lonlat):
    """Owner, on_border and further faces of each point by the rule of the design, slowly."""
    table = chain.edges(faces)
    pairs = list(zip(table.start.tolist(), table.end.tolist(), strict=True))
    edges = [[pairs[i] for i in np.flatnonzero(table.face == face)] for face in range(len(faces))]
    answers = []
    for x, y in to_lattice(lonlat).tolist():
        touching = [face for face in range(len(faces)) if on_border(edges[face], x, y)]
        within = [face for face in range(len(faces)) if face not in touching and inside(edges[face], x, y)]
        holders = sorted(within, key=codes.__getitem__) + sorted(touching, key=codes.__getitem__)
        further = sorted(holders[1:], key=codes.__getitem__)
        answers.append((holders[0] if holders else -1, bool(touching) and not within, further))
    return answers


def answered(found):
    return [(int(f), bool(b), found.also[i].tolist()) for i, (f, b) in enumerate(zip(found.face, found.on_border, strict=True))]


def codes_for(faces, rng):
    return [f"{code:03d}" for code in rng.permutation(len(faces))]


def points_for(faces, span, rng):
    """Some anywhere, all vertices, and the middles of edges, which rounding puts a hair off the border."""
    anywhere = rng.integers(-1, span + 2, (40, 2))
    vertices = to_lattice(shapely.get_coordinates(faces)) - ORIGIN
    middles = (vertices[1:] + vertices[:-1]) // 2
    return degrees(np.concatenate([anywhere, vertices, middles]))


def any_polygons(span, rng):
    """Rings of any kind: overlapping, crossing themselves, some valid and some with a hole."""
    faces = []
    while len(faces) < rng.integers(1, 7):
        ring = degrees(rng.integers(0, span + 1, (rng.integers(3, 9), 2)))
        face = shapely.Polygon(ring)
        if face.is_valid and rng.random() < 0.5:
            hole = shapely.Polygon(degrees(rng.integers(0, span + 1, (3, 2))))
            face = face.difference(hole) if hole.is_valid else face
        if face.geom_type in ("Polygon", "MultiPolygon") and len(chain.edges([face]).face):
            faces.append(face)
    return np.array(faces)


def tiling(span, rng):
    """Triangles between lattice points, dissolved by random labels: holes, enclaves, parts, faces touching."""
    corners = [(0, 0), (span, 0), (span, span), (0, span)]
    nodes = np.unique(np.concatenate([corners, rng.integers(0, span + 1, (rng.integers(1, 14), 2))]), axis=0)
    triangles = shapely.get_parts(shapely.delaunay_triangles(shapely.multipoints(degrees(nodes))))
    label = rng.integers(0, rng.integers(1, 6), len(triangles))
    faces = np.array([shapely.coverage_union_all(triangles[label == each]) for each in np.unique(label)])
    return faces, triangles


@given(seeds, spans)
@settings(max_examples=80, deadline=None)
def test_the_locator_agrees_with_exact_arithmetic_on_faces_of_any_kind(seed, span):
    rng = np.random.default_rng(seed)
    faces = any_polygons(span, rng)
    codes, lonlat = codes_for(faces, rng), points_for(faces, span, rng)
    assert answered(Locator(faces, codes).locate(lonlat)) == expected(faces, codes, lonlat)


@given(seeds, spans)
@settings(max_examples=40, deadline=None)
def test_every_point_of_a_tiling_has_exactly_one_owner(seed, span):
    rng = np.random.default_rng(seed)
    faces, _ = tiling(span, rng)
    codes, lonlat = codes_for(faces, rng), points_for(faces, span, rng)
    found = Locator(faces, codes).locate(lonlat)
    units = to_lattice(lonlat) - ORIGIN
    assert ((found.face >= 0) == ((units >= 0) & (units <= span)).all(axis=1)).all()
    assert answered(found) == expected(faces, codes, lonlat)


@given(seeds, spans)
@settings(max_examples=40, deadline=None)
def test_the_smallest_code_owns_a_border_and_the_others_are_named(seed, span):
    rng = np.random.default_rng(seed)
    faces, triangles = tiling(span, rng)
    codes = codes_for(faces, rng)
    nodes = shapely.get_coordinates(triangles)
    found = Locator(faces, codes).locate(nodes)
    for i in np.flatnonzero(found.on_border):
        others = [codes[face] for face in found.also[i]]
        assert others == sorted(others)
        assert all(codes[found.face[i]] < other for other in others)
        assert shapely.intersects(faces[[found.face[i], *found.also[i]]], shapely.Point(nodes[i])).all()


@given(seeds, spans)
@settings(max_examples=40, deadline=None)
def test_the_order_of_faces_and_points_changes_no_answer(seed, span):
    rng = np.random.default_rng(seed)
    faces = any_polygons(span, rng)
    codes = np.array([f"{code}" for code in rng.integers(0, 3, len(faces))])  # codes may stand more than once
    lonlat = points_for(faces, span, rng)
    face_order, point_order = rng.permutation(len(faces)), rng.permutation(len(lonlat))
    one = Locator(faces, codes).locate(lonlat)
    other = Locator(faces[face_order], codes[face_order]).locate(lonlat[point_order])
    back = np.argsort(point_order)
    shuffled = np.append(codes[face_order], "")
    assert (shuffled[other.face[back]] == np.append(codes, "")[one.face]).all()
    assert (other.on_border[back] == one.on_border).all()
    assert (shuffled[other.nearest[back]] == np.append(codes, "")[one.nearest]).all()
    named = [shuffled[other.also[i]].tolist() for i in back]
    assert named == [codes[further].tolist() for further in one.also]


@given(seeds)
@settings(max_examples=15, deadline=None)
def test_distances_of_outsiders_are_those_to_the_nearest_face(seed):
    rng = np.random.default_rng(seed)
    faces, _ = tiling(100_000, rng)
    codes = codes_for(faces, rng)
    lonlat = degrees(rng.integers(-300_000, 400_000, (20, 2)))
    found = Locator(faces, codes).locate(lonlat)
    assert (found.distance_m[found.face >= 0] == 0).all()
    assert (found.nearest[found.face >= 0] == found.face[found.face >= 0]).all()
    for i in np.flatnonzero(found.face < 0):
        to_each = [shortest_m(face, lonlat[i]) for face in faces]
        assert found.distance_m[i] == pytest.approx(min(to_each), rel=1e-4, abs=0.02)
        assert to_each[found.nearest[i]] == pytest.approx(min(to_each), rel=1e-4, abs=0.02)


def shortest_m(face, lonlat):
    """Geodesic distance to many places along the boundary: the least is the distance, but for the step."""
    boundary = shapely.segmentize(face.boundary, 2e-6)
    lon, lat = shapely.get_coordinates(boundary).T
    return Geod(ellps="GRS80").inv(np.full(len(lon), lonlat[0]), np.full(len(lat), lonlat[1]), lon, lat)[2].min()


def test_edges_longer_than_any_city_are_decided_exactly():
    # one slanting border across half a continent; points one lattice unit to its left, on it and to its right
    a, b = np.array([-500_000_000, -300_000_001]), np.array([700_000_003, 400_000_000])
    west = shapely.Polygon(from_lattice([a, b, [a[0], b[1]]]))
    east = shapely.Polygon(from_lattice([a, [b[0], a[1]], b]))
    rng = np.random.default_rng(5)
    along = a + np.round((b - a) * rng.random((2000, 1))).astype(np.int64)
    near = from_lattice(np.concatenate([along + offset for offset in ((-1, 0), (0, 0), (1, 0), (0, 1), (0, -1))] + [[a, b]]))
    found = Locator([west, east], ["1", "2"]).locate(near)
    assert answered(found) == expected([west, east], ["1", "2"], near)
    assert set(found.face) == {0, 1}


def test_points_in_several_blocks_come_back_in_their_order():
    faces, _ = tiling(1000, np.random.default_rng(1))
    locator = Locator(faces, codes_for(faces, np.random.default_rng(2)))
    few = points_for(faces, 1000, np.random.default_rng(3))
    many = np.tile(few, (2 * BLOCK // len(few) + 1, 1))
    assert answered(locator.locate(many)) == answered(locator.locate(few)) * (len(many) // len(few))


def test_an_enclave_is_cut_out_of_the_face_around_it():
    #  A A A A      the hole of A is B, which has a hole of its own that nobody covers
    #  A B B A
    #  A B . A
    outer, inner, well = (shapely.box(105 + d, 28 + d, 106 - d, 29 - d) for d in (0, 0.3, 0.4))
    found = Locator([outer - inner, inner - well], ["A", "B"]).locate(
        [[105.1, 28.5], [105.35, 28.5], [105.5, 28.5], [105.3, 28.5]]
    )
    assert found.face.tolist() == [0, 1, -1, 0]
    assert found.on_border.tolist() == [False, False, False, True]
    assert (found.nearest[2], found.also[3].tolist()) == (1, [1])


def test_inside_one_face_goes_before_the_border_of_another_with_a_smaller_code():
    wide, narrow = shapely.box(105, 28, 107, 29), shapely.box(106, 28, 107, 29)
    found = Locator([wide, narrow], ["2", "1"]).locate([[106, 28.5], [106.5, 28.5]])
    assert found.face.tolist() == [0, 1]
    assert found.on_border.tolist() == [False, False]
    assert [further.tolist() for further in found.also] == [[1], [0]]


def test_the_same_face_twice_is_an_overlap_and_not_a_hole():
    square = shapely.box(105, 28, 106, 29)
    found = Locator([square, square], ["b", "a"]).locate([[105.5, 28.5], [105, 28.5], [104, 28.5]])
    assert found.face.tolist() == [1, 1, -1]
    assert found.on_border.tolist() == [False, True, False]
    assert [further.tolist() for further in found.also] == [[0], [0], []]


def test_points_are_rounded_to_the_lattice_before_they_are_located():
    left, right = shapely.box(105, 28, 106, 29), shapely.box(106, 28, 107, 29)
    found = Locator([left, right], ["1", "2"]).locate([[106.00000004, 28.5], [106.00000006, 28.5]])
    assert found.face.tolist() == [0, 1]
    assert found.on_border.tolist() == [True, False]


def test_a_face_smaller_than_a_lattice_unit_holds_nothing():
    dust = shapely.box(105.2, 28.2, 105.2 + 1e-9, 28.2 + 1e-9)
    found = Locator([shapely.box(105, 28, 106, 29), dust], ["2", "1"]).locate([[105.2, 28.2]])
    assert found.face.tolist() == [0]
    with pytest.raises(Refusal, match="smaller than a lattice unit"):
        Locator([dust], ["1"])


def test_distances_are_left_out_when_not_asked_for():
    found = Locator([shapely.box(105, 28, 106, 29)], ["1"]).locate([[105.5, 28.5], [107, 28.5]], distances=False)
    assert found.nearest.tolist() == [0, -1]
    assert (found.distance_m[0], bool(np.isnan(found.distance_m[1]))) == (0, True)


def test_no_points_get_no_answers():
    found = Locator([shapely.box(105, 28, 106, 29)], ["1"]).locate(np.empty((0, 2)))
    assert (len(found.face), len(found.also), len(found.distance_m)) == (0, 0, 0)


@pytest.mark.parametrize("lonlat", [[np.nan, 28.5], [105.5, np.nan]])
def test_a_point_without_a_position_is_refused_by_its_row(lonlat):
    locator = Locator([shapely.box(105, 28, 106, 29)], ["1"])
    with pytest.raises(Refusal) as refusal:
        locator.locate([[105.5, 28.5], lonlat])
    assert (refusal.value.code, refusal.value.details["row"]) == ("not_finite", 1)


def test_metres_are_refused_as_degrees():
    with pytest.raises(Refusal) as refusal:
        Locator([shapely.box(105, 28, 106, 29)], ["1"]).locate([[18500000.0, 3200000.0]])
    assert refusal.value.code == "outside_lonlat"


@pytest.mark.parametrize(
    ("faces", "code"),
    [
        ([], "no_faces"),
        ([None], "not_a_polygon"),
        ([shapely.Polygon()], "not_a_polygon"),
        ([shapely.LineString([(105, 28), (106, 29)])], "not_a_polygon"),
        ([shapely.box(105, 28, 106, 29)] * 2, "codes_mismatch"),
    ],
)
def test_layers_that_hold_no_faces_are_refused(faces, code):
    with pytest.raises(Refusal) as refusal:
        Locator(faces, ["1"] if faces else [])
    assert refusal.value.code == code


def test_a_border_straight_across_the_globe_is_refused():
    half = shapely.Polygon([(-180, -90), (180, 90), (-180, 90)])
    with pytest.raises(Refusal) as refusal:
        Locator([half], ["1"])
    assert refusal.value.code == "edge_too_long"


def test_the_whole_globe_is_one_face():
    found = Locator([shapely.box(-180, -90, 180, 90)], ["1"]).locate([[0, 0], [180, 90], [-180, 0]])
    assert found.face.tolist() == [0, 0, 0]
    assert found.on_border.tolist() == [False, True, True]


def test_the_index_says_what_memory_it_takes():
    faces, _ = tiling(100_000, np.random.default_rng(1))
    assert 0 < Locator(faces, codes_for(faces, np.random.default_rng(1))).nbytes < 1_000_000
