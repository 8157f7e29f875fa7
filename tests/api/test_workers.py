"""Grid workers over HTTP: records, absences, grids without anybody, badges; for those who keep them, but the badge check."""

import io
import re

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient
from pypdf import PdfReader

from api.app import create_app
from api.rates import Rates
from api.settings import Settings
from api.worker_models import Badge, Duties, GridWorker, GridWorkers, UnstaffedGrids, WorkerDetail, WorkerFigures
from boundaries.publication.badge import Badge as Card
from boundaries.publication.badge import address_of, badge_page
from tests import people
from tests.api import town
from tests.registers import register_of_module
from tests.workers import day, qualified, serving

pytestmark = pytest.mark.database

VILLAGE = "510502001001"
WORKERS = "/api/v1/grid-workers"
DUTIES = f"/api/v1/grids/{town.WEST_GRID}/duties"
NEW = {"scope": VILLAGE, "name": "王芳", "work_phone": "0830-3101234", "kind": "part_time"}
MM = 72 / 25.4


@pytest.fixture(scope="module")
def engine(cluster, _template):
    with register_of_module(cluster, _template, "workers_http") as engine:
        town.store(engine)
        yield engine


@pytest.fixture(scope="module")
def client(engine, front_end):
    with TestClient(create_app(Settings(database_url=engine.url.render_as_string(False), web_dist=front_end))) as client:
        yield client


@pytest.fixture(scope="module")
def community(engine):
    return people.as_role(engine, "community", VILLAGE)


@pytest.fixture
def ask(client, community):
    """Ask as the community, or as somebody else."""

    def asked(method, path, body=None, *, headers=community, **sent):
        client.cookies.clear()
        return client.request(method, path, json=body, headers=headers, **sent)

    return asked


@pytest.fixture
def worker(ask):
    return GridWorker.model_validate(ask("POST", WORKERS, NEW).json()).id


def iso(days):
    return day(days).isoformat()


def qualify(ask, worker):
    ask("POST", f"{WORKERS}/{worker}/training", {"held_on": iso(-9), "course": "岗前培训", "hours": 16})
    return ask("POST", f"{WORKERS}/{worker}/assessments", {"held_on": iso(-8), "passed": True, "score": 91.5})


def detail(ask, worker):
    return WorkerDetail.model_validate(ask("GET", f"{WORKERS}/{worker}").json())


def served(ask):
    return Duties.model_validate(ask("GET", DUTIES, headers={}).json()).duties


def test_a_worker_is_trained_assessed_and_put_on_duty(ask, worker):
    assert ask("POST", DUTIES, {"worker_id": worker}).json()["code"] == "worker_not_trained"
    answer = qualify(ask, worker)
    assert answer.status_code == 201
    told = WorkerDetail.model_validate(answer.json())
    assert (told.qualified, told.trained_on, told.assessed_on, told.absent) == (True, iso(-9), iso(-8), False)
    assert ask("POST", DUTIES, {"worker_id": worker}).status_code == 201
    assert [(row.grid_code, row.role) for row in detail(ask, worker).duties] == [(town.WEST_GRID, "responsible")]


def test_an_annulled_record_stays_with_its_reason_and_the_duty_on_it_ends(ask, worker):
    qualify(ask, worker)
    ask("POST", DUTIES, {"worker_id": worker, "role": "assisting"})
    record = detail(ask, worker).assessments[0].id
    path = f"{WORKERS}/{worker}/assessments/{record}/annul"
    told = WorkerDetail.model_validate(ask("POST", path, {"reason": "录入错误"}).json())
    assert (told.assessments[0].annulled, told.qualified) == ("录入错误", False)
    assert told.duties[0].valid_to is not None and worker not in {row.worker_id for row in served(ask)}
    again = ask("POST", path, {"reason": "x"})
    assert (again.status_code, again.json()["code"]) == (409, "record_is_kept")


def test_in_an_absence_the_public_sees_who_stands_in_and_for_whom(ask, engine):
    with engine.begin() as connection:
        absent = serving(connection, town.WEST_GRID, name="赵敏")
        other = qualified(connection, scope=VILLAGE, name="李强")
    answer = ask("POST", f"{WORKERS}/{absent}/absences", {"until": iso(4), "substitute_id": other})
    assert answer.status_code == 201
    absence = WorkerDetail.model_validate(answer.json()).absences[0]
    assert (absence.substitute.name, absence.until[:10]) == ("李强", iso(4))
    (row,) = (row for row in served(ask) if row.worker_id == other)
    assert (row.name, row.substitutes_for, row.role) == ("李强", "赵敏", "responsible")
    assert detail(ask, absent).absent is True
    assert ask("DELETE", f"{WORKERS}/{absent}/absences/{absence.id}").status_code == 204
    assert "赵敏" in {row.name for row in served(ask)} and other not in {row.worker_id for row in served(ask)}
    ask("PATCH", f"{WORKERS}/{absent}", {"active": False})


def test_a_grid_that_nobody_serves_is_on_the_list_of_whoever_answers_for_it(ask, engine):
    def listed(headers, **query):
        answer = ask("GET", "/api/v1/grids/unstaffed", headers=headers, params=query)
        return {row.code: row for row in UnstaffedGrids.model_validate(answer.json()).grids}

    town_body = people.as_role(engine, "town_planner", "510502001")
    office = people.as_role(engine, "city_office")
    row = listed(town_body)[town.MIDDLE_GRID]
    assert (row.reason, row.since, row.village) == ("never", None, "大山坪社区")
    assert town.EAST_GRID not in listed(town_body)
    assert {town.EAST_GRID, town.MIDDLE_GRID} <= set(listed(office)) == set(listed(office, within="5105"))
    assert set(listed(office, within="510503")) == {town.EAST_GRID, town.NORTH_GRID}
    assert ask("GET", "/api/v1/grids/unstaffed", headers=town_body, params={"within": "510503"}).status_code == 403
    with engine.begin() as connection:
        worker = serving(connection, town.MIDDLE_GRID)
    assert town.MIDDLE_GRID not in listed(town_body)
    ask("PATCH", f"{WORKERS}/{worker}", {"active": False})
    assert listed(town_body)[town.MIDDLE_GRID].reason == "ended"


def test_a_resident_checks_a_badge_and_is_told_nothing_of_one_that_is_no_longer_valid(ask, worker):
    number = detail(ask, worker).badge_no
    path = f"/api/v1/badges/{number.lower()}"
    assert Badge.model_validate(ask("GET", path, headers={}).json()).valid is False
    qualify(ask, worker)
    ask("POST", DUTIES, {"worker_id": worker, "role": "assisting"})
    told = Badge.model_validate(ask("GET", path, headers={}).json())
    assert (told.valid, told.name, told.kind, told.place.name) == (True, "王芳", "part_time", "大山坪社区")
    assert [grid.code for grid in told.grids] == [town.WEST_GRID]
    assert set(told.model_dump()) == {"badge_no", "valid", "name", "kind", "place", "grids"}
    ask("PATCH", f"{WORKERS}/{worker}", {"active": False})
    answer = ask("GET", path, headers={})
    assert Badge.model_validate(answer.json()).valid is False and "王芳" not in answer.text
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("number", ["W0000000000", "nothing", "<script>alert(1)<", "' OR 1=1 --"])
def test_a_number_that_no_badge_has_is_unknown(ask, number):
    answer = ask("GET", f"/api/v1/badges/{number}", headers={})
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_badge")
    assert number not in answer.json()["detail"]


def test_one_address_checks_only_so_many_badges_an_hour(client, ask, monkeypatch):
    monkeypatch.setattr(client.app.state, "badge_rates", Rates(2, what="badge checks"))
    said = [ask("GET", "/api/v1/badges/W0000000000", headers={}) for _ in range(3)]
    assert [answer.status_code for answer in said] == [404, 404, 429]
    assert said[-1].json()["code"] == "too_many_checks" and int(said[-1].headers["retry-after"]) > 0


def test_the_badge_is_one_card_with_name_number_and_code(ask, worker):
    answer = ask("GET", f"{WORKERS}/{worker}/badge.pdf")
    (page,) = PdfReader(io.BytesIO(answer.content)).pages
    assert (round(page.mediabox.width / MM), round(page.mediabox.height / MM)) == (86, 54)
    text = re.sub(r"\s", "", page.extract_text())
    assert detail(ask, worker).badge_no in text and "王芳" in text and "兼职网格员" in text and "大山坪社区" in text


def test_no_name_on_a_badge_is_taken_for_markup():
    page = badge_page(Card("W0000000000", "<b>&\"'", "stationed", "<script>"), "https://example.test")
    assert "<script>" not in page and "<b>" not in page
    assert address_of("https://example.test/", "W0000000000") == "https://example.test/grid.html#badge=W0000000000"


def test_figures_and_records_are_for_those_who_keep_the_workers_alone(ask, engine, worker):
    elsewhere = people.as_role(engine, "county_officer", "510503")
    for path in (f"{WORKERS}/figures", f"{WORKERS}/{worker}", f"{WORKERS}/{worker}/incidents", f"{WORKERS}/{worker}/badge.pdf"):
        assert ask("GET", path, headers={}).json()["code"] == "not_signed_in"
        assert ask("GET", path, headers=people.as_role(engine, "worker", VILLAGE)).json()["code"] == "forbidden"
    assert ask("GET", f"{WORKERS}/{worker}", headers=elsewhere).json()["code"] == "forbidden"
    assert ask("GET", f"{WORKERS}/figures", headers=elsewhere).json()["workers"] == []
    told = WorkerFigures.model_validate(ask("GET", f"{WORKERS}/figures", params={"from": "2026-01-01"}).json())
    (row,) = (row for row in told.workers if row.id == worker)
    assert (row.reported, row.responsible, row.mean_handling_h, told.until) == (None, 0, None, None)


def test_a_list_is_narrowed_to_a_unit_within_ones_reach(ask, worker):
    def listed(within):
        return ask("GET", WORKERS, params={"within": within})

    assert worker in {row.id for row in GridWorkers.model_validate(listed(VILLAGE).json()).workers}
    assert (listed("510503").json()["code"], listed("x").json()["code"]) == ("forbidden", "bad_code")


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("", NEW | {"name": "王" * 200}, 422, "invalid_parameter"),
        ("", NEW | {"name": "<b>王芳</b>"}, 422, "bad_worker"),
        ("", NEW | {"badge_no": "W0000000000"}, 422, "invalid_parameter"),
        ("/{id}/training", {"held_on": "2999-01-01", "course": "x", "hours": 1}, 422, "day_in_future"),
        ("/{id}/training", {"held_on": "2026-02-30", "course": "x", "hours": 1}, 422, "invalid_parameter"),
        ("/{id}/training", {"held_on": "2026-01-05", "course": "x", "hours": -1}, 422, "invalid_parameter"),
        ("/{id}/assessments", {"held_on": "2026-01-05", "passed": True}, 422, "assessment_before_training"),
        ("/{id}/assessments", {"held_on": "2026-01-05", "passed": True, "score": 1000}, 422, "invalid_parameter"),
        ("/{id}/training/99999/annul", {"reason": "x"}, 404, "unknown_record"),
        ("/{id}/diplomas/1/annul", {"reason": "x"}, 422, "invalid_parameter"),
        ("/{id}/absences", {"until": "2020-01-01"}, 422, "bad_absence"),
        ("/{id}/absences", {"until": "2999-01-01", "substitute_id": 99999}, 404, "unknown_worker"),
        ("/99999/training", {"held_on": "2026-01-05", "course": "x", "hours": 1}, 404, "unknown_worker"),
    ],
)
def test_what_cannot_be_done_is_a_problem(ask, worker, path, body, status, code):
    answer = ask("POST", WORKERS + path.format(id=worker), body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_two_overlapping_full_duties_are_refused_with_what_to_do(ask, engine):
    with engine.begin() as connection:
        full = serving(connection, town.WEST_GRID, name="周全")
    answer = ask("POST", f"/api/v1/grids/{town.MIDDLE_GRID}/duties", {"worker_id": full})
    assert (answer.status_code, answer.json()["code"]) == (409, "overlapping_duty")
    assert town.WEST_GRID in answer.json()["detail"] and "End that duty first" in answer.json()["detail"]


def test_nothing_personal_goes_into_the_audit_trail(ask, engine, worker):
    qualify(ask, worker)
    with engine.connect() as connection:
        lines = connection.execute(sa.text("SELECT detail::text FROM audit WHERE action LIKE 'assessment.%'")).scalars().all()
    assert lines and not any("91.5" in line or "passed" in line for line in lines)


def test_the_code_on_a_badge_leads_to_the_public_page_and_not_to_the_host_that_was_asked(engine, front_end, worker):
    keeper = people.as_role(engine, "community", VILLAGE)
    given = {"database_url": engine.url.render_as_string(False), "web_dist": front_end}
    cards = []
    for public_url in (None, "https://wangge.example"):
        with TestClient(create_app(Settings(public_url=public_url, **given))) as client:
            hosts = ("one.internal", "another.internal")
            path = f"{WORKERS}/{worker}/badge.pdf"
            cards.append({client.get(path, headers=keeper | {"host": host}).content for host in hosts})
    assert [len(each) for each in cards] == [2, 1]
