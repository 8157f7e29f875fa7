"""A restored register has its editions, settings and duties, and still guards their past."""

from datetime import date

import psycopg
import pytest

from boundaries.store import city_settings, divisions
from boundaries.store.absences import add_absence
from boundaries.store.backing_up import back_up
from boundaries.store.connecting import engine_for
from boundaries.store.restoring import restore
from tests import workers
from tests.api import town
from tests.boundaries.small_editions import ENDING

pytestmark = pytest.mark.database

TABLES = ("division_edition", "division", "setting", "grid_worker", "duty")
TABLES += ("worker_training", "worker_assessment", "worker_absence")


@pytest.fixture
def owner_url(cluster, database_url, register_name):
    """Address of a filled register, as its owner; what a restore puts aside is dropped."""
    engine = engine_for(database_url)
    town.store(engine)
    with engine.begin() as connection:
        divisions.import_edition(connection, "2016", in_force_on=date(2016, 7, 31), source="x", divisions=ENDING)
        city_settings.put(connection, "size.micro", {"min": 30, "max": 80})
        worker = workers.serving(connection, town.WEST_GRID)
        substitute = workers.qualified(connection, scope="510502001001", name="李强")
        add_absence(connection, worker, until=workers.day(3), substitute_id=substitute)
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
    for statement in (
        "UPDATE division SET name = 'x'",
        "DELETE FROM setting",
        "UPDATE duty SET role = 'assisting'",
        "DELETE FROM worker_training",
    ):
        with psycopg.connect(owner_url) as owner, pytest.raises(psycopg.errors.CheckViolation, match="is_kept"):
            owner.execute(statement)
