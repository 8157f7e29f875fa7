"""Generated grid workers of a demo register, written in a few statements; whatever guards the tables guards them too."""

from pathlib import Path

import sqlalchemy as sa

from boundaries.store.absences import add_absence
from boundaries.store.statements import statement
from boundaries.store.writing import refusals
from boundaries.workers import DEMO_COURSE

HERE = Path(__file__).parent
TRAIN = sa.text("""
    INSERT INTO worker_training (worker_id, held_on, course, hours)
    SELECT worker_id, city_day(now()) - 60, :course, 16 FROM unnest(CAST(:workers AS bigint[])) AS worker_id""")
ASSESS = sa.text("""
    INSERT INTO worker_assessment (worker_id, held_on, passed, score)
    SELECT worker_id, city_day(now()) - 50, true, 80 + worker_id % 20 FROM unnest(CAST(:workers AS bigint[])) AS worker_id""")
SERVE = sa.text("""
    INSERT INTO duty (worker_id, grid_code, role, lifespan)
    SELECT worker_id, grid_code, 'responsible', tstzrange(clock_timestamp(), NULL)
    FROM unnest(CAST(:workers AS bigint[]), CAST(:grids AS text[])) AS given (worker_id, grid_code)""")
DAYS = sa.text("SELECT city_day(now()) + 7")


def store_demo_workers(connection):
    """Give the grids of a demo register workers: most of them, one of whom is absent and has a substitute.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        In a transaction.

    Returns
    -------
    int
        Number of workers.
    """
    rows = connection.execute(statement(HERE, "demo_workers")).all()
    workers = {"workers": [row.worker_id for row in rows]}
    serving = [row for row in rows if row.on_duty]
    with refusals():
        connection.execute(TRAIN, workers | {"course": DEMO_COURSE})
        connection.execute(ASSESS, workers)
        duties = {"workers": [row.worker_id for row in serving], "grids": [row.code for row in serving]}
        connection.execute(SERVE, duties)
    absent, *others = [row.worker_id for row in rows if row.in_absence] or [None]
    if others:
        add_absence(connection, absent, until=connection.execute(DAYS).scalar_one(), substitute_id=others[0])
    return len(rows)
