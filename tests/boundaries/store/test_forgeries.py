"""What somebody with psql forged or slipped past the guard: rings that hash to nothing, a code taken up again, false records."""

from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
import shapely
import sqlalchemy as sa

from boundaries.clock import CITY_ZONE, now
from boundaries.store import changes, deciding
from boundaries.units import units_from
from gis.chain import signature
from gis.errors import Refusal
from tests.boundaries.store.test_attacks import all_tiled, copy_of_a
from tests.boundaries.store.test_guard import LEFT, RIGHT, TREE, VILLAGE, A, grids, store, tree
from tests.gis.collision import ring_without_signature

pytestmark = pytest.mark.database

C = VILLAGE + "003"
AROUND = shapely.box(105.45, 28.93, 105.46, 28.95)
TO = "UPDATE unit_version SET lifespan = tstzrange(lower(lifespan), '{1}') WHERE code = '{0}' AND upper_inf(lifespan)"
GRID_1 = "510504001001001"


@pytest.fixture
def village(register):
    """A village of two grids."""
    store(register, tree(), grids(LEFT, RIGHT))
    return register


@pytest.fixture
def decided(demo_copy):
    """The demo town and the number of a change set decided for today."""
    with demo_copy.begin() as connection:
        number = changes.open_change(connection, title="x", reason="other", scope="510504001001")
        changes.add_commands(connection, number, [{"op": "rename", "unit": GRID_1, "name": "新"}])
    with demo_copy.begin() as connection:
        deciding.check(connection, number)
    with demo_copy.begin() as connection:
        deciding.decide(connection, number, effective_on=now().astimezone(CITY_ZONE).date())
    return demo_copy, number


# Land.


def test_a_gap_that_hashes_to_nothing_is_refused(register):
    whole = units_from(code=TREE, name=TREE, geometry=[AROUND] * 4, divided=True)
    holed = AROUND.difference(ring_without_signature())
    assert (signature([holed]) == signature([AROUND])).all()
    with pytest.raises(sa.exc.IntegrityError, match="not_tiled"):
        store(register, whole, grids(holed))
    store(register, whole, grids(AROUND))


def test_an_overlap_that_hashes_to_nothing_is_refused(register):
    whole = units_from(code=TREE, name=TREE, geometry=[AROUND] * 4, divided=True)
    with pytest.raises(sa.exc.IntegrityError, match="not_tiled"):
        store(register, whole, grids(AROUND, ring_without_signature()))


@pytest.mark.parametrize("turn", ["SET CONSTRAINTS ALL IMMEDIATE", "SET CONSTRAINTS public.proof IMMEDIATE", "SAVEPOINT one"])
def test_what_is_due_cannot_be_proven_before_it_is_done(register, database_url, turn):
    whole = units_from(code=TREE, name=TREE, geometry=[AROUND] * 4, divided=True)
    store(register, whole, grids(AROUND))
    add = """
        INSERT INTO unit_version (code, name, kind, geom, lifespan, source, change_set_id)
        SELECT %s, 'x', 'exclusive', ST_Multi(ST_GeomFromText(%s, 4490)), tstzrange(now(), NULL), source, change_set_id
        FROM unit_version WHERE code = %s"""
    with psycopg.connect(database_url) as session, pytest.raises(psycopg.errors.CheckViolation, match="not_tiled"):
        session.execute("INSERT INTO unit VALUES (%s)", [C])
        session.execute("SELECT owe_proof(%s, now())", [VILLAGE])
        session.execute(turn)
        session.execute(add, [C, shapely.to_wkt(ring_without_signature(), rounding_precision=7), A])
        session.commit()


@pytest.mark.parametrize("statement", ["DELETE FROM proof_due", "SELECT * FROM proof_due", "TRUNCATE proof_due"])
def test_the_application_does_not_reach_what_is_due(village, database_url, statement):
    with psycopg.connect(database_url) as session, pytest.raises(psycopg.errors.InsufficientPrivilege):
        session.execute(statement)


# A code.

LATER = ["2090-01-01", "2091-01-01"]


def planned(session):
    """A ends in 2090 and begins anew; in 2091 C takes its place."""
    session.execute("INSERT INTO unit VALUES (%s), (%s)", [C, VILLAGE + "004"])
    session.execute(TO.format(A, LATER[0]))
    session.execute(copy_of_a(A, f"'{LATER[0]}'", f"'{LATER[1]}'"))
    session.execute(copy_of_a(C, f"'{LATER[1]}'"))
    session.commit()


@pytest.mark.parametrize("isolation", list(psycopg.IsolationLevel)[1:], ids=lambda level: level.name)
@pytest.mark.parametrize("taker_first", [True, False])
def test_a_code_taken_away_by_one_is_not_gone_on_with_by_another(village, database_url, isolation, taker_first):
    with psycopg.connect(database_url) as taker, psycopg.connect(database_url) as heir:
        planned(taker)
        taker.isolation_level = heir.isolation_level = isolation
        for each in (taker, heir):
            each.execute("SELECT count(*) FROM unit_version")
        taker.execute("DELETE FROM unit_version WHERE code = %s AND lower(lifespan) = %s", [A, LATER[0]])
        taker.execute(copy_of_a(VILLAGE + "004", f"'{LATER[0]}'", f"'{LATER[1]}'"))
        heir.execute("DELETE FROM unit_version WHERE code = %s", [C])
        heir.execute(copy_of_a(A, f"'{LATER[1]}'"))
        first, second = (taker, heir) if taker_first else (heir, taker)
        with ThreadPoolExecutor(2) as pool:
            ends = [pool.submit(ended, each) for each in (first, second)]
            assert sorted(end.result() for end in ends) != [True, True]
    with village.connect() as connection:
        spans = "SELECT range_agg(lifespan)::text FROM unit_version WHERE code = :code"
        assert connection.execute(sa.text(spans), {"code": A}).scalar_one().count(",") == 1
    assert all_tiled(village)


def ended(session):
    """Whether a session's commit went through."""
    try:
        session.commit()
    except psycopg.errors.Error as error:
        assert error.sqlstate in ("23514", "40001", "40P01")
        session.rollback()
        return False
    return True


# Instants.


@pytest.mark.parametrize("instant", ["20000-01-01", "0044-03-15 BC", "infinity"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE change_set SET {column} = '{instant}' WHERE state = 'draft'",
        "UPDATE unit_version SET lifespan = tstzrange(lower(lifespan), '{instant}')",
    ],
)
def test_no_instant_is_stored_that_no_program_reads(village, database_url, statement, instant):
    with psycopg.connect(database_url) as session:
        session.execute("INSERT INTO change_set (title, reason, state) VALUES ('x', 'other', 'draft')")
        with pytest.raises((psycopg.errors.CheckViolation, psycopg.errors.DataException)):
            session.execute(statement.format(column="checked_at", instant=instant))


# Records.


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO change_unit SELECT {number}, code, NULL, max(id) FROM unit_version WHERE level = 'town' GROUP BY code",
        "INSERT INTO lineage SELECT {number}, min(id), max(id), 5, 5 FROM unit_version",
        "UPDATE change_command SET change_set_id = {draft}, position = 9 WHERE change_set_id = {number}",
        "INSERT INTO change_set (title, reason, state, effective_on, decided_at, effective_at)"
        " VALUES ('x', 'other', 'county_decided', '2020-01-01', '2020-01-01', '2020-01-01')",
        "UPDATE change_set SET state = 'checked' WHERE id = {draft}; UPDATE change_set SET state = 'county_decided',"
        " effective_on = '2020-01-01', decided_at = '2020-01-01', effective_at = '2020-01-01' WHERE id = {draft}",
        "INSERT INTO lineage SELECT {draft}, min(id), max(id), 5, 5 FROM unit_version",
    ],
)
def test_nothing_is_added_to_a_decision_nor_taken_from_it_nor_forged(decided, statement):
    engine, number = decided
    with engine.begin() as connection:
        draft = changes.open_change(connection, title="y", reason="other", scope="510504001001")
    with engine.begin() as connection, pytest.raises(sa.exc.IntegrityError):
        for part in statement.format(number=number, draft=draft).split("; "):
            connection.exec_driver_sql(part)


def test_a_transaction_that_began_before_a_decision_adds_nothing_to_it(demo_copy, demo_copy_url):
    with psycopg.connect(demo_copy_url) as early:
        early.execute("SELECT now()")
        with demo_copy.begin() as connection:
            number = changes.open_change(connection, title="x", reason="other", scope="510504001001")
            changes.add_commands(connection, number, [{"op": "rename", "unit": GRID_1, "name": "新"}])
            deciding.check(connection, number)
            deciding.decide(connection, number, effective_on=now().astimezone(CITY_ZONE).date())
        with pytest.raises(psycopg.errors.CheckViolation, match="history_is_kept"):
            early.execute("INSERT INTO lineage SELECT %s, min(id), max(id), 5, 5 FROM unit_version", [number])


def test_a_command_slipped_into_a_set_changes_nothing_outside_of_its_scope(demo_copy):
    with demo_copy.begin() as connection:
        number = changes.open_change(connection, title="x", reason="other", scope="510504001001")
        slipped = """INSERT INTO change_command VALUES (%s, 1, '{"op": "rename", "unit": "510504001002001", "name": "x"}')"""
        connection.exec_driver_sql(slipped, (number,))
    with demo_copy.begin() as connection, pytest.raises(Refusal) as caught:
        deciding.check(connection, number)
    assert caught.value.code == "out_of_scope"
