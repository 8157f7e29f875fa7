"""Open311 GeoReport v2: the shapes of the specification."""

import json
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.open311 import models
from api.open311.answers import STATES as WORDS
from api.open311.xml_text import xml_text
from incidents.states import STATES
from tests.api import town
from tests.api.open311.asking import NEIGHBOURS, ROAD, send, sent, stored
from tests.api.open311.specification import SPECIFICATION, require

pytestmark = pytest.mark.database


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
