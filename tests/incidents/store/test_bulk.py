"""Files of reports: every sound row is in once, with its grid, worker and events; every other row is told with its reason."""

import csv
from datetime import timedelta

import geopandas
import numpy as np
import openpyxl
import pandas
import pytest
import shapely
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from boundaries.clock import CITY_ZONE, now, start_of_day
from boundaries.store.snapshots import Snapshots
from gis.datum import from_wgs84
from gis.errors import Refusal
from incidents import report_files
from incidents.intake import Report
from incidents.matter_lists import DraftLine, Sheet
from incidents.report_files import Wish
from incidents.store import drafting
from incidents.store.bulk import BulkIntake
from incidents.store.bulk_files import take_in_file
from incidents.store.intake import take_in
from tests import workers
from tests.api import town
from tests.registers import register_of_module

pytestmark = pytest.mark.database

ROAD, LEAK = "0406", "0402"
WEST, BORDER, BARE = (105.41, 28.805), (105.44, 28.81), (105.41, 28.83)
WHOLE = "SELECT incident.*, ST_X(geom) AS lon, ST_Y(geom) AS lat FROM incident"
COURSE = sa.text("""SELECT action, from_state, to_state, account_id, actor, detail FROM incident_event
    WHERE incident_id = :id ORDER BY id""")
TERM = sa.text("""SELECT state, department, clock, clock_limit, urgent, due_at - reported_at AS term, dispatched_at
    FROM incident WHERE id = :id""")
HEADER = ("matter", "lon", "lat", "reported_at", "description", "address")


@pytest.fixture(scope="module")
def engine(cluster, _template):
    with register_of_module(cluster, _template, "bulk") as engine:
        town.store(engine)
        with engine.begin() as connection:
            workers.serving(connection, town.WEST_GRID)
        yield engine


@pytest.fixture
def take(engine):
    """Take a file in; what became of it."""

    def taken(path, **options):
        wish = Wish(**{name: options.pop(name) for name in Wish.__dataclass_fields__ if name in options})
        doing = {"by": (None, "machine"), "actor": "operator"} | options
        return take_in_file(engine, path, wish, snapshot=Snapshots(engine).at(now()), **doing)

    return taken


@pytest.fixture
def table(tmp_path):
    """Write rows as CSV; its path."""

    def written(*rows, header=HEADER, name="reports.csv"):
        with (tmp_path / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([header, *rows])
        return tmp_path / name

    return written


def row(place=WEST, matter=ROAD, time="2026-05-01 08:30", description="坑", address=""):
    return (matter, *place, time, description, address)


def stored(engine, outcome):
    query = sa.text(f"{WHOLE} WHERE no BETWEEN :first AND :last AND source = 'file' ORDER BY id")
    with engine.connect() as connection:
        return connection.execute(query, {"first": outcome.first_no, "last": outcome.last_no}).all()


def count(engine):
    with engine.connect() as connection:
        return connection.execute(sa.text("SELECT count(*) FROM incident")).scalar_one()


def test_a_row_has_its_grid_worker_number_and_event_as_a_single_report_has(take, table, engine):
    (one,) = stored(engine, take(table(row(description="路面\n<b>塌陷</b>", address="迎晖路 1 号")), datum="wgs84"))
    with engine.begin() as connection:
        report = Report(
            matter_code=ROAD, lon=WEST[0], lat=WEST[1], datum="wgs84", description="路面\n<b>塌陷</b>", address="迎晖路 1 号"
        )
        taken = take_in(connection, report, snapshot=Snapshots(engine).at(now()), by=(None, "machine"), actor="operator")
        other = connection.execute(sa.text(f"{WHOLE} WHERE no = :no"), {"no": taken.no}).one()
        told = [connection.execute(COURSE, {"id": each.id}).all() for each in (one, other)]
    same = set(one._fields) - {"id", "no", "reported_at", "source"}
    assert {name: getattr(one, name) for name in same} == {name: getattr(other, name) for name in same}
    assert told[0] == told[1] and one.worker_id and one.no.startswith("51050220260501")
    assert one.reported_at.astimezone(CITY_ZONE).isoformat() == "2026-05-01T08:30:00+08:00"


def test_what_is_urgent_goes_to_its_department_with_the_term_that_a_single_report_gets(take, table, engine):
    (one,) = stored(engine, take(table(row(matter=LEAK, description="燃气")), datum="wgs84"))
    with engine.begin() as connection:
        report = Report(matter_code=LEAK, lon=WEST[0], lat=WEST[1], datum="wgs84", description="燃气")
        taken = take_in(connection, report, snapshot=Snapshots(engine).at(now()), by=(None, "machine"), actor="operator")
        bulk, single = (connection.execute(TERM, {"id": each}).one() for each in (one.id, taken.incident_id))
        told = [connection.execute(COURSE, {"id": each}).all() for each in (one.id, taken.incident_id)]
    assert bulk[:5] == single[:5] and bulk.state == "dispatched" and bulk.dispatched_at
    assert bulk.term == single.term > timedelta(0)
    assert told[0] == told[1] and [event.action for event in told[0]] == ["report", "dispatch"]


def test_every_kind_of_file_says_the_same(take, table, engine, tmp_path):
    places = [WEST, BORDER, BARE]
    frame = pandas.DataFrame(
        {"matter": [ROAD] * 3, "reported_at": "2026-05-02T08:00:00+08:00", "description": ["一", "二", "三"]}
    )
    points = geopandas.GeoDataFrame(frame, geometry=shapely.points(places), crs=4490)
    points.to_file(tmp_path / "a.geojson", driver="GeoJSON")
    points.to_file(tmp_path / "a.gpkg")
    points.to_crs(4544).to_file(tmp_path / "metres.gpkg")
    book = openpyxl.Workbook()
    book.active.append(["事项", "经度", "纬度", "上报时间", "描述"])
    for (lon, lat), text in zip(places, "一二三", strict=True):
        book.active.append([406, lon, lat, pandas.Timestamp("2026-05-02 08:00").to_pydatetime(), text])
    book.save(tmp_path / "a.xlsx")
    lines = [(ROAD, *place, "2026-05-02 08:00", text, "") for place, text in zip(places, "一二三", strict=True)]
    outcomes = [
        take(table(*lines, name="a.csv"), datum="cgcs2000"),
        take(tmp_path / "a.xlsx", datum="cgcs2000"),
        *(take(tmp_path / name) for name in ("a.geojson", "a.gpkg", "metres.gpkg")),
    ]
    seen = [
        [
            (each.matter_code, each.grid_code, each.on_border, each.reported_at, each.description, round(each.lon, 6))
            for each in rows
        ]
        for rows in (stored(engine, outcome) for outcome in outcomes)
    ]
    assert seen[0] == seen[1] == seen[2] == seen[3] == seen[4] and len(seen[0]) == 3
    assert [each[1] for each in seen[0]] == [town.WEST_GRID, town.MIDDLE_GRID, None]


def test_a_row_that_cannot_be_taken_is_called_as_the_sheet_calls_it_after_blank_rows_too(take, tmp_path):
    book = openpyxl.Workbook()
    lines = {1: ["matter", "lon", "lat"], 2: [ROAD, *WEST], 5: ["9999", *WEST], 9: [ROAD, *WEST], 12: [ROAD, None, None]}
    for row, cells in lines.items():
        for column, value in enumerate(cells, start=1):
            book.active.cell(row, column, value)
    book.save(tmp_path / "a.xlsx")
    outcome = take(tmp_path / "a.xlsx", datum="cgcs2000", skip_bad=True)
    assert [(fault.row, fault.code) for fault in outcome.faults] == [(4, "unknown_matter"), (11, "no_position")]


def test_a_column_may_say_the_datum_of_each_row(take, table, engine):
    lines = [(ROAD, *from_wgs84([WEST], datum)[0].tolist(), "", "", "", datum) for datum in ("wgs84", "gcj02", "bd09")]
    rows = stored(engine, take(table(*lines, header=(*HEADER, "datum"))))
    assert [each.declared_datum for each in rows] == ["wgs84", "gcj02", "bd09"]
    assert [(each.lon, each.lat) for each in rows] == [pytest.approx(WEST, abs=1.1e-7)] * 3


BAD = {
    "unknown_matter": row(matter="9999"),
    "not_a_number": row(("east", 28.8)),
    "no_position": row(("", "")),
    "position_zero": row((0, 0)),
    "swapped_lonlat": row((28.805, 105.41)),
    "outside_lonlat": row((558000, 3187000)),
    "position_far_away": row((120, 20)),
    "bad_report_time": row(time="yesterday"),
    "bad_description": row(description="bell\x07"),
    "bad_address": row(address="x" * 201),
}


def test_one_bad_row_and_nothing_is_stored(take, table, engine):
    before = count(engine)
    outcome = take(table(row(), *BAD.values(), row(time=(now() + timedelta(days=1)).isoformat())), datum="wgs84")
    assert [(fault.row, fault.code) for fault in outcome.faults] == [
        *enumerate(BAD, start=2),
        (len(BAD) + 2, "bad_report_time"),
    ]
    assert all(fault.sentence.endswith(".") for fault in outcome.faults)
    assert (outcome.stored, count(engine)) == (0, before)


def test_the_others_are_taken_where_that_is_wished(take, table, engine):
    lines = [line for bad in BAD.values() for line in (bad, row(description="好"))]
    outcome = take(table(*lines), datum="wgs84", skip_bad=True)
    assert (outcome.stored, len(outcome.faults)) == (len(BAD), len(BAD))
    assert {each.description for each in stored(engine, outcome)} == {"好"}


def test_rows_outside_ones_reach_are_told(take, table):
    outcome = take(table(row(), row((105.47, 28.81)), row(BARE)), datum="wgs84", scopes=["510503"])
    assert [(fault.row, fault.code) for fault in outcome.faults] == [(1, "forbidden")]


def test_a_file_is_taken_once(take, table, engine):
    path = table(row(description="一次"))
    first, before = take(path, datum="wgs84"), count(engine)
    with pytest.raises(Refusal) as refused:
        take(path, datum="wgs84")
    assert refused.value.code == "file_taken" and refused.value.details["first_no"] == first.first_no
    assert count(engine) == before


@pytest.mark.parametrize(
    ("header", "options", "code"),
    [
        (HEADER, {}, "undeclared_datum"),
        (HEADER, {"datum": "nad27"}, "unknown_datum"),
        (HEADER, {"datum": "wgs84", "matter": "kind"}, "unknown_column"),
        (("x", *HEADER[1:]), {"datum": "wgs84"}, "unknown_column"),
    ],
)
def test_a_file_that_does_not_say_what_is_needed_is_refused(take, table, header, options, code):
    with pytest.raises(Refusal) as refused:
        take(table(row(), header=header), **options)
    assert refused.value.code == code


def test_numbers_given_meanwhile_do_not_wait_for_the_file(engine, table, take):
    """While a file is being stored, a single report of the same county and day gets its number at once."""
    seen = []

    def meanwhile(what, _):
        if what == "Storing":
            with engine.begin() as connection:
                connection.execute(sa.text("SET LOCAL lock_timeout = '2s'"))
                report = Report(matter_code=ROAD, lon=WEST[0], lat=WEST[1], datum="wgs84")
                seen.append(take_in(connection, report, snapshot=Snapshots(engine).at(now()), by=(None, "machine"), actor="x").no)

    outcome = take(table(row(time="", description="今天")), datum="wgs84", on_progress=meanwhile)
    assert outcome.stored == 1 and len(seen) == 1 and seen[0] != outcome.first_no


PLACES = st.tuples(
    st.one_of(st.floats(105.38, 105.5), st.sampled_from([0.0, 28.8, 105.41, 181.0, float("inf")])),
    st.one_of(st.floats(28.78, 28.86), st.sampled_from([0.0, 28.805, 105.41, -91.0])),
)
DATUM_OR_NONE = st.sampled_from(["wgs84", "gcj02", "x"])
LINES = st.lists(st.tuples(st.sampled_from([ROAD, "9999"]), PLACES, DATUM_OR_NONE, st.text(max_size=8)), min_size=1, max_size=8)


@settings(max_examples=25)
@given(LINES, st.integers(1, 5))
def test_a_file_takes_what_a_single_report_takes_and_refuses_what_it_refuses(tmp_path_factory, engine, lines, rows):
    path = tmp_path_factory.mktemp("law") / "law.parquet"  # which keeps every character as it is
    frame = pandas.DataFrame([(matter, *place, datum, text) for matter, place, datum, text in lines])
    frame.columns = ["matter", "lon", "lat", "datum", "description"]
    frame.to_parquet(path)
    with engine.connect() as connection:
        snapshot = Snapshots(engine).at(now())
        singly = [_single(connection, snapshot, line) for line in frame.itertuples()]
        bulk, refused, taken = BulkIntake(connection, snapshot, by=(None, "x"), actor="x"), set(), 0
        with report_files.opened(path, Wish(), matters={ROAD}, now=now(), rows=rows) as file:
            for block in file.blocks:
                located, faults = bulk.located(block)
                refused |= {fault.row for fault in [*block.faults, *faults]}
                taken += len(located.reports)
    assert refused == {number for number, code in enumerate(singly, start=1) if code}
    assert taken == len(lines) - len(refused)


def _single(connection, snapshot, line):
    report = Report(matter_code=line.matter, lon=line.lon, lat=line.lat, datum=line.datum, description=line.description)
    point = connection.begin_nested()
    try:
        take_in(connection, report, snapshot=snapshot, by=(None, "x"), actor="x")
    except Refusal as refusal:
        return refusal.code
    finally:
        point.rollback()
    return None


@pytest.mark.parametrize("rows", [1, 7, 1000])
def test_the_blocks_do_not_change_what_is_read(table, rows):
    random = np.random.default_rng(5)
    places = random.uniform((105.39, 28.79), (105.49, 28.85), (50, 2)).tolist()
    path = table(*(row(place, description=str(nth), matter=ROAD if nth % 9 else "9999") for nth, place in enumerate(places)))
    with report_files.opened(path, Wish(datum="wgs84"), matters={ROAD}, now=now(), rows=rows) as file:
        blocks = list(file.blocks)
    assert [fault.row for block in blocks for fault in block.faults] == list(range(1, 51, 9))
    read = [text for block in blocks for text in block.reports.description]
    assert read == [str(nth) for nth in range(50) if nth % 9]
    assert [number - 1 for block in blocks for number in block.rows.tolist()] == [nth for nth in range(50) if nth % 9]


def test_of_a_day_on_which_a_list_begins_each_row_has_the_list_of_its_time(take, table, engine):
    east, county, today = (105.47, 28.81), "510503", now().astimezone(CITY_ZONE).date()
    listed = Sheet((DraftLine(LEAK, "emergency", "urgent_hour", 1, True, "汛期多发"),), (), {})
    with engine.begin() as connection:
        version = drafting.draft(connection, county, sheet=listed, source="list.xlsx")
        drafting.approve(connection, county, version, document="纳府发〔2026〕12号", day=today)
        drafting.publish(connection, county, version)
    early, late = row(east, time=start_of_day(today).isoformat()), row(east, time="")
    outcome = take(table(early, late), datum="wgs84", skip_bad=True)
    assert outcome.stored == 1
    assert [(fault.row, fault.code) for fault in outcome.faults] == [(2, "matter_not_listed")]
