"""Trainings and assessments of grid workers: entered, and annulled with a reason; nothing is rewritten."""

import sqlalchemy as sa

from boundaries.clock import CITY_ZONE, now
from boundaries.store import audit
from boundaries.store.audit import BY_OPERATOR
from boundaries.store.standing import end_unfounded
from boundaries.store.workers import worker
from boundaries.store.writing import refusals
from boundaries.workers import checked_reason, checked_training, require_held, require_score
from gis.errors import Refusal

TABLES = {"training": "worker_training", "assessment": "worker_assessment"}
TRAININGS = sa.text("""
    SELECT id, held_on, course, CAST(hours AS float8) AS hours, annulled FROM worker_training
    WHERE worker_id = :id ORDER BY held_on DESC, id DESC""")
ASSESSMENTS = sa.text("""
    SELECT id, held_on, passed, CAST(score AS float8) AS score, annulled FROM worker_assessment
    WHERE worker_id = :id ORDER BY held_on DESC, id DESC""")
ADD_TRAINING = sa.text("""
    INSERT INTO worker_training (worker_id, held_on, course, hours) VALUES (:worker_id, :held_on, :course, :hours)
    RETURNING id""")
ADD_ASSESSMENT = sa.text("""
    INSERT INTO worker_assessment (worker_id, held_on, passed, score) VALUES (:worker_id, :held_on, :passed, :score)
    RETURNING id""")
TRAINED_BY = sa.text("""
    SELECT EXISTS (SELECT FROM worker_training WHERE worker_id = :id AND annulled IS NULL AND held_on <= :held_on)""")


def trainings(connection, worker_id):
    """A worker's trainings, the latest first: ``id held_on course hours annulled``."""
    return connection.execute(TRAININGS, {"id": worker_id}).all()


def assessments(connection, worker_id):
    """A worker's assessments, the latest first: ``id held_on passed score annulled``."""
    return connection.execute(ASSESSMENTS, {"id": worker_id}).all()


def add_training(connection, worker_id, *, held_on, course, hours, by=BY_OPERATOR):
    """Enter a training.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        In a transaction.
    worker_id : int
    held_on : date
        Its last day; not in the future.
    course : str
    hours : float
    by : (int or None, str)

    Returns
    -------
    int

    Raises
    ------
    Refusal
        ``unknown_worker``, ``bad_record``, ``day_in_future``.
    """
    course, hours = checked_training(course, hours)
    values = {"held_on": held_on, "course": course, "hours": hours}
    return _add(connection, ADD_TRAINING, worker_id, values, kind="training", by=by)


def add_assessment(connection, worker_id, *, held_on, passed, score=None, by=BY_OPERATOR):
    """Enter an assessment. One that was failed takes back the duties that were to begin after it.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        In a transaction.
    worker_id : int
    held_on : date
        Not in the future, and not before the worker's first training.
    passed : bool
    score : float, optional
        From 0 to 100.
    by : (int or None, str)

    Returns
    -------
    int

    Raises
    ------
    Refusal
        ``unknown_worker``, ``bad_record``, ``day_in_future``, ``assessment_before_training``.
    """
    require_score(score)
    if not connection.execute(TRAINED_BY, {"id": worker_id, "held_on": held_on}).scalar_one():
        worker(connection, worker_id)
        sentence = f"No training of this worker by {held_on} is entered; an assessment follows a training, so enter that first."
        raise Refusal("assessment_before_training", sentence)
    added = _add(
        connection, ADD_ASSESSMENT, worker_id, {"held_on": held_on, "passed": passed, "score": score}, kind="assessment", by=by
    )
    if not passed:
        end_unfounded(connection, worker_id, held_on, by=by)
    return added


def annul(connection, kind, worker_id, record_id, *, reason, by=BY_OPERATOR):
    """Annul a record, which then counts for nothing: duties that began on it alone end.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        In a transaction.
    kind : {"training", "assessment"}
    worker_id : int
        Whose it is.
    record_id : int
    reason : str
    by : (int or None, str)

    Returns
    -------
    list of str
        Codes of the grids whose duties end.

    Raises
    ------
    Refusal
        ``unknown_record``, ``record_is_kept`` when it is annulled already, ``bad_record``.
    """
    table = TABLES[kind]
    annulling = sa.text(f"""
        UPDATE {table} SET annulled = :reason WHERE id = :id AND worker_id = :worker_id RETURNING held_on""")
    with refusals():
        values = {"id": record_id, "worker_id": worker_id, "reason": checked_reason(reason)}
        held_on = connection.execute(annulling, values).scalar_one_or_none()
    if held_on is None:
        raise Refusal("unknown_record", f"Grid worker {worker_id} has no {kind} {record_id}.")
    ended = end_unfounded(connection, worker_id, held_on, by=by)
    detail = {"worker": worker_id, "duties_ended": ended}
    audit.tell(connection, by, f"{kind}.annul", f"{table}:{record_id}", detail)
    return ended


def _add(connection, adding, worker_id, values, *, kind, by):
    worker(connection, worker_id)
    require_held(values["held_on"], now().astimezone(CITY_ZONE).date())
    with refusals():
        added = connection.execute(adding, values | {"worker_id": worker_id}).scalar_one()
    detail = {"worker": worker_id, "held_on": values["held_on"].isoformat()}
    audit.tell(connection, by, f"{kind}.add", f"{TABLES[kind]}:{added}", detail)
    return added
