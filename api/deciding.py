"""Acts on change sets that reach over several parts of the house; the command line and the server do them alike."""

from api import change_answers
from boundaries.changes.effects import effects
from boundaries.changes.inverse import inverse_commands
from boundaries.changes.outcome import bounds_of
from boundaries.changes.reference import NO_LINES
from boundaries.code_tables import CORRECTION
from boundaries.codes import LENGTH_OF_LEVEL
from boundaries.store import audit, changes, deciding, filings
from boundaries.store.city_settings import size_bounds
from boundaries.store.conflicts import came_between
from boundaries.store.duties import duties_of
from boundaries.store.recorded import BEFORE, DECIDED, inspect, record_import
from gis.errors import Refusal
from incidents.moving import moving
from incidents.store.open import open_places

NO_FINDINGS = ("unknown_change_set", "illegal_transition", "busy")  # say nothing of the set itself
LEVELS_OF_WORK = ("grid", "micro_grid")  # what incidents are assigned to


def noted(connection, number, verb, *, by, **detail):
    """Write down what was done to a change set.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    number : int
    verb : str
        ``open``, ``edit``, ``check``, ``decide``, ``withdraw``.
    by : tuple of (int or None, str)
        Account and origin.
    **detail
        Plain values; see :func:`boundaries.store.audit.record`.
    """
    account, origin = by
    line = {"account_id": account, "origin": origin, "action": f"change_set.{verb}", "record": f"change_set:{number}"}
    audit.record(connection, **line, detail=detail)


def checked(connection, number, *, by, kept=None):
    """Check a change set and note it; one that cannot be decided stays what it was.

    Parameters as of :func:`decided`.

    Returns
    -------
    dict
        ``ok findings conflicts ended begun technical``.

    Raises
    ------
    Refusal
        ``unknown_change_set``, ``illegal_transition``, ``busy``; all else is a finding.
    """
    before = changes.change(connection, number)
    try:
        with connection.begin_nested():
            found = deciding.check(connection, number, kept=kept)
    except Refusal as refusal:
        if refusal.code in NO_FINDINGS:
            raise
        between = came_between(connection, before, command=refusal.details.get("command"))
        return change_answers.checked(None, refusal=refusal, conflicts=between)
    noted(connection, number, "check", by=by)
    return change_answers.checked(found, conflicts=came_between(connection, before, found))


def decided(connection, number, *, effective_on, by, kept=None):
    """Decide a change set, prepare its filing and note both.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        In a transaction of its own.
    number : int
    effective_on : date
    by : tuple of (int or None, str)
        Account and origin.
    kept : boundaries.changes.replays.Replays, optional

    Returns
    -------
    boundaries.store.carrying_out.Checked
    """
    found = deciding.decide(connection, number, effective_on=effective_on, decided_by=by[0], kept=kept)
    filings.prepare(connection, number, by=by)
    noted(connection, number, "decide", by=by, effective_on=effective_on.isoformat(), units=len(found.outcome.changed))
    return found


def filed_import(connection, number, *, by):
    """Record what an import has ended and begun, and prepare its filing.

    Returns
    -------
    str or None
        Number of the filing; none for an import that reaches over several counties: each county files its own.
    """
    counties = {code[: LENGTH_OF_LEVEL["county"]] for code in record_import(connection, number)}
    return filings.prepare(connection, number, by=by) if len(counties) == 1 else None


def withdrawn(connection, number, *, by):
    """Withdraw a change set that is not in force, and its filing with it."""
    deciding.withdraw(connection, number)  # first, as a decision takes its locks: it may be under way, with no filing yet
    filings.withdraw_of(connection, number, by=by)
    noted(connection, number, "withdraw", by=by)


def reversed_set(connection, number, *, by):
    """Open the change set that undoes one which is decided.

    Returns
    -------
    int

    Raises
    ------
    Refusal
        ``illegal_transition`` for one that was not decided; ``not_recorded``.
    """
    held = changes.change(connection, number)
    if held.state not in DECIDED:
        sentence = f"Change set {number} is {held.state}; only what was decided can be reversed, so withdraw it."
        raise Refusal("illegal_transition", sentence, state=held.state)
    made = changes.open_change(
        connection,
        title=f"撤销 Reversal of {number}: {held.title}"[: changes.LONGEST_TITLE],
        reason=CORRECTION,
        scope=held.scope,
        opened_by=by[0],
        reverses=number,
    )
    found = inspect(connection, number)
    changes.add_commands(connection, made, inverse_commands(found.outcome), added_by=by[0])
    noted(connection, made, "open", by=by, reverses=number)
    return made


def effects_of(connection, found, *, reference=NO_LINES):
    """What a change set means: for every unit, for who got land from whom, for open incidents and for who serves there.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    found : boundaries.store.carrying_out.Checked
    reference : boundaries.changes.reference.Reference
        Lines along which a border is clear; without them nothing is said about its clarity.

    Returns
    -------
    dict
        ``units moves incidents duties``.
    """
    measured = {"bounds": size_bounds(connection, found.change.scope, found.at)}
    measured |= {"lines": reference.lines, "kinds": reference.kinds}
    grids = [unit.id for unit in found.outcome.before if unit.level == "grid" and unit.id not in found.outcome.technical]
    return {
        "units": [row.as_dict() for row in effects(found.outcome, found.base, found.land, **measured)],
        "moves": change_answers.moves(found.outcome),
        "incidents": open_incidents(connection, found),
        "duties": [
            {"grid": row.grid_code, "role": row.role, "name": row.name, "work_phone": row.work_phone}
            for row in duties_of(connection, grids, found.at - BEFORE)
        ],
    }


def open_incidents(connection, found):
    """Open incidents in the units that change, by the unit they lie in before and after.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    found : boundaries.store.carrying_out.Checked

    Returns
    -------
    list of dict
        ``level from to count``.
    """
    outcome, rows = found.outcome, []
    for level in LEVELS_OF_WORK:
        before = [(u.id, u.geometry) for u in outcome.before if u.level == level and u.id not in outcome.technical]
        after = [(outcome.codes[u.id], u.geometry) for u in outcome.after if u.level == level and u.id not in outcome.technical]
        units = [unit for unit in (*outcome.before, *outcome.after) if unit.level == level]
        if before and after:
            places = open_places(connection, bounds_of(units))
            rows += [
                {"level": level, "from": old, "to": new, "count": count} for old, new, count in moving(places, before, after)
            ]
    return rows
