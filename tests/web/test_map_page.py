"""The map page in a real browser, on a running server with the demo town."""

import re

import pytest
from playwright.sync_api import expect

from tests.web.access import AXE, AXE_FINDINGS, CHINESE_TEXTS, DESKTOP, PHONE

pytestmark = pytest.mark.browser

LOADED_MS = 30_000

TILES_READY = "() => document.documentElement.dataset.tiles === 'ready'"
INCIDENTS_READY = "() => ['heat', 'points'].includes(document.querySelector('#incident-legend').dataset.kind)"

# Colours on the map's own tiles: a drawn coverage has several fills and the lines between them.
TILE_COLOURS = """() => {
  const seen = new Set();
  for (const tile of document.querySelectorAll('canvas.coverage-tile')) {
    const { data } = tile.getContext('2d').getImageData(0, 0, tile.width, tile.height);
    for (let i = 0; i < data.length; i += 4) {
      if (data[i + 3] === 255) seen.add((data[i] << 16) | (data[i + 1] << 8) | data[i + 2]);
    }
  }
  return seen.size;
}"""

MARKED_PIXELS = """(pane) => {
  const canvas = document.querySelector(`.leaflet-${pane}-pane canvas`);
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  let marked = 0;
  for (let i = 3; i < data.length; i += 4) if (data[i] > 0) marked++;
  return marked;
}"""


def open_map(page, base_url, place=""):
    """Opens the page, at an address such as 14/28.88/105.44, and waits until its tiles are drawn."""
    page.goto(f"{base_url}/#{place}" if place else base_url)
    page.wait_for_function(TILES_READY, timeout=LOADED_MS)


def ask(page, base_url, path, **query):
    response = page.request.get(f"{base_url}/api/v1{path}", params=query)
    assert response.ok, response.text()
    return response.json()


def search_for(page, text):
    page.fill("#search", text)
    expect(page.locator("#search-list li").first).to_be_visible()


@pytest.fixture
def grid(page, base_url):
    """A grid of the register with a place inside it: code, name, lon, lat."""
    code = ask(page, base_url, "/grids", limit=1)["features"][0]["properties"]["code"]
    return next(found for found in ask(page, base_url, "/search", q=code)["results"] if found["code"] == code)


@pytest.fixture
def at_grid(grid):
    """The address of the map close to that grid."""
    return f"16/{grid['lat']:.5f}/{grid['lon']:.5f}"


def test_the_map_opens_where_the_grids_are(page, base_url):
    open_map(page, base_url)
    assert int(page.evaluate("document.documentElement.dataset.zoom")) >= 11
    page.get_by_role("button", name="全市").click()
    page.wait_for_function("() => Number(document.documentElement.dataset.zoom) < 10")


def test_the_page_draws_the_coverage_and_breaks_no_rule_of_its_content_policy(page, base_url, at_grid):
    page.add_init_script("window.broken = []; addEventListener('securitypolicyviolation', (e) => broken.push(e.blockedURI))")
    open_map(page, base_url)
    assert page.evaluate(TILE_COLOURS) > 3
    page.goto(f"{base_url}/#{at_grid}")
    page.wait_for_function("() => document.documentElement.dataset.zoom === '16'")
    page.wait_for_function(TILES_READY, timeout=LOADED_MS)
    assert page.evaluate(TILE_COLOURS) > 3
    assert page.evaluate("() => window.broken") == []


def test_generated_data_is_called_generated(page, base_url):
    open_map(page, base_url)
    assert ask(page, base_url, "/meta")["synthetic"]
    expect(page.locator("#synthetic")).to_be_visible()
    expect(page.locator("#synthetic")).to_contain_text("程序生成")


def test_a_code_in_the_search_box_opens_the_card_of_its_grid(page, base_url, grid):
    open_map(page, base_url)
    search_for(page, grid["code"])
    page.press("#search", "Enter")
    card = page.locator(f"#card [data-code='{grid['code']}']")
    expect(card).to_be_visible()
    expect(card.locator("h2")).to_have_text(grid["name"])
    facts = ask(page, base_url, f"/grids/{grid['code']}")["properties"]
    expect(card).to_contain_text(f"{facts['households']:,} 户")
    expect(card).to_contain_text("程序生成（演示）")
    for unit in facts["path"]:
        expect(card.locator(".path")).to_contain_text(unit["name"])
    assert card.locator(".plain .unit-button").count() == len(facts["neighbours"])
    assert page.locator(".leaflet-overlay-pane path").count() > 0, "the outline of the chosen grid"


def test_a_neighbour_on_the_card_leads_to_its_own_card(page, base_url, grid):
    facts = ask(page, base_url, f"/grids/{grid['code']}")["properties"]
    neighbour = max(facts["neighbours"], key=lambda one: one["shared_border_m"])
    open_map(page, base_url, f"15/{grid['lat']:.5f}/{grid['lon']:.5f}/{grid['code']}")
    page.locator("#card .unit-button", has_text=neighbour["code"]).click()
    expect(page.locator(f"#card [data-code='{neighbour['code']}'] h2")).to_have_text(neighbour["name"])
    expect(page.locator("#card-title")).to_be_focused()


def test_a_click_on_the_map_names_the_grid_that_the_server_names(page, base_url, at_grid):
    open_map(page, base_url, at_grid)
    page.locator("#show-incidents").evaluate("box => box.click()")
    box = page.locator("#map").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2 + 7, box["y"] + box["height"] / 2 + 5)
    card = page.locator("#card [data-code]")
    expect(card).to_be_visible()
    lon, lat = card.locator("dd", has_text=re.compile(r"^\d+\.\d{6}, \d+\.\d{6}$")).inner_text().split(", ")
    located = ask(page, base_url, "/locate", lon=lon, lat=lat)
    assert card.get_attribute("data-code") == located["grid"]["code"]
    expect(card).to_contain_text(located["micro_grid"]["code"])


def vertices(feature):
    """All vertices of a polygon or multipolygon as pairs."""
    polygons = feature["geometry"]["coordinates"]
    return {tuple(vertex) for polygon in polygons for ring in polygon for vertex in ring}


def test_a_place_on_a_border_names_its_owner_and_the_others(page, base_url, grid):
    own = ask(page, base_url, f"/grids/{grid['code']}")
    neighbour = max(own["properties"]["neighbours"], key=lambda one: one["shared_border_m"])
    lon, lat = min(vertices(own) & vertices(ask(page, base_url, f"/grids/{neighbour['code']}")))
    located = ask(page, base_url, "/locate", lon=lon, lat=lat)
    assert located["on_border"]
    open_map(page, base_url)
    search_for(page, f"{lon:.7f}, {lat:.7f}")
    page.press("#search", "Enter")
    expect(page.locator(f"#card [data-code='{located['grid']['code']}']")).to_be_visible()
    for other in located["also"]:
        expect(page.locator("#card [data-on-border]")).to_contain_text(other["code"])


def test_typed_coordinates_are_found_in_the_datum_that_is_chosen(page, base_url, grid):
    open_map(page, base_url)
    for row, datum in enumerate(("cgcs2000", "gcj02", "bd09")):
        search_for(page, f"{grid['lon']:.6f}, {grid['lat']:.6f}")
        with page.expect_response(lambda response: "/locate" in response.url) as answer:
            page.locator("#search-list li").nth(row).click()
        assert f"datum={datum}" in answer.value.url
        located = answer.value.json()
        expect(page.locator("#card dd", has_text=f"{located['lon']:.6f}, {located['lat']:.6f}")).to_be_visible()


def test_coordinates_with_the_latitude_first_are_put_in_order_and_said_so(page, base_url, grid):
    open_map(page, base_url)
    search_for(page, f"{grid['lat']:.6f}，{grid['lon']:.6f}")
    expect(page.locator("#search-list li").first).to_contain_text(f"{grid['lon']:.6f}, {grid['lat']:.6f}")
    expect(page.locator("#search-list li").first).to_contain_text("调换")


def test_a_place_outside_every_grid_gets_its_distance_and_the_nearest_grid(page, base_url):
    west, south, _, _ = ask(page, base_url, "/meta")["city"]["bbox"]
    lon, lat = west - 0.05, south - 0.05
    located = ask(page, base_url, "/locate", lon=lon, lat=lat)
    assert located["grid"] is None
    open_map(page, base_url)
    search_for(page, f"{lon:.6f}, {lat:.6f}")
    page.press("#search", "Enter")
    outside = page.locator("#card [data-outside]")
    expect(outside).to_contain_text("不属于任何网格")
    expect(outside).to_contain_text(re.compile(r"\d km"))
    outside.locator(".unit-button").click()
    expect(page.locator(f"#card [data-code='{located['nearest']['code']}']")).to_be_visible()


def test_a_search_that_finds_nothing_says_what_to_do(page, base_url):
    open_map(page, base_url)
    page.fill("#search", "没有这样的地名")
    expect(page.locator("#search-note")).to_contain_text("没有找到")
    expect(page.locator("#search-note")).to_contain_text("105.44, 28.88")


def test_the_legend_of_the_heat_map_gives_the_servers_own_counts(page, base_url, grid):
    open_map(page, base_url, f"11/{grid['lat']:.5f}/{grid['lon']:.5f}")
    page.click("#tab-incidents")
    page.check("#period-all", force=True)
    with page.expect_response(lambda response: "/heat" in response.url and "zoom=12" in response.url) as answer:
        page.click("#map .leaflet-control-zoom-in")
    page.wait_for_function(INCIDENTS_READY)
    heat = answer.value.json()
    legend = page.locator("#incident-legend")
    expect(legend).to_have_attribute("data-total", str(heat["total"]))
    assert heat["total"] == sum(count for _, _, count in heat["bins"]) > 0
    expect(legend.locator(".total")).to_contain_text(f"{heat['total']:,}")
    bins = [int(re.sub(r"\D", "", text)) for text in legend.locator(".legend-list .muted").all_inner_texts()]
    assert sum(bins) == len(heat["bins"])
    assert page.evaluate(MARKED_PIXELS, "heat") > 0


def test_squares_and_the_smooth_surface_come_from_one_answer(page, base_url):
    open_map(page, base_url)
    page.get_by_role("button", name="全市").click()
    page.wait_for_function("() => document.querySelector('#incident-legend').dataset.kind === 'heat'")
    page.click("#tab-incidents")
    page.check("#period-all", force=True)
    page.wait_for_function(INCIDENTS_READY)
    total = page.locator("#incident-legend").get_attribute("data-total")
    squares = page.evaluate(MARKED_PIXELS, "heat")
    page.check("#look-smooth", force=True)
    page.wait_for_function(INCIDENTS_READY)
    expect(page.locator("#incident-legend")).to_have_attribute("data-total", total)
    assert page.evaluate(MARKED_PIXELS, "heat") not in (0, squares)


def test_a_family_and_dates_narrow_the_count_to_what_the_server_counts(page, base_url):
    open_map(page, base_url)
    page.click("#tab-incidents")
    page.check("#period-all", force=True)
    page.wait_for_function(INCIDENTS_READY)
    everything = int(page.locator("#incident-legend").get_attribute("data-total"))
    with page.expect_response(lambda response: "family=hazard" in response.url) as answer:
        page.select_option("#family", "hazard")
    narrowed = answer.value.json()["total"]
    assert 0 < narrowed < everything
    expect(page.locator("#incident-legend")).to_have_attribute("data-total", str(narrowed))
    page.check("#period-custom", force=True)
    page.fill("#date-first", "2026-06-30")
    page.fill("#date-last", "2026-06-01")
    expect(page.locator("#range-text")).to_contain_text("起止日期不对")
    with page.expect_response(lambda response: "from=2026-05-01T00" in response.url and "to=2026-07-01T00" in response.url):
        page.fill("#date-first", "2026-05-01")
        page.fill("#date-last", "2026-06-30")


def test_near_by_each_incident_is_a_mark_that_opens_its_card(page, base_url):
    newest = ask(page, base_url, "/incidents", limit=1)["features"][0]
    lon, lat = newest["geometry"]["coordinates"]
    open_map(page, base_url, f"17/{lat:.5f}/{lon:.5f}")
    page.wait_for_function("() => document.querySelector('#incident-legend').dataset.kind === 'points'")
    assert page.evaluate(MARKED_PIXELS, "points") > 0
    page.click("#tab-list")
    page.check("input[name=list-what][value=incidents]", force=True)
    expect(page.locator(f"#list-rows tr[data-no='{newest['properties']['no']}']")).to_be_visible()
    box = page.locator("#map").bounding_box()
    page.click("#tab-place")
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    number = page.locator("#card [data-incident]").get_attribute("data-incident")
    near = ask(page, base_url, "/incidents", bbox=f"{lon - 2e-4},{lat - 2e-4},{lon + 2e-4},{lat + 2e-4}")
    assert number in {feature["properties"]["no"] for feature in near["features"]}


def test_more_incidents_than_an_answer_holds_are_told_on_the_map(page, base_url):
    """The server is asked for no more than three, so that a small town shows what a large city does at five thousand."""
    page.route("**/incidents?**", lambda route: route.continue_(url=re.sub(r"limit=\d+", "limit=3", route.request.url)))
    newest = ask(page, base_url, "/incidents", limit=1)["features"][0]
    lon, lat = newest["geometry"]["coordinates"]
    with page.expect_response(lambda response: "/incidents?" in response.url) as answer:
        open_map(page, base_url, f"14/{lat:.5f}/{lon:.5f}")
    found = answer.value.json()
    assert found["truncated"] and found["total"] > 3
    note = page.locator("#map-note")
    expect(note).to_contain_text(f"{found['total']:,} 件")
    expect(note).to_contain_text("只画出 3 件")
    expect(page.locator("#incident-legend")).to_have_attribute("data-total", str(found["total"]))


def test_the_list_holds_the_grids_of_the_map_and_chooses_them(page, base_url, at_grid, grid):
    open_map(page, base_url, at_grid)
    page.click("#tab-list")
    row = page.locator(f"#list-rows tr[data-code='{grid['code']}']")
    expect(row).to_contain_text(grid["name"])
    count = int(re.search(r"\d+", page.locator("#list-count").inner_text())[0])
    assert count == page.locator("#list-rows tbody tr").count()
    page.fill("#list-filter", grid["code"])
    expect(page.locator("#list-rows tbody tr")).to_have_count(1)
    page.fill("#list-filter", "")
    page.select_option("#list-choose", grid["code"])
    expect(row).to_have_class(re.compile("is-chosen"))
    page.click("#tab-place")
    expect(page.locator(f"#card [data-code='{grid['code']}']")).to_be_visible()


def test_every_text_changes_with_the_language_and_the_choice_is_remembered(page, base_url, at_grid, grid):
    open_map(page, base_url, f"{at_grid}/{grid['code']}")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    page.click("#language")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    for tab in ("place", "incidents", "list"):
        page.click(f"#tab-{tab}")
        page.wait_for_function(INCIDENTS_READY)
        assert page.evaluate(CHINESE_TEXTS) == []
    page.reload()
    page.wait_for_function(TILES_READY, timeout=LOADED_MS)
    assert page.evaluate(CHINESE_TEXTS) == []
    assert "Grid map" in page.title()
    page.click("#language")
    expect(page.locator("#tab-place")).to_have_text("网格")


def test_the_keyboard_alone_finds_a_grid_moves_the_map_and_walks_the_list(page, base_url, grid):
    open_map(page, base_url)
    page.keyboard.press("Tab")
    expect(page.locator(".skip").first).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.locator("#search")).to_be_focused()
    page.keyboard.type(grid["code"])
    expect(page.locator("#search-list li").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#search")).to_have_attribute("aria-activedescendant", "search-option-0")
    page.keyboard.press("Enter")
    expect(page.locator(f"#card [data-code='{grid['code']}']")).to_be_visible()
    expect(page.locator("#status-choice")).to_contain_text(grid["code"])

    page.focus(".skip >> nth=1")
    page.keyboard.press("Enter")
    expect(page.locator("#map")).to_be_focused()
    page.wait_for_function(TILES_READY, timeout=LOADED_MS)
    zoom = int(page.locator("html").get_attribute("data-zoom"))
    page.keyboard.press("-")
    expect(page.locator("html")).to_have_attribute("data-zoom", str(zoom - 1))
    page.wait_for_function(TILES_READY, timeout=LOADED_MS)
    before = page.evaluate("() => location.hash")
    page.keyboard.press("ArrowRight")
    page.wait_for_function("(before) => location.hash !== before", arg=before)
    page.keyboard.press("ArrowLeft")
    with page.expect_response(lambda response: "/locate" in response.url):
        page.keyboard.press("Enter")

    page.focus("#tab-place")
    page.keyboard.press("End")
    expect(page.locator("#tab-list")).to_be_focused()
    page.locator("#list-rows .row-button").first.focus()
    page.keyboard.press("ArrowDown")
    second = page.locator("#list-rows tbody tr").nth(1)
    expect(second.locator("button")).to_be_focused()
    page.keyboard.press("Enter")
    expect(second).to_have_class(re.compile("is-chosen"))


def test_on_a_phone_nothing_runs_over_the_edge_and_the_panel_folds(page, base_url, grid):
    page.set_viewport_size(PHONE)
    open_map(page, base_url)
    search_for(page, grid["code"])
    page.press("#search", "Enter")
    expect(page.locator(f"#card [data-code='{grid['code']}']")).to_be_visible()
    assert page.evaluate("() => document.documentElement.scrollWidth") <= PHONE["width"]
    height = page.locator("#map").bounding_box()["height"]
    page.click("#fold")
    expect(page.locator("#panel-body")).to_be_hidden()
    assert page.locator("#map").bounding_box()["height"] > height + 150
    page.click("#tab-incidents")
    expect(page.locator("#filters")).to_be_visible()
    for button in page.locator("button:visible").all():
        box = button.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= PHONE["width"]


def test_a_server_that_cannot_be_reached_is_named_and_a_retry_brings_the_map(page, base_url):
    page.route("**/api/v1/meta", lambda route: route.abort("connectionrefused"))
    page.goto(base_url)
    alert = page.locator("#alert")
    expect(alert).to_contain_text("连不上服务器")
    page.unroute("**/api/v1/meta")
    alert.get_by_role("button", name="重试").click()
    page.wait_for_function(TILES_READY, timeout=LOADED_MS)
    expect(alert).to_be_hidden()


def test_tiles_and_incidents_that_fail_are_told_and_come_back_with_a_retry(page, base_url, at_grid):
    lost = re.compile(r"/tiles/|/incidents\?")
    page.route(lost, lambda route: route.abort("connectionrefused"))
    page.goto(f"{base_url}/#{at_grid}")
    alert = page.locator("#alert")
    expect(alert).to_contain_text("部分地图没有加载成功")
    expect(alert).to_contain_text("事件没有加载成功")
    page.wait_for_load_state("networkidle")  # a request still on its way would mend the page before anybody presses
    page.unroute(lost)
    alert.get_by_role("button", name="重试").click()
    page.wait_for_function(TILES_READY, timeout=LOADED_MS)
    expect(alert).to_be_hidden()
    assert page.evaluate(TILE_COLOURS) > 3


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("tab", ["place", "incidents", "list"])
def test_axe_finds_nothing(watched, base_url, at_grid, grid, tab, viewport):
    """In a page of its own: only axe is let past the content policy, the page itself is tested under it above."""
    page = watched(bypass_csp=True, viewport=viewport)
    open_map(page, base_url, f"{at_grid}/{grid['code']}")
    expect(page.locator("#card [data-code]")).to_be_visible()
    page.click(f"#tab-{tab}")
    page.wait_for_function(INCIDENTS_READY)
    page.add_script_tag(path=AXE)
    assert page.evaluate(AXE_FINDINGS) == []
