"""The city's time."""

from datetime import UTC, datetime, time, timedelta, timezone

# A fixed offset: Asia/Shanghai has kept UTC+8 without summer time since 1991, before any grid there was.
CITY_ZONE_NAME = "Asia/Shanghai"
CITY_ZONE = timezone(timedelta(hours=8), CITY_ZONE_NAME)


def now():
    """This instant."""
    return datetime.now(UTC)


def start_of_day(day):
    """The instant at which a day begins in the city.

    Parameters
    ----------
    day : date

    Returns
    -------
    datetime

    Examples
    --------
    >>> from datetime import date
    >>> start_of_day(date(2026, 5, 1)).isoformat()
    '2026-05-01T00:00:00+08:00'
    """
    return datetime.combine(day, time(), CITY_ZONE)


def end_of_day(day):
    """The last instant of a day in the city: the register "as of" a day is the one that the day left behind.

    Parameters
    ----------
    day : date

    Returns
    -------
    datetime

    Examples
    --------
    >>> from datetime import date
    >>> end_of_day(date(2026, 5, 1)).isoformat()
    '2026-05-01T23:59:59.999999+08:00'
    """
    return start_of_day(day + timedelta(days=1)) - timedelta(microseconds=1)


def spoken(instant):
    """An instant for people: to the minute, in the city's time.

    Examples
    --------
    >>> spoken(datetime(2026, 5, 1, 18, 30, 7, tzinfo=UTC))
    '2026-05-02 02:30'
    """
    return f"{instant.astimezone(CITY_ZONE):%Y-%m-%d %H:%M}"
