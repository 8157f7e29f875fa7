"""The guard refuses every commit after which some parent is not tiled at some instant, whoever writes.

village, 2 by 1:   +-----+-----+
                   |  A  |  B  |      grids 001 and 002
                   +-----+-----+
"""

import subprocess
from datetime import date, timedelta

import psycopg
import pytest
import shapely
import sqlalchemy as sa

from boundaries.clock import CITY_ZONE, now, start_of_day
from boundaries.store.writing import begin_versions, end_versions, open_change_set
from boundaries.units import concatenate, units_from
from gis.errors import Refusal

pytestmark = pytest.mark.database

VILLAGE = "510502001001"
TREE = ["5105", "510502", "510502001", VILLAGE]
A, B = VILLAGE + "001", VILLAGE + "002"
LEFT, RIGHT = shapely.box(105, 28, 105.01, 28.01), shapely.box(105.01, 28, 105.02, 28.01)
WHOLE = shapely.union(LEFT, RIGHT)  # keeps the vertices at the ends of the common border
FIRST_DAY = date(2026, 1, 1)


def tree(*, divided=True):
    """City, county, town and village on the same land."""
    return units_from(code=TREE, name=TREE, geometry=[WHOLE] * 4, divided=[True, True, True, divided])


def grids(*shapes, codes=(A, B)):
    return units_from(code=codes[: len(shapes)], name=codes[: len(shapes)], geometry=shapes, kind=["comprehensive"] * len(shapes))


def store(engine, *tables, day=FIRST_DAY, ended=()):
    with engine.begin() as connection:
        change = open_change_set(connection, title="test", reason="other", effective_on=day)
        end_versions(connection, ended, end=start_of_day(day))
        begin_versions(connection, concatenate(tables), begin=start_of_day(day), source="synthetic", change_set_id=change)


@pytest.fixture
def village(register):
    """A village of two grids."""
    store(register, tree(), grids(LEFT, RIGHT))
    return register


def tomorrow():
    return now().astimezone(CITY_ZONE).date() + timedelta(days=1)


@pytest.mark.parametrize(
    "shapes",
    [
        pytest.param([LEFT], id="gap"),
        pytest.param([LEFT, shapely.box(105.01, 28, 105.02, 28.0100001)], id="one unit outside"),
        pytest.param([LEFT, shapely.box(105.0099999, 28, 105.02, 28.01)], id="overlap of one unit"),
        pytest.param([LEFT, shapely.box(105.0100001, 28, 105.02, 28.01)], id="gap of one unit"),
        pytest.param([WHOLE, WHOLE], id="duplicate"),
        pytest.param([shapely.box(105, 28, 105.02, 28.01), RIGHT], id="containment"),
        pytest.param(
            [shapely.Polygon([(105, 28), (105.01, 28), (105.01, 28.005), (105.01, 28.01), (105, 28.01)]), RIGHT],
            id="vertex that the neighbour lacks",
        ),
    ],
)
def test_a_division_that_is_no_tiling_is_refused_and_nothing_is_stored(register, shapes):
    with pytest.raises(sa.exc.IntegrityError, match="not_tiled"):
        store(register, tree(), grids(*shapes))
    with register.connect() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM unit_version")).scalar_one() == 0


def test_a_village_may_stand_undivided(register):
    store(register, tree(divided=False))


def test_an_undivided_village_takes_no_grids(register):
    with pytest.raises(sa.exc.IntegrityError, match="not_tiled"):
        store(register, tree(divided=False), grids(LEFT, RIGHT))


def test_a_split_and_a_merge_that_keep_the_land_are_stored(village):
    lower, upper = shapely.box(105, 28, 105.01, 28.005), shapely.box(105, 28.005, 105.01, 28.01)
    edge = shapely.Polygon([(105.01, 28), (105.02, 28), (105.02, 28.01), (105.01, 28.01), (105.01, 28.005)])
    outline = shapely.union_all([lower, upper, edge])
    codes = (VILLAGE + "003", VILLAGE + "004", B)
    reshaped = units_from(code=TREE, name=TREE, geometry=[outline] * 4, divided=True)
    store(village, reshaped, grids(lower, upper, edge, codes=codes), day=tomorrow(), ended=[*TREE, A, B])
    with village.connect() as connection:
        living = sa.text("SELECT count(*) FROM unit_version WHERE level = 'grid' AND lifespan @> now()")
        assert connection.execute(living).scalar_one() == 2  # the split begins tomorrow


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM unit_version WHERE code = '{A}'",
        "UPDATE unit_version SET geom = ST_Multi(ST_Translate(geom, 0.0000001, 0)) WHERE code = '{A}'",
        "UPDATE unit_version SET lifespan = tstzrange(lower(lifespan), now() + interval '1 day') WHERE code = '{A}'",
        "UPDATE unit_version SET divided = false WHERE code = '{VILLAGE}'",
        "UPDATE unit_version SET population = 1 WHERE code = '{A}'",
        "UPDATE unit_version SET households = 1 WHERE code = '{A}'",
        "UPDATE unit_version SET code = '{B}' WHERE code = '{A}'",
        "UPDATE unit_version SET signature = '{{0,0}}' WHERE code = '{A}'",
        "UPDATE unit SET code = '510502001001009' WHERE code = '{A}'",
        "DELETE FROM unit",
        "TRUNCATE unit_version CASCADE",
        "ALTER TABLE unit_version DISABLE TRIGGER tiling",
        "SET session_replication_role = replica",
        "DROP FUNCTION guard_tiling() CASCADE",
        "INSERT INTO unit_version (code, name, kind, geom, lifespan, source, change_set_id) SELECT code, name, kind,"
        " geom, tstzrange('2030-01-01', NULL), source, change_set_id FROM unit_version WHERE code = '{A}'",
        "INSERT INTO unit_version (code, name, kind, geom, lifespan, source, change_set_id) SELECT '{B}', name, kind,"
        " NULL, tstzrange('2010-01-01', '2011-01-01'), source, change_set_id FROM unit_version WHERE code = '{A}'",
        "INSERT INTO unit_version (code, name, kind, geom, lifespan, source, change_set_id) SELECT '{B}', name, kind,"
        " geom, tstzrange('2010-01-01', '2011-01-01'), source, change_set_id FROM unit_version WHERE code = '{A}'",
        "INSERT INTO unit_version (code, name, kind, geom, lifespan, source, change_set_id) SELECT '{B}', name, kind,"
        " geom, 'empty', source, change_set_id FROM unit_version WHERE code = '{A}'",
        "BEGIN; SET CONSTRAINTS ALL DEFERRED; UPDATE unit_version SET lifespan = tstzrange(lower(lifespan),"
        " now() + interval '9 days') WHERE level = 'grid'; COMMIT",
    ],
)
def test_no_statement_of_psql_breaks_the_map(village, database_url, statement):
    before = picture(village)
    told = subprocess.run(
        ["psql", "-X", "-v", "ON_ERROR_STOP=1", "-c", statement.format(A=A, B=B, VILLAGE=VILLAGE), database_url],
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode != 0 and "ERROR" in told.stderr
    assert picture(village) == before


def test_psql_learns_the_parent_the_instant_and_the_faces(village, database_url):
    closing = f"UPDATE unit_version SET lifespan = tstzrange(lower(lifespan), '2031-05-01 00:00+08') WHERE code = '{A}'"
    with psycopg.connect(database_url) as connection, pytest.raises(psycopg.errors.CheckViolation) as told:
        connection.execute(closing)
        connection.commit()
    assert f"village {VILLAGE} is not tiled exactly from 2031-05-01" in told.value.diag.message_primary
    assert A in told.value.diag.message_detail


def test_a_broken_rule_becomes_a_refusal_with_its_name(register):
    with register.connect() as connection, pytest.raises(Refusal) as refused:
        change = open_change_set(connection, title="test", reason="other", effective_on=FIRST_DAY)
        bowtie = shapely.Polygon([(105, 28), (105.01, 28.01), (105.01, 28), (105, 28.01)])
        broken = units_from(code=["5105"], name=["x"], geometry=[bowtie])
        begin_versions(connection, broken, begin=start_of_day(FIRST_DAY), source="synthetic", change_set_id=change)
    assert refused.value.code == "invalid_geometry"


def picture(engine):
    with engine.connect() as connection:
        return connection.execute(sa.text("SELECT * FROM unit_version ORDER BY id")).fetchall()
