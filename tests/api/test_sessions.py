"""Signing in and out over HTTP, tokens of programs, accounts and the audit trail."""

import json

import pytest
from fastapi.testclient import TestClient

from api import models
from api.app import create_app
from api.authorising import COOKIE
from api.routes.accounts import Accounts
from api.routes.audit import Lines
from api.routes.sessions import Session
from api.routes.tokens import MadeToken, Tokens
from api.settings import Settings
from tests import people
from tests.people import PASSWORD
from tests.registers import register_of_module

pytestmark = pytest.mark.database

SESSION = "/api/v1/session"
JSON = {"content-type": "application/json"}
ELSEWHERE = {"origin": "https://evil.example"}


@pytest.fixture(scope="module")
def engine(cluster, _template):
    with register_of_module(cluster, _template, "sessions") as engine:
        people.someone(engine, ("county_officer", "510502"), ("worker", "510503"), name="li.ming", password=PASSWORD)
        people.someone(engine, ("admin", ""), name="root")
        yield engine


@pytest.fixture(scope="module")
def app(engine, front_end):
    return create_app(Settings(database_url=engine.url.render_as_string(False), web_dist=front_end))


@pytest.fixture
def browser(app):
    """One browser, with cookies of its own."""
    with TestClient(app) as client:
        yield client


@pytest.fixture
def signed_in(browser):
    """The browser after signing in; it sends the token along."""
    answer = sign_in(browser)
    browser.headers["x-csrf-token"] = answer.json()["csrf_token"]
    return browser


@pytest.fixture
def root(app, engine):
    with TestClient(app, headers=people.headers_of(engine, "root")) as client:
        yield client


def sign_in(client, name="li.ming", password=PASSWORD, **named):
    return client.post(SESSION, json={"name": name, "password": password}, **named)


def code(answer):
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    return answer.status_code, models.Problem(**answer.json()).code


def test_signing_in_answers_with_the_account_its_roles_and_a_token(browser):
    answer = sign_in(browser)
    session = Session(**answer.json())
    assert (session.account, session.display_name) == ("li.ming", "Person li.ming")
    assert {(role.role, role.scope) for role in session.grants} == {("county_officer", "510502"), ("worker", "510503")}
    assert browser.get(SESSION).json() == answer.json()
    assert answer.headers["cache-control"] == browser.get(SESSION).headers["cache-control"] == "no-store"


def test_the_cookie_is_kept_from_scripts_and_other_sites_and_over_https_from_plain_http(app, browser):
    plain = sign_in(browser).headers["set-cookie"]
    with TestClient(app, base_url="https://testserver") as secure:
        sealed = sign_in(secure).headers["set-cookie"]
    for cookie in (plain, sealed):
        assert "HttpOnly" in cookie and "SameSite=lax" in cookie and "Path=/" in cookie and "Max-Age=43200" in cookie
    assert "Secure" in sealed and "Secure" not in plain


def test_nobody_is_the_public_and_gets_an_answer_too(browser):
    assert browser.get(SESSION).json() == {"account": None, "display_name": None, "grants": [], "csrf_token": None}
    assert browser.delete(SESSION).status_code == 204


def test_a_wrong_password_and_an_unknown_name_are_one_401(browser):
    wrong, unknown = sign_in(browser, password="wrong"), sign_in(browser, name="nobody.here")
    assert code(wrong) == code(unknown) == (401, "sign_in_failed")
    assert wrong.json() == unknown.json() and wrong.headers["www-authenticate"] == "Bearer"
    assert COOKIE not in browser.cookies


def test_an_origin_that_guessed_too_often_is_told_how_long_to_wait(app, engine):
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO sign_in_origin VALUES ('203.0.113.9', 60, now(), now() + interval '1000 seconds')"
        )
    with TestClient(app, client=("203.0.113.9", 1)) as browser:
        answer = sign_in(browser)
    assert code(answer) == (429, "too_many_attempts") and 990 < int(answer.headers["retry-after"]) <= 1000


def test_each_sign_in_has_a_session_of_its_own_and_ends_the_one_before(browser):
    before = sign_in(browser).cookies[COOKIE]
    after = sign_in(browser).cookies[COOKIE]
    assert before != after
    browser.cookies.clear()
    assert browser.get(SESSION, headers={"cookie": f"{COOKIE}={before}"}).json()["account"] is None
    assert browser.get(SESSION, headers={"cookie": f"{COOKIE}={after}"}).json()["account"] == "li.ming"


def test_a_session_that_another_planted_is_not_taken_over(browser):
    browser.cookies.set(COOKIE, "planted")
    assert sign_in(browser).cookies[COOKIE] != "planted"


def test_signing_out_ends_the_session_and_everywhere_ends_all(app, signed_in):
    with TestClient(app) as other:
        sign_in(other)
        secret = signed_in.cookies[COOKIE]
        assert signed_in.delete(SESSION).status_code == 204
        assert COOKIE not in signed_in.cookies
        assert signed_in.get(SESSION, headers={"cookie": f"{COOKIE}={secret}"}).json()["account"] is None
        assert other.get(SESSION).json()["account"] == "li.ming"
        third = sign_in(signed_in).json()
        assert signed_in.delete(SESSION + "?everywhere=true", headers={"x-csrf-token": third["csrf_token"]}).status_code == 204
        assert other.get(SESSION).json()["account"] is None


@pytest.mark.parametrize("headers", [{"x-csrf-token": ""}, {"x-csrf-token": "0" * 64}, {"x-csrf-token": b"\xfc"}, ELSEWHERE])
def test_a_change_without_the_token_or_from_another_site_is_refused(signed_in, headers):
    answer = signed_in.post("/api/v1/tokens", json={"name": "x", "rights": ["change_set.open"]}, headers=headers)
    assert code(answer) == (403, "forged_request")
    assert signed_in.get("/api/v1/tokens").json() == {"tokens": []}


@pytest.mark.parametrize("headers", [ELSEWHERE, {"origin": "null"}, {"sec-fetch-site": "cross-site"}])
def test_another_site_cannot_sign_a_browser_in(browser, headers):
    assert code(sign_in(browser, headers=headers)) == (403, "forged_request")
    assert COOKIE not in browser.cookies


def test_a_page_of_ours_says_so_and_is_let_through(signed_in):
    headers = {"origin": "http://testserver", "sec-fetch-site": "same-origin"}
    assert signed_in.delete(SESSION, headers=headers).status_code == 204


def test_the_token_of_another_session_is_of_no_use(app, signed_in):
    with TestClient(app) as other:
        foreign = sign_in(other).json()["csrf_token"]
    assert code(signed_in.delete(SESSION, headers={"x-csrf-token": foreign})) == (403, "forged_request")


def test_reading_the_register_asks_nothing_about_a_session(signed_in):
    signed_in.cookies.set(COOKIE, "nonsense")
    assert signed_in.get("/healthz").status_code == 200
    answer = signed_in.post("/api/v1/locate", json={"points": [{"lon": 105, "lat": 28}]}, headers={"x-csrf-token": ""})
    assert answer.json().get("code") not in ("forged_request", "not_signed_in")


def test_a_password_is_changed_with_the_one_before_and_other_sessions_end(app, engine):
    people.someone(engine, ("worker", "510502"), name="zhao.lei", password=PASSWORD)
    with TestClient(app) as here, TestClient(app) as there:
        headers = {"x-csrf-token": sign_in(here, "zhao.lei").json()["csrf_token"]}
        sign_in(there, "zhao.lei")
        path, new = SESSION + "/password", "another horse battery"
        assert code(here.put(path, json={"old": "wrong", "new": new}, headers=headers)) == (401, "sign_in_failed")
        assert code(here.put(path, json={"old": PASSWORD, "new": "short"}, headers=headers)) == (422, "weak_password")
        assert here.put(path, json={"old": PASSWORD, "new": new}, headers=headers).status_code == 204
        assert here.get(SESSION).json()["account"] == "zhao.lei" and there.get(SESSION).json()["account"] is None
        assert code(sign_in(there, "zhao.lei")) == (401, "sign_in_failed")
        assert sign_in(there, "zhao.lei", new).status_code == 200


def test_a_token_is_made_used_listed_and_revoked(app, signed_in):
    wish = {"name": "nightly", "rights": ["change_set.read", "change_set.open"], "scope": "510502001", "days": 7}
    made = MadeToken(**signed_in.post("/api/v1/tokens", json=wish).json())
    listed = Tokens(**signed_in.get("/api/v1/tokens").json()).tokens
    assert [(token.id, token.name, token.scope) for token in listed] == [(made.id, "nightly", "510502001")]
    assert made.token not in signed_in.get("/api/v1/tokens").text
    with TestClient(app, headers={"authorization": f"Bearer {made.token}"}) as program:
        session = program.get(SESSION).json()
        assert session["account"] == "li.ming" and session["csrf_token"] is None
        assert session["grants"] == [{"role": "county_officer", "scope": "510502001"}]
        assert code(program.get("/api/v1/tokens")) == (403, "forbidden")  # no token makes tokens
        for scope, answer in [("510502001", (404, "unknown_unit")), ("510502002", (403, "forbidden"))]:
            wish = {"title": "x", "reason": "other", "scope": scope}
            assert code(program.post("/api/v1/change-sets", json=wish, headers=ELSEWHERE)) == answer
        assert signed_in.delete(f"/api/v1/tokens/{made.id}").status_code == 204
        assert code(program.get(SESSION)) == (401, "bad_token")


@pytest.mark.parametrize("value", ["Bearer wg_unknown", "Bearer ", "Bearer x\u00ff", "bearer wg_" + "x" * 5000])
def test_a_token_that_is_none_is_refused_where_somebody_is_needed(browser, value):
    answer = browser.get("/api/v1/tokens", headers={"authorization": value.encode("latin-1")})
    assert code(answer) in [(401, "bad_token"), (401, "not_signed_in")]


def test_an_administrator_makes_grants_disables_and_all_of_it_is_in_the_trail(app, root):
    new = {"name": "Wang.Fang", "display_name": "合江县 规划员", "password": PASSWORD}
    assert root.post("/api/v1/accounts", json=new).status_code == 201
    assert code(root.post("/api/v1/accounts", json=new)) == (409, "account_taken")
    granted = root.post("/api/v1/accounts/wang.fang/grants", json={"role": "town_planner", "scope": "510522001"})
    assert granted.json()["grants"][0]["role"] == "town_planner"
    with TestClient(app) as theirs:
        assert sign_in(theirs, "wang.fang").status_code == 200
        root.patch("/api/v1/accounts/wang.fang", json={"disabled": True})
        assert theirs.get(SESSION).json()["account"] is None and code(sign_in(theirs, "wang.fang"))[0] == 401
    gone = root.delete("/api/v1/accounts/wang.fang/grants?role=town_planner&scope=510522001")
    listed = {account.name: account for account in Accounts(**root.get("/api/v1/accounts").json()).accounts}
    assert gone.json()["grants"] == listed["wang.fang"].grants == [] and listed["wang.fang"].disabled_at
    trail = Lines(**root.get("/api/v1/audit?record=account:wang.fang").json())
    done = [
        "account.create",
        "account.password",
        "role.grant",
        "session.open",
        "account.disable",
        "session.refuse",
        "role.revoke",
    ]
    assert [line.action for line in reversed(trail.lines)] == done
    assert {line.actor for line in trail.lines if not line.action.startswith("session")} == {"root"}
    assert PASSWORD not in str(trail)


def test_an_administrator_links_and_unlinks_a_person_of_the_identity_provider(root):
    link = {"issuer": "https://id.example", "subject": "17"}
    assert root.patch("/api/v1/accounts/root", json={"oidc": link}).json()["linked"] is True
    assert code(root.patch("/api/v1/accounts/li.ming", json={"oidc": link})) == (409, "link_taken")
    assert root.patch("/api/v1/accounts/root", json={"disabled": False}).json()["linked"] is True
    assert root.patch("/api/v1/accounts/root", json={"oidc": None}).json()["linked"] is False


def test_the_trail_is_read_by_person_and_page_by_page(root):
    root.post("/api/v1/accounts", json={"name": "a.name", "display_name": "x"})
    mine = root.get("/api/v1/audit?account=root&limit=1").json()
    assert (mine["lines"][0]["actor"], mine["lines"][0]["record"]) == ("root", "account:a.name")
    older = root.get("/api/v1/audit", params={"before": mine["lines"][0]["id"], "limit": 1000}).json()["lines"]
    assert all(line["id"] < mine["lines"][0]["id"] for line in older)
    assert root.get("/api/v1/audit?to=2020-01-01").json() == {"lines": [], "truncated": False}


def test_an_administrator_of_a_county_gives_no_role_beyond_it(app, engine):
    with TestClient(app, headers=people.as_role(engine, "admin", "510502")) as county:
        path = "/api/v1/accounts/li.ming/grants"
        assert county.post(path, json={"role": "dispatcher", "scope": "510502001"}).status_code == 201
        for scope in ("", "5105", "510503", "51050"):
            answer = county.post(path, json={"role": "admin", "scope": scope})
            assert code(answer) in [(403, "forbidden"), (422, "bad_scope")]
        assert code(county.get("/api/v1/accounts")) == (403, "forbidden")


HOSTILE = [
    "",
    "\x00",
    "a\x00b",
    "<script>",
    "🐎" * 50,
    "\u202e",
    "x" * 10_000,
    "'; DROP TABLE account; --",
    "\ud800",
    7,
    None,
    ["li.ming"],
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_and_passwords_are_problems(app, root, text):
    with TestClient(app, client=("198.51.100.1", 1)) as browser:
        for body in ({"name": text, "password": "x"}, {"name": "li.min", "password": text}):
            answer = browser.post(SESSION, content=json.dumps(body), headers=JSON)
            assert code(answer)[0] in (401, 422) and len(answer.text) < 2000
    for method, path, body in [
        ("POST", "/api/v1/accounts", {"name": text, "display_name": "x"}),
        ("POST", "/api/v1/accounts/root/grants", {"role": text, "scope": ""}),
        ("POST", "/api/v1/accounts/root/grants", {"role": "worker", "scope": text or "x"}),
        ("POST", "/api/v1/tokens", {"name": "x", "rights": [text]}),
        ("PATCH", "/api/v1/accounts/root", {"oidc": {"issuer": text, "subject": ""}}),
    ]:
        assert code(root.request(method, path, content=json.dumps(body), headers=JSON))[0] == 422
    for name in ("a\x00b", "\u0000"):
        link = {"issuer": name, "subject": name}
        assert code(root.patch("/api/v1/accounts/root", json={"oidc": link})) == (422, "invalid_parameter")


@pytest.mark.parametrize("text", [each for each in HOSTILE if isinstance(each, str) and each != "\ud800"])
def test_a_hostile_question_to_the_trail_is_answered_or_refused(root, text):
    assert root.get("/api/v1/audit", params={"record": text, "account": text}).status_code in (200, 422)
