"""Ends of terms that were supposed are reckoned anew once the city has said which days are worked."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from boundaries.store.workdays import SetDay, put
from incidents.clocks import due
from incidents.store import flow
from incidents.store.calendar import calendar_of
from incidents.store.new_terms import Reckoner, reckon_supposed
from tests.api import town
from tests.incidents.reported import ORIGIN, person, reported

pytestmark = pytest.mark.database

DISPATCHER, WORKER = person("dispatcher"), person("worker", town.WEST_GRID)
ONE_DAY = timedelta(days=1)
FAR = 600  # working days: so far ahead no holidays are ever decreed
LONG = sa.text("""
    UPDATE incident SET clock = 'work_day', clock_limit = :limit, due_at = :due_at, due_supposed = :supposed WHERE no = :no""")


@pytest.fixture
def engine(register):
    town.store(register)
    return register


@pytest.fixture
def supposed(engine):
    """A new incident that is handled in a term into the unknown; its number and the end that is supposed."""

    def leading(*steps):
        with engine.begin() as connection:
            no = reported(connection)
            for action, actor in [("register", DISPATCHER), ("dispatch", DISPATCHER), ("accept", WORKER), *steps]:
                row = flow.act(connection, no, action, by=(None, ORIGIN), actor=actor, note="说明")
            end = due(row.registered_at, "work_day", FAR, calendar=calendar_of(connection))
            connection.execute(LONG, {"no": no, "limit": FAR, "due_at": end.at, "supposed": end.supposed})
        assert end.supposed and end.at.date().weekday() < 5
        return no, end.at

    return leading


def say(engine, days):
    for k in range(0, len(days), 1000):
        with engine.begin() as connection:
            put(connection, days[k : k + 1000])


def incident(engine, no):
    with engine.connect() as connection:
        return flow.one(connection, no), [event.detail for event in flow.course(connection, no) if event.action == "new_term"]


def next_weekday(day):
    return next(day + each * ONE_DAY for each in (1, 2, 3) if (day + each * ONE_DAY).weekday() < 5)


def test_as_long_as_nothing_more_is_known_nothing_is_told(engine, supposed):
    no, end = supposed()
    assert reckon_supposed(engine) == 0
    row, told = incident(engine, no)
    assert (row.due_at, row.due_supposed, told) == (end, True, [])


def test_a_holiday_on_the_last_day_moves_the_end_to_the_next_working_day_and_the_course_tells_both(engine, supposed):
    (no, end), (other, _) = supposed(), supposed()
    say(engine, [SetDay(end.date(), False, "节日")])
    assert reckon_supposed(engine, batch=1) == 2
    row, told = incident(engine, no)
    assert row.due_at == end + (next_weekday(end.date()) - end.date())
    assert told == [{"from": end.isoformat(), "to": row.due_at.isoformat(), "supposed": True}]
    assert reckon_supposed(engine) == 0
    assert len(incident(engine, other)[1]) == 1


def test_with_all_days_known_the_end_is_certain_and_is_not_reckoned_again(engine, supposed):
    no, end = supposed()
    days = [date.today() + each * ONE_DAY for each in range(-2, (end.date() - date.today()).days + 60)]
    say(engine, [SetDay(day, day.weekday() < 5, "日历") for day in days])
    assert reckon_supposed(engine) == 1
    row, told = incident(engine, no)
    assert not row.due_supposed and [each["supposed"] for each in told] == [False]
    say(engine, [SetDay(row.due_at.date(), False, "节日")])
    assert reckon_supposed(engine) == 0, "what was certain stays"


def test_what_is_suspended_or_has_ended_keeps_its_end(engine, supposed):
    suspended, end = supposed(("ask_suspension", WORKER), ("suspend", DISPATCHER))
    closed, _ = supposed(("feed_back", WORKER), ("pass", DISPATCHER), ("close", DISPATCHER))
    say(engine, [SetDay(end.date(), False, "节日")])
    assert reckon_supposed(engine) == 0
    assert [incident(engine, no)[1] for no in (suspended, closed)] == [[], []]


def test_as_long_as_the_calendar_stays_the_same_it_is_reckoned_twice_and_no_more(engine, supposed):
    no, end = supposed()
    job = Reckoner(engine)
    for _ in range(2):
        displace(engine, no)
        assert job() == 1
    displace(engine, no)
    assert job() == 0
    say(engine, [SetDay(end.date(), False, "节日")])
    assert job() == 1
    displace(engine, no)
    assert job() == 1, "who registered it may not have seen the new calendar"
    displace(engine, no)
    assert job() == 0


def displace(engine, no):
    """As if the end had been reckoned with another calendar."""
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE incident SET due_at = due_at + interval '1 hour' WHERE no = :no"), {"no": no})
