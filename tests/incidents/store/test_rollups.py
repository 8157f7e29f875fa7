"""Counts in memory are those of a GROUP BY, whoever writes meanwhile and however it is sorted."""

import threading
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
import sqlalchemy as sa

from boundaries.clock import now
from boundaries.store.connecting import engine_for
from boundaries.store.snapshots import Snapshots
from incidents.matters import DEFAULT_MATTERS
from incidents.pixels import SIDE
from incidents.reports import Reports
from incidents.store.rollups import Rollups
from incidents.store.writing import load

pytestmark = pytest.mark.database

BEGIN = np.datetime64("2026-03-01T00:00:00")
ALL = (0, 0, SIDE - 1, SIDE - 1)
RAW = sa.text("""
    SELECT px >> 6 AS x, py >> 6 AS y, matter_code, state, coalesce(grid_code, '-1') AS grid, count(*)
    FROM incident WHERE reported_at >= :since AND reported_at < :until GROUP BY 1, 2, 3, 4, 5
""")


def reports(count, seed):
    """Reports about a town, by people."""
    random = np.random.default_rng(seed)
    return Reports(
        matter_code=np.array([each.code for each in DEFAULT_MATTERS])[random.integers(0, len(DEFAULT_MATTERS), count)],
        state=np.full(count, "reported"),
        reported_at=BEGIN + random.integers(0, 90 * 86400, count).astype("timedelta64[s]"),
        closed_at=np.full(count, np.datetime64("NaT", "s")),
        lonlat=random.uniform((105.40, 28.80), (105.48, 28.86), (count, 2)),
        datum=np.full(count, "cgcs2000"),
        source="import",
    )


def taken_in(engine, count, seed):
    with engine.begin() as connection:
        load(connection, reports(count, seed), Snapshots(engine).at(now()))


def raw(connection, since, until):
    """Counts of the database by cell, kind and grid."""
    rows = connection.execute(RAW, {"since": since, "until": until}).all()
    return {tuple(row[:5]): row[5] for row in rows}


def summed(counts, column):
    """Counts by some of the columns."""
    found = {}
    for key, count in counts.items():
        name = tuple(key[k] for k in column)
        found[name] = found.get(name, 0) + count
    return found


def micros(instant):
    return round(instant.timestamp() * 1e6)


def assert_same(view, counts, since, until):
    """The counts in memory are those of the database: in cells, of one matter, of one state, by grid."""
    span = {"since": micros(since), "until": micros(until)}
    window = tuple(pixel >> 6 for pixel in (26_600_000, 13_950_000, 26_640_000, 13_980_000))
    keeps = {
        None: view.keep(None, None),
        "matter": view.keep(["0406"], None),
        "state": view.keep(None, "registered"),
    }
    chosen = {
        None: counts,
        "matter": {key: count for key, count in counts.items() if key[2] == "0406"},
        "state": {key: count for key, count in counts.items() if key[3] == "registered"},
    }
    for name, keep in keeps.items():
        found = view.counted.cells(window, 6, keep=keep, **span).tolist()
        assert {(x, y): count for x, y, count in found} == summed(chosen[name], (0, 1)), name
    units = view.counted.units(len(view.grids), keep=keeps[None], **span)
    assert {(str(view.grids[k]),): count for k, count in enumerate(units.tolist()) if count} == summed(counts, (4,))
    edges = np.array([span["since"], span["since"] + (span["until"] - span["since"]) // 3, span["until"]])
    assert view.counted.moments(ALL, edges, keep=keeps[None]).sum() == sum(counts.values())


@pytest.fixture
def rollups(demo_copy):
    held = Rollups(demo_copy, limit_mb=64)
    assert held.load()
    return held


SINCE, UNTIL = datetime(2024, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)


def compare(engine, rollups, since=SINCE, until=UNTIL):
    view = rollups.view()
    with engine.connect() as connection:
        assert_same(view, raw(connection, since, until), since, until)
    return view


def test_what_is_loaded_is_what_the_database_counts_at_any_instant(demo_copy, rollups):
    compare(demo_copy, rollups)
    with demo_copy.connect() as connection:
        first, last = connection.execute(sa.text("SELECT min(reported_at), max(reported_at) FROM incident")).one()
    for share in (0.1, 0.5, 0.9):
        instant = first + share * (last - first) + timedelta(microseconds=7)
        compare(demo_copy, rollups, first, instant)
        compare(demo_copy, rollups, instant, last)


def test_loads_changes_of_state_of_matter_and_of_grid_are_counted_at_once(demo_copy, owned_copy, rollups):
    steps = [
        lambda: taken_in(demo_copy, 500, 1),
        lambda: step(demo_copy, "register", "reported", "registered", 200),
        lambda: taken_in(demo_copy, 300, 2),
        lambda: step(demo_copy, "cancel", "registered", "cancelled", 77),
        lambda: change(owned_copy, "UPDATE incident SET matter_code = '0406' WHERE id % 7 = 0"),
        lambda: change(
            owned_copy,
            "UPDATE incident SET grid_code = NULL, grid_version_id = NULL, micro_grid_version_id = NULL "
            "WHERE state = 'reported' AND id % 3 = 0",
        ),
        lambda: change(owned_copy, "UPDATE incident SET reported_at = reported_at - interval '5 days' WHERE id % 11 = 0"),
        lambda: change(owned_copy, "UPDATE incident SET address = 'here'"),
        lambda: change(owned_copy, "INSERT INTO matter (code, family, name_zh, name_en) VALUES ('0000x', 'hazard', '新', 'New')"),
        lambda: change(owned_copy, "UPDATE incident SET matter_code = '0000x' WHERE id % 13 = 0"),
    ]
    for step_taken in steps:
        step_taken()
        compare(demo_copy, rollups)
    rollups.sort()
    assert len(compare(demo_copy, rollups).ledger.rows) == 0


def test_what_changes_nothing_that_is_counted_is_not_read_again(owned_copy, rollups):
    before = rollups.view()
    change(owned_copy, "UPDATE incident SET address = 'here', urgent = NOT urgent")
    assert len(rollups.view().ledger.rows) == len(before.ledger.rows)


def test_what_is_deleted_or_truncated_by_the_owner_is_gone(demo_copy, owned_copy, rollups):
    change(owned_copy, "DELETE FROM incident WHERE id % 5 = 0")
    compare(demo_copy, rollups)
    change(owned_copy, "ALTER TABLE incident_event DISABLE TRIGGER kept_whole")
    change(owned_copy, "TRUNCATE incident CASCADE")
    assert len(rollups.view().counted) == 0


def test_who_has_not_looked_for_so_long_that_touches_were_pruned_reads_anew(demo_copy, owned_copy, rollups):
    for _ in range(2):
        taken_in(demo_copy, 50, 3)
        change(owned_copy, "UPDATE incident_touch_kept SET next_at = now() - interval '2 hours'")
        change(owned_copy, "SELECT prune_touches()")
    with demo_copy.connect() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM incident_touch")).scalar_one() <= 1
    compare(demo_copy, rollups)


def test_a_register_with_more_incidents_than_memory_is_left_to_the_database(demo_copy):
    held = Rollups(demo_copy, limit_mb=0)
    assert not held.load()
    assert held.view() is None


def test_every_view_amid_writers_is_that_of_one_moment(demo_copy, owned_copy, rollups):
    """Each writer moves incidents in pairs: at no moment does a transaction's half show."""
    taken_in(demo_copy, 400, 5)
    change(owned_copy, "CREATE TABLE told (n bigint)")
    change(owned_copy, "GRANT ALL ON told TO wangge")
    done, faults = threading.Event(), []

    def write(seed):
        try:
            for turn in range(8):
                taken_in(demo_copy, 40, 100 * seed + turn)
                step(demo_copy, "register", "reported", "registered", 10)
        except Exception as error:
            faults.append(error)

    def look():
        seen = 0
        while not done.is_set():
            view = rollups.view()
            total = int(view.counted.cells((0, 0, 0, 0), 25, keep=view.keep(None, None))[:, 2].sum())
            base = total - 400
            if (total < seen) or (base - looked_first) % 40:
                faults.append(AssertionError(f"{total} after {seen}"))
            seen = total

    view = rollups.view()
    looked_first = int(view.counted.cells((0, 0, 0, 0), 25, keep=view.keep(None, None))[:, 2].sum()) - 400
    writers = [threading.Thread(target=write, args=(seed,)) for seed in (1, 2, 3)]
    watchers = [threading.Thread(target=look) for _ in range(2)]
    for thread in (*writers, *watchers):
        thread.start()
    for thread in writers[:2]:
        thread.join()
    rollups.sort()
    writers[2].join()
    done.set()
    for thread in watchers:
        thread.join()
    assert not faults, faults[0]
    compare(demo_copy, rollups)


def test_views_on_two_processes_agree_with_the_database_after_both_wrote(demo_copy, rollups):
    other = Rollups(demo_copy, limit_mb=64)
    other.load()
    taken_in(demo_copy, 30, 8)
    for held in (rollups, other, rollups):
        compare(demo_copy, held)


@pytest.fixture
def owned_copy(cluster, demo_copy_url, demo_copy):
    name = sa.make_url(demo_copy.url).database
    engine = engine_for(cluster.url(owner=True, database=name))
    yield engine
    engine.dispose()


def change(engine, statement):
    with engine.begin() as connection:
        connection.execute(sa.text(statement))


def step(engine, action, from_state, to_state, limit):
    with engine.begin() as connection:
        connection.execute(
            sa.text(
                "INSERT INTO incident_event (incident_id, action, from_state, to_state, actor, note) "
                "SELECT id, :action, CAST(:from_state AS text), :to_state, 'test', 'x' "
                "FROM (SELECT id FROM incident WHERE state = :from_state "
                "ORDER BY id DESC LIMIT :limit FOR UPDATE SKIP LOCKED) AS chosen"
            ),
            {"action": action, "from_state": from_state, "to_state": to_state, "limit": limit},
        )
