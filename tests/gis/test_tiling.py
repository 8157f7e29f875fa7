"""The identity: faces tile a parent if and only if their chains add up to the parent's."""

import numpy as np
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gis.chain import edge_hashes, edges, residual, signature
from gis.lattice import from_lattice, to_lattice
from gis.tiling import is_face, prove
from tests.gis.coverages import ORIGIN, coverages


@given(coverages())
def test_a_tiling_is_proven(coverage):
    faces, parent = coverage
    assume(len(faces))
    assert prove(faces, np.zeros(len(faces), int), [parent]).ok
    table = edges(np.append(faces, shapely.reverse(parent)))
    assert len(residual(table.start, table.end)) > 0  # the parent's own chain is not taken away here
    outline = edges([parent])
    both = (
        np.concatenate([table.start[table.face < len(faces)], outline.end]),
        np.concatenate([table.end[table.face < len(faces)], outline.start]),
    )
    assert len(residual(*both)) == 0


@given(coverages(), st.data())
def test_one_vertex_moved_by_one_unit_is_always_caught(coverage, data):
    faces, parent = coverage
    assume(len(faces))
    face = data.draw(st.integers(0, len(faces) - 1))
    vertex = data.draw(st.integers(0, len(edges(faces[[face]]).start) - 1))
    moved = faces.copy()
    moved[face] = nudge(faces[face], edges(faces[[face]]).start[vertex], data.draw(st.sampled_from([(1, 0), (0, -1)])))
    assert not prove(moved, np.zeros(len(faces), int), [parent]).ok


@given(coverages(), st.data())
def test_a_face_left_out_or_doubled_is_always_caught(coverage, data):
    faces, parent = coverage
    assume(len(faces))
    face = data.draw(st.integers(0, len(faces) - 1))
    for wrong in (np.delete(faces, face), np.append(faces, faces[face])):
        assert prove(wrong, np.zeros(len(wrong), int), [parent]).untiled.tolist() == [0]


@given(coverages())
def test_the_identity_agrees_with_areas_and_overlaps(coverage):
    """Against an independent judgement: pairwise intersections and the sum of areas."""
    faces, parent = coverage
    assume(len(faces))
    overlap = sum(shapely.area(shapely.intersection(a, b)) for k, a in enumerate(faces) for b in faces[k + 1 :])
    assert overlap <= 1e-18 and abs(shapely.area(faces).sum() - shapely.area(parent)) <= 1e-15


@given(coverages(), st.randoms(use_true_random=False))
def test_signatures_do_not_depend_on_how_a_polygon_is_written(coverage, random):
    faces, _ = coverage
    assume(len(faces))
    rewritten = [shapely.normalize(random.choice((shapely.reverse, lambda face: face))(face)) for face in faces]
    assert (signature(rewritten) == signature(faces)).all()


@given(st.lists(st.tuples(*[st.integers(-3, 3)] * 4), min_size=1, max_size=12))
def test_the_residual_cancels_opposite_edges_and_nothing_else(rows):
    table = np.array(rows)
    start, end = table[:, :2], table[:, 2:]
    keep = (start != end).any(axis=1)
    start, end = start[keep], end[keep]
    left = residual(start, end)
    net = {}
    for a, b in zip(map(tuple, start.tolist()), map(tuple, end.tolist()), strict=True):
        net[min(a, b), max(a, b)] = net.get((min(a, b), max(a, b)), 0) + (1 if a < b else -1)
    assert len(left) == sum(abs(count) for count in net.values())
    assert (edge_hashes(start[left], end[left]).sum(axis=0) == edge_hashes(start, end).sum(axis=0)).all()


@settings(max_examples=20)
@given(st.integers(0, 2**32))
def test_the_hash_of_an_edge_changes_its_sign_with_the_direction(seed):
    rng = np.random.default_rng(seed)
    a, b = rng.integers(-900_000_000, 900_000_000, (2, 100, 2))
    assert (edge_hashes(a, b) == -edge_hashes(b, a)).all()
    assert len(np.unique(edge_hashes(a, b)[:, 0])) == 100


def test_missing_empty_and_crossing_faces_are_named():
    bowtie = shapely.Polygon([(105, 28), (106, 29), (106, 28), (105, 29)])
    faces = np.array([shapely.box(105, 28, 106, 29), None, shapely.Polygon(), bowtie, shapely.Point(1, 1)], dtype=object)
    assert prove(faces, [0] * 5, [faces[0]]).invalid.tolist() == [1, 2, 3, 4]


def test_a_ring_that_runs_back_over_itself_is_no_face_though_its_degrees_look_valid():
    """Three lattice points on one line, which as doubles in degrees are not quite on one line."""
    rng = np.random.default_rng(3)
    for _ in range(200):
        a, step = ORIGIN + rng.integers(0, 1000, 2), rng.integers(1, 50, 2)
        east = np.array([1000, 0])
        ring = [a, a + 3 * step, a + 2 * step, a + 3 * step + east, a + east]  # out to 3, back to 2
        assert not is_face(np.array([shapely.Polygon(from_lattice(ring))], dtype=object))[0]


def nudge(geometry, vertex, by):
    """The geometry with one vertex moved, wherever it stands."""

    def move(lonlat):
        units = to_lattice(lonlat)
        units[(units == vertex).all(axis=1)] += by
        return from_lattice(units)

    return shapely.transform(geometry, move)
