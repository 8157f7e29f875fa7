"""Days that the city sets as worked or free, over the decreed calendar. What it said before is kept, with when it said so."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from boundaries.clock import now
from boundaries.names import checked_name
from boundaries.store import audit
from boundaries.store.audit import BY_OPERATOR
from boundaries.store.writing import refusals
from gis.errors import Refusal

MOST_DAYS = 1000
LONGEST_NAME = 60
FIRST_YEAR, LAST_YEAR = 2000, 2199
IN_FORCE = sa.text("""
    SELECT day, is_workday, calendar_day.name, lower(lifespan) AS valid_from, account.display_name AS set_by
    FROM calendar_day LEFT JOIN account ON account.id = calendar_day.set_by
    WHERE lifespan @> CAST(:at AS timestamptz) AND day BETWEEN :since AND :until
    ORDER BY day""")
HISTORY = sa.text("""
    SELECT day, is_workday, calendar_day.name, lower(lifespan) AS valid_from, upper(lifespan) AS valid_to,
           account.display_name AS set_by, recorded_at
    FROM calendar_day LEFT JOIN account ON account.id = calendar_day.set_by
    WHERE day BETWEEN :since AND :until
    ORDER BY calendar_day.id DESC LIMIT :limit""")
ONE_AT_A_TIME = sa.text("SELECT pg_advisory_xact_lock(hashtext('calendar_day')), clock_timestamp()")
CLOSE = sa.text("""
    UPDATE calendar_day SET lifespan = tstzrange(lower(lifespan), :begin) WHERE day = ANY (:days) AND upper_inf(lifespan)""")
ADD = sa.text("""
    INSERT INTO calendar_day (day, is_workday, name, lifespan, set_by)
    VALUES (:day, :is_workday, :name, tstzrange(:begin, NULL), :account_id)""")


@dataclass(frozen=True, slots=True)
class SetDay:
    """What the city says of a day.

    Attributes
    ----------
    day : date
    is_workday : bool or None
        None takes back what it said: the decreed calendar holds again.
    name : str
        Why, such as 国庆节 or 调休.
    """

    day: date
    is_workday: bool | None
    name: str = ""


def days_set(connection, *, since=date.min, until=date.max, at=None):
    """The days that the city has set.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    since, until : date, optional
        The first and the last one wanted.
    at : datetime, optional
        As the city said then; default now.

    Returns
    -------
    list of Row
        ``day is_workday name valid_from set_by``, by day.
    """
    return connection.execute(IN_FORCE, {"at": at or now(), "since": since, "until": until}).all()


def history(connection, *, since, until, limit):
    """Everything that the city has said of some days, the latest said first.

    Returns
    -------
    list of Row
        ``day is_workday name valid_from valid_to set_by recorded_at``.
    """
    return connection.execute(HISTORY, {"since": since, "until": until, "limit": limit}).all()


def put(connection, days, *, by=BY_OPERATOR):
    """Set days, from now on.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        In a transaction.
    days : sequence of SetDay
        Up to `MOST_DAYS`; what is said of a day already is not said again.
    by : (int or None, str)

    Returns
    -------
    list of date
        Those that changed.

    Raises
    ------
    Refusal
        ``bad_calendar``.
    """
    wanted = _checked(days)
    begin = connection.execute(ONE_AT_A_TIME).one()[1]
    before = {row.day: (row.is_workday, row.name) for row in days_set(connection, at=begin)}
    changed = [each for each in wanted if _said(each) != before.get(each.day)]
    rows = [{"day": each.day, "is_workday": each.is_workday, "name": each.name} for each in changed]
    said = [row | {"begin": begin, "account_id": by[0]} for row in rows if row["is_workday"] is not None]
    with refusals():
        connection.execute(CLOSE, {"days": [each.day for each in changed], "begin": begin})
        if said:
            connection.execute(ADD, said)
    if changed:
        detail = {"days": [row | {"day": row["day"].isoformat()} for row in rows]}
        audit.record(connection, account_id=by[0], action="calendar.set", record="calendar", origin=by[1], detail=detail)
    return [each.day for each in changed]


def _said(each):
    return None if each.is_workday is None else (each.is_workday, each.name)


def _checked(days):
    if not 1 <= len(days) <= MOST_DAYS:
        raise _bad(f"{len(days)} days were given; give 1 to {MOST_DAYS} at a time")
    if len({each.day for each in days}) < len(days):
        raise _bad("a day is given twice; say one thing of each")
    return [_checked_day(each) for each in days]


def _checked_day(each):
    if not FIRST_YEAR <= each.day.year <= LAST_YEAR:
        raise _bad(f"{each.day} is not of the years {FIRST_YEAR} to {LAST_YEAR}")
    try:
        return (
            each if each.is_workday is None else SetDay(each.day, each.is_workday, checked_name(each.name, longest=LONGEST_NAME))
        )
    except ValueError as error:
        raise _bad(f"the name of {each.day} {error}") from error


def _bad(what):
    return Refusal("bad_calendar", f"The calendar cannot be set: {what}.")
