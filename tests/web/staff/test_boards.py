"""Boards and cards at the page of grid staff: what is to be printed, printing it, and what makes it stale."""

from io import BytesIO
from pathlib import Path

import pypdf
import pytest
from playwright.sync_api import expect

from tests.api.town import MIDDLE_GRID, WEST_GRID
from tests.web.staff.officer import LOADED_MS, VILLAGE

pytestmark = [pytest.mark.database, pytest.mark.browser]

PRINTED_MS = 180_000  # pages are set in processes of their own, which start first
BOARDS = f"tab=boards&place={VILLAGE}"
PRINTED = "SELECT array_agg(grid_code ORDER BY grid_code) AS grids, min(kind) AS kind, min(size) AS size FROM printed"


@pytest.fixture
def officer(new_officer):
    """Who may set what stands on the boards too."""
    return new_officer(("county_officer", "510502"), ("city_office", ""))


@pytest.fixture
def with_phone(officer):
    officer.ask("/settings/publication.supervision_phone", method="PUT", json={"value": "0830-3190000"})
    return officer


def print_all(officer):
    """Print what is to be printed, and the pages of the file that comes."""
    page = officer.page
    page.check("#choose-all")
    page.click("#print")
    expect(page.locator("#print-file")).to_be_visible(timeout=PRINTED_MS)
    with page.expect_download() as download:
        page.click("#print-file")
    return len(pypdf.PdfReader(BytesIO(Path(download.value.path()).read_bytes())).pages)


def condition(officer, code):
    return officer.page.locator(f"#boards [data-key='{code}']")


def test_boards_are_printed_as_one_file_and_stale_once_a_contact_changes(with_phone):
    officer = with_phone
    worker = officer.serving("示例网格员 001", WEST_GRID)
    page = officer.open(BOARDS)
    assert officer.rows("boards") == [WEST_GRID, MIDDLE_GRID]
    assert print_all(officer) == 2
    assert officer.one(PRINTED) == ([WEST_GRID, MIDDLE_GRID], "board", "A3")
    expect(page.locator("#boards .empty-note")).to_contain_text("全部是最新的", timeout=LOADED_MS)

    officer.open(f"tab=workers&place={VILLAGE}&worker={worker}")
    page.click("#edit-worker")
    officer.fill(work_phone="0830-3109999")
    officer.submit()
    officer.tab("boards")
    assert officer.rows("boards") == [WEST_GRID]
    expect(condition(officer, WEST_GRID)).to_contain_text("需要重印")
    expect(condition(officer, WEST_GRID)).to_contain_text("联系方式")


def test_a_new_supervision_phone_makes_every_board_of_the_place_stale(with_phone):
    officer = with_phone
    page = officer.open(BOARDS)
    page.select_option("#board-size", "A4")
    assert print_all(officer) == 2
    page.click("#published-summary")
    page.click("#set-supervision_phone")
    officer.fill(value="not a phone")
    officer.refused("这项设置的值不对")
    page.click("#set-supervision_phone")
    officer.fill(value="0830-3192222")
    officer.submit()
    expect(page.locator("#boards tbody tr")).to_have_count(2)
    expect(condition(officer, WEST_GRID)).to_contain_text("监督电话")
    stored = "SELECT value #>> '{}', scope FROM setting WHERE upper_inf(lifespan) AND scope <> ''"
    assert officer.one(stored) == ("0830-3192222", VILLAGE)


def test_without_a_supervision_phone_nothing_is_printed_and_a_sentence_says_why(officer):
    page = officer.open(BOARDS)
    page.check(f"#choose-{WEST_GRID}")
    page.click("#print")
    expect(page.locator("#print-job")).to_contain_text("监督电话")
    assert officer.one("SELECT count(*) FROM print_job")[0] == 0


def test_some_cards_are_chosen_and_printed_and_the_boards_stay_to_be_printed(with_phone):
    officer = with_phone
    page = officer.open(BOARDS)
    page.check("#board-kind-card", force=True)
    page.check(f"#choose-{MIDDLE_GRID}")
    expect(page.locator("#print")).to_have_text("印制所选（1）")
    page.click("#print")
    expect(page.locator("#print-file")).to_be_visible(timeout=PRINTED_MS)
    assert officer.one(PRINTED) == ([MIDDLE_GRID], "card", "A4")
    page.check("#board-kind-board", force=True)
    assert officer.rows("boards") == [WEST_GRID, MIDDLE_GRID]


def test_a_single_board_is_looked_at_without_being_written_down(with_phone):
    officer = with_phone
    page = officer.open(BOARDS)
    address = condition(officer, WEST_GRID).locator("a").get_attribute("href")
    assert address == f"/api/v1/grids/{WEST_GRID}/board.pdf?size=A3"
    assert page.request.get(officer.base_url + address).body().startswith(b"%PDF-")
    assert officer.one("SELECT count(*) FROM printed")[0] == 0
