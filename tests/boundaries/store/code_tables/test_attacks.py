"""Code tables against every client, a second one at once, a restore and a step back."""

import psycopg
import pytest
import sqlalchemy as sa

from boundaries.code_tables import FAMILIES, Entry
from boundaries.store import changes
from boundaries.store import code_tables as store
from boundaries.store.backing_up import back_up
from boundaries.store.migrate import migrate
from boundaries.store.restoring import restore
from tests.api import town
from tests.boundaries.filings.change_sets import RENAME, VILLAGE, filed
from tests.boundaries.store.code_tables.acts import FLOOD, PORT, end, names, put, put_kind, refusal

pytestmark = pytest.mark.database


ENTRY = "INSERT INTO code_entry (code_table, code, name, name_en, detail, lifespan) VALUES "
ATTACKS = [
    "UPDATE code_entry SET name = 'x'",
    "UPDATE code_entry SET is_default = false",
    "UPDATE code_entry SET lifespan = tstzrange(lower(lifespan), '2024-01-01')",
    "DELETE FROM code_entry",
    "TRUNCATE code_entry",
    "DELETE FROM code_entry WHERE code = 'hazard'",
    "UPDATE code_entry SET lifespan = tstzrange(lower(lifespan), now()) WHERE code = 'hazard'",
    "UPDATE code_entry SET lifespan = tstzrange(lower(lifespan), now() + interval '1 day') WHERE code = 'correction'",
    ENTRY + "('change_reason', 'flood', '洪', 'flood', '{}', '[2024-01-01,)')",
    ENTRY + "('change_reason', 'flood', '其他', 'flood', '{}', tstzrange(now(), NULL))",
    ENTRY + "('change_reason', 'other', '另外', 'other', '{}', tstzrange(now(), NULL))",
    ENTRY + "('change_reason', 'flood', '洪', 'flood', '{\"a\": 1}', tstzrange(now(), NULL))",
    ENTRY + "('colours', 'red', '红', 'red', '{}', tstzrange(now(), NULL))",
    ENTRY + "('exclusive_kind', 'port', '港', 'port', '{}', tstzrange(now(), NULL))",
    ENTRY + "('exclusive_kind', 'port', '港', 'port', '{\"department\": null, \"standard\": \"x\"}', tstzrange(now(), NULL))",
    ENTRY + "('exclusive_kind', 'port', '港', 'port', '{\"department\": \"navy\", \"standard\": \"x\"}', tstzrange(now(), NULL))",
    "INSERT INTO code_entry (code_table, code, name, name_en, is_default, lifespan) "
    "VALUES ('change_reason', 'flood', '洪', 'f', true, tstzrange(now(), NULL))",
    "INSERT INTO change_set (title, reason, state) VALUES ('x', 'flood', 'draft')",
    "UPDATE change_set SET reason = 'flood' WHERE state = 'draft'",
    "INSERT INTO matter (code, family, name_zh, name_en) VALUES ('z1', 'flood', '洪', 'flood')",
    "UPDATE matter SET family = 'flood'",
    f"INSERT INTO grid_exclusive_kind (grid_code, kind, lifespan) VALUES ('{town.WEST_GRID}', 'market', tstzrange(now(), NULL))",
    f"INSERT INTO grid_exclusive_kind (grid_code, kind, lifespan) VALUES ('{town.NORTH_GRID}', 'market', '[2026-01-01,)')",
    f"INSERT INTO grid_exclusive_kind (grid_code, kind, lifespan) VALUES ('{town.EAST_GRID}', 'harbour', tstzrange(now(), NULL))",
    "UPDATE grid_exclusive_kind SET kind = 'school'",
    "DELETE FROM grid_exclusive_kind",
    "TRUNCATE grid_exclusive_kind",
    "ALTER TABLE code_entry DISABLE TRIGGER history",
    "SET session_replication_role = replica",
]
REFUSED = (psycopg.errors.IntegrityError, psycopg.errors.InsufficientPrivilege)


@pytest.fixture
def attacked(small):
    """A register with a kind on a grid and a draft: the address that the application itself connects to."""
    put_kind(small, "market")
    with small.begin() as connection:
        changes.open_change(connection, title="x", reason="other", scope=VILLAGE)
    return small.url.render_as_string(hide_password=False).replace("postgresql+psycopg", "postgresql")


def everything(url):
    asked = (
        "SELECT * FROM code_entry ORDER BY id",
        "SELECT * FROM grid_exclusive_kind ORDER BY id",
        "SELECT * FROM matter ORDER BY 1",
    )
    with psycopg.connect(url) as connection:
        return [connection.execute(each).fetchall() for each in asked]


def test_the_application_s_own_role_gets_past_nothing(attacked):
    before = everything(attacked)
    for statement in ATTACKS:
        with pytest.raises(REFUSED), psycopg.connect(attacked) as connection:
            connection.execute(statement)
    assert everything(attacked) == before


def test_not_even_the_owner_rewrites_what_was_said(cluster, attacked, register_name):
    for statement in ("UPDATE code_entry SET name = 'x'", "DELETE FROM grid_exclusive_kind", "TRUNCATE code_entry CASCADE"):
        with (
            psycopg.connect(cluster.url(owner=True, database=register_name)) as owner,
            pytest.raises(psycopg.errors.CheckViolation, match="history_is_kept"),
        ):
            owner.execute("SET session_replication_role = replica")
            owner.execute(statement)


def test_a_matter_and_the_end_of_its_family_cannot_slip_past_each_other(register):
    put(register, "matter_family", "water", Entry("水务", "Water", {}))
    adding = sa.text("INSERT INTO matter (code, family, name_zh, name_en) VALUES ('w1', 'water', '水', 'w')")
    with register.connect() as first, register.connect() as second:
        first.execute(adding)
        second.execute(sa.text("SET lock_timeout = '200ms'"))
        with pytest.raises(sa.exc.OperationalError, match="lock timeout"):
            store.end(second, "matter_family", "water")
        second.rollback()
        first.commit()
    assert refusal(end, register, "matter_family", "water") == "code_in_use"


def test_a_restored_register_has_its_code_tables_and_guards_them_still(cluster, small, register_name, tmp_path):
    put(small, "change_reason", "flood", FLOOD)
    put(small, "exclusive_kind", "port", PORT)
    put_kind(small, "port")
    url = cluster.url(owner=True, database=register_name)
    small.dispose()
    before = everything(url)
    back_up(url, tmp_path / "register.backup", version="0")
    restore(url, tmp_path / "register.backup", replace=True)
    assert everything(url) == before
    with psycopg.connect(url) as owner, pytest.raises(psycopg.errors.CheckViolation, match="history_is_kept"):
        owner.execute("UPDATE code_entry SET name = 'x'")
    with psycopg.connect(cluster.url(owner=True, database="postgres"), autocommit=True) as server:
        kept = server.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", (f"{register_name}_",)).fetchall()
        for (name,) in kept:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def test_the_step_goes_down_and_up_with_a_reason_of_the_city_s_own_in_the_record(small, owned):
    put(small, "change_reason", "flood", FLOOD)
    filed(small, RENAME, reason="flood")
    small.dispose()
    migrate(owned, "0014")
    with owned.begin() as connection:
        assert connection.execute(sa.text("SELECT reason FROM change_set ORDER BY id DESC LIMIT 1")).scalar_one() == "flood"
    with pytest.raises(sa.exc.IntegrityError, match="change_set_reason_check"), owned.begin() as connection:
        connection.execute(sa.text("INSERT INTO change_set (title, reason, state) VALUES ('x', 'storm', 'draft')"))
    migrate(owned)
    assert set(names(owned, "matter_family")) == set(FAMILIES)


MATTER_OF = sa.text("INSERT INTO matter (code, family, name_zh, name_en) VALUES ('s1', 'steam', '汽', 's')")


def test_not_even_who_looks_at_an_older_moment_ends_what_has_come_to_be_needed(register):
    put(register, "matter_family", "steam", Entry("供热", "Steam", {}))
    with register.connect().execution_options(isolation_level="REPEATABLE READ") as older:
        older.execute(sa.text("SELECT count(*) FROM matter"))
        with register.begin() as connection:
            connection.execute(MATTER_OF)
        assert refusal(store.end, older, "matter_family", "steam") == "busy"


def test_the_same_of_a_kind_that_a_grid_has_come_to_be_of(small):
    put(small, "exclusive_kind", "port", PORT)
    with small.connect().execution_options(isolation_level="REPEATABLE READ") as older:
        older.execute(sa.text("SELECT count(*) FROM grid_exclusive_kind"))
        with small.begin() as connection:
            store.put_exclusive_kind(connection, town.EAST_GRID, "port")
        assert refusal(store.end, older, "exclusive_kind", "port") == "busy"
