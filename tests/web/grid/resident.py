"""Somebody with a phone at the page "my grid", and the register behind the server."""

import sqlalchemy as sa
from playwright.sync_api import expect

from boundaries.clock import now
from boundaries.store.duties import responsible
from tests.web.access import PHONE

NARROW = {"width": 360, "height": 640}
LOADED_MS = 30_000
PLACES = sa.text("""
    SELECT code, name, ST_X(inside) AS lon, ST_Y(inside) AS lat
    FROM (SELECT code, name, ST_PointOnSurface(geom) AS inside FROM unit_version
          WHERE level = 'grid' AND upper_inf(lifespan)) AS grid
    ORDER BY code""")
COMMUNITY = sa.text("SELECT name FROM gazetteer_entry WHERE kind = 'community' ORDER BY name LIMIT 1")
WORDS = sa.text("""
    SELECT word.no, word.grid_code, word.worker_id, word.kind, word.text,
           (SELECT count(*) FROM service_word_contact WHERE word_id = word.id) AS contacts
    FROM service_word AS word ORDER BY id""")


class Resident:
    """A phone whose position is inside a grid that is served; no account, no cookie."""

    def __init__(self, watched, engine, base_url, *, at=None, **options):
        self.engine, self.base_url = engine, base_url
        self.home, self.worker = self._served()
        place = {"longitude": self.home.lon, "latitude": self.home.lat, "accuracy": 8} if at is None else at
        phone = {"viewport": PHONE, "has_touch": True, "is_mobile": True, "geolocation": place, "permissions": ["geolocation"]}
        self.page = watched(**(phone | options))

    def _served(self):
        """A grid with a place inside it, and who is responsible for it now."""
        with self.engine.connect() as connection:
            places = {row.code: row for row in connection.execute(PLACES)}
            serving = responsible(connection, places, now())
        code = min(serving)
        return places[code], serving[code]

    def community(self):
        """A name that the gazetteer knows."""
        with self.engine.connect() as connection:
            return connection.execute(COMMUNITY).scalar_one()

    def open(self, address=""):
        self.page.goto(f"{self.base_url}/grid.html{address}")
        expect(self.page.locator("html")).to_have_attribute("data-city", "ready", timeout=LOADED_MS)
        return self

    def find_by_position(self):
        self.page.click("#locate")
        return self.sees(self.home.code)

    def ask_address(self, text):
        self.page.fill("#address", text)
        self.page.click("#address-ask")

    def sees(self, code):
        """The card of a grid, when it is there."""
        card = self.page.locator(f"#card [data-grid='{code}']")
        expect(card).to_be_visible(timeout=LOADED_MS)
        return card

    def open_area(self, name):
        self.page.locator(f"#{name}-area > summary").click()

    def words(self):
        """The complaints and praise that the register holds."""
        with self.engine.connect() as connection:
            return connection.execute(WORDS).all()
