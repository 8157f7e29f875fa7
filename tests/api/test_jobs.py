"""Timers: worked on by one or several, through restarts of workers and of the database, inside the server and alone."""

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import urllib.request
from collections import Counter
from contextlib import asynccontextmanager
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory
from fastapi.testclient import TestClient
from procrastinate.schema import SchemaManager

from api.app import create_app
from api.borders import follow_borders
from api.jobs import clock_step, keep_working, work_on
from api.settings import Settings
from boundaries.clock import CITY_ZONE
from boundaries.store import changes, deciding
from boundaries.store.cluster import Cluster
from boundaries.store.connecting import engine_for
from boundaries.store.migrate import FOLDER, migrate
from incidents.states import ENDED
from incidents.store import flow
from incidents.store.jobs import SCHEDULE, TIDY, job_states, jobs_app, workers
from tests import people
from tests.api import town
from tests.incidents.desk import incident
from tests.incidents.reported import ORIGIN, person, reported
from tests.incidents.store.test_reassigning import OWNER, busiest, halved, rows_of

pytestmark = pytest.mark.database

START = "from api.cli.main import run; run()"
KINDS = [name for name in SCHEDULE if name != TIDY]
BY_TICK = sa.text("""
    SELECT task_name, CAST(args ->> 'timestamp' AS bigint) AS tick, count(*) AS times, max(CAST(status AS text)) AS status
    FROM procrastinate_jobs GROUP BY 1, 2""")
DONE = sa.text("SELECT count(DISTINCT task_name) FROM procrastinate_jobs WHERE status = 'succeeded'")
BEGUN = sa.text("SELECT coalesce(max(id), 0) FROM procrastinate_workers")
TOLD = sa.text("SELECT count(*) FROM incident_event WHERE action = 'overdue'")
OVERDUE = sa.text("UPDATE incident SET due_at = now() - interval '1 minute'")


def counting(counts):
    """Work that only counts how often each kind is done."""
    return {name: lambda name=name: counts.update([name]) for name in KINDS}


@asynccontextmanager
async def at_work(*urls, work, **given):
    """Workers, until the block ends."""
    stop = asyncio.Event()
    tasks = [asyncio.create_task(keep_working(url, work, stop, poll_s=0.05, longest_wait_s=0.2, **given)) for url in urls]
    try:
        yield tasks
    finally:
        stop.set()
        await asyncio.gather(*tasks)


async def until(engine, statement, wanted, timeout_s=60):
    """Wait until the database has an answer of at least so much."""

    def asked():
        with engine.connect() as connection:
            return connection.execute(statement).scalar_one()

    async with asyncio.timeout(timeout_s):
        while await asyncio.to_thread(asked) < wanted:
            await asyncio.sleep(0.02)


def ticks(engine):
    with engine.connect() as connection:
        return connection.execute(BY_TICK).all()


def an_overdue_incident(engine):
    """Its number."""
    with engine.begin() as connection:
        no = reported(connection)
        flow.act(connection, no, "register", by=(None, ORIGIN), actor=person("dispatcher"))
        connection.execute(OVERDUE)
    return no


# ---------------------------------------------------------------------------------------------------------------------


def test_the_schema_is_that_of_the_installed_library():
    module = ScriptDirectory(str(FOLDER)).get_revision("0014").module
    newest = max(path.stem for path in Path(SchemaManager.get_migrations_path()).glob("*.sql"))
    assert newest.startswith(module.SCHEMA_VERSION), "another schema: write a migration of the library's scripts since"
    assert sha256(SchemaManager.get_schema().encode()).hexdigest() == module.SCHEMA_SHA256


def test_of_two_workers_one_gets_the_job_of_a_minute(register, database_url):
    counts = Counter()

    async def work():
        async with at_work(database_url, database_url, work=counting(counts)):
            await until(register, DONE, len(SCHEDULE))

    asyncio.run(work())
    rows = ticks(register)
    assert {row.task_name for row in rows} == {f"wangge.{name}" for name in SCHEDULE}
    assert {(row.times, row.status) for row in rows} == {(1, "succeeded")}
    assert counts == Counter(row.task_name.removeprefix("wangge.") for row in rows if row.task_name != "wangge.tidy")


def test_a_worker_that_starts_does_once_what_was_missed_while_nobody_worked(register, database_url):
    town.store(register)
    an_overdue_incident(register)

    async def work():
        async with at_work(database_url, work=work_on(register)):
            await until(register, DONE, len(SCHEDULE))

    asyncio.run(work())
    asyncio.run(work())
    with register.connect() as connection:
        assert connection.execute(TOLD).scalar_one() == 1
    assert {row.times for row in ticks(register)} == {1}, "the second worker found the minutes of the first"


def test_a_job_that_has_begun_is_ended_before_the_worker_goes(register, database_url):
    begun, go_on = threading.Event(), threading.Event()
    work = counting(Counter())

    def slow():
        begun.set()
        assert go_on.wait(30)

    async def stopped_meanwhile():
        stop = asyncio.Event()
        task = asyncio.create_task(keep_working(database_url, work | {"deadlines": slow}, stop, poll_s=0.05))
        await asyncio.to_thread(begun.wait, 30)
        stop.set()
        await asyncio.sleep(0)
        assert not task.done()
        go_on.set()
        await task

    asyncio.run(stopped_meanwhile())
    rows = {row.task_name: row.status for row in ticks(register)}
    assert rows["wangge.deadlines"] == "succeeded"
    with register.connect() as connection:
        assert workers(connection) == []


def test_a_job_that_fails_is_seen_and_the_others_go_on(register, database_url):
    work = counting(Counter()) | {"terms": lambda: 1 / 0}

    async def working():
        async with at_work(database_url, work=work):
            await until(register, DONE, len(SCHEDULE) - 1)

    asyncio.run(working())
    with register.connect() as connection:
        states = {row.name: row for row in job_states(connection)}
    assert states["terms"].failed == 1 and states["terms"].failed_at and not states["terms"].done_at
    assert all(states[name].done_at and not states[name].failed for name in SCHEDULE if name != "terms")


def test_what_a_killed_worker_had_taken_is_given_up_and_done_by_the_next_of_its_kind(register, database_url):
    app = jobs_app(database_url, counting(Counter()))

    async def taken_and_left():
        async with app.open_async():
            worker = await app.job_manager.register_worker()
            await app.tasks["wangge.deadlines"].defer_async(timestamp=1)
            assert await app.job_manager.fetch_job(queues=None, worker_id=worker)

    asyncio.run(taken_and_left())
    with register.begin() as connection:
        connection.execute(sa.text("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '5 minutes'"))

    async def work():
        async with at_work(database_url, work=counting(Counter())):
            await until(register, DONE, len(SCHEDULE))

    asyncio.run(work())
    statuses = sorted(row.status for row in ticks(register) if row.task_name == "wangge.deadlines")
    assert statuses == ["failed", "succeeded"]


@pytest.mark.parametrize("noticed", [False, pytest.param(True, marks=pytest.mark.heavy)], ids=["shortly", "until it is missed"])
def test_the_timers_come_back_when_the_database_was_away(noticed, caplog):
    with tempfile.TemporaryDirectory(prefix="wangge-test-", ignore_cleanup_errors=True) as folder:
        cluster = Cluster(Path(folder), durable=False)
        cluster.start()
        owner, engine = engine_for(cluster.url(owner=True)), engine_for(cluster.url())
        migrate(owner)
        town.store(engine)

        async def work():
            async with at_work(cluster.url(), work=work_on(engine)), asyncio.timeout(120):
                await until(engine, DONE, len(SCHEDULE))
                an_overdue_incident(engine)
                await asyncio.to_thread(cluster.stop)
                while noticed and "interrupted" not in caplog.text:
                    await asyncio.sleep(0.02)
                await asyncio.to_thread(cluster.start)
                app = jobs_app(cluster.url(), counting(Counter()))
                async with app.open_async():  # instead of waiting for the next minute
                    await app.tasks["wangge.deadlines"].defer_async(timestamp=1)
                await until(engine, TOLD, 1)

        asyncio.run(work())
        with engine.connect() as connection:
            assert connection.execute(TOLD).scalar_one() == 1
        engine.dispose()
        owner.dispose()
        cluster.stop()


# ---------------------------------------------------------------------------------------------------------------------
# The clock of the machine.


@pytest.mark.parametrize("step_s", [3600, -3600, 31, -31])
def test_a_clock_that_is_set_is_noticed(step_s):
    walls, steadies = iter([1000, 1005, 1010.2, 1015 + step_s]), iter([0, 5, 10, 15])
    step = asyncio.run(clock_step(every_s=0, wall=lambda: next(walls), steady=lambda: next(steadies)))
    assert step == step_s


def test_after_a_step_of_the_clock_the_worker_begins_anew_and_puts_in_no_minute_twice(register, database_url):
    steps = iter([DONE])

    async def stepped():
        await until(register, next(steps, sa.text("SELECT 0")), len(SCHEDULE))

    async def work():
        async with at_work(database_url, work=counting(Counter()), stepped=stepped):
            await until(register, BEGUN, 2)

    asyncio.run(work())
    assert {row.times for row in ticks(register)} == {1}


# ---------------------------------------------------------------------------------------------------------------------
# The commands.


@pytest.fixture
def start(database_url, front_end):
    """Start the command on the register; it is ended after the test."""
    processes = []

    def command(*arguments, **environment):
        environment |= {"DATABASE_URL": database_url, "WANGGE_WEB_DIST": str(front_end), "PYTHONUNBUFFERED": "1"}
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        process = subprocess.Popen([sys.executable, "-c", START, *arguments], env=os.environ | environment, **pipes)
        processes.append(process)
        return process

    yield command
    for process in processes:
        process.kill()
        process.communicate()


@pytest.mark.parametrize(
    ("arguments", "environment", "end"),
    [(("jobs", "run"), {}, signal.SIGTERM), (("serve", "--port", "0"), {"WANGGE_JOBS": "true"}, signal.SIGINT)],
    ids=["alone", "inside the server"],
)
def test_the_command_works_on_timers_until_it_is_told_to_end(register, start, wangge, monkeypatch, arguments, environment, end):
    town.store(register)
    an_overdue_incident(register)
    process = start(*arguments, **environment)
    assert re.match("Working on timers|Wangge is at", process.stdout.readline())
    asyncio.run(until(register, DONE, len(SCHEDULE)))
    with register.connect() as connection:
        assert connection.execute(TOLD).scalar_one() == 1
    monkeypatch.setenv("DATABASE_URL", register.url.render_as_string(False).replace("+psycopg", ""))
    status, out, _ = wangge("jobs", "status", "--format", "json")
    told = json.loads(out)
    assert (status, told["workers"], [job["name"] for job in told["jobs"]]) == (0, 1, list(SCHEDULE))
    assert all(job["done_at"] and not job["went_wrong"] for job in told["jobs"])

    process.send_signal(end)
    output, errors = process.communicate(timeout=30)
    assert output.endswith("Stopped.\n") and "Traceback" not in errors
    status, out, _ = wangge("jobs", "status")
    assert status == 1 and "Nobody works on timers" in out


def test_a_server_leaves_timers_to_others_where_it_is_told_so(register, start):
    process = start("serve", "--port", "0")
    address = re.search(r"http://127\.0\.0\.1:\d+", process.stdout.readline())[0]
    with urllib.request.urlopen(f"{address}/readyz", timeout=20) as answer:
        assert answer.status == 200
    with register.connect() as connection:
        assert workers(connection) == [] and ticks(register) == []


# ---------------------------------------------------------------------------------------------------------------------
# A decision that takes force at once.


def checked_split(engine):
    """Number of a change set that divides the busiest grid of the demo town, checked and not yet decided; its code."""
    code, shape = busiest(engine)
    with engine.begin() as connection:
        number = changes.open_change(connection, title="分设", reason="other", scope=code[:12])
        changes.add_commands(connection, number, [halved(code, shape, rows_of(engine))])
        deciding.check(connection, number)
    return number, code


def require_followed(engine, code):
    """Open incidents of the divided grid lie in the grids that contain them, and some in the new one."""
    with engine.connect() as connection:
        owners = {row.id: row.grid for row in connection.execute(OWNER, {"ids": list(rows_of(engine))})}
        moved = connection.execute(sa.text("SELECT count(*) FROM incident_event WHERE action = 'reassign'")).scalar_one()
    opened = [row for row in rows_of(engine).values() if row.state not in ENDED and row.grid_code]
    assert moved and [row.no for row in opened if row.grid_code != owners[row.id] and not row.also] == []


def test_open_incidents_follow_a_decision_on_the_command_line(demo_copy, demo_copy_url, wangge, monkeypatch):
    number, code = checked_split(demo_copy)
    monkeypatch.setenv("DATABASE_URL", demo_copy_url)
    status, _, err = wangge("change", "decide", number)
    assert status == 0, err
    require_followed(demo_copy, code)


def test_open_incidents_follow_a_decision_over_http(demo_copy, demo_copy_url, front_end):
    number, code = checked_split(demo_copy)
    headers = people.as_role(demo_copy, "county_officer", code[:6])
    with TestClient(create_app(Settings(database_url=demo_copy_url, web_dist=front_end))) as client:
        today = datetime.now(CITY_ZONE).date().isoformat()
        answer = client.post(f"/api/v1/change-sets/{number}/decide", json={"effective_on": today}, headers=headers)
    assert answer.status_code == 200, answer.text
    require_followed(demo_copy, code)


def test_a_register_without_grids_leaves_those_that_wait_for_one_waiting(register):
    with register.begin() as connection:
        incident(connection)
    assert follow_borders(register) == 0
