"""Open311 GeoReport v2: the shapes of the specification, what everybody sees and what nobody does, bad input, and paging."""

import itertools
import json
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from xml.etree import ElementTree

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from api.app import create_app
from api.open311 import models
from api.open311.answers import STATES as WORDS
from api.open311.xml_text import xml_text
from api.seals import seal_of
from api.settings import Settings
from boundaries.clock import now
from boundaries.store.connecting import engine_for
from boundaries.store.sessions import actor_named, make_token
from incidents.states import STATES
from incidents.store import flow
from incidents.store.gazetteer import bring_in
from tests import people
from tests.api import town
from tests.incidents.reported import person
from tests.incidents.store.test_gazetteer import small
from tests.registers import register_of_module

pytestmark = pytest.mark.database

ROAD, NEIGHBOURS, GAS = "0406", "0501", "0402"  # a thing; people; urgent
INSIDE = {"lat": "28.805", "long": "105.41"}
POTHOLE = {"service_code": ROAD, "description": "路面塌陷", **INSIDE}
NUMBER, TIME = r"\d{19}", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)"
BOOLEAN, TEXT, DEGREES = "true|false", r"[\s\S]+", r"-?\d+(\.\d+)?"
EMPTY = ""
# The elements of the specification, each with what it may hold: a pattern, a dict of children, or a list of one repeated child.
ATTRIBUTE = {
    "variable": BOOLEAN,
    "code": TEXT,
    "datatype": "string|number|datetime|text|singlevaluelist|multivaluelist",
    "required": BOOLEAN,
    "datatype_description": f"({TEXT})?",
    "order": r"[1-9]\d*",
    "description": TEXT,
    "values": [("value", {"key": TEXT, "name": TEXT})],
}
REQUEST = {
    "service_request_id": TEXT,
    "status": "open|closed",
    "status_notes": f"({TEXT})?",
    "service_name": TEXT,
    "service_code": TEXT,
    "description": EMPTY,
    "agency_responsible": EMPTY,
    "service_notice": EMPTY,
    "requested_datetime": TIME,
    "updated_datetime": TIME,
    "expected_datetime": EMPTY,
    "address": f"({TEXT})?",
    "address_id": r"(\d{15})?",
    "zipcode": EMPTY,
    "lat": f"({DEGREES})?",
    "long": f"({DEGREES})?",
    "media_url": EMPTY,
}
ENDPOINT = {
    "specification": "http://wiki.open311.org/GeoReport_v2",
    "url": "http://testserver/open311/v2",
    "changeset": TIME,
    "type": "production|test",
    "formats": [("format", "text/xml|application/json")],
}
SERVICE = {
    "service_code": TEXT,
    "service_name": TEXT,
    "description": TEXT,
    "metadata": BOOLEAN,
    "type": "realtime|batch|blackbox",
    "keywords": TEXT,
    "group": TEXT,
}
SPECIFICATION = {
    "discovery": {"changeset": TIME, "contact": TEXT, "key_service": TEXT, "endpoints": [("endpoint", ENDPOINT)]},
    "services": [("service", SERVICE)],
    "service_definition": {"service_code": TEXT, "attributes": [("attribute", ATTRIBUTE)]},
    "taken": [("request", {"service_request_id": TEXT, "service_notice": TEXT, "account_id": EMPTY})],
    "token": [("request", {"service_request_id": TEXT, "token": TEXT})],
    "service_requests": [("request", REQUEST)],
    "errors": [("error", {"code": r"\d{3}", "description": TEXT})],
}


def require(element, shape):
    """Hold an element against the specification."""
    assert not element.attrib, element.tag
    if isinstance(shape, str):
        assert len(element) == 0 and re.fullmatch(shape, element.text or ""), (element.tag, element.text)
        return
    assert not (element.text or "").strip(), element.tag
    children = [child.tag for child in element]
    if isinstance(shape, dict):
        assert children == list(shape), (element.tag, children)
        for child in element:
            require(child, shape[child.tag])
    else:
        ((name, below),) = shape
        assert set(children) <= {name}
        for child in element:
            require(child, below)


def spark(element, shape):
    """JSON of an element by the convention that the specification names, with the types of its example."""
    if isinstance(shape, list):
        return [spark(child, shape[0][1]) for child in element]
    if isinstance(shape, dict):
        return {child.tag: spark(child, shape[child.tag]) for child in element}
    if element.text is None:
        return None
    typed = {BOOLEAN: lambda text: text == "true", DEGREES: float, f"({DEGREES})?": float, r"[1-9]\d*": int, r"\d{3}": int}
    return typed.get(shape, str)(element.text)


@pytest.fixture(scope="module")
def engine(cluster, _template):
    with register_of_module(cluster, _template, "open311") as engine:
        town.store(engine)
        with engine.begin() as connection:
            bring_in(connection, "survey", small())
        yield engine


@pytest.fixture(scope="module")
def app(engine, front_end, tmp_path_factory):
    url, home = engine.url.render_as_string(False), tmp_path_factory.mktemp("home")
    settings = Settings(home=home, database_url=url, web_dist=front_end, public_reports_per_hour=3600)
    return create_app(settings)


@pytest.fixture(scope="module")
def client(app):
    with TestClient(app, base_url="http://testserver/open311/v2/", raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def read(client):
    """Ask for something in both formats; the JSON, after both were held against the specification and each other."""

    def asked(path, name, *, root=None, status=200, model=None, **query):
        answers = {kind: client.get(f"{path}.{kind}", params=query) for kind in ("xml", "json")}
        assert {answer.status_code for answer in answers.values()} == {status}, answers["xml"].text
        return held_against(answers["xml"], answers["json"], name, root=root, model=model)

    return asked


def held_against(xml, as_json, name, *, root=None, model=None):
    assert xml.headers["content-type"] == "text/xml; charset=utf-8"
    assert as_json.headers["content-type"] == "application/json; charset=utf-8"
    assert xml.content.startswith(b'<?xml version="1.0" encoding="utf-8"?>\n')
    assert xml.headers["cache-control"] == "no-store"
    element = ElementTree.fromstring(xml.content)
    assert element.tag == (root or name)
    require(element, SPECIFICATION[name])
    found = as_json.json()
    assert spark(element, SPECIFICATION[name]) == found
    for each in found if isinstance(found, list) else [found]:
        assert model is None or model.model_validate(each)
    return found


def send(client, given=POTHOLE, *, format="json", **options):
    return client.post(f"requests.{format}", data=given, **options)


def sent(client, given=POTHOLE, **options):
    answer = send(client, given, **options)
    assert answer.status_code in (200, 201), answer.text
    return answer.json()[0]["service_request_id"]


def refused(answer, status, code):
    """Whether an answer is GeoReport's error, in the format of its address."""
    assert answer.status_code == status, answer.text
    if answer.headers["content-type"].startswith("text/xml"):
        root = ElementTree.fromstring(answer.content)
        require(root, SPECIFICATION["errors"])
        assert root.tag == "errors"
        found = spark(root, SPECIFICATION["errors"])
    else:
        found = answer.json()
    (error,) = found
    assert error["code"] == status and error["description"].endswith(f" ({code})"), error
    return error["description"]


def stored(engine, no, columns="*"):
    with engine.connect() as connection:
        return connection.execute(sa.text(f"SELECT {columns} FROM incident WHERE no = :no"), {"no": no[:19]}).one()


def count(engine):
    with engine.connect() as connection:
        return connection.execute(sa.text("SELECT count(*) FROM incident")).scalar_one()


class TestShapes:
    def test_discovery_says_where_it_is_and_in_which_formats(self, read):
        found = read("discovery", "discovery", model=models.Discovery)
        assert found["endpoints"][0]["formats"] == ["text/xml", "application/json"]
        assert "泸州市" in found["contact"]

    def test_services_are_the_matters_of_the_lists(self, read):
        found = {each["service_code"]: each for each in read("services", "services", model=models.Service)}
        assert found[ROAD]["service_name"] == "道路破损" and found[ROAD]["group"] == "安全隐患排查"
        assert "许可" not in str(found)

    def test_a_definition_tells_what_everybody_will_see(self, read):
        listed, unlisted = (
            read(f"services/{code}", "service_definition", model=models.Definition)["attributes"][0]
            for code in (ROAD, NEIGHBOURS)
        )
        assert not listed["variable"] and "Everybody sees" in listed["description"] and "Not listed" in unlisted["description"]

    def test_a_request_is_taken_in_both_formats_and_followed(self, client, read, engine):
        for format in ("xml", "json"):
            answer = send(client, format=format)
            assert answer.status_code == 201
            if format == "xml":
                root = ElementTree.fromstring(answer.content)
                require(root, SPECIFICATION["taken"])
                assert root.tag == "service_requests"
                no = root[0][0].text
            else:
                (taken,) = answer.json()
                models.Taken.model_validate(taken)
                no = taken["service_request_id"]
            row = stored(engine, no)
            assert (row.source, row.declared_datum, row.reported_by, row.grid_code) == ("open311", "wgs84", None, town.WEST_GRID)
            (found,) = read(f"requests/{no}", "service_requests", model=models.ServiceRequest)
            assert (found["service_request_id"], found["status"], found["service_code"]) == (no, "open", ROAD)
            assert found["requested_datetime"] == found["updated_datetime"]

    def test_the_example_of_the_specification_is_taken_with_all_its_fields(self, client, engine):
        body = (
            "jurisdiction_id=5105&service_code=0406&lat=28.805&long=105.41&address_string=1234+5th+street"
            "&email=smit333%40sfgov.edu&device_id=tt222111&account_id=123456&first_name=john&last_name=smith&phone=111111111"
            "&description=A+large+sinkhole+is+destroying+the+street&media_url=http%3A%2F%2Ffarm3.example%2F2ed477a060.jpg"
            "&attribute[WHISPAWN]=123456&attribute[WHISDORN]=COISL001"
        )
        headers = {"content-type": "application/x-www-form-urlencoded; charset=utf-8"}
        answer = client.post("requests.xml", content=body, headers=headers)
        (request,) = ElementTree.fromstring(answer.content)
        assert answer.status_code == 201 and "no outside host is ever asked" in request.find("service_notice").text
        row = stored(engine, request.find("service_request_id").text)
        assert (row.description, row.address) == ("A large sinkhole is destroying the street", "1234 5th street")
        assert not {"tt222111", "123456", "smith", "john"} & set(map(str, row))

    def test_json_is_taken_as_well_and_numbers_keep_their_digits(self, client, engine):
        answer = client.post("requests.json", json={"service_code": ROAD, "lat": 28.805, "long": 105.41, "attribute": {"a": 1}})
        row = stored(engine, answer.json()[0]["service_request_id"])
        assert (row.declared_lon, row.declared_lat, row.description) == (105.41, 28.805, None)

    def test_every_state_has_its_words(self):
        assert set(WORDS) == set(STATES)

    def test_ids_are_strings_in_json(self, client, read):
        no = sent(client)
        (found,) = read("requests", "service_requests", service_request_id=no)
        assert isinstance(found["service_request_id"], str) and isinstance(found["service_code"], str)

    @given(st.text(max_size=60))
    def test_whatever_a_text_holds_the_xml_can_be_read_and_says_it(self, text):
        (error,) = ElementTree.fromstring(xml_text("errors", [{"description": text}]))
        written = "".join(each if _in_xml(each) else "\ufffd" for each in text)
        assert (error[0].text or "") == written.replace("\r\n", "\n").replace("\r", "\n")


def _in_xml(character):
    code = ord(character)
    return code in (9, 10, 13) or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or code >= 0x10000


class TestWhatEverybodySees:
    GIVEN = POTHOLE | {"description": "我家门口", "address_string": "和平里七号", "phone": "13900000000", "last_name": "王"}

    def test_neither_text_nor_address_nor_contact_nor_place(self, client):
        no = sent(client, self.GIVEN | {"lat": "28.8012345", "long": "105.4034567"})
        texts = [client.get(f"requests/{no}.{kind}").text + client.get(f"requests.{kind}").text for kind in ("xml", "json")]
        for secret in ("我家", "和平里", "1390000", "王", "28.8012", "105.4034", "farm3"):
            assert all(secret not in text for text in texts), secret

    def test_all_requests_of_a_grid_stand_at_one_place_in_it(self, client, engine):
        ids = [sent(client, POTHOLE | {"lat": str(28.801 + n / 1000), "long": "105.405"}) for n in range(3)]
        found = client.get("requests.json", params={"service_request_id": ",".join(ids)}).json()
        assert len({(each["lat"], each["long"]) for each in found}) == 1
        assert found[0]["address"] == "大山坪社区第一网格, 大山坪社区, 南城街道, 江阳区"
        within = sa.text("SELECT ST_Contains(geom, ST_SetSRID(ST_MakePoint(:x, :y), 4490)) FROM unit_version WHERE id = :id")
        with engine.connect() as connection:
            version = stored(engine, ids[0], "grid_version_id").grid_version_id
            assert connection.execute(within, {"x": found[0]["long"], "y": found[0]["lat"], "id": version}).scalar_one()

    def test_the_contact_is_sealed(self, client, engine):
        no = sent(client, self.GIVEN | {"email": "w@example.cn"})
        query = sa.text("SELECT sealed FROM incident_contact JOIN incident ON incident.id = incident_id WHERE no = :no")
        with engine.connect() as connection:
            sealed = bytes(connection.execute(query, {"no": no}).scalar_one())
        assert b"1390000" not in sealed and b"example" not in sealed

    def test_what_is_about_people_is_seen_by_its_number_with_the_token_alone(self, client, read):
        number = sent(client, POTHOLE | {"service_code": NEIGHBOURS})
        no, _, token = number.partition("-")
        assert len(no) == 19 and token
        (found,) = read(f"requests/{number}", "service_requests")
        assert found["service_request_id"] == number and found["service_code"] == NEIGHBOURS
        refused(client.get(f"requests/{no}.xml"), 404, "unknown_report")
        refused(client.get(f"requests/{no}-{'A' * 24}.json"), 404, "unknown_report")
        assert client.get("requests.json", params={"service_request_id": no}).json() == []
        assert all(each["service_code"] != NEIGHBOURS for each in client.get("requests.json").json())

    def test_what_came_in_another_way_is_not_listed_and_followed_by_its_token(self, app, client, read):
        body = {"matter": ROAD, "lon": 105.41, "lat": 28.805, "datum": "wgs84", "description": "x"}
        receipt = TestClient(app).post("/api/v1/reports", json=body).json()
        refused(client.get(f"requests/{receipt['no']}.json"), 404, "unknown_report")
        token = f"{receipt['no']}-{receipt['token']}"
        (found,) = read(f"tokens/{token}", "token", root="service_requests", model=models.TokenAnswer)
        (request,) = read(f"requests/{found['service_request_id']}", "service_requests")
        assert found["token"] == token and request["status"] == "open"

    def test_the_token_of_a_listed_request_leads_to_its_number(self, app, client, read):
        no, unlisted = sent(client), sent(client, POTHOLE | {"service_code": NEIGHBOURS})
        token = f"{no}-{seal_of(app.state.resources.settings).token(no)}"
        for each, wanted in ((token, no), (unlisted, unlisted)):
            assert read(f"tokens/{each}", "token", root="service_requests")[0] == {"service_request_id": wanted, "token": each}
        for wrong in (no, f"{no}-", f"{no}-{unlisted.partition('-')[2]}", f"-{token}", "5105022026050299999-x", "é-é"):
            refused(client.get(f"tokens/{wrong}.xml"), 404, "unknown_report")

    def test_outside_every_grid_there_is_no_place(self, client, read):
        no = sent(client, POTHOLE | {"lat": "28.81", "long": "105.395"})
        (found,) = read(f"requests/{no}", "service_requests")
        assert (found["lat"], found["long"], found["address"], found["address_id"]) == (None,) * 4

    def test_a_request_that_ends_is_closed_and_was_changed_then(self, client, engine, read):
        no = sent(client)
        with engine.begin() as connection:
            flow.act(connection, no, "reject", by=(None, "desk"), actor=person("dispatcher"), note="重复")
        (found,) = read(f"requests/{no}", "service_requests")
        closed_at = stored(engine, no, "closed_at").closed_at
        assert (found["status"], found["status_notes"]) == ("closed", WORDS["rejected"])
        assert datetime.fromisoformat(found["updated_datetime"]) == closed_at.replace(microsecond=0)
        assert "重复" not in str(found)


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


class TestAddresses:
    def test_one_that_is_sure_is_placed_by_the_gazetteer(self, client, engine):
        no = sent(client, {"service_code": ROAD, "address_string": "江阳区江阳中路五号"})
        row = stored(engine, no)
        assert (row.declared_datum, row.grid_code, row.address) == ("cgcs2000", town.WEST_GRID, "江阳区江阳中路五号")

    @pytest.mark.parametrize("address", ["和平药店", "江阳中路7号", "江阳中路", "佳乐世纪城附近", "nowhere"])
    def test_one_that_a_person_would_have_to_confirm_is_refused(self, client, engine, address):
        before = count(engine)
        refused(send(client, {"service_code": ROAD, "address_string": address}), 400, "address_unsure")
        assert count(engine) == before

    def test_a_position_goes_before_the_address(self, client, engine):
        no = sent(client, POTHOLE | {"address_string": "和平药店"})
        assert stored(engine, no).declared_datum == "wgs84"


class TestKeys:
    def key(self, engine, role="dispatcher", right="incident.report"):
        """A token of an account in one county."""
        name = people.someone(engine, (role, "510502"))
        with engine.begin() as connection:
            actor = actor_named(connection, name)
            return make_token(connection, actor, name="app", rights=[right], scope="510502", days=1, origin="192.0.2.1")[0]

    def test_a_report_with_a_key_is_the_accounts(self, client, engine):
        assert stored(engine, sent(client, POTHOLE | {"api_key": self.key(engine)})).reported_by is not None

    def test_a_key_reaches_as_far_as_its_account(self, client, engine):
        refused(send(client, POTHOLE | {"api_key": self.key(engine), "long": "105.45"}), 403, "forbidden")

    def test_a_key_without_the_right_is_refused(self, client, engine):
        key = self.key(engine, role="county_officer", right="incident.read")
        refused(send(client, POTHOLE | {"api_key": key}), 403, "forbidden")


class TestDoubles:
    def test_a_report_that_comes_again_under_its_key_is_one(self, client, engine):
        before, key = count(engine), {"idempotency-key": "b6d8e1b2-6f0d-4a3e-9d67"}
        first, again = (send(client, POTHOLE | {"phone": "139"}, headers=key) for _ in range(2))
        assert (first.status_code, again.status_code, first.json()) == (201, 200, again.json())
        refused(send(client, POTHOLE | {"phone": "138"}, headers=key), 400, "key_used")
        refused(send(client, headers={"idempotency-key": "1"}), 400, "bad_idempotency_key")
        assert count(engine) == before + 1

    def test_two_at_once_are_one(self, client, engine):
        before, key = count(engine), {"idempotency-key": "0d9c1f6a-7c3e-4d52-b7f5"}
        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(lambda _: send(client, headers=key), range(8)))
        assert len({answer.text for answer in answers}) == 1 and sorted(a.status_code for a in answers) == [200] * 7 + [201]
        assert count(engine) == before + 1


class TestLists:
    def numbers(self, client, **query):
        return [each["service_request_id"] for each in client.get("requests.json", params=query).json()]

    def test_jurisdictions_services_and_status_are_sifted(self, client, engine):
        west, east, gas = sent(client), sent(client, POTHOLE | {"long": "105.45"}), sent(client, POTHOLE | {"service_code": GAS})
        mine = {"510502": {west, gas}, "510503": {east}, "5105": {west, east, gas}}
        for jurisdiction, wanted in mine.items():
            assert set(self.numbers(client, jurisdiction_id=jurisdiction)) & {west, east, gas} == wanted
        assert set(self.numbers(client, service_code=f"{GAS},9999")) & {west, gas} == {gas}
        with engine.begin() as connection:
            flow.act(connection, west, "reject", by=(None, "desk"), actor=person("dispatcher"), note="x")
        assert west in self.numbers(client, status="closed") and west not in self.numbers(client, status="open")
        assert west in self.numbers(client, status="open,closed")
        assert west in [each["service_request_id"] for each in client.get("requests.json?status=open&status=closed").json()]

    def test_the_box_is_about_the_place_that_is_shown_and_not_the_true_one(self, client):
        no = sent(client, POTHOLE | {"lat": "28.8001", "long": "105.4001"})
        (shown,) = client.get(f"requests/{no}.json").json()
        around = [shown["long"] - 1e-4, shown["lat"] - 1e-4, shown["long"] + 1e-4, shown["lat"] + 1e-4]
        assert no in self.numbers(client, bbox=",".join(f"{each:.5f}" for each in around))
        assert no not in self.numbers(client, bbox="105.4000,28.8000,105.4002,28.8002")
        assert no not in self.numbers(client, bbox="105.44,28.8,105.48,28.84")

    def test_dates_are_those_of_the_request_and_whole_seconds_count(self, client):
        no = sent(client)
        (shown,) = client.get(f"requests/{no}.json").json()
        at = datetime.fromisoformat(shown["requested_datetime"])
        before, after = (at - timedelta(seconds=1)).isoformat(), (at + timedelta(seconds=1)).isoformat()
        assert no in self.numbers(client, start_date=at.isoformat(), end_date=at.isoformat())
        assert no not in self.numbers(client, start_date=after) and no not in self.numbers(client, end_date=before)
        assert no in self.numbers(client, start_date=before.replace("+", " "))  # as it arrives where nobody escaped it

    def test_updates_are_found_however_old_the_request_is(self, client, engine, cluster):
        no = sent(client)
        moved = sa.text("UPDATE incident SET reported_at = reported_at - interval '1 year' WHERE no = :no")
        owner = engine_for(cluster.url(owner=True, database="open311"))
        with owner.begin() as connection:
            connection.execute(moved, {"no": no})
        owner.dispose()
        assert no not in self.numbers(client)
        since = (now() - timedelta(minutes=1)).isoformat(timespec="seconds")
        assert no not in self.numbers(client, updated_after=since)
        with engine.begin() as connection:
            flow.act(connection, no, "register", by=(None, "desk"), actor=person("dispatcher"))
        (shown,) = client.get(f"requests/{no}.json").json()
        assert no in self.numbers(client, updated_after=since) and no in self.numbers(
            client, updated_after=shown["updated_datetime"]
        )
        assert no not in self.numbers(client, updated_before=since)

    def test_ids_that_are_asked_for_override_all_else(self, client):
        one, other = sent(client), sent(client)
        asked = {"service_request_id": f"{other}, {one},{one},x", "status": "closed", "page": "nonsense"}
        assert self.numbers(client, **asked) == [other, one]

    def test_pages_have_neither_gaps_nor_repeats_while_requests_come_in(self, client):
        """Two counties, so that the lock on a county's numbers is not what keeps the order."""
        begin, walks = self.numbers(client), []

        def report(long):
            return [sent(client, POTHOLE | {"long": long}) for _ in range(15)]

        with ThreadPoolExecutor(4) as pool:
            senders = [pool.submit(report, long) for long in ("105.41", "105.45", "105.41", "105.45")]
            while not all(sender.done() for sender in senders):
                walks.append(self.walk(client))
        whole = self.numbers(client)
        assert {each for sender in senders for each in sender.result()} == set(whole) - set(begin)
        assert all(walk == whole[: len(walk)] for walk in walks) and whole[: len(begin)] == begin
        assert len(walks[-1]) > len(begin)

    def walk(self, client):
        """All pages, to the first that is not full."""
        walked = []
        for page in itertools.count(1):
            walked += (found := self.numbers(client, page=page, page_size=7))
            if len(found) < 7:
                return walked

    def test_a_page_is_as_long_as_was_wished(self, client):
        whole = self.numbers(client)
        assert self.numbers(client, page=2, page_size=3) == whole[3:6] and self.numbers(client, page=100000) == []


def test_the_document_of_the_interface_has_every_address_with_its_errors(app):
    document = app.openapi()
    paths = {path: operations for path, operations in document["paths"].items() if path.startswith("/open311/")}
    assert len(paths) == 6
    for operations in paths.values():
        for operation in operations.values():
            assert {"400", "403", "404", "4XX"} <= set(operation["responses"]) and "422" not in operation["responses"]
            assert "text/xml" in operation["responses"]["200"]["content"]
    body = paths["/open311/v2/requests.{format}"]["post"]["requestBody"]["content"]
    assert set(body) == {"application/x-www-form-urlencoded", "application/json"} and "http" not in json.dumps(paths)
