"""The calendar that the city has: its own days over the decreed ones, and its office hours in time."""

from datetime import timedelta

import sqlalchemy as sa

from boundaries.city_settings import OFFICE_HOURS, minute_of_day
from boundaries.clock import CITY_ZONE, start_of_day
from boundaries.store.workdays import days_set
from incidents.calendar import DEFAULT_OFFICE_HOURS, Calendar

HOURS = sa.text("""
    SELECT value, lower(lifespan) AS valid_from, upper(lifespan) AS valid_to FROM setting
    WHERE key = :key AND scope = '' ORDER BY lower(lifespan)""")


def calendar_of(connection):
    """The calendar as the city has it now, for all days.

    Parameters
    ----------
    connection : sqlalchemy.Connection

    Returns
    -------
    incidents.calendar.Calendar
        A day has the office hours that are set when it begins: who sets others at noon does not rewrite the morning.
    """
    days = {row.day: row.is_workday for row in days_set(connection)}
    return Calendar(days, _hours(connection.execute(HOURS, {"key": OFFICE_HOURS})))


def _hours(rows):
    changes = {}
    for row in rows:
        changes[_first_day(row.valid_from)] = tuple((minute_of_day(begin), minute_of_day(end)) for begin, end in row.value)
        if row.valid_to is not None:
            changes[_first_day(row.valid_to)] = DEFAULT_OFFICE_HOURS
    return tuple(sorted(changes.items()))


def _first_day(instant):
    """The first day that begins at an instant or later."""
    day = instant.astimezone(CITY_ZONE).date()
    return day if start_of_day(day) == instant else day + timedelta(days=1)
