"""Each verb on a shape that can be drawn, its refusals, and what it does to neighbours and other levels."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.editing.balance import split_balanced
from gis.editing.change import apply, invert, parents_changed
from gis.editing.coverage import coverage_of
from gis.editing.insertion import nodes_on, with_nodes
from gis.editing.merge import dissolve_level, merge
from gis.editing.reshape import move_border
from gis.editing.snap import snap_border
from gis.editing.split import doubled_area, split
from gis.editing.transfer import carve, draw_face, transfer
from gis.editing.vertices import insert_nodes, insert_vertex, move_vertex, remove_vertex
from gis.errors import Refusal
from gis.lattice import from_lattice
from gis.tiling import prove
from tests.gis.edits import named_coverages, outline_of, place, tried

TOO_CLOSE = {"edit_breaks_coverage", "cut_not_settled"}
ORIGIN = np.array([1_054_000_000, 288_000_000])


def at(*points):
    """Degrees of points given in lattice units from a corner of the city."""
    return from_lattice(units(*points))


def units(*points):
    """Lattice points, as lists."""
    return (ORIGIN + np.array(points)).tolist()


def box(west, south, east, north):
    return shapely.Polygon(at((west, south), (east, south), (east, north), (west, north)))


def line(*points):
    return shapely.LineString(at(*points))


def size(coverage, name):
    return doubled_area(coverage.face(name)) / 2


def refused(verb, *args, **options):
    with pytest.raises(Refusal) as caught:
        verb(*args, **options)
    assert caught.value.message.endswith(".")
    return caught.value.code


@pytest.fixture
def row():
    """
    0    1000  2000  3000
    ┌─────┬─────┬─────┐ 1000
    │  a  │  b  │  c  │
    └─────┴─────┴─────┘ 0
    """
    return coverage_of(["a", "b", "c"], [box(1000 * k, 0, 1000 * k + 1000, 1000) for k in range(3)])


@pytest.fixture
def ring():
    """A face with a hole, in which lies another.

    ┌─────────┐ 3000
    │ o ┌───┐ │ 2000
    │   │ i │ │
    │   └───┘ │ 1000
    └─────────┘ 0
    """
    hole = at((1000, 1000), (2000, 1000), (2000, 2000), (1000, 2000))
    shell = at((0, 0), (3000, 0), (3000, 3000), (0, 3000))
    return coverage_of(["i", "o"], [shapely.Polygon(hole), shapely.Polygon(shell, [hole])])


# Split


def test_a_line_through_the_middle_gives_the_neighbour_a_node(row):
    edit = split(row, "a", line((-50, 500), (1050, 500)))
    assert edit.created == {"a-1", "a-2"} and edit.retired == {"a"} and edit.touched == {"a", "a-1", "a-2", "b"}
    assert edit.change.inserted.point.tolist() == units((0, 500), (1000, 500))
    assert edit.outline_nodes.point.tolist() == units((0, 500))
    assert shapely.get_num_coordinates(edit.coverage.face("b")) == 6


def test_a_line_from_vertex_to_vertex_touches_nobody_else(row):
    edit = split(row, "b", line((1000, 0), (2000, 1000)), into=["b", "d"])
    assert edit.touched == {"b", "d"} and not len(edit.change.inserted)


def test_an_end_a_centimetre_from_a_vertex_takes_the_vertex(row):
    edit = split(row, "b", line((1001, 1), (1999, 1001)))
    assert not len(edit.change.inserted)


def test_a_line_that_ends_within_rounding_of_a_slanting_edge_divides():
    slanting = coverage_of(["a"], [shapely.Polygon(at((0, 0), (9000, 700), (9000, 9000), (0, 9000)))])
    edit = split(slanting, "a", line((5003, 389), (5003, 9000)))
    assert len(edit.coverage) == 2 and units((5003, 389))[0] in edit.outline_nodes.point.tolist()


def test_a_wave_makes_as_many_pieces_as_it_cuts_off(row):
    wave = line((1000, 500), (1200, 1200), (1400, 500), (1600, 1200), (1800, 500), (2000, 500))
    edit = split(row, "b", wave)
    assert len(edit.created) == 4 and sum(size(edit.coverage, name) for name in edit.created) == 1_000_000


def test_a_line_through_a_hole_cuts_the_ring_in_two_and_leaves_the_island_whole(ring):
    edit = split(ring, "o", line((-10, 1500), (3010, 1500)), into=["n", "s"])
    assert sorted(edit.coverage.ids) == ["i", "n", "s"] and size(edit.coverage, "n") == size(edit.coverage, "s") == 4_000_000
    assert size(edit.coverage, "i") == 1_000_000 and shapely.get_num_coordinates(edit.coverage.face("i")) == 7


def test_a_line_that_reaches_the_hole_only_does_not_divide(ring):
    assert refused(split, ring, "o", line((-10, 1500), (1500, 1500))) == "line_does_not_divide"


def test_two_lines_make_a_cross(row):
    lines = shapely.MultiLineString([line((1500, -5), (1500, 1005)), line((995, 500), (2005, 500))])
    edit = split(row, "b", lines, into=["b", "d", "e", "f"])
    assert [size(edit.coverage, name) for name in "bdef"] == [250_000] * 4


def test_a_closed_line_inside_cuts_out_an_island(row):
    edit = split(row, "b", shapely.LinearRing(at((1200, 200), (1800, 200), (1800, 800), (1200, 800))), into=["b", "x"])
    assert edit.touched == {"b", "x"} and len(edit.coverage.face("b").interiors) == 1


def test_parts_that_no_line_meets_stay_with_the_largest_piece():
    two = coverage_of(["a"], [shapely.MultiPolygon([box(0, 0, 1000, 1000), box(5000, 0, 6000, 1000)])])
    edit = split(two, "a", line((700, -5), (700, 1005)), into=["a", "b"])
    assert size(edit.coverage, "a") == 1_700_000 and size(edit.coverage, "b") == 300_000


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        (line((1500, 500), (2500, 500)), "line_ends_inside"),
        (line((1500, 500), (1500, 500)), "zero_length_line"),
        (line((9000, 9000), (9500, 9500)), "line_does_not_divide"),
        (line((900, 1000), (2100, 1000)), "line_does_not_divide"),
        (line((500, 1500), (1500, 500 + 1), (1500, 1500)), None),
        (line(*np.random.default_rng(0).integers(0, 3000, (3000, 2)).tolist()), "too_many_crossings"),
        (shapely.LineString(), "not_a_line"),
        ("LINESTRING (0 0, 1 1)", "not_a_line"),
        (shapely.Point(105.4, 28.8), "not_a_line"),
        (None, "not_a_line"),
        (shapely.LineString([(105.4, 28.8), (np.nan, 28.8)]), "not_finite"),
        (shapely.LineString([(105.4, 28.8), (np.inf, 28.8)]), "not_finite"),
        (shapely.LineString([(105.4, 28.8), (500, 28.8)]), "outside_lonlat"),
        (shapely.LineString(np.column_stack([np.linspace(105, 106, 10**6), np.full(10**6, 28.8)])), "too_many_vertices"),
    ],
)
def test_a_bad_line_is_refused_with_its_reason(row, bad, code):
    if code is None:
        assert len(split(row, "b", bad).created) == 2  # in from the north-west corner's side and out again
    else:
        assert refused(split, row, "b", bad) == code


def test_a_line_that_crosses_itself_divides_by_its_loops(row):
    loop = line((1000, 500), (1700, 500), (1700, 200), (1400, 200), (1400, 800), (1200, 1100))
    edit = split(row, "b", loop)
    assert sum(size(edit.coverage, name) for name in edit.created) == 1_000_000


def test_ids_are_checked(row):
    through = line((1500, -5), (1500, 1005))
    assert refused(split, row, "b", through, into=["b"]) == "wrong_piece_count"
    assert refused(split, row, "b", through, into=["b", "c"]) == "id_taken"
    assert refused(split, row, "b", through, into=["d", "d"]) == "duplicate_id"
    assert refused(split, row, "b", through, into=["d", ""]) == "missing_id"
    assert refused(split, row, "z", through) == "unknown_face"


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_split_then_merge_is_identity_up_to_the_nodes_put_in(data):
    """The merged face is the old one with the nodes of the split on its edges, and so are its neighbours."""
    coverage = data.draw(named_coverages())
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32)))
    face = str(rng.choice(coverage.ids))
    drawn = shapely.LineString(from_lattice([place(coverage, rng) for _ in range(4)]))
    edit = tried(lambda c: split(c, face, drawn), coverage)
    if isinstance(edit, str):
        assert edit in {"line_ends_inside", "line_does_not_divide", "zero_length_line"} | TOO_CLOSE
        return
    pieces = sorted(edit.created)
    connected = tried(lambda c: merge(c, pieces, into=face), edit.coverage)
    if connected == "not_adjacent":  # the face had several parts, or hung together by vertices only
        return
    noded = with_nodes(coverage.faces, edit.change.inserted)
    assert shapely.equals_identical(shapely.normalize(connected.coverage.faces), shapely.normalize(noded)).all()


# Merge and dissolve


def test_faces_that_meet_at_a_vertex_only_are_not_merged():
    corners = coverage_of(["a", "b"], [box(0, 0, 9, 9), box(9, 9, 18, 18)])
    assert refused(merge, corners, ["a", "b"]) == "not_adjacent"


def test_a_merge_may_leave_a_hole_around_another_face(ring):
    halves = split(ring, "o", line((-10, 1500), (3010, 1500)), into=["n", "s"]).coverage
    edit = merge(halves, ["s", "n"], into="o")
    assert len(edit.coverage.face("o").interiors) == 1 and edit.touched == {"n", "s", "o"}


def test_a_merge_needs_neighbours_ids_and_two_of_them(row):
    assert refused(merge, row, ["a", "c"]) == "not_adjacent"
    assert refused(merge, row, ["a", "a"]) == "too_few_faces"
    assert refused(merge, row, ["a", "z"]) == "unknown_face"
    assert refused(merge, row, ["a", "b"], into="c") == "id_taken"
    assert merge(row, ["a", "b", "c"]).coverage.ids.tolist() == ["a"]


def test_a_level_dissolves_into_its_parents_exactly(row):
    edit = dissolve_level(row, lambda name: "left" if name < "c" else "right")
    assert edit.coverage.ids.tolist() == ["left", "right"]
    assert prove(row.faces, [0, 0, 1], edit.coverage.faces).ok
    assert apply(invert(edit.change), edit.coverage) == row


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


# Balance


def test_a_face_is_split_by_households():
    long = coverage_of(["a"], [box(0, 0, 90_000, 10_000)])
    rng = np.random.default_rng(5)
    homes = at(*np.column_stack([rng.integers(0, 30_000, 600), rng.integers(0, 10_000, 600)]).tolist())
    edit = split_balanced(long, "a", parts=3, points=homes)
    counts = [int(shapely.intersects_xy(face, homes).sum()) for face in edit.coverage.faces]
    assert sum(counts) == 600 and max(counts) - min(counts) <= 18


def test_a_bent_face_with_a_hole_is_split_by_area_into_connected_parts():
    bent = shapely.difference(box(0, 0, 10_000, 10_000), box(4000, 4000, 10_000, 10_000))
    bent = shapely.difference(bent, box(1000, 1000, 2000, 2000))
    edit = split_balanced(coverage_of(["a"], [bent]), "a", parts=4)
    sizes = [size(edit.coverage, name) for name in edit.coverage.ids]
    assert max(sizes) < 1.06 * min(sizes) and (shapely.get_num_geometries(edit.coverage.faces) == 1).all()


def test_of_a_face_in_several_pieces_each_is_cut_as_often_as_its_weight_calls_for():
    #  +-----------+   +-----+   +-+
    #  | 6 × 3     |   | 3×3 |   +-+ too small for a part of its own
    #  +-----------+   +-----+
    pieces = [box(0, 0, 60_000, 30_000), box(70_000, 0, 100_000, 30_000), box(110_000, 0, 111_000, 1000)]
    edit = split_balanced(coverage_of(["a"], [shapely.union_all(pieces)]), "a", parts=3)
    shares = np.array([size(edit.coverage, name) for name in edit.coverage.ids]) / size(coverage_of(["a"], pieces[1:2]), "a")
    assert sorted(shares.round(3).tolist()) == [1, 1, 1.001]
    assert sorted(shapely.get_num_geometries(edit.coverage.faces).tolist()) == [1, 1, 2]


def test_pieces_of_land_may_be_parted_without_a_cut_and_homes_decide_who_gets_the_empty_one():
    pieces = [box(0, 0, 9000, 9000), box(20_000, 0, 21_000, 1000), box(30_000, 0, 31_000, 1000)]
    homes = at((20_500, 500), (20_600, 500), (30_500, 500))
    far = coverage_of(["a"], [shapely.union_all(pieces)])
    edit = split_balanced(far, "a", parts=2, points=homes)
    assert not len(edit.change.inserted) and len(edit.coverage) == 2
    loads = [int(shapely.intersects_xy(face, homes).sum()) for face in edit.coverage.faces]
    assert loads == [1, 2] and shapely.get_num_geometries(edit.coverage.faces).tolist() == [2, 1]
    assert apply(invert(edit.change), edit.coverage) == far


def test_balance_is_refused_with_reasons(row):
    assert refused(split_balanced, row, "a", parts=1) == "bad_part_count"
    assert refused(split_balanced, row, "a", parts=2.5) == "bad_part_count"
    assert refused(split_balanced, row, "a", parts=2, points=at((5000, 5000))) == "no_weight"
    assert refused(split_balanced, row, "a", parts=2, points=at((500, 500)), weights=[-1]) == "bad_weights"
    assert refused(split_balanced, row, "a", parts=2, weights=[1]) == "bad_weights"


# Making a coverage


def test_a_coverage_is_refused_with_the_face_that_is_wrong():
    good, off = box(0, 0, 9, 9), shapely.box(0, 0, 1 / 3, 1)
    bow_tie = shapely.Polygon(at((0, 0), (9, 9), (9, 0), (0, 9)))
    assert refused(coverage_of, ["a"], [good, good]) == "ids_do_not_match"
    assert refused(coverage_of, ["a", None], [good, good]) == "missing_id"
    assert refused(coverage_of, ["a", "a"], [good, good]) == "duplicate_id"
    assert refused(coverage_of, ["a", "b"], [good, None]) == "no_polygons"
    assert refused(coverage_of, ["a", "b"], [good, shapely.Point(1, 1)]) == "no_polygons"
    assert refused(coverage_of, ["a", "b"], [good, shapely.Polygon()]) == "no_polygons"
    assert refused(coverage_of, ["a"], [bow_tie]) == "invalid_geometry"
    assert refused(coverage_of, ["a"], [off]) == "not_on_lattice"
    assert len(coverage_of([], [])) == 0


def test_a_face_of_a_million_vertices_is_refused_by_name_and_a_drawing_of_as_many_too(row):
    turn = np.linspace(0, 2 * np.pi, 1_000_000, endpoint=False)
    circle = np.rint(np.column_stack([np.cos(turn), np.sin(turn)]) * 60_000_000) + ORIGIN
    disc = shapely.Polygon(from_lattice(circle))
    with pytest.raises(Refusal, match="Face disc has over 100,000 vertices; simplify it first") as caught:
        coverage_of(["disc", "small"], [disc, box(0, 0, 9, 9)])
    assert (caught.value.code, caught.value.details["faces"]) == ("too_many_vertices", ["disc"])
    assert refused(split, row, "a", disc.exterior) == "too_many_vertices"
    assert refused(carve, row, disc, into="d") == "too_many_vertices"
