"""A day of a town, played into the running desk: every report is accounted for, every term is right, the page shows it live.

The quick day is played as fast as it goes. The heavy one takes 24 minutes, so that a minute of it is a second: 60-fold.
"""

import csv
import io
import random
import time
from dataclasses import dataclass, field
from datetime import timedelta

import httpx
import pytest
import shapely
import sqlalchemy as sa
from PIL import Image
from playwright.sync_api import expect

from boundaries.clock import CITY_ZONE, now
from incidents.calendar import Calendar
from incidents.matters import DEFAULT_MATTERS
from tests import people
from tests.incidents.test_clocks import counted
from tests.web.desk.dispatcher import LOADED_MS

pytestmark = [pytest.mark.browser, pytest.mark.database]

MINUTE = timedelta(minutes=1)
PLAN = {
    "desk": 12,
    "phone": 14,
    "public": 8,
    "open311": 10,
    "file": 16,
}  # of a quick day; urgent ones and doubled ones among them
TAKEN_IN = sa.text("""
    SELECT incident.no, incident.state, incident.source, incident.urgent, incident.grid_code, incident.nearest_code,
           incident.distance_m, incident.on_border, incident.also, incident.clock, incident.clock_limit, incident.due_at,
           incident.reported_at, incident.registered_at, incident.matter_code, incident.department,
           located.owner, located.also AS all_also
    FROM incident LEFT JOIN LATERAL locate_unit(ST_X(geom), ST_Y(geom), 'grid', now()) AS located ON true
    WHERE source <> 'synthetic' ORDER BY no""")
EVENTS = sa.text("""
    SELECT incident.no, action FROM incident_event JOIN incident ON incident.id = incident_id
    WHERE source <> 'synthetic' ORDER BY incident_event.id""")


@dataclass
class Day:
    """Reports of one day on their way into the desk, and what was answered to each."""

    dispatcher: object
    rng: random.Random
    acknowledged: dict = field(default_factory=dict)  # number → what was sent
    doubled: int = 0

    def __post_init__(self):
        ask = self.dispatcher.ask
        self.url, self.headers = self.dispatcher.base_url, self.dispatcher.headers
        self.land = [feature for feature in ask("/grids", limit=500)["features"]]
        self.shapes = [shapely.geometry.shape(feature["geometry"]) for feature in self.land]
        self.whole = shapely.union_all(self.shapes)
        self.codes = [matter["code"] for matter in ask("/meta")["matters"]]
        self.phone = people.headers_of(self.dispatcher.engine, people.someone(self.dispatcher.engine, ("worker", "")))

    def place(self):
        """Mostly inside a grid; some on a border, some a little outside of all."""
        kind = self.rng.random()
        shape = self.rng.choice(self.shapes)
        if kind < 0.2:
            return self.rng.choice(shapely.get_coordinates(shape).tolist())
        if kind < 0.3:
            point = shapely.get_coordinates(self.whole.exterior if self.whole.geom_type == "Polygon" else self.whole)[0]
            away = point + (point - shapely.get_coordinates(self.whole.centroid)[0]) * 0.02
            return [round(float(one), 7) for one in away]
        west, south, east, north = shape.bounds
        while True:
            point = shapely.Point(self.rng.uniform(west, east), self.rng.uniform(south, north))
            if shape.contains(point):
                return [round(point.x, 7), round(point.y, 7)]

    def send(self, channel):
        getattr(self, f"by_{channel}")()

    def _posted(self, path, *, statuses=(201,), **request):
        answer = httpx.post(f"{self.url}{path}", timeout=60, **request)
        assert answer.status_code in statuses, answer.text
        return answer.json()

    def _body(self):
        lon, lat = self.place()
        return {"matter": self.rng.choice(self.codes), "lon": lon, "lat": lat, "datum": "cgcs2000", "description": "路面塌陷"}

    def by_desk(self):
        body = self._body() | {"source": "desk"}
        self.acknowledged[self._posted("/api/v1/incidents", json=body, headers=self.headers)["no"]] = body

    def by_phone(self):
        """With a photo, and sent again as after a lost answer."""
        key = {"Idempotency-Key": f"phone-{self.rng.getrandbits(64):016x}"}
        body = {name: str(value) for name, value in (self._body() | {"source": "phone"}).items()}
        for statuses in ((201,), (200,)) if self.rng.random() < 0.4 else ((201,),):
            files = {"photo": ("photo.jpg", picture(), "image/jpeg")}
            sent = {"data": body, "files": files, "headers": self.phone | key}
            no = self._posted("/api/v1/incidents", statuses=statuses, **sent)["no"]
            self.doubled += no in self.acknowledged
            self.acknowledged[no] = body

    def by_public(self):
        body = self._body() | {"contact": "0830-3101234"}
        self.acknowledged[self._posted("/api/v1/reports", json=body)["no"]] = body

    def by_open311(self):
        lon, lat = self.place()
        body = {"service_code": self.rng.choice(self.codes), "lat": lat, "long": lon, "description": "路灯不亮"}
        (answer,) = self._posted("/open311/v2/requests.json", data=body)
        no = answer.get("service_request_id") or answer["token"]
        self.acknowledged[no.partition("-")[0]] = body | {"matter": body["service_code"]}

    def by_file(self):
        """Sixteen rows of the hours before, which the town's hotline wrote down."""
        text = io.StringIO()
        rows = [self._body() | {"time": (now() - timedelta(minutes=self.rng.randrange(1, 600))).isoformat()} for _ in range(16)]
        writer = csv.DictWriter(text, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        upload = {"file": ("hotline.csv", text.getvalue().encode(), "text/csv")}
        answer = self._posted("/api/v1/incidents/imports", statuses=(200,), files=upload, headers=self.headers)
        assert (answer["stored"], answer["refused"]) == (16, 0)
        with self.dispatcher.engine.connect() as connection:
            stored = [row.no for row in connection.execute(TAKEN_IN) if row.no not in self.acknowledged]
        assert len(stored) == 16
        self.acknowledged |= dict.fromkeys(stored)


def picture():
    content = io.BytesIO()
    Image.new("RGB", (64, 48), (120, 160, 90)).save(content, "JPEG")
    return content.getvalue()


def played(day, plan, *, lasts_s):
    """All reports of a plan in a random order, spread over a time."""
    channels = [channel for channel, count in plan.items() for _ in range(count if channel != "file" else max(count // 16, 1))]
    day.rng.shuffle(channels)
    begun = time.monotonic()
    for k, channel in enumerate(channels):
        day.send(channel)
        due_s = lasts_s * (k + 1) / len(channels)
        time.sleep(max(0.0, begun + due_s - time.monotonic()))  # nothing of the quick day, which is in no hurry to be late
    return channels


def registered(day, rows):
    """The dispatcher registers all that waits for it."""
    for row in rows:
        if row.state == "reported":
            day.dispatcher.act(row.no, "register")


def rows_of(dispatcher):
    with dispatcher.engine.connect() as connection:
        return connection.execute(TAKEN_IN).all(), connection.execute(EVENTS).all()


def expect_right_term(row, calendar):
    """The deadline against a count minute by minute; of a begin within a minute, between those of the minutes about it."""
    line = next(matter for matter in DEFAULT_MATTERS if matter.code == row.matter_code)
    assert (row.clock, row.clock_limit) == (line.clock, line.limit)
    begin = (row.reported_at if row.urgent else row.registered_at).astimezone(CITY_ZONE)
    minute = begin.replace(second=0, microsecond=0)
    earliest, latest = (counted(start, row.clock, row.clock_limit, calendar, ()) for start in (minute, minute + MINUTE))
    assert earliest <= row.due_at <= latest, (row, begin)


def play(dispatcher, plan, *, lasts_s=0.0, seed=7):
    page = dispatcher.open().page
    day = Day(dispatcher, random.Random(seed))
    before = int(page.locator("#lane-all strong").inner_text())
    channels = played(day, plan, lasts_s=lasts_s)
    rows, events = rows_of(dispatcher)

    assert sorted(day.acknowledged) == [row.no for row in rows], "each acknowledged report is there once, and no other"
    assert day.doubled > 0 and len(rows) == len(channels) - channels.count("file") + 16 * channels.count("file")
    assert sorted(event.no for event in events if event.action == "report") == [row.no for row in rows]
    assert {row.source for row in rows} >= {"desk", "phone", "public", "open311"}
    for row in rows:
        assert row.grid_code == row.owner and sorted(row.also) == sorted(row.all_also or [])
        assert (row.grid_code is None) == (row.distance_m > 0) == (row.nearest_code is not None)
    assert any(row.on_border for row in rows) and any(row.grid_code is None for row in rows)
    queue = {one["no"] for one in dispatcher.ask("/incidents/unassigned", limit=1000)["incidents"]}
    assert {row.no for row in rows if row.grid_code is None} <= queue

    urgent = [row for row in rows if row.urgent]
    assert urgent and all((row.state, row.department is None) == ("dispatched", False) for row in urgent)
    expect(page.locator("#lane-all strong")).to_have_text(str(before + len(rows)), timeout=LOADED_MS)

    registered(day, rows)
    rows, _ = rows_of(dispatcher)
    assert all(row.due_at is not None for row in rows)
    for row in rows:
        expect_right_term(row, Calendar())
    last = rows[-1]
    dispatcher.only(last.no)
    expect(dispatcher.row(last.no)).to_be_visible()


def test_a_quick_day_of_a_town_is_accounted_for(dispatcher):
    play(dispatcher, PLAN)


@pytest.mark.heavy
def test_a_day_at_sixty_fold_speed_is_accounted_for(dispatcher):
    play(dispatcher, {channel: 12 * count for channel, count in PLAN.items()}, lasts_s=24 * 60)
