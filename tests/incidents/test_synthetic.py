"""Generated incidents, on a square of 900 micro-grids."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
import shapely

from boundaries.code_tables import FAMILIES
from boundaries.units import units_from
from gis.dissolve import dissolve
from gis.errors import Refusal
from gis.lattice import quantise
from gis.locating.locate import Locator
from incidents.matters import DEFAULT_MATTERS, Matter
from incidents.numbers import CITY_OFFSET
from incidents.states import STATES
from incidents.synthetic import generate

COUNT = 40_000
START, END = datetime(2025, 6, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)
SIDE = 30


def square():
    """SIDE × SIDE micro-grids of 200 m; three by three make a grid. The middle is ten times as populous."""
    codes, shapes, households = [], [], []
    for row in range(SIDE):
        for column in range(SIDE):
            grid = (row // 3) * (SIDE // 3) + column // 3 + 1
            codes.append(f"510502001001{grid:03}{row % 3 * 3 + column % 3 + 1:02}")
            west, south = 105.4 + column * 0.002, 28.8 + row * 0.002
            shapes.append(shapely.box(west, south, west + 0.002, south + 0.002))
            households.append(80 if max(abs(row - SIDE / 2), abs(column - SIDE / 2)) < SIDE / 5 else 8)
    return units_from(code=codes, name=codes, households=households, geometry=quantise(shapes))


def make(**changed):
    return generate(square(), **({"count": COUNT, "seed": 3, "start": START, "end": END} | changed))


@pytest.fixture(scope="module")
def reports():
    return make()


@pytest.fixture(scope="module")
def grids():
    units = square()
    return dissolve(units.geometry, np.array([code[:15] for code in units.code]))


@pytest.fixture(scope="module")
def located(reports, grids):
    return Locator(*grids).locate(reports.positions())


def test_exactly_one_in_a_hundred_lies_outside_every_grid_within_some_kilometres(located):
    outside = located.face < 0
    assert outside.sum() == COUNT // 100
    assert (located.distance_m[outside] > 1).all()
    assert located.distance_m[outside].max() < 5_000


@pytest.mark.parametrize("count", [0, 1, 99, 100, 1_234])
def test_any_number_can_be_generated(count, grids):
    reports = make(count=count)
    assert len(reports) == count
    if count:
        assert (Locator(*grids).locate(reports.positions()).face < 0).sum() == count // 100


def test_one_in_twelve_lies_on_a_border_of_grids_or_within_a_metre(reports, located, grids):
    borders = shapely.transform(shapely.boundary(shapely.MultiPolygon(list(grids[0]))), metres)
    shapely.prepare(borders)
    near = shapely.dwithin(borders, shapely.points(metres(reports.positions())), 1.0)
    assert 0.075 < near.mean() < 0.11
    assert 0.029 < located.on_border.mean() < 0.04


def metres(lonlat):
    return (lonlat - (105.43, 28.83)) * (97_600.0, 110_800.0)


def test_positions_are_declared_in_all_datums_and_come_back_to_the_lattice(reports):
    share = {datum: (reports.datum == datum).mean() for datum in np.unique(reports.datum)}
    assert share["gcj02"] == pytest.approx(0.10, abs=0.01)
    assert share["bd09"] == pytest.approx(0.05, abs=0.01)
    assert set(share) == {"gcj02", "bd09", "wgs84", "cgcs2000"}
    off_m = np.hypot(*(metres(reports.lonlat) - metres(reports.positions())).T)
    assert off_m[np.isin(reports.datum, ["wgs84", "cgcs2000"])].max() < 0.01
    assert off_m[reports.datum == "gcj02"].min() > 200
    assert off_m[reports.datum == "bd09"].min() > 500


def test_incidents_happen_by_day_and_on_weekdays(reports):
    local = reports.reported_at + CITY_OFFSET
    hour = local.astype("datetime64[h]").astype(int) % 24
    weekday = (local.astype("datetime64[D]").astype(int) + 3) % 7
    by_hour, by_day = np.bincount(hour, minlength=24), np.bincount(weekday, minlength=7)
    assert by_hour[9:11].min() > 10 * by_hour[1:5].max()
    assert by_hour[12] < by_hour[10]
    assert by_day[:5].min() > 1.2 * by_day[5:].max()


def test_reports_are_in_order_and_inside_the_period(reports):
    assert (np.diff(reports.reported_at) >= np.timedelta64(0)).all()
    assert reports.reported_at[0] >= np.datetime64("2025-06-01")
    assert reports.reported_at[-1] < np.datetime64("2026-06-01")


def test_incidents_gather_where_people_live_and_in_hot_spots(reports):
    places = metres(reports.positions())
    middle = (np.abs(places) < 1_100).all(axis=1)
    assert middle.mean() > 0.4
    counts = np.histogram2d(*places.T, bins=60)[0]
    assert counts.max() > 15 * counts.mean()


def test_old_incidents_are_finished_and_young_ones_are_under_way(reports):
    age = np.datetime64("2026-06-01") - reports.reported_at
    finished = np.isin(reports.state, ["closed", "rejected", "cancelled"])
    assert finished[age > np.timedelta64(60, "D")].mean() > 0.999
    assert (reports.state == "closed").mean() > 0.9
    young = make(count=4_000, start=END - timedelta(hours=12), end=END)
    assert {"reported", "registered", "dispatched", "handling", "handled", "checked", "closed"} <= set(young.state)
    assert (young.state == "closed").mean() < 0.3


def test_every_state_is_known_and_exactly_the_closed_ones_have_been_closed(reports):
    assert set(reports.state) <= set(STATES)
    closed = reports.state == "closed"
    assert (~np.isnat(reports.closed_at) == closed).all()
    assert (reports.closed_at[closed] > reports.reported_at[closed]).all()
    assert reports.closed_at[closed].max() <= np.datetime64("2026-06-01")


def test_a_few_are_rejected_or_cancelled(reports):
    for state in ("rejected", "cancelled"):
        assert 0.004 < (reports.state == state).mean() < 0.03


def test_urgent_incidents_are_closed_sooner(reports):
    urgent = {matter.code for matter in DEFAULT_MATTERS if matter.urgent}
    hasty = np.isin(reports.matter_code, list(urgent))
    taken = reports.closed_at - reports.reported_at
    closed = reports.state == "closed"
    assert np.median(taken[closed & hasty]) * 3 < np.median(taken[closed & ~hasty])


def test_all_families_occur(reports):
    family = {matter.code: matter.family for matter in DEFAULT_MATTERS}
    assert {family[code] for code in np.unique(reports.matter_code)} == set(FAMILIES)


def test_the_same_seed_gives_the_same_incidents_and_another_seed_others(reports):
    again, other = make(), make(seed=4)
    for column in ("matter_code", "state", "reported_at", "lonlat", "datum"):
        assert np.array_equal(getattr(reports, column), getattr(again, column))
    assert not np.array_equal(reports.lonlat, other.lonlat)


def test_instants_may_be_given_with_a_zone_or_as_utc(reports):
    same = make(start=np.datetime64("2025-06-01"), end=np.datetime64("2026-06-01"))
    assert np.array_equal(same.reported_at, reports.reported_at)


@pytest.mark.parametrize(
    ("changed", "code"), [({"count": -1}, "bad_count"), ({"end": START}, "bad_period"), ({"start": END}, "bad_period")]
)
def test_what_cannot_be_generated_is_refused(changed, code):
    with pytest.raises(Refusal) as refusal:
        make(**changed)
    assert refusal.value.code == code


def test_without_micro_grids_there_is_nowhere_to_put_incidents():
    with pytest.raises(Refusal) as refusal:
        generate(units_from(code=[], name=[], geometry=[]), count=1, seed=1, start=START, end=END)
    assert refusal.value.code == "no_micro_grids"


def test_a_single_micro_grid_without_any_inner_border_is_enough():
    alone = square().take(np.arange(1))
    reports = generate(alone, count=200, seed=1, start=START, end=END)
    assert (~shapely.intersects_xy(alone.geometry[0], *reports.positions().T)).sum() == 2


def test_default_matters_have_their_own_codes_and_names_and_cover_all_families():
    assert len({matter.code for matter in DEFAULT_MATTERS}) == len(DEFAULT_MATTERS)
    assert len({matter.name_zh for matter in DEFAULT_MATTERS}) == len(DEFAULT_MATTERS)
    assert {matter.family for matter in DEFAULT_MATTERS} == set(FAMILIES)
    assert 0 < sum(matter.urgent for matter in DEFAULT_MATTERS) < len(DEFAULT_MATTERS) / 2


@pytest.mark.parametrize("name", ["采砂许可", "占道处罚", "强制拆除"])
def test_licensing_punishment_and_coercion_cannot_be_matters(name):
    with pytest.raises(Refusal) as refusal:
        Matter("0699", "livelihood", name, "Barred")
    assert refusal.value.code == "barred_matter"


def test_a_matter_of_no_family_is_refused():
    with pytest.raises(Refusal) as refusal:
        Matter("0701", "leisure", "打牌", "Cards")
    assert refusal.value.code == "unknown_family"
