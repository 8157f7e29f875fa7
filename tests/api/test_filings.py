"""Filings over HTTP: the county hands in, the city receives, returns and records; each sees what is its own."""

import hashlib
import io
import json

import pypdf
import pytest
from fastapi.testclient import TestClient

from api import models
from api.app import create_app
from api.filing_models import Attachment, Attachments, FilingDetail, Filings, ProofAnswer
from api.settings import Settings
from boundaries.filings.attachments import MOST_BYTES
from tests import people
from tests.api import town
from tests.boundaries.filings.change_sets import EAST_RENAME, SPLIT, filed
from tests.registers import register_of_module

pytestmark = pytest.mark.database

WEST, EAST = "510502", "510503"


@pytest.fixture(scope="module")
def engine(cluster, _template):
    with register_of_module(cluster, _template, "http_filings") as engine:
        town.store(engine)
        yield engine


@pytest.fixture(scope="module")
def numbers(engine):
    """A filing of each county."""
    return filed(engine, SPLIT), filed(engine, EAST_RENAME, scope="510503001001")


@pytest.fixture(scope="module")
def as_who(engine, front_end):
    """A client for a role and scope."""
    app = create_app(Settings(database_url=engine.url.render_as_string(False), web_dist=front_end))

    def client(role, scope=""):
        return TestClient(app, base_url="http://testserver/api/v1/", headers=people.as_role(engine, role, scope))

    return client


@pytest.fixture(scope="module")
def county(as_who):
    return as_who("county_officer", WEST)


@pytest.fixture(scope="module")
def city(as_who):
    return as_who("city_office")


def code(answer):
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    return answer.status_code, models.Problem(**answer.json()).code


def test_a_filing_goes_from_the_county_to_the_record(county, city, numbers):
    no = numbers[0]
    file = county.post(f"filings/{no}/attachments", params={"name": "批复.pdf"}, content=b"%PDF-1.7 approval")
    assert file.status_code == 201 and Attachment(**file.json()).bytes == 17
    assert code(county.post(f"filings/{no}/receive", json={})) == (403, "forbidden")
    assert code(city.post(f"filings/{no}/receive", json={})) == (409, "illegal_transition")
    assert FilingDetail(**county.post(f"filings/{no}/submit", json={"note": "请予备案"}).json()).state == "submitted"
    received = city.post(f"filings/{no}/receive")  # no body, for there is nothing to say
    assert received.json()["allowed"] == ["return", "record", "withdraw"]
    assert code(city.post(f"filings/{no}/return", json={})) == (422, "nothing_to_correct")
    asked = {"corrections": [{"unit": town.MIDDLE_GRID, "text": "界线不清"}]}
    assert city.post(f"filings/{no}/return", json=asked).json()["steps"][-1]["corrections"] == asked["corrections"]
    assert county.post(f"filings/{no}/resubmit", json={"note": "已改"}).json()["state"] == "resubmitted"
    assert city.post(f"filings/{no}/receive", json={}).status_code == 200
    assert code(city.post(f"filings/{no}/record", json={})) == (422, "invalid_parameter")
    recorded = FilingDetail(**city.post(f"filings/{no}/record", json={"document_no": "泸网格备〔2026〕12号"}).json())
    assert (recorded.state, recorded.allowed) == ("recorded", [])
    assert code(city.post(f"filings/{no}/return", json=asked)) == (409, "illegal_transition")
    assert code(county.post(f"filings/{no}/attachments", params={"name": "a.txt"}, content=b"x")) == (409, "illegal_transition")
    assert len({step["account"] for step in recorded.steps}) == 3  # whoever decided, the county, the city


def test_lists_hold_ones_own_filings(county, city, as_who, numbers):
    assert [each.no for each in Filings(**county.get("filings").json()).filings] == [numbers[0]]
    assert {each["no"] for each in city.get("filings").json()["filings"]} == set(numbers)
    assert as_who("town_planner", "510502002").get("filings").json()["filings"] == []
    assert city.get("filings", params={"county": EAST}).json()["filings"][0]["state"] == "prepared"
    assert city.get("filings", params={"overdue": True}).json() == {"filings": [], "truncated": False}
    assert city.get("filings", params={"limit": 1}).json()["truncated"] is True


@pytest.mark.parametrize("path", ["", ".pdf", "/payload", "/map/before", "/attachments", "/attachments/x.pdf"])
def test_a_filing_of_another_county_is_not_shown(county, numbers, path):
    assert code(county.get(f"filings/{numbers[1]}{path}")) == (403, "forbidden")


@pytest.mark.parametrize(("no", "wanted"), [("BA510502-2026-9999", (404, "unknown_filing")), ("x", (422, "bad_filing_no"))])
def test_a_number_that_is_none_is_refused(city, no, wanted):
    assert code(city.get(f"filings/{no}")) == wanted
    assert code(city.post(f"filings/{no}/receive", json={})) == wanted
    assert code(city.get(f"filings/{no}.pdf")) == wanted


def test_the_payload_is_given_byte_for_byte(city, numbers):
    answer = city.get(f"filings/{numbers[1]}/payload")
    chained = bytes.fromhex(answer.headers["x-previous-digest"]) + answer.content
    assert hashlib.sha256(chained).hexdigest() == answer.headers["x-digest"]
    assert answer.json()["filing"] == numbers[1]


def test_before_and_after_are_geojson_in_degrees(city, numbers):
    after = city.get(f"filings/{numbers[0]}/map/after").json()
    faces = {feature["id"]: feature for feature in after["features"] if not feature["properties"]["technical"]}
    assert faces[town.MIDDLE_GRID]["geometry"]["coordinates"][0][0][0] == [105.42, 28.8]
    assert all(feature["geometry"] is None for feature in after["features"] if feature["properties"]["technical"])


def test_the_form_is_a_pdf(city, numbers):
    answer = city.get(f"filings/{numbers[1]}.pdf")
    assert answer.headers["content-type"] == "application/pdf"
    assert numbers[1] in pypdf.PdfReader(io.BytesIO(answer.content)).pages[0].extract_text()


def test_a_file_comes_back_as_it_went_and_is_never_shown_in_the_page(county, city, as_who, numbers):
    mine = as_who("county_officer", EAST)
    assert mine.post(f"filings/{numbers[1]}/attachments", params={"name": "图 1.geojson"}, content=b"{}").status_code == 201
    assert [each.name for each in Attachments(**city.get(f"filings/{numbers[1]}/attachments").json()).attachments] == [
        "图 1.geojson"
    ]
    answer = city.get(f"filings/{numbers[1]}/attachments/图 1.geojson")
    assert answer.content == b"{}" and answer.headers["content-disposition"].startswith("attachment; ")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert code(city.get(f"filings/{numbers[1]}/attachments/x.pdf")) == (404, "unknown_attachment")


@pytest.mark.parametrize(
    ("name", "content", "wanted"),
    [
        ("a.exe", b"MZ", (422, "unknown_file_type")),
        ("../a.pdf", b"%PDF-", (422, "bad_file_name")),
        ("a.txt", b"", (422, "empty_file")),
        ("a.txt", bytes(MOST_BYTES + 1), (413, "attachment_too_large")),
        ("a.txt", bytes(MOST_BYTES + (2 << 20)), (413, "body_too_large")),
    ],
)
def test_a_bad_file_is_refused_and_nothing_is_kept(as_who, city, numbers, name, content, wanted):
    before = city.get(f"filings/{numbers[1]}").json()["steps"]
    assert (
        code(as_who("county_officer", EAST).post(f"filings/{numbers[1]}/attachments", params={"name": name}, content=content))
        == wanted
    )
    assert city.get(f"filings/{numbers[1]}").json()["steps"] == before


@pytest.mark.parametrize("note", ["a\u0000b", "a\u202eb", "x" * 2001, "\ud800"])
def test_a_note_that_cannot_be_read_is_refused(as_who, numbers, note):
    body = json.dumps({"note": note})
    answer = as_who("county_officer", EAST).post(
        f"filings/{numbers[1]}/submit", content=body, headers={"content-type": "application/json"}
    )
    assert answer.status_code in (400, 422) and code(answer)[1] in ("bad_text", "invalid_parameter", "unreadable_body")


def test_all_filings_are_proven_for_the_city_and_not_for_a_county(city, county):
    proof = ProofAnswer(**city.get("filings/verify").json())
    assert proof.ok and proof.filings == 2
    assert ProofAnswer(**city.get("filings/verify", params={"digest": proof.head}).json()).ok
    assert not city.get("filings/verify", params={"digest": "ab" * 32}).json()["ok"]
    assert code(county.get("filings/verify")) == (403, "forbidden")
