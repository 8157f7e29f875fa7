"""Change sets over HTTP: the whole way from a draft to a reversal, and what is refused on the way."""

import json
from contextlib import ExitStack
from datetime import datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from api.app import create_app
from api.cli.main import application
from api.routes import change_sets
from api.settings import Settings
from boundaries.clock import CITY_ZONE
from gis.errors import Refusal
from tests import people

pytestmark = pytest.mark.database

VILLAGE, COUNTY = "510504001001", "510504"
ADDRESS = "/api/v1/change-sets"


def today():
    return datetime.now(CITY_ZONE).date()


@pytest.fixture
def desk(demo_copy, demo_copy_url, front_end):
    """Somebody who works on change sets over HTTP: a county's officer."""
    with TestClient(create_app(Settings(database_url=demo_copy_url, web_dist=front_end, stamp_seconds=0))) as client:
        client.headers.update(people.as_role(demo_copy, "county_officer", COUNTY))
        yield client


def grids(client, **query):
    found = client.get("/api/v1/grids", params={"village": VILLAGE, **query}).json()["features"]
    return {feature["id"]: feature for feature in found}


def split_of(feature):
    xs = [x for part in feature["geometry"]["coordinates"] for x, _ in part[0]]
    ys = [y for part in feature["geometry"]["coordinates"] for _, y in part[0]]
    middle = (min(xs) + max(xs)) / 2
    line = [[middle, min(ys) - 0.01], [middle + 0.0003, max(ys) + 0.01]]
    return {"op": "split", "unit": feature["id"], "lines": {"type": "LineString", "coordinates": line}}


def opened(client, *commands, **details):
    wish = {"title": "第1网格分设", "reason": "population_change", "scope": VILLAGE, "commands": list(commands)} | details
    answer = client.post(ADDRESS, json=wish)
    assert answer.status_code == 201, answer.text
    return answer.json()


def post(client, number, verb, body=None):
    answer = client.post(f"{ADDRESS}/{number}/{verb}", json=body)
    assert answer.status_code in (200, 201), answer.text
    return answer.json()


def decided(client, *commands, on=None):
    number = opened(client, *commands)["id"]
    assert post(client, number, "check")["ok"]
    return post(client, number, "decide", {"effective_on": (on or today()).isoformat()})


def refusal(answer):
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"]


class TestTheWholeWay:
    def test_a_split_is_drafted_checked_compared_decided_and_reversed(self, desk):
        before = grids(desk)
        first = next(iter(before.values()))
        number = opened(desk)["id"]
        answer = desk.post(f"{ADDRESS}/{number}/commands", json={"commands": [split_of(first)]})
        assert answer.json()["state"] == "draft"

        check = post(desk, number, "check")
        assert check["ok"]
        assert first["id"] in check["ended"]
        effects = desk.get(f"{ADDRESS}/{number}/effects").json()
        moved = [row for row in effects["moves"] if row["moved"] and len(row["to"]) == 15]
        assert [row["from"] for row in moved] == [first["id"]]
        assert {row["level"] for row in effects["incidents"]} <= {"grid", "micro_grid"}
        shapes = desk.get(f"{ADDRESS}/{number}/diff").json()
        assert len(shapes["after"]["features"]) > len(shapes["before"]["features"])

        held = post(desk, number, "decide", {"effective_on": today().isoformat()})
        assert held["state"] == "in_force"
        assert len(grids(desk)) == len(before) + 1
        assert set(grids(desk, at=(today() - timedelta(days=1)).isoformat())) == set(before)
        history = desk.get(f"/api/v1/grids/{first['id']}/history").json()["versions"]
        assert [version["change_set_id"] for version in history][-1] == number

        inverse = post(desk, number, "reverse")
        assert inverse["reverses"] == number
        assert post(desk, inverse["id"], "check")["ok"]
        post(desk, inverse["id"], "decide", {"effective_on": today().isoformat()})
        assert grids(desk)[first["id"]]["properties"]["households"] == first["properties"]["households"]
        assert set(grids(desk)) == set(before)

    def test_a_decision_prepares_a_filing_and_stands_in_the_audit_trail(self, desk, demo_copy):
        number = decided(desk, {"op": "rename", "unit": next(iter(grids(desk))), "name": "滨江路第1网格"})["id"]
        filings = desk.get("/api/v1/filings").json()["filings"]
        assert [filing["change_set"] for filing in filings] == [number]
        office = people.as_role(demo_copy, "city_office")
        lines = desk.get("/api/v1/audit", params={"record": f"change_set:{number}"}, headers=office).json()["lines"]
        assert {line["action"] for line in lines} >= {"change_set.open", "change_set.check", "change_set.decide"}

    def test_a_change_decided_for_a_later_day_can_be_withdrawn_with_its_filing(self, desk):
        later = today() + timedelta(days=3)
        number = decided(desk, {"op": "rename", "unit": next(iter(grids(desk))), "name": "新名"}, on=later)["id"]
        assert post(desk, number, "withdraw")["state"] == "withdrawn"
        names = {feature["properties"]["name"] for feature in grids(desk, at=later.isoformat()).values()}
        assert "新名" not in names
        assert [filing["state"] for filing in desk.get("/api/v1/filings").json()["filings"]] == ["withdrawn"]

    def test_a_planner_withdraws_a_draft_and_not_what_the_county_has_decided(self, desk, demo_copy):
        planner = people.as_role(demo_copy, "town_planner", VILLAGE)
        unit = next(iter(grids(desk)))
        draft = opened(desk, {"op": "rename", "unit": unit, "name": "甲"})["id"]
        assert desk.post(f"{ADDRESS}/{draft}/withdraw", headers=planner).json()["state"] == "withdrawn"
        number = decided(desk, {"op": "rename", "unit": unit, "name": "乙"}, on=today() + timedelta(days=3))["id"]
        assert refusal(desk.post(f"{ADDRESS}/{number}/withdraw", headers=planner)) == (403, "forbidden")
        assert post(desk, number, "withdraw")["state"] == "withdrawn"

    def test_the_last_command_can_be_taken_back(self, desk):
        unit = next(iter(grids(desk)))
        held = opened(desk, {"op": "rename", "unit": unit, "name": "甲"}, {"op": "rename", "unit": unit, "name": "乙"})
        answer = desk.delete(f"{ADDRESS}/{held['id']}/commands/last", params={"revision": held["revision"]})
        assert [command["name"] for command in answer.json()["commands"]] == ["甲"]
        assert refusal(desk.delete(f"{ADDRESS}/{held['id']}/commands/last", params={"revision": held["revision"]})) == (
            409,
            "stale_revision",
        )


class TestRefusals:
    def test_a_command_that_others_made_impossible_comes_with_whose_change_it_was(self, desk):
        first, second = list(grids(desk))[:2]
        commands = {"op": "rename", "unit": f"{VILLAGE}009", "name": "甲"}, {"op": "rename", "unit": first, "name": "甲"}
        mine = opened(desk, *commands)["id"]
        other = decided(desk, {"op": "merge", "units": [first, second], "into": second})
        check = post(desk, mine, "check")
        assert check["findings"][0]["details"]["command"] == 2
        assert [(each["change_set"], each["decided_by"]) for each in check["conflicts"]] == [(other["id"], other["decided_by"])]
        assert {first, second} <= set(check["conflicts"][0]["units"])

    def test_an_edit_of_an_old_revision_is_told_who_edited_it_and_when(self, desk, demo_copy):
        unit = next(iter(grids(desk)))
        number = opened(desk)["id"]
        name = people.someone(demo_copy, ("town_planner", VILLAGE))
        body = {"commands": [{"op": "rename", "unit": unit, "name": "乙"}], "revision": 1}
        address = f"{ADDRESS}/{number}/commands"
        assert desk.post(address, json=body, headers=people.headers_of(demo_copy, name)).status_code == 200
        post(desk, number, "check")
        answer = desk.post(address, json=body)
        assert refusal(answer) == (409, "stale_revision")
        details = answer.json()["details"]
        assert (details["revision"], details["edited_by"]) == (2, name) and name in answer.json()["detail"]
        assert abs(datetime.fromisoformat(details["edited_at"]) - datetime.now(CITY_ZONE)) < timedelta(minutes=1)

    def test_a_check_that_fails_says_which_command_and_why_and_leaves_a_draft(self, desk):
        unit = next(iter(grids(desk)))
        number = opened(desk, {"op": "rename", "unit": unit, "name": "甲"}, {"op": "dissolve", "unit": f"{VILLAGE}777"})["id"]
        check = post(desk, number, "check")
        assert not check["ok"]
        assert check["findings"][0]["code"] == "unknown_unit"
        assert check["findings"][0]["details"]["command"] == 2
        assert desk.get(f"{ADDRESS}/{number}").json()["state"] == "draft"

    def test_the_second_on_one_grid_is_told_whose_change_came_first(self, desk):
        unit = next(iter(grids(desk)))
        numbers = [opened(desk, {"op": "rename", "unit": unit, "name": name})["id"] for name in "甲乙"]
        for number in numbers:
            assert post(desk, number, "check")["ok"]
        post(desk, numbers[0], "decide", {"effective_on": today().isoformat()})
        answer = desk.post(f"{ADDRESS}/{numbers[1]}/decide", json={"effective_on": today().isoformat()})
        assert refusal(answer) == (409, "stale_base")
        details = answer.json()["details"]
        assert (details["units"], details["change_set"]) == ([unit], numbers[0])
        held = desk.get(f"{ADDRESS}/{numbers[0]}").json()
        told = {"change_set": numbers[0], "title": held["title"], "decided_by": held["decided_by"], "units": [unit]}
        assert details["conflicts"] == [told | {"decided_at": held["decided_at"]}]
        check = post(desk, numbers[1], "check")
        assert check["ok"] and check["conflicts"] == details["conflicts"]
        assert post(desk, numbers[1], "check")["conflicts"] == []

    def test_a_draft_cannot_be_decided_nor_a_day_that_is_past(self, desk):
        number = opened(desk, {"op": "rename", "unit": next(iter(grids(desk))), "name": "甲"})["id"]
        assert refusal(desk.post(f"{ADDRESS}/{number}/decide", json={"effective_on": "2099-01-01"})) == (
            409,
            "illegal_transition",
        )
        post(desk, number, "check")
        assert refusal(desk.post(f"{ADDRESS}/{number}/decide", json={"effective_on": "2020-01-01"})) == (422, "day_is_past")

    def test_a_town_planner_drafts_but_does_not_decide(self, desk, demo_copy):
        planner = people.as_role(demo_copy, "town_planner", "510504001")
        wish = {"title": "x", "reason": "other", "scope": VILLAGE}
        number = desk.post(ADDRESS, json=wish, headers=planner).json()["id"]
        answer = desk.post(f"{ADDRESS}/{number}/decide", json={"effective_on": "2099-01-01"}, headers=planner)
        assert refusal(answer) == (403, "forbidden")

    def test_another_county_s_officer_neither_sees_nor_opens_it(self, desk, demo_copy):
        number = opened(desk)["id"]
        stranger = people.as_role(demo_copy, "county_officer", "510502")
        assert refusal(desk.get(f"{ADDRESS}/{number}", headers=stranger)) == (403, "forbidden")
        assert desk.get(ADDRESS, headers=stranger).json() == {"change_sets": []}
        wish = {"title": "x", "reason": "other", "scope": VILLAGE}
        assert refusal(desk.post(ADDRESS, json=wish, headers=stranger)) == (403, "forbidden")

    @pytest.mark.parametrize(
        ("wish", "code"),
        [
            ({"title": ""}, "bad_title"),
            ({"title": "x\x00y"}, "bad_title"),
            ({"reason": "because"}, "unknown_reason"),
            ({"scope": f"{VILLAGE}999"}, "unknown_unit"),
            ({"commands": [{"op": "explode"}]}, "bad_command"),
            ({"commands": [{"op": "rename", "unit": f"{VILLAGE}001", "name": "\u202eabc"}]}, "bad_command"),
            ({"commands": [{"op": "rename", "unit": "510504001003001", "name": "x"}]}, "out_of_scope"),
            ({"title": "x" * 10_000}, "invalid_parameter"),
        ],
    )
    def test_a_wish_that_cannot_be_is_refused_and_nothing_is_kept(self, desk, wish, code):
        answer = desk.post(ADDRESS, json={"title": "x", "reason": "other", "scope": VILLAGE} | wish)
        assert refusal(answer) == (422 if code != "unknown_unit" else 404, code)
        assert desk.get(ADDRESS).json() == {"change_sets": []}

    def test_more_checks_than_are_made_at_once_are_asked_to_come_again(self, desk, monkeypatch):
        number = opened(desk, {"op": "rename", "unit": next(iter(grids(desk))), "name": "甲"})["id"]
        monkeypatch.setattr(change_sets.PREVIEWS, "patience_s", 0.01)
        with ExitStack() as held:
            for _ in range(change_sets.PREVIEWS.at_once):
                held.enter_context(change_sets.PREVIEWS.one())
            assert refusal(desk.post(f"{ADDRESS}/{number}/check")) == (503, "busy")
        assert post(desk, number, "check")["ok"]

    def test_a_title_with_markup_or_emoji_is_kept_as_it_is(self, desk):
        assert opened(desk, title="<script>alert(1)</script> 🏘️")["title"] == "<script>alert(1)</script> 🏘️"

    def test_a_wrong_command_among_many_is_named_by_its_number(self, desk):
        sound = {"op": "rename", "unit": f"{VILLAGE}001", "name": "滨江路第1网格"}
        wrong = {"op": "count_households", "unit": f"{VILLAGE}001", "households": "三百"}
        wish = {"title": "x", "reason": "correction", "scope": VILLAGE, "commands": [sound, wrong]}
        problem = desk.post(ADDRESS, json=wish).json()
        assert problem["code"] == "bad_command" and problem["detail"].startswith("Command 2: ")
        assert problem["details"] == {"member": "households", "command": 2}

    @pytest.mark.parametrize(("query", "code"), [({"state": "decided"}, "unknown_state"), ({"scope": "５１"}, "bad_code")])
    def test_a_list_asked_for_what_there_cannot_be_is_refused_and_not_empty(self, desk, query, code):
        assert refusal(desk.get(ADDRESS, params=query)) == (422, code)


@pytest.mark.parametrize("day", ["0001-01-01", "1899-12-31", "2200-01-01", "9999-12-31"])
def test_a_day_as_of_which_nobody_could_ask_is_refused(desk, day):
    wish = {"title": "x", "reason": "other", "scope": VILLAGE, "effective_on": day}
    assert refusal(desk.post(ADDRESS, json=wish)) == (422, "bad_day")
    number = opened(desk, {"op": "rename", "unit": f"{VILLAGE}001", "name": "甲"})["id"]
    assert refusal(desk.patch(f"{ADDRESS}/{number}", json={"effective_on": day})) == (422, "bad_day")
    post(desk, number, "check")
    assert refusal(desk.post(f"{ADDRESS}/{number}/decide", json={"effective_on": day})) == (422, "bad_day")


@pytest.mark.parametrize("title", ["a\u202egnp.exe", "a\u0000b", "a\nb", " "])
def test_a_title_holds_nothing_that_cannot_be_seen(desk, title):
    wish = {"title": title, "reason": "other", "scope": VILLAGE}
    assert refusal(desk.post(ADDRESS, json=wish)) == (422, "bad_title")


class TestClearBorders:
    """Roads and rivers that come with the question."""

    def asked(self, desk, *features):
        unit = next(iter(grids(desk)))
        number = opened(desk, {"op": "rename", "unit": unit, "name": "新名"})["id"]
        answer = desk.post(f"{ADDRESS}/{number}/effects", json={"type": "FeatureCollection", "features": list(features)})
        return answer, unit, desk.get(f"{ADDRESS}/{number}/effects").json()

    def line(self, geometry, **properties):
        return {"type": "Feature", "properties": properties, "geometry": geometry}

    def test_a_border_along_a_line_is_clear_and_one_elsewhere_is_not(self, desk):
        outline = next(iter(grids(desk).values()))["geometry"]
        away = {"type": "LineString", "coordinates": [[106, 29], [106.1, 29]]}
        answer, unit, plain = self.asked(desk, self.line(outline, kind="road"), self.line(away, kind="river"))
        assert answer.status_code == 200, answer.text
        found = answer.json()
        row = next(each for each in found["units"] if each["code"] == unit)
        for side in ("before", "after"):
            assert row[side]["clarity"] == pytest.approx(1)
            assert row[side]["clarity_by_kind"] == pytest.approx({"road": 1, "river": 0})
            row[side] |= {"clarity": None, "clarity_by_kind": None}
        assert found == plain

    def test_lines_elsewhere_make_nothing_clear(self, desk):
        answer, _, _ = self.asked(desk, self.line({"type": "LineString", "coordinates": [[106, 29], [106.1, 29]]}))
        assert [row["after"]["clarity"] for row in answer.json()["units"]] == [0.0]

    @pytest.mark.parametrize(
        ("body", "status", "code"),
        [
            (b"{", 400, "unreadable_body"),
            (b"[" * 100_000, 400, "bad_request"),
            (b'{"type": "Feature", "features": []}', 422, "invalid_parameter"),
            (b'{"type": "FeatureCollection", "features": 7}', 422, "invalid_parameter"),
            (b'{"type": "FeatureCollection", "features": []}', 422, "no_lines"),
            (b'{"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": 1}]}', 422, "bad_lines"),
            (b'{"type": "FeatureCollection", "features": [' + b"1," * 3000 + b"1]}", 422, "too_many_lines"),
            (b" " * (9 << 20), 413, "body_too_large"),
        ],
        ids=lambda value: str(value)[:40],
    )
    def test_hostile_lines_are_refused(self, desk, body, status, code):
        number = opened(desk, {"op": "rename", "unit": next(iter(grids(desk))), "name": "甲"})["id"]
        headers = {"Content-Type": "application/json"}
        assert refusal(desk.post(f"{ADDRESS}/{number}/effects", content=body, headers=headers)) == (status, code)

    def test_the_command_line_reads_them_from_a_layer(self, desk, demo_copy_url, tmp_path, monkeypatch):
        monkeypatch.setenv("DATABASE_URL", demo_copy_url)
        unit, feature = next(iter(grids(desk).items()))
        number = str(opened(desk, {"op": "rename", "unit": unit, "name": "新名"})["id"])
        layer = tmp_path / "roads.geojson"
        layer.write_text(
            json.dumps({"type": "FeatureCollection", "features": [self.line(feature["geometry"], fclass="primary")]})
        )

        def shown(*more):
            return CliRunner().invoke(application(), ["change", "show", number, "--lines", str(layer), *more])

        told = json.loads(shown("--kind-field", "fclass", "--format", "json").output)
        row = next(each for each in told["effects"]["units"] if each["code"] == unit)
        assert row["after"]["clarity_by_kind"] == pytest.approx({"primary": 1})
        assert f"clear border: {unit} 100% → 100%" in shown().output
        assert isinstance(shown("--kind-field", "nothing").exception, Refusal)
