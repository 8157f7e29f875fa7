"""A dispatcher at the desk in a real browser; what was done there is read from the database."""

import httpx
import sqlalchemy as sa
from playwright.sync_api import expect

from tests import people

LOADED_MS = 30_000
STATE = sa.text("SELECT state, department, grid_code, merged_into IS NOT NULL AS merged FROM incident WHERE no = :no")
COURSE = sa.text("""
    SELECT action, detail, note FROM incident_event WHERE incident_id = (SELECT id FROM incident WHERE no = :no) ORDER BY id""")


class Dispatcher:
    """A page, who sits before it, and the register behind it."""

    def __init__(self, page, engine, base_url):
        self.page, self.engine, self.base_url = page, engine, base_url
        self.name = people.someone(engine, ("dispatcher", ""), password=people.PASSWORD)
        self.headers = people.headers_of(engine, self.name)
        self.grid = self._grid()

    def _grid(self):
        code = self.ask("/grids", limit=1)["features"][0]["properties"]["code"]
        return next(found for found in self.ask("/search", q=code)["results"] if found["code"] == code)

    def ask(self, path, **query):
        """The answer to a question under /api/v1, as a program of this dispatcher."""
        answer = httpx.get(f"{self.base_url}/api/v1{path}", params=query, headers=self.headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def matters(self, *, urgent=False):
        return [matter["code"] for matter in self.ask("/meta")["matters"] if matter["urgent"] == urgent]

    def report(self, *, at=None, urgent=False, matter=None, **more):
        """A report that comes from elsewhere, by default in the middle of a grid; its number."""
        lon, lat = at or (self.grid["lon"], self.grid["lat"])
        body = {
            "matter": matter or self.matters(urgent=urgent)[0],
            "lon": lon,
            "lat": lat,
            "datum": "cgcs2000",
            "source": "phone",
        }
        answer = httpx.post(f"{self.base_url}/api/v1/incidents", json=body | more, headers=self.headers)
        assert answer.status_code == 201, answer.text
        return answer.json()["no"]

    def act(self, no, action, **body):
        """What somebody else does to an incident."""
        answer = httpx.post(f"{self.base_url}/api/v1/incidents/{no}/{action}", json=body, headers=self.headers)
        assert answer.status_code == 200, answer.text

    def border(self):
        """A place on the border of two grids."""
        own = self.ask(f"/grids/{self.grid['code']}")
        neighbour = max(own["properties"]["neighbours"], key=lambda one: one["shared_border_m"])
        return min(vertices(own) & vertices(self.ask(f"/grids/{neighbour['code']}")))

    def open(self, address=""):
        """The desk, signed in, loaded and live."""
        people.let_in(self.page.context, self.headers, self.base_url)
        self.page.goto(f"{self.base_url}/desk.html{address}")
        self.live()
        return self

    def live(self):
        expect(self.page.locator("html")).to_have_attribute("data-link", "live", timeout=LOADED_MS)

    def row(self, no):
        return self.page.locator(f"#rows [data-no='{no}']")

    def only(self, no):
        """Narrow the list to one incident: the demo town has many open ones."""
        self.page.locator("#filter-box summary").click()
        self.page.fill("#filter-text", no)
        expect(self.page.locator("#rows [data-no]")).to_have_count(1)

    def choose(self, no):
        self.only(no)
        self.row(no).click()
        self.card(no)

    def card(self, no):
        card = self.page.locator(f"#card [data-incident='{no}']")
        expect(card).to_be_visible(timeout=LOADED_MS)
        return card

    def submit(self):
        """Send what the window asks for, and see it close."""
        self.page.click("#act-submit")
        expect(self.page.locator("dialog")).to_have_count(0)

    def incident(self, no):
        with self.engine.connect() as connection:
            return connection.execute(STATE, {"no": no}).one()

    def course(self, no):
        with self.engine.connect() as connection:
            return connection.execute(COURSE, {"no": no}).all()

    def actions(self, no):
        return [event.action for event in self.course(no)]


def vertices(feature):
    """All vertices of a polygon or multipolygon as pairs."""
    shape = feature["geometry"]
    polygons = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
    return {tuple(vertex) for polygon in polygons for ring in polygon for vertex in ring}
