"""Several connections act on one incident at once, and a client of the application's own role tries to go round the table."""

import json
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


NOTED = (
    "INSERT INTO incident_event (incident_id, action, from_state, to_state, actor, note, detail) "
    "VALUES ({id}, '{action}', '{begin}', '{end}', 'mallory', {note}, '{detail}')"
)
REGISTERED, TO_DISPATCHED = ["register"], ["register", "dispatch"]
# How far the incident has come, and what is then wanted of it though its step is in the table.
UNCONDITIONED = [
    (REGISTERED, "cancel", "registered", "cancelled", "NULL", {}),
    (REGISTERED, "note", "registered", "registered", "NULL", {}),
    (REGISTERED, "reroute", "registered", "registered", "'x'", {"to": town.MIDDLE_GRID}),
    (REGISTERED, "advise", "registered", "registered", "'x'", {}),
    (REGISTERED, "merge", "registered", "merged", "NULL", {}),
    (REGISTERED, "merge", "registered", "merged", "NULL", {"into": "itself"}),
    (REGISTERED, "merge", "registered", "merged", "NULL", {"into": "5105022026050299999"}),
    ([], "dispatch", "reported", "dispatched", "NULL", {"department": None}),
    (TO_DISPATCHED, "register", "dispatched", "dispatched", "NULL", {}),
    (TO_DISPATCHED, "suspend", "dispatched", "suspended", "NULL", {}),
    (TO_DISPATCHED, "refuse_suspension", "dispatched", "dispatched", "'x'", {}),
    ([*TO_DISPATCHED, "ask_suspension"], "ask_suspension", "dispatched", "dispatched", "'x'", {}),
    ([*TO_DISPATCHED, "ask_suspension", "dispatch"], "suspend", "dispatched", "suspended", "NULL", {}),
    ([*TO_DISPATCHED, "ask_suspension", "suspend"], "resume", "suspended", "handling", "NULL", {}),
]


@pytest.mark.parametrize("course", UNCONDITIONED, ids=lambda course: f"{course[1]} after {course[0][-1:]}")
def test_no_event_is_let_in_whose_conditions_do_not_hold(engine, several, course):
    before, action, begin, end, note, detail = course
    (no,) = several()
    for step in before:
        assert act(engine, no, step, actor=WORKER if step == "ask_suspension" else DISPATCHER) is None
    detail = {"into": no} if detail == {"into": "itself"} else detail
    with engine.connect() as connection, pytest.raises(sa.exc.IntegrityError) as caught:
        number = flow.one(connection, no).id
        text = NOTED.format(id=number, action=action, begin=begin, end=end, note=note, detail=json.dumps(detail))
        connection.exec_driver_sql(text)
    assert caught.value.orig.diag.constraint_name == "illegal_step"
    assert flow_of(engine, no)[1:] == before


def test_what_was_never_registered_is_not_closed_whoever_writes(engine):
    with engine.begin() as connection:
        no = reported(connection, urgent=True)
    for step in ("dispatch", "accept", "feed_back", "pass"):
        assert act(engine, no, step, actor=WORKER if step in ("accept", "feed_back") else DISPATCHER) is None
    with engine.connect() as connection, pytest.raises(sa.exc.IntegrityError) as caught:
        number = flow.one(connection, no).id
        connection.exec_driver_sql(STEP.format("close", "'checked'", "closed", id=number))
    assert caught.value.orig.diag.constraint_name == "illegal_step"
    assert act(engine, no, "register") is None and act(engine, no, "close") is None


def test_two_merges_that_cross_make_no_circle_whoever_writes(engine, several):
    first, second = several(2)
    merge = sa.text(
        "INSERT INTO incident_event (incident_id, action, from_state, to_state, actor, detail) "
        "SELECT id, 'merge', 'reported', 'merged', 'mallory', jsonb_build_object('into', CAST(:into AS text)) "
        "FROM incident WHERE no = :no"
    )
    barrier = threading.Barrier(2)

    def write(no, into):
        with engine.connect() as connection:
            connection.execute(sa.text("SELECT 1"))
            barrier.wait()
            try:
                connection.execute(merge, {"no": no, "into": into})
                connection.commit()
            except sa.exc.IntegrityError as error:
                return error.orig.diag.constraint_name
        return None

    with ThreadPoolExecutor(2) as pool:
        done = [each.result(timeout=30) for each in [pool.submit(write, first, second), pool.submit(write, second, first)]]
    assert sorted(map(str, done)) == ["None", "illegal_step"]
    with engine.connect() as connection:
        rows = [flow.one(connection, no) for no in (first, second)]
    assert sorted(row.state for row in rows) == ["merged", "reported"]
    assert next(row for row in rows if row.state == "merged").merged_into_no in (first, second)


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
        for statement in (
            "DELETE FROM incident_event",
            "UPDATE incident_event SET actor = 'x'",
            "TRUNCATE incident_event CASCADE",
        ):
            with pytest.raises(psycopg.errors.CheckViolation), owner.transaction():
                owner.execute(statement)
    assert flow_of(engine, no) == ["report"]
