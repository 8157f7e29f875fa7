"""The four clocks by which terms run, and the instant at which a term ends.

A term in hours begins at once. In a term in days the day it begins on is not counted, and the last day counts to its end: to
the close of office hours for working days, to midnight for natural days (Civil Code 民法典 Art. 201 and 203; that a natural day
ends nowhere later because it is a holiday is our DEFAULT). While a case is suspended its clock stands still, to the minute: the
term ends as soon as it has run for as long as it would have without.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from boundaries.clock import CITY_ZONE, start_of_day
from gis.errors import Refusal

URGENT_HOUR, WORK_HOUR, WORK_DAY, NATURAL_DAY = "urgent_hour", "work_hour", "work_day", "natural_day"
CLOCKS = {
    URGENT_HOUR: ("紧急工作时", "Urgent hours, day and night"),
    WORK_HOUR: ("工作时", "Office hours"),
    WORK_DAY: ("工作日", "Working days"),
    NATURAL_DAY: ("自然日", "Natural days"),
}
BY_CALENDAR = (WORK_HOUR, WORK_DAY)  # the others run on every day alike
LONGEST = 1000
ONE_DAY = timedelta(days=1)
NOTHING = timedelta()


@dataclass(frozen=True, slots=True)
class Due:
    """The end of a term.

    Attributes
    ----------
    at : datetime
        In the city's time.
    supposed : bool
        Some day of the term lies beyond the decreed holidays, where Monday to Friday are taken for working days; the end is
        reckoned anew when they are known.
    """

    at: datetime
    supposed: bool


def require_term(clock, limit):
    """Refuse what is no term.

    Parameters
    ----------
    clock : str
        A name of `CLOCKS`.
    limit : int
        Of hours or days.

    Raises
    ------
    Refusal
        ``bad_clock``, ``bad_clock_limit``.

    Examples
    --------
    >>> require_term("work_day", 0)
    Traceback (most recent call last):
    gis.errors.Refusal: A limit is a whole number from 1 to 1000, not 0.
    """
    if clock not in CLOCKS:
        raise Refusal("bad_clock", f"{str(clock)[:40]!r} is no clock; choose one of {', '.join(CLOCKS)}.")
    if type(limit) is not int or not 1 <= limit <= LONGEST:
        raise Refusal("bad_clock_limit", f"A limit is a whole number from 1 to {LONGEST}, not {str(limit)[:40]}.")


def due(begin, clock, limit, *, calendar, paused=()):
    """The instant at which a term ends.

    Parameters
    ----------
    begin : datetime
        With a time zone.
    clock : {"urgent_hour", "work_hour", "work_day", "natural_day"}
    limit : int
        Of hours or days.
    calendar : incidents.calendar.Calendar or None
        None will do for a clock that is not of `BY_CALENDAR`.
    paused : iterable of (datetime, datetime)
        When the clock stood still, in any order; they may overlap.

    Returns
    -------
    Due

    Raises
    ------
    Refusal
        ``bad_clock``, ``bad_clock_limit``.

    Examples
    --------
    Wednesday 30 September 2026, 17:00; the holidays end on 7 October, and Saturday 10 October is worked.

    >>> from incidents.calendar import Calendar
    >>> eve, year = datetime(2026, 9, 30, 17, tzinfo=CITY_ZONE), Calendar()
    >>> for clock in CLOCKS:
    ...     print(clock, f"{due(eve, clock, 3, calendar=year).at:%m-%d %H:%M}")
    urgent_hour 09-30 20:00
    work_hour 10-08 10:00
    work_day 10-10 18:00
    natural_day 10-04 00:00
    """
    require_term(clock, limit)
    begin, stops = begin.astimezone(CITY_ZONE), _merged(paused)
    left = _length(begin, clock, limit, calendar)
    end = begin
    for spell_begin, spell_end in _running(begin, clock, calendar):
        for start, stop in _without(spell_begin, spell_end, stops):
            if left <= stop - start:
                end = start + left
                return Due(end, _supposed(begin, end, clock, calendar))
            left -= stop - start
    raise AssertionError("a clock runs on for ever")


def _length(begin, clock, limit, calendar):
    """How long the clock runs in the term."""
    if clock in (URGENT_HOUR, WORK_HOUR):
        return timedelta(hours=limit)
    last = _last_day(begin.date(), clock, limit, calendar)
    if clock == NATURAL_DAY:
        return start_of_day(last + ONE_DAY) - begin
    ends = calendar.close(last)
    spells = (spell for spell in _running(begin, clock, calendar, until=ends))
    return sum((stop - start for start, stop in spells), NOTHING)


def _last_day(day, clock, limit, calendar):
    if clock == NATURAL_DAY:
        return day + limit * ONE_DAY
    while limit:
        day += ONE_DAY
        limit -= calendar.workday(day)[0]
    return day


def _running(begin, clock, calendar, *, until=None):
    """The spells in which the clock runs from an instant on, in order."""
    day = begin.date()
    while until is None or start_of_day(day) < until:
        spells = calendar.office_spells(day) if clock in BY_CALENDAR else [_whole(day)]
        yield from ((max(start, begin), stop) for start, stop in spells if stop > begin)
        day += ONE_DAY


def _whole(day):
    return start_of_day(day), start_of_day(day + ONE_DAY)


def _merged(paused):
    """Spells in order, apart from each other."""
    merged = []
    for start, stop in sorted(paused):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(stop, merged[-1][1]))
        elif start < stop:
            merged.append((start, stop))
    return merged


def _without(start, stop, stops):
    """What is left of a spell beside the stops."""
    for held_from, held_to in stops:
        if held_to > start and held_from < stop:
            if held_from > start:
                yield start, held_from
            start = held_to
    if start < stop:
        yield start, stop


def _supposed(begin, end, clock, calendar):
    if clock not in BY_CALENDAR:
        return False
    days = ((end.date() - begin.date()).days + 1) if end >= begin else 1
    return any(calendar.workday(begin.date() + each * ONE_DAY)[1] for each in range(days))
