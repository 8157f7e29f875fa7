"""Reports while the server and PostgreSQL are killed: every acknowledged one is there, exactly once."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import uuid
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import pytest
import sqlalchemy as sa

from boundaries.store.cluster import Cluster
from boundaries.store.connecting import engine_for
from boundaries.store.migrate import migrate
from tests import people
from tests.api import town

pytestmark = pytest.mark.database

START = "from api.cli.main import run; run()"
SENDERS, PATIENCE_S, STEP_S = 4, 120, 0.05
BODY = {"matter": "0406", "lon": 105.41, "lat": 28.805, "datum": "cgcs2000"}
TALLY = """
    SELECT incident.no, description, (SELECT count(*) FROM incident_event WHERE incident_id = incident.id) AS events,
           (SELECT key FROM submission WHERE incident_id = incident.id) AS key
    FROM incident"""


class Desk:
    """A server and its PostgreSQL on their own data directory, both durable as they are by default."""

    def __init__(self, home):
        self.home, self.cluster = home, Cluster(home)
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.server = None
        self.start_database()
        owner = engine_for(self.cluster.url(owner=True))
        migrate(owner)
        owner.dispose()
        with self.register() as engine:
            town.store(engine)
            self.headers = people.as_role(engine, "dispatcher")

    def start_database(self):
        self.cluster.start()

    def kill_database(self):
        """The postmaster first; what it leaves behind sees that it is gone and ends too."""
        os.kill(int((self.cluster.data / "postmaster.pid").read_text().splitlines()[0]), signal.SIGKILL)

    def start_server(self):
        environment = os.environ | {"WANGGE_HOME": str(self.home), "PYTHONUNBUFFERED": "1"}
        command = [sys.executable, "-c", START, "serve", "--port", str(self.port)]
        self.server = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert "http://" in self.server.stdout.readline()

    def kill_server(self):
        self.server.kill()
        self.server.communicate()

    @contextmanager
    def register(self):
        engine = engine_for(self.cluster.url())
        yield engine
        engine.dispose()


class Senders:
    """Phones that send report after report, each until it is acknowledged, under one key however often."""

    def __init__(self, desk):
        self.desk = desk
        self.acknowledged, self.answers = {}, {200: 0, 201: 0}
        self._more, self._done = threading.Condition(), threading.Event()
        self._threads = [threading.Thread(target=self._send, daemon=True) for _ in range(SENDERS)]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._done.set()
        for thread in self._threads:
            thread.join(PATIENCE_S)
            assert not thread.is_alive()

    def wait_for(self, more):
        """Wait until so many more are acknowledged."""
        with self._more:
            wanted = len(self.acknowledged) + more
            assert self._more.wait_for(lambda: len(self.acknowledged) >= wanted, timeout=PATIENCE_S)

    def _send(self):
        while not self._done.is_set():
            key = str(uuid.uuid4())
            status, no = self._insist(key)
            with self._more:
                self.acknowledged[key] = no
                self.answers[status] += 1
                self._more.notify_all()

    def _insist(self, key):
        while True:
            try:
                return self._once(key)
            except (OSError, HTTPException, _NotTaken):
                self._done.wait(STEP_S)  # also when all is done: what was begun is brought to an end

    def _once(self, key):
        connection = HTTPConnection("127.0.0.1", self.desk.port, timeout=30)
        try:
            headers = self.desk.headers | {"idempotency-key": key, "content-type": "application/json"}
            connection.request("POST", "/api/v1/incidents", json.dumps(BODY | {"description": key}), headers)
            answer = connection.getresponse()
            body = json.loads(answer.read())
        finally:
            connection.close()
        if answer.status not in (200, 201):
            assert answer.status >= 500, body
            raise _NotTaken
        return answer.status, body["no"]


class _NotTaken(Exception):
    pass


@pytest.fixture
def desk():
    with tempfile.TemporaryDirectory(prefix="wangge-killed-", ignore_cleanup_errors=True) as folder:
        os.chmod(folder, 0o755)
        made = Desk(Path(folder) / "home")
        made.start_server()
        yield made
        made.kill_server()
        made.cluster.stop()


def killed_and_counted(desk, *, rounds, between):
    """Kill now the server, now PostgreSQL, now both, while reports come in; then count."""
    with Senders(desk) as senders:
        for nth in range(rounds):
            senders.wait_for(between)
            desk.kill_server()
            desk.start_server()
            senders.wait_for(between)
            desk.kill_database()
            desk.start_database()
            senders.wait_for(between)
            if nth:
                desk.kill_database()
                desk.kill_server()
                desk.start_server()  # which starts the database, too
                senders.wait_for(between)
    with desk.register() as engine, engine.connect() as connection:
        rows = connection.execute(sa.text(TALLY)).all()
        last = connection.execute(sa.text("SELECT sum(last) FROM incident_serial")).scalar_one()
    stored = {row.description: row.no for row in rows}
    assert senders.acknowledged == stored  # none lost, none that was not acknowledged in the end
    assert len(rows) == len(stored) == len({row.no for row in rows}) == last  # none twice, and no number without a report
    assert all(row.events == 1 and row.key == row.description for row in rows)
    return senders


def test_no_acknowledged_report_is_lost_or_doubled_when_server_and_postgresql_are_killed(desk):
    senders = killed_and_counted(desk, rounds=1, between=25)
    assert len(senders.acknowledged) >= 75


@pytest.mark.heavy
def test_the_same_for_longer(desk):
    senders = killed_and_counted(desk, rounds=12, between=200)
    assert len(senders.acknowledged) >= 7_200
