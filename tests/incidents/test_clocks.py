"""When a term ends, against a slow count minute by minute that shares nothing with it, and on days that are known."""

from datetime import date, datetime, timedelta
from functools import cache

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from boundaries.clock import CITY_ZONE
from gis.errors import Refusal
from incidents.calendar import Calendar
from incidents.clocks import CLOCKS, Due, due

MINUTE = timedelta(minutes=1)
PLAIN = Calendar()
FIRST = datetime(2026, 9, 18, tzinfo=CITY_ZONE)
DAYS = [FIRST.date() + timedelta(days=each) for each in range(40)]


def at(text):
    return datetime.strptime(f"2026-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=CITY_ZONE)


decreed = cache(chinese_calendar.is_workday)


def is_open(moment, calendar):
    """Whether the office is open in the minute that begins now."""
    day, minute = moment.date(), moment.hour * 60 + moment.minute
    return calendar.days.get(day, decreed(day)) and any(begin <= minute < end for begin, end in calendar.office_hours(day))


def ticks(moment, clock, calendar):
    return clock in ("urgent_hour", "natural_day") or is_open(moment, calendar)


def minutes_of_term(begin, clock, limit, calendar):
    """How many minutes the clock ticks: of a term in days, up to the end of its last day."""
    if clock in ("urgent_hour", "work_hour"):
        return limit * 60
    day, left = begin.date(), limit
    while left:
        day += timedelta(days=1)
        worked = calendar.days.get(day, decreed(day))
        left -= clock == "natural_day" or worked
    moment, count = begin, 0
    while moment.date() <= day:
        count += ticks(moment, clock, calendar)
        moment += MINUTE
    return count


def counted(begin, clock, limit, calendar, paused):
    left, moment = minutes_of_term(begin, clock, limit, calendar), begin
    while left:
        left -= ticks(moment, clock, calendar) and not any(start <= moment < stop for start, stop in paused)
        moment += MINUTE
    return moment


moments = st.integers(0, 16 * 24 * 60).map(lambda minute: FIRST + minute * MINUTE)
pauses = st.lists(
    st.tuples(moments, st.integers(0, 3 * 24 * 60)).map(lambda span: (span[0], span[0] + span[1] * MINUTE)), max_size=3
)
calendars = st.builds(
    Calendar,
    st.dictionaries(st.sampled_from(DAYS), st.booleans(), max_size=4),
    st.sampled_from([(), ((date(2026, 10, 1), ((510, 720), (870, 1080))),), ((date(2026, 9, 25), ((0, 1440),)),)]),
)


@given(moments, st.sampled_from(sorted(CLOCKS)), st.integers(1, 5), calendars, pauses)
def test_a_term_ends_when_a_count_of_its_minutes_says_so(begin, clock, limit, calendar, paused):
    assert due(begin, clock, limit, calendar=calendar, paused=paused).at == counted(begin, clock, limit, calendar, paused)


@given(moments, st.sampled_from(sorted(CLOCKS)), st.integers(1, 30), pauses)
def test_standing_still_never_brings_the_end_nearer_and_the_order_of_pauses_does_not_matter(begin, clock, limit, paused):
    with_pauses = due(begin, clock, limit, calendar=PLAIN, paused=paused)
    assert with_pauses.at >= due(begin, clock, limit, calendar=PLAIN).at
    assert with_pauses == due(begin, clock, limit, calendar=PLAIN, paused=paused[::-1])


@given(moments, st.timedeltas(timedelta(), timedelta(seconds=59)), st.sampled_from(sorted(CLOCKS)), st.integers(1, 30))
def test_a_later_begin_never_ends_earlier_and_a_higher_limit_ends_later(begin, later, clock, limit):
    first = due(begin, clock, limit, calendar=PLAIN).at
    assert first <= due(begin + later, clock, limit, calendar=PLAIN).at
    assert begin < first < due(begin, clock, limit + 1, calendar=PLAIN).at


# National Day of 2026: 1 to 7 October are free; Sunday 20 September and Saturday 10 October are worked.
@pytest.mark.parametrize(
    ("begin", "clock", "limit", "end"),
    [
        ("09-30 17:00", "urgent_hour", 1, "09-30 18:00"),
        ("10-01 03:00", "urgent_hour", 2, "10-01 05:00"),
        ("09-30 17:00", "work_hour", 2, "10-08 09:00"),  # over all the holidays
        ("09-30 11:30", "work_hour", 1, "09-30 14:30"),  # over noon
        ("09-30 16:00", "work_hour", 2, "09-30 18:00"),  # ends with the office, not the next morning
        ("10-03 10:00", "work_hour", 4, "10-08 12:00"),  # begins on a holiday
        ("10-09 17:30", "work_hour", 1, "10-10 08:30"),  # a Saturday that is worked
        ("10-10 17:30", "work_hour", 1, "10-12 08:30"),  # and the Sunday after it that is not
        ("09-30 09:00", "work_day", 1, "10-08 18:00"),
        ("10-08 09:00", "work_day", 3, "10-12 18:00"),  # Friday, the worked Saturday, Monday
        ("10-02 09:00", "work_day", 1, "10-08 18:00"),
        ("09-18 23:59", "work_day", 1, "09-20 18:00"),  # a Sunday that is worked
        ("09-28 00:00", "work_day", 5, "10-10 18:00"),
        ("09-30 09:00", "natural_day", 1, "10-02 00:00"),
        ("09-30 00:00", "natural_day", 7, "10-08 00:00"),
    ],
)
def test_the_end_of_a_term_around_national_day_2026(begin, clock, limit, end):
    assert due(at(begin), clock, limit, calendar=PLAIN) == Due(at(end), supposed=False)


@pytest.mark.parametrize(
    ("clock", "limit", "paused", "end"),
    [
        ("work_hour", 4, [("10-08 10:00", "10-09 10:00")], "10-09 12:00"),  # 2 hours before, 2 after
        ("work_hour", 5, [("10-08 12:00", "10-08 14:00")], "10-08 15:00"),  # nothing is lost over noon
        ("urgent_hour", 2, [("10-08 09:00", "10-08 09:30"), ("10-08 09:15", "10-08 10:00")], "10-08 11:00"),  # they overlap
        ("urgent_hour", 2, [("10-08 10:00", "10-08 12:00")], "10-08 10:00"),  # it had ended
        ("work_day", 1, [("10-08 18:00", "10-10 08:00")], "10-10 18:00"),  # a whole working day
        ("work_day", 1, [("10-09 16:00", "10-09 17:00")], "10-10 09:00"),  # an hour of office
        ("natural_day", 1, [("10-08 20:00", "10-09 08:00")], "10-10 12:00"),
    ],
)
def test_a_suspension_gives_back_what_it_took(clock, limit, paused, end):
    spells = [(at(start), at(stop)) for start, stop in paused]
    assert due(at("10-08 08:00"), clock, limit, calendar=PLAIN, paused=spells).at == at(end)


def test_a_term_into_a_year_without_decreed_holidays_is_marked_until_the_city_fills_its_calendar():
    begin = datetime(2099, 12, 30, 9, tzinfo=CITY_ZONE)  # a Wednesday
    assert due(begin, "work_day", 2, calendar=PLAIN) == Due(datetime(2100, 1, 1, 18, tzinfo=CITY_ZONE), supposed=True)
    filled = Calendar(
        {date(2099, 12, 30): True, date(2099, 12, 31): True} | {date(2100, 1, each): each > 3 for each in range(1, 8)}
    )
    assert due(begin, "work_day", 2, calendar=filled) == Due(datetime(2100, 1, 4, 18, tzinfo=CITY_ZONE), supposed=False)


@pytest.mark.parametrize("clock", ["urgent_hour", "natural_day"])
def test_a_clock_that_asks_for_no_working_days_supposes_nothing(clock):
    assert not due(datetime(2099, 12, 30, 9, tzinfo=CITY_ZONE), clock, 5, calendar=PLAIN).supposed


def test_an_instant_is_read_in_the_time_of_the_city_wherever_it_is_from():
    from_elsewhere = at("10-08 08:30").astimezone(datetime.strptime("-0500", "%z").tzinfo)
    assert due(from_elsewhere, "work_hour", 1, calendar=PLAIN).at == at("10-08 09:30")


@pytest.mark.parametrize(
    ("clock", "limit", "code"),
    [("week", 1, "bad_clock"), *[("work_day", bad, "bad_clock_limit") for bad in (0, -1, 1001, 1.5, True, None)]],
)
def test_what_is_no_term_is_refused(clock, limit, code):
    with pytest.raises(Refusal) as refused:
        due(at("10-08 08:00"), clock, limit, calendar=PLAIN)
    assert refused.value.code == code
