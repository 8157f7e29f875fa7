"""Every migration goes down and up again on a register that is full; none is named here, all are found."""

import os
import subprocess

import psycopg
import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory

from boundaries.store.connecting import engine_for
from boundaries.store.migrate import FOLDER, migrate
from boundaries.store.proof import broken_instants
from boundaries.store.system import program
from boundaries.store.verifying import facts
from gis.errors import Refusal

pytestmark = pytest.mark.database

REVISIONS = sorted(script.revision for script in ScriptDirectory(str(FOLDER)).walk_revisions())
DOWN_TO = ["base", *REVISIONS[:-1]]
# Which step of the history the register is at, and what a version of PostgreSQL's program says of itself.
BESIDE_THE_SCHEMA = ("--", "\\restrict", "\\unrestrict", "SET ", "SELECT pg_catalog.set_config")


@pytest.fixture(scope="module")
def full(cluster, demo_database):
    """A copy of the demo town's register: engine of its owner, and its name."""
    with psycopg.connect(cluster.url(owner=True, database="postgres"), autocommit=True) as connection:
        connection.execute("CREATE DATABASE full_town TEMPLATE demo_town")
    engine = engine_for(cluster.url(owner=True, database="full_town"))
    yield engine
    engine.dispose()
    with psycopg.connect(cluster.url(owner=True, database="postgres"), autocommit=True) as connection:
        connection.execute("DROP DATABASE full_town WITH (FORCE)")


def schema(cluster, name):
    """The schema as PostgreSQL writes it, rights included."""
    command = [program("pg_dump"), "--schema-only", cluster.url(owner=True, database=name)]
    text = subprocess.run(command, capture_output=True, text=True, check=True, env=os.environ | {"LC_ALL": "C.UTF-8"}).stdout
    return [line for line in text.splitlines() if line and not line.startswith(BESIDE_THE_SCHEMA)]


def held(engine):
    """Rows by table, but for the row that says the revision."""
    with engine.connect() as connection:
        return {table: count for table, count in facts(connection).counts.items() if table != "alembic_version"}


def test_the_history_is_one_line_without_a_gap():
    assert [f"{number:04d}" for number in range(1, len(REVISIONS) + 1)] == REVISIONS
    heads = ScriptDirectory(str(FOLDER)).get_heads()
    assert heads == [REVISIONS[-1]]


@pytest.mark.parametrize("revision", REVISIONS)
def test_every_step_has_a_way_down(revision):
    assert list(FOLDER.glob(f"{revision}_*.down.sql")), f"{revision} has no script that takes it back"


def test_each_step_down_and_up_keeps_the_rows_of_all_tables_that_are_left(cluster, full, register_name):
    fresh, before = schema(cluster, register_name), held(full)
    assert before["unit_version"] > 100 and before["incident"] > 100
    for revision in DOWN_TO[:0:-1]:
        migrate(full, revision)
        left = held(full)
        assert {table: before[table] for table in left} == left, revision
        migrate(full)
        again = held(full)
        assert {table: again[table] for table in left} == left, revision
        assert schema(cluster, "full_town") == fresh, revision
    with full.connect() as connection:
        assert broken_instants(connection) == []


def test_step_by_step_to_nothing_and_back_is_a_fresh_schema(cluster, full, register_name):
    for revision in DOWN_TO[::-1]:
        migrate(full, revision)
    assert held(full) == {}
    for revision in REVISIONS:
        migrate(full, revision)
    assert schema(cluster, "full_town") == schema(cluster, register_name)
    assert held(full) == empty(cluster, register_name)


def empty(cluster, name):
    engine = engine_for(cluster.url(owner=True, database=name))
    try:
        return held(engine)
    finally:
        engine.dispose()


def test_a_register_of_a_newer_version_is_refused_in_a_sentence_and_left_alone(full):
    migrate(full)
    with full.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Refusal, match="newer Wangge") as refused:
        migrate(full)
    assert refused.value.code == "schema_too_new"
    with full.begin() as connection:
        assert connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar_one() == "9999"
        connection.execute(sa.text("UPDATE alembic_version SET version_num = :newest"), {"newest": REVISIONS[-1]})


def test_a_step_that_fails_leaves_the_schema_as_it_was(cluster, full, register_name):
    migrate(full)
    with full.begin() as connection:
        connection.execute(sa.text("CREATE VIEW in_the_way AS SELECT * FROM unit_version"))
    before = schema(cluster, "full_town")
    with pytest.raises(Refusal, match="cannot drop") as refused:
        migrate(full, "base")
    assert refused.value.code == "migration_failed"
    assert schema(cluster, "full_town") == before
    with full.begin() as connection:
        connection.execute(sa.text("DROP VIEW in_the_way"))
