"""What is done to an incident: decided by its row and its course, written as an event, followed by what depends on it."""

import json
from pathlib import Path

import sqlalchemy as sa

from boundaries.store import audit
from boundaries.store.statements import statement
from boundaries.store.writing import refusals
from gis.errors import Refusal
from incidents.act_words import checked_detail, checked_words
from incidents.cases import case_of
from incidents.flow import OPEN, QUIET, next_state, not_allowed, possible
from incidents.store import correcting, rerouting, terms
from incidents.store.moved import was

HERE = Path(__file__).parent
# By number, so that two merges that cross do not wait for each other.
LOCK = sa.text("SELECT no FROM incident WHERE no = ANY (:numbers) ORDER BY id FOR NO KEY UPDATE")
COURSE = sa.text("""
    SELECT id, at, action, from_state, to_state, account_id, actor, note, detail FROM incident_event
    WHERE incident_id = (SELECT id FROM incident WHERE no = :no) ORDER BY id""")
WRITE = sa.text("""
    INSERT INTO incident_event (incident_id, action, from_state, to_state, account_id, actor, note, detail)
    VALUES (:incident_id, :action, :from_state, :to_state, :account_id, :actor, :note, CAST(:detail AS jsonb))
    RETURNING id, at, action, from_state, to_state, detail""")
GIVE = sa.text("UPDATE incident SET department = :department WHERE id = :id")
DEPARTMENTS = sa.text("SELECT code FROM department ORDER BY code")


def one(connection, no):
    """An incident as it is now.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    no : str

    Returns
    -------
    Row
        The columns of the table but the geometry, with ``lon lat family matter_zh matter_en merged_into_no``.

    Raises
    ------
    Refusal
        ``unknown_incident``.
    """
    row = connection.execute(statement(HERE, "incident"), {"no": no}).one_or_none()
    if row is None:
        raise Refusal("unknown_incident", f"There is no incident {no[:40]!r}; look its number up in the list.")
    return row


def course(connection, no):
    """The events of an incident in order; none of one that does not exist or was generated.

    Returns
    -------
    list of Row
        ``id at action from_state to_state account_id actor note detail``.
    """
    return connection.execute(COURSE, {"no": no}).all()


def act(connection, no, action, *, by, actor, note=None, seen=None, **detail):
    """Do something to an incident.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        In a transaction. The incident is locked until it ends, so that of two who act at once the second finds what the first
        has left.
    no : str
    action : str
        A name of `incidents.flow.ACTIONS`.
    by : (int or None, str)
        Account and origin, for the audit trail.
    actor : boundaries.rights.Actor or str
        Who does it, with its rights; ``"desk"`` or ``"timer"`` for what the system does.
    note : str, optional
        Reason or words.
    seen : int, optional
        Number of the last event that the actor knows of.
    **detail
        As the action wants: ``department`` of a dispatch (None gives it to the grid's worker; left out, it stays), ``into``
        of a merge, ``kind``, ``departments``, ``to``, ``matter``. Of what the system writes, anything.

    Returns
    -------
    Row
        The incident as it is then; see :func:`one`.

    Raises
    ------
    Refusal
        ``unknown_incident``, ``unknown_action``, ``not_signed_in``, ``forbidden``, ``not_given_to_you``, ``illegal_step``,
        ``course_went_on``, ``bad_text``, ``bad_detail``, ``bad_merge``, ``not_reroutable``, ``unknown_department``,
        ``matter_not_listed``, ``unknown_matter``, ``same_matter``, ``busy``.
    """
    with refusals():
        connection.execute(LOCK, {"numbers": [no, str(detail.get("into"))]})
        row, events = one(connection, no), course(connection, no)
        case = case_of(row, events)
        after = next_state(case, action, actor)
        _require_seen(case, events, seen, actor)
        words, given = checked_words(action, note), checked_detail(action, detail)
        told = PREPARE[action](connection, row, actor, given) if action in PREPARE else given
        event = _write(connection, row, action, after, actor=actor, note=words, detail=told)
        if action in FOLLOW:
            FOLLOW[action](connection, row, [*events, event], actor)
        _audit(connection, no, action, by, actor)
    return one(connection, no)


def _require_seen(case, events, seen, actor):
    later = [event for event in events if seen is not None and event.id > seen and event.action not in QUIET]
    if later:
        told = ", ".join(f"{event.action} by {event.actor}" for event in later[-3:])
        sentence = f"Incident {case.no} has gone on since you looked ({told}); look again before you act."
        details = {"incident": case.no, "state": case.state, "last_event": later[-1].id, "allowed": list(possible(case, actor))}
        raise Refusal("course_went_on", sentence, **details)


def _write(connection, row, action, after, *, actor, note, detail):
    is_person = not isinstance(actor, str)
    values = {
        "incident_id": row.id,
        "action": action,
        "from_state": row.state,
        "to_state": after,
        "account_id": actor.account_id if is_person else None,
        "actor": actor.name if is_person else actor,
        "note": note,
        "detail": json.dumps(detail, ensure_ascii=False),
    }
    return connection.execute(WRITE, values).one()


def _audit(connection, no, action, by, actor):
    """Of people, from where; what the system does stands in the course alone."""
    if not isinstance(actor, str):
        account_id, origin = by
        audit.record(connection, account_id=account_id, action=f"incident.{action}", record=f"incident:{no}", origin=origin)


# ---------------------------------------------------------------------------------------------------------------------
# Before the event: what it tells, or why it cannot be.


def _dispatching(connection, row, _, given):
    department = given.get("department", row.department)
    _require_departments(connection, [department] if department else [])
    return {"department": department} | ({} if department == row.department else {"was": was(row)})


def _consulting(connection, _, __, given):
    _require_departments(connection, given["departments"])
    return {"departments": sorted(given["departments"])}


def _advising(_, __, actor, ___):
    return {"department": actor.department}


def _suspending(_, row, __, ___):
    return {"due_at": row.due_at and row.due_at.isoformat()}


def _rerouting(connection, row, _, given):
    return {"from": row.grid_code, "to": rerouting.way_to(connection, row, given["to"]).code, "was": was(row)}


def _correcting(connection, row, _, given):
    line = correcting.line_to(connection, row, given["matter"])
    moved = {"was": was(row)} if correcting.department_of(row, line) != row.department else {}
    return {"from": row.matter_code, "matter": line.matter_code, **moved}


def _merging(connection, row, actor, given):
    """Into one that is open, and where the actor has the same right."""
    if given["into"] == row.no:
        raise Refusal("bad_merge", f"Incident {row.no} cannot be merged into itself; name the other one.", incident=row.no)
    into = one(connection, given["into"])
    refusal = not_allowed(case_of(into, course(connection, into.no)), "merge", actor)
    if refusal is not None:
        raise refusal
    if into.state not in OPEN:
        last = f"was merged into {into.merged_into_no}" if into.merged_into_no else f"is {into.state}"
        raise Refusal("bad_merge", f"Incident {into.no} {last}; merge into one that is open.", incident=into.no, state=into.state)
    return {"into": into.no}


def _require_departments(connection, codes):
    known = set(connection.execute(DEPARTMENTS).scalars())
    unknown = sorted(set(codes) - known)
    if unknown:
        sentence = f"There is no department {unknown[0][:40]!r}; the city's are {', '.join(sorted(known))}."
        raise Refusal("unknown_department", sentence, department=unknown[0][:40])


PREPARE = {
    "dispatch": _dispatching,
    "consult": _consulting,
    "advise": _advising,
    "suspend": _suspending,
    "reroute": _rerouting,
    "merge": _merging,
    "correct_matter": _correcting,
}


# ---------------------------------------------------------------------------------------------------------------------
# After it: what depends on it. `events` ends with it.


def _registered(connection, row, events, _):
    if row.clock is None:
        terms.freeze(connection, row, events[-1].at)


def _dispatched(connection, row, events, _):
    connection.execute(GIVE, {"id": row.id, "department": events[-1].detail["department"]})
    if row.state == "reported":  # urgent: the term runs though nobody has registered it yet
        terms.freeze(connection, row, events[-1].at)


def _suspended(connection, row, events, _):
    terms.stop(connection, row, events[-1].at)


def _resumed(connection, row, events, _):
    terms.reckon(connection, row, events)


def _rerouted(connection, row, events, _):
    rerouting.move(connection, row, rerouting.way_to(connection, row, events[-1].detail["to"]))


def _corrected(connection, row, events, _):
    """What turns out to be urgent before anybody has registered it goes to the competent department at once, as at intake."""
    line = correcting.line_to(connection, row, events[-1].detail["matter"])
    correcting.correct(connection, row, line, events)
    if line.urgent and row.state == "reported":
        now = one(connection, row.no)
        event = _write(connection, now, "dispatch", "dispatched", actor="desk", note=None, detail={"department": line.department})
        _dispatched(connection, now, [*events, event], "desk")


def _merged(connection, row, events, actor):
    into = one(connection, events[-1].detail["into"])
    _write(connection, into, "absorb", into.state, actor=actor, note=None, detail={"merged": row.no})


FOLLOW = {
    "register": _registered,
    "dispatch": _dispatched,
    "suspend": _suspended,
    "resume": _resumed,
    "reroute": _rerouted,
    "merge": _merged,
    "correct_matter": _corrected,
}
