"""Whoever tampers with a filing past the database's own guard is found, and what he touched is named."""

from dataclasses import replace

import pytest
import shapely

from boundaries.filings.payload import Change, Share, Version, described, differences, thawed
from boundaries.store.filing_proof import require_digests, verify
from gis.errors import Refusal
from tests.api import town

pytestmark = pytest.mark.database

FREE = """
    ALTER TABLE filing DISABLE TRIGGER ALL; ALTER TABLE filing_entry DISABLE TRIGGER ALL;
    ALTER TABLE filing_attachment DISABLE TRIGGER ALL; ALTER TABLE filing_chain DISABLE TRIGGER ALL;
    ALTER TABLE unit_version DISABLE TRIGGER ALL; ALTER TABLE change_set DISABLE TRIGGER ALL;
    ALTER TABLE change_command DISABLE TRIGGER ALL; ALTER TABLE change_unit DISABLE TRIGGER ALL;
    ALTER TABLE lineage DISABLE TRIGGER ALL;
    ALTER TABLE filing_attachment DROP CONSTRAINT attachment_digest;"""
NOTE = "replace(body, '已改', '没改')"
REHASHED = """
    UPDATE filing_entry SET body = {note} WHERE kind = 'resubmitted';
    UPDATE filing_entry SET digest = sha256(previous_digest || convert_to(body, 'UTF8')) WHERE kind = 'resubmitted'"""
# Statement of a superuser, the rule that is broken, what is named, and the number of the filing: first, second or none.
TAMPERINGS = {
    "the words of a step": (f"UPDATE filing_entry SET body = {NOTE} WHERE kind = 'resubmitted'", "entry_altered", "entry 8", 0),
    "the words and their digest": (REHASHED.format(note=NOTE), "chain_cut", "", 0),
    "the digest of a step": ("UPDATE filing_entry SET digest = sha256('x') WHERE seq = 4", "entry_altered", "", 0),
    "who did it": ("UPDATE filing_entry SET account = 'li.ming' WHERE kind = 'recorded'", "entry_altered", "column account", 0),
    "when it was done": ("UPDATE filing_entry SET at = at - interval '9 days' WHERE seq = 4", "entry_altered", "column at", 0),
    "the kind of a step": (
        "UPDATE filing_entry SET kind = 'recorded' WHERE kind = 'returned'",
        "entry_altered",
        "column kind",
        0,
    ),
    "whose step it is": ("UPDATE filing_entry SET filing_no = '{1}' WHERE seq = 4", "entry_altered", "column filing", 1),
    "a frozen coordinate": (
        "UPDATE filing_entry SET body = replace(body, '1054250000', '1054250001') WHERE seq = 1",
        "entry_altered",
        "entry 1",
        0,
    ),
    "a step taken out": ("DELETE FROM filing_entry WHERE seq = 4", "entry_missing", "4 to 4", 0),
    "the last step taken out": ("DELETE FROM filing_entry WHERE seq = 12", "end_differs", "", None),
    "the end of the chain": ("UPDATE filing_chain SET digest = sha256('x')", "end_differs", "", None),
    "the end taken out": ("DELETE FROM filing_chain", "end_differs", "nothing", None),
    "blanks in a body": ("UPDATE filing_entry SET body = ' ' || body WHERE seq = 4", "entry_altered", "canonical", 0),
    "a due date": ("UPDATE filing SET due_on = due_on + 30 WHERE no = '{0}'", "filing_altered", "due date", 0),
    "a decision's instant": ("UPDATE filing SET decided_at = now() WHERE no = '{0}'", "filing_altered", "decision", 0),
    "a scope": ("UPDATE filing SET scope = '510503' WHERE no = '{0}'", "filing_altered", "scope", 0),
    "a filing without entries": ("DELETE FROM filing_entry WHERE filing_no = '{1}'", "entry_missing", "no first entry", 1),
    "a file": ("UPDATE filing_attachment SET content = 'x' WHERE name = '批复.pdf'", "attachment_altered", "批复.pdf", 0),
    "a file and its digest": (
        "UPDATE filing_attachment SET content = 'x', sha256 = sha256('x') WHERE name = '批复.pdf'",
        "attachment_altered",
        "批复.pdf",
        0,
    ),
    "a file taken out": ("DELETE FROM filing_attachment WHERE name = '说明.txt'", "attachment_missing", "说明.txt", 0),
    "a file put in": (
        "INSERT INTO filing_attachment VALUES ('{1}', 'x.txt', 'text/plain', sha256('x'), 'x')",
        "attachment_added",
        "x.txt",
        1,
    ),
    "land in the register": (
        "UPDATE unit_version SET geom = ST_Multi(ST_Envelope(geom)) WHERE id = (SELECT begun_version_id FROM change_unit"
        f" JOIN filing USING (change_set_id) WHERE no = '{{0}}' AND code = '{town.MIDDLE_GRID}')",
        "register_differs",
        f"{town.MIDDLE_GRID} after: land",
        0,
    ),
    "households in the register": (
        f"UPDATE unit_version SET households = 1 WHERE code = '{town.MIDDLE_GRID}' AND lower(lifespan) < now()",
        "register_differs",
        f"{town.MIDDLE_GRID} before: households",
        0,
    ),
    "population in the register": (
        f"UPDATE unit_version SET population = 1 WHERE code = '{town.MIDDLE_GRID}' AND lower(lifespan) < now()",
        "register_differs",
        f"{town.MIDDLE_GRID} before: population",
        0,
    ),
    "a name in the register": (
        f"UPDATE unit_version SET name = 'x' WHERE code = '{town.EAST_GRID}'",
        "register_differs",
        f"{town.EAST_GRID} after: name",
        1,
    ),
    "lineage": ("UPDATE lineage SET households = 0", "register_differs", "lineage", 0),
    "the title of a change set": ("UPDATE change_set SET title = 'x'", "register_differs", "change set: title", 0),
    "a command": ("UPDATE change_command SET command = command || '{{\"keep\": true}}'", "register_differs", "commands", 0),
    "a unit of a change": (
        f"DELETE FROM change_unit WHERE code = '{town.EAST_GRID}'",
        "register_differs",
        f"{town.EAST_GRID} before: not in the register",
        1,
    ),
    "the state of a change set": ("UPDATE change_set SET state = 'withdrawn'", "register_differs", "withdrawn", 0),
}


def test_a_filing_from_before_populations_were_held_agrees_with_the_register_still():
    square = shapely.MultiPolygon([shapely.box(105, 28, 105.01, 28.01)])
    unit = Version(1, "510502001001001", "grid", "a", None, 9, False, 1.0, "survey", False, square)
    change = Change({}, [], [unit], [unit], [Share(unit.code, unit.code, 1.0, 9)])
    old = described(change)
    for said in (*(old[side]["features"][0]["properties"] for side in ("before", "after")), old["lineage"][0]):
        assert said.pop("population") is None
    assert differences(old, change) == [] and thawed(old).shares == change.shares
    counted = replace(change, after=[replace(unit, population=3)])
    assert differences(old, counted) == [f"{unit.code} after: population"]


def test_what_nobody_touched_is_sound(superuser):
    with superuser.connect() as connection:
        proof = verify(connection)
    assert (proof.faults, proof.filings, proof.entries) == ([], 3, 12)


@pytest.mark.parametrize("what", TAMPERINGS)
def test_tampering_is_found_and_named(superuser, numbers, what):
    statement, rule, named, which = TAMPERINGS[what]
    with superuser.connect() as connection:
        connection.exec_driver_sql(FREE)
        connection.exec_driver_sql(statement.format(*numbers))
        faults = verify(connection).faults
        connection.rollback()
    number = None if which is None else numbers[which]
    found = [fault for fault in faults if fault.rule == rule and fault.filing == number and named in fault.what]
    assert found, faults


def test_a_digest_from_paper_is_looked_for_in_the_chain(superuser):
    with superuser.connect() as connection:
        head = verify(connection).head
        assert verify(connection, printed=require_digests([head.upper()])).faults == []
        [fault] = verify(connection, printed=["ab" * 32]).faults
    assert fault.rule == "digest_unknown"


@pytest.mark.parametrize("text", ["", "xyz", "ab" * 31, "zz" * 32])
def test_what_is_no_digest_is_refused(text):
    with pytest.raises(Refusal, match="no digest"):
        require_digests([text])
