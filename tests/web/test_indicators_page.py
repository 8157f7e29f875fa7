"""The page of indicators: a table of which every number opens its list, by keys and on a phone, in both languages."""

from datetime import timedelta
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from boundaries.clock import now
from boundaries.store.connecting import engine_for
from incidents.indicators import INDICATORS
from incidents.store.indicators import Question, breakdown
from tests import people
from tests.api import town
from tests.incidents import courses
from tests.registers import register_of_module
from tests.serving import serving
from tests.web.access import AXE, AXE_FINDINGS

pytestmark = [pytest.mark.database, pytest.mark.browser]

ADDRESS = "/indicators.html#by=grid&period=custom&first=2026-01-26&last=2026-03-31"
PHONE = {"viewport": {"width": 375, "height": 740}, "has_touch": True, "is_mobile": True}


@pytest.fixture(scope="module")
def engine(cluster, _template):
    with register_of_module(cluster, _template, "indicators_page") as engine:
        town.store(engine)
        owner = engine_for(cluster.url(owner=True, database="indicators_page"))
        courses.make(engine, owner, count=40, seed=5)
        owner.dispose()
        people.someone(engine, ("city_office", ""), name="zhao", password=people.PASSWORD)
        yield engine


@pytest.fixture(scope="module")
def base_url(engine):
    with serving(engine.url.render_as_string(False)) as url:
        yield url


@pytest.fixture(scope="module")
def counted(engine):
    """Rows and whole of the page's question."""
    asked = Question(since=courses.BEGIN, until=courses.BEGIN + timedelta(days=65))
    with engine.connect() as connection:
        return breakdown(connection, asked, by="grid", at=now())


@pytest.fixture
def opened(watched, base_url):
    """Opens the page and signs in on it."""

    def opening(**options):
        page = watched(**options)
        page.goto(base_url + ADDRESS)
        page.click("#sign-in-here")
        page.fill("#sign-in-name", "zhao")
        page.fill("#sign-in-password", people.PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_selector(":root[data-indicators=ready]")
        return page

    return opening


def test_the_table_shows_what_is_counted_and_each_number_opens_its_list(opened, counted):
    rows, whole = counted
    page = opened()
    assert page.locator("tbody tr").count() == len(rows) + 1
    place = list(INDICATORS).index("closing_rate")
    cell = page.locator("tbody tr.total td").nth(place)
    closed, due = whole.counts["closed"], whole.counts["due"]
    assert cell.inner_text().split("\n") == [f"{closed / due * 100:.1f} %", f"{closed} / {due}"]
    cell.locator("button").first.click()
    page.wait_for_selector("#behind tbody tr")
    assert page.locator("#behind tbody tr").count() == closed
    assert page.locator("#behind a").first.get_attribute("href").startswith("/desk.html#5105")
    page.keyboard.press("Escape")
    assert page.locator("dialog").count() == 0
    assert page.evaluate("() => document.activeElement.textContent") == str(closed)


def test_the_arrow_keys_go_from_number_to_number(opened):
    page = opened()
    page.locator("tbody button.number[tabindex='0']").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("() => document.activeElement.closest('tr').rowIndex") == 2
    assert page.locator("tbody button.number[tabindex='0']").count() == 1
    page.keyboard.press("Enter")
    page.wait_for_selector("#behind tbody tr")


def test_one_looks_into_a_county_and_comes_back(opened, base_url):
    page = opened()
    page.select_option("#by", "county")
    page.click("text=江阳区")
    page.wait_for_function("() => location.hash.includes('by=town&within=510502')")
    page.wait_for_selector("tbody >> text=南城街道")
    page.wait_for_selector("#way strong >> text=江阳区")
    page.click("#way button")
    page.wait_for_selector("tbody >> text=纳溪区")
    page.reload()
    page.wait_for_selector("tbody >> text=纳溪区")


def test_a_column_sorts_with_what_has_no_value_last(opened):
    page = opened()
    page.click("#sort-closing_rate")
    place = list(INDICATORS).index("closing_rate")
    values = [
        text for text in page.locator("tbody tr:not(.total)").locator(f"td:nth-of-type({place + 1}) .value").all_inner_texts()
    ]
    known = [float(text.rstrip(" %")) for text in values if text != "—"]
    assert known == sorted(known) and "—" not in values[: len(known)]
    assert page.locator("th[aria-sort=ascending]").count() == 1


def test_the_workbook_is_one_click_away(opened, counted):
    page = opened()
    with page.expect_download() as download:
        page.click("#workbook")
    assert download.value.suggested_filename == "indicators-grid.xlsx"
    book = openpyxl.load_workbook(BytesIO(Path(download.value.path()).read_bytes()))
    assert book.worksheets[0].max_row == len(counted[0]) + 2


@pytest.mark.parametrize("options", [{}, PHONE], ids=["desk", "phone"])
def test_the_page_fits_and_can_be_used_by_everybody_in_both_languages(opened, options):
    page = opened(bypass_csp=True, **options)
    page.add_script_tag(path=AXE)
    for language in ("zh-CN", "en"):
        assert page.evaluate("() => document.documentElement.lang") == language
        assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")
        page.click("#meanings summary")
        assert page.evaluate(AXE_FINDINGS) == []
        page.click("#language")
    page.locator("tbody button.number").first.click()
    page.wait_for_selector("#behind tbody tr")
    assert page.evaluate("async () => (await axe.run()).violations.map((one) => [one.id, one.nodes[0].html])") == []
