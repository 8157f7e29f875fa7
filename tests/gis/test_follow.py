"""Faces of one level cut along the borders of another, given to neighbours, and led through nodes."""

import numpy as np
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gis.chain import signature
from gis.editing.coverage import coverage_of
from gis.editing.cutting import edge_set, union
from gis.editing.follow import NO_LABEL, Pieces, absorb, cut_along
from gis.editing.insertion import nodes_on, with_nodes
from gis.editing.renode import renoded
from gis.editing.split import split
from gis.errors import Refusal
from gis.lattice import from_lattice
from tests.gis.coverages import coverages
from tests.gis.edits import named_coverages


@settings(deadline=None, max_examples=40)
@given(st.data())
def test_pieces_are_the_lower_faces_cut_and_nothing_else(data):
    faces, _ = data.draw(coverages(largest=4).filter(lambda found: len(found[0])))
    halves = _two_halves(data, faces)
    try:
        pieces = cut_along(faces, halves)
    except Refusal as refusal:
        assert refusal.code == "cut_not_settled"
        return
    assert (signature(pieces.shapes).sum(axis=0) == signature(halves).sum(axis=0)).all()
    assert set(pieces.source.tolist()) == set(range(len(faces)))
    area = np.bincount(pieces.source, weights=pieces.area, minlength=len(faces))
    assert np.abs(area - shapely.area(faces) * 1e14).max() <= 2 * shapely.length(faces).max() * 1e7 + 2


def _two_halves(data, faces):
    """Two upper faces over the same land: the lower ones given to either, so that the outlines are the same."""
    side = np.array(data.draw(st.lists(st.booleans(), min_size=len(faces), max_size=len(faces))))
    groups = [faces[side], faces[~side]]
    return np.array([union(group) for group in groups if len(group)], dtype=object)


@settings(deadline=None, max_examples=40)
@given(named_coverages(largest=4), st.integers(0, 2**32))
def test_the_pieces_of_an_owner_are_its_land_but_for_the_units_by_which_borders_bend(coverage, seed):
    whole = union(coverage.faces)
    low, high = np.array(shapely.bounds(whole)).reshape(2, 2)
    angle = np.random.default_rng(seed).uniform(0, np.pi)
    way = np.array([np.cos(angle), np.sin(angle)]) * np.hypot(*(high - low))
    middle = (low + high) / 2
    upper = _split_along(whole, shapely.LineString([middle - way, middle + way]))
    assume(upper is not None)
    shapes, nodes = upper
    pieces = cut_along(with_nodes(coverage.faces, nodes), shapes)
    for k, shape in enumerate(shapes):  # one that is narrower than borders bend may have no piece
        own = pieces.shapes[pieces.owner == k]
        land = union(own) if len(own) else shapely.Polygon()
        assert shapely.area(shapely.symmetric_difference(land, shape)) <= 4e-7 * shapely.length(shape)


def _split_along(whole, line):
    try:
        edit = split(coverage_of(["a"], [whole]), "a", line)
    except Refusal:
        return None
    return edit.coverage.faces, edit.outline_nodes


def row(count, *, owner):
    """A row of equal squares."""
    squares = np.array([shapely.box(105 + k, 28, 106 + k, 29) for k in range(count)])
    return Pieces(squares, np.arange(count), np.array(owner, dtype=np.int64))


@pytest.mark.parametrize(
    ("owner", "labels", "expected"),
    [
        ([0, 0, 0], [7, -1, -1], [7, 7, 7]),  # one after the other
        ([0, 0, 0], [7, -1, 5], [7, 5, 5]),  # equal borders: the smaller label
        ([0, 1, 1], [7, -1, 5], [7, 5, 5]),  # not across the border of owners
        ([0, 1, 1], [7, -1, -1], [7, NO_LABEL, NO_LABEL]),  # no way
        ([0, 0, 0], [1, 2, 3], [1, 2, 3]),
    ],
)
def test_pieces_without_a_label_go_to_neighbours_of_their_owner(owner, labels, expected):
    assert absorb(row(3, owner=owner), np.array(labels)).tolist() == expected


def test_the_longest_border_decides_and_not_the_label():
    #  +---+-------+
    #  | 9 |   ?   |   ? touches 9 along one degree and 1 along two
    #  +---+-------+
    #      |   1   |
    shapes = np.array([shapely.box(0, 1, 1, 2), shapely.box(1, 1, 3, 2), shapely.box(1, 0, 3, 1)])
    pieces = Pieces(shapes, np.arange(3), np.zeros(3, dtype=np.int64))
    assert absorb(pieces, np.array([9, NO_LABEL, 1])).tolist() == [9, 1, 1]


@settings(deadline=None, max_examples=40)
@given(coverages(largest=4).filter(lambda found: len(found[0])), st.data())
def test_absorbing_fills_all_that_can_be_reached_and_changes_no_label(found, data):
    faces = shapely.get_parts(found[0])
    labels = np.array(data.draw(st.lists(st.integers(-1, 3), min_size=len(faces), max_size=len(faces))))
    owner = np.array(data.draw(st.lists(st.integers(0, 1), min_size=len(faces), max_size=len(faces))))
    answer = absorb(Pieces(faces, np.arange(len(faces)), owner), labels)
    assert (answer[labels != NO_LABEL] == labels[labels != NO_LABEL]).all()
    for k in np.flatnonzero(answer == NO_LABEL):
        beside = [j for j in range(len(faces)) if owner[j] == owner[k] and j != k and _share_an_edge(faces[j], faces[k])]
        assert all(answer[j] == NO_LABEL for j in beside)


def _share_an_edge(one, other):
    return bool(edge_set([one]) & {(*edge[2:], *edge[:2]) for edge in edge_set([other])})


@settings(deadline=None, max_examples=40)
@given(coverages(largest=4, steps=(1000, 100_000)).filter(lambda found: len(found[0])), st.integers(0, 2**32))
def test_faces_drawn_earlier_are_led_through_the_nodes_their_edges_got(found, seed):
    faces = found[0]
    rng = np.random.default_rng(seed)
    edges = sorted({min(edge, (*edge[2:], *edge[:2])) for edge in edge_set(faces)})
    chosen = [edges[k] for k in rng.choice(len(edges), min(3, len(edges)), replace=False)]
    noded = with_nodes(faces, nodes_on({edge: _between(edge, rng) for edge in chosen}))
    assert (signature(renoded(faces, noded)) == signature(noded)).all()
    assert (signature(renoded(noded, faces)) == signature(noded)).all()


def _between(edge, rng):
    start, end = np.array(edge[:2]), np.array(edge[2:])
    shares = np.sort(rng.uniform(0.2, 0.8, rng.integers(1, 3)))
    points = [tuple(np.rint(start + (end - start) * share).astype(int).tolist()) for share in shares]
    return sorted(set(points), key=lambda point: float((np.array(point) - start) @ (end - start)))


def test_a_vertex_beside_the_edge_that_is_no_node_of_it_is_passed_by():
    #  b------e        the edge a-d got the node c; e lies a unit off it and is no way from a to d
    #  a---c------d
    ring = [(0, 0), (500, 0), (1000, 0), (1000, 900), (400, 1), (0, 900)]
    noded = shapely.Polygon(from_lattice(ring))
    drawn = shapely.Polygon(from_lattice([(0, 0), (1000, 0), (0, -900)]))
    found = renoded(np.array([drawn]), np.array([noded]))
    assert (500, 0) in {edge[:2] for edge in edge_set(found)}
    assert (400, 1) not in {edge[:2] for edge in edge_set(found)}
