"""Grid workers for tests: trained and assessed, so that they may begin a duty."""

from datetime import timedelta

from boundaries.clock import CITY_ZONE, now
from boundaries.store import duties
from boundaries.store.worker_records import add_assessment, add_training
from boundaries.store.workers import add_worker

CONTACT = {"name": "王芳", "work_phone": "0830-3101234", "kind": "full_time"}


def day(days):
    """A day so many days from today in the city."""
    return now().astimezone(CITY_ZONE).date() + timedelta(days=days)


def qualify(connection, worker_id, *, trained=-30, assessed=-20):
    """Enter a training and a passed assessment of so many days from today."""
    add_training(connection, worker_id, held_on=day(trained), course="岗前培训", hours=16)
    add_assessment(connection, worker_id, held_on=day(assessed), passed=True, score=88)


def qualified(connection, *, scope, **given):
    """Number of a new worker who may serve."""
    worker_id = add_worker(connection, scope=scope, **CONTACT | given)
    qualify(connection, worker_id)
    return worker_id


def serving(connection, grid_code, *, scope=None, **given):
    """Number of a new worker who is responsible for a grid from now on."""
    worker_id = qualified(connection, scope=scope or grid_code[:12], **given)
    duties.begin_duty(connection, worker_id, grid_code, role="responsible")
    return worker_id


def taking_over(connection, grid_code, **given):
    """The same in a demo, where somebody serves the grid already: those duties end."""
    for duty in duties.duties_of(connection, [grid_code], now()):
        duties.end_duty(connection, duty.duty_id, grid_code)
    return serving(connection, grid_code, **given)
