"""Whole months in the city's time: the only periods the public is told of."""

from datetime import date, timedelta

from boundaries.clock import CITY_ZONE, start_of_day

SETTLING_DAYS = 7  # reports sent late from the field have come by then


def months_between(since, until, *, at):
    """Whole months in a period that are over and settled.

    Parameters
    ----------
    since, until : datetime or None
        None is open; `since` is open at the month `first`.
    at : datetime
        Now.

    Returns
    -------
    tuple of datetime
        Begin of the first month that lies in the period whole, and end of the last; the same instant twice where there is none.

    Examples
    --------
    >>> from boundaries.clock import start_of_day
    >>> found = months_between(
    ...     start_of_day(date(2026, 1, 15)), start_of_day(date(2026, 6, 1)), at=start_of_day(date(2026, 5, 7)))
    >>> [f"{each:%Y-%m-%d}" for each in found]
    ['2026-02-01', '2026-04-01']
    """
    begin = _begin_of_next(since - timedelta(microseconds=1))
    last = at - timedelta(days=SETTLING_DAYS)
    end = begin_of_month(last if until is None else min(until, last))
    return (begin, end) if begin < end else (begin, begin)


def edition_at(at):
    """Which edition of the past months the public sees at an instant: there is a new one whenever another month has settled.

    Parameters
    ----------
    at : datetime

    Returns
    -------
    date
        First day of the month after the last one that has settled.

    Examples
    --------
    >>> from boundaries.clock import start_of_day
    >>> edition_at(start_of_day(date(2026, 5, 7))), edition_at(start_of_day(date(2026, 5, 8)))
    (datetime.date(2026, 4, 1), datetime.date(2026, 5, 1))
    """
    return begin_of_month(at - timedelta(days=SETTLING_DAYS)).astimezone(CITY_ZONE).date()


def months_of(begin, end):
    """The begins of the months of a period of whole months."""
    found = []
    while begin < end:
        found.append(begin)
        begin = _begin_of_next(begin)
    return found


def begin_of_month(instant):
    """The first instant of the month of an instant, in the city.

    Examples
    --------
    >>> from datetime import datetime
    >>> begin_of_month(datetime(2026, 5, 3, tzinfo=CITY_ZONE)).isoformat()
    '2026-05-01T00:00:00+08:00'
    """
    local = instant.astimezone(CITY_ZONE)
    return start_of_day(date(local.year, local.month, 1))


def end_of_month(begin):
    """The begin of the month after."""
    return _begin_of_next(begin)


def _begin_of_next(instant):
    return begin_of_month(begin_of_month(instant) + timedelta(days=32))
