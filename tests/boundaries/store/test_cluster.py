"""The private cluster: one command makes it, a crash does not lose what was acknowledged."""

import os
import signal
import tempfile
from pathlib import Path

import psycopg
import pytest

from boundaries.store.cluster import SOCKET_PATH_LIMIT, Cluster
from boundaries.store.connecting import engine_for
from boundaries.store.migrate import is_current, migrate
from gis.errors import Refusal

pytestmark = pytest.mark.database


@pytest.fixture
def home():
    with tempfile.TemporaryDirectory(prefix="wangge-cluster-", ignore_cleanup_errors=True) as folder:
        os.chmod(folder, 0o755)  # the database may run as another user, who has to pass through
        cluster = Cluster(Path(folder) / "home", durable=False)
        yield cluster
        cluster.stop()


def test_a_second_start_finds_what_the_first_one_made(home):
    home.start()
    with psycopg.connect(home.url(owner=True)) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS one")
    assert home.stop() and not home.is_running() and not home.stop()
    home.start()
    home.start()
    with psycopg.connect(home.url(owner=True)) as connection:
        assert connection.execute("SELECT one FROM kept").fetchone() == (1,)


def test_a_killed_server_starts_again_with_all_it_acknowledged(home):
    home = Cluster(home.home, durable=True)
    home.start()
    with psycopg.connect(home.url(owner=True)) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS one")
    kill(home)
    home.start()
    with psycopg.connect(home.url(owner=True)) as connection:
        assert connection.execute("SELECT one FROM kept").fetchone() == (1,)


def test_a_lock_file_of_a_process_that_is_something_else_now_is_no_obstacle(home):
    home.start()
    lock = (home.data / "postmaster.pid").read_text()
    home.stop()
    (home.data / "postmaster.pid").write_text(lock.replace(lock.split("\n", 1)[0], str(os.getpid()), 1))
    home.start()
    assert home.is_running()


def test_it_listens_on_its_socket_alone(home):
    home.start()
    with psycopg.connect(home.url(owner=True)) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
        assert connection.execute("SHOW lc_ctype").fetchone()[0].upper().startswith("C.UTF")
    assert home.sockets.stat().st_mode & 0o077 == 0


def test_a_long_path_still_gets_a_socket():
    deep = Cluster(Path("/srv") / ("long/" * 30))
    assert len(os.fsencode(deep.sockets)) <= SOCKET_PATH_LIMIT


def test_a_home_that_is_a_file_is_refused_in_one_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(Refusal, match=r"data directory .* cannot be used") as refused:
        Cluster(tmp_path / "file").start()
    assert refused.value.code == "home_unusable"


def test_a_damaged_cluster_says_what_postgresql_says(home):
    home.start()
    home.stop()
    (home.data / "global" / "pg_control").write_bytes(b"")
    with pytest.raises(Refusal, match="did not start") as refused:
        home.start()
    assert refused.value.code == "database_start_failed" and "pg_control" in refused.value.message


def test_the_schema_goes_up_down_and_up_again(home):
    home.start()
    engine = engine_for(home.url(owner=True))
    for revision, current in (("head", True), ("base", False), ("head", True)):
        migrate(engine, revision)
        with engine.connect() as connection:
            assert is_current(connection) == current
    engine.dispose()


def kill(cluster):
    """kill -9 of the whole server."""
    pid = int((cluster.data / "postmaster.pid").read_text().split("\n", 1)[0])
    os.kill(pid, signal.SIGKILL)
    while True:
        try:
            os.kill(pid, 0)
            with open(f"/proc/{pid}/stat", encoding="utf-8") as stat:
                if stat.read().rsplit(")", 1)[1].split()[0] == "Z":
                    return
        except (ProcessLookupError, FileNotFoundError):
            return
