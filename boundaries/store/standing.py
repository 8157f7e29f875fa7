"""What may cost a grid worker duties: no longer being active, another kind, a record that is annulled, an assessment failed."""

import sqlalchemy as sa

from boundaries.store import audit
from boundaries.store.absences import leave_without_substitute
from boundaries.store.audit import BY_OPERATOR
from boundaries.store.duties import end_duty
from boundaries.store.workers import worker
from boundaries.store.writing import refusals
from boundaries.workers import checked_contact, require_worker
from gis.errors import Refusal

LOCK = sa.text("SELECT FROM grid_worker WHERE id = :id FOR NO KEY UPDATE")
CHANGE = sa.text("""
    UPDATE grid_worker SET name = :name, work_phone = :work_phone, kind = :kind, active = :active, account_id = :account_id
    WHERE id = :id""")
ACCOUNT = sa.text("SELECT id FROM account WHERE name = :name")
GOING_ON = sa.text("""
    SELECT id AS duty_id, grid_code FROM duty
    WHERE worker_id = :id AND (upper_inf(lifespan) OR upper(lifespan) > clock_timestamp()) ORDER BY id""")
UNFOUNDED = sa.text("SELECT duty_id, grid_code, absence_id FROM unfounded(:id, :since)")
# Now rather than at the commit, where nobody would turn the database's words into ours.
SPEAK, WAIT = (sa.text(f"SET CONSTRAINTS standing {when}") for when in ("IMMEDIATE", "DEFERRED"))


def change_worker(connection, worker_id, *, by=BY_OPERATOR, **given):
    """Change a worker's contact, kind, account or activity; the contact of before is not kept.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        In a transaction.
    worker_id : int
    by : (int or None, str)
    **given
        Any of ``name work_phone kind active account``. Who is no longer active has no duties from now on and stands in for
        nobody. ``account`` is the name of the account with which the worker reports; an empty one takes it away.

    Raises
    ------
    Refusal
        ``unknown_worker``, ``bad_worker``, ``unknown_account``, ``account_of_another``, ``overlapping_duty``.
    """
    connection.execute(LOCK, {"id": worker_id})
    before = worker(connection, worker_id)._asdict()
    wanted = before | given
    require_worker(wanted["scope"], wanted["kind"])
    wanted["name"], wanted["work_phone"] = checked_contact(wanted["name"], wanted["work_phone"])
    if not wanted["active"]:
        _end_duties(connection, connection.execute(GOING_ON, {"id": worker_id}).all(), by)
        leave_without_substitute(connection, worker_id, by=by)
    with refusals():
        connection.execute(CHANGE, wanted | {"account_id": _account_id(connection, wanted["account"])})
    settle(connection)
    changed = sorted(name for name, value in wanted.items() if value != before[name])
    audit.tell(connection, by, "worker.change", f"grid_worker:{worker_id}", {"changed": changed, "active": wanted["active"]})


def end_unfounded(connection, worker_id, since, *, by):
    """End the duties that a record of a day has left without a training and a passed assessment on which they began.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        In a transaction.
    worker_id : int
    since : date
        Of the record: duties that began earlier stand on others.
    by : (int or None, str)

    Returns
    -------
    list of str
        Codes of the grids whose duties are ended or taken back.
    """
    rows = connection.execute(UNFOUNDED, {"id": worker_id, "since": since}).all()
    duties = [row for row in rows if row.duty_id is not None]
    _end_duties(connection, duties, by)
    leave_without_substitute(connection, worker_id, [row.absence_id for row in rows if row.absence_id is not None], by=by)
    settle(connection)
    return [row.grid_code for row in duties]


def settle(connection):
    """Have the database say now what it would say at the commit."""
    with refusals():
        connection.execute(SPEAK)
    connection.execute(WAIT)


def _end_duties(connection, rows, by):
    for row in rows:
        end_duty(connection, row.duty_id, row.grid_code, by=by)


def _account_id(connection, name):
    if not name:
        return None
    found = connection.execute(ACCOUNT, {"name": name}).scalar_one_or_none()
    if found is None:
        raise Refusal("unknown_account", f"There is no account {name[:40]!r}.")
    return found
