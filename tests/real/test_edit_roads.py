"""Editing the blocks between the roads of a city: thousands of faces of any shape, with nodes of three to eight edges."""

import geopandas
import numpy as np
import pytest
import shapely

from gis.editing.change import apply, invert
from gis.editing.coverage import Coverage, coverage_of
from gis.editing.merge import shared_edges
from gis.editing.metres import metres_around
from gis.editing.reshape import move_border
from gis.editing.snap import snap_border
from gis.editing.split import split
from gis.editing.transfer import transfer
from gis.errors import Refusal
from gis.lattice import from_lattice, to_lattice
from tests.gis.edits import area_within, outline_of, overlap, total_area

pytestmark = pytest.mark.real_data


@pytest.fixture(scope="module")
def blocks(real_data):
    """The faces that the roads of Wuhan enclose, edge-matched on the lattice."""
    roads = geopandas.read_parquet(real_data / "roads" / "wuhan_8989_simplified.parquet").to_crs(4490)
    units = shapely.transform(roads.geometry.values, lambda lonlat: to_lattice(lonlat).astype(float))
    noded = shapely.get_parts(shapely.unary_union(units, grid_size=1))
    faces = shapely.transform(shapely.get_parts(shapely.polygonize(noded)), from_lattice)
    faces = faces[np.argsort(shapely.get_coordinates(shapely.point_on_surface(faces))[:, 0])][1000:2500]
    return coverage_of([f"block{k:04d}" for k in range(len(faces))], faces)


def kept(before, edit):
    """Whether an edit keeps outline and area, overlaps nothing and can be undone; by the faces it names alone."""
    touched = edit.change.after
    return (
        outline_of(touched) == outline_of(edit.change.before, edit.change.inserted)
        and total_area(touched) == area_within(outline_of(touched))
        and overlap(touched) <= 1e-18
        and apply(invert(edit.change), edit.coverage) == before
    )


def test_blocks_are_split_by_lines_between_their_own_vertices_and_across(blocks):
    rng = np.random.default_rng(8989)
    coverage, done = blocks, 0
    for name in rng.choice(blocks.ids, 60, replace=False).tolist():
        points = shapely.get_coordinates(coverage.face(name))
        ends = points[rng.choice(len(points), 2, replace=False)]
        line = shapely.LineString(ends + (ends - ends[::-1]) * rng.choice([0, 0.5]))
        try:
            edit = split(coverage, name, line)
        except Refusal as refusal:
            assert refusal.code in {"line_does_not_divide", "zero_length_line", "line_ends_inside", "id_taken"}
            continue
        assert kept(coverage, edit)
        coverage, done = edit.coverage, done + 1
    assert done >= 40


def test_pieces_drawn_over_road_junctions_change_hands(blocks):
    rng = np.random.default_rng(1)
    coverage, done = blocks, 0
    for name in rng.choice(blocks.ids, 60, replace=False).tolist():
        corner = shapely.Point(rng.choice(shapely.get_coordinates(coverage.face(name))))
        piece = shapely.transform(shapely.buffer(corner, 0.0005, quad_segs=4), lambda xy: from_lattice(to_lattice(xy)))
        try:
            edit = transfer(coverage, piece, to=name)
        except Refusal as refusal:
            assert refusal.code in {"not_adjacent", "face_used_up", "nothing_to_take"}
            continue
        assert kept(coverage, edit)
        coverage, done = edit.coverage, done + 1
    assert done >= 30


def test_borders_drawn_some_metres_off_are_laid_back_on_the_road(blocks):
    """The road is the border as it was. Where it turns sharply, what was drawn beside it may be farther off than allowed."""
    left = []
    for first, second in neighbours(blocks)[::40]:
        road = road_between(blocks, first, second)
        bent = bent_border(blocks, first, second, road) if road.geom_type == "LineString" else None
        if bent is None:
            continue
        was, edit = strayed(blocks, bent, first), laid(bent, first, second, road)
        assert edit is None or kept(bent, edit)
        left.append(1.0 if edit is None else strayed(blocks, edit.coverage, first) / was)
    assert len(left) >= 30 and np.median(left) < 0.01 and np.mean(np.array(left) < 0.2) >= 0.9


def road_between(coverage, first, second):
    edges = sorted(shared_edges(coverage.face(first), coverage.face(second)))
    return shapely.line_merge(shapely.multilinestrings(list(from_lattice(np.array(edges).reshape(-1, 2)).reshape(-1, 2, 2))))


def strayed(before, after, name):
    return shapely.area(shapely.symmetric_difference(after.face(name), before.face(name)))


def laid(coverage, first, second, road):
    try:
        return snap_border(coverage, first, second, line=road, within_m=6)
    except Refusal as refusal:
        assert refusal.code == "line_too_far"
        return None


def neighbours(coverage):
    tree = shapely.STRtree(coverage.faces)
    first, second = tree.query(coverage.faces, predicate="intersects")
    pairs = [(coverage.ids[a], coverage.ids[b]) for a, b in zip(first, second, strict=True) if a < b]
    return sorted((str(a), str(b)) for a, b in pairs if shared_edges(coverage.face(a), coverage.face(b)))


def bent_border(coverage, first, second, road):
    """The coverage with the middle of a border moved three metres aside, or None where there is no room for it."""
    plane = metres_around(tuple(to_lattice(road.coords[:1])[0].tolist()))
    flat = plane.enter(road)
    if road.is_ring or flat.length < 100:
        return None
    ends = [flat.interpolate(share, normalized=True) for share in (0.25, 0.75)]
    middle = shapely.LineString([flat.interpolate(share, normalized=True) for share in np.linspace(0.3, 0.7, 9)])
    beside = shapely.get_coordinates(shapely.offset_curve(middle, 3))
    line = plane.leave(shapely.LineString([ends[0], *beside, ends[1]]))
    try:
        return move_border(coverage, first, second, line=shapely.LineString(from_lattice(line))).coverage
    except Refusal:
        return None


def test_the_blocks_are_a_coverage(blocks):
    assert isinstance(blocks, Coverage) and len(blocks) == 1500 and overlap(blocks.take(range(300))) <= 1e-18
