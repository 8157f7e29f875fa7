"""Compiled loops over rings and edges, and loops in NumPy: two ways to the same answers."""

import numpy as np
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gis.chain import edges, signature_and_simple
from gis.checking.borders import borders, open_borders
from gis.checking.check import check
from gis.checking.faces import Faces
from gis.checking.plane import plane_of
from gis.checking.shapes import several_parts, slivers, spikes
from gis.crs import STORAGE_EPSG, Frame
from gis.errors import Refusal
from gis.lattice import from_lattice
from gis.tiling import is_face
from tests.gis.compiled import in_both, loops
from tests.gis.coverages import coverages
from tests.gis.faults import nudged
from tests.gis.test_locate import any_polygons, degrees

pytest.importorskip("numba")
seeds = st.integers(0, 2**32 - 1)


@given(coverages())
@settings(max_examples=40, deadline=None)
def test_signatures_are_the_same(coverage):
    faces = np.append(coverage[0], [coverage[1], shapely.reverse(coverage[1])])
    (one, _), (other, simple) = in_both(lambda: signature_and_simple(faces))
    assert (one == other).all()
    assert shapely.is_valid(faces[simple]).all()


@given(seeds, st.sampled_from((2, 3, 6, 30, 1000, 2_000_000)))
@settings(max_examples=150, deadline=None)
def test_a_ring_called_simple_is_valid_and_any_ring_has_the_same_signature(seed, span):
    rng = np.random.default_rng(seed)
    rings = [degrees(rng.integers(0, span + 1, (rng.integers(3, 9), 2))) for _ in range(20)]
    faces = shapely.polygons([shapely.linearrings(ring) for ring in rings])
    (one, _), (other, simple) = in_both(lambda: signature_and_simple(faces))
    assert (one == other).all()
    assert shapely.is_valid(faces[simple]).all()
    if span == 1000:  # nothing touches by chance: all that is valid is seen to be
        assert (simple == shapely.is_valid(faces)).all()


@given(coverages(), seeds)
@settings(max_examples=40, deadline=None)
def test_edges_are_the_same_and_in_the_same_order(coverage, seed):
    rng = np.random.default_rng(seed)
    others = [None, shapely.Point(105, 28), shapely.LineString(shapely.box(105, 28, 106, 29).exterior)]
    faces = np.array([*coverage[0], shapely.reverse(coverage[1]), *any_polygons(40, rng), *others], dtype=object)
    rng.shuffle(faces)
    one, other = in_both(lambda: edges(faces))
    for name in ("face", "start", "end"):
        assert np.array_equal(getattr(one, name), getattr(other, name))


def rows(table, which):
    """Edges that do not cancel, each with its owner, in a fixed order."""
    return np.unique(np.column_stack([table.owner, table.start, table.end])[which], axis=0).tolist()


@given(coverages(), seeds, st.floats(0.1, 3))
@settings(max_examples=60, deadline=None)
def test_no_edge_that_does_not_cancel_is_sifted_out(coverage, seed, scale):
    rng = np.random.default_rng(seed)
    faces = np.array([*coverage[0], *any_polygons(40, rng), *coverage[0][: rng.integers(3)]], dtype=object)
    faces = shapely.transform(faces[shapely.is_valid(faces)], lambda xy: np.round((xy - 105) * scale, 12))  # any doubles
    for parent in (None, *faces[:1]):
        full = borders(faces, parent)
        for table in in_both(lambda parent=parent: open_borders(faces, parent)):
            assert rows(table, table.uncovered) == rows(full, full.uncovered)
            assert rows(table, table.unproven) == rows(full, full.unproven)


def test_nearly_all_edges_that_cancel_are_sifted_out():
    squares = np.array([shapely.box(x, y, x + 1, y + 1) for x in range(60) for y in range(60)])
    with loops("numba"):
        table = open_borders(squares)
    assert table.uncovered.sum() == 240
    assert len(table.owner) < 1000 < len(borders(squares).owner)


def test_a_polygon_without_land_has_no_border_and_hinders_no_other():
    square, none = shapely.box(0, 0, 1, 1), shapely.Polygon()
    for faces in ([square, none], [none, square], [none]):
        for table in in_both(lambda faces=faces: open_borders(faces)):
            assert len(table.owner) == 4 * faces.count(square)


@given(seeds, st.sampled_from((20, 300, 3000, 100_000)), st.integers(1, 400))
@settings(max_examples=100, deadline=None)
def test_a_face_surveyed_as_sound_is_valid_and_has_no_odd_shape(seed, span, width):
    rng = np.random.default_rng(seed)
    strips = [[(0, 0), (span, rng.integers(9)), (span, width), (0, width + rng.integers(9))] for _ in range(5)]
    thorns = [
        [(0, 0), (span, 0), (span, span), (span // 2, rng.integers(-span, span)), (0, rng.integers(1, 99))] for _ in range(9)
    ]
    faces = shapely.polygons([shapely.linearrings(degrees(ring)) for ring in strips + thorns])
    faces = np.array([*faces, *any_polygons(span, rng)], dtype=object)
    plane = plane_of(faces, Frame(STORAGE_EPSG))
    nothing, seen = in_both(lambda: Faces(faces, np.zeros(len(faces), dtype=bool), plane).survey)
    assert not nothing.simple.any() and nothing.odd.all()
    assert is_face(faces[seen.simple]).all()
    plain = faces[seen.simple & ~seen.odd]
    assert not len(slivers(plain)) and not len(spikes(plain)[0]) and not len(several_parts(plain)[0])


@given(coverages(), st.data())
@settings(max_examples=40, deadline=None)
def test_a_check_says_the_same(coverage, data):
    faces, parent = coverage
    assume(len(faces))
    faces, _ = data.draw(nudged(faces))
    ids = [str(k) for k in range(len(faces))]
    one, other = in_both(lambda: check(faces, ids, parent=parent))
    assert one.as_dict() == other.as_dict()


def test_rings_off_the_lattice_are_left_to_geometry():
    # on the lattice the dent is gone; as it stands the ring crosses itself
    crossing = shapely.Polygon([(105, 28), (105.1, 28), (105.1, 28.1), (105.05, 28 - 2e-8), (105, 28.1)])
    with loops("numba"):
        assert signature_and_simple([crossing])[1].tolist() == [False]


def test_whatever_is_no_polygon_has_no_signature_and_is_not_simple():
    square = shapely.box(105, 28, 106, 29)
    others = [None, shapely.Point(105, 28), shapely.LineString(square.exterior), square.exterior, shapely.Polygon()]
    column = np.array([*others, shapely.GeometryCollection([square])], dtype=object)
    (one, _), (other, simple) = in_both(lambda: signature_and_simple(column))
    assert (one == other).all() and not simple.any()
    assert not one[: len(others)].any()


def test_holes_parts_and_rings_that_touch_themselves_are_left_to_geometry():
    ring = from_lattice(np.array([[0, 0], [40, 0], [20, 20], [40, 40], [0, 40], [20, 20], [0, 0]]) + 10**9 // 2)
    square = shapely.box(105, 28, 106, 29)
    faces = [square - shapely.box(105.2, 28.2, 105.4, 28.4), shapely.MultiPolygon([square, shapely.box(1, 1, 2, 2)])]
    with loops("numba"):
        assert not signature_and_simple([*faces, shapely.Polygon(ring)])[1].any()
    with loops("numba"):
        small = shapely.box(105, 28, 105.01, 28.01)
        assert signature_and_simple([small, shapely.MultiPolygon([small])])[1].all()


@pytest.mark.parametrize("which", ["numpy", "numba"])
def test_a_vertex_without_a_position_is_refused(which):
    with loops(which), pytest.raises(Refusal) as refusal:
        signature_and_simple([shapely.Polygon([(105, 28), (500, 28), (106, 29)])])
    assert refusal.value.code == "outside_lonlat"
