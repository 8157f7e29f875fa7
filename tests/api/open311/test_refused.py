"""Open311 GeoReport v2: bad input."""

import json

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from tests.api.open311.asking import POTHOLE, count, refused, send, sent, stored

pytestmark = pytest.mark.database


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("given", "status", "code"),
        [
            ({"service_code": None}, 400, "missing_parameter"),
            ({"service_code": ""}, 400, "missing_parameter"),
            ({"service_code": "9999"}, 404, "unknown_matter"),
            ({"lat": None, "long": None}, 400, "missing_parameter"),
            ({"lat": None}, 400, "missing_parameter"),
            ({"long": " "}, 400, "missing_parameter"),
            ({"lat": None, "long": None, "address_id": "17"}, 400, "no_address_ids"),
            ({"lat": "1e400"}, 400, "bad_number"),
            ({"lat": "nan"}, 400, "bad_number"),
            ({"lat": "１２"}, 400, "bad_number"),
            ({"lat": "1" * 5000}, 400, "bad_number"),
            ({"lat": "105.41", "long": "28.805"}, 400, "swapped_lonlat"),
            ({"lat": "0", "long": "0"}, 400, "position_zero"),
            ({"lat": "48.85", "long": "2.35"}, 400, "position_far_away"),
            ({"description": "x" * 2001}, 400, "bad_description"),
            ({"description": "bell\x07"}, 400, "bad_description"),
            ({"description": "\x00"}, 400, "invalid_parameter"),
            ({"service_code": "\x00"}, 400, "invalid_parameter"),
            ({"service_code": "許" * 5000}, 404, "unknown_matter"),
            ({"lat": None, "address_string": "\x00"}, 400, "invalid_parameter"),
            ({"lat": None, "long": None, "address_string": "。"}, 400, "empty_query"),
            ({"lat": None, "long": None, "address_string": "路" * 300}, 400, "address_too_long"),
            ({"phone": "1" * 201}, 400, "bad_contact"),
            ({"api_key": "wgt_no"}, 403, "bad_token"),
            ({"api_key": "x"}, 403, "bad_token"),
            ({"jurisdiction_id": "sfgov.org"}, 404, "unknown_jurisdiction"),
        ],
    )
    def test_a_request_that_cannot_be_used(self, client, engine, given, status, code):
        before = count(engine)
        body = {name: value for name, value in (POTHOLE | given).items() if value is not None}
        for format in ("xml", "json"):
            refused(send(client, body, format=format), status, code)
        assert count(engine) == before

    BOMB = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><service_code>&b;</service_code>'

    @pytest.mark.parametrize(
        ("kind", "body"),
        [
            ("text/xml", BOMB),
            ("application/xml", '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'),
            ("multipart/form-data; boundary=x", "--x--"),
            ("application/json", "[" * 50_000),
            ("application/json", "{" * 5000),
            ("application/json", '{"lat": NaN}'),
            ("application/json", '["lat"]'),
            ("application/json", b"\xff\xfe"),
            ("application/x-www-form-urlencoded", b"description=%ff"),
            ("application/x-www-form-urlencoded", "&".join(f"a{n}=1" for n in range(200))),
            ("", "x"),
        ],
    )
    def test_a_body_that_is_no_form_and_no_json(self, client, kind, body):
        refused(client.post("requests.xml", content=body, headers={"content-type": kind}), 400, "unreadable_body")

    def test_half_a_character_of_json_is_refused(self, client):
        body = json.dumps(POTHOLE | {"service_code": "\ud800"})
        answer = client.post("requests.xml", content=body, headers={"content-type": "application/json"})
        refused(answer, 400, "invalid_parameter")

    def test_ten_megabytes_are_not_read(self, client):
        form = {"content-type": "application/x-www-form-urlencoded"}
        for format in ("xml", "json"):
            said = refused(client.post(f"requests.{format}", content=b"x" * (10 << 20), headers=form), 413, "body_too_large")
            assert "64 KB" in said

    def test_html_stays_text_and_comes_back_nowhere(self, client, engine):
        text = '<script>alert("1")</script> &amp; ]]>'
        no = sent(client, POTHOLE | {"description": text})
        assert stored(engine, no, "description").description == text and "alert" not in client.get("requests.xml").text
        asked = client.get("requests.xml", params={"start_date": "<b>&x;"})
        refused(asked, 400, "bad_instant")
        assert "<b>" not in asked.text and asked.headers["x-content-type-options"] == "nosniff"

    @pytest.mark.parametrize(
        "query",
        [
            {"status": "done"},
            {"service_code": "\x00"},
            {"service_request_id": "\x00"},
            {"jurisdiction_id": "5" * 41},
            {"page": "0"},
            {"page": "x"},
            {"page_size": "1001"},
            {"page_size": "1e3"},
            {"start_date": "2026-01-01T00:00:00Z", "end_date": "2026-05-01T00:00:00Z"},
            {"service_request_id": ",".join(map(str, range(101)))},
        ],
    )
    def test_a_question_that_cannot_be_answered(self, client, query):
        refused(client.get("requests.json", params=query), 400, "invalid_parameter")

    def test_what_is_not_there(self, client):
        refused(client.get("services/9999.xml"), 404, "unknown_service")
        refused(client.get("services.json", params={"jurisdiction_id": "510502001"}), 404, "unknown_jurisdiction")
        refused(client.get("requests/5105022026050299999.json"), 404, "unknown_report")
        refused(client.get("requests/%00.json"), 404, "unknown_report")
        assert client.get("nothing.xml").status_code == 404
        refused(client.get("services.html"), 400, "invalid_parameter")

    def test_a_parameter_that_is_empty_is_one_that_is_not_there(self, client):
        empty = dict.fromkeys(
            ("status", "page", "start_date", "bbox", "service_code", "service_request_id", "jurisdiction_id"), ""
        )
        assert client.get("requests.json", params=empty).json() == client.get("requests.json").json() != []

    def test_an_address_that_reports_too_often_is_told_when_it_may_again(self, engine, front_end, tmp_path):
        url = engine.url.render_as_string(False)
        app = create_app(Settings(home=tmp_path, database_url=url, web_dist=front_end, public_reports_per_hour=2))
        with TestClient(app, base_url="http://testserver/open311/v2/") as client:
            assert [send(client).status_code for _ in range(3)] == [201, 201, 429]
            again = send(client, POTHOLE | {"api_key": "guess"}, format="xml")
            refused(again, 429, "too_many_reports")
            assert 0 < int(again.headers["retry-after"]) <= 3600
