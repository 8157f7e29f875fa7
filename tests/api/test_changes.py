"""What a running application does when the register changes under it."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from boundaries.clock import now
from boundaries.store import tiles
from tests.api import town

pytestmark = pytest.mark.database


@pytest.fixture
def changing(register, database_url, front_end):
    """A client on a register of its own."""
    town.store(register)
    with TestClient(create_app(Settings(database_url=database_url, web_dist=front_end, stamp_seconds=0))) as client:
        yield client


def rename(engine, code, name, *, at):
    """End a unit's version at an instant and begin one with another name."""
    copy = sa.text(
        "WITH ended AS (UPDATE unit_version SET lifespan = tstzrange(lower(lifespan), :at) "
        "WHERE code = :code AND upper_inf(lifespan) RETURNING *) "
        "INSERT INTO unit_version (code, name, kind, households, divided, geom, lifespan, source, change_set_id) "
        "SELECT code, :name, kind, households, divided, geom, tstzrange(:at, NULL), source, change_set_id FROM ended"
    )
    with engine.begin() as connection:
        connection.execute(copy, {"at": at, "code": code, "name": name})


def test_a_change_is_seen_at_once_and_the_past_stays(changing, register):
    query = {"lon": 105.46, "lat": 28.81}
    assert changing.get("/api/v1/locate", params=query).json()["grid"]["name"] == town.NAMES[town.EAST_GRID]
    instant = now()
    rename(register, town.EAST_GRID, "新市场专属网格", at=instant)
    assert changing.get("/api/v1/locate", params=query).json()["grid"]["name"] == "新市场专属网格"
    before = query | {"at": (instant - timedelta(seconds=1)).isoformat()}
    assert changing.get("/api/v1/locate", params=before).json()["grid"]["name"] == town.NAMES[town.EAST_GRID]


def test_a_change_that_is_decided_for_later_is_not_seen_now(changing, register):
    later = now() + timedelta(days=3)
    rename(register, town.EAST_GRID, "新市场专属网格", at=later)
    query = {"lon": 105.46, "lat": 28.81}
    assert changing.get("/api/v1/locate", params=query).json()["grid"]["name"] == town.NAMES[town.EAST_GRID]
    assert changing.get("/api/v1/locate", params=query | {"at": later.isoformat()}).json()["grid"]["name"] == "新市场专属网格"


def test_a_tile_changes_when_a_unit_or_the_simplified_shapes_change(changing, register):
    x, y = town.tile_of(105.46, 28.81, 12)
    address = f"/tiles/grids/12/{x}/{y}.mvt"
    exact = changing.get(address)
    assert exact.content
    rename(register, town.EAST_GRID, "新市场专属网格", at=now())
    renamed = changing.get(address)
    assert renamed.headers["etag"] != exact.headers["etag"]
    assert "新市场专属网格".encode() in renamed.content
    with register.begin() as connection:
        assert tiles.rebuild(connection, "grid") == 4 * len(tiles.STORED_ZOOMS["grid"])
    assert changing.get(address).status_code == 200


def test_rebuilding_twice_stores_the_same_shapes_once(register):
    town.store(register)
    shapes = sa.text("SELECT level, zoom, version_id, ST_AsEWKB(geom) FROM tile_shape ORDER BY 1, 2, 3")

    def stored():
        with register.begin() as connection:
            tiles.rebuild(connection)
            return connection.execute(shapes).all()

    first = stored()
    assert first == stored()
    assert len(first) == sum(
        count * len(tiles.STORED_ZOOMS[level])
        for level, count in {"county": 2, "town": 2, "village": 3, "grid": 4, "micro_grid": 3}.items()
    )


def test_an_empty_register_is_told_from_a_missing_one(database_url, cluster, front_end):
    with TestClient(create_app(Settings(database_url=database_url, web_dist=front_end))) as client:
        assert client.get("/readyz").json() == {
            "ready": True,
            "checks": {"database": True, "migrations": True, "front_end": True},
        }
        answer = client.get("/api/v1/meta")
        assert (answer.status_code, answer.json()["code"]) == (404, "nothing_at_instant")
    with TestClient(create_app(Settings(database_url=cluster.url(database="postgres"), web_dist=front_end))) as client:
        assert client.get("/readyz").json()["checks"] == {"database": True, "migrations": False, "front_end": True}
        answer = client.get("/api/v1/meta")
        assert (answer.status_code, answer.json()["code"]) == (503, "not_migrated")
