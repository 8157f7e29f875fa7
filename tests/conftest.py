"""Fixtures of the whole suite: the real layers, and databases on one throw-away cluster."""

import itertools
import os
import sys
import tempfile
from pathlib import Path

import psycopg
import pytest
from hypothesis import settings
from rich.console import Console

from api.cli import main
from api.cli.demo import fill
from boundaries.store.cluster import Cluster
from boundaries.store.connecting import engine_for
from boundaries.store.migrate import migrate

# A busy machine is slow at times; what a law needs is an answer, not a speed. The suite tries the same cases every time, so that
# a commit passes everywhere or nowhere; `make test-all` goes on to look for new ones.
settings.register_profile("wangge", deadline=None, derandomize=True)
settings.register_profile("search", deadline=None, print_blob=True)
settings.load_profile("wangge")

REPOSITORY = Path(__file__).resolve().parent.parent
TEMPLATE = "register_template"


@pytest.fixture(scope="session", autouse=True)
def _home(tmp_path_factory):
    """No test writes to the data directory of whoever runs it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WANGGE_HOME", str(tmp_path_factory.mktemp("home")))
        patch.setenv("WANGGE_JOBS", "false")  # no timer acts on what a test looks at, but where it is asked to
        yield


@pytest.fixture(scope="session")
def real_data():
    """Folder of real layers that are no part of the product."""
    folder = Path(os.environ.get("WANGGE_REAL_DATA", REPOSITORY.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"the folder of real layers, {folder}, is absent; WANGGE_REAL_DATA names another place")
    return folder


@pytest.fixture
def wangge(monkeypatch, capsys):
    """Run the command as the shell does: exit status, standard output, standard error."""

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["wangge", *map(str, arguments)])
        with pytest.raises(SystemExit) as left:
            main.run()
        out, err = capsys.readouterr()
        return left.value.code or 0, out, err

    return run


@pytest.fixture(scope="session")
def cluster():
    """A private cluster without fsync, gone after the run."""
    with tempfile.TemporaryDirectory(prefix="wangge-test-", ignore_cleanup_errors=True) as folder:
        throw_away = Cluster(Path(folder), durable=False)
        throw_away.start()
        yield throw_away
        throw_away.stop()


@pytest.fixture(scope="session")
def _template(cluster):
    _execute(cluster, f"CREATE DATABASE {TEMPLATE}")
    engine = engine_for(cluster.url(owner=True, database=TEMPLATE))
    migrate(engine)
    engine.dispose()
    return TEMPLATE


_serial = itertools.count()


@pytest.fixture
def register_name(cluster, _template):
    """Name of a new database that holds the schema and nothing else."""
    name = f"register_{next(_serial)}"
    _execute(cluster, f"CREATE DATABASE {name} TEMPLATE {_template}")
    yield name
    _execute(cluster, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def database_url(cluster, register_name):
    """Address of an empty register, as the application connects to it."""
    return cluster.url(database=register_name)


@pytest.fixture
def register(database_url):
    """Engine on an empty register, as the application connects to it."""
    engine = engine_for(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def connection(engine):
    """To the register of a test's module; what the test writes is gone after it."""
    with engine.connect() as connection:
        yield connection
        connection.rollback()


@pytest.fixture
def owned(cluster, register_name):
    """Engine on the register that `register` is, as its owner connects to it."""
    engine = engine_for(cluster.url(owner=True, database=register_name))
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def _demo_template(cluster, _template):
    """A register that holds the demo town, its tile shapes and its incidents; nobody stays connected to it."""
    _execute(cluster, f"CREATE DATABASE demo_template TEMPLATE {_template}")
    engine = engine_for(cluster.url(database="demo_template"))
    fill(engine, scale="town", seed=2024, console=Console(quiet=True))
    engine.dispose()
    return "demo_template"


@pytest.fixture(scope="session")
def demo_database(cluster, _demo_template):
    """Address of the demo town's register, for reading."""
    _execute(cluster, f"CREATE DATABASE demo_town TEMPLATE {_demo_template}")
    return cluster.url(database="demo_town")


@pytest.fixture
def demo_copy_url(cluster, _demo_template):
    """Address of a register of one's own that holds the demo town."""
    name = f"town_{next(_serial)}"
    _execute(cluster, f"CREATE DATABASE {name} TEMPLATE {_demo_template}")
    yield cluster.url(database=name)
    _execute(cluster, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def demo_copy(demo_copy_url):
    """Engine on a register of one's own that holds the demo town."""
    engine = engine_for(demo_copy_url)
    yield engine
    engine.dispose()


def _execute(cluster, statement):
    with psycopg.connect(cluster.url(owner=True, database="postgres"), autocommit=True) as connection:
        connection.execute(statement)
