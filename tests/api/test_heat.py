"""GET /heat and what hangs on it: by unit, compared, over time, hot grids, files, and what the public is told."""

import csv
import io
from collections import Counter
from datetime import date, datetime, timedelta
from itertools import pairwise

import numpy as np
import psycopg
import pypdf
import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient
from PIL import Image

from api.app import create_app
from api.heat_models import HeatSeries, HeatUnits, HotGrids
from api.models import Heat
from api.settings import Settings
from boundaries.clock import CITY_ZONE, now, start_of_day
from boundaries.store.connecting import engine_for
from boundaries.store.snapshots import Snapshots
from incidents.heat.release import LEAST
from incidents.reports import Reports
from incidents.store.heat import Heat as HeatCounts
from incidents.store.released import Released
from incidents.store.writing import load
from tests import people
from tests.api import town
from tests.registers import register_of_module

pytestmark = pytest.mark.database

COUNT = 4000
BOX = "105.39,28.79,105.49,28.85"
WORLD = "-180,-85,180,85"
WINTER, SPRING = {"from": "2025-01-01", "to": "2025-04-01"}, {"from": "2025-04-01", "to": "2025-07-01"}


@pytest.fixture(scope="module")
def url(cluster, _template):
    """A register whose incidents were reported by people: 4000 from January to June 2025."""
    with psycopg.connect(cluster.url(owner=True, database="postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE heat_town TEMPLATE {_template}")
    url = cluster.url(database="heat_town")
    engine = engine_for(url)
    town.store(engine)
    with engine.begin() as connection:
        load(connection, reports(), Snapshots(engine).at(now()))
    engine.dispose()
    return url


def reports():
    random = np.random.default_rng(11)
    return Reports(
        matter_code=np.array(["0406", "0401", "0502"])[random.integers(0, 3, COUNT)],
        state=np.full(COUNT, "reported"),
        reported_at=np.datetime64("2025-01-01T00:00:00") + random.integers(0, 170 * 86400, COUNT).astype("timedelta64[s]"),
        closed_at=np.full(COUNT, np.datetime64("NaT", "s")),
        lonlat=town.places(COUNT, seed=11),
        datum=np.full(COUNT, "cgcs2000"),
        source="import",
    )


@pytest.fixture(scope="module", params=["memory", "database"])
def heat_client(request, url, front_end):
    """The application counting in memory, and counting in the database."""
    memory = 64 if request.param == "memory" else 0
    app = create_app(Settings(database_url=url, web_dist=front_end, stamp_seconds=0, heat_memory_mb=memory))
    with TestClient(app) as client:
        assert app.state.resources.rollups.load() == (request.param == "memory")
        yield client


@pytest.fixture(scope="module")
def rows(url):
    """All incidents as the database has them."""
    engine = engine_for(url)
    with engine.connect() as connection:
        found = connection.execute(sa.text("SELECT matter_code, state, reported_at, px, py, grid_code FROM incident")).all()
    engine.dispose()
    return found


@pytest.fixture(scope="module")
def dispatcher(url):
    engine = engine_for(url)
    headers = people.as_role(engine, "dispatcher")
    engine.dispose()
    return headers


@pytest.fixture
def ask(heat_client, dispatcher):
    """What a dispatcher is answered."""

    def asked(path, **query):
        heat_client.cookies.clear()
        answer = heat_client.get(f"/api/v1/heat{path}", params=query, headers=dispatcher)
        assert answer.status_code == 200, answer.text
        return answer

    return asked


@pytest.fixture
def public(heat_client):
    """What the public is answered."""

    def asked(path="", **query):
        heat_client.cookies.clear()
        return heat_client.get(f"/api/v1/heat{path}", params=query)

    return asked


def within(rows, since, until):
    begin, end = (datetime.fromisoformat(each).replace(tzinfo=CITY_ZONE) for each in (since, until))
    return [row for row in rows if begin <= row.reported_at < end]


@pytest.mark.parametrize("level", ["grid", "village", "town", "county"])
def test_units_hold_the_incidents_assigned_to_their_grids_and_the_rest_is_told(ask, rows, level):
    length = {"grid": 15, "village": 12, "town": 9, "county": 6}[level]
    found = HeatUnits.model_validate_json(ask("", bbox=BOX, zoom=12, by=level).text)
    counts = Counter(row.grid_code[:length] for row in rows if row.grid_code)
    assert {unit.code: unit.count for unit in found.units if unit.count} == counts
    assert found.total == sum(counts.values())
    assert found.elsewhere == sum(row.grid_code is None for row in rows) > 0
    for unit in found.units:
        assert unit.rate == (round(1000 * unit.count / unit.households, 2) if unit.households else None)


def test_a_comparison_gives_difference_and_ratio_of_the_same_cells_and_units(ask):
    against = {"against_from": WINTER["from"], "against_to": WINTER["to"]}
    both = Heat.model_validate_json(ask("", bbox=BOX, zoom=13, **SPRING, **against).text)
    alone = {(x, y): count for x, y, count in ask("", bbox=BOX, zoom=13, **WINTER).json()["bins"]}
    after = {(x, y): count for x, y, count in both.bins}
    assert both.before == sum(alone.values())
    assert {(x, y) for x, y, *_ in both.compared} == alone.keys() | after.keys()
    for x, y, new, old, difference, ratio in both.compared:
        assert (new, old) == (after.get((x, y), 0), alone.get((x, y), 0))
        assert difference == new - old
        assert ratio == (round(new / old, 4) if old else None)
    units = ask("", bbox=BOX, zoom=13, by="grid", **SPRING, **against).json()
    assert units["before"] == sum(unit["before"] for unit in units["units"]) > 0
    assert all(unit["difference"] == unit["count"] - unit["before"] for unit in units["units"])


def test_any_instant_any_matter_and_state_may_limit_what_is_counted(ask, rows):
    since, until = "2025-02-03T04:05:06.789+08:00", "2025-05-06T07:08:09.012+08:00"
    begin, end = (datetime.fromisoformat(each) for each in (since, until))
    meant = [row for row in rows if begin <= row.reported_at < end]
    for query, kept in [
        ({}, lambda row: True),
        ({"matter": "0401"}, lambda row: row.matter_code == "0401"),
        ({"family": "hazard"}, lambda row: row.matter_code in ("0401", "0406")),
        ({"family": "hazard", "matter": "0502"}, lambda row: False),
        ({"state": "reported"}, lambda row: row.state == "reported"),
        ({"state": "closed"}, lambda row: row.state == "closed"),
    ]:
        answer = ask("", bbox=WORLD, zoom=4, **{"from": since, "to": until}, **query).json()
        assert answer["total"] == sum(map(kept, meant)), query


@pytest.mark.parametrize("step", ["hour", "day", "week"])
def test_a_series_counts_whole_steps_of_the_citys_time(ask, rows, step):
    since, until = "2025-03-01T06:30:00+08:00", "2025-03-29T18:00:00+08:00"
    found = HeatSeries.model_validate_json(ask("/series", step=step, **{"from": since, "to": until}).text)
    length = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(days=7)}[step]
    first = datetime.fromisoformat(found.first)
    assert (first.minute, first.second) == (0, 0)
    assert step == "hour" or first.hour == 0
    assert step != "week" or first.weekday() == 0
    begin, end = datetime.fromisoformat(since), datetime.fromisoformat(until)
    meant = [row.reported_at for row in rows if begin <= row.reported_at < end]
    edges = [first + k * length for k in range(len(found.counts) + 1)]
    assert edges[0] <= begin < edges[1] and edges[-2] < end <= edges[-1]
    assert found.counts == [sum(low <= at < high for at in meant) for low, high in pairwise(edges)]
    assert (found.total, found.max) == (len(meant), max(found.counts))


def test_a_series_of_a_box_counts_what_lies_in_it(ask, rows):
    west, south, east, north = 105.42, 28.80, 105.44, 28.82
    answer = ask("/series", bbox=f"{west},{south},{east},{north}", step="week").json()
    assert 0 < answer["total"] < COUNT
    grids = Counter(row.grid_code for row in rows)
    assert abs(answer["total"] - grids[town.MIDDLE_GRID]) < COUNT / 10


def test_hot_grids_come_with_their_place_the_fullest_first(ask, rows):
    found = HotGrids.model_validate_json(ask("/hot-grids", **SPRING).text)
    counts = Counter(row.grid_code for row in within(rows, "2025-04-01", "2025-07-01") if row.grid_code)
    assert [(grid.code, grid.count) for grid in found.grids] == sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    assert found.total == sum(counts.values())
    for grid in found.grids:
        west, south, east, north = grid.bbox
        assert west < grid.lon < east and south < grid.lat < north
    assert len(ask("/hot-grids", limit=1).json()["grids"]) == 1
    below = ask("/hot-grids", within="510502").json()["grids"]
    assert below and all(grid["code"].startswith("510502") for grid in below)
    by_rate = [grid["rate"] for grid in ask("/hot-grids", order="rate").json()["grids"]]
    assert by_rate == sorted(by_rate, reverse=True)


def test_a_table_has_the_numbers_of_the_answer(ask):
    table = list(csv.DictReader(io.StringIO(ask("/file", bbox=BOX, zoom=12, format="csv").content.decode("utf-8-sig"))))
    bins = ask("", bbox=BOX, zoom=12).json()["bins"]
    assert [[int(row[name]) for name in ("column", "row", "count")] for row in table] == bins
    assert all(float(row["west"]) < float(row["east"]) and float(row["south"]) < float(row["north"]) for row in table)
    units = list(csv.DictReader(io.StringIO(ask("/file", bbox=BOX, zoom=12, by="grid").content.decode("utf-8-sig"))))
    assert {row["code"]: int(row["count"]) for row in units} == {
        unit["code"]: unit["count"] for unit in ask("", bbox=BOX, zoom=12, by="grid").json()["units"]
    }


PICTURES = [
    {"style": "bins"},
    {"style": "smooth", "lang": "en"},
    {"by": "grid", "style": "rate"},
    {"by": "village", "style": "count", "lang": "en", "matter": "0401", "state": "reported"},
    {"against_from": "2025-01-01", "against_to": "2025-03-01", "from": "2025-03-01"},
    {"by": "grid", "against_from": "2025-01-01", "against_to": "2025-03-01", "from": "2025-03-01"},
    {"from": "2040-01-01"},
]


@pytest.mark.parametrize("query", [PICTURES[0], *(pytest.param(one, marks=pytest.mark.heavy) for one in PICTURES[1:])], ids=str)
def test_every_picture_is_a_page_that_says_what_it_shows(ask, query):
    page = pypdf.PdfReader(io.BytesIO(ask("/file", bbox=BOX, zoom=13, format="pdf", **query).content))
    assert len(page.pages) == 1
    text = page.pages[0].extract_text()
    answer = ask("", bbox=BOX, zoom=13, **{name: value for name, value in query.items() if name not in ("style", "lang")}).json()
    assert f"{answer['total']:,}" in text
    assert "泸州市" in text
    image = Image.open(io.BytesIO(ask("/file", bbox=BOX, zoom=13, format="png", **query).content))
    assert image.format == "PNG" and image.width > 1500
    inked = np.unique(np.asarray(image.convert("RGB")).reshape(-1, 3), axis=0)
    assert len(inked) > 5


@pytest.mark.parametrize(
    ("path", "query", "code"),
    [
        ("", {"bbox": BOX, "zoom": 12, "by": "city"}, "bad_level"),
        ("", {"bbox": BOX, "zoom": 12, "against_from": "2025-02-01", "against_to": "2025-01-01"}, "empty_period"),
        ("", {"bbox": BOX, "zoom": 12, "by": "grid", "within": "x"}, "bad_code"),
        ("/series", {"step": "year"}, "bad_step"),
        ("/series", {"step": "hour", "from": "1990-01-01"}, "too_many_spans"),
        ("/hot-grids", {"order": "name"}, "bad_order"),
        ("/file", {"bbox": BOX, "zoom": 12, "format": "gif"}, "unknown_format"),
        ("/file", {"bbox": BOX, "zoom": 12, "format": "pdf", "style": "oil"}, "bad_style"),
    ],
)
def test_what_cannot_be_counted_is_refused(heat_client, dispatcher, path, query, code):
    heat_client.cookies.clear()
    answer = heat_client.get(f"/api/v1/heat{path}", params=query, headers=dispatcher)
    assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_the_public_is_told_of_whole_months_and_groups_of_five_and_more(public, rows):
    answer = public(bbox=BOX, zoom=9, **{"from": "2025-01-10", "to": "2025-05-20"})
    assert answer.headers["cache-control"] == "no-store"
    found = Heat.model_validate_json(answer.text)
    assert found.months == ("2025-02-01T00:00:00+08:00", "2025-05-01T00:00:00+08:00")
    assert 0 < found.total <= len(within(rows, "2025-02-01", "2025-05-01"))
    for zoom in range(14):
        seen = Heat.model_validate_json(public(bbox=BOX, zoom=zoom, **WINTER).text)
        assert all(count >= LEAST for _, _, count in seen.bins)
        assert seen.coarser >= 0
    deep = public(bbox=BOX, zoom=18).json()
    assert deep["zoom"] == 13


@pytest.fixture
def own_url(cluster, _template):
    """A register of the test's own, with 900 incidents of January and February 2025."""
    with register_of_module(cluster, _template, "heat_late") as engine:
        town.store(engine)
        enter(engine, reports().take(slice(0, 900)))
        yield engine


def enter(engine, given):
    with engine.begin() as connection:
        load(connection, given, Snapshots(engine).at(now()))


def told(engine, at):
    """What the public is told of January 2025 at an instant, by a process that has just begun; at three zooms."""
    begin, end = start_of_day(date(2025, 1, 1)), start_of_day(date(2025, 2, 1))
    box = (105.3, 28.7, 105.6, 28.9)
    with engine.connect() as connection:
        heat = HeatCounts(connection)
        bins = [Released(engine).bins(heat, box, zoom, city_box=box, begin=begin, end=end, at=at)[0].cells for zoom in (0, 9, 13)]
    return [{(x, y): n for x, y, n in each.tolist()} for each in bins]


def test_a_late_report_changes_no_month_before_the_next_edition_and_comes_then_in_groups_of_five(own_url):
    """January is read in March, a report of January is entered then, and April's edition is the next."""
    january = reports().take(np.flatnonzero(reports().reported_at < np.datetime64("2025-01-31")))
    march, later, april = (start_of_day(date(2025, *day)) for day in ((3, 9), (4, 7), (4, 8)))
    first = told(own_url, march)
    assert sum(first[0].values()) > 50
    enter(own_url, january.take(slice(0, 60)))
    assert told(own_url, march) == told(own_url, later) == first
    second = told(own_url, april)
    for before, after in zip(first, second, strict=True):
        more = {cell: n - before.get(cell, 0) for cell, n in after.items() if n != before.get(cell, 0)}
        assert before.keys() <= after.keys() and min(more.values(), default=5) >= 5
    assert 56 <= sum(second[0].values()) - sum(first[0].values()) <= 60
    enter(own_url, january.take(slice(60, 63)))
    assert told(own_url, start_of_day(date(2025, 5, 8))) == second, "three are too few to be told of ever"
    with own_url.connect() as connection, pytest.raises(sa.exc.ProgrammingError):
        connection.exec_driver_sql("UPDATE heat_release SET cells = ''")


def test_a_month_that_is_not_over_or_holds_nothing_is_not_told(public):
    assert public(bbox=BOX, zoom=9, **{"from": "2025-03-02", "to": "2025-03-31"}).json()["total"] == 0
    assert public(bbox=BOX, zoom=9, **{"from": "2039-01-01", "to": "2039-12-01"}).json()["total"] == 0


def test_what_differs_between_two_answers_to_the_public_is_nothing_or_five(public):
    """Of all windows and zooms: a cell against its four, a window against a smaller one, and the city against its parts."""
    finer = {zoom: {(x, y): n for x, y, n in public(bbox=BOX, zoom=zoom, **WINTER).json()["bins"]}
             for zoom in range(14)}  # fmt: skip
    months = [("2025-01-01", "2025-02-01"), ("2025-02-01", "2025-03-01"), ("2025-03-01", "2025-04-01")]
    for zoom in range(13):
        parts = [{(x, y): n for x, y, n in public(bbox=BOX, zoom=at, **{"from": a, "to": b}).json()["bins"]}
                 for a, b in months for at in (zoom, zoom + 1)]  # fmt: skip
        for above, below in zip(parts[::2], parts[1::2], strict=True):
            sums = Counter()
            for (x, y), count in below.items():
                sums[x >> 1, y >> 1] += count
            for cell, count in above.items():
                assert count - sums[cell] == 0 or count - sums[cell] >= LEAST
            assert sums.keys() <= above.keys()
        whole = Counter()
        for part in parts[::2]:
            whole.update(part)
        inside = {cell: count for cell, count in finer[zoom].items() if cell in whole}
        assert inside == {cell: count for cell, count in whole.items() if count}


@pytest.mark.parametrize("query", [{"matter": "0401"}, {"family": "hazard"}, {"state": "reported"}, {"by": "grid"}], ids=str)
def test_the_public_is_told_nothing_by_matter_state_or_unit(public, query):
    for path in ("", "/file"):
        answer = public(path, bbox=BOX, zoom=12, **query)
        assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")
    assert public("/series").status_code == public("/hot-grids").status_code == 401


def test_the_public_gets_the_same_numbers_in_files(public):
    table = list(csv.DictReader(io.StringIO(public("/file", bbox=BOX, zoom=12, **WINTER).content.decode("utf-8-sig"))))
    assert [int(row["count"]) for row in table] == [n for _, _, n in public(bbox=BOX, zoom=12, **WINTER).json()["bins"]]
    assert public("/file", bbox=BOX, zoom=12, format="png", **WINTER).headers["content-type"] == "image/png"
