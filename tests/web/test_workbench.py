"""The planner's workbench in a real browser: what mouse and keys did there is read from the register and proven whole."""

from datetime import datetime
from itertools import combinations
from pathlib import Path

import httpx
import numpy as np
import pytest
import shapely
from playwright.sync_api import expect

from boundaries.clock import CITY_ZONE, now
from boundaries.store import changes
from boundaries.store.proof import broken_instants
from boundaries.store.units import units_at
from tests import people
from tests.web.conftest import serving

AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
pytestmark = [pytest.mark.browser, pytest.mark.database]

COUNTY, TOWN, VILLAGE = "510504", "510504001", "510504001001"

OPENED = """() => {
  const { editor, opening, open } = document.documentElement.dataset;
  return editor === 'ready' && opening === 'idle' && open === 'true';
}"""

# The map has come to rest: for some frames everything lies where it lay.
STILL = """async () => {
  const seen = () => JSON.stringify([window.wanggeEditor.view(), window.wanggeEditor.project(105, 28)]);
  const before = seen();
  for (let frame = 0; frame < 12; frame++) await new Promise(requestAnimationFrame);
  return seen() === before;
}"""

SAVED = """async ([number, count]) => {
  const { saving, commands } = document.documentElement.dataset;
  if (saving !== 'saved' || commands !== String(count)) return false;
  const answer = await fetch(`/api/v1/change-sets/${number}`);
  return answer.ok && (await answer.json()).commands.length === count;
}"""

# The browser's own wait takes a promise for a yes.
UNTIL = """async (given) => {
  const holds = %s;
  const end = performance.now() + 30000;
  while (!(await holds(given))) {
    if (performance.now() > end) throw new Error('It never came to that.');
    await new Promise(requestAnimationFrame);
  }
}"""

AXE_FINDINGS = """async () => {
  const { violations } = await axe.run();
  return violations.map((one) => [one.id, one.nodes.map((node) => node.html)]);
}"""


@pytest.fixture
def base_url(demo_copy_url):
    """Address of a server with a demo town of the test's own, to be changed."""
    with serving(demo_copy_url) as url:
        yield url


class Workbench:
    """A planner with a change set open on a village."""

    def __init__(self, page, engine, base_url):
        self.page, self.engine, self.base_url = page, engine, base_url
        self.account = people.someone(engine, ("town_planner", TOWN), password=people.PASSWORD)
        self.before = self.children(VILLAGE)

    def sign_in(self):
        cookie = people.headers_of(self.engine, self.account)["cookie"].split("=", 1)
        self.page.context.add_cookies([{"name": cookie[0], "value": cookie[1], "url": self.base_url}])

    def begin(self):
        self.page.goto(f"{self.base_url}/workbench.html#place={VILLAGE}")
        self.page.wait_for_function(OPENED)
        self.page.fill("#new-title", "网格调整")
        self.page.click("#new-open")
        self.page.wait_for_url("**#set=*")
        self.number = int(self.page.url.split("set=")[1].split("&")[0])
        self.ready()

    def ready(self):
        self.page.wait_for_selector("#commands", state="attached")
        self.page.wait_for_function(OPENED)
        self.page.evaluate(UNTIL % STILL)

    def children(self, parent):
        """Shapes in force by code."""
        with self.engine.connect() as connection:
            units = units_at(connection, codes=[], children_of=[parent], at=now())
        return dict(zip(units.code.tolist(), units.geometry, strict=True))

    def holders(self, vertex):
        """Grids that had a vertex at first."""
        return [code for code, shape in self.before.items() if vertex in vertices(shape)]

    def commands(self):
        with self.engine.connect() as connection:
            return changes.change(connection, self.number).commands

    def pixel(self, point):
        return self.page.evaluate("([x, y]) => window.wanggeEditor.project(x, y)", [point.x, point.y])

    def junctions(self, unit):
        """Vertices of a grid at which it met two others or more at first."""
        return [vertex for vertex in vertices(self.before[unit]) if len(self.holders(vertex)) > 2]

    def click(self, point):
        self.page.mouse.click(*self.pixel(point))

    def handles(self, unit):
        return self.page.evaluate("(unit) => window.wanggeEditor.handles(unit)", unit)

    def split(self, unit):
        """Draws a straight line across a unit, from outside to outside."""
        start, end = middle_line(self.before[unit])
        self.page.click("#tool-split")
        self.page.keyboard.down("Control")
        self.click(start)
        self.click(end)
        self.page.keyboard.up("Control")
        self.page.keyboard.press("Enter")
        self.page.wait_for_function("() => document.documentElement.dataset.commands === '1'")

    def saved(self, count):
        self.page.evaluate(UNTIL % SAVED, [self.number, count])
        assert self.page.locator("[data-notice=disagreed], [data-notice=refused], [data-notice=stale]").count() == 0

    def decide(self):
        """A county's officer checks and decides; the register is proven whole."""
        officer = people.as_role(self.engine, "county_officer", COUNTY)
        address = f"{self.base_url}/api/v1/change-sets/{self.number}"
        check = httpx.post(f"{address}/check", headers=officer, timeout=60)
        assert check.json()["ok"], check.text
        today = datetime.now(CITY_ZONE).date().isoformat()
        decided = httpx.post(f"{address}/decide", headers=officer, json={"effective_on": today}, timeout=60)
        assert decided.status_code == 200, decided.text
        with self.engine.connect() as connection:
            assert changes.change(connection, self.number).state == "in_force"
            assert broken_instants(connection) == []

    def agrees(self, units):
        """The page has exactly the vertices of the register."""
        decided = self.children(VILLAGE)
        for unit in units:
            shown = {on_lattice(one) for one in self.handles(unit) if one["kind"] != "middle"}
            assert shown == vertices(decided[unit])


def vertices(shape):
    return {tuple(one) for one in np.rint(shapely.get_coordinates(shape) * 1e7).astype(int).tolist()}


def middle_line(shape, *, at=0.5):
    """Ends of a line from west to east, a little outside of the shape."""
    west, south, east, north = shape.bounds
    over, height = (east - west) / 20, south + at * (north - south)
    return shapely.Point(west - over, height), shapely.Point(east + over, height)


def parts_of_line(shape, at):
    crossed = shapely.intersection(shape, shapely.LineString(middle_line(shape, at=at)))
    return shapely.get_num_geometries(crossed)


def splittable(shapes):
    """The largest unit that a line across its middle parts into two, also where it runs a pixel higher or lower."""
    plain = [code for code, shape in shapes.items() if all(parts_of_line(shape, at) == 1 for at in np.linspace(0.45, 0.55, 9))]
    return max(plain, key=lambda code: shapes[code].area)


@pytest.fixture
def new_bench(watched, demo_copy, base_url):
    """Opens the page for a new planner, with a new change set in a village."""

    def opened(**options):
        bench = Workbench(watched(**options), demo_copy, base_url)
        bench.sign_in()
        bench.begin()
        return bench

    return opened


@pytest.fixture
def bench(new_bench):
    return new_bench()


def free_junction(bench, handles):
    """A vertex at which three grids meet, apart from every other handle."""
    places = np.array([(one["x"], one["y"]) for one in handles])
    gaps = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1))
    np.fill_diagonal(gaps, np.inf)
    junctions = [i for i, one in enumerate(handles) if one["kind"] == "node" and len(bench.holders(on_lattice(one))) > 2]
    return handles[max(junctions, key=lambda i: gaps[i].min())]


def on_lattice(handle):
    return round(handle["lon"] * 1e7), round(handle["lat"] * 1e7)


def expect_moved(bench, old):
    """The vertex has left its place in all units that had it, for the same new place in all of them."""
    holders = bench.holders(old)
    after = bench.children(VILLAGE)
    assert set(after) == set(bench.before)
    new = [vertices(after[code]) - vertices(bench.before[code]) for code in holders]
    assert holders
    assert all(old not in vertices(shape) for shape in after.values())
    assert len(new[0]) == 1 and all(one == new[0] for one in new)
    return holders


def test_a_dragged_junction_moves_in_all_its_grids_and_the_register_is_whole(bench):
    page = bench.page
    unit = max(bench.before, key=lambda code: (len(bench.junctions(code)), bench.before[code].area))
    page.click("#tool-vertex")
    bench.click(bench.before[unit].representative_point())
    page.locator(f".unit-card[data-unit='{unit}'] .icon-only").first.click()
    page.evaluate(UNTIL % STILL)
    handle = free_junction(bench, bench.handles(unit))
    start = np.array((handle["x"], handle["y"]))
    way = bench.pixel(bench.before[unit].representative_point()) - start
    target = start + way / np.hypot(*way) * 7
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*target, steps=4)
    page.wait_for_function("() => document.documentElement.dataset.dragging === 'true'")
    page.mouse.up()
    bench.saved(1)
    bench.decide()
    holders = expect_moved(bench, on_lattice(handle))
    assert unit in holders and len(holders) > 2
    bench.agrees(holders)


def test_a_split_undone_redone_and_handed_in_is_one_more_grid(bench):
    page, unit = bench.page, splittable(bench.before)
    bench.split(unit)
    bench.saved(1)
    page.keyboard.press("Control+z")
    bench.saved(0)
    page.keyboard.press("Control+y")
    bench.saved(1)
    page.click("#tab-review")
    page.click("#hand-in")
    expect(page.locator("#verdict.is-good")).to_be_visible(timeout=30_000)
    bench.decide()
    after = bench.children(VILLAGE)
    assert len(after) == len(bench.before) + 1
    pieces = [shape for code, shape in after.items() if code == unit or code not in bench.before]
    assert len(pieces) == 2
    assert shapely.union_all(pieces).symmetric_difference(bench.before[unit]).area < 1e-4 * bench.before[unit].area


def test_two_micro_grids_merged_are_one(bench):
    page = bench.page
    micro = {grid: bench.children(grid) for grid in bench.before}
    pairs = [
        (min(a[1].area, b[1].area), a, b, grid)
        for grid, parts in micro.items()
        for a, b in combinations(parts.items(), 2)
        if shapely.intersection(a[1].boundary, b[1].boundary).length > 0 and len(parts) > 2
    ]
    _, (_, first_shape), (_, second_shape), grid = max(pairs, key=lambda pair: pair[0])
    page.locator("#level-micro_grid").check(force=True)
    page.click("#tool-merge")
    bench.click(first_shape.representative_point())
    bench.click(second_shape.representative_point())
    page.keyboard.press("Enter")
    bench.saved(1)
    bench.decide()
    after = bench.children(grid)
    assert len(after) == len(micro[grid]) - 1
    merged = shapely.union_all([first_shape, second_shape])
    assert any(shapely.equals(shape, merged) for shape in after.values())


def test_a_drawn_piece_goes_from_one_grid_to_its_neighbour(bench):
    page, shapes = bench.page, bench.before
    giver, taker, piece = piece_over_a_border(shapes)
    page.click("#tool-transfer")
    page.keyboard.down("Control")
    for corner in shapely.points(shapely.get_coordinates(piece)[:-1]):
        bench.click(corner)
    page.keyboard.up("Control")
    page.keyboard.press("Enter")
    bench.click(shapes[taker].representative_point())
    bench.saved(1)
    bench.decide()
    after = bench.children(VILLAGE)
    assert after[taker].area > shapes[taker].area and after[giver].area < shapes[giver].area
    assert after[taker].area + after[giver].area == pytest.approx(shapes[taker].area + shapes[giver].area, rel=1e-9)
    bench.agrees([giver, taker])


def piece_over_a_border(shapes):
    """Two neighbours, and a square within them over the middle of their longest border."""
    borders = [(shapely.intersection(shapes[a].boundary, shapes[b].boundary), a, b) for a, b in combinations(sorted(shapes), 2)]
    for border, a, b in sorted(borders, key=lambda one: -one[0].length):
        line = max(shapely.get_parts(shapely.line_merge(border)), key=shapely.length)
        centre = shapely.line_interpolate_point(line, 0.5, normalized=True)
        both = shapely.union(shapes[a], shapes[b])
        for share in (0.3, 0.2, 0.1):
            square = shapely.box(*(centre.buffer(line.length * share).bounds))
            parts = [shapely.difference(shapes[one], square) for one in (a, b)]
            taken = shapely.intersection(shapes[a], square)
            if shapely.contains_properly(both, square) and all(
                one.geom_type == "Polygon" or len(one.geoms) == 1 for one in (*parts, taken)
            ):
                return a, b, square
    raise AssertionError("no border of the village has room for a piece")


def test_work_without_network_outlives_the_page(bench):
    page, unit = bench.page, splittable(bench.before)
    page.context.set_offline(True)
    bench.split(unit)
    page.wait_for_function("() => document.documentElement.dataset.saving === 'waiting'")
    expect(page.locator("#saving")).to_contain_text("修改已留在本浏览器")
    assert bench.commands() == ()
    address, context = page.url, page.context
    page.close()
    context.set_offline(False)
    bench.page = context.new_page()
    bench.page.goto(address)
    bench.ready()
    bench.saved(1)
    assert [(one["op"], one["unit"]) for one in bench.commands()] == [("split", unit)]
    bench.decide()
    assert len(bench.children(VILLAGE)) == len(bench.before) + 1


def test_the_page_names_who_else_edited_the_set_and_puts_the_work_on_top(bench):
    page, unit = bench.page, splittable(bench.before)
    other = people.someone(bench.engine, ("town_planner", TOWN))
    renamed = next(code for code in bench.before if code != unit)
    answer = httpx.post(
        f"{bench.base_url}/api/v1/change-sets/{bench.number}/commands",
        headers=people.headers_of(bench.engine, other),
        json={"commands": [{"op": "rename", "unit": renamed, "name": "另一网格"}]},
        timeout=60,
    )
    assert answer.is_success, answer.text
    bench.split(unit)
    expect(page.locator("[data-notice=conflict]")).to_contain_text(other, timeout=30_000)
    page.click("#rebase")
    bench.saved(2)
    assert [one["op"] for one in bench.commands()] == ["rename", "split"]
    bench.decide()
    assert len(bench.children(VILLAGE)) == len(bench.before) + 1


def test_whoever_is_signed_out_in_the_middle_of_work_loses_nothing(bench):
    page, unit = bench.page, splittable(bench.before)
    page.context.clear_cookies()
    bench.split(unit)
    page.fill("#sign-in-password", people.PASSWORD)
    page.keyboard.press("Enter")
    bench.saved(1)
    assert [(one["op"], one["unit"]) for one in bench.commands()] == [("split", unit)]
    bench.decide()
    assert len(bench.children(VILLAGE)) == len(bench.before) + 1


def test_axe_finds_nothing_with_a_change_set_open(new_bench):
    """Only axe is let past the content policy; the other tests are under it."""
    bench = new_bench(bypass_csp=True)
    page = bench.page
    bench.split(splittable(bench.before))
    bench.saved(1)
    page.add_script_tag(path=AXE)
    for tab in ("work", "review", "units", "import", "time"):
        page.click(f"#tab-{tab}")
        assert page.evaluate(AXE_FINDINGS) == [], tab


def test_a_vertex_moves_by_the_keyboard_alone(bench):
    page, press = bench.page, bench.page.keyboard.press
    page.focus("#map")
    press("v")
    press("Enter")
    press("n")
    stops = [one for one in page.evaluate("() => window.wanggeEditor.handles()") if one["kind"] != "middle"]
    steps = next(i for i, one in enumerate(stops) if one["kind"] == "node")
    for key in ["Home", *["ArrowRight"] * steps, "Enter", *["ArrowDown"] * 3, "Enter"]:
        press(key)
    bench.saved(1)
    bench.decide()
    bench.agrees(expect_moved(bench, on_lattice(stops[steps])))
