"""Reports taken in: located, given to their worker, numbered and stored, each with its first event, once."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import sqlalchemy as sa

from boundaries.clock import CITY_ZONE, now
from boundaries.store.statements import prepared, statement
from boundaries.store.writing import refusals
from gis.errors import Refusal
from incidents.clocks import BY_CALENDAR, due
from incidents.intake import FARTHEST_M, checked, position, too_far
from incidents.pixels import pixels
from incidents.store.assigning import assign
from incidents.store.calendar import calendar_of
from incidents.store.matter_lists import forget_line, line_known

HERE = Path(__file__).parent
# A lock and then a look: a look of one statement with the lock would not see what the one before has written.
ONE_AT_A_TIME = sa.text("SELECT pg_advisory_xact_lock(hashtextextended(:sender || chr(10) || :key, 6))")
EARLIER = sa.text("""
    SELECT incident_id, digest, no FROM submission JOIN incident ON incident.id = incident_id
    WHERE sender = :sender AND key = :key""")
ANSWERED = ("reported_at", "grid_code", "micro_grid_code", "on_border", "also", "distance_m", "nearest_code", "urgent")
ANSWERED += ("department", "lon", "lat")
NO_TERM = {"clock": None, "clock_limit": None, "due_at": None, "due_supposed": False}
LONGEST_KEY = 100


@dataclass(frozen=True, slots=True)
class Submission:
    """By which a report that comes again, after a lost answer or a double click, is known.

    Attributes
    ----------
    sender : str
        Who may use the key again: ``account:7``, ``public``.
    key : str
        Made up by the sender.
    digest : bytes
        SHA-256 of what was sent; see :func:`incidents.intake.digest`.
    """

    sender: str
    key: str
    digest: bytes

    def require_same(self, digest):
        """Refuse with ``key_used`` where something else was sent under its key before."""
        if bytes(digest) != self.digest:
            raise Refusal("key_used", "Another report was sent under this Idempotency-Key; make a new key for each report.")


@dataclass(frozen=True, slots=True)
class Taken:
    """A report that is in.

    Attributes
    ----------
    incident_id : int
    no : str
    repeated : bool
        It came before.
    values : dict or None
        What is answered to one that is new, as :func:`shown` reads it for one that came before: the lock on the day's serial
        is held until the commit, so nothing is read there that is known already.
    """

    incident_id: int
    no: str
    repeated: bool
    values: dict | None = None


def take_in(connection, report, *, snapshot, by, actor, may=None, submission=None):
    """Take in one report, with one statement that writes: in the caller's transaction, or in its own where there is none.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    report : incidents.intake.Report
    snapshot : boundaries.store.snapshots.Snapshot
        The register now.
    by : (int or None, str)
        Account and origin.
    actor : str
        Name of who reports, for the course of the incident.
    may : callable, optional
        Called with the code of the grid, None outside every grid; raises where the sender may not report.
    submission : Submission, optional
        Of two that come at once under one key, the second waits for the first and is answered with its incident.

    Returns
    -------
    Taken

    Raises
    ------
    Refusal
        ``key_used``, ``busy``, ``nothing_at_instant``, ``unknown_matter``, ``matter_not_listed``, ``serials_used_up``,
        ``position_far_away``, and all of :func:`incidents.intake.checked` and :func:`incidents.intake.position`.
    """
    for _ in range(2):  # what was known of the matter may no longer hold
        try:
            values = _row(connection, report, snapshot, may) | {"account_id": by[0], "actor": actor}
        except Refusal:
            if before := _before(connection, submission):
                return before
            raise
        with refusals():
            taken = _stored(connection, values, submission) or _before(connection, submission)
        if taken:
            return taken
        forget_line(connection, values["county"], values["matter_code"])
    raise Refusal("busy", "The map changed at this very moment; try again.")


def shown(connection, taken):
    """What is answered to a report.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    taken : Taken

    Returns
    -------
    dict
        ``no state reported_at grid_code micro_grid_code on_border also distance_m nearest_code urgent department worker_name
        worker_phone lon lat photos``.
    """
    if taken.values is not None:
        return taken.values
    return connection.execute(statement(HERE, "taken"), {"id": taken.incident_id}).one()._asdict()


def require_near(report, assignment, snapshot):
    """Refuse a position that no grid is near to.

    Raises
    ------
    Refusal
        ``position_far_away``, ``swapped_lonlat``.
    """
    distance_m = float(assignment.distance_m[0])
    if distance_m > FARTHEST_M:
        raise too_far(report, distance_m, snapshot.require("grid").locator.bounds)


def term(begin, line, calendar):
    """The term of what is urgent, which runs from the report.

    Parameters
    ----------
    begin : datetime
    line : incidents.store.matter_lists.Line
    calendar : incidents.calendar.Calendar

    Returns
    -------
    dict
        ``clock clock_limit due_at due_supposed``.
    """
    end = due(begin.astimezone(CITY_ZONE), line.clock, line.limit, calendar=calendar)
    return {"clock": line.clock, "clock_limit": line.limit, "due_at": end.at, "due_supposed": end.supposed}


def earlier(connection, submission):
    """The incident of a submission that came before.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Whoever comes with the same key meanwhile waits until its transaction ends.
    submission : Submission or None

    Returns
    -------
    Taken or None

    Raises
    ------
    Refusal
        ``key_used``.
    """
    if submission is None:
        return None
    connection.execute(ONE_AT_A_TIME, {"sender": submission.sender, "key": submission.key})
    return _before(connection, submission)


def _before(connection, submission):
    """The incident of a submission that has come before; see :func:`earlier`, which waits for one that is coming."""
    if submission is None:
        return None
    row = connection.execute(EARLIER, {"sender": submission.sender, "key": submission.key}).one_or_none()
    if row is None:
        return None
    submission.require_same(row.digest)
    return Taken(row.incident_id, row.no, repeated=True)


def _stored(connection, values, submission):
    sent = {"sender": None, "key": None, "digest": None}
    if submission:
        sent = {"sender": submission.sender, "key": submission.key, "digest": submission.digest}
    row = prepared(connection, statement(HERE, "take_in"), values | sent)
    return row and Taken(row.id, row.no, False, _answered(values, row))


def _answered(values, row):
    said = {name: values[name] for name in ANSWERED} | row._asdict()
    del said["id"]
    return said | {"state": "dispatched" if values["urgent"] else "reported", "photos": []}


def _row(connection, report, snapshot, may):
    """The values of the statement but for who reports."""
    report = checked(report)
    lonlat = position(report)
    assignment = assign(snapshot, lonlat)
    require_near(report, assignment, snapshot)
    if may is not None:
        may(str(assignment.grid_code[0]) or None)
    return _values(connection, report, lonlat, assignment)


def _values(connection, report, lonlat, assignment):
    at = now()
    grid_code, nearest = str(assignment.grid_code[0]) or None, str(assignment.nearest_code[0])
    line = line_known(connection, nearest[:6], report.matter_code, at)
    also = assignment.also[0]
    pixel = pixels(lonlat)[0].tolist()
    return {
        "county": nearest[:6],
        "day": at.astimezone(CITY_ZONE).date(),
        "reported_at": at,
        "matter_code": report.matter_code,
        "lon": float(lonlat[0, 0]),
        "lat": float(lonlat[0, 1]),
        "datum": report.datum,
        "declared_lon": report.lon,
        "declared_lat": report.lat,
        "grid_version_id": _version(assignment.grid_version_id),
        "micro_grid_version_id": _version(assignment.micro_grid_version_id),
        "grid_code": grid_code,
        "nearest_code": None if grid_code else nearest,
        "on_border": bool(assignment.on_border[0]),
        "also": also[1:-1].split(",") if len(also) > 2 else [],
        "distance_m": float(np.float32(assignment.distance_m[0])),  # as it is stored
        "source": report.source,
        "px": pixel[0],
        "py": pixel[1],
        "urgent": line.urgent,
        "description": report.description,
        "address": report.address,
        "micro_grid_code": str(assignment.micro_grid_code[0]) or None,
        "department": line.department,
        "line_clock": line.clock,
        "line_limit": line.limit,
        "list_id": line.list_id,
        **(term(at, line, _calendar_for(connection, line.clock)) if line.urgent else NO_TERM),
        "detail": json.dumps({"noted_at": report.noted_at.isoformat()} if report.noted_at else {}),
    }


def _version(ids):
    return int(ids[0]) if ids[0] >= 0 else None


def _calendar_for(connection, clock):
    """Most of what is urgent runs day and night: then the calendar is not asked for."""
    return calendar_of(connection) if clock in BY_CALENDAR else None
