"""Indicators: what the database counts is what a replay of the courses in Python counts, and every number has its list."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from boundaries.clock import now
from boundaries.store.connecting import engine_for
from incidents.indicators import BREAKDOWNS, COUNTED, INDICATORS, NUMBERS, SIDES, STEPS, listed
from incidents.store.indicators import Question, behind, breakdown
from tests.api import town
from tests.incidents import courses
from tests.incidents.reported import ASKED, FIRE_LANE, ROAD, TRIED, reported
from tests.registers import register_of_module

pytestmark = pytest.mark.database

LENGTHS = {"county": 6, "town": 9, "village": 12, "grid": 15}
PERIODS = st.tuples(st.integers(-2, 70), st.integers(1, 40), st.sampled_from([0, 7.5]))
NARROWED = st.fixed_dictionaries(
    {},
    optional={
        "within": st.sampled_from(["510502", "510502001001", town.WEST_GRID, "510503", "5105"]),
        "matter": st.sampled_from([ROAD, FIRE_LANE]),
        "department": st.sampled_from([TRIED, ASKED]),
        "family": st.sampled_from(["hazard", "livelihood"]),
        "scopes": st.sampled_from([("510502",), (town.WEST_GRID, "510503"), ()]),
        "own_department": st.just(TRIED),
        "own_scopes": st.sampled_from([("",), ("510502",)]),
        "generated_only": st.booleans(),
    },
)


@pytest.fixture(scope="module")
def engine(cluster, _template):
    with register_of_module(cluster, _template, "indicators") as engine:
        town.store(engine)
        yield engine


@pytest.fixture(scope="module")
def told(engine, cluster):
    owner = engine_for(cluster.url(owner=True, database="indicators"))
    yield courses.make(engine, owner, count=80, seed=11)
    owner.dispose()


@pytest.fixture(scope="module")
def families(engine):
    with engine.connect() as connection:
        return {row.code: row.family for row in connection.execute(sa.text("SELECT code, family FROM matter"))}


def is_asked_for(each, asked, families):
    row = each.row
    own = asked.own_department is not None and row.department == asked.own_department
    return (
        each.place.startswith(asked.within)
        and asked.matter in (None, row.matter_code)
        and asked.family in (None, families[row.matter_code])
        and asked.department in (None, row.department)
        and (row.source == "synthetic" or not asked.generated_only)
        and (each.place.startswith(tuple(asked.scopes)) or (own and each.place.startswith(tuple(asked.own_scopes))))
    )


def code_of(each, by, families):
    row = each.row
    if by in LENGTHS:
        return row.grid_code and row.grid_code[: LENGTHS[by]]
    return {"department": row.department, "matter": row.matter_code, "family": families[row.matter_code]}[by]


def replayed(told, asked, by, families):
    """Counts by code, by an independent way; and those of the whole."""
    told = [each for each in told if is_asked_for(each, asked, families)]
    rows, whole = {}, dict.fromkeys(NUMBERS, 0)
    for each in told:
        add(whole, *courses.replay(each, asked.since, asked.until))
        if by in STEPS:
            for first, since, until in courses.spans(by, asked.since, asked.until):
                add(rows.setdefault(first, dict.fromkeys(NUMBERS, 0)), *courses.replay(each, since, until))
        else:
            code = code_of(each, by, families)
            add(rows.setdefault(code, dict.fromkeys(NUMBERS, 0)), *courses.replay(each, asked.since, asked.until))
    return {code: counts for code, counts in rows.items() if any(counts.values())}, whole


def add(counts, numbers, hours):
    for name in numbers:
        counts[name] += 1
    counts["hours"] += hours


def near(counts):
    return counts | {"hours": pytest.approx(counts["hours"], abs=1e-6)}


def test_the_courses_hold_everything_that_is_counted(told, families):
    _, whole = replayed(told, Question(since=courses.BEGIN, until=now()), "matter", families)
    assert all(whole.values()), whole
    went = {event.action for each in told for event in each.events}
    assert {"suspend", "resume", "fail", "send_back", "merge", "cancel", "reject"} <= went


@settings(max_examples=60)
@given(by=st.sampled_from(BREAKDOWNS), period=PERIODS, narrowed=NARROWED)
def test_what_the_database_counts_is_what_a_replay_of_the_courses_counts(engine, told, families, by, period, narrowed):
    day, days, hours = period
    since = courses.BEGIN + timedelta(days=day, hours=hours)
    asked = Question(since=since, until=since + timedelta(days=days), **narrowed)
    with engine.connect() as connection:
        rows, total = breakdown(connection, asked, by=by, at=now())
    expected, whole = replayed(told, asked, by, families)
    assert {row.code: row.counts for row in rows} == {code: near(counts) for code, counts in expected.items()}
    assert total.counts == near(whole)


@settings(max_examples=12)
@given(by=st.sampled_from(BREAKDOWNS), period=PERIODS, narrowed=NARROWED)
def test_behind_every_number_stand_exactly_as_many_incidents(engine, told, by, period, narrowed):
    day, days, hours = period
    since = courses.BEGIN + timedelta(days=day, hours=hours)
    asked = Question(since=since, until=since + timedelta(days=days), **narrowed)
    with engine.connect() as connection:
        rows, whole = breakdown(connection, asked, by=by, at=now())
        for row in (*rows, whole):
            of_row = {"of_row": row is not whole, "code": row.code}
            for number in COUNTED:
                found, total = behind(connection, asked, number, by=by, at=now(), limit=1000, **of_row)
                assert len({each.no for each in found}) == len(found) == total == row.counts[number], (row.code, number)
                if number == "finished":
                    assert sum(each.hours for each in found) == pytest.approx(row.counts["hours"], abs=0.01 * len(found) + 1e-6)


def test_a_list_is_the_same_whether_it_comes_whole_or_in_pages(engine, told):
    with engine.connect() as connection:
        whole, total = behind(connection, Question(), "received", by="grid", at=now(), limit=1000)
        paged, after = [], ""
        while page := behind(connection, Question(), "received", by="grid", at=now(), after=after, limit=7)[0]:
            paged += page
            after = page[-1].no
    assert [row.no for row in paged] == [row.no for row in whole] and total == len(told) == len(whole)


def test_a_list_names_exactly_the_incidents_that_the_replay_counts(engine, told):
    asked = Question(since=courses.BEGIN, until=courses.BEGIN + timedelta(days=30))
    with engine.connect() as connection:
        for number in COUNTED:
            found, _ = behind(connection, asked, number, by="grid", at=now(), limit=1000)
            counted = [each.row.no for each in told if number in courses.replay(each, asked.since, asked.until)[0]]
            assert [row.no for row in found] == sorted(counted), number


def test_what_is_due_later_is_not_due_yet_and_a_period_ends_now(engine, told):
    with engine.connect() as connection, connection.begin() as undone:
        before = breakdown(connection, Question(), by="county", at=now())[1].counts
        no = reported(connection)
        connection.execute(sa.text("UPDATE incident SET due_at = now() + interval '1 day' WHERE no = :no"), {"no": no})
        later = now() + timedelta(days=30)
        after = breakdown(connection, Question(until=later), by="county", at=now())[1].counts
        assert (after["received"], after["due"]) == (before["received"] + 1, before["due"])
        at_last = breakdown(connection, Question(until=later), by="county", at=now() + timedelta(days=2))[1].counts
        assert (at_last["due"], at_last["overdue"]) == (before["due"] + 1, before["overdue"] + 1)
        undone.rollback()


def test_of_nothing_there_is_no_row_and_the_whole_is_nought(engine):
    with engine.connect() as connection:
        rows, total = breakdown(connection, Question(scopes=()), by="grid", at=now())
        assert rows == [] and set(total.counts.values()) == {0}
        assert behind(connection, Question(scopes=()), "due", by="grid", at=now(), limit=5) == ([], 0)


def test_every_side_of_every_indicator_has_a_number_to_list():
    assert {listed(indicator, side) for indicator in INDICATORS for side in SIDES} == set(COUNTED)
