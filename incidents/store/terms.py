"""The term of an incident: frozen once, stopped while it is suspended, reckoned anew when it goes on."""

from itertools import pairwise

import sqlalchemy as sa

from incidents.clocks import due
from incidents.store.calendar import calendar_of
from incidents.store.matter_lists import line_for

FREEZE = sa.text("""
    UPDATE incident SET clock = :clock, clock_limit = :limit, due_at = :due_at, due_supposed = :due_supposed WHERE id = :id""")
# What was overdue when the clock stopped stays overdue; else no term ends while it stands.
STOP = sa.text("UPDATE incident SET due_at = NULL WHERE id = :id AND due_at > :at")


def freeze(connection, row, at):
    """Freeze the term that the matter has in the county when the incident was reported.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    row : Row
        Of :func:`incidents.store.flow.one`, with its row locked.
    at : datetime
        Of the registration; an urgent incident's term runs from the report.

    Raises
    ------
    Refusal
        ``matter_not_listed``.
    """
    line = line_for(connection, row.no[:6], row.matter_code, row.reported_at)
    _set(connection, row.id, line.clock, line.limit, begin=row.reported_at if row.urgent else at)


def stop(connection, row, at):
    """Stop the clock: as long as it stands, no term ends."""
    connection.execute(STOP, {"id": row.id, "at": at})


def reckon(connection, row, course):
    """Reckon anew when a frozen term ends: after a suspension, or since more holidays are known.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    row : Row
        With its row locked. Without a term nothing happens.
    course : sequence of Row
        All its events.
    """
    if row.clock is not None:
        begin = row.reported_at if row.urgent else row.registered_at
        _set(connection, row.id, row.clock, row.clock_limit, begin=begin, paused=suspensions(course))


def begin(connection, incident_id, line, *, begin, course):
    """Reckon a term from its begin on, as if it had been this one all the time; it stands while it is suspended.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    incident_id : int
        Of an incident whose row is locked.
    line : incidents.store.matter_lists.Line
    begin : datetime
    course : sequence of Row
        All its events.
    """
    _set(connection, incident_id, line.clock, line.limit, begin=begin, paused=suspensions(course))
    turns = [event for event in course if event.action in ("suspend", "resume")]
    if turns and turns[-1].action == "suspend":
        connection.execute(STOP, {"id": incident_id, "at": turns[-1].at})


def suspensions(course):
    """When the clock stood still.

    Parameters
    ----------
    course : sequence of object
        ``action at``, in order.

    Returns
    -------
    list of (datetime, datetime)
        A suspension that goes on is not among them.
    """
    turns = [event for event in course if event.action in ("suspend", "resume")]
    return [(one.at, other.at) for one, other in pairwise(turns) if one.action == "suspend"]


def _set(connection, incident_id, clock, limit, *, begin, paused=()):
    end = due(begin, clock, limit, calendar=calendar_of(connection), paused=paused)
    values = {"clock": clock, "limit": limit, "due_at": end.at, "due_supposed": end.supposed}
    connection.execute(FREEZE, values | {"id": incident_id})
