"""Vertices and nodes moved, put in and taken away, on all levels; changes undone, and in conflict."""

import numpy as np
import shapely

from gis.editing.change import apply, invert, parents_changed
from gis.editing.coverage import coverage_of
from gis.editing.insertion import nodes_on
from gis.editing.split import split
from gis.editing.transfer import carve, transfer
from gis.editing.vertices import insert_nodes, insert_vertex, move_vertex, remove_vertex
from gis.tiling import prove
from tests.gis.drawings import at, box, line, refused, size, units

# Vertices and levels


def test_a_vertex_of_three_faces_is_moved_in_all_of_them():
    """
    ┌───┬───┐ 2000
    │ a │ b │
    │   ├───┤ 1000      the node in the middle moves
    │   │ c │
    └───┴───┘ 0
    """
    west = shapely.Polygon(at((0, 0), (1000, 0), (1000, 1000), (1000, 2000), (0, 2000)))
    three = coverage_of(["a", "b", "c"], [west, box(1000, 1000, 2000, 2000), box(1000, 0, 2000, 1000)])
    middle = at((1000, 1000))[0]
    edit = move_vertex(three, middle, to=at((1200, 1100))[0])
    assert edit.touched == {"a", "b", "c"} and size(edit.coverage, "a") == 2_200_000
    assert refused(move_vertex, three, middle, to=at((3000, 1000))[0]) == "edit_breaks_coverage"
    assert refused(move_vertex, three, middle, to=at((1000, 2000))[0]) == "vertex_taken"
    assert refused(remove_vertex, three, middle) == "is_node"
    assert refused(move_vertex, three, at((1000, 0))[0], to=at((1100, 0))[0]) == "on_outline"
    assert refused(move_vertex, three, at((1001, 1000))[0], to=at((1100, 0))[0]) == "no_vertex"
    assert refused(move_vertex, three, (np.nan, 1), to=(1, 1)) == "not_finite"
    assert move_vertex(three, middle, to=middle).touched == frozenset()


def test_a_face_that_would_turn_over_is_refused():
    """A triangle in a hole: its tip may not be pulled through its base."""
    tip = at((100, 100), (300, 100), (200, 300))
    shell = at((0, 0), (1000, 0), (1000, 1000), (0, 1000))
    island = coverage_of(["i", "o"], [shapely.Polygon(tip), shapely.Polygon(shell, [tip])])
    assert refused(move_vertex, island, tip[2], to=at((200, 50))[0]) == "edit_breaks_coverage"
    assert refused(move_vertex, island, tip[2], to=at((2000, 2000))[0]) == "edit_breaks_coverage"
    assert refused(remove_vertex, island, tip[2]) == "edit_breaks_coverage"


def test_a_vertex_put_in_and_taken_away_leaves_the_coverage_as_it_was(row):
    put = insert_vertex(row, at((1010, 500))[0])
    assert put.touched == {"a", "b"} and put.change.inserted.point.tolist() == units((1000, 500))
    gone = remove_vertex(put.coverage, at((1000, 500))[0])
    assert shapely.equals_identical(shapely.normalize(gone.coverage.faces), shapely.normalize(row.faces)).all()
    assert refused(insert_vertex, row, at((1001, 0))[0]) == "vertex_taken"
    assert refused(insert_vertex, row, at((1500, 500))[0], reach_m=0.5) == "no_edge"


def test_nodes_on_the_outline_go_through_all_levels_and_every_level_stays_tiled(row):
    village = coverage_of(["v"], [shapely.coverage_union_all(row.faces)])
    beside = coverage_of(["w"], [shapely.Polygon(at((0, 1000), (1000, 1000), (2000, 1000), (3000, 1000), (1500, 3000)))])
    town = coverage_of(["t"], [shapely.coverage_union_all([village.face("v"), beside.face("w")])])
    edit = split(row, "b", line((1502, -5), (1511, 1005)))
    carried = insert_nodes([village, beside, town], edit.change.inserted)
    assert [sorted(level.touched) for level in carried] == [["v"], ["w"], ["t"]]
    grids, village, beside, town = edit.coverage, *(level.coverage for level in carried)
    assert prove(grids.faces, np.zeros(len(grids), int), village.faces).ok
    assert prove([village.face("v"), beside.face("w")], [0, 0], town.faces).ok
    assert apply(invert(carried[1].change), beside).face("w") != beside.face("w")


def test_nodes_for_edges_that_nobody_has_change_nothing(row):
    [edit] = insert_nodes([row], nodes_on({(0, 0, 9, 0): [(5, 0)]}))
    assert edit.coverage == row and edit.touched == frozenset() and not len(edit.change.inserted)


def test_a_node_that_would_bend_the_outline_over_a_neighbour_is_refused():
    """Between the faces there is a gap of less than a unit: bent upward, the lower one's edge would run over the tip."""
    low = shapely.Polygon(at((0, 0), (1000, 3), (1000, -1000), (0, -1000)))
    tip = shapely.Polygon(at((499, 2), (1000, 1000), (0, 1000)))
    pair = coverage_of(["high", "low"], [tip, low])
    start, end, node = units((0, 0), (1000, 3), (500, 3))
    bent = nodes_on({(*start, *end): [tuple(node)]})
    assert refused(insert_nodes, [pair], bent) == "edit_breaks_coverage"


def test_land_that_moves_between_parents_is_told(row):
    within = transfer(row, box(900, 200, 1500, 400), to="a").change
    assert parents_changed(within, lambda name: "v" if name < "c" else "w") == []
    assert parents_changed(within, lambda name: "v" if name < "b" else "w") == ["v", "w"]


# Undo


def test_a_change_made_elsewhere_meanwhile_is_a_conflict(row):
    first = transfer(row, box(900, 200, 1500, 400), to="a")
    second = split(row, "b", line((1500, -5), (1500, 1005)))
    assert refused(apply, second.change, first.coverage) == "edit_conflict"
    far = carve(row, box(2200, 200, 2300, 300), into="x")
    both = apply(far.change, first.coverage)
    assert both == apply(first.change, far.coverage) and both.ids.tolist() == ["a", "b", "c", "x"]
