"""Split, merge and dissolve, on shapes that can be drawn: pieces, refusals, and what it does to neighbours."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.editing.change import apply, invert
from gis.editing.coverage import coverage_of
from gis.editing.insertion import with_nodes
from gis.editing.merge import dissolve_level, merge
from gis.editing.split import split
from gis.lattice import from_lattice
from gis.tiling import prove
from tests.gis.drawings import at, box, line, refused, size, units
from tests.gis.edits import named_coverages, place, tried

TOO_CLOSE = {"edit_breaks_coverage", "cut_not_settled"}


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
