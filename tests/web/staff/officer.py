"""Somebody at the page of grid staff in a real browser; what was done there is read from the database."""

import httpx
import sqlalchemy as sa
from playwright.sync_api import expect

from boundaries.clock import now
from boundaries.store import duties
from tests import people, workers

LOADED_MS = 30_000
VILLAGE = "510502001001"


class Officer:
    """A page, who sits before it, and the register behind it."""

    def __init__(self, page, engine, base_url, grants):
        self.page, self.engine, self.base_url = page, engine, base_url
        self.name = people.someone(engine, *grants, password=people.PASSWORD)
        self.headers = people.headers_of(engine, self.name)

    def sign_in(self):
        """Without the window, which takes the time of a password."""
        people.let_in(self.page.context, self.headers, self.base_url)

    def open(self, address="", *, state="ready"):
        """The page, signed in, at an address such as ``tab=boards&place=510502``."""
        self.sign_in()
        self.page.goto("about:blank")
        self.page.goto(f"{self.base_url}/staff.html#{address}")
        self.wait(state)
        return self.page

    def wait(self, state="ready"):
        expect(self.page.locator("html")).to_have_attribute("data-staff", state, timeout=LOADED_MS)

    def tab(self, name):
        self.page.click(f"#tab-{name}")
        expect(self.page.locator(f"#tab-{name}")).to_have_attribute("aria-selected", "true")
        self.wait()

    def fill(self, **values):
        """Fill the window that is open, by the names of what it asks."""
        for name, value in values.items():
            box = self.page.locator(f"#ask-{name}")
            if box.evaluate("(box) => box.tagName") == "SELECT":
                box.select_option(value)
            else:
                box.fill(value)

    def submit(self):
        """Send what the window asks for, and see it close."""
        self.page.click("#ask-submit")
        expect(self.page.locator("dialog")).to_have_count(0)

    def refused(self, sentence):
        """Send what the window asks for, see it stay open with a sentence, and give it up."""
        self.page.click("#ask-submit")
        expect(self.page.locator("#ask-error")).to_contain_text(sentence)
        self.page.keyboard.press("Escape")
        expect(self.page.locator("dialog")).to_have_count(0)

    def said(self, text):
        expect(self.page.locator("#status")).to_contain_text(text)

    def rows(self, table):
        """Keys of the rows of a table, as they stand."""
        return self.page.locator(f"#{table} tbody tr").evaluate_all("(rows) => rows.map((row) => row.dataset.key)")

    def worker(self, name, *, scope=VILLAGE, **given):
        """Number of a new worker who may serve."""
        with self.engine.begin() as connection:
            return workers.qualified(connection, scope=scope, name=name, **given)

    def serving(self, name, grid):
        """Number of a new worker who is responsible for a grid."""
        with self.engine.begin() as connection:
            return workers.serving(connection, grid, name=name)

    def ask(self, path, *, method="GET", **sent):
        """An answer under /api/v1, as a program of this officer."""
        answer = httpx.request(method, f"{self.base_url}/api/v1{path}", headers=self.headers, timeout=60, **sent)
        assert answer.is_success, answer.text
        return answer.json()

    def one(self, statement, **values):
        """The only row of a statement."""
        with self.engine.connect() as connection:
            return connection.execute(sa.text(statement), values).one()

    def served(self, grid):
        """Who serves a grid at this instant: name, role, and for whom."""
        with self.engine.connect() as connection:
            return [(row.name, row.role, row.substitutes_for) for row in duties.duties_of(connection, [grid], now())]
