"""Ways round the guard that were tried: clever coordinates, clever sessions, clever dates, clever numbers.

village, 2 by 1:   +-----+-----+
                   |  A  |  B  |      grids 001 and 002
                   +-----+-----+
"""

from datetime import timedelta

import numpy as np
import psycopg
import pytest
import shapely
import sqlalchemy as sa

from boundaries.store.proof import broken_instants
from boundaries.units import units_from
from gis.chain import signature
from gis.errors import Refusal
from gis.lattice import from_lattice
from tests.boundaries.store.test_guard import (
    LEFT,
    RIGHT,
    TREE,
    VILLAGE,
    WHOLE,
    A,
    B,
    grids,
    store,
    tomorrow,
    tree,
)

pytestmark = pytest.mark.database

C = VILLAGE + "003"
ROUND_THE_HASH = 2**32  # units of longitude after which the hash of an edge repeats itself
CLOSE = "UPDATE public.unit_version SET lifespan = tstzrange(lower(lifespan), {1}) WHERE code = '{0}'"
COPY_OF_A = """
    INSERT INTO unit_version (code, name, kind, geom, lifespan, source, change_set_id)
    SELECT '{code}', name, kind, geom, tstzrange({begin}, {end}), source, change_set_id
    FROM unit_version WHERE code = '{A}' ORDER BY id LIMIT 1"""


@pytest.fixture
def village(register):
    """A village of two grids."""
    store(register, tree(), grids(LEFT, RIGHT))
    return register


@pytest.fixture
def session(village, database_url):
    """One session of psycopg, as the application connects."""
    with psycopg.connect(database_url) as connection:
        yield connection


CITY = """
    INSERT INTO unit (code) VALUES ('5105') ON CONFLICT DO NOTHING;
    INSERT INTO change_set (title, reason, state, effective_on) VALUES ('test', 'other', 'in_force', '2026-01-01');
    INSERT INTO unit_version (code, name, geom, lifespan, source, change_set_id)
    SELECT '5105', 'x', {shape}, tstzrange('2026-01-01', NULL), 'synthetic', max(id) FROM change_set"""


@pytest.fixture
def session_of_nothing(register, database_url):
    """A session on an empty register."""
    with psycopg.connect(database_url) as connection:
        yield connection
        connection.rollback()


def copy_of_a(code, begin, end="NULL"):
    return COPY_OF_A.format(A=A, code=code, begin=begin, end=end)


# Coordinates.


def moved(shape, east, north):
    units = np.rint(shapely.get_coordinates(shape) * 1e7).astype(np.int64) + np.array([east, north])
    return shapely.Polygon(from_lattice(units))


@pytest.mark.parametrize("turns", [(-1, 0), (1, 0), (0, -1), (0, 1), (-1, 1)])
def test_a_face_a_turn_of_the_hash_away_is_refused(register, turns):
    far = moved(RIGHT, *(ROUND_THE_HASH * turn for turn in turns))
    with pytest.raises((Refusal, psycopg.DataError), match=r"outside_lonlat|out of range"):
        store(register, tree(), grids(LEFT, far))


SLIVER = [(1052650971, 280741672), (1053367730, 284553358), (1055167643, 294125199)]  # half a square unit, 150 km long


def test_a_sliver_has_its_signature_from_whole_units(register):
    sliver = shapely.Polygon(from_lattice(SLIVER))
    query = sa.text("SELECT boundary_signature(ST_GeomFromWKB(:shape))")
    with register.connect() as connection:
        for shape in (sliver, shapely.reverse(sliver)):
            stored = connection.execute(query, {"shape": shapely.to_wkb(shape)}).scalar_one()
            assert stored == signature([sliver])[0].tolist()


def test_a_sliver_turned_the_wrong_way_round_pays_for_no_overlap(register):
    south, middle, north = from_lattice(SLIVER).tolist()
    west, east = [105.2, 28.9], [105.6, 28.6]
    whole = units_from(code=TREE, name=TREE, geometry=[shapely.Polygon([south, east, north, west])] * 4, divided=True)
    both_hold_it = [shapely.Polygon([south, middle, north, west]), shapely.Polygon([south, east, north])]
    with pytest.raises(sa.exc.IntegrityError, match="not_tiled"):
        store(register, whole, grids(*both_hold_it, shapely.Polygon([south, middle, north]), codes=[A, B, C]))


@pytest.mark.parametrize(
    "shape",
    [
        "'MULTIPOLYGON Z (((105 28 1,105.01 28 1,105.01 28.01 1,105 28 1)))'",
        "'MULTIPOLYGON M (((105 28 1,105.01 28 1,105.01 28.01 1,105 28 1)))'",
        "'SRID=4326;MULTIPOLYGON(((105 28,105.01 28,105.01 28.01,105 28)))'",
        "'MULTISURFACE(CURVEPOLYGON(CIRCULARSTRING(105 28,105.01 28.01,105 28)))'",
        "'MULTIPOLYGON EMPTY'",
        "'MULTIPOLYGON(EMPTY)'",
        "'MULTIPOLYGON(((105 28,105.01 28,105.01 28.01,105 28)),EMPTY)'",
        "'MULTIPOLYGON(((105 28,105.01 28,105.00000005 28.01,105 28)))'",
        "'MULTIPOLYGON(((105 28,NaN 28,105.01 28.01,105 28)))'",
        "'MULTIPOLYGON(((105 28,Infinity 28,105.01 28.01,105 28)))'",
        "'MULTIPOLYGON(((105 28,1e300 28,105.01 28.01,105 28)))'",
        "'MULTIPOLYGON(((179.9 28,180.0000001 28,180 28.01,179.9 28)))'",
        "'MULTIPOLYGON(((105 28,105.01 28,105.02 28,105.01 28,105.01 28.01,105 28)))'",
        "'MULTIPOLYGON(((105 28,105.01 28,105.01 28.01,105 28)),((105 28,105.01 28,105.01 28.01,105 28)))'",
        "'MULTIPOLYGON(((105 28,105.01 28,105.01 28.01,105 28),(105 28,105.01 28,105.01 28.01,105 28)))'",
        "ST_Multi(ST_GeomFromText('POLYGON((105 28,105.01 28,105 28))', 4490))",
    ],
)
def test_a_shape_that_is_no_plain_polygon_on_the_lattice_is_refused(session_of_nothing, shape):
    with pytest.raises(psycopg.Error):
        session_of_nothing.execute(CITY.format(shape=shape))


# Sessions.


@pytest.mark.parametrize(
    "type_",
    [
        "CREATE TYPE pg_temp.record AS (a numeric(5,-20), b numeric(5,-20))",
        "CREATE DOMAIN pg_temp.timestamptz AS date",
        "CREATE DOMAIN pg_temp.text AS varchar(1)",
        "CREATE TEMP TABLE unit_version (LIKE public.unit_version)",
        "CREATE TEMP TABLE unit (LIKE public.unit)",
        "SET search_path = pg_temp, public, pg_catalog",
        "SET search_path = ''",
    ],
)
def test_types_and_tables_of_the_session_do_not_divert_the_guard(village, session, type_):
    session.execute(type_)
    session.execute("SELECT public.check_tiling(%s, now())", [VILLAGE])
    session.execute(f"UPDATE public.unit_version SET lifespan = tstzrange(lower(lifespan), now()) WHERE code = '{A}'")
    with pytest.raises(psycopg.errors.CheckViolation):
        session.commit()
    assert all_tiled(village)


@pytest.mark.parametrize(
    "statements",
    [
        ["SET CONSTRAINTS ALL IMMEDIATE", "SET CONSTRAINTS ALL DEFERRED", "{CLOSE_A}"],
        ["SAVEPOINT one", "{CLOSE_A}", "RELEASE one", "SAVEPOINT two", "{OPEN_A}", "ROLLBACK TO two"],
        ["{CLOSE_A}", "DECLARE kept CURSOR WITH HOLD FOR SELECT 1"],
        ["CREATE TEMP TABLE faces ON COMMIT DROP AS SELECT * FROM unit_version", "{CLOSE_A}"],
        ["SET LOCAL TimeZone = 'Etc/GMT-14'", "{CLOSE_A}"],
        ["MERGE INTO unit_version USING unit ON unit.code = unit_version.code AND unit.code = '{A}'"
         " WHEN MATCHED THEN UPDATE SET lifespan = tstzrange(lower(lifespan), now())"],
        ["INSERT INTO unit VALUES ('{C}') ON CONFLICT DO NOTHING",
         "WITH closed AS ({CLOSE_A} RETURNING name, kind, geom, source, change_set_id)"
         " INSERT INTO unit_version (code, name, kind, geom, lifespan, source, change_set_id)"
         " SELECT '{C}', name, kind, ST_Multi(ST_Translate(geom, 0, 0.01)), tstzrange(now(), NULL), source, change_set_id"
         " FROM closed"],
        ["CREATE TEMP TABLE fuse (a int)",
         "CREATE FUNCTION pg_temp.burn() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN {CLOSE_A}; RETURN NULL; END$$",
         "CREATE CONSTRAINT TRIGGER late AFTER INSERT ON fuse DEFERRABLE INITIALLY DEFERRED"
         " FOR EACH ROW EXECUTE FUNCTION pg_temp.burn()",
         "INSERT INTO fuse VALUES (1)"],
    ],
)  # fmt: skip
@pytest.mark.parametrize("isolation", list(psycopg.IsolationLevel)[1:], ids=lambda level: level.name)
def test_no_turn_of_a_transaction_gets_past_the_guard(village, database_url, statements, isolation):
    words = {"A": A, "C": C, "CLOSE_A": CLOSE.format(A, "now()"), "OPEN_A": CLOSE.format(A, "NULL")}
    with psycopg.connect(database_url, autocommit=True) as session:
        session.isolation_level = isolation
        with pytest.raises(psycopg.errors.CheckViolation), session.transaction():
            for statement in statements:
                session.execute(statement.format(**words))
    assert all_tiled(village)


def test_a_transaction_cannot_be_put_aside_until_its_day_has_come(session):
    with pytest.raises(psycopg.errors.ObjectNotInPrerequisiteState):
        session.execute("PREPARE TRANSACTION 'later'")


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO unit_version (id, code, name, kind, geom, lifespan, source, change_set_id) OVERRIDING SYSTEM VALUE"
        " SELECT 1000, '{A}', name, kind, geom, lifespan, source, change_set_id FROM unit_version WHERE code = '{A}'",
        "INSERT INTO unit_version (recorded_at, code, name, kind, geom, lifespan, source, change_set_id)"
        " SELECT now(), '{A}', name, kind, geom, lifespan, source, change_set_id FROM unit_version WHERE code = '{A}'",
        "UPDATE unit_version SET recorded_at = '2000-01-01'",
        "UPDATE unit_version SET code = '{A}'",
        "UPDATE spatial_ref_sys SET proj4text = ''",
        "SELECT setval('unit_version_id_seq', 1)",
        "CREATE TABLE inheriting () INHERITS (unit_version)",
        "CREATE TRIGGER first BEFORE INSERT ON unit_version EXECUTE FUNCTION suppress_redundant_updates_trigger()",
        "CREATE FUNCTION public.lower(tstzrange) RETURNS timestamptz LANGUAGE sql AS 'SELECT now()'",
        "CREATE SCHEMA mine",
    ],
)
def test_the_application_has_no_right_to_what_the_guard_stands_on(session, statement):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        session.execute(statement.format(A=A))


# Dates.


def soon(session, instant="clock_timestamp() + interval '0.3 s'"):
    """Plan a new version of A, with the same land, for an instant that is nearly there."""
    (begin,) = session.execute(f"SELECT {instant}").fetchone()
    session.execute(CLOSE.format(A, "%s"), [begin])
    session.execute(copy_of_a(A, "%s"), [begin])
    session.commit()
    return begin


def undo(session, begin):
    session.execute("DELETE FROM unit_version WHERE code = %s AND lower(lifespan) = %s", [A, begin])
    session.execute(CLOSE.format(A, "NULL"))


def wait(session, instant):
    session.execute("SELECT pg_sleep_until(%s)", [instant + timedelta(milliseconds=1)])


def test_a_plan_can_be_taken_back_before_its_day(village, session):
    undo(session, soon(session, "now() + interval '1 day'"))
    session.commit()


@pytest.mark.parametrize("wait_before", ["the statement", "the commit"])
def test_a_transaction_that_was_opened_early_cannot_undo_what_has_begun(village, session, database_url, wait_before):
    with psycopg.connect(database_url) as early:
        early.execute("SELECT now()")
        begin = soon(session)
        with pytest.raises(psycopg.errors.CheckViolation, match="history_is_kept"):
            if wait_before == "the statement":
                wait(early, begin)
            undo(early, begin)
            wait(early, begin)
            early.commit()
    assert village_at(village, begin) == {A, B}


def village_at(engine, instant):
    with engine.connect() as connection:
        query = sa.text("SELECT code FROM unit_version WHERE level = 'grid' AND lifespan @> :at")
        return set(connection.execute(query, {"at": instant}).scalars())


def test_a_code_that_was_given_up_is_never_used_again(village):
    merged = grids(WHOLE, codes=[C])
    store(village, merged, day=tomorrow(), ended=[A, B])
    later = tomorrow() + timedelta(days=9)
    for day in (tomorrow() + timedelta(days=1), later):
        with pytest.raises(sa.exc.IntegrityError, match="code_used_again"):
            store(village, grids(LEFT, RIGHT, codes=[A, VILLAGE + "004"]), day=day, ended=[C])
    store(village, grids(LEFT, RIGHT, codes=[VILLAGE + "004", VILLAGE + "005"]), day=later, ended=[C])


def test_a_unit_gets_no_earlier_past(village, session):
    session.execute(
        "INSERT INTO unit_version (code, name, geom, lifespan, source, change_set_id) SELECT code, name, geom,"
        " tstzrange('2010-01-01', lower(lifespan)), source, change_set_id FROM unit_version WHERE code = '5105'"
    )
    with pytest.raises(psycopg.errors.CheckViolation, match="history_is_kept"):
        session.commit()


def test_there_is_one_city_at_a_time(village):
    other = units_from(code=["9999"], name=["x"], geometry=[WHOLE])
    with pytest.raises(Refusal, match="one_city_at_a_time"):
        store(village, other)


def all_tiled(engine):
    with engine.connect() as connection:
        return broken_instants(connection) == []
