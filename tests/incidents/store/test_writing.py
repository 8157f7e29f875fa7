"""Bulk load of incidents into a register."""

import numpy as np
import pytest
import sqlalchemy as sa

from boundaries.clock import now
from boundaries.store.snapshots import Snapshots
from gis.datum import from_wgs84
from gis.errors import Refusal
from incidents.reports import Reports
from incidents.store import writing
from incidents.store.tables import incident, incident_serial
from incidents.store.writing import load
from tests.api import town

pytestmark = pytest.mark.database

MORNING = np.datetime64("2026-05-01T02:00:00")


def reports(lonlat, **columns):
    count = len(lonlat)
    return Reports(
        **{
            "matter_code": np.full(count, "0406"),
            "state": np.full(count, "reported"),
            "reported_at": np.full(count, MORNING) + np.arange(count),
            "closed_at": np.full(count, np.datetime64("NaT", "s")),
            "lonlat": np.asarray(lonlat, dtype=float),
            "datum": np.full(count, "cgcs2000"),
            "source": "synthetic",
        }
        | columns
    )


@pytest.fixture
def store(register):
    """Load reports; the rows stored, in the order of the reports."""
    town.store(register)

    def command(batch, at=None):
        with register.begin() as connection:
            given = load(connection, batch, Snapshots(register).at(at or now()))
        with register.connect() as connection:
            lonlat = [sa.func.ST_X(incident.c.geom).label("lon"), sa.func.ST_Y(incident.c.geom).label("lat")]
            rows = connection.execute(sa.select(incident, *lonlat).where(incident.c.no.in_(given.tolist()))).all()
        by_no = {row.no: row for row in rows}
        return [by_no[no] for no in given.tolist()]

    return command


def test_a_report_is_stored_with_the_versions_of_its_grid_and_micro_grid(store, register):
    (row,) = store(reports([(105.41, 28.805)]))
    assert (row.grid_code, row.on_border, row.also, row.distance_m) == (town.WEST_GRID, False, [], 0)
    codes = sa.text("SELECT code FROM unit_version WHERE id = ANY (:ids) AND lifespan @> now() ORDER BY code")
    with register.connect() as connection:
        found = connection.execute(codes, {"ids": [row.grid_version_id, row.micro_grid_version_id]}).scalars().all()
    assert found == [town.WEST_GRID, "51050200100100101"]


def test_a_report_keeps_the_version_of_the_instant_it_is_assigned_by(store):
    (then,) = store(reports([(105.4205, 28.815)]), at=town.BEGIN)
    (today,) = store(reports([(105.4205, 28.815)]))
    assert (then.grid_code, today.grid_code) == (town.MIDDLE_GRID, town.WEST_GRID)


def test_a_report_on_a_border_names_the_other_grids(store):
    (row,) = store(reports([(105.44, 28.81)]))
    assert (row.grid_code, row.on_border, row.also) == (town.MIDDLE_GRID, True, [town.EAST_GRID])


def test_a_report_outside_every_grid_is_kept_with_its_distance_and_numbered_by_the_nearest_county(store):
    (row,) = store(reports([(105.49, 28.81)]))
    assert (row.grid_code, row.grid_version_id, row.micro_grid_version_id) == (None, None, None)
    assert 900 < row.distance_m < 1000
    assert row.no.startswith("51050320260501")


def test_a_declared_position_is_kept_as_declared_and_stored_in_cgcs2000(store):
    declared = from_wgs84([[105.41, 28.805]], "bd09")
    (row,) = store(reports(declared, datum=np.array(["bd09"])))
    assert (row.declared_datum, row.declared_lon, row.declared_lat) == ("bd09", *declared[0].tolist())
    assert (row.lon, row.lat) == (105.41, 28.805)


def test_numbers_go_on_from_batch_to_batch_by_county_and_day(store):
    first = store(reports([(105.41, 28.805), (105.46, 28.81), (105.41, 28.806)]))
    second = store(reports([(105.41, 28.805)], reported_at=np.array([MORNING])))
    other_day = store(reports([(105.41, 28.805)], reported_at=np.array([MORNING + np.timedelta64(1, "D")])))
    assert [row.no for row in first + second + other_day] == [
        "5105022026050100001",
        "5105032026050100001",
        "5105022026050100002",
        "5105022026050100003",
        "5105022026050200001",
    ]


def test_a_failed_load_leaves_nothing_not_even_used_numbers(store):
    for column, code in (
        ({"matter_code": np.array(["unheard-of"])}, "unknown_matter"),
        ({"state": np.array(["lost"])}, "bad_state"),
    ):
        with pytest.raises(Refusal) as refusal:
            store(reports([(105.41, 28.805)], **column))
        assert refusal.value.code == code
    assert [row.no for row in store(reports([(105.41, 28.805)]))] == ["5105022026050100001"]


def test_the_serials_of_a_day_can_be_used_up_and_that_is_said(store, register):
    full = {"county_code": "510502", "day": "2026-05-01", "last": 99_999}
    with register.begin() as connection:
        connection.execute(sa.insert(incident_serial).values(full))
    with pytest.raises(Refusal) as refusal:
        store(reports([(105.41, 28.805)]))
    assert refusal.value.code == "serials_used_up"


@pytest.mark.parametrize(
    ("lonlat", "datum", "code"),
    [
        ((105.41, 28.805), "nad27", "unknown_datum"),
        ((np.nan, 28.8), "cgcs2000", "not_finite"),
        ((500, 28.8), "cgcs2000", "outside_lonlat"),
    ],
)
def test_a_position_that_is_none_is_refused(store, lonlat, datum, code):
    with pytest.raises(Refusal) as refusal:
        store(reports([lonlat], datum=np.array([datum])))
    assert refusal.value.code == code


def test_a_register_without_grids_takes_no_incidents(register):
    with pytest.raises(Refusal) as refusal, register.begin() as connection:
        load(connection, reports([(105.41, 28.805)]), Snapshots(register).at(now()))
    assert refusal.value.code == "nothing_at_instant"


@pytest.mark.parametrize(
    "change",
    [
        "grid_version_id = -1",
        "grid_code = '510503001001001'",
        "grid_version_id = micro_grid_version_id",
        "micro_grid_version_id = grid_version_id",
        "grid_version_id = NULL",
        "micro_grid_version_id = (SELECT max(id) FROM unit_version WHERE code = '51050200100100201')",
        "closed_at = reported_at - interval '1 minute'",
    ],
)
def test_the_database_refuses_an_assignment_that_cannot_be_from_any_client(store, owned, change):
    store(reports([(105.41, 28.805), (105.46, 28.81)]))
    statement = sa.text(f"UPDATE incident SET {change} WHERE grid_code = '{town.WEST_GRID}'")
    with pytest.raises(sa.exc.IntegrityError), owned.begin() as connection:
        connection.execute(statement)


@pytest.mark.parametrize(
    "change",
    [
        "geom = ST_SetSRID(ST_MakePoint(105.41000001, 28.805), 4490)",
        "geom = ST_SetSRID(ST_MakePoint('NaN', 'NaN'), 4490)",
        "geom = 'SRID=4490;POINT EMPTY'",
        "geom = ST_SetSRID(ST_MakePoint(181, 28), 4490)",
    ],
)
def test_the_database_refuses_a_place_that_is_none(store, owned, change):
    store(reports([(105.41, 28.805)]))
    with pytest.raises(sa.exc.IntegrityError), owned.begin() as connection:
        connection.execute(sa.text(f"UPDATE incident SET {change}"))


def test_an_incident_is_assigned_to_versions_of_one_time_that_have_begun(store, register):
    store(reports([(105.41, 28.805)]))
    plan = """
        WITH closed AS (
            UPDATE unit_version SET lifespan = tstzrange(lower(lifespan), '2099-01-01')
            WHERE parent_code = :grid AND upper_inf(lifespan) RETURNING code, name, kind, geom, source, change_set_id)
        INSERT INTO unit_version (code, name, kind, geom, lifespan, source, change_set_id)
        SELECT code, name, kind, geom, tstzrange('2099-01-01', NULL), source, change_set_id FROM closed"""
    with register.begin() as connection:
        connection.execute(sa.text(plan), {"grid": town.WEST_GRID})
    other = "(SELECT {} FROM unit_version WHERE code = {})"
    for changed in (
        "micro_grid_version_id = " + other.format("max(id)", "'51050200100100101'"),  # planned
        "grid_version_id = " + other.format("min(id)", "grid_code"),  # from before its micro-grid's version
    ):
        with pytest.raises(sa.exc.IntegrityError, match="bad_assignment"), register.begin() as connection:
            connection.execute(sa.text(f"UPDATE incident SET {changed}"))


def test_a_batch_of_several_blocks_is_stored_whole(store, monkeypatch):
    monkeypatch.setattr(writing, "BLOCK", 500)
    batch = reports(town.places(1200, seed=5))
    rows = store(batch)
    assert len({row.no for row in rows}) == 1200
    assert np.allclose([(row.lon, row.lat) for row in rows], batch.lonlat, atol=1e-7)
