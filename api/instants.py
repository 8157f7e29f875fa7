"""Dates and instants as texts: read, or refused."""

import re
from datetime import date, datetime

from boundaries.clock import end_of_day, start_of_day
from gis.errors import Refusal

INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)", re.ASCII)
DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
EARLIEST_YEAR, LATEST_YEAR = 1900, 2199


def parse_as_of(text, name):
    """The instant of "as of": a date means the map that the day left behind, its last instant in the city.

    Parameters and refusals as of :func:`parse_instant`.

    Examples
    --------
    >>> parse_as_of("2026-05-01", "at").isoformat()
    '2026-05-01T23:59:59.999999+08:00'
    """
    moment = parse_instant(text, name)
    return end_of_day(date.fromisoformat(text)) if DAY.fullmatch(text) else moment


def parse_instant(text, name):
    """A date, which means its first instant in the city, or an RFC 3339 instant.

    Parameters
    ----------
    text : str
    name : str
        Of the parameter, for the refusal.

    Returns
    -------
    datetime

    Raises
    ------
    Refusal
        ``bad_instant``.

    Examples
    --------
    >>> parse_instant("2026-05-01", "at").isoformat()
    '2026-05-01T00:00:00+08:00'
    """
    # In a query an unescaped "+" arrives as a blank.
    text = re.sub(r" (?=\d\d:\d\d$)", "+", text)
    try:
        moment = _moment(text)
    except ValueError:
        moment = None
    if moment is None or not EARLIEST_YEAR <= moment.year <= LATEST_YEAR:
        raise Refusal(
            "bad_instant",
            f"The parameter '{name}' is no instant; write a date such as 2026-05-01 or an instant such as "
            f"2026-05-01T08:30:00+08:00, from {EARLIEST_YEAR} to {LATEST_YEAR}.",
            parameter=name,
        )
    return moment


def _moment(text):
    if DAY.fullmatch(text):
        return start_of_day(date.fromisoformat(text))
    return datetime.fromisoformat(text) if INSTANT.fullmatch(text) else None
