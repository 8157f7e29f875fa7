"""Indicators over HTTP: what somebody may see of them, the incidents behind each number, and the workbook."""

from io import BytesIO

import openpyxl
import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.indicator_models import CountedIncidents, Indicators
from api.settings import Settings
from boundaries.spreadsheets import harmless
from boundaries.store.connecting import engine_for
from incidents.indicators import BREAKDOWNS, INDICATORS, SIDES
from tests import people
from tests.api import town
from tests.incidents import courses
from tests.incidents.reported import ASKED, TRIED
from tests.registers import register_of_module

pytestmark = pytest.mark.database

PERIOD = {"from": "2026-01-26", "to": "2026-04-01"}
ADDRESS = "/api/v1/indicators"
NAUGHTY = '=HYPERLINK("x")'


@pytest.fixture(scope="module")
def engine(cluster, _template):
    with register_of_module(cluster, _template, "indicators_http") as engine:
        town.store(engine)
        owner = engine_for(cluster.url(owner=True, database="indicators_http"))
        courses.make(engine, owner, count=40, seed=5)
        with owner.begin() as connection:
            connection.exec_driver_sql(f"UPDATE department SET name_zh = '{NAUGHTY}' WHERE code = '{TRIED}'")
        owner.dispose()
        yield engine


@pytest.fixture(scope="module")
def client(engine, front_end):
    with TestClient(create_app(Settings(database_url=engine.url.render_as_string(False), web_dist=front_end))) as client:
        yield client


@pytest.fixture(scope="module")
def staff(engine, client):
    """Headers of people of the whole city, of a county, of a grid, and of a department."""
    made = {"city": people.as_role(engine, "city_office"), "east": people.as_role(engine, "county_officer", "510503")}
    made["worker"] = people.as_role(engine, "worker", town.WEST_GRID)
    admin = people.as_role(engine, "admin")
    name = people.someone(engine, ("department", ""))
    client.cookies.clear()
    client.patch(f"/api/v1/accounts/{name}", json={"department": TRIED}, headers=admin)
    return made | {"department": people.headers_of(engine, name)}


@pytest.fixture
def ask(client, staff):
    def asked(who, path="", **query):
        client.cookies.clear()
        return client.get(ADDRESS + path, params=PERIOD | query, headers=staff.get(who))

    return asked


def number_of(answer, indicator, side="denominator"):
    return answer.json()["total"]["values"][indicator][side]


@pytest.mark.parametrize("by", BREAKDOWNS)
def test_an_answer_has_the_declared_shape_and_every_number_its_list(ask, by):
    answer = ask("city", by=by)
    assert answer.status_code == 200 and answer.headers["cache-control"] == "no-store"
    told = Indicators.model_validate(answer.json())
    assert told.rows and [each.code for each in told.indicators] == list(INDICATORS)
    for row in (told.rows[0], told.rows[-1], told.total):
        of_row = {} if row is told.total else {"row": row.code or "-"}
        for indicator in INDICATORS:
            for side in SIDES:
                listed = ask("city", "/list", by=by, indicator=indicator, part=side, **of_row).json()
                CountedIncidents.model_validate(listed)
                is_sum = INDICATORS[indicator].unit == "hours"
                number = row.values[indicator].denominator if is_sum else getattr(row.values[indicator], side)
                assert len(listed["incidents"]) == listed["total"] == number


def test_where_nothing_is_counted_an_indicator_is_null_and_not_nought(ask):
    told = ask("city", **{"from": "2020-01-01", "to": "2020-02-01"}).json()
    assert told["rows"] == []
    assert {(each["value"], each["denominator"]) for each in told["total"]["values"].values()} == {(None, 0)}


def test_pages_of_a_list_follow_each_other(ask):
    asked = {"indicator": "without_course_share", "part": "denominator", "limit": 7}
    page, numbers = ask("city", "/list", **asked).json(), []
    numbers += [each["no"] for each in page["incidents"]]
    while page["next"]:
        page = ask("city", "/list", **asked, after=page["next"]).json()
        numbers += [each["no"] for each in page["incidents"]]
    assert len(set(numbers)) == len(numbers) == page["total"] == 40


def test_everybody_counts_only_what_lies_in_reach(ask):
    whole, east, worker, department = (ask(who, by="grid") for who in ("city", "east", "worker", "department"))
    assert {row["code"][:6] for row in east.json()["rows"]} == {"510503"}
    assert {row["code"] for row in worker.json()["rows"]} <= {town.WEST_GRID, None}  # outside every grid the nearest one decides
    received = [number_of(answer, "without_course_share") for answer in (whole, east, worker, department)]
    assert received[0] == 40 and all(0 < number < 40 for number in received[1:])
    given = ask("city", department=TRIED)
    assert number_of(given, "without_course_share") == received[3]
    assert number_of(ask("department", department=ASKED), "without_course_share") == 0
    listed = ask("department", "/list", indicator="without_course_share", part="denominator").json()
    assert {each["department"] for each in listed["incidents"]} == {TRIED}


def test_who_has_not_the_right_is_refused(ask):
    for path in ("", ".xlsx", "/list"):
        answer = ask(None, path, indicator="closing_rate")
        assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"by": "street"}, "bad_breakdown"),
        ({"by": "all"}, "bad_breakdown"),
        ({"indicator": "speed"}, "unknown_indicator"),
        ({"part": "half"}, "bad_part"),
        ({"within": "51050"}, "bad_code"),
        ({"within": "51050200100100101"}, "bad_code"),
        ({"matter": "nothing"}, "unknown_matter"),
        ({"family": "nothing"}, "unknown_family"),
        ({"department": "nothing"}, "unknown_department"),
        ({"from": "yesterday"}, "bad_instant"),
        ({"from": "2026-05-01", "to": "2026-05-01"}, "empty_period"),
        ({"limit": 0}, "invalid_parameter"),
        ({"row": "\x00"}, "invalid_parameter"),
    ],
)
def test_bad_input_is_refused(ask, query, code):
    answer = ask("city", "/list", **({"indicator": "closing_rate"} | query))
    assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_the_workbook_holds_the_numbers_their_meaning_and_no_formula(ask):
    answer = ask("city", ".xlsx", by="department")
    assert answer.headers["content-disposition"] == 'attachment; filename="indicators-department.xlsx"'
    book = openpyxl.load_workbook(BytesIO(answer.content))
    numbers, meanings = book.worksheets
    assert not {"f", "e"} & {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    heading, *rows = numbers.iter_rows(values_only=True)
    told = ask("city", by="department").json()
    assert len(rows) == len(told["rows"]) + 1
    for row, expected in zip(rows, [*told["rows"], told["total"]], strict=True):
        cells = [cell for each in expected["values"].values() for cell in (each["value"], each["numerator"], each["denominator"])]
        assert list(row[3:]) == pytest.approx(cells, abs=1e-6)
    assert f"'{NAUGHTY}" in [row[1] for row in rows]
    words = {cell for row in meanings.iter_rows(values_only=True) for cell in row if cell}
    for indicator in INDICATORS.values():
        assert {indicator.name_zh, indicator.name_en} <= words
    assert any(str(cell).startswith("2026-01-26 00:00 … 2026-04-01 00:00") for cell in words)
    assert "closing_rate" not in words and len(heading) == 3 + 3 * len(INDICATORS)


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "  =1", "\t=1"])
def test_no_spreadsheet_takes_a_name_for_a_formula(text):
    assert harmless(text).startswith("'")


def test_every_operation_declares_its_right(client):
    paths = client.get("/api/v1/openapi.json").json()["paths"]
    for path in ("", ".xlsx", "/list"):
        assert paths[ADDRESS + path]["get"]["x-right"] == "incident.read"
