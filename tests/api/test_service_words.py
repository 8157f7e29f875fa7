"""Complaints and praise over HTTP: said by anybody, read by the supervision body, by the worker once they are answered."""

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

from api.app import create_app
from api.routes.service_words import AnsweredWords, OwnWord, ServiceWords, WordReceipt
from api.settings import Settings
from boundaries.rights import GRANTABLE
from tests import people
from tests.api import town
from tests.registers import register_of_module

pytestmark = pytest.mark.database

PRAISE = {"grid_code": town.WEST_GRID, "kind": "praise", "text": "上门很及时"}
HOSTILE = "<script>alert(1)</script> '; DROP TABLE service_word; -- \u202e %s {{7*7}}"
COUNTY = "510502"
SUPERVISION = ("county_officer", "city_office")
SERVING = ("worker", "community")


@pytest.fixture(scope="module")
def engine(cluster, _template):
    with register_of_module(cluster, _template, "words_over_http") as engine:
        town.store(engine)
        yield engine


@pytest.fixture
def public(engine, front_end, home):
    """A browser of nobody in particular, with a whole allowance."""
    given = Settings(home=home, database_url=engine.url.render_as_string(False), web_dist=front_end, public_reports_per_hour=6)
    with TestClient(create_app(given), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(scope="module")
def roles(engine):
    """Headers of an account of each role, all in the grid's own county."""
    return {role: people.as_role(engine, role, COUNTY) for role in GRANTABLE}


def say(public, **change):
    answer = public.post("/api/v1/service-words", json=PRAISE | change)
    assert answer.status_code == 201, answer.text
    return answer.json()


def ask(public, path, headers, **query):
    public.cookies.clear()
    return public.get(f"/api/v1/service-words{path}", headers=headers, params=query)


def look(public, no, headers):
    """At how to reach who said it."""
    public.cookies.clear()
    return public.post(f"/api/v1/service-words/{no}/contact", headers=headers).json()


def reply(public, roles, no, answer="谢谢"):
    public.cookies.clear()
    return public.post(f"/api/v1/service-words/{no}/answer", json={"answer": answer}, headers=roles["county_officer"])


def test_the_answer_is_the_number_and_the_code_and_nothing_else(public):
    answer = public.post("/api/v1/service-words", json=PRAISE)
    WordReceipt.model_validate_json(answer.text)
    assert (answer.status_code, set(answer.json()), answer.headers["cache-control"]) == (201, {"no", "token"}, "no-store")


def test_who_has_the_code_follows_it_to_its_answer(public, roles):
    receipt = say(public, contact="139 0000 0000")
    before = public.get("/api/v1/service-words/mine", params=receipt)
    reply(public, roles, receipt["no"], "谢谢您")
    after = public.get("/api/v1/service-words/mine", params=receipt)
    for each in (before, after):
        OwnWord.model_validate_json(each.text)
        assert "0000 0000" not in each.text and each.headers["cache-control"] == "no-store"
    assert (before.json()["state"], before.json()["answer"]) == ("received", None)
    assert (after.json()["state"], after.json()["answer"], after.json()["text"]) == ("answered", "谢谢您", PRAISE["text"])


def test_a_wrong_code_and_a_number_that_is_none_are_answered_alike(public):
    one, other = say(public), say(public)
    asked = ((one["no"], other["token"]), ("FW510502-2026-999999", one["token"]), ("x", "é\ud7ff"))
    said = [public.get("/api/v1/service-words/mine", params={"no": no, "token": token}).json() for no, token in asked]
    assert [(each["status"], each["code"], each["detail"]) for each in said] == [
        (404, "unknown_service_word", said[0]["detail"])
    ] * 3


@pytest.mark.parametrize("role", ["public", *GRANTABLE])
def test_until_it_is_answered_only_the_supervision_body_reads_it(public, roles, role):
    no, mark = say(public, text=f"unanswered, seen by {role}")["no"], f"unanswered, seen by {role}"
    headers = roles.get(role, {})
    seen = {path: ask(public, path, headers) for path in ("", "/answered")}
    allowed = {path for path, answer in seen.items() if answer.status_code == 200}
    assert allowed == ({""} if role in SUPERVISION else {"/answered"} if role in SERVING else set())
    assert any(mark in answer.text or no in answer.text for answer in seen.values()) == (role in SUPERVISION)
    assert look(public, no, headers)["code"] == (
        "no_contact" if role in SUPERVISION else "not_signed_in" if role == "public" else "forbidden"
    )


@pytest.mark.parametrize("role", SERVING)
def test_once_it_is_answered_who_serves_reads_it_and_nothing_of_who_said_it(public, roles, role):
    no = say(public, text=f"to {role}", contact="139 0000 0000")["no"]
    reply(public, roles, no)
    answer = ask(public, "/answered", roles[role])
    AnsweredWords.model_validate_json(answer.text)
    (word,) = [word for word in answer.json()["words"] if word["no"] == no]
    assert (word["text"], word["answer"], word["state"]) == (f"to {role}", "谢谢", "answered")
    assert "0000 0000" not in answer.text and "contact" not in answer.text
    assert look(public, no, roles[role])["code"] == "forbidden"


def test_who_serves_another_county_reads_nothing_of_it(public, engine, roles):
    no = say(public)["no"]
    reply(public, roles, no)
    for role, path in (("worker", "/answered"), ("county_officer", "")):
        assert no not in ask(public, path, people.as_role(engine, role, "510503")).text


def test_the_supervision_body_reads_the_contact_and_each_look_is_written_down(public, roles, engine):
    no = say(public, contact="139 0000 0000")["no"]
    words = ask(public, "", roles["city_office"], within=town.WEST_GRID, state="received")
    ServiceWords.model_validate_json(words.text)
    assert [word["has_contact"] for word in words.json()["words"] if word["no"] == no] == [True] and "0000 0000" not in words.text
    assert look(public, no, roles["city_office"]) == {"contact": "139 0000 0000"}
    assert not ask(public, f"/{no}/contact", roles["city_office"]).is_success  # a GET leaves no trace
    with engine.connect() as connection:
        looks = sa.text("SELECT count(*) FROM audit WHERE action = 'service_word.contact' AND record = :record")
        assert connection.execute(looks, {"record": f"service_word:{no}"}).scalar_one() == 1
        assert connection.execute(sa.text("SELECT count(*) FROM audit WHERE detail::text LIKE '%0000 0000%'")).scalar_one() == 0


def test_an_answer_is_given_once_and_says_something(public, roles):
    no = say(public)["no"]
    codes = [reply(public, roles, no, text).json().get("code") for text in ("", " \t", "x" * 2001, "好", "again")]
    assert codes == ["invalid_parameter"] * 3 + [None, "word_answered"]


def test_hostile_text_is_text(public, roles):
    receipt = say(public, text=HOSTILE)
    assert public.get("/api/v1/service-words/mine", params=receipt).json()["text"] == HOSTILE
    answer = ask(public, "", roles["city_office"])
    assert answer.headers["content-type"] == "application/json" and HOSTILE in [word["text"] for word in answer.json()["words"]]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"grid_code": "'; DROP --"}, "bad_code"),
        ({"grid_code": "510502001001777"}, "unknown_unit"),
        ({"kind": "joke"}, "invalid_parameter"),
        ({"text": "\x00"}, "bad_text"),
        ({"text": " \n\t "}, "invalid_parameter"),
        ({"text": "x" * 2001}, "invalid_parameter"),
        ({"contact": "\x1b[2J"}, "bad_contact"),
        ({"worker": "王芳"}, "invalid_parameter"),
    ],
)
def test_bad_input_gets_a_sentence(public, change, code):
    answer = public.post("/api/v1/service-words", json=PRAISE | change)
    assert (answer.json()["code"], answer.headers["content-type"]) == (code, "application/problem+json")
    assert answer.json()["detail"].endswith(".") and answer.status_code in (404, 422)


def test_what_comes_again_is_one_and_short_keys_are_refused(public, engine):
    key = {"idempotency-key": "b6d8e1b2-6f0d-4a3e-9d67"}
    first, again = (public.post("/api/v1/service-words", json=PRAISE | {"contact": "139"}, headers=key) for _ in range(2))
    assert (first.status_code, again.status_code, first.json()) == (201, 200, again.json())
    other = public.post("/api/v1/service-words", json=PRAISE | {"contact": "138"}, headers=key)
    short = public.post("/api/v1/service-words", json=PRAISE, headers={"idempotency-key": "1"})
    assert (other.json()["code"], short.json()["code"]) == ("key_used", "bad_idempotency_key")
    with engine.connect() as connection:
        stored = connection.execute(sa.text("SELECT digest FROM submission WHERE key = :key"), {"key": key["idempotency-key"]})
        assert b"139" not in bytes(stored.scalar_one())


def test_an_address_that_says_too_much_is_told_when_it_may_again(public):
    answers = [public.post("/api/v1/service-words", json=PRAISE) for _ in range(8)]
    assert [answer.status_code for answer in answers] == [201] * 6 + [429] * 2
    assert int(answers[-1].headers["retry-after"]) > 0 and answers[-1].json()["code"] == "too_many_reports"
