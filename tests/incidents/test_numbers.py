"""Numbers and pixels of incidents."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from incidents.numbers import local_days, numbers, serials
from incidents.pixels import PIXEL_ZOOM, SIDE, TILE_BITS, cells_of_box, pixels

LONLAT = st.tuples(st.integers(-1_800_000_000, 1_800_000_000), st.integers(-850_000_000, 850_000_000)).map(
    lambda units: (units[0] / 1e7, units[1] / 1e7)
)


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 9))))
def test_serials_of_a_group_run_from_one_without_gap_in_the_order_of_time(rows):
    groups, order = np.array(rows, dtype=np.int64).reshape(-1, 2).T
    given_out = serials(groups, order)
    for group in np.unique(groups):
        mine = given_out[groups == group]
        assert sorted(mine.tolist()) == list(range(1, len(mine) + 1))
        by_serial = order[groups == group][np.argsort(mine)]
        assert (np.diff(by_serial) >= 0).all()


def test_a_report_before_midnight_in_utc_may_be_of_the_next_day_in_the_city():
    reported = np.array(["2026-12-31T15:59:59", "2026-12-31T16:00:00"], dtype="datetime64[s]")
    days = local_days(reported)
    assert numbers(np.array(["510502", "510502"]), days, np.array([9, 10])).tolist() == [
        "5105022026123100009",
        "5105022027010100010",
    ]


@given(st.lists(LONLAT, min_size=1, max_size=20), st.integers(3, 20))
def test_a_box_around_points_meets_the_cells_of_all_of_them(points, shift):
    lonlat = np.array(points)
    (west, south), (east, north) = lonlat.min(axis=0), lonlat.max(axis=0)
    left, top, right, bottom = cells_of_box((west, south, east + 1e-9, north), shift)
    cells = pixels(lonlat) >> shift
    inside_sides = (lonlat[:, 0] < east) & (lonlat[:, 1] > south)
    for column, row in cells[inside_sides].tolist():
        assert left <= column <= right and top <= row <= bottom


@given(LONLAT, st.integers(0, PIXEL_ZOOM))
def test_every_cell_lies_on_the_map(point, zoom):
    shift = PIXEL_ZOOM - zoom
    lon, lat = point
    left, top, right, bottom = cells_of_box((lon, lat, lon + 1, lat + 1), shift)
    assert 0 <= left <= right < SIDE >> shift
    assert 0 <= top <= bottom < SIDE >> shift


def test_a_box_of_whole_tiles_meets_just_those():
    shift = PIXEL_ZOOM + TILE_BITS - 3
    assert cells_of_box((-180, 0, -90, 66.513), shift) == (0, 2, 1, 3)
