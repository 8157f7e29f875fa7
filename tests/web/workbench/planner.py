"""A planner at the workbench in a real browser; what was done there is read from the register and proven whole."""

from datetime import datetime
from pathlib import Path

import httpx
import numpy as np
import shapely

from boundaries.clock import CITY_ZONE, now
from boundaries.store import changes
from boundaries.store.proof import broken_instants
from boundaries.store.units import units_at
from tests import people

AXE = Path(__file__).parents[3] / "web" / "node_modules" / "axe-core" / "axe.min.js"
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


def on_lattice(handle):
    return round(handle["lon"] * 1e7), round(handle["lat"] * 1e7)
