"""Of the end of each term it is told once that it comes near and once that it has passed, whatever happens meanwhile."""

import json
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from boundaries.store import city_settings
from boundaries.store.statements import statement
from gis.errors import Refusal
from incidents.store import deadlines, flow
from incidents.store.deadlines import tell_deadlines
from incidents.store.following import desk
from tests.api import town
from tests.incidents.reported import ORIGIN, person, reported
from tests.registers import register_of_module

pytestmark = pytest.mark.database

DISPATCHER, WORKER = person("dispatcher"), person("worker", town.WEST_GRID)
TO_HANDLING = [("register", DISPATCHER), ("dispatch", DISPATCHER), ("accept", WORKER)]
SUSPENDING = [("ask_suspension", WORKER), ("suspend", DISPATCHER)]
TOLD = sa.text("SELECT incident_id, action, count(*) AS times FROM incident_event WHERE actor = 'timer' GROUP BY 1, 2")
OVERDUE = sa.text("UPDATE incident SET due_at = now() - interval '1 hour' WHERE no = ANY (:numbers) RETURNING id")
ONE_MICROSECOND = timedelta(microseconds=1)


@pytest.fixture(scope="module")
def engine(cluster, _template):
    with register_of_module(cluster, _template, "deadlines") as engine:
        town.store(engine)
        yield engine


@pytest.fixture
def led(engine):
    """Lead a new incident through actions; its number. What other tests left is ended."""
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE incident SET due_at = NULL"))

    def leading(*steps, **given):
        with engine.begin() as connection:
            no = reported(connection, **given)
        act(engine, no, *steps)
        return no

    return leading


def act(engine, no, *steps):
    with engine.begin() as connection:
        for action, actor in steps:
            flow.act(connection, no, action, by=(None, ORIGIN), actor=actor, note="说明")


def term(engine, no):
    """When the term began, and when it ends."""
    with engine.connect() as connection:
        row = flow.one(connection, no)
    return row.registered_at, row.due_at


def move(engine, no, due_at):
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE incident SET due_at = :at WHERE no = :no"), {"at": due_at, "no": no})


def told(engine, no):
    """What was told of, with the end of the term."""
    with engine.connect() as connection:
        events = flow.course(connection, no)
    return [(event.action, event.detail["due_at"]) for event in events if event.actor == "timer"]


def written(at):
    """As the course tells an instant, to the microsecond: it is by this that nothing is told twice."""
    return at.isoformat(timespec="microseconds")


def test_each_is_told_once_when_the_last_fifth_begins_and_when_the_term_has_ended(engine, led):
    no = led(*TO_HANDLING)
    begin, due_at = term(engine, no)
    near = due_at - (due_at - begin) / 5
    assert tell_deadlines(engine, at=near - ONE_MICROSECOND) == {"due_soon": 0, "overdue": 0}
    assert tell_deadlines(engine, at=near + ONE_MICROSECOND) == {"due_soon": 1, "overdue": 0}
    assert tell_deadlines(engine, at=due_at - ONE_MICROSECOND) == {"due_soon": 0, "overdue": 0}
    assert tell_deadlines(engine, at=due_at) == {"due_soon": 0, "overdue": 1}
    assert tell_deadlines(engine, at=due_at + timedelta(days=900)) == {"due_soon": 0, "overdue": 0}
    assert told(engine, no) == [("due_soon", written(due_at)), ("overdue", written(due_at))]


def shown_soon_at(engine, no):
    """From when on the desk says that the end of a term is near."""
    with engine.connect() as connection:
        rows = [json.loads(row) for row in desk(connection, [""], limit=1000).rows]
    said = next(row["soon_at"] for row in rows if row["no"] == no)
    return said and datetime.fromisoformat(said)


@pytest.mark.parametrize("percent", [20, 50])
def test_the_desk_shows_as_due_soon_what_the_timer_tells_of_and_from_the_same_instant_on(engine, led, percent):
    with engine.begin() as connection:
        city_settings.put(connection, "due_soon.percent", percent)
    try:
        no = led(*TO_HANDLING, *SUSPENDING, ("resume", DISPATCHER))
        soon = shown_soon_at(engine, no)
        assert tell_deadlines(engine, at=soon - ONE_MICROSECOND)["due_soon"] == 0
        assert tell_deadlines(engine, at=soon)["due_soon"] == 1
        act(engine, no, ("feed_back", WORKER))
        assert shown_soon_at(engine, no) is None
    finally:
        with engine.begin() as connection:
            city_settings.put(connection, "due_soon.percent", 20)


def test_an_urgent_term_runs_from_the_report(engine, led):
    no = led(("dispatch", DISPATCHER), urgent=True)
    with engine.connect() as connection:
        row = flow.one(connection, no)
    near = row.due_at - timedelta(hours=2) / 5
    assert row.due_at == row.reported_at + timedelta(hours=2)
    assert tell_deadlines(engine, at=near - ONE_MICROSECOND)["due_soon"] == 0
    assert tell_deadlines(engine, at=near + ONE_MICROSECOND)["due_soon"] == 1


def test_the_city_says_which_part_is_near(engine, led):
    begin, due_at = term(engine, led(*TO_HANDLING))
    with engine.begin() as connection:
        city_settings.put(connection, "due_soon.percent", 50)
    try:
        assert tell_deadlines(engine, at=due_at - (due_at - begin) / 2 + ONE_MICROSECOND)["due_soon"] == 1
    finally:
        with engine.begin() as connection:
            city_settings.put(connection, "due_soon.percent", None)


def test_while_it_is_suspended_nothing_is_told_and_the_new_term_is_told_of_anew(engine, led):
    no = led(*TO_HANDLING)
    _, first = term(engine, no)
    tell_deadlines(engine, at=first)
    act(engine, no, *SUSPENDING)
    move(engine, no, first + timedelta(days=1))  # as the end of what was overdue before is kept
    assert tell_deadlines(engine, at=first + timedelta(days=2)) == {"due_soon": 0, "overdue": 0}
    act(engine, no, ("resume", DISPATCHER))
    second = first + timedelta(days=3)
    move(engine, no, second)
    tell_deadlines(engine, at=second - ONE_MICROSECOND)
    tell_deadlines(engine, at=second)
    ends = [written(first), written(second), written(second)]
    assert told(engine, no) == list(zip(("overdue", "due_soon", "overdue"), ends, strict=True))


def test_the_time_for_which_it_was_suspended_is_no_part_of_the_term(engine, led):
    no = led(*TO_HANDLING, *SUSPENDING, ("resume", DISPATCHER))
    begin, due_at = term(engine, no)
    with engine.connect() as connection:
        turns = [event.at for event in flow.course(connection, no) if event.action in ("suspend", "resume")]
    paused = turns[1] - turns[0]
    near = due_at - (due_at - begin - paused) / 5
    assert paused / 5 > 2 * ONE_MICROSECOND
    assert tell_deadlines(engine, at=near - ONE_MICROSECOND)["due_soon"] == 0
    assert tell_deadlines(engine, at=near + ONE_MICROSECOND)["due_soon"] == 1


def test_what_is_handled_is_not_told_to_hurry_but_is_overdue_as_long_as_it_is_open(engine, led):
    no = led(*TO_HANDLING, ("feed_back", WORKER))
    _, due_at = term(engine, no)
    assert tell_deadlines(engine, at=due_at - ONE_MICROSECOND)["due_soon"] == 0
    assert tell_deadlines(engine, at=due_at)["overdue"] == 1
    over = led(*TO_HANDLING, ("feed_back", WORKER), ("pass", DISPATCHER), ("close", DISPATCHER))
    assert tell_deadlines(engine, at=term(engine, over)[1]) == {"due_soon": 0, "overdue": 0}


def test_whoever_is_acting_is_not_waited_for_and_the_incident_is_told_of_next_time(engine, led):
    no = led(*TO_HANDLING)
    _, due_at = term(engine, no)
    with engine.begin() as connection:
        flow.act(connection, no, "note", by=(None, ORIGIN), actor=DISPATCHER, note="x")
        assert tell_deadlines(engine, at=due_at)["overdue"] == 0
    assert tell_deadlines(engine, at=due_at)["overdue"] == 1


def test_the_database_itself_lets_nobody_tell_twice(engine, led):
    no = led(*TO_HANDLING)
    _, due_at = term(engine, no)
    tell_deadlines(engine, at=due_at)
    with pytest.raises(Refusal) as refused, engine.begin() as connection:
        flow.act(connection, no, "overdue", by=(None, ORIGIN), actor="timer", due_at=written(due_at))
    assert refused.value.code == "told_once"


# ---------------------------------------------------------------------------------------------------------------------
# Many at once, and one that is killed.


@pytest.fixture
def many(engine, led):
    """A hundred incidents whose terms have ended; what was told of each, by its number in the table."""
    with engine.begin() as connection:
        numbers = [reported(connection) for _ in range(100)]
        for no in numbers:
            flow.act(connection, no, "register", by=(None, ORIGIN), actor=DISPATCHER)
        ids = set(connection.execute(OVERDUE, {"numbers": numbers}).scalars())

    def told_of():
        with engine.connect() as connection:
            return {row.incident_id: row.times for row in connection.execute(TOLD) if row.incident_id in ids}

    return told_of


@pytest.mark.parametrize("batch", [1, 7, 1000])
def test_of_workers_who_race_each_deadline_is_told_by_one(engine, many, batch):
    barrier = threading.Barrier(4)

    def race():
        barrier.wait()
        return tell_deadlines(engine, batch=batch)["overdue"]

    with ThreadPoolExecutor(4) as pool:
        first = sum(each.result(timeout=60) for each in [pool.submit(race) for _ in range(4)])
    left = tell_deadlines(engine)["overdue"]  # what two wanted at once the one may have left to the other
    assert first + left == 100
    assert sorted(many().values()) == [1] * 100


KILLED = """
import sys
from boundaries.store.connecting import engine_for
from incidents.store.deadlines import tell_deadlines
from incidents.store.following import desk
print("ready", flush=True)
tell_deadlines(engine_for(sys.argv[1]), batch=1)
"""


def test_a_worker_that_is_killed_in_the_middle_leaves_the_rest_to_the_next_and_nothing_is_told_twice(engine, many):
    process = subprocess.Popen([sys.executable, "-c", KILLED, engine.url.render_as_string(False)], stdout=subprocess.PIPE)
    process.stdout.readline()
    while len(many()) < 3:
        assert process.poll() is None
    process.kill()
    process.communicate()
    before = len(many())
    assert tell_deadlines(engine)["overdue"] >= 99 - before  # one may have been written as it was killed
    assert sorted(many().values()) == [1] * 100


def test_a_worker_that_is_cut_off_before_it_has_stored_has_told_nothing(engine, many):
    with engine.connect() as worker, engine.connect() as other:
        written = worker.execute(statement(deadlines.HERE, "overdue"), {"at": "now", "limit": 50}).rowcount
        other.execute(sa.text("SELECT pg_terminate_backend(:pid)"), {"pid": worker.connection.driver_connection.info.backend_pid})
        worker.invalidate()
    assert written == 50 and many() == {}
    while len(many()) < 100:  # its locks are gone as soon as the database has noticed
        tell_deadlines(engine)
    assert sorted(many().values()) == [1] * 100
