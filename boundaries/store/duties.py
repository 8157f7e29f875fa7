"""Who serves which grid from when to when. A duty that has begun is ended, never rewritten."""

from pathlib import Path

import sqlalchemy as sa

from boundaries.dated import begin_of
from boundaries.duties import require_duty
from boundaries.rights import WHOLE_CITY
from boundaries.store import audit
from boundaries.store.audit import BY_OPERATOR
from boundaries.store.statements import statement
from boundaries.store.workers import worker
from boundaries.store.writing import refusals
from gis.errors import Refusal

HERE = Path(__file__).parent
RESPONSIBLE = sa.text("""
    SELECT grid_code, worker_id, name, work_phone
    FROM responsible_workers(CAST(:codes AS text[]), CAST(:at AS timestamptz))""")
NOW = sa.text("SELECT clock_timestamp()")
ADD_DUTY = sa.text("""
    INSERT INTO duty (worker_id, grid_code, role, lifespan) VALUES (:worker_id, :grid_code, :role, tstzrange(:begin, NULL))
    RETURNING id""")
DUTY = sa.text("""
    SELECT id, worker_id, grid_code, role, lower(lifespan) AS valid_from, upper(lifespan) AS valid_to FROM duty
    WHERE id = :id AND grid_code = :grid_code FOR UPDATE""")
TAKE_BACK = sa.text("DELETE FROM duty WHERE id = :id")
CLOSE = sa.text("UPDATE duty SET lifespan = tstzrange(lower(lifespan), :end) WHERE id = :id")


def duties_of(connection, codes, at):
    """Who serves some grids at an instant.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    codes : iterable of str
        Of grids; what is no grid, or not in force, has no duties.
    at : datetime

    Returns
    -------
    list of Row
        ``duty_id grid_code role worker_id name work_phone kind substitutes_for valid_from valid_to``, by grid; the responsible
        first. Of an absent worker's duty the worker is the substitute, and ``substitutes_for`` the name of the absent one; a duty
        that nobody serves is left out. The contact is that of today. ``valid_to`` is at the latest the end of the grid.
    """
    return connection.execute(statement(HERE, "duties"), {"codes": list(codes), "at": at}).all()


def responsible(connection, codes, at):
    """The worker responsible for each of some grids, or who stands in.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    codes : iterable of str
    at : datetime

    Returns
    -------
    dict of str to Row
        ``worker_id name work_phone``. No entry for a grid that nobody is responsible for. Where several are, whose duty is the
        oldest.
    """
    rows = connection.execute(RESPONSIBLE, {"codes": list(codes), "at": at})
    return {row.grid_code: row for row in rows}


def unstaffed(connection, scopes, *, within=WHOLE_CITY, limit):
    """Grids in force that nobody is responsible for at this very moment.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    scopes : iterable of str
        Beginnings of the codes that are looked at.
    within : str
        Only those within this unit.
    limit : int

    Returns
    -------
    list of Row
        ``code name village since reason``, by code. ``reason``: ``absent`` — who is responsible is, and nobody can stand in;
        ``ended`` — a duty has ended; ``never``. ``since`` is None of the last.
    """
    values = {"scopes": list(scopes), "within": within, "limit": limit}
    return connection.execute(statement(HERE, "unstaffed"), values).all()


def begin_duty(connection, worker_id, grid_code, *, role, since=None, by=BY_OPERATOR):
    """Have a worker serve a grid from a day on.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        In a transaction.
    worker_id : int
        Trained and assessed by that day.
    grid_code : str
        In force on that day.
    role : {"responsible", "assisting", "stationed"}
        A full-time worker is responsible for one grid at a time.
    since : date, optional
        Today or later; default from this instant on.
    by : (int or None, str)

    Returns
    -------
    int

    Raises
    ------
    Refusal
        ``bad_duty``, ``unknown_worker``, ``day_is_past``, ``grid_not_in_force``, ``worker_not_active``,
        ``worker_of_elsewhere``, ``worker_not_trained``, ``worker_not_assessed``, ``overlapping_duty``, ``one_duty_at_a_time``.
    """
    require_duty(grid_code, role)
    worker(connection, worker_id)
    begin = begin_of(since, connection.execute(NOW).scalar_one())
    values = {"worker_id": worker_id, "grid_code": grid_code, "role": role, "begin": begin}
    with refusals():
        duty_id = connection.execute(ADD_DUTY, values).scalar_one()
    detail = {"grid": grid_code, "worker": worker_id, "role": role, "from": begin.isoformat()}
    audit.tell(connection, by, "duty.begin", f"duty:{duty_id}", detail)
    return duty_id


def end_duty(connection, duty_id, grid_code, *, until=None, by=BY_OPERATOR):
    """End a duty, or take it back before it has begun.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        In a transaction.
    duty_id : int
    grid_code : str
        The grid it is on.
    until : date, optional
        The day from which it no longer holds, today or later; default this instant.
    by : (int or None, str)

    Raises
    ------
    Refusal
        ``unknown_duty``, ``day_is_past``, ``history_is_kept`` when it has ended already.
    """
    row = connection.execute(DUTY, {"id": duty_id, "grid_code": grid_code}).one_or_none()
    if row is None:
        raise Refusal("unknown_duty", f"There is no duty {duty_id} on grid {grid_code}.")
    end = begin_of(until, connection.execute(NOW).scalar_one())
    with refusals():
        connection.execute(TAKE_BACK if end <= row.valid_from else CLOSE, {"id": duty_id, "end": end})
    detail = {"grid": grid_code, "worker": row.worker_id, "until": end.isoformat()}
    audit.tell(connection, by, "duty.end", f"duty:{duty_id}", detail)
