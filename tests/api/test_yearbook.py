"""The year book: what was filed in a year and what it did, as JSON, as a PDF and as a workbook."""

import io
import re
from datetime import date, timedelta

import openpyxl
import pypdf
import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from api import deciding, models
from api.app import create_app
from api.settings import Settings
from api.yearbook_models import ChangeCounts, YearBookAnswer
from boundaries.clock import CITY_ZONE, now
from boundaries.code_tables import Entry
from boundaries.filings.yearbook import Changes, FiledChange, county_lines
from boundaries.store import changes, code_tables, filings
from boundaries.store.yearbook import yearbook
from tests import people
from tests.api import town
from tests.boundaries.filings.change_sets import EAST_RENAME, MOVE, SPLIT, filed, tomorrow
from tests.registers import register_of_module

pytestmark = pytest.mark.database

WEST, EAST = "510502", "510503"
HOSTILE = '=cmd|"/c calc"!A1 <script>alert(1)</script>'
YEAR = now().astimezone(CITY_ZONE).year
NORTH_RENAME = {"op": "rename", "unit": town.NORTH_GRID, "name": "河西社区北网格"}
RECOUNT = {"op": "count_households", "unit": town.WEST_GRID, "households": 400}


@pytest.fixture(scope="module")
def engine(cluster, _template):
    with register_of_module(cluster, _template, "http_yearbook") as engine:
        town.store(engine)
        yield engine


@pytest.fixture(scope="module")
def numbers(engine):
    """A year's filings: two in the west, of which one recorded; one in the east, withdrawn; one of both counties, overdue."""
    with engine.begin() as connection:
        code_tables.put(connection, "change_reason", "flood", Entry("洪涝灾害", "flood", {}))
    split = filed(engine, SPLIT, title=HOSTILE, reason="flood")
    with engine.begin() as connection:
        code_tables.put(connection, "change_reason", "flood", Entry("内涝", "flood", {}))
        filings.take_step(connection, split, "submit")
        filings.take_step(connection, split, "receive")
        filings.take_step(connection, split, "record", document_no="泸网格备〔2026〕1号")
    day = tomorrow() + timedelta(days=1)
    moved = filed(engine, MOVE, RECOUNT, on=day)
    withdrawn = filed(engine, EAST_RENAME, scope="510503001001")
    with engine.begin() as connection:
        withdraw(connection, withdrawn)
    both = filed(engine, EAST_RENAME, NORTH_RENAME, RECOUNT | {"households": 410}, scope="5105", on=day + timedelta(days=1))
    return split, moved, withdrawn, both


def withdraw(connection, no):
    number = connection.execute(sa.text("SELECT change_set_id FROM filing WHERE no = :no"), {"no": no}).scalar_one()
    deciding.withdrawn(connection, number, by=filings.AT_THE_MACHINE)
    assert changes.change(connection, number).state == "withdrawn"


@pytest.fixture(scope="module")
def as_who(engine, front_end, numbers):
    """A client for a role and scope."""
    app = create_app(Settings(database_url=engine.url.render_as_string(False), web_dist=front_end))

    def client(role=None, scope=""):
        headers = people.as_role(engine, role, scope) if role else {}
        return TestClient(app, base_url="http://testserver/api/v1/filings/", headers=headers)

    return client


@pytest.fixture(scope="module")
def city(as_who):
    return as_who("city_office")


def book_of(client, **query):
    return YearBookAnswer.model_validate(client.get("yearbook", params={"year": YEAR} | query).json())


def code(answer):
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    return answer.status_code, models.Problem(**answer.json()).code


def test_the_year_is_told_county_by_county(city, numbers):
    book = book_of(city)
    assert [each.no for each in book.filings] == sorted(numbers)
    lines = {line.county: line for line in book.counties}
    assert [(code, line.name) for code, line in lines.items()] == [("510500", "泸州市"), (WEST, "江阳区"), (EAST, "纳溪区")]
    west = lines[WEST]
    assert (west.filings, west.recorded, west.open, west.withdrawn, west.overdue) == (2, 1, 1, 0, 0)
    # The split makes a grid of a part of another; the move takes land from one grid to another and leaves a count behind.
    assert (west.changes.created, west.changes.retired, west.changes.modified) == (1, 0, 3)
    assert west.micro_changes == ChangeCounts(created=0, retired=0, modified=3, renamed=0, converted=0, recounted=0)
    assert west.moved_m2 > 1000
    assert (lines[EAST].filings, lines[EAST].withdrawn, lines[EAST].changes.renamed) == (1, 1, 0)
    assert (lines["510500"].changes.renamed, lines["510500"].changes.recounted, lines["510500"].grids_begin) == (2, 1, None)
    assert (west.grids_begin, lines[EAST].grids_begin, book.totals.grids_begin) == (2, 2, 4)
    assert book.totals.filings == 4 and book.totals.changes.renamed == 2


def test_a_filing_is_told_with_the_reason_as_it_was_called_then(city, numbers):
    filing = book_of(city).filings[[each.no for each in book_of(city).filings].index(numbers[0])]
    assert (filing.reason, filing.reason_zh, filing.state) == ("flood", "洪涝灾害", "recorded")
    assert (filing.document_no, filing.recorded_on) == ("泸网格备〔2026〕1号", filing.decided_on)
    assert (filing.units_before, filing.units_after) == (1, 2)


def test_overdue_and_late_are_those_of_the_list(engine, numbers):
    with engine.connect() as connection:
        later = yearbook(connection, YEAR, at=now() + timedelta(days=60))
    assert later.totals.overdue == 2 and {each.no for each in later.filings if each.overdue} == {numbers[1], numbers[3]}


def test_everybody_sees_the_year_of_their_own_scopes(as_who, numbers):
    county = book_of(as_who("county_officer", WEST))
    assert [line.county for line in county.counties] == [WEST] and {each.no for each in county.filings} == set(numbers[:2])
    town_of_it = book_of(as_who("town_planner", "510502002"))
    assert town_of_it.filings == [] and town_of_it.totals.grids_end == 0
    assert book_of(as_who("town_planner", "510502001")).totals.grids_begin == 2


def test_one_county_or_what_touches_several_can_be_asked_for(city, as_who, numbers):
    assert [each.no for each in book_of(city, county=EAST).filings] == [numbers[2]]
    both = book_of(city, county="510500")
    assert [each.no for each in both.filings] == [numbers[3]] and both.totals.grids_end == 0
    assert code(as_who("county_officer", WEST).get("yearbook", params={"year": YEAR, "county": EAST})) == (403, "forbidden")


@pytest.mark.parametrize("form", ["", ".pdf", ".xlsx"])
@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ({}, (422, "invalid_parameter")),
        ({"year": "x"}, (422, "invalid_parameter")),
        ({"year": 1999}, (422, "invalid_parameter")),
        ({"year": YEAR, "county": "5105"}, (422, "invalid_parameter")),
        ({"year": YEAR, "county": "510599"}, (404, "unknown_county")),
    ],
)
def test_what_is_no_year_or_county_is_refused(city, form, query, wanted):
    assert code(city.get(f"yearbook{form}", params=query)) == wanted


def test_the_public_and_workers_see_no_year_book(as_who):
    assert code(as_who().get("yearbook", params={"year": YEAR})) == (401, "not_signed_in")
    assert code(as_who("worker", WEST).get("yearbook.pdf", params={"year": YEAR})) == (403, "forbidden")


def test_a_year_without_filings_is_a_year_book_too(city):
    book = book_of(city, year=2001)
    assert (book.filings, book.counties, book.totals.grids_end) == ([], [], 0)
    assert city.get("yearbook.pdf", params={"year": 2001}).status_code == 200
    assert book_of(city, year=2199).totals.filings == 0


def test_it_is_set_as_a_pdf_with_every_text_as_it_stands(city, numbers):
    answer = city.get("yearbook.pdf", params={"year": YEAR})
    assert answer.headers["content-type"] == "application/pdf"
    pages = pypdf.PdfReader(io.BytesIO(answer.content)).pages
    text = re.sub(r"\s", "", "".join(page.extract_text() for page in pages))
    assert all(no in text for no in numbers) and "<script>" in text and "洪涝灾害" in text
    width, height = pages[0].mediabox.width, pages[0].mediabox.height
    assert (round(width / 72 * 25.4), round(height / 72 * 25.4)) == (297, 210)


def test_the_workbook_holds_the_same_numbers_and_no_formula(city, numbers):
    answer = city.get("yearbook.xlsx", params={"year": YEAR})
    assert answer.headers["content-disposition"] == f'attachment; filename="yearbook-{YEAR}.xlsx"'
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells) and f"'{HOSTILE}" in {cell.value for cell in cells}
    totals = list(book.worksheets[0].values)
    assert len(totals[0]) == len(totals[-1]) and (totals[-1][0], totals[-1][2]) == ("合计 Total", 4)
    assert [row[0] for row in book.worksheets[1].values][1:] == sorted(numbers)


counts = st.integers(0, 50)
filings_of_a_year = st.lists(
    st.builds(
        FiledChange,
        no=st.just("BA510502-2026-0001"),
        county=st.sampled_from(["510500", WEST, EAST]),
        title=st.just("x"),
        reason=st.just("other"),
        reason_names=st.just(("其他", "other")),
        state=st.sampled_from(["prepared", "submitted", "received", "returned", "resubmitted", "recorded", "withdrawn"]),
        decided_on=st.just(date(2026, 1, 1)),
        effective_on=st.just(date(2026, 1, 1)),
        recorded_on=st.none(),
        document_no=st.none(),
        overdue=st.booleans(),
        late=st.booleans(),
        units_before=counts,
        units_after=counts,
        changes=st.builds(Changes, counts, counts, counts, counts, counts, counts),
        micro_changes=st.builds(Changes, counts),
        moved_m2=counts.map(float),
        households_moved=counts,
    ),
    max_size=12,
)


@given(filings_of_a_year)
def test_the_counties_add_up_to_the_whole_and_the_states_to_the_filings(filed_changes):
    names = {"510500": "泸州市", WEST: "江阳区", EAST: "纳溪区"}
    lines, totals = county_lines(filed_changes, names, {"begin": {WEST: 3}, "end": {WEST: 4, EAST: 1}})
    for name in ("filings", "recorded", "returned", "open", "withdrawn", "overdue", "late", "moved_m2", "households_moved"):
        assert sum(getattr(line, name) for line in lines) == getattr(totals, name)
    assert sum((line.changes for line in lines), Changes()) == totals.changes
    assert all(line.filings == line.recorded + line.returned + line.open + line.withdrawn for line in (*lines, totals))
    assert (totals.grids_begin, totals.grids_end) == (3, 5)
