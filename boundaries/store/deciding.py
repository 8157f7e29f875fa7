"""A change set checked against the register, decided, withdrawn: the register's versions are written here and nowhere else.

The commands are carried out again each time, on what the register holds at that moment, and proven. What a decision
writes was therefore never anybody's drawing: it is the outcome of commands on the true map. The guard in the database
has the last word.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import shapely
import sqlalchemy as sa

from boundaries.changes.commands import is_below, parents_of
from boundaries.changes.land import Land, Unit, faces
from boundaries.changes.outcome import Outcome, outcome_of, replay
from boundaries.changes.states import require_step
from boundaries.clock import CITY_ZONE, start_of_day
from boundaries.store.changes import ChangeSet, change, checked_day
from boundaries.store.statements import statement
from boundaries.store.writing import begin_versions, end_versions, prove_now, refusals
from boundaries.units import units_from
from gis.errors import Refusal

HERE = Path(__file__).parent
BUSY = "Others are deciding changes of the same units just now; try again in a moment."
ATTEMPTS = 5  # others may commit between reading and locking; then everything is read anew


@dataclass(frozen=True, slots=True)
class Checked:
    """A change set carried out on a copy of the register.

    Attributes
    ----------
    change : ChangeSet
    at : datetime
        The instant for which the register was read.
    base, land : boundaries.changes.land.Land
        The units around the change, before and after.
    outcome : boundaries.changes.outcome.Outcome
    versions : dict of str to Version
        By code, of every unit of `base`.
    """

    change: ChangeSet
    at: datetime
    base: Land
    land: Land
    outcome: Outcome
    versions: dict


@dataclass(frozen=True, slots=True)
class Version:
    """What is known of a version beside its unit: its number, where it comes from, and whether it is the last of its unit."""

    id: int
    source: str
    is_last: bool


def preview(connection, number):
    """Carry a change set out on a copy of the register; nothing is written.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    number : int

    Returns
    -------
    Checked

    Raises
    ------
    Refusal
        ``unknown_change_set``, ``no_commands``; of a command that fails, with its number; ``edit_breaks_coverage``.
    """
    held = change(connection, number)
    return _carried_out(connection, held, instant_of(connection, held.effective_on))


def check(connection, number):
    """Check a change set: what it would do is remembered as its base, and it can be decided.

    Returns
    -------
    Checked

    Raises
    ------
    Refusal
        As :func:`preview`; ``illegal_transition``; ``changed_later``.
    """
    held = change(connection, number, lock=True)
    if held.state != "checked":
        require_step(held.state, "checked")
    found = _carried_out(connection, held, instant_of(connection, held.effective_on))
    _require_last(connection, found)
    _remember_base(connection, found)
    connection.execute(
        sa.text("UPDATE change_set SET state = 'checked', checked_at = clock_timestamp() WHERE id = :id"), {"id": number}
    )
    return found


def decide(connection, number, *, effective_on, decided_by=None):
    """Decide a checked change set: its versions are written, to begin on a day.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        In a transaction of its own; READ COMMITTED.
    number : int
    effective_on : date
        Today, which is from now on, or a later day, from its first instant on.
    decided_by : int, optional
        Account; none for the operator at the machine.

    Returns
    -------
    Checked

    Raises
    ------
    Refusal
        ``illegal_transition`` unless it is checked; ``day_is_past``; ``stale_base`` naming the units that another change
        set has changed since the check, and which; ``changed_later``; those of :func:`preview`; ``not_tiled`` and other
        rules of the database.
    """
    held = change(connection, number, lock=True)
    require_step(held.state, "county_decided")
    _require_not_past(connection, effective_on)
    found = _locked(connection, held, effective_on)
    _require_fresh(connection, found)
    _require_last(connection, found)
    values = {"id": number, "effective_on": effective_on, "effective_at": found.at, "decided_by": decided_by}
    with refusals():
        connection.execute(statement(HERE, "change_decide"), values)  # first: its record is written by who decides it
        _write(connection, found)
        prove_now(connection)
    return found


def withdraw(connection, number):
    """Withdraw a change set that is not in force: one that is decided takes its versions back.

    Raises
    ------
    Refusal
        ``illegal_transition``; ``built_upon`` naming the units that a later change set builds upon.
    """
    held = change(connection, number, lock=True)
    require_step(held.state, "withdrawn")
    rows = connection.execute(sa.text("SELECT * FROM change_unit WHERE change_set_id = :id"), {"id": number}).all()
    begun = [row.begun_version_id for row in rows if row.begun_version_id]
    ended = [row.ended_version_id for row in rows if row.ended_version_id]
    _lock(connection, begun + ended)
    built = connection.execute(statement(HERE, "change_built_upon"), {"id": number}).all()
    if built:
        raise _conflict("built_upon", built, "builds upon what this one would begin; withdraw that one first")
    with refusals():
        connection.execute(
            sa.text("UPDATE change_set SET state = 'withdrawn', withdrawn_at = clock_timestamp() WHERE id = :id"), {"id": number}
        )
        connection.execute(sa.text("DELETE FROM lineage WHERE change_set_id = :id"), {"id": number})
        connection.execute(sa.text("DELETE FROM change_unit WHERE change_set_id = :id"), {"id": number})
        connection.execute(sa.text("DELETE FROM unit_version WHERE id = ANY (:ids)"), {"ids": begun})
        reopen = "UPDATE unit_version SET lifespan = tstzrange(lower(lifespan), NULL) WHERE id = ANY (:ids)"
        connection.execute(sa.text(reopen), {"ids": ended})
        prove_now(connection)


def codes_issued(connection):
    """A function from a unit's code to every code ever issued directly under it."""

    def issued(parent):
        return (
            connection.execute(sa.text("SELECT code FROM unit WHERE parent_code = :parent"), {"parent": parent}).scalars().all()
        )

    return issued


def instant_of(connection, day):
    """The instant from which on a change of a day holds: now for today, else after all that was decided for that day.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    day : date or None
        None is today.

    Returns
    -------
    datetime
    """
    moment = connection.execute(statement(HERE, "change_instant"), {"day": day, "start": start_of_day(day) if day else None})
    return moment.scalar_one()


def _require_not_past(connection, day):
    today = connection.execute(sa.text("SELECT clock_timestamp()")).scalar_one().astimezone(CITY_ZONE).date()
    if checked_day(day) < today:
        raise Refusal("day_is_past", f"{day} is past, and the past is never rewritten; choose today, {today}, or a later day.")


def _carried_out(connection, held, at):
    if not held.commands:
        raise Refusal("no_commands", f"Change set {held.id} has no commands; add some first.")
    parents = sorted(set().union(*(parents_of(command) for command in held.commands)))
    base, versions = land_around(connection, parents, at)
    land = replay(base, held.commands)
    outcome = outcome_of(base, land, used=codes_issued(connection))
    _require_in_scope(outcome, held.scope)
    return Checked(held, at, base, land, outcome, versions)


def _require_in_scope(outcome, scope):
    """Whatever the commands say, only nodes may change outside of the scope: the rights were asked for it alone."""
    outside = sorted(name for name in outcome.changed if not is_below(name, scope))
    if outside:
        sentence = f"{outside[0]} would change, which lies outside of {scope}, the scope of the change set; open it for more."
        raise Refusal("out_of_scope", sentence, unit=outside[0], scope=scope)


def land_around(connection, codes, at):
    """The units in force at an instant that meet the land of some units, and their versions by code."""
    rows = connection.execute(statement(HERE, "land"), {"codes": codes, "at": at}).all()
    shapes = shapely.from_wkb([bytes(row.wkb) for row in rows])
    units = [
        Unit(row.code, row.name, row.kind, row.households, row.divided, shape, population=row.population)
        for row, shape in zip(rows, shapes, strict=True)
    ]
    return Land(units), {row.code: Version(row.id, row.source, row.is_last) for row in rows}


def _locked(connection, held, effective_on):
    """The change set carried out on versions that nobody else can end until this transaction does."""
    for _ in range(ATTEMPTS):
        found = _carried_out(connection, held, instant_of(connection, effective_on))
        ids = sorted(found.versions[unit.id].id for unit in found.outcome.before)
        locked = _lock(connection, ids)
        later = instant_of(connection, effective_on)
        again = connection.execute(statement(HERE, "land_ids"), {"codes": [u.id for u in found.outcome.before], "at": later})
        if sorted(again.scalars()) == ids and (list(locked) == ids or _is_ended(found)):
            return Checked(held, later, found.base, found.land, found.outcome, found.versions)
    raise Refusal("busy", BUSY)


def _lock(connection, ids):
    """Lock versions, all in one order; those of them that are still the last of their units."""
    locking = "SELECT id, upper_inf(lifespan) FROM unit_version WHERE id = ANY (:ids) ORDER BY id FOR NO KEY UPDATE"
    return [number for number, is_last in connection.execute(sa.text(locking), {"ids": ids}) if is_last]


def _is_ended(found):
    """Whether a version is not the last of its unit: that is refused by name, not locked."""
    return any(not found.versions[unit.id].is_last for unit in found.outcome.before)


def _require_last(connection, found):
    """Nobody may already have decided a later version of a unit that changes."""
    stuck = [unit.id for unit in found.outcome.before if not found.versions[unit.id].is_last]
    if stuck:
        rows = connection.execute(statement(HERE, "change_later"), {"codes": stuck, "at": found.at}).all()
        raise _conflict("changed_later", rows, "changes them on a later day; choose a day after it, or withdraw that one")


def _require_fresh(connection, found):
    """Refuse when another change set has changed a unit since the check, in more than nodes on its border."""
    ids = {unit.id: found.versions[unit.id].id for unit in found.outcome.before}
    values = {"id": found.change.id, "codes": list(ids), "versions": list(ids.values())}
    rows = connection.execute(statement(HERE, "change_stale"), values).all()
    if rows:
        raise _conflict("stale_base", rows, "came first; check this one again to see it on the new map")


def _conflict(code, rows, what):
    if not rows:  # withdrawn meanwhile
        return Refusal("busy", BUSY)
    units = sorted({row.code for row in rows})
    first = rows[0]
    who = f" by {first.decided_by}" if first.decided_by else ""
    when = f", decided {first.decided_at:%Y-%m-%d}" if first.decided_at else ""
    named = ", ".join(units[:5]) + (f" and {len(units) - 5} more" if len(units) > 5 else "")
    sentence = f"{named}: change set {first.id} ({first.title}{who}{when}) {what}."
    return Refusal(code, sentence, units=units, change_set=first.id)


def _remember_base(connection, found):
    connection.execute(sa.text("DELETE FROM change_base WHERE change_set_id = :id"), {"id": found.change.id})
    rows = [{"id": found.change.id, "code": unit.id, "version": found.versions[unit.id].id} for unit in found.outcome.before]
    if rows:
        connection.execute(sa.text("INSERT INTO change_base VALUES (:id, :code, :version)"), rows)


def _write(connection, found):
    """End and begin versions, and record who came from whom."""
    outcome, number = found.outcome, found.change.id
    end_versions(connection, [unit.id for unit in outcome.before], end=found.at)
    _begin(connection, found)
    begun = dict(connection.execute(statement(HERE, "change_begun"), {"id": number, "at": found.at}).all())
    ended = {outcome.codes.get(unit.id, unit.id): found.versions[unit.id].id for unit in outcome.before}
    technical = {outcome.codes[name] for name in outcome.technical}
    rows = [
        {"id": number, "code": code, "ended": ended.get(code), "begun": begun.get(code), "technical": code in technical}
        for code in sorted(ended.keys() | begun.keys())
    ]
    if rows:
        connection.execute(sa.text("INSERT INTO change_unit VALUES (:id, :code, :ended, :begun, :technical)"), rows)
    _write_lineage(connection, found, begun)


def _begin(connection, found):
    """Begin the versions, those of one source together; a unit that is new has the source of the unit above it."""
    groups = {}
    for unit in found.outcome.after:
        groups.setdefault(_source(found, unit.id), []).append(unit)
    for source, units in groups.items():
        table = units_from(
            code=[found.outcome.codes[unit.id] for unit in units],
            name=[unit.name for unit in units],
            kind=[unit.kind for unit in units],
            households=[unit.households for unit in units],
            population=[unit.population for unit in units],
            divided=[unit.divided for unit in units],
            geometry=faces(units),
        )
        begin_versions(connection, table, begin=found.at, source=source, change_set_id=found.change.id)


def _source(found, name):
    """Where the land of a unit comes from: generated land stays generated however it is divided."""
    while name not in found.versions:
        name = name.rpartition("+")[0]
    source = found.versions[name].source
    return source if source == "synthetic" else f"change_set:{found.change.id}"


def _write_lineage(connection, found, begun):
    outcome = found.outcome
    rows = [
        {
            "id": found.change.id,
            "from": found.versions[heir.old].id,
            "to": begun[outcome.codes[heir.new]],
            "area": heir.area_m2,
            "households": heir.households,
            "population": heir.population,
        }
        for heir in outcome.heirs
    ]
    if rows:
        connection.execute(sa.text("INSERT INTO lineage VALUES (:id, :from, :to, :area, :households, :population)"), rows)
