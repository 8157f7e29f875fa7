"""The other tabs of the office page: the year book, the code tables, the city on any day, the chain of filings."""

from datetime import datetime, timedelta

import pytest
from playwright.sync_api import expect

from boundaries.clock import CITY_ZONE
from boundaries.code_tables import Entry
from boundaries.store import code_tables
from boundaries.store.filing_chain import entries
from tests.boundaries.filings.change_sets import decided
from tests.web.office.officer import COUNTY, VILLAGE, file_a_split, grids_of

pytestmark = [pytest.mark.browser, pytest.mark.database]


def test_the_chain_is_proven_and_a_digest_from_paper_is_told_true_or_not(new_office, filed):
    office = new_office(at="#tab=chain")
    page = office.page
    expect(page.locator("#chain-verdict")).to_contain_text("一致")
    with office.engine.connect() as connection:
        digest = entries(connection, filed.no)[-1].digest.hex()
    expect(page.locator("#tab-panel-chain code.digest")).to_have_text(digest)
    page.fill("#digest", " ".join(digest.upper()[at : at + 8] for at in range(0, 64, 8)))
    page.click("#check-digest")
    expect(page.locator("#digest-verdict.is-good")).to_contain_text("属实")
    page.fill("#digest", "0" * 64)
    page.click("#check-digest")
    expect(page.locator("#digest-verdict.is-bad")).to_contain_text("不在存证链中")
    expect(page.locator("#chain-verdict")).to_contain_text("一致")
    page.fill("#digest", "63875feac")
    page.click("#check-digest")
    expect(page.locator("#digest-problem")).to_contain_text("64 位")


def test_the_city_is_shown_as_of_the_day_of_the_address_and_of_the_field(new_office, filed):
    tomorrow = datetime.now(CITY_ZONE).date() + timedelta(days=1)
    office = new_office(at="#tab=map")
    page = office.page
    page.wait_for_selector(":root[data-tiles=ready]")
    page.click(f"#as-of-list button:has-text('{name_of(office, filed.split)}')")
    expect(page.locator("#as-of-unit")).to_have_attribute("data-code", filed.split)
    today = page.locator("#as-of-unit").inner_text()
    page.fill("#as-of", tomorrow.isoformat())
    page.click("#show-day")
    expect(page.locator("#as-of-unit h2")).to_have_text("改名后的网格")
    assert page.locator("#as-of-unit").inner_text() != today
    expect(page).to_have_url(f"{office.base_url}/office.html#tab=map&at={tomorrow.isoformat()}")
    page.wait_for_selector("#as-of-list:has-text('改名后的网格')")
    page.reload()
    page.wait_for_selector("#as-of-list:has-text('改名后的网格')")
    page.click("#day-before")
    expect(page.locator("#as-of-list")).not_to_contain_text("改名后的网格")


def name_of(office, code):
    with office.engine.connect() as connection:
        asked = "SELECT name FROM unit_version WHERE code = %s AND lifespan @> now()"
        return connection.exec_driver_sql(asked, (code,)).scalar_one()


def test_the_city_office_changes_a_code_and_the_page_says_who_did(new_office):
    office = new_office(at="#tab=codes")
    page = office.page
    page.click("#edit-market")
    page.fill("#entry-name", "农贸市场")
    page.fill("#entry-standard", "一个农贸市场一个网格")
    page.click("#send")
    expect(page.locator("#entries tr[data-code=market] th")).to_have_text("农贸市场")
    page.click("#show-changes")
    expect(page.locator("#changes tbody tr").first).to_contain_text(f"Person {office.account}")
    page.reload()
    expect(page.locator("#entries tr[data-code=market]")).to_contain_text("一个农贸市场一个网格")


def test_a_county_looks_at_the_tables_and_changes_none(new_office):
    office = new_office("county_officer", COUNTY, at="#tab=codes")
    expect(office.page.locator("#entries tbody tr").first).to_be_visible()
    expect(office.page.locator("#add-entry, [id^=edit-]")).to_have_count(0)
    expect(office.page.locator("#tab-panel-codes")).to_contain_text("只能查看")


def test_a_size_rule_of_a_county_and_a_day_of_the_calendar_are_set(new_office):
    office = new_office(at="#tab=codes")
    page = office.page
    page.locator("#codes-part-sizes").check(force=True)
    page.click(f"#size-comprehensive-{COUNTY}")
    page.fill("#size-min", "250")
    page.fill("#size-max", "200")
    page.click("#send")
    expect(page.locator("#send-problem")).not_to_be_empty()
    page.fill("#size-max", "450")
    page.click("#send")
    expect(page.locator(f"#sizes tr[data-code='{COUNTY}']")).to_contain_text("250–450")
    expect(page.locator("#sizes-stored")).to_contain_text(f"Person {office.account}")
    page.locator("#codes-part-calendar").check(force=True)
    page.click("#set-day")
    page.fill("#calendar-day", f"{datetime.now(CITY_ZONE).year}-12-30")
    page.fill("#calendar-name", "市庆")
    page.click("#send")
    expect(page.locator("#calendar tr[data-day$='-12-30']")).to_contain_text("市庆")
    page.click("#show-changes")
    change = page.locator("#changes tbody tr")
    expect(change).to_contain_text([f"Person {office.account}"])
    expect(change).to_contain_text(["市庆"])
    page.click("#set-day")
    page.fill("#calendar-day", f"{datetime.now(CITY_ZONE).year}-12-29")
    page.fill("#calendar-name", "市庆前日")
    page.click("#send")
    expect(change).to_contain_text(["市庆前日", "市庆"])


def an_exclusive_grid(office):
    """Code of a grid of the county that a change has made exclusive."""
    unit, today = next(iter(grids_of(office.engine, VILLAGE))), datetime.now(CITY_ZONE).date()
    with office.engine.begin() as connection:
        decided(connection, {"op": "convert", "unit": unit, "kind": "exclusive"}, scope=VILLAGE, on=today)
    return unit


def test_a_county_says_of_which_kind_an_exclusive_grid_is(new_office):
    office = new_office("county_officer", COUNTY, at="#tab=codes")
    page, (grid, other) = office.page, (an_exclusive_grid(office), list(grids_of(office.engine, VILLAGE))[1])
    page.click("#set-grid-kind")
    page.fill("#kind-grid", other)
    page.select_option("#kind-code", "market")
    page.click("#send")
    expect(page.locator("#send-problem")).to_contain_text("只有专属网格")
    page.fill("#kind-grid", grid)
    expect(page.locator("#kind-now")).to_contain_text("还没有规定")
    page.click("#send")
    expect(page.locator("dialog")).to_have_count(0)
    told = page.request.get(f"{office.base_url}/api/v1/grids/{grid}/exclusive-kind").json()
    assert told["exclusive_kind"]["code"] == "market"
    page.click("#set-grid-kind")
    page.fill("#kind-grid", grid)
    expect(page.locator("#kind-now")).to_contain_text(told["exclusive_kind"]["name"])
    page.select_option("#kind-code", "")
    page.click("#send")
    expect(page.locator("dialog")).to_have_count(0)
    assert page.request.get(f"{office.base_url}/api/v1/grids/{grid}/exclusive-kind").json()["exclusive_kind"] is None


def test_who_only_looks_is_offered_neither_the_kind_of_a_grid_nor_who_changed_what(new_office):
    page = new_office("dispatcher", COUNTY, at="#tab=codes").page
    expect(page.locator("#entries tbody tr").first).to_be_visible()
    expect(page.locator("#set-grid-kind, #show-changes")).to_have_count(0)


def test_a_filing_names_its_reason_as_it_was_called_at_the_decision(new_office, demo_copy):
    with demo_copy.begin() as connection:
        code_tables.put(connection, "change_reason", "flood", Entry("洪涝灾害", "Flood", {}))
    no = file_a_split(demo_copy, reason="flood").no
    with demo_copy.begin() as connection:
        code_tables.end(connection, "change_reason", "flood")
    office = new_office()
    office.open_filing(no)
    expect(office.page.locator(".filing-facts")).to_contain_text("洪涝灾害")


def test_the_year_book_counts_the_filing_and_gives_its_files(new_office, filed):
    office = new_office(at="#tab=yearbook")
    page = office.page
    row = page.locator("#book-totals tbody tr", has_text="龙马潭区")
    expect(row.locator("td").first).to_have_text("1")
    page.click(f"#book-filings a:has-text('{filed.no}')")
    office.shown()
    page.click("#tab-yearbook")
    for kind, begin in (("pdf", b"%PDF"), ("xlsx", b"PK")):
        answer = page.request.get(f"{office.base_url}{page.get_attribute(f'#book-{kind}', 'href')}")
        assert answer.ok and answer.body().startswith(begin)
