"""Code tables in time: what was said is never rewritten, and nothing that is needed ends."""

import json
from datetime import date

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from boundaries.clock import now, start_of_day
from boundaries.code_tables import CORRECTION, FAMILIES, FIRST_DIVISION, TABLES, Entry, checked_entry
from boundaries.store import audit, changes, deciding
from boundaries.store import code_tables as store
from boundaries.store.connecting import engine_for
from boundaries.store.filing_reading import filed as filed_form
from boundaries.store.writing import open_change_set
from gis.errors import Refusal
from tests.boundaries.filings.change_sets import RENAME, VILLAGE, filed, tomorrow
from tests.boundaries.store.code_tables.acts import FLOOD, PORT, day, end, names, put, refusal
from tests.registers import register_of_module

pytestmark = pytest.mark.database


@pytest.fixture(scope="module")
def untouched(cluster, _template):
    """A new register that every act on it leaves as it is."""
    with register_of_module(cluster, _template, "code_tables") as engine:
        yield engine


def test_a_new_register_begins_with_proposals_that_are_marked_as_such(untouched):
    with untouched.connect() as connection:
        rows = store.entries(connection, now())
    held = store.in_order(rows)
    assert all(row.is_default and row.set_by is None for row in rows)
    assert tuple(row.code for row in held["matter_family"]) == FAMILIES
    assert {FIRST_DIVISION, CORRECTION, "other"} <= {row.code for row in held["change_reason"]}
    assert tuple(held) == TABLES and {row.code for row in held["exclusive_kind"]} >= {"market", "school"}
    for row in rows:
        checked = Entry(row.name, row.name_en, row.detail)
        assert checked_entry(row.code_table, row.code, checked) == checked


def test_what_a_code_means_holds_from_its_day_on_and_the_past_keeps_its_words(register):
    before = now()
    put(register, "matter_family", "hazard", Entry("隐患", "Hazards", {}), since=day(2))
    assert names(register, "matter_family")["hazard"][0] == "安全隐患排查"
    assert names(register, "matter_family", start_of_day(day(2)))["hazard"] == ("隐患", "Hazards")
    put(register, "matter_family", "hazard", Entry("安全", "Safety", {}))
    assert names(register, "matter_family", before)["hazard"][0] == "安全隐患排查"
    assert names(register, "matter_family")["hazard"][0] == "安全"
    assert names(register, "matter_family", start_of_day(day(3)))["hazard"][0] == "隐患"


def test_a_planned_meaning_is_said_otherwise_or_taken_back(register):
    put(register, "change_reason", "flood", FLOOD, since=day(3))
    put(register, "change_reason", "flood", Entry("内涝", "flood", {}), since=day(3))
    assert names(register, "change_reason", start_of_day(day(3)))["flood"][0] == "内涝"
    end(register, "change_reason", "flood", since=day(3))
    assert "flood" not in names(register, "change_reason", start_of_day(day(4)))


def test_the_history_tells_every_meaning_with_who_said_it(register):
    put(register, "change_reason", "flood", FLOOD)
    end(register, "change_reason", "flood", since=day(1))
    with register.connect() as connection:
        latest = store.history(connection, "change_reason")[0]
        lines = audit.read(connection, limit=5, record="code_table:change_reason")
    assert (latest.code, latest.valid_to, latest.is_default) == ("flood", start_of_day(day(1)), False)
    assert [(line.action, line.detail["code"], line.detail["said"] is None) for line in lines] == [
        ("code_table.edit", "flood", True),
        ("code_table.edit", "flood", False),
    ]


@pytest.mark.parametrize(
    ("table", "code", "entry", "wanted"),
    [
        ("colours", "flood", FLOOD, "unknown_code_table"),
        ("change_reason", "Flood", FLOOD, "bad_code_entry"),
        ("change_reason", "洪", FLOOD, "bad_code_entry"),
        ("change_reason", "flood", Entry(" ", "flood", {}), "bad_code_entry"),
        ("change_reason", "flood", Entry("洪", "f" * 101, {}), "bad_code_entry"),
        ("change_reason", "flood", Entry("洪\u202e", "flood", {}), "bad_code_entry"),
        ("change_reason", "flood", Entry("洪", "flood", {"department": "emergency"}), "bad_code_entry"),
        ("change_reason", "flood", Entry("其他", "flood", {}), "code_name_taken"),
        ("exclusive_kind", "port", Entry("港口", "Port", {}), "bad_code_entry"),
        ("exclusive_kind", "port", Entry("港口", "Port", PORT.detail | {"standard": 1}), "bad_code_entry"),
        ("exclusive_kind", "port", Entry("港口", "Port", PORT.detail | {"department": ["health"]}), "bad_code_entry"),
        ("exclusive_kind", "port", Entry("港口", "Port", PORT.detail | {"department": "navy"}), "unknown_department"),
    ],
)
def test_what_cannot_be_kept_is_refused(untouched, table, code, entry, wanted):
    assert refusal(put, untouched, table, code, entry) == wanted


def test_the_past_is_not_written_and_what_is_not_there_not_ended(untouched):
    assert refusal(put, untouched, "change_reason", "flood", FLOOD, since=day(-1)) == "day_is_past"
    assert refusal(end, untouched, "change_reason", "flood") == "unknown_code"
    assert refusal(end, untouched, "colours", "flood") == "unknown_code_table"


@given(st.text(max_size=70), st.text(max_size=110))
def test_what_is_kept_can_be_kept_again_as_it_is(name, name_en):
    try:
        kept = checked_entry("change_reason", "flood", Entry(name, name_en, {}))
    except Refusal as refused:
        assert refused.code == "bad_code_entry"
    else:
        assert checked_entry("change_reason", "flood", kept) == kept


@pytest.mark.parametrize("code", [FIRST_DIVISION, CORRECTION])
def test_reasons_that_the_product_itself_writes_do_not_end(register, code):
    assert refusal(end, register, "change_reason", code) == "code_in_use"
    assert refusal(end, register, "change_reason", code, since=day(5)) == "code_in_use"
    put(register, "change_reason", code, Entry("勘误", "mistake mended", {}))
    assert names(register, "change_reason")[code][0] == "勘误"


def test_a_family_that_has_matters_does_not_end_and_one_that_ends_takes_none(register):
    assert refusal(end, register, "matter_family", "hazard") == "code_in_use"
    put(register, "matter_family", "water", Entry("水务", "Water", {}))
    end(register, "matter_family", "water", since=day(2))
    with pytest.raises(sa.exc.IntegrityError, match="unknown_family"), register.begin() as connection:
        connection.execute(sa.text("INSERT INTO matter (code, family, name_zh, name_en) VALUES ('w1', 'water', '水', 'w')"))
    put(register, "matter_family", "water", Entry("水务", "Water", {}), since=day(2))
    with register.begin() as connection:
        connection.execute(sa.text("INSERT INTO matter (code, family, name_zh, name_en) VALUES ('w1', 'water', '水', 'w')"))
    assert refusal(end, register, "matter_family", "water", since=day(9)) == "code_in_use"


def test_a_change_has_a_reason_that_is_in_force(small):
    def open_for(reason):
        with small.begin() as connection:
            return changes.open_change(connection, title="x", reason=reason, scope=VILLAGE)

    assert refusal(open_for, "flood") == "unknown_reason"
    put(small, "change_reason", "flood", FLOOD)
    number = open_for("flood")
    end(small, "change_reason", "flood")
    assert refusal(open_for, "flood") == "unknown_reason"
    with small.begin() as connection:
        changes.edit_details(connection, number, note="its own reason may stay while it is a draft")
        changes.add_commands(connection, number, [RENAME])
        deciding.check(connection, number)
    with pytest.raises(Refusal) as refused, small.begin() as connection:
        deciding.decide(connection, number, effective_on=tomorrow())
    assert refused.value.code == "unknown_reason"


def test_an_operator_s_change_needs_a_reason_in_force_too(register):
    with pytest.raises(Refusal) as refused, register.begin() as connection:
        open_change_set(connection, title="x", reason="flood", effective_on=day(0))
    assert refused.value.code == "unknown_reason"


def test_the_form_of_a_filing_calls_the_reason_as_it_was_called_at_the_decision(small):
    put(small, "change_reason", "flood", FLOOD)
    no = filed(small, RENAME, reason="flood")
    put(small, "change_reason", "flood", Entry("洪水", "deluge", {}))
    with small.connect() as connection:
        assert filed_form(connection, no).reason == ("洪涝灾害", "flood")
    end(small, "change_reason", "flood")
    with small.connect() as connection:
        assert filed_form(connection, no).reason == ("洪涝灾害", "flood")
        decided = changes.changes(connection)[0]
        assert (decided.reason, decided.reason_zh, decided.reason_en) == ("flood", "洪涝灾害", "flood")


def test_a_detail_is_stored_as_it_was_said(register):
    put(register, "exclusive_kind", "port", PORT)
    engine = engine_for(register.url.render_as_string(hide_password=False))
    with engine.connect() as connection:
        row = next(row for row in store.entries(connection, now(), "exclusive_kind") if row.code == "port")
    engine.dispose()
    assert json.loads(json.dumps(row.detail)) == PORT.detail


def test_nothing_begins_on_a_day_that_some_program_could_not_read(register):
    assert refusal(put, register, "change_reason", "flood", FLOOD, since=date(9999, 12, 31)) == "unreadable_lifespan"
