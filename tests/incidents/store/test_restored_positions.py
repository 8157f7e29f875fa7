"""After a restore into another database nothing old is told again, and nothing new is lost."""

import json

import psycopg
import pytest
import sqlalchemy as sa

from boundaries.store.backing_up import back_up
from boundaries.store.connecting import engine_for
from boundaries.store.restoring import restore
from incidents.store.following import position, since
from tests.incidents.desk import incident, note
from tests.registers import register_of_module

pytestmark = pytest.mark.database

AHEAD = sa.text("""
    INSERT INTO incident_event (incident_id, xact, action, from_state, to_state, actor, note)
    SELECT :incident, CAST(CAST(CAST(CAST(pg_current_xact_id() AS text) AS bigint) + :ahead AS text) AS xid8), 'note', 'reported',
           'reported', 'li.na', 'x'""")


@pytest.fixture
def restored(cluster, _template, tmp_path):
    """A register out of a backup whose transactions are some that this cluster is soon to give."""
    with register_of_module(cluster, _template, "positions_source"):
        owner = engine_for(cluster.url(owner=True, database="positions_source"))
        with owner.begin() as connection:
            for ahead in range(5, 300, 7):
                connection.execute(AHEAD, {"incident": incident(connection)[0], "ahead": ahead})
        owner.dispose()
        back_up(cluster.url(owner=True, database="positions_source"), tmp_path / "a.backup", version="0")
    with psycopg.connect(cluster.url(owner=True, database="postgres"), autocommit=True) as server:
        server.execute("CREATE DATABASE positions_restored")
        restore(cluster.url(owner=True, database="positions_restored"), tmp_path / "a.backup")
        engine = engine_for(cluster.url(database="positions_restored"))
        yield engine
        engine.dispose()
        server.execute("DROP DATABASE positions_restored WITH (FORCE)")


def test_a_restored_register_tells_of_what_is_new_alone(restored):
    with restored.begin() as connection:
        number, _ = incident(connection, near="510503001001001")
        reached = position(connection)
    told, written = [], []
    for _ in range(320):  # through all the numbers that came along
        with restored.begin() as connection:
            written.append(note(connection, number))
        with restored.connect() as connection:
            found = since(connection, reached, limit=100)
        assert not found.too_many
        reached = found.position
        told += [json.loads(row.value)["id"] for row in found.rows]
    assert told == written
