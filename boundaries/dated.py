"""Rows with a lifespan: from when something holds that is to hold from a day on."""

from boundaries.clock import CITY_ZONE, start_of_day
from gis.errors import Refusal


def begin_of(day, instant):
    """The instant from which something holds that is to hold from a day on: of today, what is left of it.

    Parameters
    ----------
    day : date or None
        None is today.
    instant : datetime
        Now.

    Returns
    -------
    datetime

    Raises
    ------
    Refusal
        ``day_is_past``.

    Examples
    --------
    >>> from datetime import date, datetime
    >>> noon = datetime(2026, 5, 1, 12, tzinfo=CITY_ZONE)
    >>> begin_of(date(2026, 5, 1), noon).hour, begin_of(date(2026, 5, 2), noon).isoformat()
    (12, '2026-05-02T00:00:00+08:00')
    """
    today = instant.astimezone(CITY_ZONE).date()
    if day is not None and day < today:
        raise Refusal("day_is_past", f"{day} is past, and the past is never rewritten; choose today, {today}, or a later day.")
    return instant if day in (None, today) else start_of_day(day)
