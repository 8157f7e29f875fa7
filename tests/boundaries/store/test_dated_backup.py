"""A restored register has its editions, settings and duties, and still guards their past."""

from datetime import date

import psycopg
import pytest

from boundaries.store import city_settings, divisions, duties
from boundaries.store.backing_up import back_up
from boundaries.store.connecting import engine_for
from boundaries.store.restoring import restore
from tests.api import town
from tests.boundaries.small_editions import ENDING

pytestmark = pytest.mark.database

TABLES = ("division_edition", "division", "setting", "grid_worker", "duty")


@pytest.fixture
def owner_url(cluster, database_url, register_name):
    """Address of a filled register, as its owner; what a restore puts aside is dropped."""
    engine = engine_for(database_url)
    town.store(engine)
    with engine.begin() as connection:
        divisions.import_edition(connection, "2016", in_force_on=date(2016, 7, 31), source="x", divisions=ENDING)
        city_settings.put(connection, "size.micro", {"min": 30, "max": 80})
        worker = duties.add_worker(connection, scope="510502", name="王芳", work_phone="12345", kind="full_time")
        duties.begin_duty(connection, worker, town.WEST_GRID, role="responsible")
    engine.dispose()
    yield cluster.url(owner=True, database=register_name)
    with psycopg.connect(cluster.url(owner=True, database="postgres"), autocommit=True) as server:
        kept = server.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", (f"{register_name}_",)).fetchall()
        for (name,) in kept:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def rows(url):
    with psycopg.connect(url) as connection:
        return {table: connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall() for table in TABLES}


def test_a_restored_register_holds_the_same_rows_and_refuses_the_same(owner_url, tmp_path):
    before = rows(owner_url)
    assert all(before.values())
    back_up(owner_url, tmp_path / "register.backup", version="0")
    restore(owner_url, tmp_path / "register.backup", replace=True)
    assert rows(owner_url) == before
    for statement in ("UPDATE division SET name = 'x'", "DELETE FROM setting", "UPDATE duty SET role = 'assisting'"):
        with psycopg.connect(owner_url) as owner, pytest.raises(psycopg.errors.CheckViolation, match="is_kept"):
            owner.execute(statement)
