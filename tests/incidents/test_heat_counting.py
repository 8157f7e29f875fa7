"""Counting by columns: whatever the window, the time and the kinds, compiled or not, it is the count of each row by itself."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis import engine
from incidents.heat.ledger import opened
from incidents.heat.release import LEAST, released
from incidents.heat.table import Rows, kept, kinds, table_of, together

MATTERS, STATES = 4, 3
HOT = 14_000  # rows in one tile, so that sums come into play


def some_rows(count, seed, first_id=1, hot=0):
    random = np.random.default_rng(seed)
    px, py = random.integers(26_600_000, 26_612_000, count), random.integers(13_960_000, 13_968_000, count)
    px[:hot], py[:hot] = 26_601_472 + random.integers(0, 2048, hot), 13_961_216 + random.integers(0, 2048, hot)
    kind = kinds(random.integers(0, MATTERS, count), random.integers(0, STATES, count))
    time = random.integers(0, 1000, count) * 1_000_003
    return Rows(np.arange(first_id, first_id + count), px, py, time, kind, random.integers(0, 5, count).astype(np.int32))


ROWS = some_rows(3 * HOT, seed=1, hot=2 * HOT)
TABLE = opened(ROWS)


@pytest.fixture(params=["numba", "numpy"])
def kernels(request, monkeypatch):
    """Compiled loops, and none."""
    monkeypatch.setenv(engine.SETTING, request.param)
    if request.param == "numba" and engine.kernels(1) is None:
        pytest.skip("the compiler is not installed")


def one_by_one(rows, window, shift, keep, since, until):
    left, top, right, bottom = window
    x, y = rows.px >> shift, rows.py >> shift
    meant = (x >= left) & (x <= right) & (y >= top) & (y <= bottom) & (rows.time >= since) & (rows.time < until)
    meant &= keep[rows.kind] != 0
    cells, counts = np.unique(np.column_stack([y[meant], x[meant]]), axis=0, return_counts=True)
    return np.column_stack([cells[:, ::-1], counts]).tolist()


@pytest.mark.parametrize("shift", [0, 3, 5, 6, 7, 8, 10, 11, 13, 20])
@pytest.mark.parametrize("matters", [None, {2}])
def test_cells_are_counted_as_row_by_row(kernels, shift, matters):
    keep = kept(matters, None, of=MATTERS)
    boxes = [(26_600_000, 13_960_000, 26_612_000, 13_968_000), (26_601_000, 13_961_000, 26_604_000, 13_963_500)]
    for left, top, right, bottom in boxes if shift > 2 else [(26_601_500, 13_961_300, 26_601_900, 13_961_700)]:
        window = (left >> shift, top >> shift, right >> shift, bottom >> shift)
        for since, until in [(-1, 1 << 60), (100 * 1_000_003, 900 * 1_000_003), (7, 8), (500 * 1_000_003, 501 * 1_000_003 - 1)]:
            found = TABLE.counted.cells(window, shift, keep=keep, since=since, until=until).tolist()
            assert found == one_by_one(ROWS, window, shift, keep, since, until)


def test_units_and_spans_of_time_are_counted_as_row_by_row(kernels):
    keep = kept({0, 1}, {1}, of=MATTERS)
    meant = keep[ROWS.kind] != 0
    window = (26_601_000, 13_961_000, 26_605_000, 13_964_000)
    inside = meant & (ROWS.px >= window[0]) & (ROWS.px <= window[2]) & (ROWS.py >= window[1]) & (ROWS.py <= window[3])
    edges = np.array([0, 1, 10 * 1_000_003, 10 * 1_000_003, 700 * 1_000_003, 2000 * 1_000_003])
    assert TABLE.counted.units(5, keep=keep).tolist() == np.bincount(ROWS.unit[meant], minlength=5).tolist()
    assert (
        TABLE.counted.moments(window, edges, keep=keep).tolist()
        == np.histogram(
            ROWS.time[inside & (ROWS.time < edges[-1])], [0, 1, 10 * 1_000_003, 10 * 1_000_003, 700 * 1_000_003, 2000 * 1_000_003]
        )[0].tolist()
    )


# A step writes a run of ids: what was there goes, some of it comes back changed, and there may be new ones.
STEPS = st.lists(st.tuples(st.integers(1, 40), st.integers(0, 12), st.integers(0, 2**32 - 1)), max_size=8)


@given(STEPS, st.integers(0, 8))
def test_a_ledger_counts_what_is_there_whatever_was_booked_and_sorted(steps, sorted_at):
    there = {one: row for one, row in zip(range(1, 21), one_each(some_rows(20, seed=2)), strict=True)}
    ledger = opened(together(list(there.values())))
    for number, (first, length, seed) in enumerate(steps):
        random = np.random.default_rng(seed)
        run = range(first, first + length + 1)
        for one in run:
            there.pop(one, None)
            if random.random() < 0.7:
                there[one] = some_rows(1, seed=int(random.integers(1 << 31)), first_id=one)
        now = [there[one] for one in run if one in there]
        empty = ledger.rows.take(slice(0, 0))
        ledger = ledger.booked(np.array([first]), np.array([first + length]), together([empty, *now]))
        if number == sorted_at:
            ledger = ledger.since(ledger.sorted(), len(ledger.rows))
    keep = kept(None, None, of=MATTERS)
    window = (26_600_000 >> 8, 13_960_000 >> 8, 26_612_000 >> 8, 13_968_000 >> 8)
    held = together([ledger.rows.take(slice(0, 0)), *there.values()])
    assert ledger.counted.cells(window, 8, keep=keep).tolist() == one_by_one(held, window, 8, keep, -1, 1 << 60)
    assert len(ledger.counted) == len(there)


def one_each(rows):
    return [rows.take(slice(k, k + 1)) for k in range(len(rows))]


def test_a_table_gives_back_its_rows():
    table = table_of(ROWS)
    again = table.rows(table.find(ROWS.id))
    for name in ("id", "px", "py", "time", "kind", "unit"):
        assert (getattr(again, name) == getattr(ROWS, name)).all(), name
    assert table.find(np.array([0, 10**9])).tolist() == [-1, -1]


CELLS = st.dictionaries(st.tuples(st.integers(0, 31), st.integers(0, 31)), st.integers(1, 12), max_size=60)


@given(CELLS)
def test_what_is_released_is_cut_into_groups_of_five_and_more(cells):
    """Every count at a zoom is the sum of the counts below it and of a group that is nothing or five."""
    rows = np.array([(x, y, n) for (x, y), n in cells.items()], dtype=np.int64).reshape(-1, 3)
    told = released(rows, finest=5)
    for below, above in zip(told[:0:-1], told[-2::-1], strict=True):
        sums = {}
        for x, y, n in below.tolist():
            sums[x >> 1, y >> 1] = sums.get((x >> 1, y >> 1), 0) + n
        shown = {(x, y): n for x, y, n in above.tolist()}
        assert sums.keys() <= shown.keys()
        for cell, n in shown.items():
            group = n - sums.get(cell, 0)
            assert group == 0 or group >= LEAST
    total = sum(cells.values())
    assert total - told[0][:, 2].sum() in range(LEAST)
