"""The audit trail is only added to, holds nothing personal, and is read by record and by person."""

import psycopg
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from boundaries.store import audit
from boundaries.store.connecting import engine_for
from boundaries.store.migrate import migrate
from gis.errors import Refusal
from tests.people import someone
from tests.registers import register_of_module

pytestmark = pytest.mark.database

CHANGES = ["UPDATE audit SET actor = 'x'", "DELETE FROM audit", "UPDATE audit SET detail = '{}' WHERE false"]


@pytest.fixture(scope="module")
def trail(cluster, _template):
    """A register with a line in its trail."""
    with register_of_module(cluster, _template, "trail") as engine:
        with engine.begin() as connection:
            add(connection, "change_set:7", detail={"faces": 3})
        yield engine


def add(connection, record, *, account_id=None, detail=None):
    audit.record(connection, account_id=account_id, action="change_set.open", record=record, origin="192.0.2.7", detail=detail)


def lines(engine, **wanted):
    with engine.connect() as connection:
        return audit.read(connection, limit=100, **wanted)


@pytest.mark.parametrize("statement", [*CHANGES, "TRUNCATE audit", "TRUNCATE audit, account CASCADE"])
def test_the_owner_of_the_tables_can_change_nothing(cluster, trail, statement):
    with (
        psycopg.connect(cluster.url(owner=True, database="trail")) as connection,
        pytest.raises(psycopg.errors.CheckViolation, match="audit_is_kept"),
    ):
        connection.execute(statement)
    assert len(lines(trail)) == 1


def test_a_session_that_plays_a_replica_can_change_nothing(cluster, trail):
    with psycopg.connect(cluster.url(owner=True, database="trail")) as connection:
        connection.execute("SET session_replication_role = replica")
        with pytest.raises(psycopg.errors.CheckViolation, match="audit_is_kept"):
            connection.execute("DELETE FROM audit")


@pytest.mark.parametrize("statement", [*CHANGES, "TRUNCATE audit", "DROP TABLE audit", "ALTER TABLE audit DISABLE TRIGGER ALL"])
def test_the_application_has_no_right_to_change_anything(trail, statement):
    with pytest.raises(sa.exc.ProgrammingError, match="InsufficientPrivilege"), trail.begin() as connection:
        connection.execute(sa.text(statement))


@pytest.mark.parametrize("column", ["at", "id"])
def test_the_application_cannot_say_when_a_line_was_written_nor_its_number(trail, column):
    value = {"at": "now() - interval '1 year'", "id": "77"}[column]
    columns = f"({column}, actor, action, record, origin) OVERRIDING SYSTEM VALUE"
    insert = f"INSERT INTO audit {columns} VALUES ({value}, 'x', 'a.b', 'c:1', 'd')"
    with pytest.raises(sa.exc.ProgrammingError, match="InsufficientPrivilege"), trail.begin() as connection:
        connection.execute(sa.text(insert))


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM account",
        "DELETE FROM role_grant",
        "UPDATE role_grant SET scope = ''",
        "UPDATE api_token SET expires_at = now()",
    ],
)
def test_the_application_cannot_forget_an_account_or_widen_a_role(trail, statement):
    with pytest.raises(sa.exc.ProgrammingError, match="InsufficientPrivilege"), trail.begin() as connection:
        connection.execute(sa.text(statement))


PLAIN = st.dictionaries(st.sampled_from(["before", "after", "count"]), st.integers())
NESTED = st.recursive(PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.just("inner"), inner), max_leaves=5)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from(sorted(audit.PERSONAL)), inside=NESTED)
def test_a_personal_field_is_refused_however_deep(name, inside):
    with pytest.raises(Refusal) as caught:
        audit.refuse_personal({"change": [inside, {"where": {name: "13800000000"}}]})
    assert caught.value.code == "personal_field" and "138" not in caught.value.message
    audit.refuse_personal({"change": inside})


@pytest.mark.parametrize("name", sorted(audit.PERSONAL))
def test_the_table_refuses_a_personal_field_from_every_client(trail, name):
    insert = f"""INSERT INTO audit (actor, action, record, origin, detail)
                 VALUES ('x', 'a.b', 'c:1', 'd', '{{"change": [{{"where": {{"{name}": "1"}}}}]}}')"""
    with pytest.raises(sa.exc.IntegrityError, match="personal_field"), trail.begin() as connection:
        connection.exec_driver_sql(insert)


def test_it_is_read_by_record_by_person_and_by_time(register):
    name = someone(register)
    with register.begin() as connection:
        account_id = connection.execute(sa.text("SELECT id FROM account WHERE name = :name"), {"name": name}).scalar_one()
        add(connection, "change_set:7", account_id=account_id)
        add(connection, "change_set:8", account_id=account_id)
        add(connection, "change_set:8")
    assert [(line.actor, line.record) for line in lines(register, account=name)] == [
        (name, "change_set:8"),
        (name, "change_set:7"),
    ]
    assert [line.actor for line in lines(register, record="change_set:8")] == ["unknown", name]
    newest = lines(register)[0]
    assert lines(register, since=newest.at) == [newest] and newest not in lines(register, until=newest.at)
    assert newest not in lines(register, before=newest.id) and lines(register, account="nobody.here") == []


def test_a_line_is_written_with_what_it_tells_of_or_not_at_all(register):
    with register.connect() as connection:
        add(connection, "change_set:7")
        connection.rollback()
    assert lines(register) == []


def test_the_migration_goes_down_and_up_again_with_a_trail_in_it(cluster, register_name, register):
    owner = engine_for(cluster.url(owner=True, database=register_name))
    someone(register, ("worker", "510502"))
    register.dispose()
    migrate(owner, "0003")
    with owner.connect() as connection:
        assert connection.execute(sa.text("SELECT to_regclass('audit'), to_regclass('account')")).one() == (None, None)
    migrate(owner)
    owner.dispose()
    assert lines(register) == []
