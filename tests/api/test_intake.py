"""POST /incidents: a report has its grid, its worker and its number at once, and is in once."""

import io
import itertools
import json
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from api.app import create_app
from api.intake_models import Duplicates, Photos, ReportTaken, UnassignedQueue
from api.settings import Settings
from boundaries.codes import level_of
from gis.datum import from_wgs84
from incidents.intake import Report, digest
from tests import people, workers
from tests.api import town
from tests.registers import register_of_module

pytestmark = pytest.mark.database

ROAD, FIRE = "0406", "0402"
SERIAL = itertools.count()
BORDER, WEST, BARE, OUTSIDE = (105.44, 28.81), (105.41, 28.805), (105.41, 28.83), (105.39, 28.805)
OTHER_TOWN = "510503"


@pytest.fixture(scope="module")
def engine(cluster, _template):
    with register_of_module(cluster, _template, "intake") as engine:
        town.store(engine)
        with engine.begin() as connection:
            workers.serving(connection, town.WEST_GRID)
        yield engine


@pytest.fixture(scope="module")
def intake(engine, front_end, home):
    given = Settings(home=home, database_url=engine.url.render_as_string(False), web_dist=front_end, stamp_seconds=0)
    with TestClient(create_app(given), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(scope="module")
def dispatcher(engine):
    return people.as_role(engine, "dispatcher")


@pytest.fixture
def send(intake, dispatcher):
    """Report as a dispatcher of the city, or as someone else; the answer."""

    def sent(place=WEST, *, key=None, headers=None, files=None, **said):
        body = {"matter": ROAD, "lon": place[0], "lat": place[1], "datum": "cgcs2000"} | said
        intake.cookies.clear()
        sender = (dispatcher if headers is None else headers) | ({"idempotency-key": key} if key else {})
        if files is not None:
            return intake.post("/api/v1/incidents", data=body, files=files, headers=sender)
        return intake.post("/api/v1/incidents", content=json.dumps(body), headers=sender)

    return sent


def rows(engine, query, **values):
    with engine.connect() as connection:
        return connection.execute(sa.text(query), values).all()


def count(engine):
    return rows(engine, "SELECT count(*) FROM incident")[0][0]


def refusal(answer):
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    return answer.status_code, answer.json()["code"]


def jpeg(size=(64, 48), colour="red", **options):
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG", **options)
    return out.getvalue()


class TestTaken:
    def test_a_report_has_its_village_grid_micro_grid_and_worker_at_once(self, send):
        answer = send()
        body = answer.json()
        ReportTaken.model_validate_json(answer.text)
        assert answer.status_code == 201
        assert [body[level]["code"] for level in ("village", "grid", "micro_grid")] == [
            "510502001001",
            town.WEST_GRID,
            "51050200100100101",
        ]
        assert body["worker"] == {"name": "王芳", "work_phone": "0830-3101234"}
        assert (body["state"], body["urgent"], body["on_border"], body["distance_m"], body["reason"]) == (
            "reported",
            False,
            False,
            0,
            None,
        )

    def test_it_is_numbered_by_county_and_day_without_gap_and_its_course_begins_with_the_report(self, send, engine):
        first, second = (send(OUTSIDE if nth else WEST).json()["no"] for nth in range(2))
        assert first[:6] == "510502" and int(second) == int(first) + 1
        course = rows(
            engine,
            """SELECT action, from_state, to_state, event.actor, account.name FROM incident_event AS event
            JOIN incident ON incident.id = incident_id JOIN account ON account.id = account_id WHERE no = :no""",
            no=first,
        )
        assert [tuple(event) for event in course] == [("report", None, "reported", course[0].name, course[0].name)]

    def test_on_a_border_the_smallest_code_owns_it_and_the_others_are_named(self, send):
        body = send(BORDER).json()
        assert (body["grid"]["code"], body["on_border"], [each["code"] for each in body["also"]]) == (
            town.MIDDLE_GRID,
            True,
            [town.EAST_GRID],
        )

    def test_what_is_urgent_is_given_to_the_competent_department_at_once(self, send, engine):
        body = send(matter=FIRE).json()
        assert body["urgent"] and body["state"] == "dispatched"
        row = rows(engine, "SELECT department, due_at, clock FROM incident WHERE no = :no", no=body["no"])[0]
        assert row.department == body["department"] and row.department and row.due_at and row.clock
        course = rows(
            engine,
            "SELECT action FROM incident_event JOIN incident ON incident.id = incident_id WHERE no = :no ORDER BY 1 DESC",
            no=body["no"],
        )
        assert [event.action for event in course] == ["report", "dispatch"]

    @pytest.mark.parametrize("datum", ["wgs84", "gcj02", "bd09"])
    def test_a_position_in_another_datum_is_moved_and_what_was_declared_is_kept(self, send, engine, datum):
        declared = from_wgs84([WEST], datum)[0].tolist()
        body = send(declared, datum=datum).json()
        row = rows(
            engine,
            """SELECT ST_X(geom) AS lon, ST_Y(geom) AS lat, declared_datum, declared_lon, declared_lat
            FROM incident WHERE no = :no""",
            no=body["no"],
        )[0]
        assert body["grid"]["code"] == town.WEST_GRID
        assert (row.lon, row.lat) == pytest.approx(WEST, abs=1.1e-7)
        assert (row.declared_datum, row.declared_lon, row.declared_lat) == (datum, *declared)

    def test_html_stays_the_text_that_it_is(self, send, engine):
        text = "<script>alert('x')</script>\n&amp; 路面 𠮷 “塌陷”; DROP TABLE incident; --"
        no = send(description=f"  {text}\r\n").json()["no"]
        assert rows(engine, "SELECT description FROM incident WHERE no = :no", no=no)[0][0] == text

    def test_a_phone_that_was_out_of_reach_says_when_it_was_noted_and_its_clock_decides_nothing(self, send, engine):
        body = send(source="phone", noted_at="1999-01-01T00:00:00+08:00").json()
        row = rows(
            engine,
            """SELECT detail, abs(extract(epoch FROM now() - reported_at)) AS age FROM incident_event
            JOIN incident ON incident.id = incident_id WHERE no = :no""",
            no=body["no"],
        )[0]
        assert row.detail == {"noted_at": "1999-01-01T00:00:00+08:00"} and row.age < 60


class TestOutside:
    def test_what_has_no_grid_is_taken_with_the_nearest_grid_and_the_reason(self, send, intake, dispatcher):
        outside, bare = send(OUTSIDE).json(), send(BARE).json()
        assert outside["grid"] is None and outside["nearest"]["code"] == town.WEST_GRID and outside["distance_m"] > 900
        assert (outside["village"], outside["reason"]) == (None, "outside_every_village")
        assert (bare["village"]["code"], bare["reason"]) == (town.BARE_VILLAGE, "village_not_divided")
        answer = intake.get("/api/v1/incidents/unassigned", headers=dispatcher)
        UnassignedQueue.model_validate_json(answer.text)
        queue = {each["no"]: each for each in answer.json()["incidents"]}
        assert {no: queue[no]["reason"] for no in (outside["no"], bare["no"])} == {
            outside["no"]: "outside_every_village",
            bare["no"]: "village_not_divided",
        }
        assert queue[bare["no"]]["village_code"] == town.BARE_VILLAGE

    def test_the_queue_shows_what_is_nearest_to_ones_own_grids(self, send, intake, engine):
        no = send(OUTSIDE).json()["no"]
        for scope, seen in (("510502", True), (OTHER_TOWN, False)):
            headers = people.as_role(engine, "dispatcher", scope)
            intake.cookies.clear()
            assert (no in intake.get("/api/v1/incidents/unassigned?limit=1000", headers=headers).text) == seen

    @pytest.mark.parametrize(
        ("place", "code", "probably"),
        [
            ((28.805, 105.41), "swapped_lonlat", None),
            ((0, 0), "position_zero", None),
            ((-105.41, 28.805), "position_far_away", [105.41, 28.805]),
            ((10.541, 28.805), "position_far_away", [105.41, 28.805]),
            ((120.0, 20.0), "position_far_away", None),
            ((558000, 3187000), "outside_lonlat", None),
            ((181, 28), "outside_lonlat", None),
        ],
    )
    def test_a_position_that_must_be_wrong_is_refused_with_what_is_probably_meant(self, send, engine, place, code, probably):
        before = count(engine)
        answer = send(place)
        assert refusal(answer) == (422, code)
        assert answer.json().get("details", {}).get("probably") == probably
        assert count(engine) == before

    @pytest.mark.parametrize(
        ("said", "code"),
        [
            ({"datum": ""}, "undeclared_datum"),
            ({"datum": "nad27"}, "unknown_datum"),
            ({"matter": "none"}, "unknown_matter"),
            ({"description": "bell\x07"}, "bad_description"),
            ({"description": "x" * 2001}, "invalid_parameter"),
            ({"address": "nul\x00"}, "bad_address"),
            ({"contact": "\x1b[31m"}, "bad_contact"),
            ({"lon": "east"}, "invalid_parameter"),
            ({"lon": float("nan")}, "invalid_parameter"),
            ({"grid": town.WEST_GRID}, "invalid_parameter"),
            ({"source": "synthetic"}, "invalid_parameter"),
            ({"noted_at": "2026-05-01T08:00:00"}, "invalid_parameter"),
        ],
    )
    def test_what_cannot_be_used_is_refused_in_words(self, send, said, code):
        assert refusal(send(**said)) == (422, code)

    def test_a_body_that_is_no_json_is_refused(self, intake, dispatcher):
        for body in (b"", b"{", b"[1]", b'{"a":' * 5000, b"\xff\xfe", b'{"description":"\\ud800"}'):
            answer = intake.post("/api/v1/incidents", content=body, headers=dispatcher)
            assert refusal(answer)[0] in (400, 422)

    def test_a_datum_that_is_left_out_is_asked_for(self, intake, dispatcher):
        answer = intake.post("/api/v1/incidents", json={"matter": ROAD, "lon": 105.41, "lat": 28.805}, headers=dispatcher)
        assert refusal(answer) == (422, "undeclared_datum")


class TestRights:
    def test_a_worker_reports_where_the_grids_code_is_in_reach(self, send, engine):
        worker = people.as_role(engine, "worker", town.WEST_GRID)
        assert send(headers=worker).status_code == 201
        assert refusal(send(BORDER, headers=worker)) == (403, "forbidden")

    def test_outside_every_grid_whoever_reports_anywhere_may(self, send, engine):
        assert send(OUTSIDE, headers=people.as_role(engine, "worker", OTHER_TOWN)).status_code == 201

    def test_nobody_else_reports(self, send, engine):
        before = count(engine)
        assert refusal(send(headers={})) == (401, "not_signed_in")
        assert refusal(send(headers=people.as_role(engine, "county_officer"))) == (403, "forbidden")
        assert count(engine) == before


class TestOnce:
    def test_a_report_that_comes_again_is_answered_with_the_first(self, send, engine):
        before = count(engine)
        first, again = send(key="again-1", description="坑"), send(key="again-1", description="坑")
        assert (first.status_code, again.status_code) == (201, 200)
        assert first.json() == again.json()
        assert count(engine) == before + 1

    def test_another_report_under_the_same_key_is_refused(self, send, engine):
        assert send(key="again-2").status_code == 201
        before = count(engine)
        assert refusal(send(key="again-2", description="别的")) == (409, "key_used")
        assert refusal(send(key="again-2", files={"photo": ("a.jpg", jpeg())})) == (409, "key_used")
        assert count(engine) == before

    def test_keys_of_different_senders_do_not_meet(self, send, engine):
        mine = send(key="again-3").json()["no"]
        assert send(key="again-3", headers=people.as_role(engine, "dispatcher")).json()["no"] != mine

    def test_without_a_key_every_report_is_its_own(self, send):
        assert send().json()["no"] != send().json()["no"]

    def test_a_key_that_is_none_is_refused(self, send):
        assert refusal(send(key="x" * 101)) == (422, "bad_idempotency_key")

    def test_a_hundred_that_come_at_once_are_one(self, send, engine):
        before, meeting = count(engine), threading.Barrier(10, timeout=30)

        def sent(_):
            meeting.wait()
            return [send(key="storm", description="同一个").json()["no"] for _ in range(10)]

        with ThreadPoolExecutor(10) as pool:
            numbers = {no for several in pool.map(sent, range(10)) for no in several}
        assert len(numbers) == 1 and count(engine) == before + 1

    @settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 1)), min_size=1, max_size=6))
    def test_whatever_comes_again_in_whatever_order_each_key_is_one_incident(self, send, order):
        run, first = next(SERIAL), {}
        for key, body in order:
            answer = send(key=f"run-{run}-{key}", description=f"第{body}种")
            if key not in first:
                assert answer.status_code == 201
                first[key] = body, answer.json()["no"]
            elif first[key][0] == body:
                assert (answer.status_code, answer.json()["no"]) == (200, first[key][1])
            else:
                assert refusal(answer) == (409, "key_used")


class TestPhotos:
    def test_photos_come_with_the_form_and_are_served_as_pictures_alone(self, send, intake, dispatcher):
        exif = Image.Exif()
        exif[0x010F] = "PhoneMaker"
        files = [("photo", ("a.html", jpeg((3000, 2000), exif=exif), "text/html")), ("photo", ("b.jpg", jpeg()))]
        body = send(files=files).json()
        listed = intake.get(f"/api/v1/incidents/{body['no']}/photos", headers=dispatcher)
        Photos.model_validate_json(listed.text)
        assert [(each["id"], each["width"], each["height"]) for each in listed.json()["photos"]] == [
            (body["photos"][0], 1600, 1067),
            (body["photos"][1], 64, 48),
        ]
        answer = intake.get(f"/api/v1/incidents/{body['no']}/photos/{body['photos'][0]}", headers=dispatcher)
        assert answer.headers["content-type"] == "image/jpeg" and answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
        assert b"PhoneMaker" not in answer.content and Image.open(io.BytesIO(answer.content)).size == (1600, 1067)

    def test_photos_are_for_who_may_see_the_incident(self, send, intake, engine, dispatcher):
        body = send(files={"photo": ("a.jpg", jpeg())}).json()
        path = f"/api/v1/incidents/{body['no']}/photos/{body['photos'][0]}"
        intake.cookies.clear()
        assert refusal(intake.get(path)) == (401, "not_signed_in")
        assert refusal(intake.get(path, headers=people.as_role(engine, "dispatcher", OTHER_TOWN))) == (403, "forbidden")
        other = send().json()["no"]
        moved = f"/api/v1/incidents/{other}/photos/{body['photos'][0]}"
        assert refusal(intake.get(moved, headers=dispatcher)) == (404, "unknown_photo")

    @pytest.mark.parametrize(
        ("data", "status", "code"),
        [
            (jpeg() + bytes(50 << 20), 413, "photo_too_large"),
            (b"<html>", 422, "not_a_photo"),
            (b"", 422, "not_a_photo"),
            (jpeg((900, 900))[:2000], 422, "photo_damaged"),
        ],
    )
    def test_a_photo_that_cannot_be_used_refuses_the_report_and_names_it(self, send, engine, data, status, code):
        before = count(engine)
        answer = send(files=[("photo", ("a.jpg", jpeg())), ("photo", ("b.jpg", data))])
        assert refusal(answer) == (status, code)
        assert answer.json()["detail"].startswith("Photo 2 ")
        assert count(engine) == before

    def test_more_than_five_photos_files_of_another_name_and_a_broken_form_are_refused(self, send, intake, dispatcher):
        assert refusal(send(files=[("photo", ("a.jpg", jpeg()))] * 6)) == (422, "too_many_photos")
        assert refusal(send(files={"virus": ("a.jpg", jpeg())})) == (422, "bad_upload")
        broken = dispatcher | {"content-type": "multipart/form-data"}
        assert refusal(intake.post("/api/v1/incidents", content=b"--x", headers=broken)) == (422, "bad_upload")

    def test_a_body_beyond_all_measure_is_refused_before_it_is_read(self, send):
        assert refusal(send(files={"photo": ("a.jpg", bytes(61 << 20))})) == (413, "body_too_large")


class TestDuplicates:
    def test_what_is_near_recent_and_of_the_same_matter_is_offered(self, send, intake, dispatcher):
        place = (105.4303, 28.8055)
        first = send(place, matter="0407").json()["no"]
        near = send((place[0] + 0.0003, place[1]), matter="0407").json()["no"]
        far = send((place[0] + 0.003, place[1]), matter="0407").json()["no"]
        send(place, matter="0502")
        path = f"/api/v1/incidents/{first}/duplicates"
        answer = intake.get(path, headers=dispatcher)
        Duplicates.model_validate_json(answer.text)
        (found,) = answer.json()["duplicates"]
        assert found["no"] == near and found["distance_m"] == pytest.approx(29.3, abs=0.5)
        wider = intake.get(path, params={"within_m": 500}, headers=dispatcher).json()["duplicates"]
        assert [each["no"] for each in wider] == [near, far]
        assert intake.get(path, params={"hours": 1e-9}, headers=dispatcher).json()["duplicates"] == []

    def test_what_lies_beyond_ones_scope_is_not_told(self, send, intake, engine, dispatcher):
        west, east = send((BORDER[0] - 0.0001, BORDER[1]), matter="0408"), send((BORDER[0] + 0.0001, BORDER[1]), matter="0408")
        mine, other = west.json(), east.json()
        assert mine["grid"]["code"] != other["grid"]["code"]
        path = f"/api/v1/incidents/{mine['no']}/duplicates"
        assert [each["no"] for each in intake.get(path, headers=dispatcher).json()["duplicates"]] == [other["no"]]
        intake.cookies.clear()
        near = people.as_role(engine, "dispatcher", mine["grid"]["code"])
        assert intake.get(path, headers=near).json()["duplicates"] == []


class TestContact:
    def test_a_contact_is_sealed_and_each_look_is_written_down(self, send, intake, engine, dispatcher, home):
        no = send(contact="李先生 139 0000 0000").json()["no"]
        query = "SELECT sealed FROM incident_contact JOIN incident ON incident.id = incident_id WHERE no = :no"
        assert b"139" not in bytes(rows(engine, query, no=no)[0][0])
        assert (home / "contact.key").stat().st_mode & 0o777 == 0o600
        looks = "SELECT count(*) FROM audit WHERE action = 'incident.contact' AND record = :record"
        assert rows(engine, looks, record=f"incident:{no}")[0][0] == 0
        answer = intake.post(f"/api/v1/incidents/{no}/contact", headers=dispatcher)
        assert answer.json() == {"contact": "李先生 139 0000 0000"} and answer.headers["cache-control"] == "no-store"
        assert rows(engine, looks, record=f"incident:{no}")[0][0] == 1

    def test_who_has_not_the_right_sees_none_and_where_there_is_none_that_is_said(self, send, intake, engine, dispatcher):
        no = send(contact="139").json()["no"]
        for headers in (people.as_role(engine, "worker"), people.as_role(engine, "dispatcher", OTHER_TOWN)):
            intake.cookies.clear()
            assert refusal(intake.post(f"/api/v1/incidents/{no}/contact", headers=headers)) == (403, "forbidden")
        assert refusal(intake.post(f"/api/v1/incidents/{send().json()['no']}/contact", headers=dispatcher)) == (404, "no_contact")

    def test_it_is_not_found_by_trying_numbers_on_the_digest_of_a_submission(self, send, engine):
        kept = "SELECT digest FROM submission WHERE key = :key"
        known = {"matter_code": ROAD, "lon": WEST[0], "lat": WEST[1], "datum": "cgcs2000"}
        assert send(key="contact-none").status_code == 201
        assert bytes(rows(engine, kept, key="contact-none")[0][0]) == digest(Report(**known)), "all else is known"
        assert send(key="contact-some", contact="139").status_code == 201
        assert bytes(rows(engine, kept, key="contact-some")[0][0]) != digest(Report(**known, contact="139"), blind=str)
        assert send(key="contact-some", contact="139").status_code == 200
        assert refusal(send(key="contact-some", contact="138")) == (409, "key_used")

    def test_nothing_else_in_the_database_holds_it(self, send, engine):
        send(contact="139-7777-1234", description="x")
        for table in ("incident", "incident_event", "submission", "audit"):
            assert not rows(engine, f"SELECT FROM {table} AS row WHERE row::text LIKE '%139-7777-1234%'")


def test_the_places_of_these_tests_lie_where_they_are_said_to():
    assert level_of(town.WEST_GRID) == "grid" and OUTSIDE[0] < 105.4 < BARE[0]
