"""The private cluster: one command makes it, a crash does not lose what was acknowledged."""

import os
import signal
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from boundaries.store.cluster import SOCKET_PATH_LIMIT, Cluster
from boundaries.store.connecting import engine_for
from boundaries.store.migrate import is_current, migrate
from boundaries.store.system import make_private, works_in
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


@pytest.mark.parametrize("name", ["sp ace", "网格", "it's, 50%25 a+b&c=d#e"])
def test_any_name_of_a_directory_makes_an_address_that_every_client_understands(home, name, monkeypatch):
    monkeypatch.setenv("PGPORT", "5555")  # somebody's other server
    odd = Cluster(home.home / name, durable=False)
    odd.start()
    try:
        told = subprocess.run(["psql", "-XAtc", "SELECT 1", odd.url()], capture_output=True, text=True, check=True)
        assert told.stdout == "1\n"
        engine = engine_for(odd.url())
        with engine.connect() as connection:
            assert connection.execute(sa.text("SELECT 1")).scalar_one() == 1
        engine.dispose()
    finally:
        odd.stop()
        if odd.sockets.parent == Path("/tmp"):
            odd.sockets.rmdir()


def test_a_path_that_a_shell_would_take_apart_is_refused(tmp_path):
    for name in ('a"b', "$(id)", "a`b", "a\\b", "a\nb"):
        with pytest.raises(Refusal, match="cannot be used"):
            Cluster(tmp_path / name).start()


def test_a_socket_directory_that_others_may_enter_is_refused(tmp_path):
    deep = Cluster(tmp_path / ("long/" * 30), durable=False)
    deep.sockets.mkdir(mode=0o755)
    try:
        with pytest.raises(Refusal, match="open to others"):
            make_private(deep.sockets)
    finally:
        deep.sockets.rmdir()


def test_a_start_that_was_cut_short_before_the_database_was_made_is_completed(home):
    home.start()
    with psycopg.connect(home.url(owner=True, database="postgres"), autocommit=True) as connection:
        connection.execute("DROP DATABASE wangge WITH (FORCE)")
    home.start()
    psycopg.connect(home.url()).close()


def test_several_may_start_it_at_once(home):
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda _: home.start(), range(3)))
    psycopg.connect(home.url()).close()


def test_the_processes_of_a_dead_server_are_found_through_a_symbolic_link(home, tmp_path):
    home.start()
    link = home.home.parent / "link"
    link.symlink_to(home.home)
    assert works_in(Cluster(link).data) and not works_in(tmp_path)


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


def test_without_postgresql_the_sentence_says_what_to_install(home, tmp_path, monkeypatch):
    monkeypatch.setattr("boundaries.store.system.SERVERS", tmp_path)
    monkeypatch.setenv("PATH", "/usr/bin:/bin")  # no initdb there: the packages put it into the folder above
    with pytest.raises(Refusal, match="PostgreSQL 15 or later is not installed; run `make setup`") as refused:
        home.start()
    assert refused.value.code == "postgresql_missing" and not home.data.exists()
