"""A backup restored is the same register under the same guard; a bad one leaves everything as it was."""

import json
import tempfile
import threading
import zipfile
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from api.cli.main import application
from boundaries.store.backing_up import back_up
from boundaries.store.cluster import Cluster
from boundaries.store.connecting import engine_for
from boundaries.store.migrate import is_current
from boundaries.store.proof import broken_instants
from boundaries.store.restoring import restore
from gis.errors import Refusal
from tests.api import town
from tests.boundaries.filings.change_sets import RENAME, filed
from tests.boundaries.store.test_guard import picture

pytestmark = pytest.mark.database


@pytest.fixture(scope="module")
def machine():
    """A new machine: another home, another cluster."""
    with tempfile.TemporaryDirectory(prefix="wangge-new-", ignore_cleanup_errors=True) as folder:
        other = Cluster(Path(folder), durable=False)
        other.start()
        yield other
        other.stop()


@pytest.fixture
def emptied(machine):
    """The new machine as it was on its first day."""
    yield machine
    with psycopg.connect(machine.url(owner=True, database="postgres"), autocommit=True) as connection:
        names = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE 'wangge%'").fetchall()
        for (name,) in names:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
        connection.execute("CREATE DATABASE wangge")


@pytest.fixture(scope="module")
def source(cluster, _template):
    """Address of a register with a past, as its owner."""
    with psycopg.connect(cluster.url(owner=True, database="postgres"), autocommit=True) as connection:
        connection.execute("CREATE DATABASE backed_up TEMPLATE register_template")
    engine = engine_for(cluster.url(database="backed_up"))
    town.store(engine)
    filed(engine, RENAME)
    engine.dispose()
    yield cluster.url(owner=True, database="backed_up")
    with psycopg.connect(cluster.url(owner=True, database="postgres"), autocommit=True) as connection:
        connection.execute("DROP DATABASE backed_up WITH (FORCE)")


@pytest.fixture(scope="module")
def backup(source, tmp_path_factory):
    """A backup of it."""
    out = tmp_path_factory.mktemp("backup") / "register.backup"
    back_up(source, out, version="0")
    return out


@pytest.fixture
def spoiled(cluster, source):
    """A copy of it, to be spoiled by somebody who may switch off triggers; runs statements, returns the address."""
    owner = cluster.url(owner=True, database="postgres")
    with psycopg.connect(owner, autocommit=True) as server:
        server.execute("CREATE DATABASE spoiled TEMPLATE backed_up")

        def spoil(*statements):
            with psycopg.connect(cluster.url(owner=True, database="spoiled")) as connection:
                for statement in statements:
                    connection.execute(statement)
            return cluster.url(owner=True, database="spoiled")

        yield spoil
        server.execute("DROP DATABASE spoiled WITH (FORCE)")


def value(url, query):
    engine = engine_for(url)
    try:
        with engine.connect() as connection:
            return connection.execute(sa.text(query)).scalar()
    finally:
        engine.dispose()


def databases(cluster):
    return value(cluster.url(owner=True, database="postgres"), "SELECT array_agg(datname ORDER BY datname) FROM pg_database")


def code_of(url, file, **options):
    with pytest.raises(Refusal) as refused:
        restore(url, file, **options)
    return refused.value.code


def test_a_backup_becomes_the_same_register_on_a_new_machine_and_as_well_guarded(backup, source, emptied):
    assert restore(emptied.url(owner=True), backup).kept is None
    engine, before = engine_for(emptied.url()), engine_for(source)
    assert picture(engine) == picture(before)
    before.dispose()
    with engine.connect() as connection:
        assert is_current(connection) and broken_instants(connection) == []
    close = f"UPDATE unit_version SET lifespan = tstzrange(lower(lifespan), '2099-01-01') WHERE code = '{town.WEST_GRID}'"
    with pytest.raises(sa.exc.IntegrityError, match="not_tiled"), engine.begin() as connection:
        connection.execute(sa.text(f"{close} AND upper_inf(lifespan)"))
    for forbidden in ("DELETE FROM unit", "UPDATE unit_version SET recorded_at = now()", "DROP TABLE tile_shape"):
        with pytest.raises(sa.exc.ProgrammingError, match="InsufficientPrivilege"), engine.begin() as connection:
            connection.execute(sa.text(forbidden))
    engine.dispose()


WRITE = """INSERT INTO change_set (title, reason, state, effective_on)
    VALUES ('another', 'other', 'in_force', '2026-01-01')"""


def test_a_backup_is_of_one_instant_though_others_go_on_writing(spoiled, emptied, tmp_path):
    url, enough = spoiled(), threading.Event()

    def write():
        with psycopg.connect(url, autocommit=True) as connection:
            while not enough.is_set():
                connection.execute(WRITE)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        manifest = back_up(url, tmp_path / "a.backup", version="0")
    finally:
        enough.set()
        writer.join()
    assert value(url, "SELECT count(*) FROM change_set") > manifest["counts"]["change_set"]
    restore(emptied.url(owner=True), tmp_path / "a.backup")  # which counts


def test_a_register_that_holds_something_is_replaced_only_when_told_and_then_kept(backup, emptied):
    url = emptied.url(owner=True)
    restore(url, backup)
    assert code_of(url, backup) == "register_not_empty"
    kept = restore(url, backup, replace=True).kept
    assert kept.startswith("wangge_before_")
    assert value(emptied.url(database=kept), "SELECT count(*) FROM unit") == value(emptied.url(), "SELECT count(*) FROM unit")


def test_tables_that_are_not_ours_are_never_taken_for_nothing(backup, emptied):
    engine = engine_for(emptied.url(owner=True))
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE diary (day date)"))
    engine.dispose()
    assert code_of(emptied.url(owner=True), backup) == "register_not_empty"


def changed(backup, **changes):
    """The backup with another manifest, its dump untouched."""
    out = backup.with_name("changed.backup")
    with zipfile.ZipFile(backup) as old, zipfile.ZipFile(out, "w") as new:
        manifest = json.loads(old.read("manifest.json")) | changes
        new.writestr("manifest.json", json.dumps(manifest))
        new.writestr("register.dump", old.read("register.dump"))
    return out


def damaged(backup, how):
    whole, out = backup.read_bytes(), backup.with_name(f"{how}.backup")
    middle = len(whole) // 2
    content = {
        "cut off": whole[:middle],
        "one byte": whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :],
        "empty": b"",
        "foreign": b"PGDMP" + bytes(100),
    }
    out.write_bytes(content[how])
    return out


@pytest.mark.parametrize("how", ["cut off", "one byte", "empty", "foreign"])
def test_a_damaged_or_foreign_file_is_refused_and_the_register_stays(backup, emptied, how):
    before = databases(emptied)
    assert code_of(emptied.url(owner=True), damaged(backup, how), replace=True) == "bad_backup"
    assert databases(emptied) == before


def test_a_backup_of_a_newer_product_is_refused(backup, emptied):
    assert code_of(emptied.url(owner=True), changed(backup, migration="9999")) == "backup_too_new"


@pytest.mark.parametrize("changes", [{"counts": {"unit": 3}}, {"rules": ["unit_version.other"]}, {"migration": "0001"}])
def test_what_is_not_as_the_manifest_says_never_takes_the_registers_place(backup, emptied, changes):
    restore(emptied.url(owner=True), backup)
    before, count = databases(emptied), value(emptied.url(), "SELECT count(*) FROM unit_version")
    assert code_of(emptied.url(owner=True), changed(backup, **changes), replace=True) == "restore_not_verified"
    assert databases(emptied) == before and value(emptied.url(), "SELECT count(*) FROM unit_version") == count


SPOILING = {
    "a gap": ("SET session_replication_role = replica", f"DELETE FROM unit_version WHERE code = '{town.NORTH_GRID}'"),
    "a guard switched off": ("ALTER TABLE unit_version DISABLE TRIGGER tiling",),
    "a filing tampered with": (
        "ALTER TABLE filing_entry DISABLE TRIGGER kept",
        "UPDATE filing_entry SET body = replace(body, 'city', 'town')",
        "ALTER TABLE filing_entry ENABLE ALWAYS TRIGGER kept",
    ),
    "a rule dropped": ("ALTER TABLE unit_version DROP CONSTRAINT one_version_at_a_time",),
}


@pytest.mark.parametrize("how", SPOILING)
def test_a_register_that_is_not_whole_is_not_restored_though_its_backup_is(spoiled, emptied, tmp_path, how):
    back_up(spoiled(*SPOILING[how]), tmp_path / "a.backup", version="0")
    assert code_of(emptied.url(owner=True), tmp_path / "a.backup") == "restore_not_verified"


def test_the_commands_say_what_they_did(source, emptied, tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", source)
    told = CliRunner().invoke(application(), ["db", "backup", str(tmp_path / "b.backup")])
    assert told.exit_code == 0 and "b.backup" in told.output.replace("\n", ""), told.output or told.exception
    monkeypatch.setenv("DATABASE_URL", emptied.url(owner=True))
    told = CliRunner().invoke(application(), ["db", "restore", str(tmp_path / "b.backup")])
    assert told.exit_code == 0 and "it is verified" in told.output, told.output or told.exception
    told = CliRunner().invoke(application(), ["db", "restore", str(tmp_path / "nothing.backup")])
    assert told.exception.code == "missing_file"


def test_the_command_proves_the_whole_map_and_names_what_is_broken(source, spoiled, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", source)
    told = CliRunner().invoke(application(), ["db", "verify"])
    assert (told.exit_code, "tiled exactly, at every instant" in told.output) == (0, True), told.output
    monkeypatch.setenv("DATABASE_URL", spoiled(*SPOILING["a gap"]))
    told = CliRunner().invoke(application(), ["db", "verify"])
    assert told.exit_code == 1
    assert f"{town.NORTH_GRID[:12]} is not tiled exactly from" in told.output
