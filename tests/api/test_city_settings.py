"""`wangge setting` and /api/v1/settings; the size rule of a grid is that of its place and day."""

import json
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from api.app import create_app
from api.cli.main import application
from api.routes.settings import CitySettings
from api.settings import Settings
from boundaries.city_settings import SETTINGS
from boundaries.clock import CITY_ZONE, now
from gis.errors import Refusal
from tests import people
from tests.api import town
from tests.registers import register_of_module

pytestmark = pytest.mark.database

KEY = "size.comprehensive"
SMALL = {"min": 1, "max": 2}


@pytest.fixture(scope="module")
def engine(cluster, _template):
    """The small register; each test sets for a place of its own."""
    with register_of_module(cluster, _template, "settings_http") as engine:
        town.store(engine)
        yield engine


@pytest.fixture(scope="module")
def client(engine, front_end):
    with TestClient(create_app(Settings(database_url=engine.url.render_as_string(False), web_dist=front_end))) as client:
        yield client


@pytest.fixture(scope="module")
def city_office(engine):
    """Headers of who may set."""
    return people.as_role(engine, "city_office")


def put(client, headers, *, key=KEY, **body):
    return client.put(f"/api/v1/settings/{key}", json=body, headers=headers)


def holding(client, **query):
    answer = CitySettings.model_validate(client.get("/api/v1/settings", params=query).json())
    return {row.key: row for row in answer.settings}[KEY]


def test_the_city_office_sets_a_value_and_everybody_reads_it(client, city_office):
    answer = put(client, city_office, value=SMALL, scope="510503")
    assert answer.status_code == 200 and CitySettings.model_validate(answer.json()).stored[0].value == SMALL
    client.cookies.clear()
    assert (holding(client, scope="510503001").value, holding(client, scope="510503001").set_for) == (SMALL, "510503")
    assert (holding(client).value, holding(client).set_for) == ({"min": 300, "max": 500}, None)
    assert holding(client, scope="510503", at="2025-01-01").set_for is None


def test_the_size_rule_of_a_grid_is_that_of_its_place_and_day(client, city_office):
    def rule(**query):
        return client.get(f"/api/v1/grids/{town.WEST_GRID}", params=query).json()["properties"]["size_rule"]

    before, tomorrow = rule(), (now().astimezone(CITY_ZONE).date() + timedelta(days=1)).isoformat()
    put(client, city_office, value=SMALL, scope="510502001", **{"from": tomorrow})
    assert rule() == before == {"min": 300, "max": 500, "ok": before["ok"]}
    assert rule(at=tomorrow) == {"min": 1, "max": 2, "ok": False}


@pytest.mark.parametrize(
    ("body", "key", "status", "code"),
    [
        ({"value": {"min": 5, "max": 4}}, KEY, 422, "bad_setting_value"),
        ({"value": SMALL, "scope": "5105"}, KEY, 422, "bad_setting_scope"),
        ({"value": SMALL, "from": "2020-01-01"}, KEY, 422, "day_is_past"),
        ({"value": SMALL, "from": "yesterday"}, KEY, 422, "invalid_parameter"),
        ({"value": None}, KEY, 409, "nothing_set"),
        ({"value": SMALL, "scope": "5105\u0000"}, KEY, 422, "invalid_parameter"),
        ({"value": "😀" * 9000}, KEY, 422, "bad_setting_value"),
        ({"value": SMALL}, "size.none", 404, "unknown_city_setting"),
    ],
)
def test_what_cannot_be_set_is_a_problem(client, city_office, body, key, status, code):
    answer = put(client, city_office, key=key, **body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_the_public_sets_nothing(client):
    assert put(client, {}, value=SMALL).json()["code"] == "not_signed_in"


@pytest.fixture
def wangge(database_url, monkeypatch):
    """Run a command on an empty register; what it printed, or the code of its refusal."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("COLUMNS", "200")

    def run(*line):
        done = CliRunner().invoke(application(), ["setting", *line])
        if isinstance(done.exception, Refusal):
            return done.exception.code
        assert done.exit_code == 0, done.output
        return done.stdout

    return run


def test_the_operator_sets_gets_and_lists(wangge):
    assert json.loads(wangge("get", KEY)) == {"min": 300, "max": 500}
    assert "is set for 510502" in wangge("set", KEY, json.dumps(SMALL), "--scope", "510502")
    assert json.loads(wangge("get", KEY, "--scope", "510502001001")) == SMALL
    assert json.loads(wangge("get", KEY, "--scope", "510502", "--at", "2025-01-01")) == {"min": 300, "max": 500}
    listed = json.loads(wangge("list", "--scope", "510502", "--format", "json"))
    set_for = {row["key"]: row["set_for"] for row in listed["settings"]}
    assert set_for == dict.fromkeys(SETTINGS) | {KEY: "510502"} and len(listed["stored"]) == 1
    lines = wangge("list").splitlines()
    assert [sum(word in line for line in lines) for word in ("size.micro", "default", "510502")] == [1, len(SETTINGS), 1]
    assert "is set" in wangge("set", KEY, "null", "--scope", "510502")
    assert json.loads(wangge("get", KEY, "--scope", "510502")) == {"min": 300, "max": 500}


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (("set", KEY, "{"), "bad_setting_value"),
        (("set", KEY, "NaN"), "bad_setting_value"),
        (("get", "size.none"), "unknown_city_setting"),
        (("list", "--scope", "5105"), "bad_setting_scope"),
        (("get", KEY, "--at", "yesterday"), "bad_instant"),
        (("set", KEY, json.dumps(SMALL), "--from", "2020-01-01"), "day_is_past"),
    ],
)
def test_what_cannot_be_done_is_refused(wangge, line, code):
    assert wangge(*line) == code
