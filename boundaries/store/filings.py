"""Filings written: prepared with the decision, handed in, received, returned, recorded."""

import sqlalchemy as sa

from boundaries.clock import CITY_ZONE, now, start_of_day
from boundaries.filings.attachments import MOST_ATTACHMENTS, checked_attachment
from boundaries.filings.numbers import county_of, filing_number, scope_of
from boundaries.filings.payload import DUE_WORKDAYS, codes_in, frozen
from boundaries.filings.states import STEPS, after
from boundaries.filings.words import checked_corrections, checked_document_no, checked_note, require_something
from boundaries.store import audit, reading
from boundaries.store.audit import BY_OPERATOR
from boundaries.store.filing_chain import append, lock_chain
from boundaries.store.filing_change import change_of
from boundaries.store.filing_reading import attachments, filing, payload_of
from boundaries.store.workdays import days_set
from boundaries.store.writing import refusals
from boundaries.workdays import after_workdays
from gis.errors import Refusal

AT_THE_MACHINE = (None, audit.AT_THE_MACHINE)
LAST_SERIAL = sa.text("SELECT max(right(no, 4)::integer) FROM filing WHERE starts_with(no, :beginning)")
ADD = sa.text("""
    INSERT INTO filing (no, change_set_id, scope, decided_at, due_on, due_provisional)
    VALUES (:no, :change_set_id, :scope, :decided_at, :due_on, :due_provisional)""")
ATTACH = sa.text("""
    INSERT INTO filing_attachment (filing_no, name, media_type, sha256, content)
    VALUES (:filing_no, :name, :media_type, :sha256, :content)""")
OF_CHANGE = sa.text("SELECT no FROM filing WHERE change_set_id = :id")
NAME_OF = sa.text("SELECT name FROM account WHERE id = :id")


def prepare(connection, change_set_id, *, at=None, by=BY_OPERATOR):
    """Freeze a decided change set as a filing, in the transaction of the decision.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        In which the change set has become ``county_decided``.
    change_set_id : int
    at : datetime, optional
        Of the entry; default now.
    by : (int or None, str)
        Account and origin, for the audit trail.

    Returns
    -------
    str
        The filing's number.

    Raises
    ------
    Refusal
        ``not_decided``, ``nothing_to_file``, ``filed_once``, ``serials_used_up``.
    """
    at = at or now()
    change, decided = change_of(connection, change_set_id)
    if not change.before and not change.after:
        raise Refusal("nothing_to_file", f"Change set {change_set_id} has changed no unit, so there is nothing to file.")
    begin = decided.effective_at or start_of_day(decided.effective_on)
    decided_on = decided.decided_at.astimezone(CITY_ZONE).date()
    scope, due = scope_of(change.codes), after_workdays(decided_on, DUE_WORKDAYS, said=_days_said(connection, decided_on))
    payload = frozen(change, scope=scope, place=_place(connection, scope, begin), due=due)
    head = lock_chain(connection)
    no = _next_number(connection, county_of(scope), decided_on.year)
    row = {"no": no, "change_set_id": change_set_id, "scope": scope, "decided_at": decided.decided_at}
    with refusals():
        connection.execute(ADD, row | {"due_on": due.day, "due_provisional": due.provisional})
    _append(connection, head, no, "prepared", at=at, by=by, said=payload)
    _audit(connection, no, "filing.prepare", by, {"change_set": change_set_id, "due_on": due.day.isoformat()})
    return no


def _days_said(connection, since):
    return {row.day: row.is_workday for row in days_set(connection, since=since)}


def take_step(connection, no, action, *, at=None, by=BY_OPERATOR, note="", corrections=(), document_no=None):
    """Submit, receive, return, resubmit, record or withdraw a filing.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    no : str
    action : {"submit", "receive", "return", "resubmit", "record", "withdraw"}
    at : datetime, optional
    by : (int or None, str)
    note : str
    corrections : sequence of (str, str)
        Code of a unit and a text: what to correct in it, of a return; what was done about it, of a resubmission.
    document_no : str, optional
        The official document number, of a recording.

    Returns
    -------
    Row
        The filing as it is then; see :func:`boundaries.store.filing_reading.filing`.

    Raises
    ------
    Refusal
        ``unknown_filing``, ``illegal_transition``, ``bad_text``, ``not_in_filing``, ``nothing_to_correct``.
    """
    head = lock_chain(connection)
    held = filing(connection, no)
    after(held.state, action, filing=no)
    said = {"note": checked_note(note)}
    if action in ("return", "resubmit"):
        known = codes_in(payload_of(connection, no)) if corrections else ()
        said["corrections"] = checked_corrections(list(corrections), known)
    if action == "return":
        require_something(said["corrections"], said["note"])
    if action in ("submit", "resubmit"):
        said["attachments"] = [row._asdict() for row in attachments(connection, no)]
    if action == "record":
        said["document_no"] = checked_document_no(document_no)
    _append(connection, head, no, STEPS[action].kind, at=at or now(), by=by, said=said)
    _audit(connection, no, f"filing.{action}", by, {name: said[name] for name in ("document_no",) if name in said})
    return filing(connection, no)


def withdraw_of(connection, change_set_id, *, at=None, by=BY_OPERATOR):
    """Withdraw the filing of a change set that is being withdrawn, if there is one.

    Raises
    ------
    Refusal
        ``illegal_transition`` once it is recorded.
    """
    no = connection.execute(OF_CHANGE, {"id": change_set_id}).scalar_one_or_none()
    if no is not None:
        take_step(connection, no, "withdraw", at=at, by=by)


def attach(connection, no, name, content, *, at=None, by=BY_OPERATOR):
    """Add a file to a filing that is not handed in, or was returned.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    no, name : str
    content : bytes
        Never opened.
    at : datetime, optional
    by : (int or None, str)

    Returns
    -------
    boundaries.filings.attachments.Attachment

    Raises
    ------
    Refusal
        ``unknown_filing``, ``illegal_transition``, ``attachment_taken``, ``too_many_attachments``, and those of
        :func:`boundaries.filings.attachments.checked_attachment`.
    """
    file = checked_attachment(name, content)
    head = lock_chain(connection)
    held = filing(connection, no)
    after(held.state, "attach", filing=no)
    names = [row.name for row in attachments(connection, no)]
    if file.name in names:
        raise Refusal("attachment_taken", f"Filing {no} has a file {file.name} already; give the new one another name.")
    if len(names) >= MOST_ATTACHMENTS:
        raise Refusal("too_many_attachments", f"Filing {no} has {MOST_ATTACHMENTS} files already; put several into one.")
    row = {"filing_no": no, "name": file.name, "media_type": file.media_type}
    connection.execute(ATTACH, row | {"sha256": file.sha256, "content": file.content})
    _append(connection, head, no, "attached", at=at or now(), by=by, said={"attachment": file.described()})
    _audit(connection, no, "filing.attach", by, {"name": file.name})
    return file


def _place(connection, scope, at):
    labels = reading.named(connection, [*reading.ancestors(scope), scope], at)
    return [{"code": label.code, "level": label.level, "name": label.name} for label in labels]


def _next_number(connection, county, year):
    """The next serial; gap-free because the end of the chain is locked and nothing is ever deleted."""
    last = connection.execute(LAST_SERIAL, {"beginning": filing_number(county, year, 1)[:-4]}).scalar_one()
    return filing_number(county, year, (last or 0) + 1)


def _append(connection, head, no, kind, *, at, by, said):
    account_id = by[0]
    account = audit.OPERATOR if account_id is None else connection.execute(NAME_OF, {"id": account_id}).scalar_one()
    append(connection, head, filing=no, kind=kind, at=at, account=account, said=said)


def _audit(connection, no, action, by, detail):
    account_id, origin = by
    audit.record(connection, account_id=account_id, action=action, record=f"filing:{no}", origin=origin, detail=detail)
