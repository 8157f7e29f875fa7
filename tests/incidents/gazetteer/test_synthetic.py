"""The demo's gazetteer: made up, marked so, the same every time, and every entry findable by its name."""

import pytest
import shapely

from boundaries.clock import now
from boundaries.store.connecting import engine_for
from boundaries.store.snapshots import Snapshots
from boundaries.store.units import units_of_level
from incidents.gazetteer.entries import KINDS
from incidents.gazetteer.synthetic import MADE_UP, generate
from incidents.store.gazetteer import sources
from incidents.store.geocoding import geocode

pytestmark = pytest.mark.database


@pytest.fixture(scope="module")
def demo(demo_database):
    engine = engine_for(demo_database)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def made(demo):
    """Villages, grids, and what is generated for them."""
    with demo.connect() as connection:
        units = [units_of_level(connection, level, at=now()) for level in ("village", "grid")]
    return *units, generate(*units, seed=2024)


def digests(rows):
    return [row.digest(is_generated=True) for row in rows]


def test_the_demo_holds_it_and_says_that_it_is_generated(demo, made):
    with demo.connect() as connection:
        held = sources(connection, now())
    assert all(row.is_generated and row.source == "synthetic" for row in held)
    assert {row.kind for row in held} == set(KINDS) - {"place"}
    assert sum(row.count for row in held) == len(set(digests(made[2])))
    assert all(MADE_UP in name for row in made[2] for _, name, _ in (*row.names, ("", row.name, False)))


def test_the_same_seed_makes_the_same_and_another_seed_something_else(made):
    villages, grids, rows = made
    assert digests(generate(villages, grids, seed=2024)) == digests(rows)
    assert digests(generate(villages, grids, seed=1)) != digests(rows)


def test_doors_and_buildings_lie_where_their_name_says(made):
    villages, grids, rows = made
    land = shapely.union_all(villages.geometry)
    points = [row.geometry for row in rows if row.kind != "road"]
    assert shapely.covers(land, points).all()
    assert len(grids) == sum(row.kind == "community" for row in rows)


def test_what_is_stored_is_found_first_by_its_name(demo, made):
    snapshot = Snapshots(demo).at(now())
    with demo.connect() as connection:
        for row in made[2][:: len(made[2]) // 40]:
            best = geocode(connection, snapshot, f"四川省泸州市{row.name}", at=now()).candidates[0]
            assert best.entry.name == row.name
