"""Grid workers as they stand in the register: their work contact, badge and place."""

from pathlib import Path

import sqlalchemy as sa

from boundaries.rights import WHOLE_CITY
from boundaries.store import audit
from boundaries.store.audit import BY_OPERATOR
from boundaries.workers import badge_number, checked_contact, require_worker
from gis.errors import Refusal

HERE = Path(__file__).parent
MOST_WORKERS = 1000
WORKER = (HERE / "worker.sql").read_text(encoding="utf-8")
ONE_WORKER = sa.text(f"{WORKER} WHERE worker.id = :id")
OF_BADGE = sa.text(f"{WORKER} WHERE worker.badge_no = :badge_no")
WORKERS = sa.text(f"""{WORKER}
    WHERE starts_with(worker.scope, :within)
          AND EXISTS (SELECT FROM unnest(CAST(:scopes AS text[])) AS reach WHERE starts_with(worker.scope, reach))
    ORDER BY worker.scope, worker.name, worker.id LIMIT :limit""")
ADD_WORKER = sa.text("""
    INSERT INTO grid_worker (scope, name, work_phone, kind) VALUES (:scope, :name, :work_phone, :kind) RETURNING id""")
DUTIES = sa.text("""
    SELECT duty.id AS duty_id, duty.grid_code, grid.name AS grid_name, duty.role, lower(duty.lifespan) AS valid_from,
           least(upper(duty.lifespan), grid.retired_at) AS valid_to
    FROM duty
    CROSS JOIN LATERAL (
        SELECT (array_agg(name ORDER BY lower(lifespan) DESC))[1] AS name,
               CASE WHEN NOT bool_or(upper_inf(lifespan)) THEN max(upper(lifespan)) END AS retired_at
        FROM unit_version WHERE code = duty.grid_code) AS grid
    WHERE duty.worker_id = :id ORDER BY lower(duty.lifespan) DESC, duty.id DESC""")
PLACE = sa.text("""
    SELECT name, source = 'synthetic' AS is_synthetic FROM unit_version
    WHERE code = :code ORDER BY lower(lifespan) DESC LIMIT 1""")
SERVED_NOW = sa.text("""
    SELECT DISTINCT served.grid_code AS code, grid.name
    FROM serving(ARRAY(
        SELECT grid_code FROM duty WHERE worker_id = :id
        UNION
        SELECT duty.grid_code FROM worker_absence AS absence JOIN duty ON duty.worker_id = absence.worker_id
        WHERE absence.substitute_id = :id AND absence.lifespan @> statement_timestamp()), statement_timestamp()) AS served
    JOIN unit_version AS grid ON grid.code = served.grid_code AND grid.lifespan @> statement_timestamp()
    WHERE served.worker_id = :id ORDER BY served.grid_code""")


def worker(connection, worker_id):
    """One grid worker.

    Returns
    -------
    Row
        ``id scope name work_phone kind active badge_no account qualified trained_on assessed_on absent``: as of now; the days
        are those of the latest training and of the latest assessment, where it was passed.

    Raises
    ------
    Refusal
        ``unknown_worker``.
    """
    row = connection.execute(ONE_WORKER, {"id": worker_id}).one_or_none()
    if row is None:
        raise Refusal("unknown_worker", f"There is no grid worker {worker_id}.")
    return row


def worker_of_badge(connection, text):
    """The grid worker with a badge.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    text : str
        The number as somebody has copied it.

    Returns
    -------
    Row
        As of :func:`worker`.

    Raises
    ------
    Refusal
        ``unknown_badge``.
    """
    number = badge_number(text)
    row = number and connection.execute(OF_BADGE, {"badge_no": number}).one_or_none()
    if not row:
        raise Refusal("unknown_badge", "There is no badge with this number; compare it with the badge, letter by letter.")
    return row


def workers(connection, scopes, *, within=WHOLE_CITY, limit=MOST_WORKERS):
    """Grid workers whose place begins with one of some scopes, by place and name.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    scopes : iterable of str
    within : str
        Only those of this unit or of one within it.
    limit : int

    Returns
    -------
    list of Row
        As of :func:`worker`.
    """
    return connection.execute(WORKERS, {"scopes": list(scopes), "within": within, "limit": limit}).all()


def duties_of_worker(connection, worker_id):
    """All duties of a worker, the latest first.

    Returns
    -------
    list of Row
        ``duty_id grid_code grid_name role valid_from valid_to``; the name is the last one that the grid has had.
    """
    return connection.execute(DUTIES, {"id": worker_id}).all()


def place_of_worker(connection, row):
    """The unit that keeps a worker's entry, under its last name.

    Returns
    -------
    Row or None
        ``name is_synthetic``; None where the register has no such unit yet.
    """
    return connection.execute(PLACE, {"code": row.scope}).one_or_none()


def grids_served(connection, worker_id):
    """Grids that a worker serves now, for an absent one too.

    Returns
    -------
    list of Row
        ``code name``.
    """
    return connection.execute(SERVED_NOW, {"id": worker_id}).all()


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
    audit.tell(connection, by, "worker.add", f"grid_worker:{worker_id}", {"scope": scope, "kind": kind})
    return worker_id
