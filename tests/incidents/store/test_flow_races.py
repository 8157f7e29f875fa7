"""Several connections act on one incident at once, and a client of the application's own role tries to go round the table."""

import threading
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
import sqlalchemy as sa

from gis.errors import Refusal
from incidents.flow import replayed
from incidents.store import flow
from tests.api import town
from tests.incidents.reported import ORIGIN, person, reported
from tests.registers import register_of_module

pytestmark = pytest.mark.database

DISPATCHER, WORKER = person("dispatcher"), person("worker", town.WEST_GRID)
AT_ONCE = 4


@pytest.fixture(scope="module")
def engine(cluster, _template):
    with register_of_module(cluster, _template, "flow_races") as engine:
        town.store(engine)
        yield engine


@pytest.fixture
def several(engine):
    """Numbers of new incidents, committed."""

    def report(count=1):
        with engine.begin() as connection:
            return [reported(connection) for _ in range(count)]

    return report


def act(engine, no, action, *, actor=DISPATCHER, ready=lambda: None, **given):
    """Do something in a transaction of its own; the refusal, or None."""
    try:
        with engine.begin() as connection:
            connection.execute(sa.text("SELECT 1"))
            ready()
            flow.act(connection, no, action, by=(None, ORIGIN), actor=actor, note="x", **given)
    except Refusal as refusal:
        return refusal
    return None


def at_once(engine, acts):
    """Do several things at the same time; their refusals in order."""
    barrier = threading.Barrier(len(acts))
    with ThreadPoolExecutor(len(acts)) as pool:
        waiting = [pool.submit(act, engine, *asked, ready=barrier.wait, **given) for asked, given in acts]
        return [each.result(timeout=30) for each in waiting]


@pytest.mark.parametrize("_", range(5))
def test_of_those_who_register_at_once_one_does_and_the_others_are_told_what_is_possible_now(engine, several, _):
    (no,) = several()
    refusals = [refusal for refusal in at_once(engine, [((no, "register"), {})] * AT_ONCE) if refusal]
    assert [refusal.code for refusal in refusals] == ["illegal_step"] * (AT_ONCE - 1)
    assert "is registered" in refusals[0].message and "dispatch" in refusals[0].details["allowed"]
    with engine.connect() as connection:
        assert [event.action for event in flow.course(connection, no)] == ["report", "register"]


@pytest.mark.parametrize("_", range(5))
def test_of_two_merges_that_cross_one_goes_through(engine, several, _):
    one, other = several(2)
    refusals = at_once(engine, [((one, "merge"), {"into": other}), ((other, "merge"), {"into": one})])
    assert sorted(refusal.code if refusal else "" for refusal in refusals) == ["", "illegal_step"]
    with engine.connect() as connection:
        states = sorted(flow.one(connection, no).state for no in (one, other))
    assert states == ["merged", "reported"]


@pytest.mark.parametrize("_", range(5))
def test_no_chain_of_merges_comes_of_a_race(engine, several, _):
    first, second, third = several(3)
    refusals = at_once(engine, [((first, "merge"), {"into": second}), ((second, "merge"), {"into": third})])
    assert sorted(refusal.code if refusal else "" for refusal in refusals) in (["", "bad_merge"], ["", "illegal_step"])
    chain = sa.text("SELECT count(*) FROM incident AS a JOIN incident AS b ON a.merged_into = b.id WHERE b.state = 'merged'")
    with engine.connect() as connection:
        assert connection.execute(chain).scalar_one() == 0


def test_the_second_of_two_waits_for_the_first_and_finds_what_it_left(engine, several):
    (no,) = several()
    with ThreadPoolExecutor(1) as pool:
        with engine.begin() as connection:
            flow.act(connection, no, "register", by=(None, ORIGIN), actor=DISPATCHER)
            second = pool.submit(act, engine, no, "reject")
            wait_for_a_lock(engine)
        refusal = second.result(timeout=30)
    assert refusal.code == "illegal_step" and "is registered, so reject is not possible" in refusal.message


def wait_for_a_lock(engine):
    waiting = sa.text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()")
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        while not connection.execute(waiting).scalar_one():
            pass


# ---------------------------------------------------------------------------------------------------------------------
# psql, as the application's role.

STEP = "INSERT INTO incident_event (incident_id, action, from_state, to_state, actor) VALUES ({id}, '{}', {}, '{}', 'mallory')"
DENIED = [
    "UPDATE incident SET state = 'closed' WHERE id = {id}",
    "UPDATE incident SET closed_at = now(), registered_at = now() WHERE id = {id}",
    "UPDATE incident SET no = '5105022026050200000' WHERE id = {id}",
    "UPDATE incident SET reported_at = '2020-01-01' WHERE id = {id}",
    "DELETE FROM incident WHERE id = {id}",
    "TRUNCATE incident CASCADE",
    "UPDATE incident_event SET actor = 'somebody else' WHERE incident_id = {id}",
    "DELETE FROM incident_event WHERE incident_id = {id}",
    "TRUNCATE incident_event",
    "INSERT INTO incident_event (id, incident_id, action, from_state, to_state, actor) OVERRIDING SYSTEM VALUE "
    "VALUES (1, {id}, 'note', 'reported', 'reported', 'x')",
    "INSERT INTO incident_event (incident_id, at, action, from_state, to_state, actor) "
    "VALUES ({id}, '2020-01-01', 'note', 'reported', 'reported', 'x')",
    "INSERT INTO incident_step (action, from_state, to_state) VALUES ('close', 'reported', 'closed')",
    "DELETE FROM incident_step",
    "ALTER TABLE incident_event DISABLE TRIGGER steps",
    "DROP TRIGGER steps ON incident_event",
    "SET session_replication_role = replica",
]
ILLEGAL = [
    ("close", "'reported'", "closed"),
    ("pass", "'handled'", "checked"),
    ("register", "'dispatched'", "dispatched"),
    ("note", "NULL", "reported"),
    ("close", "'checked'", "closed"),
]


@pytest.fixture
def session(engine, several):
    """One session of psycopg on an incident that is registered, as the application connects."""
    (no,) = several()
    act(engine, no, "register")
    with psycopg.connect(engine.url.set(drivername="postgresql").render_as_string(False)) as session:
        session.incident_id = session.execute("SELECT id FROM incident WHERE no = %s", (no,)).fetchone()[0]
        yield session
        session.rollback()
        course = flow_of(engine, no)
        assert course == ["report", "register"]


def flow_of(engine, no):
    with engine.connect() as connection:
        course = flow.course(connection, no)
        assert flow.one(connection, no).state == replayed(course)
        return [event.action for event in course]


@pytest.mark.parametrize("statement", DENIED)
def test_the_application_itself_can_neither_set_a_state_nor_take_anything_out_of_the_course(session, statement):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        session.execute(statement.format(id=session.incident_id))


@pytest.mark.parametrize("step", ILLEGAL, ids=lambda step: step[0])
def test_no_event_is_let_in_that_does_not_follow_upon_the_state(session, step):
    with pytest.raises(psycopg.errors.CheckViolation) as caught:
        session.execute(STEP.format(*step, id=session.incident_id))
    assert caught.value.diag.constraint_name == "illegal_step"


def test_a_second_report_is_not_let_in(session):
    with pytest.raises(psycopg.errors.UniqueViolation):
        session.execute(STEP.format("report", "NULL", "reported", id=session.incident_id))


def test_two_steps_in_one_statement_are_not_let_in(session):
    two = "INSERT INTO incident_event (incident_id, action, from_state, to_state, actor) VALUES " + ", ".join(
        f"({session.incident_id}, {step}, 'x')"
        for step in ("'dispatch', 'registered', 'dispatched'", "'accept', 'dispatched', 'handling'")
    )
    with pytest.raises(psycopg.errors.CheckViolation):
        session.execute(two)


def test_a_table_of_the_same_name_in_a_path_of_ones_own_does_not_fool_the_guard(session):
    session.execute("CREATE TEMP TABLE incident_step (action text, from_state text, to_state text)")
    session.execute("INSERT INTO pg_temp.incident_step VALUES ('close', 'registered', 'closed')")
    with pytest.raises(psycopg.errors.CheckViolation):
        session.execute(STEP.format("close", "'registered'", "closed", id=session.incident_id))


def test_the_owner_of_the_tables_takes_nothing_out_of_the_course_either(cluster, engine, several):
    (no,) = several()
    with psycopg.connect(cluster.url(owner=True, database=engine.url.database)) as owner:
        for statement in ("DELETE FROM incident_event", "UPDATE incident_event SET actor = 'x'", "TRUNCATE incident_event"):
            with pytest.raises(psycopg.errors.CheckViolation), owner.transaction():
                owner.execute(statement)
    assert flow_of(engine, no) == ["report"]
