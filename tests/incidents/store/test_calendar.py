"""The calendar of the city in time: its own days over the decreed ones, office hours from a day on."""

from datetime import date, datetime, timedelta

import psycopg
import pytest

from boundaries.clock import CITY_ZONE, now, start_of_day
from boundaries.store import audit, city_settings
from boundaries.store.workdays import MOST_DAYS, SetDay, days_set, put
from gis.errors import Refusal
from incidents.calendar import DEFAULT_OFFICE_HOURS
from incidents.clocks import due
from incidents.store.calendar import calendar_of

pytestmark = pytest.mark.database

NEW_YEAR = date(2099, 1, 1)
SUMMER = [["08:30", "12:00"], ["14:30", "18:00"]]


def set_days(engine, *days):
    with engine.begin() as connection:
        return put(connection, days)


def calendar(engine):
    with engine.connect() as connection:
        return calendar_of(connection)


def test_a_fresh_register_has_the_decreed_calendar_and_the_default_office_hours(register):
    found = calendar(register)
    assert found.workday(date(2026, 10, 10)) == (True, False)
    assert found.workday(NEW_YEAR) == (True, True)
    assert found.office_hours(NEW_YEAR) == DEFAULT_OFFICE_HOURS


def test_a_day_that_the_city_sets_stands_over_what_was_supposed_and_can_be_taken_back(register):
    set_days(register, SetDay(NEW_YEAR, False, "元旦"))
    assert calendar(register).workday(NEW_YEAR) == (False, False)
    set_days(register, SetDay(NEW_YEAR, None))
    assert calendar(register).workday(NEW_YEAR) == (True, True)


def test_what_the_city_said_before_is_kept(register):
    set_days(register, SetDay(NEW_YEAR, False, "元旦"))
    before = now()
    set_days(register, SetDay(NEW_YEAR, True, "调休"))
    with register.connect() as connection:
        assert [tuple(row)[:3] for row in days_set(connection, at=before)] == [(NEW_YEAR, False, "元旦")]
        assert [tuple(row)[:3] for row in days_set(connection)] == [(NEW_YEAR, True, "调休")]
        assert days_set(connection, since=NEW_YEAR + timedelta(days=1)) == []


def test_setting_again_what_is_set_changes_nothing_and_writes_no_line(register):
    day = SetDay(NEW_YEAR, False, "元旦")
    assert set_days(register, day) == [NEW_YEAR]
    assert set_days(register, day) == []
    with register.connect() as connection:
        lines = [line for line in audit.read(connection, limit=10) if line.action == "calendar.set"]
    assert [line.detail for line in lines] == [{"days": [{"day": "2099-01-01", "is_workday": False, "name": "元旦"}]}]


@pytest.mark.parametrize(
    "days",
    [
        [],
        [SetDay(NEW_YEAR, False, "x"), SetDay(NEW_YEAR, True, "y")],
        [SetDay(date(1999, 12, 31), False, "x")],
        [SetDay(date(2200, 1, 1), False, "x")],
        [SetDay(NEW_YEAR, False, "")],
        [SetDay(NEW_YEAR, False, "x" * 61)],
        [SetDay(NEW_YEAR, False, "\u202e")],
        [SetDay(NEW_YEAR + timedelta(days=each), False, "x") for each in range(MOST_DAYS + 1)],
    ],
)
def test_days_that_cannot_be_set_are_refused_and_none_is_set(register, days):
    with pytest.raises(Refusal) as refused:
        set_days(register, *days)
    assert refused.value.code == "bad_calendar"
    assert calendar(register).days == {}


@pytest.mark.parametrize(
    "statement", ["UPDATE calendar_day SET is_workday = true", "DELETE FROM calendar_day", "TRUNCATE calendar_day"]
)
def test_nobody_rewrites_what_was_said_of_a_day(register, owned, statement):
    set_days(register, SetDay(NEW_YEAR, False, "元旦"))
    with pytest.raises(psycopg.errors.CheckViolation, match="history_is_kept"):
        owned.raw_connection().cursor().execute(statement)


def test_office_hours_hold_for_the_days_that_begin_after_they_are_set(register):
    today = now().astimezone(CITY_ZONE).date()
    june = today + timedelta(days=30)
    with register.begin() as connection:
        city_settings.put(connection, "office_hours", SUMMER)
        city_settings.put(connection, "office_hours", [["09:00", "17:00"]], since=june)
        city_settings.put(connection, "office_hours", None, since=june + timedelta(days=30))
    found = calendar(register)
    assert found.office_hours(today) == DEFAULT_OFFICE_HOURS
    assert found.office_hours(today + timedelta(days=1)) == ((510, 720), (870, 1080))
    assert found.office_hours(june - timedelta(days=1)) == ((510, 720), (870, 1080))
    assert found.office_hours(june) == ((540, 1020),)
    assert found.office_hours(june + timedelta(days=30)) == DEFAULT_OFFICE_HOURS


def test_a_term_runs_by_what_the_city_has_set(register):
    with register.begin() as connection:
        city_settings.put(
            connection, "office_hours", [["09:00", "11:00"]], since=now().astimezone(CITY_ZONE).date() + timedelta(1)
        )
    set_days(register, SetDay(NEW_YEAR, False, "元旦"), SetDay(date(2099, 1, 2), True, "调休"))
    eve = datetime(2098, 12, 31, 10, tzinfo=CITY_ZONE)  # a Wednesday
    assert due(eve, "work_hour", 2, calendar=calendar(register)).at == start_of_day(date(2099, 1, 2)) + timedelta(hours=10)


@pytest.mark.parametrize(
    "value",
    [
        [],
        "08:00",
        [["08:00"]],
        [["12:00", "08:00"]],
        [["08:00", "12:00"], ["11:00", "18:00"]],
        [["8:00", "12:00"]],
        [["08:00", 12]],
        [["08:00", "25:00"]],
        [[None, None]],
        {"from": "08:00"},
        [["00:00", "24:00"], ["24:00", "24:00"]],
    ],
)
def test_what_are_no_office_hours_is_refused(register, value):
    with pytest.raises(Refusal) as refused, register.begin() as connection:
        city_settings.put(connection, "office_hours", value)
    assert refused.value.code == "bad_setting_value"


def test_office_hours_are_the_whole_citys(register):
    with pytest.raises(Refusal) as refused, register.begin() as connection:
        city_settings.put(connection, "office_hours", SUMMER, scope="510502")
    assert refused.value.code == "bad_setting_scope"
