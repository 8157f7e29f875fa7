"""Change sets in the register: opened, edited, read. They are checked and decided in ``boundaries.store.deciding``."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import sqlalchemy as sa

from boundaries.changes.commands import MOST_COMMANDS, checked, is_below, parents_of
from boundaries.changes.states import EDITABLE, STEPS
from boundaries.codes import level_of
from boundaries.names import checked_name
from boundaries.store.code_tables import require_in_force
from boundaries.store.statements import statement
from gis.errors import Refusal

HERE = Path(__file__).parent
LONGEST_TITLE, LONGEST_NOTE = 200, 4000
OF_ONE_UNIT = ("dissolve", "rename", "convert", "count_households", "count_population")  # and of no neighbour
EARLIEST_YEAR, LATEST_YEAR = 1900, 2199  # of what can be asked "as of"


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """A change set and its commands.

    Attributes
    ----------
    reason_zh, reason_en : str
        What the reason was called at the decision; before it what it is called, or was called last.
    state : str
        As it is now: what was decided is in force from its day on, and superseded when nothing of it is in force any more.
    scope : str
        Code of the unit in which all its commands work; empty for one written by an import.
    revision : int
        Counts every change of the set.
    effective_at : datetime or None
        The instant at which its versions begin.
    """

    id: int
    title: str
    reason: str
    reason_zh: str
    reason_en: str
    state: str
    scope: str
    note: str
    revision: int
    effective_on: date | None
    effective_at: datetime | None
    created_at: datetime
    opened_by: str | None
    checked_at: datetime | None
    decided_at: datetime | None
    decided_by: str | None
    withdrawn_at: datetime | None
    reverses: int | None
    commands: tuple[dict, ...]


def open_change(connection, *, title, reason, scope, note="", effective_on=None, opened_by=None, reverses=None):
    """Open a change set.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    title, reason, note : str
    scope : str
        Code of a jurisdiction or grid in force; every command has to work in it.
    effective_on : date, optional
        Can be set later.
    opened_by : int, optional
        Account; none for the operator at the machine.
    reverses : int, optional

    Returns
    -------
    int

    Raises
    ------
    Refusal
        ``bad_title``, ``bad_note``, ``bad_day``, ``unknown_reason``, ``bad_code``, ``unknown_unit``.
    """
    values = _details(title, note) | {"reason": reason, "scope": scope, "effective_on": checked_day(effective_on)}
    require_in_force(connection, "change_reason", reason)
    if level_of(scope) == "micro_grid":
        raise Refusal("wrong_level", "A change set works in a grid or a unit above; open it for one of them.", scope=scope)
    known = sa.text("SELECT EXISTS (SELECT FROM unit_version WHERE code = :scope AND upper_inf(lifespan))")
    if not connection.execute(known, {"scope": scope}).scalar_one():
        raise Refusal("unknown_unit", f"The register has no unit {scope}; name one it has.", unit=scope)
    values |= {"opened_by": opened_by, "reverses": reverses}
    return connection.execute(statement(HERE, "change_open"), values).scalar_one()


def change(connection, number, *, lock=False):
    """One change set.

    Raises
    ------
    Refusal
        ``unknown_change_set``.
    """
    if lock:
        connection.execute(sa.text("SELECT FROM change_set WHERE id = :id FOR NO KEY UPDATE"), {"id": number})
    found = _read(connection, number=number)
    if not found:
        raise Refusal("unknown_change_set", f"There is no change set {number}; the list shows those there are.", number=number)
    return found[0]


def changes(connection, *, scope="", states=(), limit=200):
    """Change sets whose scope lies in a unit or holds it, the newest first.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    scope : str
        Code of a unit above; empty for all.
    states : sequence of str
        Empty for all.
    limit : int

    Raises
    ------
    Refusal
        ``unknown_state``, ``bad_code``.
    """
    if scope:
        level_of(scope)
    if not set(states) <= set(STEPS):
        raise Refusal("unknown_state", f"The state is not known; give one of {', '.join(STEPS)}.")
    return _read(connection, scope=scope, states=list(states), limit=limit)


def edit_details(connection, number, *, revision=None, **details):
    """Change title, reason, note or effective_on of a set that is not decided."""
    held = _editable(connection, number, revision)
    known = {"title": held.title, "reason": held.reason, "note": held.note, "effective_on": held.effective_on} | details
    if known["reason"] != held.reason:
        require_in_force(connection, "change_reason", known["reason"])
    values = _details(known["title"], known["note"]) | {"reason": known["reason"]}
    values |= {"effective_on": checked_day(known["effective_on"]), "id": number}
    connection.execute(
        sa.text(
            "UPDATE change_set SET title = :title, reason = :reason, note = :note, effective_on = :effective_on, "
            "state = 'draft', revision = revision + 1 WHERE id = :id"
        ),
        values,
    )


def add_commands(connection, number, commands, *, revision=None, added_by=None):
    """Add commands at the end of a set that is not decided; it is a draft again.

    Raises
    ------
    Refusal
        ``unknown_change_set``, ``illegal_transition``, ``stale_revision``, ``bad_command``, ``too_many_commands``,
        ``out_of_scope``.
    """
    held = _editable(connection, number, revision)
    sound = [_checked(command, number) for number, command in enumerate(commands, start=len(held.commands) + 1)]
    if len(held.commands) + len(sound) > MOST_COMMANDS:
        raise Refusal("too_many_commands", f"A change set holds at most {MOST_COMMANDS} commands; divide the work into several.")
    for command in sound:
        _require_in_scope(command, held.scope)
    for position, command in enumerate(sound, start=len(held.commands) + 1):
        row = {"id": number, "position": position, "command": json.dumps(command, ensure_ascii=False), "added_by": added_by}
        connection.execute(sa.text("INSERT INTO change_command VALUES (:id, :position, CAST(:command AS jsonb), :added_by)"), row)
    _touch(connection, number)


def remove_last_command(connection, number, *, revision=None):
    """Take the last command back.

    Raises
    ------
    Refusal
        ``nothing_to_undo``.
    """
    held = _editable(connection, number, revision)
    if not held.commands:
        raise Refusal("nothing_to_undo", "The change set has no command that could be taken back.")
    last = {"id": number, "position": len(held.commands)}
    connection.execute(sa.text("DELETE FROM change_command WHERE change_set_id = :id AND position = :position"), last)
    _touch(connection, number)


def _checked(command, position):
    try:
        return checked(command)
    except Refusal as refusal:
        refused = f"Command {position}: {refusal.message}"
        raise Refusal(refusal.code, refused, **refusal.details, command=position) from refusal


def _editable(connection, number, revision):
    held = change(connection, number, lock=True)
    if held.state not in EDITABLE:
        raise Refusal(
            "illegal_transition", f"Change set {number} is {held.state} and cannot be edited; open another one.", state=held.state
        )
    if revision is not None and revision != held.revision:
        raise _stale(connection, held, revision)
    return held


def _stale(connection, held, revision):
    """The refusal that tells who edited a set last, by the audit trail."""
    line = connection.execute(statement(HERE, "change_edited"), {"record": f"change_set:{held.id}"}).one_or_none()
    who = f" by {line.actor}" if line else ""
    sentence = f"Change set {held.id} has been edited meanwhile{who} (revision {held.revision}, not {revision}); read it anew."
    told = {"edited_by": line.actor, "edited_at": line.at.isoformat()} if line else {"edited_by": None, "edited_at": None}
    return Refusal("stale_revision", sentence, revision=held.revision, **told)


def _touch(connection, number):
    connection.execute(sa.text("UPDATE change_set SET state = 'draft', revision = revision + 1 WHERE id = :id"), {"id": number})


def _require_in_scope(command, scope):
    outside = sorted(parent for parent in parents_of(command) if not is_below(parent, scope))
    named = [command["unit"]] if command["op"] in OF_ONE_UNIT else []
    if outside and not all(is_below(name, scope) for name in named or outside):
        sentence = f"The command {command['op']} works in {outside[0]}, outside of {scope}, the scope of the change set."
        raise Refusal("out_of_scope", sentence, unit=outside[0], scope=scope)


def checked_day(day):
    """A day on which a change can begin, or none.

    Raises
    ------
    Refusal
        ``bad_day``: nobody could read the register as of it.

    Examples
    --------
    >>> checked_day(date(2026, 5, 1))
    datetime.date(2026, 5, 1)
    """
    if day is not None and not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
        raise Refusal("bad_day", f"{day} lies outside of the years {EARLIEST_YEAR} to {LATEST_YEAR}; choose another day.")
    return day


def _details(title, note):
    try:
        title = checked_name(title, longest=LONGEST_TITLE)
    except ValueError as error:
        raise Refusal("bad_title", f"The title {error}; write it in 1 to {LONGEST_TITLE} characters that can be seen.") from error
    if not isinstance(note, str) or len(note) > LONGEST_NOTE or "\x00" in note:
        raise Refusal("bad_note", f"A note has at most {LONGEST_NOTE} characters.")
    return {"title": title, "note": note}


def _read(connection, *, number=None, scope="", states=(), limit=1):
    values = {"number": number, "scope": scope, "states": list(states), "limit": limit}
    rows = connection.execute(statement(HERE, "changes"), values)
    return [ChangeSet(**{**row._mapping, "commands": tuple(row.commands)}) for row in rows]
