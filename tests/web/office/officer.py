"""Officers of the city and of a county at the office page in a real browser; what they did is read from the register."""

import math
from dataclasses import dataclass
from io import BytesIO

import numpy as np
from PIL import Image

from boundaries.clock import now
from boundaries.filings.payload import thawed
from boundaries.store import filing_reading
from boundaries.store.filing_chain import entries
from boundaries.store.units import units_at
from tests import people
from tests.boundaries.filings.change_sets import filed

COUNTY, VILLAGE = "510504", "510504001001"


@dataclass(frozen=True, slots=True)
class Filed:
    """A filing, the grid that was split, and a place that it kept."""

    no: str
    split: str
    inside: tuple[float, float]


def grids_of(engine, village):
    """Polygons of a village's grids by their codes."""
    with engine.connect() as connection:
        units = units_at(connection, codes=[], children_of=[village], at=now())
    return dict(zip(units.code.tolist(), units.geometry, strict=True))


def file_a_split(engine, village=VILLAGE, *, title="第一社区网格分设", **given):
    """The largest grid of a village cut in two from west to east, and renamed; decided and to be handed in."""
    shapes = grids_of(engine, village)
    unit = max(shapes, key=lambda code: shapes[code].area)
    west, _, east, _ = shapes[unit].bounds
    middle = shapes[unit].representative_point().y
    line = [[round(float(x), 7), round(float(middle), 7)] for x in (west - 0.01, east + 0.01)]
    commands = [
        {"op": "split", "unit": unit, "lines": {"type": "LineString", "coordinates": line}},
        {"op": "rename", "unit": unit, "name": "改名后的网格"},
    ]
    no = filed(engine, *commands, title=title, scope=village, note="新小区交付，户数超过规定", **given)
    with engine.connect() as connection:
        after = {each.code: each.geometry for each in thawed(filing_reading.payload_of(connection, no)).after}
    kept = after[unit].representative_point()
    return Filed(no, unit, (kept.x, kept.y))


class Office:
    """Somebody at the office page."""

    def __init__(self, page, engine, base_url):
        self.page, self.engine, self.base_url = page, engine, base_url
        self.account = None

    def sign_in(self, role, scope=""):
        self.account = people.someone(self.engine, (role, scope), password=people.PASSWORD)
        people.let_in(self.page.context, people.headers_of(self.engine, self.account), self.base_url)

    def sign_out_elsewhere(self):
        """The session ends while the page is open."""
        self.page.context.clear_cookies()

    def open(self, at=""):
        self.page.goto(f"{self.base_url}/office.html{at}")
        self.page.wait_for_selector(":root[data-tab]")
        return self

    def open_filing(self, no):
        """By its address, with map and tables."""
        self.page.goto("about:blank")
        self.open(f"#filing={no}")
        self.shown()

    def shown(self):
        self.page.wait_for_selector(":root[data-filing=told] #steps")

    def step(self, action, **typed):
        """One step, with what is typed into fields by their ids; the answer has come when the entry is in the list."""
        page = self.page
        before = page.locator("#steps > li").count()
        if page.get_attribute(f"#act-{action}", "aria-expanded") != "true":
            page.click(f"#act-{action}")
        for field, text in typed.items():
            page.fill(f"[id='{field}']", text)
        page.click("#take-step")
        page.wait_for_function("(count) => document.querySelectorAll('#steps > li').length === count", arg=before + 1)

    def held(self, no):
        """The filing's row, and what its last entry says."""
        with self.engine.connect() as connection:
            return filing_reading.filing(connection, no), entries(connection, no)[-1].said

    def slider(self):
        return self.page.get_by_role("slider")

    def picture(self):
        """Pixels of the map."""
        shot = self.page.locator("#filing-map").screenshot()
        return np.asarray(Image.open(BytesIO(shot)).convert("RGB")).astype(int)

    def click_map(self, lon, lat):
        """Where a place lies on the map."""
        self.page.locator("#filing-map").scroll_into_view_if_needed()
        zoom, *middle = map(float, self.page.get_attribute("#filing-map", "data-view").split("/"))
        box = self.page.locator("#filing-map").bounding_box()
        world = 256 * 2**zoom
        shift = (np.subtract(_fraction(lon, lat), _fraction(middle[1], middle[0]))) * world
        self.page.mouse.click(box["x"] + box["width"] / 2 + shift[0], box["y"] + box["height"] / 2 + shift[1])


def _fraction(lon, lat):
    """Place in the square of the Mercator world."""
    return lon / 360 + 0.5, 0.5 - math.asinh(math.tan(math.radians(lat))) / (2 * math.pi)


def share_of(picture, colour):
    """Which share of a picture has a colour, nearly."""
    return float((np.abs(picture - colour).max(axis=-1) < 40).mean())
