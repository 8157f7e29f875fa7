"""Signing in at an identity provider, over real HTTP."""

import time
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.authorising import COOKIE
from api.settings import Settings, load_settings
from boundaries.store import accounts
from boundaries.store.audit import BY_OPERATOR
from gis.errors import Refusal
from tests import people
from tests.api.identity_provider import CLIENT_ID, CLIENT_SECRET, OTHER_KEY, SHARED_KEY, IdentityProvider
from tests.registers import register_of_module

pytestmark = pytest.mark.database

START, CALLBACK, SESSION = "/api/v1/oidc/start", "/api/v1/oidc/callback", "/api/v1/session"


@pytest.fixture(scope="module")
def engine(cluster, _template):
    with register_of_module(cluster, _template, "oidc") as engine:
        people.someone(engine, ("worker", "510502"), name="li.ming")
        yield engine


@pytest.fixture(scope="module")
def running():
    with IdentityProvider() as provider:
        yield provider


@pytest.fixture
def provider(running):
    """One that errs in nothing yet; its person is linked to an account."""
    running.behave()
    return running


@pytest.fixture(scope="module")
def linked(engine, running):
    with engine.begin() as connection:
        accounts.link_account(connection, "li.ming", issuer=running.issuer, subject="17", by=BY_OPERATOR)


def settings_of(engine, provider, **more):
    known = {"oidc_client_id": CLIENT_ID, "oidc_client_secret": CLIENT_SECRET, "oidc_issuer": provider.issuer}
    return Settings(database_url=engine.url.render_as_string(False), **known | more)


@pytest.fixture
def browser(engine, provider, linked):
    with TestClient(create_app(settings_of(engine, provider)), follow_redirects=False) as client:
        yield client


def go_to_provider(browser, **query):
    """What the provider sends the browser back with."""
    sent = browser.get(START, params=query)
    assert sent.status_code == 303, sent.text
    back = httpx2.get(sent.headers["location"], follow_redirects=False)
    assert back.headers["location"].startswith(f"http://testserver{CALLBACK}?")
    return {name: values[0] for name, values in parse_qs(urlsplit(back.headers["location"]).query).items()}


def test_a_person_who_is_linked_signs_in_and_comes_back_to_the_page(browser):
    answer = browser.get(CALLBACK, params=go_to_provider(browser, to="/#15/28.9/105.4"))
    assert (answer.status_code, answer.headers["location"]) == (303, "/#15/28.9/105.4")
    assert browser.get(SESSION).json()["account"] == "li.ming"
    assert "wangge_oidc" not in browser.cookies


@pytest.mark.parametrize("to", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_nobody_is_led_to_another_site_in_the_end(browser, to):
    assert browser.get(CALLBACK, params=go_to_provider(browser, to=to)).headers["location"] == "/"


def refused(answer):
    assert COOKIE not in answer.headers.get("set-cookie", "")
    return answer.status_code, answer.json()["code"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"iss": "https://evil.example"},
        {"aud": "another"},
        {"aud": ["another", CLIENT_ID]},
        {"nonce": "another"},
        {"nonce": None},
        {"exp": int(time.time()) - 3600},
        {"iat": int(time.time()) + 3600},
        {"exp": None},
        {"sub": None},
        {"azp": "another"},
    ],
    ids=["iss", "aud", "several-aud", "nonce", "no-nonce", "exp", "iat", "no-exp", "no-sub", "azp"],  # the same in every process
)
def test_an_id_token_that_says_something_wrong_is_refused(browser, provider, wrong):
    provider.wrong = wrong
    assert refused(browser.get(CALLBACK, params=go_to_provider(browser))) == (403, "oidc_refused")


@pytest.mark.parametrize("signed_by", [(OTHER_KEY, "RS256"), (SHARED_KEY, "HS256")], ids=["another key", "a shared key"])
def test_an_id_token_that_the_provider_did_not_sign_is_refused(browser, provider, signed_by):
    provider.signed_by = signed_by
    assert refused(browser.get(CALLBACK, params=go_to_provider(browser))) == (403, "oidc_refused")


@pytest.mark.parametrize("spoilt", [{"state": "another"}, {"state": ""}, {"code": "another"}, {"code": ""}])
def test_an_answer_to_a_question_that_was_not_asked_is_refused(browser, spoilt):
    assert refused(browser.get(CALLBACK, params=go_to_provider(browser) | spoilt)) == (403, "oidc_refused")


def test_another_browser_cannot_use_the_answer_and_no_answer_is_used_twice(browser):
    answer = go_to_provider(browser)
    kept = browser.cookies["wangge_oidc"]
    assert browser.get(CALLBACK, params=answer).status_code == 303
    browser.cookies.clear()
    assert refused(browser.get(CALLBACK, params=answer)) == (403, "oidc_refused")
    browser.cookies.set("wangge_oidc", kept)
    assert refused(browser.get(CALLBACK, params=answer)) == (403, "oidc_refused")


@pytest.mark.parametrize("kept", ["", "nonsense", "7b7d", "5b5d", "22", "ff" * 2000])
def test_a_spoilt_cookie_is_refused(browser, kept):
    browser.cookies.set("wangge_oidc", kept)
    assert refused(browser.get(CALLBACK, params={"state": "x", "code": "y"})) == (403, "oidc_refused")


def test_a_person_without_an_account_stays_out_and_none_is_made(browser, provider, engine):
    provider.person = {"sub": "18", "preferred_username": "li.ming"}
    assert refused(browser.get(CALLBACK, params=go_to_provider(browser))) == (403, "oidc_refused")
    with engine.connect() as connection:
        assert [row.name for row in accounts.accounts(connection)] == ["li.ming"]


def test_a_trusted_claim_names_the_account_once(engine, provider, linked):
    provider.person = {"sub": "19", "preferred_username": "Wang.Fang"}
    people.someone(engine, name="wang.fang")
    app = create_app(settings_of(engine, provider, oidc_name_claim="preferred_username"))
    with TestClient(app, follow_redirects=False) as browser:
        assert browser.get(CALLBACK, params=go_to_provider(browser)).status_code == 303
        assert browser.get(SESSION).json()["account"] == "wang.fang"
        provider.person = {"sub": "20", "preferred_username": "Wang.Fang"}
        assert refused(browser.get(CALLBACK, params=go_to_provider(browser))) == (403, "oidc_refused")


def test_a_provider_that_is_away_or_is_another_is_a_503(engine, provider):
    for issuer in ("http://127.0.0.1:9", provider.issuer + "/"):
        with TestClient(create_app(settings_of(engine, provider, oidc_issuer=issuer))) as browser:
            assert refused(browser.get(START)) == (503, "oidc_unavailable")


def test_without_a_provider_it_is_off(engine, provider):
    with TestClient(create_app(settings_of(engine, provider, oidc_issuer=None))) as browser:
        assert refused(browser.get(START)) == refused(browser.get(CALLBACK)) == (404, "oidc_off")


@pytest.mark.parametrize("issuer", ["http://id.example", "ftp://id.example", "http://127.0.0.1.evil.example"])
def test_a_provider_without_https_is_no_setting(monkeypatch, issuer):
    monkeypatch.setenv("WANGGE_OIDC_ISSUER", issuer)
    with pytest.raises(Refusal) as caught:
        load_settings()
    assert caught.value.code == "bad_setting" and "WANGGE_OIDC_ISSUER" in caught.value.message


def test_the_secret_is_shown_nowhere(engine, provider):
    assert CLIENT_SECRET not in repr(settings_of(engine, provider))
