"""Many planners at once, killed programs and a killed PostgreSQL: every day's map stays whole, what was promised stays."""

import os
import random
import signal
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from boundaries.store import changes
from boundaries.store.cluster import Cluster
from boundaries.store.connecting import engine_for
from boundaries.store.proof import broken_instants
from boundaries.store.system import program
from tests.boundaries.store.deciders import attempt

pytestmark = pytest.mark.database

VILLAGES = ("510504001001", "510504001002", "510504001003")
PLANNERS, ROUNDS, TRIES = 8, 4, 10


def rounds(url, seed, isolation):
    engine = engine_for(url, pool_size=1).execution_options(isolation_level=isolation)
    rng, done = random.Random(seed), []
    try:
        for _ in range(ROUNDS):
            done.append(patiently(engine, rng))
    finally:
        engine.dispose()
    return [number for number in done if isinstance(number, int)]


def patiently(engine, rng):
    """An attempt, made again when others come in between."""
    done = (attempt(engine, rng, rng.choice(VILLAGES)) for _ in range(TRIES))
    return next((each for each in done if each != "busy"), None)


def alone(engine):
    """What a planner decides when nobody comes in between; a drawing that cannot be is drawn anew."""
    rng = random.Random(PLANNERS)
    done = (attempt(engine, rng, rng.choice(VILLAGES)) for _ in range(100))
    return next(number for number in done if isinstance(number, int))


def assert_whole(engine, promised):
    with engine.connect() as connection:
        assert broken_instants(connection) == []
        held = {each.id: each for each in changes.changes(connection, limit=10_000)}
        assert all(held[number].decided_at is not None for number in promised)
        orphans = (
            "SELECT count(*) FROM change_unit WHERE change_set_id NOT IN (SELECT id FROM change_set WHERE decided_at IS NOT NULL)"
        )
        assert connection.execute(sa.text(orphans)).scalar_one() == 0


@pytest.mark.parametrize("isolation", ["READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"])
def test_eight_planners_on_three_villages_leave_a_whole_map_on_every_day(demo_copy, demo_copy_url, isolation):
    with ThreadPoolExecutor(PLANNERS) as pool:
        done = list(pool.map(lambda seed: rounds(demo_copy_url, seed, isolation), range(PLANNERS)))
    promised = [number for numbers in done for number in numbers]
    # SERIALIZABLE turns nearly all of them away under load, at times all: nobody is promised a turn. Who comes after them is.
    promised.append(alone(demo_copy))
    assert_whole(demo_copy, promised)


def test_a_killed_program_leaves_all_that_it_promised_and_nothing_half_done(demo_copy, demo_copy_url):
    promised = []
    for seed in range(3):
        promised += killed_after(demo_copy_url, seed, lines=3)
    assert_whole(demo_copy, promised)


def killed_after(url, seed, *, lines):
    """Run the program until it has promised so many decisions, then kill it in the middle of the next one."""
    command = [sys.executable, "-m", "tests.boundaries.store.deciders", url, str(seed), *VILLAGES]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as program:
        promised = [int(program.stdout.readline()) for _ in range(lines)]
        program.send_signal(signal.SIGKILL)
        promised += [int(line) for line in program.stdout if line.endswith("\n")]
    return promised


@pytest.fixture
def durable():
    """A cluster of its own that waits for the disk, as the tests' common one does not."""
    with tempfile.TemporaryDirectory(prefix="wangge-durable-", ignore_cleanup_errors=True) as folder:
        own = Cluster(Path(folder))
        own.start()
        yield own
        own.stop()


def test_a_killed_postgresql_comes_back_with_all_that_was_promised(cluster, demo_copy_url, durable):
    copy_database(cluster, demo_copy_url, durable)
    url = durable.url(database="town")
    command = [sys.executable, "-m", "tests.boundaries.store.deciders", url, "7", *VILLAGES]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as planner:
        promised = [int(planner.stdout.readline()) for _ in range(4)]
        kill_postgresql(durable)
        promised += [int(line) for line in planner.stdout if line.endswith("\n")]
    durable.start()
    engine = engine_for(url)
    assert_whole(engine, promised)
    engine.dispose()


def kill_postgresql(own):
    """All of its processes at once, as a power cut would."""
    postmaster = int((own.data / "postmaster.pid").read_text().splitlines()[0])
    children = subprocess.run(["pgrep", "-P", str(postmaster)], capture_output=True, text=True, check=False).stdout.split()
    for process in (postmaster, *map(int, children)):
        os.kill(process, signal.SIGKILL)


def copy_database(source, url, target):
    name = sa.engine.make_url(url).database
    dump = subprocess.run(
        [program("pg_dump"), "--format=custom", source.url(owner=True, database=name)], capture_output=True, check=True
    ).stdout
    with psycopg.connect(target.url(owner=True, database="postgres"), autocommit=True) as connection:
        connection.execute("CREATE DATABASE town")
    restore = [program("pg_restore"), "--dbname", target.url(owner=True, database="town")]
    subprocess.run(restore, input=dump, check=True, capture_output=True)
