"""My grid: what everybody is told, by place and by code, at once and without a trace."""

import time

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.public_models import PublicGrid
from api.settings import Settings
from boundaries.city_settings import REVIEW_NUMBER, SUPERVISION_PHONE
from boundaries.store import city_settings
from boundaries.store.standing import change_worker
from tests.api import town
from tests.registers import register_of_module
from tests.workers import serving

pytestmark = pytest.mark.database

PATH = "/api/v1/public/grid"
INSIDE = {"lon": 105.41, "lat": 28.805}


@pytest.fixture(scope="module")
def engine(cluster, _template):
    with register_of_module(cluster, _template, "public_grid") as engine:
        town.store(engine)
        with engine.begin() as connection:
            city_settings.put(connection, SUPERVISION_PHONE, "0830-12345")
        yield engine


@pytest.fixture(scope="module")
def client(engine, front_end):
    with TestClient(create_app(Settings(database_url=engine.url.render_as_string(False), web_dist=front_end))) as client:
        yield client


@pytest.fixture(scope="module")
def worker(engine):
    with engine.begin() as connection:
        return serving(connection, town.WEST_GRID)


def asked(client, **query):
    answer = client.get(PATH, params=query)
    assert answer.status_code == 200, answer.text
    return PublicGrid.model_validate_json(answer.text)


def refused(client, **query):
    answer = client.get(PATH, params=query)
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()


def test_a_place_and_a_code_give_the_same_grid(client, worker):
    by_place, by_code = asked(client, **INSIDE), asked(client, code=town.WEST_GRID)
    assert by_place.grid == by_code.grid
    assert (by_place.grid.code, by_place.grid.place.town.name) == (town.WEST_GRID, "南城街道")
    assert [(each.name, each.work_phone) for each in by_place.workers] == [("王芳", "0830-3101234")]
    assert (by_place.supervision_phone, by_place.synthetic, by_place.on_border) == ("0830-12345", True, False)
    assert by_place.grid.extent.east == [town.NAMES[town.MIDDLE_GRID]]
    assert by_place.grid.geometry["type"] == "MultiPolygon" and by_place.grid.bbox[0] == 105.4


def test_a_place_on_a_border_says_so_and_a_datum_is_heeded(client):
    assert asked(client, lon=105.44, lat=28.81).on_border is True
    assert asked(client, lon=105.4125, lat=28.8024, datum="gcj02").grid.code == town.WEST_GRID


def test_nothing_more_than_the_work_contact_is_told_of_a_worker(client, worker):
    told = client.get(PATH, params=INSIDE).json()["workers"]
    assert {name for each in told for name in each} == {"name", "kind", "role", "work_phone", "substitutes_for"}


def test_no_copy_is_kept_and_nobody_is_known(client):
    answer = client.get(PATH, params=INSIDE)
    assert answer.headers["cache-control"] == "no-store"
    assert "set-cookie" not in answer.headers and "etag" not in answer.headers


def test_a_contact_that_changes_is_seen_within_a_second(client, engine, worker):
    asked(client, **INSIDE)
    with engine.begin() as connection:
        change_worker(connection, worker, work_phone="0830-7654321")
    began = time.monotonic()
    found = asked(client, **INSIDE)
    assert [each.work_phone for each in found.workers] == ["0830-7654321"]
    assert time.monotonic() - began < 1


def test_a_review_number_is_told_where_there_is_one(client, engine):
    assert asked(client, **INSIDE).review_number is None
    with engine.begin() as connection:
        city_settings.put(connection, REVIEW_NUMBER, "川S(2026)00012号", scope="510503")
    assert asked(client, code=town.EAST_GRID).review_number == "川S(2026)00012号"
    assert asked(client, **INSIDE).review_number is None


def test_outside_every_grid_the_nearest_is_named(client):
    status, problem = refused(client, lon=105.42, lat=28.835)
    assert (status, problem["code"]) == (404, "no_grid_here")
    nearest = problem["details"]["nearest"]
    assert nearest["code"] == town.MIDDLE_GRID or nearest["code"] == town.WEST_GRID or nearest["code"] == town.NORTH_GRID
    assert nearest["distance_m"] > 100 and nearest["name"] in problem["detail"]


HOSTILE = "<script>alert(1)</script>"


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ({}, 422, "missing_parameter"),
        ({"lon": 105.41}, 422, "missing_parameter"),
        (INSIDE | {"code": town.WEST_GRID}, 422, "missing_parameter"),
        ({"lon": 28.805, "lat": 105.41}, 422, "swapped_lonlat"),
        ({"lon": "nan", "lat": "1"}, 422, "invalid_parameter"),
        (INSIDE | {"datum": "mars"}, 422, "unknown_datum"),
        ({"code": "510502001001099"}, 404, "unknown_unit"),
        ({"code": "510502001001"}, 404, "unknown_unit"),
        ({"code": "' OR 1=1 --"}, 422, "bad_code"),
        ({"code": "\x00"}, 422, "invalid_parameter"),
        ({"code": HOSTILE}, 422, "invalid_parameter"),
        ({"code": "9" * 10_000}, 422, "invalid_parameter"),
    ],
)
def test_what_cannot_be_asked_gets_a_clear_answer(client, query, status, code):
    found = refused(client, **query)
    assert (found[0], found[1]["code"]) == (status, code)
