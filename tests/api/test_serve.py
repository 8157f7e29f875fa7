"""`wangge serve`: one process, from start to Ctrl-C."""

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request

import pytest

from api.cli.serve import listen
from api.settings import load_settings
from gis.errors import Refusal

pytestmark = pytest.mark.database

START = "from api.cli.main import run; run()"


@pytest.fixture
def start(cluster, register_name, front_end):
    """Start the command with arguments; it is ended after the test."""
    processes = []

    def command(*arguments, **environment):
        url = cluster.url(owner=True, database=register_name)
        process = subprocess.Popen(
            [sys.executable, "-c", START, "serve", *arguments],
            env=os.environ | {"DATABASE_URL": url, "WANGGE_WEB_DIST": str(front_end), "PYTHONUNBUFFERED": "1"} | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        processes.append(process)
        return process

    yield command
    for process in processes:
        process.kill()
        process.communicate()


def test_it_prints_its_address_serves_and_ends_cleanly_on_ctrl_c(start):
    process = start("--port", "0")
    address = re.search(r"http://127\.0\.0\.1:\d+", process.stdout.readline())[0]
    with urllib.request.urlopen(f"{address}/readyz", timeout=20) as answer:
        assert answer.status == 200
        assert "server" not in answer.headers
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=20)
    assert (process.returncode, output) == (0, "Stopped.\n")
    assert "Traceback" not in errors


def test_a_port_in_use_is_one_sentence_and_status_2(start):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        process = start(WANGGE_PORT=str(taken.getsockname()[1]))
        output, errors = process.communicate(timeout=20)
    assert (process.returncode, output) == (2, "")
    assert re.fullmatch(
        r"wangge: Port \d+ on 127\.0\.0\.1 is in use; stop what uses it or choose another with --port\.\n", errors
    )


@pytest.mark.parametrize("variable", ["WANGGE_PORT", "WANGGE_POOL_SIZE", "WANGGE_LOG_LEVEL"])
def test_a_setting_that_cannot_be_used_is_named(start, variable):
    process = start(**{variable: "many"})
    _, errors = process.communicate(timeout=20)
    assert process.returncode == 2
    assert errors.startswith(f"wangge: The environment variable {variable} cannot be used: ") and errors.count("\n") == 1


def test_settings_come_from_the_environment(monkeypatch):
    monkeypatch.setenv("WANGGE_PORT", "8123")
    monkeypatch.setenv("DATABASE_URL", "postgresql:///x")
    settings = load_settings()
    assert (settings.port, settings.database_url, settings.host) == (8123, "postgresql:///x", "127.0.0.1")


@pytest.mark.parametrize(
    ("host", "code"),
    [("no.such.host.invalid", "bad_host"), ("192.0.2.1", "bad_host"), ("\x00", "bad_host"), ("a" * 300, "bad_host")],
)
def test_an_address_that_is_not_of_this_machine_is_refused(host, code):
    with pytest.raises(Refusal) as refusal:
        listen(host, 0)
    assert refusal.value.code == code


def test_a_small_answer_is_sent_at_once():
    # Without TCP_NODELAY on the connection every answer waits 40 ms for the client's acknowledgement.
    with listen("127.0.0.1", 0) as listener, socket.create_connection(listener.getsockname()):
        accepted, _ = listener.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) == 1


def test_it_listens_on_ipv6_where_there_is_any():
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("this machine has no IPv6")
    with listen("::1", 0) as listener:
        assert listener.family == socket.AF_INET6
