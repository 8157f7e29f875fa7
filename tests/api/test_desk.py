"""One incident over HTTP: seen whole, acted on by whom it concerns, refused in sentences that help."""

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.desk_models import IncidentDetail
from api.settings import Settings
from boundaries.store import audit
from incidents.flow import ACTIONS, BY_PEOPLE
from tests import people, workers
from tests.api import town
from tests.incidents.reported import ASKED, EAST, ON_BORDER, OUTSIDE, TRIED, reported
from tests.registers import register_of_module

pytestmark = pytest.mark.database

ACCOUNTS = "/api/v1/accounts"


@pytest.fixture(scope="module")
def engine(cluster, _template):
    with register_of_module(cluster, _template, "desk_http") as engine:
        town.store(engine)
        with engine.begin() as connection:
            workers.serving(connection, town.WEST_GRID)
        yield engine


@pytest.fixture(scope="module")
def client(engine, front_end):
    with TestClient(create_app(Settings(database_url=engine.url.render_as_string(False), web_dist=front_end))) as client:
        yield client


@pytest.fixture(scope="module")
def staff(engine, client):
    """Headers of a dispatcher, a worker, an administrator and accounts of two departments."""
    admin = people.as_role(engine, "admin")
    made = {role: people.as_role(engine, role, "510502") for role in ("dispatcher", "worker", "town_planner")} | {"admin": admin}
    for department in (TRIED, ASKED):
        name = people.someone(engine, ("department", "510502"))
        client.cookies.clear()
        answer = client.patch(f"{ACCOUNTS}/{name}", json={"department": department}, headers=admin)
        assert answer.json()["department"] == department
        made[department] = people.headers_of(engine, name)
    return made


@pytest.fixture
def report(engine):
    def reporting(*place, **given):
        with engine.begin() as connection:
            return reported(connection, *place, **given)

    return reporting


@pytest.fixture
def ask(client, staff):
    """Do something to an incident as somebody, or look at it; status and answer."""

    def asked(who, no, action=None, **body):
        client.cookies.clear()
        method, path = ("POST", f"/api/v1/incidents/{no}/{action}") if action else ("GET", f"/api/v1/incidents/{no}")
        answer = client.request(method, path, headers=staff.get(who), json=body or None)
        assert answer.status_code >= 400 or answer.headers["cache-control"] == "no-store"
        return answer.status_code, answer.json()

    return asked


def test_an_incident_is_shown_whole_with_its_worker_and_what_can_be_done(ask, report):
    status, shown = ask("dispatcher", report(ON_BORDER))
    assert status == 200
    IncidentDetail.model_validate(shown)
    assert (shown["state"], shown["village_code"], shown["competent_department"]) == ("reported", "510502001001", TRIED)
    assert [(worker["name"], worker["work_phone"]) for worker in shown["workers"]] == [("王芳", "0830-3101234")]
    assert [way["code"] for way in shown["ways"]] == [town.MIDDLE_GRID]
    assert [event["action"] for event in shown["events"]] == ["report"]
    offered = {action["action"]: action for action in shown["actions"]}
    assert list(offered) == ["register", "reject", "cancel", "merge", "urge", "consult", "note", "reroute", "correct_matter"]
    assert offered["reroute"] == {"action": "reroute", "reason": True, "wanted": ["to"], "optional": []}


def test_outside_every_grid_the_nearest_ones_worker_is_shown(ask, report):
    _, shown = ask("dispatcher", report(OUTSIDE))
    assert (shown["grid_code"], shown["nearest_code"]) == (None, town.WEST_GRID)
    assert [worker["name"] for worker in shown["workers"]] == ["王芳"]
    assert [way["code"] for way in shown["ways"]] == [town.WEST_GRID, town.MIDDLE_GRID]


def test_an_incident_goes_from_report_to_close_over_http(ask, report):
    no = report()
    turns = [
        ("dispatcher", "register", {}),
        ("dispatcher", "dispatch", {"department": TRIED}),
        (TRIED, "accept", {}),
        ("dispatcher", "consult", {"departments": [ASKED]}),
        (ASKED, "advise", {"note": "建议先封闭道路"}),
        (TRIED, "ask_suspension", {"note": "等待材料"}),
        ("dispatcher", "suspend", {}),
        ("dispatcher", "resume", {}),
        (TRIED, "feed_back", {"note": "已修复"}),
        ("dispatcher", "fail", {"note": "未清理"}),
        (TRIED, "feed_back", {"note": "已清理"}),
        ("dispatcher", "pass", {}),
        ("dispatcher", "close", {}),
    ]
    for who, action, body in turns:
        offered = [each["action"] for each in ask(who, no)[1].get("actions", [])]
        assert action in offered, (who, action, offered)
        status, shown = ask(who, no, action, **body)
        assert status == 200, shown
        IncidentDetail.model_validate(shown)
    assert shown["state"] == "closed" and shown["actions"] == []
    assert [event["action"] for event in shown["events"]] == ["report", *(action for _, action, _ in turns)]
    assert shown["due_at"].startswith("20") and shown["clock"] == "work_day"


def test_who_may_not_act_is_told_why(ask, report):
    no = report()
    assert ask(None, no)[1]["code"] == "not_signed_in"
    assert ask("town_planner", no)[1]["code"] == "forbidden"
    assert ask("dispatcher", report(EAST))[1]["code"] == "forbidden"
    assert ask("worker", no, "register")[1]["code"] == "forbidden"
    ask("dispatcher", no, "register")
    ask("dispatcher", no, "dispatch", department=TRIED)
    for who in (ASKED, "worker"):
        status, said = ask(who, no, "accept")
        assert (status, said["code"]) == (403, "not_given_to_you")
        assert TRIED in said["detail"]


def test_a_department_sees_what_it_was_given_and_nothing_else(ask, report):
    no = report()
    ask("dispatcher", no, "register")
    assert ask(TRIED, no)[1]["code"] == "not_given_to_you"
    ask("dispatcher", no, "dispatch", department=TRIED)
    assert ask("dispatcher", no, "dispatch")[1]["department"] == TRIED
    status, shown = ask(TRIED, no)
    assert status == 200 and [each["action"] for each in shown["actions"]] == ["accept", "send_back", "ask_suspension", "note"]
    assert ask(ASKED, no)[1]["code"] == "not_given_to_you"


def test_the_second_of_two_who_act_is_told_the_state_and_what_is_possible_now(ask, report):
    no = report()
    ask("dispatcher", no, "register")
    status, said = ask("dispatcher", no, "reject", note="重复")
    assert (status, said["code"]) == (409, "illegal_step")
    assert "is registered, so reject is not possible; what you can do now is cancel, dispatch" in said["detail"]
    assert said["details"]["state"] == "registered" and "dispatch" in said["details"]["allowed"]


def test_a_stale_page_is_refused_and_a_fresh_one_is_not(ask, report):
    no = report()
    _, old = ask("dispatcher", no)
    ask("dispatcher", no, "note", note="已电话联系")
    status, said = ask("dispatcher", no, "register", seen=old["last_event"])
    assert (status, said["code"]) == (409, "course_went_on")
    assert ask("dispatcher", no, "register", seen=said["details"]["last_event"])[0] == 200


@pytest.mark.parametrize(
    ("action", "body", "code"),
    [
        ("reject", {}, "bad_text"),
        ("reject", {"note": "x" * 2001}, "bad_text"),
        ("note", {"note": "看\u202e不见"}, "bad_text"),
        ("note", {"note": "x", "to": "y"}, "invalid_parameter"),
        ("urge", {"kind": "loud"}, "invalid_parameter"),
        ("urge", {}, "invalid_parameter"),
        ("consult", {"departments": ["nowhere"]}, "unknown_department"),
        ("consult", {"departments": ["health", "health"]}, "bad_detail"),
        ("merge", {"into": "5105022026050299999"}, "unknown_incident"),
        ("register", {"seen": -1}, "invalid_parameter"),
        ("explode", {}, "method_not_allowed"),
        ("absorb", {}, "method_not_allowed"),
        ("overdue", {}, "method_not_allowed"),
    ],
)
def test_bad_input_is_refused_and_changes_nothing(ask, report, action, body, code):
    no = report()
    assert ask("dispatcher", no, action, **body)[1]["code"] == code
    assert [event["action"] for event in ask("dispatcher", no)[1]["events"]] == ["report"]


def test_html_in_words_is_a_text_like_any_other(ask, report):
    no = report()
    _, shown = ask("dispatcher", no, "note", note="<script>alert(1)</script>")
    assert shown["events"][-1]["note"] == "<script>alert(1)</script>"


def test_an_incident_that_is_not_there_is_not_found(ask):
    for no in ("5105022026050299999", "x", "%27"):
        assert ask("dispatcher", no)[0] == 404


def test_the_audit_trail_names_who_acted_and_from_where(ask, report, engine):
    no = report()
    ask("dispatcher", no, "register")
    with engine.connect() as connection:
        (line,) = audit.read(connection, limit=5, record=f"incident:{no}")
    assert line.action == "incident.register" and line.origin == "testclient" and line.actor.startswith("person.")


def test_an_account_works_for_a_department_that_there_is_until_it_works_for_none(client, staff, engine):
    name = people.someone(engine)
    client.cookies.clear()
    answer = client.patch(f"{ACCOUNTS}/{name}", json={"department": "nowhere"}, headers=staff["admin"])
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_department")
    assert client.patch(f"{ACCOUNTS}/{name}", json={"department": TRIED}, headers=staff["admin"]).json()["department"] == TRIED
    assert client.patch(f"{ACCOUNTS}/{name}", json={"disabled": False}, headers=staff["admin"]).json()["department"] == TRIED
    assert client.patch(f"{ACCOUNTS}/{name}", json={"department": None}, headers=staff["admin"]).json()["department"] is None


def test_a_token_of_a_department_acts_for_it(ask, report, client, staff):
    no = report()
    ask("dispatcher", no, "register")
    ask("dispatcher", no, "dispatch", department=TRIED)
    client.cookies.clear()
    wish = {"name": "system of the department", "rights": ["incident.handle"], "scope": "510502", "days": 1}
    token = client.post("/api/v1/tokens", json=wish, headers=staff[TRIED]).json()["token"]
    client.cookies.clear()
    bearer = {"authorization": f"Bearer {token}"}
    assert client.post(f"/api/v1/incidents/{no}/accept", headers=bearer).json()["state"] == "handling"
    assert client.get(f"/api/v1/incidents/{no}", headers=bearer).json()["code"] == "forbidden"


def test_every_action_of_people_has_an_address_with_its_right_and_an_example(client):
    paths = client.get("/api/v1/openapi.json").json()["paths"]
    for name in BY_PEOPLE:
        operation = paths[f"/api/v1/incidents/{{no}}/{name}"]["post"]
        assert operation["x-right"] == ACTIONS[name].right and operation["summary"]
