"""A register that was dumped and restored is the same register, under the same guard."""

import subprocess

import psycopg
import pytest
import sqlalchemy as sa

from boundaries.clock import now
from boundaries.store.connecting import engine_for
from boundaries.store.migrate import is_current, migrate
from boundaries.store.proof import broken_instants
from tests.api import town
from tests.boundaries.store.test_guard import picture

pytestmark = pytest.mark.database

CLOSE = f"""
    UPDATE unit_version SET lifespan = tstzrange(lower(lifespan), '2099-01-01')
    WHERE code = '{town.WEST_GRID}' AND upper_inf(lifespan)"""


@pytest.fixture
def restored(cluster, register, register_name):
    """Name of a database into which a register with a past was restored by psql."""
    town.store(register)
    name = f"{register_name}_restored"
    owner = cluster.url(owner=True, database="postgres")
    with psycopg.connect(owner, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        copy(cluster.url(owner=True, database=register_name), cluster.url(owner=True, database=name))
        yield name
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def copy(source, target):
    dump = subprocess.run(["pg_dump", source], capture_output=True, check=True).stdout
    subprocess.run(["psql", "-Xq", "-v", "ON_ERROR_STOP=1", target], input=dump, stdout=subprocess.DEVNULL, check=True)


def test_a_restored_register_is_the_same_and_as_well_guarded(cluster, register, restored):
    engine = engine_for(cluster.url(database=restored))
    assert picture(engine) == picture(register)
    with engine.connect() as connection:
        assert is_current(connection) and broken_instants(connection) == []
        with pytest.raises(sa.exc.IntegrityError, match="not_tiled"):
            connection.execute(sa.text(CLOSE))
            connection.commit()
    for forbidden in ("DELETE FROM unit_version", "UPDATE unit_version SET name = 'x'", "UPDATE unit_version SET population = 9"):
        with pytest.raises(sa.exc.IntegrityError, match="history_is_kept"), engine.begin() as connection:
            connection.execute(sa.text(forbidden))
    for forbidden in ("DELETE FROM unit", "UPDATE unit_version SET recorded_at = now()", "DROP TABLE tile_shape"):
        with pytest.raises(sa.exc.ProgrammingError, match="InsufficientPrivilege"), engine.begin() as connection:
            connection.execute(sa.text(forbidden))
    engine.dispose()


def test_a_restored_register_locates_and_migrates(cluster, restored):
    engine = engine_for(cluster.url(owner=True, database=restored))
    with engine.connect() as connection:
        query = sa.text("SELECT owner FROM locate_unit(105.41, 28.805, 'grid', :at)")
        assert connection.execute(query, {"at": now()}).scalar_one() == town.WEST_GRID
    for revision in ("base", "head"):
        migrate(engine, revision)
    engine.dispose()
