"""Grid workers, and who serves which grid from when to when. A duty that has begun is ended, never rewritten."""

from pathlib import Path

import sqlalchemy as sa

from boundaries.dated import begin_of
from boundaries.duties import checked_contact, require_duty, require_worker
from boundaries.store import audit
from boundaries.store.audit import BY_OPERATOR
from boundaries.store.statements import statement
from boundaries.store.writing import refusals
from gis.errors import Refusal

HERE = Path(__file__).parent
MOST_WORKERS = 1000
WORKER = "SELECT id, scope, name, work_phone, kind, active FROM grid_worker"
ONE_WORKER = sa.text(f"{WORKER} WHERE id = :id")
LOCK_WORKER = sa.text("SELECT FROM grid_worker WHERE id = :id FOR NO KEY UPDATE")
WORKERS = sa.text(f"""{WORKER}
    WHERE EXISTS (SELECT FROM unnest(CAST(:scopes AS text[])) AS reach WHERE starts_with(scope, reach))
    ORDER BY scope, name, id LIMIT :limit""")
ADD_WORKER = sa.text("""
    INSERT INTO grid_worker (scope, name, work_phone, kind) VALUES (:scope, :name, :work_phone, :kind) RETURNING id""")
CHANGE_WORKER = sa.text("""
    UPDATE grid_worker SET name = :name, work_phone = :work_phone, kind = :kind, active = :active WHERE id = :id""")
NOW = sa.text("SELECT clock_timestamp()")
ADD_DUTY = sa.text("""
    INSERT INTO duty (worker_id, grid_code, role, lifespan) VALUES (:worker_id, :grid_code, :role, tstzrange(:begin, NULL))
    RETURNING id""")
DUTY = sa.text("""
    SELECT id, worker_id, grid_code, role, lower(lifespan) AS valid_from, upper(lifespan) AS valid_to FROM duty
    WHERE id = :id AND grid_code = :grid_code FOR UPDATE""")
TAKE_BACK = sa.text("DELETE FROM duty WHERE id = :id")
CLOSE = sa.text("UPDATE duty SET lifespan = tstzrange(lower(lifespan), :end) WHERE id = :id")
GOING_ON = sa.text("""
    SELECT id, grid_code FROM duty
    WHERE worker_id = :id AND (upper_inf(lifespan) OR upper(lifespan) > :now) ORDER BY id""")


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
        ``duty_id grid_code role worker_id name work_phone kind valid_from valid_to``, by grid; the responsible first. The
        contact is that of today. ``valid_to`` is at the latest the end of the grid.
    """
    return connection.execute(statement(HERE, "duties"), {"codes": list(codes), "at": at}).all()


def worker(connection, worker_id):
    """One grid worker.

    Returns
    -------
    Row
        ``id scope name work_phone kind active``.

    Raises
    ------
    Refusal
        ``unknown_worker``.
    """
    row = connection.execute(ONE_WORKER, {"id": worker_id}).one_or_none()
    if row is None:
        raise Refusal("unknown_worker", f"There is no grid worker {worker_id}.")
    return row


def workers(connection, scopes, *, limit=MOST_WORKERS):
    """Grid workers whose place begins with one of some scopes, by place and name.

    Returns
    -------
    list of Row
        As of :func:`worker`.
    """
    return connection.execute(WORKERS, {"scopes": list(scopes), "limit": limit}).all()


def add_worker(connection, *, scope, name, work_phone, kind, by=BY_OPERATOR):
    """Enter a grid worker.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    scope : str
        Code of the village, town or county that keeps the entry; duties are inside it.
    name, work_phone : str
        As they are published with the grid.
    kind : {"full_time", "part_time", "stationed"}
    by : (int or None, str)

    Returns
    -------
    int

    Raises
    ------
    Refusal
        ``bad_code``, ``bad_worker``.
    """
    require_worker(scope, kind)
    name, work_phone = checked_contact(name, work_phone)
    values = {"scope": scope, "name": name, "work_phone": work_phone, "kind": kind}
    worker_id = connection.execute(ADD_WORKER, values).scalar_one()
    _audit(connection, by, "worker.add", f"grid_worker:{worker_id}", {"scope": scope, "kind": kind})
    return worker_id


def change_worker(connection, worker_id, *, by=BY_OPERATOR, **given):
    """Change a worker's contact, kind or activity; the contact of before is not kept.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        In a transaction.
    worker_id : int
    by : (int or None, str)
    **given
        Any of ``name work_phone kind active``. Who is no longer active has no duties from now on.

    Raises
    ------
    Refusal
        ``unknown_worker``, ``bad_worker``.
    """
    connection.execute(LOCK_WORKER, {"id": worker_id})
    before = worker(connection, worker_id)
    wanted = before._asdict() | given
    require_worker(wanted["scope"], wanted["kind"])
    wanted["name"], wanted["work_phone"] = checked_contact(wanted["name"], wanted["work_phone"])
    connection.execute(CHANGE_WORKER, wanted)
    if not wanted["active"]:
        now = connection.execute(NOW).scalar_one()
        for row in connection.execute(GOING_ON, {"id": worker_id, "now": now}).all():
            end_duty(connection, row.id, row.grid_code, by=by)
    changed = sorted(name for name, value in wanted.items() if value != before._asdict()[name])
    _audit(connection, by, "worker.change", f"grid_worker:{worker_id}", {"changed": changed, "active": wanted["active"]})


def begin_duty(connection, worker_id, grid_code, *, role, since=None, by=BY_OPERATOR):
    """Have a worker serve a grid from a day on.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        In a transaction.
    worker_id : int
    grid_code : str
        In force on that day.
    role : {"responsible", "assisting", "stationed"}
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
        ``worker_of_elsewhere``, ``one_duty_at_a_time``.
    """
    require_duty(grid_code, role)
    worker(connection, worker_id)
    begin = begin_of(since, connection.execute(NOW).scalar_one())
    values = {"worker_id": worker_id, "grid_code": grid_code, "role": role, "begin": begin}
    with refusals():
        duty_id = connection.execute(ADD_DUTY, values).scalar_one()
    detail = {"grid": grid_code, "worker": worker_id, "role": role, "from": begin.isoformat()}
    _audit(connection, by, "duty.begin", f"duty:{duty_id}", detail)
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
    _audit(connection, by, "duty.end", f"duty:{duty_id}", detail)


def _audit(connection, by, action, record, detail):
    account_id, origin = by
    audit.record(connection, account_id=account_id, action=action, record=record, origin=origin, detail=detail)
