"""Numbers between doors.

1   3   5       9  11      odd side, north
----------------------     road
2   4   6   8              even side, south
"""

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from incidents.gazetteer.doors import place_number
from incidents.gazetteer.entries import Entry

STEP = 0.0002  # degrees from one number to the next, some twenty metres


def door(number, *, lon=105.4, lat=None, sub=""):
    side = 28.8001 if number % 2 else 28.7999
    point = shapely.Point(round(lon + number * STEP, 7), side if lat is None else lat)
    return Entry(number, "door", f"前进路{number}号", "前进路", False, point, "s", False, "前进路", number, sub)


ROAD = shapely.LineString([(105.4, 28.8), (105.42, 28.8)])
DOORS = [door(number) for number in (1, 3, 5, 9, 11, 2, 4, 6, 8)]


def only(number, doors=DOORS, lines=()):
    (placed,) = place_number(number, doors, list(lines))
    return placed.how, [each.number for each in placed.neighbours], placed.entry.geometry


def test_a_number_lies_between_its_neighbours_of_the_same_side():
    how, neighbours, point = only(7)
    assert (how, neighbours) == ("between", [5, 9])
    assert (point.x, point.y) == pytest.approx((105.4 + 7 * STEP, 28.8001), abs=2e-7)


def test_along_the_road_where_its_line_is_known():
    bent = shapely.LineString([(105.4, 28.8), (105.4014, 28.8003), (105.42, 28.8)])
    straight, along = only(7, lines=[ROAD])[2], only(7, lines=[bent])[2]
    assert straight.y == pytest.approx(28.8001, abs=2e-7)
    assert along.distance(bent) < straight.distance(bent)
    assert place_number(7, DOORS, [ROAD, bent]) == place_number(7, DOORS[::-1], [bent, ROAD])


def test_where_only_the_other_side_is_known_it_lies_on_the_road():
    how, neighbours, point = only(7, [each for each in DOORS if each.number % 2 == 0], [ROAD])
    assert (how, neighbours) == ("other_side", [6, 8])
    assert point.y == pytest.approx(28.8, abs=2e-7)


def test_a_little_beyond_the_last_door_it_is_at_that_door_and_far_beyond_nowhere():
    assert only(13)[:2] == ("nearest", [11])
    assert place_number(41, DOORS, []) == []


def test_two_roads_of_one_name_far_apart_are_two():
    far = [door(number, lon=105.5) for number in (5, 9)]
    assert len(place_number(7, [*DOORS, *far], [])) == 2
    assert len(place_number(7, [*DOORS, *far, door(7)], [])) == 1  # the one that lacks it


@given(st.sets(st.integers(1, 30), min_size=1), st.integers(1, 30), st.randoms(use_true_random=False))
def test_the_order_of_doors_does_not_count_and_it_lies_between_them(numbers, asked, random):
    doors = [door(number) for number in sorted(numbers)]
    placed = place_number(asked, doors, [ROAD])
    shuffled = random.sample(doors, len(doors))
    assert place_number(asked, shuffled, [ROAD]) == placed
    for each in placed:
        ends = [neighbour.geometry.x for neighbour in each.neighbours]
        assert min(ends) - 1e-7 <= each.entry.geometry.x <= max(ends) + 1e-7
    assert not (asked in numbers and placed)
