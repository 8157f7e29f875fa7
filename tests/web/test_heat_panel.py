"""The heat panel of the map page: units, comparison, the time slider, hot grids, files, and what the public sees."""

import re
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest
from playwright.sync_api import expect

from tests.serving import serving

pytestmark = pytest.mark.browser

LOADED_MS = 30_000
AT = "/#12/28.8896/105.4421"
PAINTED = """(nth) => {
  const canvas = document.querySelectorAll('.leaflet-heat-pane canvas')[nth];
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  const seen = new Set();
  for (let i = 0; i < data.length; i += 4) if (data[i + 3] > 0) seen.add((data[i] << 16) | (data[i + 1] << 8) | data[i + 2]);
  return seen.size;
}"""
CELLS, UNITS = 0, 1


def legend(page, kind):
    return expect(page.locator(f"#incident-legend[data-kind='{kind}']")).to_be_visible(timeout=LOADED_MS)


@pytest.fixture
def panel(page, base_url):
    """The page with its incidents tab open, all incidents chosen."""
    page.goto(base_url + AT)
    page.wait_for_selector("html[data-ready='true']", timeout=LOADED_MS)
    page.click("#tab-incidents")
    page.locator("label", has=page.locator("#period-all")).click()
    legend(page, "heat")
    return page


def total(page):
    return int(page.get_attribute("#incident-legend", "data-total"))


def test_units_are_filled_by_their_rates_and_the_legend_counts_them(panel):
    with panel.expect_response(lambda response: "by=grid" in response.url) as asked:
        panel.locator("label", has=panel.locator("#look-units")).click()
    legend(panel, "units")
    units = asked.value.json()
    assert total(panel) == units["total"] > 0
    assert panel.evaluate(PAINTED, UNITS) > 1 and panel.evaluate(PAINTED, CELLS) == 0
    held = panel.locator("#incident-legend .legend-list .muted").all_inner_texts()
    assert sum(int(text.replace(",", "")) for text in held) == len(units["units"])
    with panel.expect_response(lambda response: "by=village" in response.url):
        panel.select_option("#level", "village")
    legend(panel, "units")
    panel.locator("label", has=panel.locator("#look-squares")).click()
    legend(panel, "heat")
    assert panel.evaluate(PAINTED, UNITS) == 0


def test_two_periods_are_compared_in_the_servers_own_numbers(panel):
    panel.locator("label", has=panel.locator("#period-90")).click()
    with panel.expect_response(lambda response: "against_from" in response.url and "/heat?" in response.url) as asked:
        panel.check("#compare")
    legend(panel, "heat")
    heat = asked.value.json()
    expect(panel.locator("#incident-legend .total")).to_contain_text(f"{heat['before']:,}")
    held = [int(text) for text in panel.locator("#incident-legend .legend-list .muted").all_inner_texts()]
    assert sum(held) == len(heat["compared"])
    assert panel.evaluate(PAINTED, CELLS) > 2
    panel.uncheck("#compare")
    expect(panel.locator("#against-first")).to_have_count(0)


def test_the_slider_shows_one_step_by_keys_and_plays_on(panel):
    everything = total(panel)
    panel.wait_for_load_state("networkidle")  # steps of a view that is still on its way would put the slider back
    panel.locator("#time-range").focus()
    panel.keyboard.press("Home")
    expect(panel.locator("#time-whole")).to_be_enabled()
    expect(panel.locator("#incident-legend")).not_to_have_attribute("data-total", str(everything), timeout=LOADED_MS)
    first = panel.input_value("#time-range")
    panel.keyboard.press("ArrowRight")
    assert (first, panel.input_value("#time-range")) == ("0", "1")
    panel.locator("#time-play").focus()
    panel.keyboard.press("Enter")
    expect(panel.locator("#time-play")).to_have_attribute("aria-pressed", "true")
    panel.wait_for_selector("#time-range[aria-valuetext]")
    expect(panel.locator("#time-range")).to_have_value(re.compile("^[3-9]$"), timeout=LOADED_MS)
    panel.keyboard.press("Enter")
    expect(panel.locator("#time-play")).to_have_attribute("aria-pressed", "false")
    panel.click("#time-whole")
    expect(panel.locator("#incident-legend")).to_have_attribute("data-total", str(everything), timeout=LOADED_MS)


def test_a_hot_grid_is_flown_to_and_its_card_opens(panel):
    panel.click("#hot-grids summary")
    hottest = panel.locator(".hot-grid").first
    expect(hottest).to_be_visible(timeout=LOADED_MS)
    code = hottest.get_attribute("data-code")
    hottest.focus()
    panel.keyboard.press("Enter")
    expect(panel.locator("#card")).to_contain_text(code, timeout=LOADED_MS)
    assert code in panel.url


def test_a_film_is_told_of_where_it_stops_and_not_at_every_picture(panel):
    before = panel.inner_text("#status-incidents")
    panel.evaluate("""() => {
      window.told = 0;
      new MutationObserver(() => { window.told += 1; }).observe(document.getElementById('status-incidents'), { childList: true });
    }""")
    panel.click("#time-play")
    expect(panel.locator("#time-text")).to_contain_text("至", timeout=LOADED_MS)
    shown = panel.inner_text("#time-text")
    expect(panel.locator("#time-text")).not_to_have_text(shown, timeout=LOADED_MS)
    assert panel.evaluate("window.told") == 0 and panel.inner_text("#status-incidents") == before
    panel.click("#time-play")
    assert panel.evaluate("window.told") >= 1


def test_the_stretch_of_the_slider_is_compared_with_the_same_stretch_of_the_other_period(panel):
    panel.locator("label", has=panel.locator("#period-30")).click()
    panel.check("#compare")
    legend(panel, "heat")
    with panel.expect_request(lambda request: "against_from" in request.url and "heat?" in request.url) as asked:
        panel.locator("#time-range").press("Home")
    query = {name: values[0] for name, values in parse_qs(urlsplit(asked.value.url).query).items()}
    at = {name: datetime.fromisoformat(query[name]) for name in ("from", "to", "against_from", "against_to")}
    assert at["to"] - at["from"] == at["against_to"] - at["against_from"]
    assert at["from"] - at["against_from"] == timedelta(days=30)


def test_the_focus_stays_on_a_hot_grid_when_the_list_is_loaded_anew(panel):
    panel.click("#hot-grids summary")
    second = panel.locator(".hot-grid").nth(1)
    expect(second).to_be_visible(timeout=LOADED_MS)
    second.focus()
    with panel.expect_response(lambda response: "hot-grids" in response.url):
        panel.evaluate("""() => {
          const range = document.getElementById('time-range');
          range.value = String(Math.floor(Number(range.max) / 2));
          range.dispatchEvent(new Event('input'));
        }""")
    expect(panel.locator("#hot-body :focus")).to_have_count(1)


@pytest.mark.parametrize(("form", "head"), [("csv", b"\xef\xbb\xbfcolumn"), ("pdf", b"%PDF"), ("png", b"\x89PNG")])
def test_what_is_shown_can_be_taken_away(panel, form, head):
    with panel.expect_download(timeout=LOADED_MS) as download:
        panel.click(f"#heat-{form}")
    with open(download.value.path(), "rb") as file:
        assert file.read().startswith(head)


def test_on_a_phone_nothing_sticks_out(watched, base_url):
    page = watched(viewport={"width": 390, "height": 844}, locale="en")
    page.goto(base_url + AT)
    page.wait_for_selector("html[data-ready='true']", timeout=LOADED_MS)
    page.click("#tab-incidents")
    legend(page, "heat")
    page.locator("label", has=page.locator("#look-units")).click()
    legend(page, "units")
    page.check("#compare")
    legend(page, "units")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    wide = page.evaluate(
        "[...document.querySelectorAll('#panel-incidents *')].filter((e) => e.getBoundingClientRect().right > 391).length"
    )
    assert wide == 0


@pytest.fixture(scope="module")
def lived_in(cluster, _demo_template):
    """A server whose incidents were reported by people."""
    with psycopg.connect(cluster.url(owner=True, database="postgres"), autocommit=True) as connection:
        connection.execute("CREATE DATABASE town_lived_in TEMPLATE demo_template")
    url = cluster.url(owner=True, database="town_lived_in")
    with psycopg.connect(url) as connection:
        connection.execute("UPDATE incident SET source = 'web'")
    with serving(cluster.url(database="town_lived_in")) as address:
        yield address


def test_the_public_sees_whole_months_and_no_filter_it_may_not_use(browser, lived_in):
    page = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN").new_page()
    page.goto(lived_in + AT)
    page.wait_for_selector("html[data-ready='true']", timeout=LOADED_MS)
    page.click("#tab-incidents")
    page.locator("label", has=page.locator("#period-all")).click()
    expect(page.locator("#public-months")).to_be_visible(timeout=LOADED_MS)
    expect(page.locator("#public-note")).to_be_visible()
    for part in ("#family", "#matter", "#state", "#hot-grids", "#time-slider", "#look-units"):
        expect(page.locator(part).first).not_to_be_visible()
    page.goto(lived_in + "/#15/28.8896/105.4421")
    expect(page.locator("#incident-legend")).to_have_attribute("data-kind", "heat", timeout=LOADED_MS)
    page.context.close()
