"""Somebody with a phone at the report page; what came of it is read from the database."""

import httpx
import sqlalchemy as sa
from playwright.sync_api import expect

from tests import people
from tests.web.access import PHONE

LOADED_MS = 30_000
TAKEN = sa.text("""
    SELECT no, source, address, ST_X(geom) AS lon, ST_Y(geom) AS lat, matter_code, grid_code, department, state, description,
           (SELECT count(*) FROM incident_photo WHERE incident_id = incident.id) AS photos,
           (SELECT count(*) FROM incident_contact WHERE incident_id = incident.id) AS contacts,
           (SELECT detail FROM incident_event WHERE incident_id = incident.id AND action = 'report') AS detail
    FROM incident WHERE source IN ('phone', 'public') ORDER BY id""")
GRID = sa.text("""
    SELECT code, ST_X(inside) AS lon, ST_Y(inside) AS lat
    FROM (SELECT code, ST_PointOnSurface(geom) AS inside FROM unit_version
          WHERE level = 'grid' AND upper_inf(lifespan) ORDER BY code LIMIT 1) AS grid""")


class Reporter:
    """A phone, and the register behind the server."""

    def __init__(self, watched, engine, base_url, *, at=None, **options):
        self.engine, self.base_url = engine, base_url
        self.town = self._grid()
        place = {"longitude": self.town["lon"], "latitude": self.town["lat"], "accuracy": 8} if at is None else at
        phone = {"viewport": PHONE, "has_touch": True, "is_mobile": True, "geolocation": place, "permissions": ["geolocation"]}
        # The browser's own routing does not see what a service worker lets pass; the tests of the kept page allow it.
        self.page = watched(**(phone | {"service_workers": "block"} | options))
        self.name = None

    def _grid(self):
        """A grid of the town, and a place inside it."""
        with self.engine.connect() as connection:
            return connection.execute(GRID).mappings().one()

    def sign_in(self, *grants, password=None):
        """A new account whose session this browser has."""
        self.name = people.someone(self.engine, *grants, password=password)
        people.let_in(self.page.context, people.headers_of(self.engine, self.name), self.base_url)
        return self

    def as_worker(self, **options):
        """The worker of the grid."""
        return self.sign_in(("worker", self.town["code"]), **options)

    def open(self):
        self.page.goto(f"{self.base_url}/report.html")
        expect(self.page.locator("#report-send")).to_be_visible()
        expect(self.page.locator("html")).to_have_attribute("data-city", "ready", timeout=LOADED_MS)
        expect(self.page.locator("html")).to_have_attribute("data-account", self.name or "", timeout=LOADED_MS)
        return self

    def choose_matter(self, text):
        self.page.fill("#report-matter", text)
        self.page.keyboard.press("ArrowDown")
        self.page.keyboard.press("Enter")

    def write(self, words, *, matter="0406", locate=True):
        """A report up to the press that sends it."""
        self.choose_matter(matter)
        if locate:
            self.page.click("#locate")
            expect(self.page.locator("#report-place")).to_contain_text("WGS84")
        self.page.fill("#report-description", words)

    def send(self, words, **options):
        self.write(words, **options)
        self.page.click("#report-send")
        expect(self.page.locator("#report-description")).to_have_value("")

    def rows(self, state):
        return self.page.locator(f"#box [data-state='{state}']")

    def look(self, view):
        self.page.click(f"#views [data-view={view}]")

    def taken(self):
        """What the register holds of reports by phone and of the public."""
        with self.engine.connect() as connection:
            return connection.execute(TAKEN).all()

    def ask(self, headers, no, action, **body):
        """What somebody else does to an incident."""
        answer = httpx.post(f"{self.base_url}/api/v1/incidents/{no}/{action}", json=body, headers=headers)
        assert answer.status_code == 200, answer.text
        return answer.json()
