"""The filings proven: every digest worked out anew, every body held against the register and the stored files."""

from dataclasses import dataclass

import sqlalchemy as sa

from boundaries.filings.canonical import GENESIS, canonical, digest_of, parsed
from boundaries.filings.payload import differences, instant_text
from boundaries.filings.states import STEPS, state_after
from boundaries.store.filing_chain import entry_of
from boundaries.store.filing_change import change_of
from gis.errors import Refusal

AT_A_TIME = 50
ALL = sa.text("SELECT * FROM filing_entry ORDER BY seq").execution_options(yield_per=AT_A_TIME)
HEAD = sa.text("SELECT seq, digest FROM filing_chain")
FILINGS = sa.text("""
    SELECT filing.*, held.state AS set_state FROM filing JOIN change_set AS held ON held.id = change_set_id ORDER BY no""")
FILES = sa.text("""
    SELECT filing_no, name, media_type, octet_length(content) AS bytes, encode(sha256(content), 'hex') AS sha256
    FROM filing_attachment ORDER BY filing_no, name""")
KIND_OF_FIRST = "prepared"
STATES_BEFORE = {step.kind: step.states for step in STEPS.values()} | {KIND_OF_FIRST: (None,)}


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is not as it was filed.

    Attributes
    ----------
    filing : str or None
        Number; None for the chain as a whole.
    entry : int or None
        Number of the entry.
    rule : str
        Stable code; see ``docs/filings.md``.
    what : str
        One sentence.
    """

    filing: str | None
    entry: int | None
    rule: str
    what: str


@dataclass(slots=True)
class _Seen:
    """What the walk along the chain has met."""

    seq: int
    digest: bytes
    states: dict
    prepared: dict
    attached: dict
    digests: set


@dataclass(frozen=True, slots=True)
class Proof:
    """What came of a verification.

    Attributes
    ----------
    filings, entries : int
        How many were looked at.
    head : str
        Digest of the last entry, in hexadecimal.
    faults : list of Fault
    """

    filings: int
    entries: int
    head: str
    faults: list


def verify(connection, *, printed=()):
    """Prove all filings of the city.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        In a transaction that sees one state of the register: REPEATABLE READ.
    printed : sequence of str
        Digests in hexadecimal from stamped forms, which the chain has to hold. Who can write past the database's own guard
        can hash a whole chain anew; what stands on paper, he cannot reach.

    Returns
    -------
    Proof
    """
    filings = {row.no: row for row in connection.execute(FILINGS)}
    seen = _Seen(0, GENESIS, {}, {}, {}, set())
    faults = []
    for row in connection.execute(ALL):
        entry = entry_of(row)
        faults += _look_at(entry, seen)
        if entry.kind == KIND_OF_FIRST and entry.filing_no in filings:
            faults += _against_register(connection, entry, filings[entry.filing_no])
    faults += _end(connection, seen)
    faults += _missing(filings, seen)
    faults += _files(connection, seen)
    faults += _printed(printed, seen)
    return Proof(len(filings), seen.seq, seen.digest.hex(), faults)


def _look_at(entry, seen):
    """Faults of one entry, and the walk one step on."""
    yield from _links(entry, seen)
    said = _said(entry)
    if said is None:
        yield Fault(entry.filing_no, entry.seq, "entry_altered", f"Entry {entry.seq} is not in canonical form.")
    else:
        yield from _columns(entry, said)
        _remember(entry, said, seen)
    yield from _order(entry, seen)
    seen.seq, seen.digest = entry.seq, entry.digest
    seen.digests.add(entry.digest.hex())


def _links(entry, seen):
    if entry.seq != seen.seq + 1:
        gap = f"Entries {seen.seq + 1} to {entry.seq - 1} are missing before it."
        yield Fault(entry.filing_no, entry.seq, "entry_missing", gap)
    elif entry.previous_digest != seen.digest:
        told = f"It does not follow on entry {seen.seq}: one of the two was altered after it was written."
        yield Fault(entry.filing_no, entry.seq, "chain_cut", told)
    if digest_of(entry.body, entry.previous_digest) != entry.digest:
        told = f"The digest of entry {entry.seq} ({entry.kind}) is not that of what it says."
        yield Fault(entry.filing_no, entry.seq, "entry_altered", told)


def _said(entry):
    try:
        said = parsed(entry.body)
        return said if isinstance(said, dict) and canonical(said) == entry.body else None
    except (ValueError, TypeError, RecursionError):
        return None


def _columns(entry, said):
    columns = {"seq": entry.seq, "filing": entry.filing_no, "kind": entry.kind, "account": entry.account}
    columns["at"] = instant_text(entry.at)
    for name, value in columns.items():
        if said.get(name) != value:
            told = f"Its column {name} says {value}, its body {said.get(name)}."
            yield Fault(entry.filing_no, entry.seq, "entry_altered", told)


def _remember(entry, said, seen):
    if entry.kind == KIND_OF_FIRST:
        seen.prepared[entry.filing_no] = entry.seq
    if entry.kind == "attached" and isinstance(said.get("attachment"), dict):
        seen.attached[entry.filing_no, said["attachment"].get("name")] = (entry.seq, said["attachment"])


def _order(entry, seen):
    state = seen.states.get(entry.filing_no)
    if state not in STATES_BEFORE[entry.kind]:
        told = f"A filing that is {state or 'new'} cannot be {entry.kind}."
        yield Fault(entry.filing_no, entry.seq, "illegal_transition", told)
    seen.states[entry.filing_no] = state_after(entry.kind, state)


def _against_register(connection, entry, row):
    """What was frozen, held against the filing's own row and the register."""
    said = _said(entry)
    try:
        yield from _row(entry, said or {}, row)
        if row.set_state != "withdrawn":
            change, _ = change_of(connection, row.change_set_id)
            for phrase in differences(said or {}, change):
                told = f"The filing and the register differ in {phrase}."
                yield Fault(row.no, entry.seq, "register_differs", told)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        told = f"What it froze cannot be read ({type(error).__name__})."
        yield Fault(row.no, entry.seq, "entry_altered", told)


def _row(entry, said, row):
    filed = {
        "change set": (row.change_set_id, said["change"]["id"]),
        "decision": (instant_text(row.decided_at), said["change"]["decided_at"]),
        "due date": (row.due_on.isoformat(), said["due"]["on"]),
        "provisional": (row.due_provisional, said["due"]["provisional"]),
        "scope": (row.scope, said["scope"]),
    }
    for name, (found, frozen) in filed.items():
        if found != frozen:
            told = f"The list gives the {name} as {found}, the filing itself as {frozen}."
            yield Fault(row.no, entry.seq, "filing_altered", told)


def _end(connection, seen):
    head = connection.execute(HEAD).one_or_none()
    if head is None or (head.seq, bytes(head.digest)) != (seen.seq, seen.digest):
        known = head.seq if head else "nothing"
        told = f"The chain ends with entry {seen.seq}, but its end is kept as {known}: entries were taken away, added or altered."
        yield Fault(None, seen.seq, "end_differs", told)


def _missing(filings, seen):
    for no, row in filings.items():
        if no not in seen.prepared:
            yield Fault(no, None, "entry_missing", "It has no first entry.")
        elif (row.set_state == "withdrawn") != (seen.states[no] == "withdrawn"):
            told = f"Its change set {row.change_set_id} is {row.set_state}, the filing itself {seen.states[no]}."
            yield Fault(no, seen.prepared[no], "register_differs", told)
    for no in sorted(seen.states.keys() - filings.keys()):
        yield Fault(no, seen.prepared.get(no), "filing_missing", "It has entries in the chain, but does not stand in the list.")


def _files(connection, seen):
    stored = {(row.filing_no, row.name): row for row in connection.execute(FILES)}
    for (no, name), (seq, said) in sorted(seen.attached.items(), key=lambda item: item[1][0]):
        row = stored.pop((no, name), None)
        if row is None:
            yield Fault(no, seq, "attachment_missing", f"The file {name} is not there.")
        elif {key: getattr(row, key) for key in ("name", "media_type", "bytes", "sha256")} != said:
            yield Fault(no, seq, "attachment_altered", f"The file {name} is not the one that was attached.")
    for no, name in stored:
        yield Fault(no, None, "attachment_added", f"The file {name} is in no entry of the chain.")


def _printed(printed, seen):
    for digest in printed:
        if digest.strip().lower() not in seen.digests:
            yield Fault(None, None, "digest_unknown", f"No entry has the printed digest {digest.strip()[:64]}.")


def require_digests(texts):
    """Digests as people type them from paper, or the refusal of what is none.

    Raises
    ------
    Refusal
        ``bad_digest``.

    Examples
    --------
    >>> require_digests(["AB" * 32])[0][:8]
    'abababab'
    """
    digests = ["".join(text.split()).lower() for text in texts]
    for digest in digests:
        if len(digest) != 64 or set(digest) - set("0123456789abcdef"):
            raise Refusal("bad_digest", f"{digest[:70]!r} is no digest; write the 64 digits and letters a to f from the form.")
    return digests
