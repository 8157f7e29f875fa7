"""Absences of grid workers, and who stands in. An absence that has begun is ended, never rewritten."""

import sqlalchemy as sa

from boundaries.clock import CITY_ZONE, start_of_day
from boundaries.dated import begin_of
from boundaries.store import audit
from boundaries.store.audit import BY_OPERATOR
from boundaries.store.workers import worker
from boundaries.store.writing import refusals
from gis.errors import Refusal

NOW = sa.text("SELECT clock_timestamp()")
ABSENCES = sa.text("""
    SELECT absence.id, lower(absence.lifespan) AS begins, upper(absence.lifespan) AS ends, absence.substitute_id,
           substitute.name AS substitute_name
    FROM worker_absence AS absence LEFT JOIN grid_worker AS substitute ON substitute.id = absence.substitute_id
    WHERE absence.worker_id = :id ORDER BY lower(absence.lifespan) DESC""")
ADD = sa.text("""
    INSERT INTO worker_absence (worker_id, substitute_id, lifespan) VALUES (:worker_id, :substitute_id, tstzrange(:begin, :end))
    RETURNING id""")
ONE = sa.text("""
    SELECT id, worker_id, substitute_id, lower(lifespan) AS begins, upper(lifespan) AS ends,
           (SELECT active FROM grid_worker WHERE id = worker_id) AS active
    FROM worker_absence WHERE id = :id FOR UPDATE""")
TAKE_BACK = sa.text("DELETE FROM worker_absence WHERE id = :id")
CLOSE = sa.text("UPDATE worker_absence SET lifespan = tstzrange(lower(lifespan), :end) WHERE id = :id")
STANDING_IN = sa.text("""
    SELECT id FROM worker_absence WHERE substitute_id = :id AND upper(lifespan) > clock_timestamp() ORDER BY id""")


def absences(connection, worker_id):
    """All absences of a worker, the latest first.

    Returns
    -------
    list of Row
        ``id begins ends substitute_id substitute_name``.
    """
    return connection.execute(ABSENCES, {"id": worker_id}).all()


def add_absence(connection, worker_id, *, since=None, until, substitute_id=None, by=BY_OPERATOR):
    """Enter that a worker serves nobody for some days.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        In a transaction.
    worker_id : int
    since : date, optional
        The first day, today or later; default from this instant on.
    until : date
        The first day on which the worker serves again.
    substitute_id : int, optional
        Who serves the worker's grids meanwhile. Without one nobody does, and these grids are among the unstaffed.
    by : (int or None, str)

    Returns
    -------
    int

    Raises
    ------
    Refusal
        ``unknown_worker``, ``day_is_past``, ``bad_absence``, ``one_absence_at_a_time``, ``substitute_absent``,
        ``worker_not_active``, ``worker_of_elsewhere``, ``worker_not_trained``, ``worker_not_assessed``.
    """
    worker(connection, worker_id)
    if substitute_id is not None:
        worker(connection, substitute_id)
        _require_another(worker_id, substitute_id)
    instant = connection.execute(NOW).scalar_one()
    begin, end = begin_of(since, instant), start_of_day(until)
    if end <= begin:
        first = begin.astimezone(CITY_ZONE).date()
        sentence = (
            f"'until' is the first day back on duty, which is after the first day of the absence, {first}; it is not {until}."
        )
        raise Refusal("bad_absence", sentence)
    return _add(connection, worker_id, substitute_id, begin, end, by)


def end_absence(connection, worker_id, absence_id, *, by=BY_OPERATOR):
    """End an absence at this instant, or take it back before it has begun.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        In a transaction.
    worker_id : int
        Whose it is.
    absence_id : int
    by : (int or None, str)

    Raises
    ------
    Refusal
        ``unknown_absence``, ``history_is_kept`` when it is over.
    """
    row = connection.execute(ONE, {"id": absence_id}).one_or_none()
    if row is None or row.worker_id != worker_id:
        raise Refusal("unknown_absence", f"Grid worker {worker_id} has no absence {absence_id}.")
    _end(connection, row, by)


def leave_without_substitute(connection, substitute_id, absence_ids=None, *, by=BY_OPERATOR):
    """Go on with the absences in which somebody stands in, without that substitute from now on.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        In a transaction.
    substitute_id : int
    absence_ids : iterable of int, optional
        Default all that are not over.
    by : (int or None, str)
    """
    if absence_ids is None:
        absence_ids = connection.execute(STANDING_IN, {"id": substitute_id}).scalars().all()
    for absence_id in absence_ids:
        row = connection.execute(ONE, {"id": absence_id}).one()
        end = _end(connection, row, by)
        if row.active:  # who is not serves nobody, absent or not
            _add(connection, row.worker_id, None, max(end, row.begins), row.ends, by)


def _add(connection, worker_id, substitute_id, begin, end, by):
    values = {"worker_id": worker_id, "substitute_id": substitute_id, "begin": begin, "end": end}
    with refusals():
        absence_id = connection.execute(ADD, values).scalar_one()
    detail = {"worker": worker_id, "from": begin.isoformat(), "until": end.isoformat(), "substitute": substitute_id}
    audit.tell(connection, by, "absence.begin", f"worker_absence:{absence_id}", detail)
    return absence_id


def _end(connection, row, by):
    end = connection.execute(NOW).scalar_one()
    with refusals():
        connection.execute(TAKE_BACK if end <= row.begins else CLOSE, {"id": row.id, "end": end})
    detail = {"worker": row.worker_id, "until": end.isoformat()}
    audit.tell(connection, by, "absence.end", f"worker_absence:{row.id}", detail)
    return end


def _require_another(worker_id, substitute_id):
    if worker_id == substitute_id:
        raise Refusal("bad_absence", "Nobody stands in for themselves; choose another worker, or none.")
