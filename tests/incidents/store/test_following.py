"""Whoever follows what happens to incidents hears of every event once, whoever commits first."""

import json

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from incidents.store.following import desk, position, settle, since
from tests.incidents.desk import incident, note, step
from tests.registers import register_of_module

pytestmark = pytest.mark.database


@pytest.fixture(scope="module")
def engine(cluster, _template):
    with register_of_module(cluster, _template, "following") as engine:
        yield engine


@pytest.fixture
def one(engine):
    """An incident that nothing has happened to yet."""
    return some(engine, 1)[0]


def some(engine, count):
    """As many incidents: an event locks its incident until the commit."""
    with engine.begin() as connection:
        return [incident(connection)[0] for _ in range(count)]


def look(engine, before, **options):
    """What has happened since a position: the numbers of the events, and the position reached."""
    with engine.connect() as connection:
        found = since(connection, before, limit=options.pop("limit", 100), **options)
    assert not found.too_many
    return [json.loads(row.value)["id"] for row in found.rows], found.position


def here(engine):
    with engine.connect() as connection:
        return position(connection)


def test_an_event_that_was_numbered_first_and_committed_last_is_told_once(engine, one):
    other, before = some(engine, 1)[0], here(engine)
    with engine.connect() as slow, engine.connect() as quick:
        first = note(slow, one)
        second = note(quick, other)
        quick.commit()
        told, reached = look(engine, before)
        assert told == [second] and first < second
        slow.commit()
        told, reached = look(engine, reached)
        assert told == [first]
        assert look(engine, reached)[0] == []


def test_a_transaction_that_stays_open_keeps_nobody_waiting(engine, one):
    other, before = some(engine, 1)[0], here(engine)
    with engine.connect() as open_for_long:
        note(open_for_long, other)
        with engine.begin() as connection:
            written = [note(connection, one) for _ in range(3)]
        assert look(engine, before)[0] == written


def test_what_was_rolled_back_is_never_told(engine, one):
    before = here(engine)
    with engine.connect() as connection:
        note(connection, one)
        connection.rollback()
    assert look(engine, before)[0] == []


@settings(max_examples=40)
@given(plan=st.lists(st.tuples(st.integers(0, 3), st.sampled_from(["write", "commit", "roll back", "look"])), max_size=40))
def test_whatever_the_order_of_commits_each_event_is_told_exactly_once(engine, plan):
    incidents = some(engine, 4)
    reached, told, kept = here(engine), [], []
    connections = [engine.connect() for _ in range(4)]
    open_writes = [[] for _ in connections]
    try:
        for which, act in plan:
            if act == "look":
                fresh, reached = look(engine, reached)
                told += fresh
            elif act == "write":
                open_writes[which].append(note(connections[which], incidents[which]))
            else:
                (connections[which].commit if act == "commit" else connections[which].rollback)()
                kept += open_writes[which] if act == "commit" else []
                open_writes[which] = []
    finally:
        for connection in connections:
            connection.close()
    told += look(engine, reached)[0]
    assert sorted(told) == sorted(kept)


def test_what_lies_between_two_positions_and_no_more_can_be_asked_for(engine, one):
    positions = [here(engine)]
    written = []
    for _ in range(3):
        with engine.begin() as connection:
            written.append(note(connection, one))
        positions.append(here(engine))
    assert look(engine, positions[0], upto=positions[2])[0] == written[:2]
    assert look(engine, positions[2], upto=positions[1])[0] == []


def test_an_event_comes_with_its_incident_as_it_is_now_and_without_what_was_noted(engine):
    before = here(engine)
    with engine.begin() as connection:
        number, no = incident(connection, near="510502001001003")
        note(connection, number, "a neighbour called")
        step(connection, number, "register", "reported", "registered")
    with engine.connect() as connection:
        rows = since(connection, before, limit=10).rows
    assert [row.code for row in rows] == ["510502001001003"] * 2 and not rows[0].generated
    noted, registered = (json.loads(row.value) for row in rows)
    assert (noted["action"], registered["from"], registered["to"]) == ("note", "reported", "registered")
    assert noted["incident"]["state"] == "registered" and noted["incident"]["no"] == no
    assert noted["incident"]["registered_at"] == registered["at"]
    assert "neighbour" not in rows[0].value


@pytest.mark.parametrize(
    "text", ["", "x", "1.2:3:4:", "{epoch}:9:7:", "{epoch}:5:9:8,7", "{epoch}:5:9:9", "{epoch}:٣:9:", "{epoch}"]
)
def test_a_position_of_elsewhere_or_no_position_is_a_reason_to_look_anew(engine, text):
    now = here(engine)
    with engine.connect() as connection:
        found = since(connection, text.replace("{epoch}", now.partition(":")[0]), limit=10)
    assert found.too_many and found.rows == [] and found.position == now


def test_more_than_the_limit_is_a_reason_to_look_anew(engine, one):
    before = here(engine)
    with engine.begin() as connection:
        for _ in range(3):
            note(connection, one)
    with engine.connect() as connection:
        assert len(since(connection, before, limit=3).rows) == 3
        assert since(connection, before, limit=2).too_many


COURSE_OF_ELSEWHERE = sa.text("""
    INSERT INTO incident_event (incident_id, xact, action, from_state, to_state, actor, note)
    SELECT :incident, CAST(CAST(CAST(CAST(pg_current_xact_id() AS text) AS bigint) + :ahead AS text) AS xid8), 'note', 'reported',
           'reported', 'li.na', 'x'""")
ELSEWHERE = sa.text("UPDATE incident_event_floor SET place = '1.2'")


def come_from_elsewhere(owned, count):
    """A register as a restore by hand leaves it: events whose transactions are some that this cluster is yet to give."""
    with owned.begin() as connection:
        for ahead, number in enumerate(some(owned, count), start=1):
            connection.execute(COURSE_OF_ELSEWHERE, {"incident": number, "ahead": 4 * ahead})
        connection.execute(ELSEWHERE)


def test_events_that_came_with_a_backup_are_not_told_when_this_cluster_reaches_their_numbers_and_new_ones_are(owned):
    come_from_elsewhere(owned, 6)
    unsettled = here(owned)
    with owned.begin() as connection:
        settle(connection)
    before, told, written = here(owned), [], []
    with owned.connect() as connection:
        assert since(connection, unsettled, limit=10).too_many, "a position from before is none of here"
    for number in some(owned, 12):
        with owned.begin() as connection:
            written.append(note(connection, number))
        fresh, before = look(owned, before)
        told += fresh
    assert told == written


def test_to_settle_again_changes_no_position(engine, one):
    with engine.begin() as connection:
        settle(connection)
    before = here(engine)
    with engine.begin() as connection:
        written = note(connection, one)
        settle(connection)
    assert look(engine, before)[0] == [written]


def test_a_long_import_does_not_keep_a_register_that_is_settled_from_being_followed(engine, one):
    with engine.connect() as importing, engine.begin() as connection:
        note(importing, one)
        settle(connection)
        importing.rollback()


def test_the_desk_holds_what_is_open_within_the_scopes_and_is_followed_from_its_position(register):
    with register.begin() as connection:
        north, _ = incident(connection, near="510502001001001")
        incident(connection, near="510503001001001")
        ended, _ = incident(connection, near="510502001001001")
        step(connection, ended, "cancel", "reported", "cancelled")

    def shown(scopes, unit=""):
        with register.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
            found = desk(connection, scopes, unit=unit, limit=10)
        return [json.loads(row)["no"][:6] for row in found.rows], found

    assert shown([""])[0] == ["510502", "510503"] and shown([])[0] == []
    assert shown(["510502"])[0] == ["510502"]
    assert shown([""], "510503001")[0] == ["510503"]
    found = shown([""])[1]
    assert found.total == 2
    with register.begin() as connection:
        written = note(connection, north)
    assert look(register, found.position)[0] == [written]


def test_the_desk_of_a_demo_holds_nothing_that_people_have_reported(engine, one):
    with engine.connect() as connection:
        everything = desk(connection, [""], limit=10_000).total
        shown = desk(connection, [""], generated_only=True, limit=10_000).total
        made = connection.execute(sa.text("SELECT count(*) FROM incident WHERE source = 'synthetic'")).scalar_one()
    assert everything > shown == made
