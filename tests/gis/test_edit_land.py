"""Transfer, draw, carve and move borders, on shapes that can be drawn: who gets what, and the refusals."""

import numpy as np
import pytest
import shapely

from gis.editing.coverage import coverage_of
from gis.editing.reshape import move_border
from gis.editing.snap import snap_border
from gis.editing.transfer import carve, draw_face, transfer
from tests.gis.drawings import at, box, line, refused, size
from tests.gis.edits import outline_of

# Transfer, draw, carve


def test_a_piece_changes_hands_and_third_faces_get_the_nodes(row):
    edit = transfer(row, box(900, 200, 1500, 400), to="a")
    assert [size(edit.coverage, name) for name in "abc"] == [1_100_000, 900_000, 1_000_000] and edit.touched == {"a", "b"}


def test_a_piece_may_come_from_several_owners_at_once(row):
    edit = transfer(row, box(500, 0, 2500, 100), to="b")
    assert [size(edit.coverage, name) for name in "abc"] == [950_000, 1_100_000, 950_000]


def test_a_transfer_takes_nothing_outside_of_the_faces(row):
    edit = transfer(row, box(1000, 900, 1100, 5000), to="a")
    assert size(edit.coverage, "a") == 1_010_000 and outline_of(edit.coverage) == outline_of(row, edit.outline_nodes)


def test_a_piece_with_a_hole_leaves_an_enclave(row):
    piece = shapely.difference(box(1000, 200, 1600, 800), box(1300, 400, 1400, 500))
    edit = transfer(row, piece, to="a")
    assert size(edit.coverage, "a") == 1_350_000 and shapely.get_num_geometries(edit.coverage.face("b")) == 2


def test_transfers_are_refused_with_reasons(row):
    assert refused(transfer, row, box(1400, 200, 1500, 400), to="a") == "not_adjacent"
    assert refused(transfer, row, box(1000, 0, 2000, 1000), to="a") == "face_used_up"
    assert refused(transfer, row, box(100, 100, 200, 200), to="a") == "nothing_to_take"
    assert refused(transfer, row, box(9000, 9000, 9100, 9100), to="a") == "nothing_to_take"
    bow_tie = shapely.Polygon(at((900, 100), (1200, 400), (1200, 100), (900, 400)))
    assert refused(transfer, row, bow_tie, to="a") == "invalid_polygon"
    assert refused(transfer, row, shapely.Polygon(), to="a") == "not_a_polygon"
    assert refused(transfer, row, line((0, 0), (1, 1)), to="a") == "not_a_polygon"
    assert refused(transfer, row, shapely.Polygon([(105.4, 28.8), (105.5, np.nan), (105.5, 28.9)]), to="a") == "not_finite"
    assert refused(transfer, row, shapely.box(105.40000001, 28.8, 105.40000002, 28.9), to="a") == "invalid_polygon"


def test_a_face_drawn_over_others_retires_those_it_covers_whole(row):
    edit = draw_face(row, box(500, -100, 2000, 2000), into="d")
    assert edit.coverage.ids.tolist() == ["a", "c", "d"] and size(edit.coverage, "d") == 1_500_000


def test_a_carved_face_lies_in_a_hole_or_over_several_faces_but_uses_none_up(row):
    inside = carve(row, box(1200, 200, 1300, 300), into="x")
    assert inside.touched == {"b", "x"} and len(inside.coverage.face("b").interiors) == 1
    assert carve(row, box(900, 200, 2100, 300), into="x").touched == {"a", "b", "c", "x"}
    assert refused(carve, row, box(900, 0, 2100, 1000), into="x") == "face_used_up"
    assert refused(carve, row, box(900, 0, 2100, 500), into="c") == "id_taken"


# Borders


def test_a_border_bulges_into_the_other_face(row):
    edit = move_border(row, "a", "b", line=line((1000, 200), (1500, 200), (1500, 400), (1000, 400)))
    assert [size(edit.coverage, name) for name in "abc"] == [1_100_000, 900_000, 1_000_000]
    assert edit.touched == {"a", "b"}


def test_a_border_is_replaced_from_node_to_node_by_a_line_that_crosses_it(row):
    edit = move_border(row, "a", "b", line=line((1000, 0), (1200, 250), (800, 750), (1000, 1000)))
    assert size(edit.coverage, "a") == size(edit.coverage, "b") == 1_000_000
    assert shapely.get_num_coordinates(edit.coverage.faces).tolist() == [7, 7, 5]


def test_of_a_border_that_is_a_ring_the_nearer_part_is_replaced(ring):
    edit = move_border(ring, "i", "o", line=line((2000, 1000), (2500, 1500), (2000, 2000)))
    assert size(edit.coverage, "i") == 1_250_000


def test_ends_near_the_border_are_moved_on_it(row):
    edit = move_border(row, "a", "b", line=line((1020, 10), (1300, 500), (980, 990)), reach_m=0.5)
    assert not len(edit.change.inserted) and size(edit.coverage, "a") == 1_150_000


def test_border_moves_are_refused_with_reasons(row):
    bulge = line((1000, 200), (1500, 200), (1000, 400))
    assert refused(move_border, row, "a", "c", line=bulge) == "not_adjacent"
    assert refused(move_border, row, "a", "a", line=bulge) == "not_adjacent"
    assert refused(move_border, row, "a", "b", line=line((1100, 200), (1000, 400)), reach_m=0.5) == "ends_off_border"
    assert refused(move_border, row, "a", "b", line=line((1000, 200), (2500, 200), (1000, 400))) == "line_leaves_faces"
    assert refused(move_border, row, "a", "b", line=line((1000, 200), (1500, 300), (1000, 200))) == "zero_length_line"
    assert refused(move_border, row, "a", "b", line=shapely.MultiLineString([bulge, bulge])) == "not_a_line"


def test_a_border_is_laid_on_a_road_where_they_run_side_by_side():
    """
    ┌────┬────┐      the road, 11 m east of the border in the south, turns away in the north
    │ a  │ b ╱│
    │    │ ╱  │
    │    │┊   │
    └────┴┊───┘
    """
    pair = coverage_of(["a", "b"], [box(0, 0, 20_000, 40_000), box(20_000, 0, 40_000, 40_000)])
    road = line((21_000, -500), (21_000, 20_000), (30_000, 29_000))
    edit = snap_border(pair, "a", "b", line=road, within_m=15)
    border = shapely.intersection(*edit.coverage.faces)
    on_road = shapely.intersection(border, shapely.buffer(road, 1e-7))
    assert shapely.length(on_road) * 1e7 > 19_000
    assert size(edit.coverage, "a") - size(pair, "a") == pytest.approx(1000 * 20_000, rel=0.05)
    gained = shapely.difference(edit.coverage.face("a"), pair.face("a"))
    assert shapely.bounds(gained)[2] < at((23_000, 0))[0, 0]
    assert refused(snap_border, pair, "a", "b", line=road, within_m=5) == "line_too_far"
    assert refused(snap_border, pair, "a", "b", line=road, within_m=0) == "bad_distance"
    assert refused(snap_border, pair, "a", "b", line=road, within_m=np.nan) == "bad_distance"
