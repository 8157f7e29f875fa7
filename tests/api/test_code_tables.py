"""/api/v1/code-tables and the kind of an exclusive grid; what pages name codes by; who set what and since when."""

import json
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from api import models
from api.app import create_app
from api.cli.main import application
from api.code_table_models import CodeHistory, CodeTables, GridKind
from api.matter_models import CalendarAnswer, CalendarHistory
from api.routes.settings import CitySettings, SettingHistory
from api.settings import Settings
from boundaries.clock import CITY_ZONE, now
from gis.errors import Refusal
from tests import people
from tests.api import town
from tests.registers import register_of_module

pytestmark = pytest.mark.database

MARKET = {"name": "农贸市场", "name_en": "Food market", "detail": {"department": "market_regulation", "standard": "一市一格"}}
FLOOD = {"name": "洪涝灾害", "name_en": "flood"}
VILLAGE = "510502001001"


@pytest.fixture(scope="module")
def engine(cluster, _template):
    with register_of_module(cluster, _template, "codes_http") as engine:
        town.store(engine)
        yield engine


@pytest.fixture(scope="module")
def as_who(engine, front_end):
    """A client for a role and scope, or for the public."""
    app = create_app(Settings(database_url=engine.url.render_as_string(False), web_dist=front_end, stamp_seconds=0))

    def client(role=None, scope=""):
        headers = people.as_role(engine, role, scope) if role else {}
        return TestClient(app, base_url="http://testserver/api/v1/", headers=headers)

    return client


@pytest.fixture(scope="module")
def city(as_who):
    return as_who("city_office")


@pytest.fixture(scope="module")
def public(as_who):
    return as_who()


def code(answer):
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    return answer.status_code, models.Problem(**answer.json()).code


def in_force(client, table, **query):
    found = CodeTables.model_validate(client.get("code-tables", params=query).json())
    return {each.code: each for each in next(each for each in found.tables if each.table == table).entries}


def tomorrow():
    return (now().astimezone(CITY_ZONE).date() + timedelta(days=1)).isoformat()


def test_the_city_office_says_what_a_code_means_and_everybody_reads_it(city, public):
    before = now().isoformat()
    answer = city.put("code-tables/exclusive_kind/market", json=MARKET)
    assert answer.status_code == 200 and CodeHistory.model_validate(answer.json()).changes[0].name == "农贸市场"
    found = in_force(public, "exclusive_kind")["market"]
    assert (found.name, found.detail["standard"], found.default) == ("农贸市场", "一市一格", False)
    assert found.set_by.startswith("Person ") and found.valid_from is not None
    school = in_force(public, "exclusive_kind")["school"]
    assert (school.default, school.valid_from, school.set_by) == (True, None, None)
    assert in_force(public, "exclusive_kind", at=before)["market"].name == "商贸市场"


def test_what_is_planned_stands_in_the_history_and_not_yet_in_the_tables(city, public, as_who):
    city.put("code-tables/change_reason/storm", json={"name": "风灾", "name_en": "storm", "from": tomorrow()})
    assert "storm" not in in_force(public, "change_reason") and "storm" in in_force(public, "change_reason", at=tomorrow())
    told = CodeHistory.model_validate(as_who("town_planner", VILLAGE[:9]).get("code-tables/change_reason/history").json())
    assert told.changes[0].code == "storm" and not told.truncated
    assert city.delete("code-tables/change_reason/storm", params={"from": tomorrow()}).status_code == 200
    assert "storm" not in in_force(public, "change_reason", at=tomorrow())


@pytest.mark.parametrize(
    ("method", "path", "body", "wanted"),
    [
        ("PUT", "colours/red", FLOOD, (404, "unknown_code_table")),
        ("PUT", "change_reason/Flood", FLOOD, (422, "bad_code_entry")),
        ("PUT", "change_reason/flood", FLOOD | {"name": "="}, None),
        ("PUT", "change_reason/flood", FLOOD | {"name": "字" * 200}, (422, "invalid_parameter")),
        ("PUT", "change_reason/flood", FLOOD | {"name": "<b>\u0000"}, (422, "invalid_parameter")),
        ("PUT", "change_reason/flood", FLOOD | {"detail": {"a": 1}}, (422, "bad_code_entry")),
        ("PUT", "change_reason/flood", FLOOD | {"more": 1}, (422, "invalid_parameter")),
        ("PUT", "change_reason/flood", FLOOD | {"from": "2020-01-01"}, (422, "day_is_past")),
        ("PUT", "change_reason/flood", {"name": "洪"}, (422, "invalid_parameter")),
        ("PUT", "change_reason/flood", FLOOD | {"name": "其他"}, (409, "code_name_taken")),
        ("PUT", "exclusive_kind/port", MARKET | {"detail": {}}, (422, "bad_code_entry")),
        ("PUT", "exclusive_kind/port", FLOOD | {"detail": {"department": "navy", "standard": "x"}}, (422, "unknown_department")),
        ("DELETE", "change_reason/none", None, (404, "unknown_code")),
        ("DELETE", "change_reason/correction", None, (409, "code_in_use")),
        ("DELETE", "matter_family/hazard", None, (409, "code_in_use")),
        ("GET", "colours/history", None, (404, "unknown_code_table")),
        ("GET", "%00/history", None, (422, "invalid_parameter")),
    ],
)
def test_what_cannot_be_done_is_a_problem(city, method, path, body, wanted):
    answer = city.request(method, f"code-tables/{path}", json=body)
    assert answer.status_code == 200 if wanted is None else code(answer) == wanted


def test_nobody_else_says_what_a_code_means(as_who, public):
    assert code(public.put("code-tables/change_reason/flood", json=FLOOD)) == (401, "not_signed_in")
    assert code(as_who("county_officer", "510502").put("code-tables/change_reason/flood", json=FLOOD)) == (403, "forbidden")
    assert code(as_who("city_office", "510502").put("code-tables/change_reason/flood", json=FLOOD)) == (403, "forbidden")
    assert code(public.get("code-tables/change_reason/history")) == (401, "not_signed_in")


def test_pages_name_families_and_reasons_by_the_tables(city, public):
    city.put("code-tables/change_reason/quake", json={"name": "地震", "name_en": "earthquake"})
    city.put("code-tables/matter_family/water", json={"name": "水务", "name_en": "Water"})
    meta = models.Meta.model_validate(public.get("meta").json())
    assert ("quake", "地震", "earthquake") in {(each.code, each.name_zh, each.name_en) for each in meta.change_reasons}
    assert [each.code for each in meta.families][-1] == "water" and len(meta.families) == 7
    assert public.get("incidents", params={"family": "water"}).json()["total"] == 0
    for path in ("incidents", "tiles"):
        address = "incidents" if path == "incidents" else "http://testserver/tiles/incidents/14/12990/6800.mvt"
        assert code(public.get(address, params={"family": "fire"})) == (422, "unknown_family")


def test_a_change_set_takes_any_reason_in_force_and_no_other(city, as_who):
    planner = as_who("town_planner", "510502001")
    wish = {"title": "x", "reason": "slide", "scope": VILLAGE}
    assert code(planner.post("change-sets", json=wish)) == (422, "unknown_reason")
    city.put("code-tables/change_reason/slide", json={"name": "山体滑坡", "name_en": "landslide"})
    made = planner.post("change-sets", json=wish)
    assert made.status_code == 201 and made.json()["reason"] == "slide"
    number = made.json()["id"]
    assert code(planner.patch(f"change-sets/{number}", json={"reason": "avalanche"})) == (422, "unknown_reason")
    city.delete("code-tables/change_reason/slide")
    assert {planner.get(f"change-sets/{number}").json()[name] for name in ("reason_zh", "reason_en")} == {"山体滑坡", "landslide"}
    assert planner.patch(f"change-sets/{number}", json={"note": "x"}).json()["reason"] == "slide"
    assert code(planner.patch(f"change-sets/{number}", json={"reason": "first_divisio"})) == (422, "unknown_reason")


def test_a_county_s_own_matter_takes_any_family_in_force_and_no_other(city, as_who):
    county = as_who("county_officer", "510502")
    version = county.post("matter-lists/510502/versions").json()["version"]
    term = {"department": "health", "clock": "work_day", "limit": 1, "urgent": False, "reason": "x"}
    line = {"family": "forest", "name_zh": "林火", "name_en": "Forest fire", **term}
    path = f"matter-lists/510502/versions/{version}/lines/510502-9"
    assert code(county.put(path, json=line)) == (422, "bad_own_matter")
    city.put("code-tables/matter_family/forest", json={"name": "林区", "name_en": "Forests"})
    assert {each["family"] for each in county.put(path, json=line).json()["lines"]} >= {"forest"}
    assert code(city.delete("code-tables/matter_family/forest")) == (409, "code_in_use")


def test_an_exclusive_grid_is_of_a_kind_with_its_department_and_standard(as_who, public):
    path = f"grids/{town.EAST_GRID}/exclusive-kind"
    county = as_who("county_officer", "510503")
    assert GridKind.model_validate(public.get(path).json()).exclusive_kind is None
    assert county.put(path, json={"kind": "hospital", "from": tomorrow()}).json()["exclusive_kind"] is None
    found = GridKind.model_validate(public.get(path, params={"at": tomorrow()}).json())
    assert (found.exclusive_kind.name_en, found.exclusive_kind.department_name) == ("Hospital", "卫生健康")
    assert found.set_by.startswith("Person ") and found.valid_from.startswith(tomorrow())
    assert code(county.put(path, json={"kind": "harbour"})) == (422, "unknown_exclusive_kind")
    assert code(county.put(path, json={})) == (422, "invalid_parameter")
    assert code(county.put(f"grids/{town.WEST_GRID}/exclusive-kind", json={"kind": "school"})) == (403, "forbidden")
    assert code(as_who("city_office").put(f"grids/{town.WEST_GRID}/exclusive-kind", json={"kind": "school"})) == (
        409,
        "not_exclusive",
    )
    assert code(public.get("grids/510503001001999/exclusive-kind")) == (404, "unknown_unit")
    assert code(public.get("grids/51/exclusive-kind")) == (422, "bad_code")


def test_settings_say_since_when_and_who(city, public):
    key = "size.comprehensive"
    city.put(f"settings/{key}", json={"value": {"min": 200, "max": 400}, "scope": "510502"})
    city.put(f"settings/{key}", json={"value": {"min": 250, "max": 400}, "scope": "510502", "from": tomorrow()})
    shown = CitySettings.model_validate(public.get("settings", params={"scope": "510502"}).json())
    (held,) = [each for each in shown.settings if each.key == key]
    assert held.set_by.startswith("Person ") and held.valid_from and held.valid_to.startswith(tomorrow())
    assert all(each.set_by is None for each in shown.settings if each.key != key)
    told = SettingHistory.model_validate(city.get(f"settings/{key}/history", params={"scope": "510502"}).json())
    assert [each.value["min"] for each in told.changes] == [250, 200]
    assert city.get(f"settings/{key}/history", params={"scope": "510503"}).json()["changes"] == []
    assert code(city.get("settings/none/history")) == (404, "unknown_city_setting")
    assert code(public.get(f"settings/{key}/history")) == (401, "not_signed_in")


def test_the_calendar_says_since_when_and_who(city, public):
    day = {"from": "2031-02-06", "to": "2031-02-06"}
    for wish in ({"is_workday": False, "name": "春节"}, {"is_workday": True, "name": "调休"}):
        assert city.put("calendar", json={"days": [{"day": "2031-02-06", **wish}]}).status_code == 200
    (shown,) = CalendarAnswer.model_validate(public.get("calendar", params=day).json()).days
    assert shown.set_by_city == "调休" and shown.set_by.startswith("Person ") and shown.set_from
    told = CalendarHistory.model_validate(city.get("calendar/history", params=day).json())
    assert [each.name for each in told.changes] == ["调休", "春节"] and told.changes[1].valid_to == told.changes[0].valid_from
    assert code(city.get("calendar/history", params={"from": "2031-02-06", "to": "2041-02-06"})) == (422, "bad_calendar")


@pytest.fixture
def wangge(database_url, monkeypatch):
    """Run a command on an empty register; what it printed, or the code of its refusal."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("COLUMNS", "200")

    def run(*line):
        done = CliRunner().invoke(application(), ["code-tables", *line])
        if isinstance(done.exception, Refusal):
            return done.exception.code
        assert done.exit_code == 0, done.output
        return done.stdout

    return run


def test_the_operator_lists_says_and_ends(wangge):
    assert "first_division" in wangge("list") and "market" not in wangge("list", "change_reason")
    detail = json.dumps(MARKET["detail"])
    assert "port" in wangge("set", "exclusive_kind", "port", "港口", "--name-en", "Port", "--detail", detail)
    tables = json.loads(wangge("list", "exclusive_kind", "--format", "json"))["tables"]
    assert [table["table"] for table in tables] == ["exclusive_kind"]
    assert next(each for each in tables[0]["entries"] if each["code"] == "port")["detail"] == MARKET["detail"]
    assert "port" in wangge("end", "exclusive_kind", "port")
    assert '"port"' not in wangge("list", "exclusive_kind", "--format", "json")
    assert wangge("set", "change_reason", "flood", "洪", "--name-en", "flood", "--detail", "{") == "bad_code_entry"
    assert wangge("set", "change_reason", "flood", "洪", "--name-en", "flood", "--detail", "[1]") == "bad_code_entry"
    assert wangge("end", "change_reason", "correction") == "code_in_use"
    assert wangge("list", "colours") == "unknown_code_table"
