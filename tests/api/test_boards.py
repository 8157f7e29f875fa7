"""Boards and cards over HTTP: looked at, asked for by those who may, and refused in a sentence."""

import io
import re

import pypdfium2
import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from boundaries.city_settings import SUPERVISION_PHONE
from boundaries.store import city_settings
from tests import people
from tests.api import town
from tests.api.board_asking import BOARD, COUNTY, VILLAGE, asking, client_of, hanging, register_to_print, text_of, wanted

pytestmark = pytest.mark.database


@pytest.fixture(scope="module")
def engine(cluster, _template):
    with register_to_print(cluster, _template, "boards_looked_at") as engine:
        yield engine


@pytest.fixture(scope="module")
def application(engine, front_end):
    with client_of(engine, front_end) as client:
        yield client


@pytest.fixture
def ask(application, engine):
    return asking(application, engine)


# ---------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("size", "wide", "high"), [("A3", 420, 297), ("A4", 297, 210)])
def test_a_board_can_be_looked_at_without_being_written_down(ask, size, wide, high):
    answer = ask("GET", f"{BOARD}.pdf", params={"size": size})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    document = pypdfium2.PdfDocument(io.BytesIO(answer.content))
    assert len(document) == 1 and [round(each * 25.4 / 72) for each in document[0].get_size()] == [wide, high]
    document.close()
    assert hanging(ask).boards == []


def test_the_page_of_a_board_runs_nothing_and_fetches_nothing(ask):
    answer = ask("GET", f"{BOARD}.html")
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-") and "unsafe" not in policy
    assert "<script" not in answer.text and not re.search(r'(src|href)="', answer.text)
    assert not re.search(r'<[^>]+ style="', answer.text)
    assert 'class="qr"' in answer.text and 'class="map"' in answer.text


def test_a_card_can_be_looked_at(ask):
    pages = text_of(ask("GET", f"/api/v1/grids/{town.WEST_GRID}/card.pdf").content)
    assert len(pages) == 1 and "监督电话" in pages[0]


# --- bad input ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 422, "missing_parameter"),
        ({"within": VILLAGE, "grids": [town.WEST_GRID]}, 422, "missing_parameter"),
        ({"grids": []}, 409, "nothing_to_print"),
        ({"within": town.BARE_VILLAGE}, 409, "nothing_to_print"),
        ({"within": "x"}, 403, "forbidden"),
        ({"within": "510502<script>"}, 422, "bad_code"),
        ({"grids": ["510502001001099"]}, 404, "unknown_unit"),
        ({"grids": [VILLAGE]}, 404, "unknown_unit"),
        ({"grids": [town.EAST_GRID]}, 403, "forbidden"),
        ({"within": ""}, 403, "forbidden"),
        ({"grids": ["\x00"]}, 422, "invalid_parameter"),
        ({"grids": [town.WEST_GRID], "kind": "poster"}, 422, "invalid_parameter"),
        ({"grids": [town.WEST_GRID], "size": "A0"}, 422, "invalid_parameter"),
        ({"grids": [town.WEST_GRID] * 1001}, 422, "invalid_parameter"),
    ],
)
def test_what_cannot_be_printed_gets_a_clear_answer(ask, body, status, code):
    answer = ask("POST", "/api/v1/boards", json=body)
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text


@pytest.fixture
def _no_phone(engine):
    with engine.begin() as connection:
        city_settings.put(connection, SUPERVISION_PHONE, None)
    yield
    with engine.begin() as connection:
        city_settings.put(connection, SUPERVISION_PHONE, "0830-12345")


@pytest.mark.usefixtures("_no_phone")
def test_without_a_supervision_phone_nothing_is_printed_and_a_look_says_what_is_missing(ask):
    answer = ask("POST", "/api/v1/boards", json={"grids": [town.WEST_GRID]})
    assert (answer.status_code, answer.json()["code"]) == (409, "no_supervision_phone")
    assert "尚未设置" in text_of(ask("GET", f"{BOARD}.pdf").content)[0]


def test_what_is_not_there_and_what_belongs_to_others(ask, engine):
    assert ask("GET", "/api/v1/boards/jobs/999999").json()["code"] == "unknown_print_job"
    job = wanted(ask, grids=[town.WEST_GRID])
    assert ask("GET", f"/api/v1/boards/jobs/{job.id}.pdf").json()["code"] == "no_print_file"
    elsewhere = people.as_role(engine, "county_officer", "510503")
    for path in (f"/api/v1/boards/jobs/{job.id}", f"/api/v1/boards/jobs/{job.id}.pdf", f"{BOARD}.pdf", f"{BOARD}.html"):
        assert ask("GET", path, headers=elsewhere).json()["code"] == "forbidden"
    assert ask("GET", f"{BOARD}.pdf", headers={}).json()["code"] == "not_signed_in"


def test_a_host_that_no_code_could_hold_is_refused(engine, front_end):
    settings = Settings(database_url=engine.url.render_as_string(False), web_dist=front_end)
    officer = people.as_role(engine, "county_officer", COUNTY) | {"host": "a" * 4000}
    with TestClient(create_app(settings)) as client:
        asked = [
            client.post("/api/v1/boards", json={"grids": [town.WEST_GRID]}, headers=officer),
            client.get(f"{BOARD}.html", headers=officer),
        ]
    assert [(answer.status_code, answer.json()["code"]) for answer in asked] == [(400, "bad_request")] * 2
