"""Every bad request becomes a problem with a stable code: never a stack trace, never the database's own words."""

import json
from urllib.parse import quote

import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from api import models
from api.app import create_app
from api.middleware import SECURITY_HEADERS
from api.problems import STATUS_OF
from api.settings import Settings

pytestmark = pytest.mark.database

# The words of PostgreSQL, psycopg, SQLAlchemy and Python that must not reach a client.
FOREIGN_WORDS = (
    "psycopg",
    "sqlalchemy",
    "SELECT",
    "Traceback",
    "unit_version",
    "relation ",
    "LINE 1",
    'File "',
    "pydantic.dev",
)

HOSTILE_TEXTS = [
    "nan",
    "inf",
    "-inf",
    "1e400",
    "-1",
    "0",
    "1.5",
    "%",
    "'",
    "';--",
    "{}",
    "[]",
    "null",
    "true",
    "𠮷",
    "\ufffe",
    "2026-01-01",
    "2026-13-01",
    "0001-01-01",
    "9999-12-31",
    "2026-01-01T00:00:00Z",
    "2026-01-01T00:00:00+99:99",
    "105.4,28.8,105.5,28.9",
    "180,90,-180,-90",
    "-180,-90,180,90",
    "105.44,28.81",
    ",,,",
    "1e308,1e308,1e308,1e308",
    "510502",
    "510502001001001",
    "55555555555555555",
    "hazard",
    "0401",
    "closed",
]
HOSTILE = st.one_of(
    st.sampled_from([*HOSTILE_TEXTS, "", " ", "\x00", "a\x00", "\u202e0501", "9" * 400, "9" * 5000, "x" * 10_000]),
    st.text(max_size=60),
    st.floats(allow_nan=True, allow_infinity=True).map(str),
    st.integers().map(str),
)
WINDOW = {"bbox": "105.4,28.8,105.5,28.9", "at": "2026-01-01"}
REPORTED = {"from": "2026-01-01", "to": "2026-06-01", "matter": "0401", "family": "hazard"}
# Queries that are answered, each to be spoilt in some parameters.
SOUND = {
    "/api/v1/meta": {"at": "2026-01-01"},
    "/api/v1/locate": {"lon": "105.41", "lat": "28.81", "datum": "gcj02", "at": "2026-01-01"},
    "/api/v1/grids": WINDOW | {"village": "510502001001", "kind": "comprehensive", "limit": "10"},
    "/api/v1/micro-grids": WINDOW | {"grid": "510502001001", "kind": "micro", "limit": "10"},
    "/api/v1/jurisdictions": WINDOW | {"level": "village", "parent": "5105", "limit": "10"},
    "/api/v1/search": {"q": "网格", "limit": "5", "at": "2026-01-01"},
    "/api/v1/incidents": WINDOW | REPORTED | {"state": "closed", "grid": "510502", "limit": "10"},
    "/api/v1/heat": WINDOW | REPORTED | {"zoom": "12", "by": "grid", "against_from": "2025-01-01", "against_to": "2025-06-01"},
    "/api/v1/heat/series": WINDOW | REPORTED | {"step": "day"},
    "/api/v1/heat/hot-grids": REPORTED | {"within": "510502", "order": "rate", "limit": "10"},
    "/api/v1/heat/file": WINDOW | REPORTED | {"zoom": "12", "by": "cells", "format": "csv", "style": "bins", "lang": "zh"},
    "/tiles/grids/12/3247/1707.mvt": {"at": "2026-01-01"},
    "/tiles/incidents/14/12991/6831.mvt": REPORTED | {"state": "closed"},
}
SPOILT = st.sampled_from(sorted(SOUND)).flatmap(
    lambda path: st.tuples(st.just(path), st.dictionaries(st.sampled_from(sorted(SOUND[path])), HOSTILE, min_size=1, max_size=3))
)
FUZZ = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def assert_answered_or_refused(answer):
    if answer.status_code in (200, 304):
        return
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    assert 400 <= answer.status_code < 500, answer.text
    problem = models.Problem(**answer.json())
    assert STATUS_OF.get(problem.code, 422) == problem.status == answer.status_code
    assert len(answer.text) < 5000
    assert not [word for word in FOREIGN_WORDS if word in answer.text], answer.text


@pytest.mark.parametrize("path", SOUND)
def test_the_queries_to_be_spoilt_are_sound(client, path):
    assert client.get(path, params=SOUND[path]).status_code == 200


@FUZZ
@given(SPOILT)
@example(("/api/v1/search", {"q": "\x00"}))
@example(("/api/v1/locate", {"lon": "nan"}))
@example(("/api/v1/heat", {"from": ""}))
@example(("/api/v1/heat", {"bbox": "-180,-90,180,90", "zoom": "20"}))
@example(("/api/v1/grids", {"bbox": "-180,-90,180,90", "at": "1900-01-01"}))
def test_no_query_breaks_the_server(client, spoilt):
    path, query = spoilt
    assert_answered_or_refused(client.get(path, params=SOUND[path] | query))


@FUZZ
@given(
    pattern=st.sampled_from(
        ["/api/v1/grids/{}", "/api/v1/jurisdictions/{}/history", "/tiles/{}/12/3247/1707.mvt", "/tiles/grids/{}/1/1.mvt"]
    ),
    text=HOSTILE.filter(lambda text: text not in ("", ".", "..") and len(text) < 6000),
)
def test_no_path_breaks_the_server(client, pattern, text):
    assert_answered_or_refused(client.get(pattern.format(quote(text, safe=""))))


NUMBERS = st.one_of(st.floats(allow_nan=True), st.integers(), st.text(max_size=5), st.none())
POINT = st.one_of(st.fixed_dictionaries({"lon": NUMBERS, "lat": NUMBERS}, optional={"datum": HOSTILE}), st.integers(), st.none())


@FUZZ
@given(
    body=st.one_of(
        st.fixed_dictionaries({"points": st.lists(POINT, max_size=3)}, optional={"at": HOSTILE}),
        st.text(),
        st.lists(st.integers()),
    )
)
def test_no_body_breaks_the_server(client, body):
    text = json.dumps(body)
    answer = client.post("/api/v1/locate", content=text.encode(), headers={"content-type": "application/json"})
    assert_answered_or_refused(answer)


def test_an_unknown_address_and_method_are_problems(client):
    missing, forbidden = client.get("/api/v1/nothing"), client.delete("/api/v1/meta")
    assert (missing.status_code, missing.json()["code"]) == (404, "unknown_route")
    assert (forbidden.status_code, forbidden.json()["code"]) == (405, "method_not_allowed")


def test_a_database_that_cannot_be_reached_is_a_503_that_may_be_repeated(tmp_path, front_end):
    nowhere = Settings(database_url=f"postgresql://nobody:secret@/nothing?host={tmp_path}", web_dist=front_end)
    with TestClient(create_app(nowhere), raise_server_exceptions=False) as client:
        for path in ("/api/v1/meta", "/api/v1/locate?lon=105&lat=28", "/tiles/grids/12/3247/1707.mvt"):
            answer = client.get(path)
            assert (answer.status_code, answer.json()["code"]) == (503, "database_unavailable")
            assert "retry-after" in answer.headers
            assert "secret" not in answer.text and str(tmp_path) not in answer.text
        assert client.get("/healthz").status_code == 200
        assert client.get("/readyz").json() == {
            "ready": False,
            "checks": {"database": False, "migrations": False, "front_end": True},
        }


def test_a_fault_of_our_own_is_a_500_that_says_nothing_of_it(town_url, front_end, caplog):
    app = create_app(Settings(database_url=town_url, web_dist=front_end))

    def fault():
        raise ZeroDivisionError("the secret of line 7")

    app.router.routes.insert(0, APIRoute("/fault", fault))
    with TestClient(app, raise_server_exceptions=False) as client:
        answer = client.get("/fault")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
    assert "secret" not in answer.text
    assert "the secret of line 7" in caplog.text
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_front_end_that_is_not_built_is_said_so(town_url, tmp_path):
    with TestClient(create_app(Settings(database_url=town_url, web_dist=tmp_path / "none"))) as client:
        answer = client.get("/")
        assert (answer.status_code, answer.json()["code"]) == (503, "front_end_missing")
        assert client.get("/api/v1/meta").status_code == 200


def test_the_front_end_is_served_with_its_files_kept_forever_and_its_page_asked_for_anew(client):
    page, script = client.get("/"), client.get("/assets/index-abc123.js")
    assert (page.status_code, page.headers["cache-control"]) == (200, "no-cache")
    assert "immutable" in script.headers["cache-control"]
    assert client.get("/assets/../../conftest.py").status_code == 404
    assert client.get("/%2e%2e/%2e%2e/etc/passwd").status_code == 404


@pytest.mark.parametrize(
    "path", ["/", "/healthz", "/api/v1/meta", "/api/v1/nothing", "/tiles/grids/12/3247/1707.mvt", "/assets/index-abc123.js"]
)
def test_every_answer_carries_the_security_headers(client, path):
    headers = client.get(path).headers
    assert {name.lower(): value for name, value in SECURITY_HEADERS.items()}.items() <= dict(headers).items()
    assert "access-control-allow-origin" not in headers


def test_long_answers_are_compressed(client):
    answer = client.get("/api/v1/incidents", params={"limit": 500}, headers={"accept-encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert len(answer.json()["features"]) == 500


def test_the_log_tells_the_path_and_not_the_query(client, caplog):
    caplog.set_level("INFO", logger="wangge.access")
    client.get("/api/v1/locate", params={"lon": 105.41, "lat": 28.805})
    assert "path='/api/v1/locate' status=200" in caplog.text
    assert "105.41" not in caplog.text


@pytest.mark.parametrize("kind", ["requests", "tokens"])
def test_the_log_does_not_tell_the_token_of_who_reported(client, caplog, kind):
    caplog.set_level("INFO", logger="wangge.access")
    client.get(f"/open311/v2/{kind}/5105022026050299999-Zm9v_-Jh.json")
    assert f"path='/open311/v2/{kind}/5105022026050299999-….json' status=404" in caplog.text
    assert "Zm9v" not in caplog.text
