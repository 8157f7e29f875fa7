"""Filings in the register: frozen with the decision, numbered without gaps, led through their steps, and kept."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import psycopg
import pytest
import sqlalchemy as sa

from boundaries.clock import CITY_ZONE, now
from boundaries.filings.payload import thawed
from boundaries.filings.states import STATES, STEPS
from boundaries.store import audit
from boundaries.store.changes import open_change
from boundaries.store.deciding import withdraw
from boundaries.store.filing_chain import append, entries, lock_chain
from boundaries.store.filing_proof import verify
from boundaries.store.filing_reading import attachment, attachments, filing, filings, payload_of
from boundaries.store.filings import attach, prepare, take_step, withdraw_of
from boundaries.store.statements import statement
from boundaries.store.workdays import SetDay, put
from boundaries.workdays import after_workdays
from gis.errors import Refusal
from tests.api import town
from tests.boundaries.filings.change_sets import EAST_RENAME, MERGE, RENAME, SPLIT, decided, filed

pytestmark = pytest.mark.database


@pytest.fixture
def small(register):
    """A register of one's own with the small town."""
    town.store(register)
    return register


@pytest.fixture
def connection(filed_register):
    """A connection whose writes are taken back."""
    with filed_register.connect() as connection:
        yield connection
        connection.rollback()


def refusal(call, *arguments, **named):
    with pytest.raises(Refusal) as refused:
        call(*arguments, **named)
    return refused.value.code


def test_a_filing_freezes_what_was_decided(connection, numbers):
    payload = payload_of(connection, numbers[0])
    change = thawed(payload)
    split = {each.code for each in change.after} - {each.code for each in change.before}
    assert (payload["filing"], payload["scope"]) == (numbers[0], "510502001001")
    assert len(split) == 1 and payload["commands"][0]["op"] == "split"
    assert payload["commands"][0]["lines"]["coordinates"][1] == ["105.425", "28.808"]
    assert sum(share.households for share in change.shares if share.old == town.MIDDLE_GRID) == 620
    assert payload["change"]["note"].endswith("<script>alert(1)</script>")


def test_the_frozen_land_is_the_register_s_to_the_last_unit(connection, numbers):
    change = thawed(payload_of(connection, numbers[0]))
    rows = connection.execute(statement_of_versions(), {"id": change.set["id"]}).all()
    stored = {(row.side, row.code): row.wkb for row in rows if not row.technical}
    frozen = {("before", each.code): each for each in change.before} | {("after", each.code): each for each in change.after}
    for key, wkb in stored.items():
        same = sa.text("SELECT ST_OrderingEquals(ST_Normalize(:one), ST_Normalize(ST_GeomFromWKB(:other)))")
        shapes = {"one": frozen[key].geometry.wkt, "other": bytes(wkb)}
        assert connection.execute(same, shapes).scalar_one(), key


def statement_of_versions():
    from boundaries.store.filing_change import HERE  # noqa: PLC0415

    return statement(HERE, "filing_versions")


def test_its_due_date_is_ten_working_days_after_the_decision(connection, numbers):
    row = filing(connection, numbers[1])
    due = after_workdays(row.decided_at.astimezone(CITY_ZONE).date(), 10)
    assert (row.due_on, row.due_provisional, row.overdue) == (due.day, due.provisional, False)


def test_a_day_that_the_city_sets_free_moves_the_due_date(small):
    today = now().astimezone(CITY_ZONE).date()
    as_decreed = after_workdays(today, 10).day
    with small.begin() as connection:
        put(connection, [SetDay(as_decreed, False, "停电")])
    with small.begin() as connection:
        assert filing(connection, filed_in(connection)).due_on > as_decreed


def test_the_overdue_list_is_made_of_today(connection, numbers):
    late = filing(connection, numbers[1]).due_on + timedelta(days=1)
    assert [row.no for row in filings(connection, overdue=True, today=late)] == [numbers[1]]
    assert [row.no for row in filings(connection, overdue=True, today=late - timedelta(days=1))] == []
    assert len(filings(connection, overdue=False, today=late)) == 2


def test_lists_are_narrowed_by_state_county_and_scope(connection, numbers):
    recorded, prepared, submitted = numbers
    assert [row.no for row in filings(connection, state="recorded")] == [recorded]
    assert [row.no for row in filings(connection, county="510503")] == [prepared]
    assert {row.no for row in filings(connection, scopes=("510502001",))} == {recorded, submitted}
    assert filings(connection, scopes=()) == []


def test_every_step_stands_in_the_chain_with_who_and_what(connection, numbers):
    trail = entries(connection, numbers[0])
    kinds = "prepared attached submitted received returned attached resubmitted received recorded"
    assert [entry.kind for entry in trail] == kinds.split()
    assert trail[4].said["corrections"] == [{"unit": town.MIDDLE_GRID, "text": "界线不清"}]
    assert [file["name"] for file in trail[6].said["attachments"]] == ["批复.pdf", "说明.txt"]
    assert trail[8].said["document_no"] == "泸网格备〔2026〕12号"
    assert {entry.account for entry in trail} == {"operator"}
    for entry in trail:
        assert entry.digest == hashlib.sha256(entry.previous_digest + entry.body.encode()).digest()


def test_every_step_leaves_a_line_in_the_audit_trail(connection, numbers):
    lines = audit.read(connection, limit=50, record=f"filing:{numbers[0]}")
    actions = [line.action.removeprefix("filing.") for line in reversed(lines)]
    assert actions == ["prepare", "attach", "submit", "receive", "return", "attach", "resubmit", "receive", "record"]


@pytest.mark.parametrize("action", [action for action in STEPS if action != "attach"])
def test_a_recorded_filing_takes_no_step_any_more(connection, numbers, action):
    assert refusal(take_step, connection, numbers[0], action, document_no="x", note="x") == "illegal_transition"
    assert refusal(attach, connection, numbers[0], "a.txt", b"x") == "illegal_transition"


@pytest.mark.parametrize("state", [None, *STATES])
@pytest.mark.parametrize("kind", sorted({step.kind for step in STEPS.values()} | {"prepared"}))
def test_the_database_knows_the_same_steps(connection, state, kind):
    allowed = sa.text("SELECT filing_step_allowed(:state, :kind)")
    steps = {(before, step.kind) for step in STEPS.values() for before in step.states} | {(None, "prepared")}
    assert connection.execute(allowed, {"state": state, "kind": kind}).scalar_one() == ((state, kind) in steps)


def test_a_return_says_what_to_correct(connection, numbers):
    take_step(connection, numbers[2], "receive")
    assert refusal(take_step, connection, numbers[2], "return") == "nothing_to_correct"
    assert refusal(take_step, connection, numbers[2], "return", corrections=[("510503001001001", "x")]) == "not_in_filing"


def test_files_are_kept_as_they_came_and_a_name_is_given_once(connection, numbers):
    assert [file.name for file in attachments(connection, numbers[0])] == ["批复.pdf", "说明.txt"]
    assert bytes(attachment(connection, numbers[0], "批复.pdf").content) == b"%PDF-1.7 approval"
    attach(connection, numbers[1], "a.zip", b"PK\x03\x04 never opened")
    assert refusal(attach, connection, numbers[1], "a.zip", b"PK\x03\x04") == "attachment_taken"
    assert refusal(attachment, connection, numbers[1], "b.zip") == "unknown_attachment"


def test_a_filing_that_is_not_there_is_refused(connection):
    assert refusal(filing, connection, "BA510502-2026-9999") == "unknown_filing"
    assert refusal(filing, connection, "BA510502-2026") == "bad_filing_no"


def test_what_is_not_decided_or_filed_already_is_not_filed(connection, numbers):
    number = filing(connection, numbers[0]).change_set_id
    assert refusal(prepare, connection, number) == "filed_once"
    connection.rollback()
    draft = open_change(connection, title="x", reason="other", scope="510502")
    assert refusal(prepare, connection, draft) == "not_decided"
    assert refusal(prepare, connection, 999) == "not_decided"


def test_a_decision_taken_back_takes_its_filing_back(small):
    with pytest.raises(ZeroDivisionError), small.begin() as connection:
        filed_in(connection)
        raise ZeroDivisionError
    assert filed(small, EAST_RENAME, scope="510503001001").endswith("-0001")
    with small.connect() as connection:
        assert [entry.seq for entry in entries(connection, filings(connection)[0].no)] == [1]


def filed_in(connection):
    number = decided(connection, RENAME)
    return connection.exec_driver_sql("SELECT no FROM filing").scalar_one_or_none() or prepare(connection, number)


def test_a_withdrawn_change_set_takes_its_filing_along_unless_it_is_recorded(small):
    no = filed(small, SPLIT)
    with small.begin() as connection:
        number = filing(connection, no).change_set_id
        withdraw(connection, number)
        if filing(connection, no).state != "withdrawn":
            withdraw_of(connection, number)
    with small.connect() as connection:
        assert filing(connection, no).state == "withdrawn"
        assert verify(connection).faults == []


def test_a_recorded_filing_keeps_its_change_set_from_being_withdrawn(connection, numbers):
    number = filing(connection, numbers[0]).change_set_id
    assert refusal(withdraw_of, connection, number) == "illegal_transition"


def test_racing_preparations_number_without_gap_or_twin(small):
    with small.begin() as connection:
        sets = [fake_decision(connection, k) for k in range(12)]

    def one(number):
        with small.begin() as connection:
            return prepare(connection, number)

    with ThreadPoolExecutor(6) as racers:
        made = sorted(racers.map(one, sets))
    year = now().astimezone(CITY_ZONE).year
    assert made == [f"BA510502-{year}-{serial:04}" for serial in range(1, 13)]
    with small.connect() as connection:
        assert connection.exec_driver_sql("SELECT array_agg(seq ORDER BY seq) FROM filing_entry").scalar_one() == list(
            range(1, 13)
        )
        proof = verify(connection)
    assert (proof.faults, proof.entries) == ([], 12)


def fake_decision(connection, k):
    """A decided change set that says it began the west grid's version: what is raced for is the number, not the land."""
    held = """
        INSERT INTO change_set (title, reason, state, scope, effective_on, decided_at, effective_at)
        VALUES (%s, 'other', 'in_force', '510502001001', '2026-01-01', clock_timestamp(), clock_timestamp())
        RETURNING id"""
    number = connection.exec_driver_sql(held, (f"race {k}",)).scalar_one()
    unit = "INSERT INTO change_unit SELECT %s, code, NULL, max(id), false FROM unit_version WHERE code = %s GROUP BY code"
    connection.exec_driver_sql(unit, (number, town.WEST_GRID))
    return number


def test_two_officers_at_once_receive_once(small):
    no = filed(small, MERGE)
    with small.begin() as connection:
        take_step(connection, no, "submit")

    def one(_):
        try:
            with small.begin() as connection:
                return take_step(connection, no, "receive").state
        except Refusal as refused:
            return refused.code

    with ThreadPoolExecutor(2) as racers:
        assert sorted(racers.map(one, range(2))) == ["illegal_transition", "received"]


# What psql, as the application, may not do.

BREAKING = [
    "UPDATE filing_entry SET body = '{}'",
    "DELETE FROM filing_entry",
    "TRUNCATE filing_entry CASCADE",
    "UPDATE filing SET due_on = due_on + 30",
    "DELETE FROM filing",
    "UPDATE filing_attachment SET content = 'x'",
    "DELETE FROM filing_attachment",
    "TRUNCATE filing_attachment",
    "UPDATE filing_chain SET seq = 0",
    "DELETE FROM filing_chain",
    "INSERT INTO filing_chain VALUES (false, 0, sha256('x'))",
    "INSERT INTO filing_entry SELECT seq + 1000, filing_no, kind, at, account, body, digest, previous_digest FROM filing_entry",
    "ALTER TABLE filing_entry DISABLE TRIGGER ALL",
]


@pytest.mark.parametrize("breaking", BREAKING)
def test_no_statement_of_the_application_rewrites_a_filing(connection, breaking):
    with pytest.raises(sa.exc.DBAPIError) as told:
        connection.exec_driver_sql(breaking)
    assert isinstance(told.value.orig, psycopg.errors.CheckViolation | psycopg.errors.InsufficientPrivilege)


@pytest.mark.parametrize("breaking", [each for each in BREAKING if each.startswith(("UPDATE filing_e", "DELETE", "TRUNCATE"))])
def test_not_even_the_owner_rewrites_it_without_taking_the_guard_off(superuser, breaking):
    with superuser.connect() as connection, pytest.raises(sa.exc.IntegrityError, match="filing_is_kept"):
        connection.exec_driver_sql(breaking)


def test_an_entry_that_does_not_continue_the_chain_is_refused(connection, numbers):
    seq, digest = lock_chain(connection)
    told = {"filing": numbers[1], "kind": "submitted", "at": now(), "account": "operator", "said": {}}
    assert refusal(append, connection, (seq + 1, digest), **told) == "chain_broken"
    connection.rollback()
    seq, digest = lock_chain(connection)
    assert refusal(append, connection, (seq, bytes(32)), **told) == "chain_broken"
    connection.rollback()
    seq, digest = lock_chain(connection)
    assert refusal(append, connection, (seq, digest), **told | {"kind": "recorded"}) == "illegal_transition"
