"""Grid workers and duties over HTTP: kept by the county and the community, read by everybody."""

from datetime import datetime, timedelta

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from api.worker_models import Duties, GridWorker, GridWorkers
from boundaries.clock import CITY_ZONE
from tests import people, workers
from tests.api import town
from tests.registers import register_of_module

pytestmark = pytest.mark.database

VILLAGE = "510502001001"
DUTIES = f"/api/v1/grids/{town.WEST_GRID}/duties"
NEW = {"scope": VILLAGE, "name": "王芳", "work_phone": "0830-3101234", "kind": "part_time"}


@pytest.fixture(scope="module")
def engine(cluster, _template):
    with register_of_module(cluster, _template, "duties_http") as engine:
        town.store(engine)
        yield engine


@pytest.fixture(scope="module")
def client(engine, front_end):
    with TestClient(create_app(Settings(database_url=engine.url.render_as_string(False), web_dist=front_end))) as client:
        yield client


@pytest.fixture(scope="module")
def community(engine):
    """Headers of the community of the village."""
    return people.as_role(engine, "community", VILLAGE)


@pytest.fixture
def ask(client, community):
    """Ask as the community, or as somebody else."""

    def asked(method, path, *, headers=community, **sent):
        client.cookies.clear()
        return client.request(method, path, headers=headers, **sent)

    return asked


@pytest.fixture
def worker(ask, engine):
    """Number of a new worker of the village, trained and assessed."""
    added = GridWorker.model_validate(ask("POST", "/api/v1/grid-workers", json=NEW).json()).id
    with engine.begin() as connection:
        workers.qualify(connection, added)
    return added


def served(ask, **query):
    answer = Duties.model_validate(ask("GET", DUTIES, headers={}, params=query).json())
    return {row.worker_id: row for row in answer.duties}


def test_a_worker_who_serves_a_grid_is_published_with_name_and_work_contact(ask, worker):
    assert ask("POST", DUTIES, json={"worker_id": worker}).status_code == 201
    row = served(ask)[worker]
    assert (row.name, row.work_phone, row.role, row.valid_to) == ("王芳", "0830-3101234", "responsible", None)
    assert worker not in served(ask, at="2025-01-01")


def test_a_duty_is_ended_and_a_worker_is_no_longer_active(ask, worker):
    ask("POST", DUTIES, json={"worker_id": worker, "role": "assisting"})
    number = served(ask)[worker].duty_id
    assert ask("PATCH", f"{DUTIES}/{number}", json={"until": "2099-01-01"}).status_code == 200
    assert served(ask)[worker].valid_to == "2099-01-01T00:00:00+08:00"
    assert ask("PATCH", f"/api/v1/grid-workers/{worker}", json={"active": False}).json()["active"] is False
    assert worker not in served(ask)


def test_the_public_does_not_see_the_list_of_workers_and_the_staff_see_their_own(ask, engine, worker):
    assert ask("GET", "/api/v1/grid-workers", headers={}).json()["code"] == "not_signed_in"
    listed = GridWorkers.model_validate(ask("GET", "/api/v1/grid-workers").json())
    assert worker in {row.id for row in listed.workers}
    elsewhere = people.as_role(engine, "county_officer", "510503")
    assert ask("GET", "/api/v1/grid-workers", headers=elsewhere).json()["workers"] == []


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("POST", "/api/v1/grid-workers", NEW | {"scope": "510503"}, 403, "forbidden"),
        ("POST", "/api/v1/grid-workers", NEW | {"work_phone": "none at all"}, 422, "bad_worker"),
        ("POST", "/api/v1/grid-workers", NEW | {"kind": "boss"}, 422, "invalid_parameter"),
        ("POST", "/api/v1/grid-workers", NEW | {"id_number": "1"}, 422, "invalid_parameter"),
        ("PATCH", "/api/v1/grid-workers/99999", {}, 404, "unknown_worker"),
        ("POST", DUTIES, {"worker_id": 99999}, 404, "unknown_worker"),
        ("POST", DUTIES, {"worker_id": 2**70}, 422, "invalid_parameter"),
        ("POST", f"/api/v1/grids/{VILLAGE}/duties", {"worker_id": 1}, 422, "bad_duty"),
        ("POST", f"/api/v1/grids/{town.EAST_GRID}/duties", {"worker_id": 1}, 403, "forbidden"),
        ("PATCH", f"{DUTIES}/99999", {}, 404, "unknown_duty"),
        ("GET", "/api/v1/grids/x/duties", None, 422, "bad_code"),
    ],
)
def test_what_cannot_be_done_is_a_problem(ask, method, path, body, status, code):
    answer = ask(method, path, json=body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_duty_that_begins_later_is_answered_with_its_number(ask, worker):
    day = (datetime.now(CITY_ZONE) + timedelta(days=30)).date().isoformat()
    told = ask("POST", DUTIES, json={"worker_id": worker, "from": day}).json()["duties"]
    (duty,) = (each for each in told if each["valid_from"].startswith(day))  # others serve the grid already
    assert duty["duty_id"]


def test_twice_on_the_same_grid_is_refused(ask, worker):
    ask("POST", DUTIES, json={"worker_id": worker})
    answer = ask("POST", DUTIES, json={"worker_id": worker})
    assert (answer.status_code, answer.json()["code"]) == (409, "one_duty_at_a_time")
    assert "end that duty first" in answer.json()["detail"]
