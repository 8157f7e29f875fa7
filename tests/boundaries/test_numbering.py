"""Codes of new units: west to east, north to south, and no number twice."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from boundaries.numbering import issue_codes
from gis.errors import Refusal

VILLAGE, GRID = "510502001001", "510502001001003"


def at(column, row):
    """A small square, columns counted from the west, rows from the north."""
    west, north = 105 + column / 100, 29 - row / 100
    return shapely.box(west, north - 0.01, west + 0.01, north)


def numbers(parent, codes):
    return [int(code[len(parent) :]) for code in codes]


#   1 2 3
#   4 5 6
#   7 8 9
def test_a_square_village_is_numbered_like_a_page_is_read():
    shapes = [at(column, row) for row in range(3) for column in range(3)]
    assert numbers(VILLAGE, issue_codes(VILLAGE, shapes, used=[])) == list(range(1, 10))


@given(st.data())
def test_a_shape_gets_its_code_whatever_the_order_of_the_rows_and_the_start_of_its_ring(data):
    places = data.draw(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=1, max_size=12, unique=True))
    shapes = [at(*place) for place in places]
    order = data.draw(st.permutations(range(len(shapes))))
    turned = [shapely.Polygon(np.roll(shapely.get_coordinates(shapes[row])[:-1], row, axis=0)) for row in order]
    codes = issue_codes(VILLAGE, shapes, used=[])
    assert issue_codes(VILLAGE, turned, used=[]) == [codes[row] for row in order]


def test_of_two_shapes_with_one_middle_the_order_of_the_rows_does_not_decide():
    small, large = at(0, 0), at(0, 0).buffer(0.01, join_style="mitre")
    assert issue_codes(VILLAGE, [small, large], used=[]) == issue_codes(VILLAGE, [large, small], used=[])[::-1]


@given(st.sets(st.integers(1, 999)), st.integers(1, 5), st.booleans())
def test_no_number_is_ever_issued_again_and_every_one_is_of_its_kind(used, count, exclusive):
    shapes = [at(column, 0) for column in range(count)]
    issued = issue_codes(VILLAGE, shapes, used=[f"{VILLAGE}{n:03}" for n in used], exclusive=exclusive)
    assert not used & set(numbers(VILLAGE, issued)) and len(set(issued)) == count
    assert all(801 <= n <= 999 if exclusive else 1 <= n <= 799 for n in numbers(VILLAGE, issued))


@pytest.mark.parametrize(
    ("used", "expected"), [((), 1), ((1, 2, 7), 8), ((7, 801), 8), ((799,), 1), ((*range(1, 400), 799), 400)]
)
def test_the_next_number_follows_the_highest_and_gaps_are_taken_last(used, expected):
    codes = issue_codes(VILLAGE, [at(0, 0)], used=[f"{VILLAGE}{n:03}" for n in used])
    assert numbers(VILLAGE, codes) == [expected]


def test_codes_of_other_parents_and_levels_do_not_matter():
    used = ["510502001002009", f"{VILLAGE}00901", VILLAGE]
    assert issue_codes(VILLAGE, [at(0, 0)], used=used) == [VILLAGE + "001"]


@pytest.mark.parametrize(
    ("parent", "exclusive", "room"), [(VILLAGE, False, 799), (VILLAGE, True, 199), (GRID, False, 99), (GRID, True, 99)]
)
def test_the_numbers_of_a_parent_can_be_used_up(parent, exclusive, room):
    shapes = [at(k % 30, k // 30) for k in range(room)]
    assert len(set(issue_codes(parent, shapes, used=[], exclusive=exclusive))) == room
    with pytest.raises(Refusal) as refused:
        issue_codes(parent, [*shapes, at(0, 40)], used=[], exclusive=exclusive)
    assert refused.value.code == "codes_used_up" and refused.value.details["left"] == room


@pytest.mark.parametrize(("parent", "code"), [("510502", "wrong_level"), (GRID + "01", "wrong_level"), ("5105x", "bad_code")])
def test_codes_are_issued_below_villages_and_grids_only(parent, code):
    with pytest.raises(Refusal) as refused:
        issue_codes(parent, [at(0, 0)], used=[])
    assert refused.value.code == code


def test_nothing_needs_no_code():
    assert issue_codes(VILLAGE, [], used=[]) == []
