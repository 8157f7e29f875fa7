"""A planner at the workbench in a real browser; what was done there is read from the register and proven whole."""

from datetime import datetime
from itertools import combinations

import httpx
import numpy as np
import shapely

from boundaries.clock import CITY_ZONE, now
from boundaries.store import changes
from boundaries.store.proof import broken_instants
from boundaries.store.units import units_at
from tests import people

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


class Workbench:
    """A planner with a change set open on a village."""

    def __init__(self, page, engine, base_url):
        self.page, self.engine, self.base_url = page, engine, base_url
        self.account = people.someone(engine, ("town_planner", TOWN), password=people.PASSWORD)
        self.before = self.children(VILLAGE)

    def sign_in(self):
        people.let_in(self.page.context, people.headers_of(self.engine, self.account), self.base_url)

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
        return children(self.engine, parent)

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

    def toward(self, handle, unit, far):
        """The pixel so far from a handle on the way into a unit."""
        start = np.array((handle["x"], handle["y"]))
        way = self.pixel(self.before[unit].representative_point()) - start
        return start + way / np.hypot(*way) * far

    def drag(self, handle, target, *, steps=4):
        self.take(handle, target, steps=steps)
        self.page.mouse.up()

    def take(self, handle, target, *, steps=4):
        """Drags and does not let go."""
        self.page.mouse.move(handle["x"], handle["y"])
        self.page.mouse.down()
        self.page.mouse.move(*target, steps=steps)
        self.page.wait_for_function("() => document.documentElement.dataset.dragging === 'true'")

    def wheel(self):
        """One step nearer where the mouse is."""
        zoom = self.page.evaluate("() => document.documentElement.dataset.zoom")
        self.page.mouse.wheel(0, -120)
        self.page.wait_for_function("(zoom) => document.documentElement.dataset.zoom !== zoom", arg=zoom)
        self.page.evaluate(UNTIL % STILL)

    def degrees_per_pixel(self):
        (x, _), (other, _) = self.pixel(shapely.Point(105, 28)), self.pixel(shapely.Point(106, 28))
        return 1 / abs(other - x)

    def handles(self, unit):
        return self.page.evaluate("(unit) => window.wanggeEditor.handles(unit)", unit)

    def hold(self, unit):
        """Takes up the tool for vertices, chooses a unit and goes there; its handles."""
        self.page.click("#tool-vertex")
        self.click(self.before[unit].representative_point())
        self.page.locator(f".unit-card[data-unit='{unit}'] .icon-only").first.click()
        self.page.evaluate(UNTIL % STILL)
        return self.handles(unit)

    def draw(self, tool, points):
        """Draws a line or a ring that catches on nothing, and ends it."""
        self.page.click(f"#tool-{tool}")
        self.page.keyboard.down("Control")
        for point in points:
            self.click(point)
        self.page.keyboard.up("Control")
        self.page.keyboard.press("Enter")

    def split(self, unit):
        """Draws a straight line across a unit, from outside to outside."""
        self.draw("split", middle_line(self.before[unit]))
        self.page.wait_for_function("() => document.documentElement.dataset.commands === '1'")

    def saved(self, count):
        self.page.evaluate(UNTIL % SAVED, [self.number, count])
        assert self.page.locator("[data-notice=disagreed], [data-notice=refused], [data-notice=stale]").count() == 0

    def decide(self, *, on=None):
        """A county's officer checks and decides; the register is proven whole."""
        self._decided(self.number, people.as_role(self.engine, "county_officer", COUNTY), on)

    def decided_by_others(self, commands, *, on=None):
        """Another planner's change set is decided; the name of who decided it."""
        officer = people.someone(self.engine, ("county_officer", COUNTY))
        headers = people.headers_of(self.engine, officer)
        wish = {"title": "他人的调整", "reason": "correction", "scope": VILLAGE, "commands": commands}
        opened = httpx.post(f"{self.base_url}/api/v1/change-sets", headers=headers, json=wish, timeout=60)
        assert opened.is_success, opened.text
        self._decided(opened.json()["id"], headers, on)
        return officer

    def _decided(self, number, officer, day):
        address, today = f"{self.base_url}/api/v1/change-sets/{number}", datetime.now(CITY_ZONE).date()
        check = httpx.post(f"{address}/check", headers=officer, timeout=60)
        assert check.json()["ok"], check.text
        wish = {"effective_on": (day or today).isoformat()}
        decided = httpx.post(f"{address}/decide", headers=officer, json=wish, timeout=60)
        assert decided.status_code == 200, decided.text
        with self.engine.connect() as connection:
            assert changes.change(connection, number).state == ("county_decided" if day and day > today else "in_force")
            assert broken_instants(connection) == []

    def moved(self, old):
        """The vertex has left its place in all units that had it, for the same new place in all of them; these units."""
        holders, after = self.holders(old), self.children(VILLAGE)
        new = [vertices(after[code]) - vertices(self.before[code]) for code in holders]
        assert holders and set(after) == set(self.before)
        assert all(old not in vertices(shape) for shape in after.values())
        assert len(new[0]) == 1 and all(one == new[0] for one in new)
        return holders

    def agrees(self, units):
        """The page has exactly the vertices of the register."""
        decided = self.children(VILLAGE)
        for unit in units:
            shown = {on_lattice(one) for one in self.handles(unit) if one["kind"] != "middle"}
            assert shown == vertices(decided[unit])


def children(engine, parent):
    """Shapes in force by code."""
    with engine.connect() as connection:
        units = units_at(connection, codes=[], children_of=[parent], at=now())
    return dict(zip(units.code.tolist(), units.geometry, strict=True))


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


def freest(handles, fits):
    """Of the handles that fit the one farthest from every other handle."""
    places = np.array([(one["x"], one["y"]) for one in handles])
    gaps = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1))
    np.fill_diagonal(gaps, np.inf)
    return handles[max((i for i, one in enumerate(handles) if fits(one)), key=lambda i: gaps[i].min())]


def longest_border(shapes):
    """Neighbours and the longest piece of their border, the longest borders first."""
    borders = [(shapely.intersection(shapes[a].boundary, shapes[b].boundary), a, b) for a, b in combinations(sorted(shapes), 2)]
    for border, a, b in sorted(borders, key=lambda one: -one[0].length):
        if border.length > 0:
            yield a, b, max(shapely.get_parts(shapely.line_merge(border)), key=shapely.length)


def piece_over_a_border(shapes):
    """Two neighbours, and a square within them over the middle of their longest border."""
    for a, b, line in longest_border(shapes):
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
