"""Clients of the database itself: no rule of workers gives way to them, nor to two at once."""

import threading

import psycopg
import pytest
import sqlalchemy as sa

from boundaries.clock import start_of_day
from boundaries.store import absences
from boundaries.store.standing import change_worker
from gis.errors import Refusal
from tests.boundaries.store.workers.acts import DATABASE, GRID, OTHER_GRID, VILLAGE, begin
from tests.workers import day, qualified

pytestmark = pytest.mark.database

ATTACKS = [
    ("UPDATE grid_worker SET badge_no = 'W0000000000'", "denied"),
    (
        "INSERT INTO grid_worker (scope, name, work_phone, kind, badge_no) "
        "VALUES ('510502', 'x', '12345', 'full_time', 'W0000000000')",
        "denied",
    ),
    ("DELETE FROM worker_training", "denied"),
    ("DELETE FROM worker_assessment", "denied"),
    ("UPDATE worker_assessment SET passed = true", "denied"),
    ("UPDATE worker_training SET held_on = '2020-01-01'", "denied"),
    ("TRUNCATE worker_absence", "denied"),
    ("UPDATE worker_training SET annulled = NULL", "record_is_kept"),
    ("UPDATE worker_training SET annulled = 'x'; SET CONSTRAINTS ALL IMMEDIATE", "duty_needs_record"),
    ("UPDATE worker_assessment SET annulled = 'x'; SET CONSTRAINTS ALL IMMEDIATE", "duty_needs_record"),
    (
        "INSERT INTO worker_training (worker_id, held_on, course, hours) SELECT id, '2999-01-01', 'x', 1 FROM grid_worker",
        "day_in_future",
    ),
    ("UPDATE grid_worker SET active = false; SET CONSTRAINTS ALL IMMEDIATE", "worker_not_active"),
    ("UPDATE worker_absence SET substitute_id = NULL", "denied"),
    (
        "INSERT INTO worker_absence (worker_id, substitute_id, lifespan) SELECT id, id, tstzrange(now() + '1 d', now() + '2 d') "
        "FROM grid_worker",
        "bad_substitute",
    ),
    (
        "INSERT INTO worker_absence (worker_id, lifespan) "
        "SELECT id, tstzrange(now() - interval '9 d', now() - interval '2 d') FROM grid_worker",
        "history_is_kept",
    ),
    (
        "INSERT INTO worker_absence (worker_id, lifespan) SELECT id, tstzrange(now() + '9 d', NULL) FROM grid_worker",
        "bad_lifespan",
    ),
    (
        "INSERT INTO duty (worker_id, grid_code, role, lifespan) "
        "SELECT id, '510502001001002', 'responsible', tstzrange(now() + '1 d', NULL) "
        "FROM grid_worker",
        "overlapping_duty",
    ),
    ("SET session_replication_role = replica", "denied"),
]


@pytest.mark.parametrize(("statement", "rule"), ATTACKS)
def test_the_application_role_gets_past_no_rule(cluster, engine, statement, rule):
    with psycopg.connect(cluster.url(database=DATABASE)) as client:
        made = client.execute(
            "INSERT INTO grid_worker (scope, name, work_phone, kind) VALUES ('510502', '甲', '12345', 'full_time') RETURNING id"
        ).fetchone()
        client.execute("INSERT INTO worker_training (worker_id, held_on, course, hours) VALUES (%s, '2026-01-05', 'x', 1)", made)
        client.execute("INSERT INTO worker_assessment (worker_id, held_on, passed) VALUES (%s, '2026-01-06', true)", made)
        client.execute(
            "INSERT INTO duty (worker_id, grid_code, role, lifespan) VALUES (%s, '510502001001001', 'responsible', "
            "tstzrange(clock_timestamp(), NULL))",
            made,
        )
        wanted = psycopg.errors.InsufficientPrivilege if rule == "denied" else psycopg.errors.IntegrityError
        with pytest.raises(wanted) as caught:
            client.execute(statement)
        assert (caught.value.diag.constraint_name or "denied") == rule
        client.rollback()


OWNER_ATTACKS = ["DELETE FROM worker_training", "TRUNCATE worker_training", "UPDATE worker_training SET course = 'y'"]


@pytest.mark.parametrize("statement", OWNER_ATTACKS)
def test_not_even_the_owner_rewrites_a_record(cluster, engine, statement):
    with psycopg.connect(cluster.url(owner=True, database=DATABASE)) as owner:
        owner.execute("INSERT INTO grid_worker (scope, name, work_phone, kind) VALUES ('510502', '甲', '12345', 'full_time')")
        owner.execute(
            "INSERT INTO worker_training (worker_id, held_on, course, hours) SELECT id, '2026-01-05', 'x', 1 FROM grid_worker"
        )
        owner.execute("SET CONSTRAINTS ALL IMMEDIATE")  # nothing is truncated while a rule still has to speak
        owner.execute("SET session_replication_role = replica")
        with pytest.raises(psycopg.errors.CheckViolation, match="record_is_kept"):
            owner.execute(statement)
        owner.rollback()


@pytest.mark.parametrize("level", ["READ COMMITTED", "REPEATABLE READ"])
def test_of_two_who_give_a_full_time_worker_a_grid_at_once_one_gets_through(engine, level):
    with engine.begin() as connection:
        one = qualified(connection, scope=VILLAGE)
    at_once, outcomes = threading.Barrier(2), []

    def give(grid):
        try:
            with engine.connect().execution_options(isolation_level=level) as connection, connection.begin():
                connection.execute(sa.text("SELECT count(*) FROM duty"))
                at_once.wait()
                begin(connection, one, grid)
            outcomes.append("given")
        except Refusal as refusal:
            outcomes.append(refusal.code)

    both = [threading.Thread(target=give, args=(grid,)) for grid in (GRID, OTHER_GRID)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    with engine.begin() as connection:
        change_worker(connection, one, active=False)
    assert outcomes.count("given") == 1 and set(outcomes) - {"given"} <= {"overlapping_duty", "busy"}


def test_an_absence_is_not_made_longer_into_that_of_who_stands_in(connection, pair):
    absent, substitute = pair
    absence = absences.add_absence(connection, absent, until=day(3), substitute_id=substitute)
    absences.add_absence(connection, substitute, since=day(5), until=day(8))
    longer = sa.text("UPDATE worker_absence SET lifespan = tstzrange(lower(lifespan), :end) WHERE id = :id")
    connection.execute(longer, {"id": absence, "end": start_of_day(day(5))})
    with pytest.raises(sa.exc.IntegrityError, match="substitute_absent"):
        connection.execute(longer, {"id": absence, "end": start_of_day(day(6))})
