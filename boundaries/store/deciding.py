"""A change set checked against the register, decided, withdrawn: the register's versions are written here and nowhere else.

Each time the outcome is that of the commands on what the register holds at that moment, and proven; what a decision
writes was therefore never anybody's drawing. Lands that commands have made may be kept from before, under an identity of
all versions around (``boundaries.changes.replays``). The guard in the database has the last word.
"""

from pathlib import Path

import sqlalchemy as sa

from boundaries.changes.land import faces
from boundaries.changes.states import require_step
from boundaries.clock import CITY_ZONE
from boundaries.store.carrying_out import Checked, carried_out, instant_of
from boundaries.store.changes import change, checked_day
from boundaries.store.conflicts import conflict, require_fresh, require_last
from boundaries.store.statements import statement
from boundaries.store.writing import BUSY, begin_versions, end_versions, prove_now, refusals
from boundaries.units import units_from
from gis.errors import Refusal

HERE = Path(__file__).parent
ATTEMPTS = 5  # others may commit between reading and locking; then everything is read anew


@refusals()
def check(connection, number, *, kept=None):
    """Check a change set: what it would do is remembered as its base, and it can be decided.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    number : int
    kept : boundaries.changes.replays.Replays, optional

    Returns
    -------
    Checked

    Raises
    ------
    Refusal
        As :func:`boundaries.store.carrying_out.preview`; ``illegal_transition``; ``changed_later``.
    """
    held = change(connection, number, lock=True)
    if held.state != "checked":
        require_step(held.state, "checked")
    found = carried_out(connection, held, instant_of(connection, held.effective_on), kept=kept)
    require_last(connection, found)
    _remember_base(connection, found)
    connection.execute(
        sa.text("UPDATE change_set SET state = 'checked', checked_at = clock_timestamp() WHERE id = :id"), {"id": number}
    )
    return found


@refusals()
def decide(connection, number, *, effective_on, decided_by=None, kept=None):
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
    kept : boundaries.changes.replays.Replays, optional

    Returns
    -------
    Checked

    Raises
    ------
    Refusal
        ``illegal_transition`` unless it is checked; ``day_is_past``; ``stale_base`` naming the units that another change
        set has changed since the check, and which; ``changed_later``; ``busy``; those of
        :func:`boundaries.store.carrying_out.preview`; ``not_tiled`` and other rules of the database.
    """
    held = change(connection, number, lock=True)
    require_step(held.state, "county_decided")
    _require_not_past(connection, effective_on)
    found = _locked(connection, held, effective_on, kept)
    require_fresh(connection, found)
    require_last(connection, found)
    values = {"id": number, "effective_on": effective_on, "effective_at": found.at, "decided_by": decided_by}
    connection.execute(statement(HERE, "change_decide"), values)  # first: its record is written by who decides it
    _write(connection, found)
    prove_now(connection)
    return found


@refusals()
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
        raise conflict("built_upon", built, "builds upon what this one would begin; withdraw that one first")
    connection.execute(
        sa.text("UPDATE change_set SET state = 'withdrawn', withdrawn_at = clock_timestamp() WHERE id = :id"), {"id": number}
    )
    connection.execute(sa.text("DELETE FROM lineage WHERE change_set_id = :id"), {"id": number})
    connection.execute(sa.text("DELETE FROM change_unit WHERE change_set_id = :id"), {"id": number})
    connection.execute(sa.text("DELETE FROM unit_version WHERE id = ANY (:ids)"), {"ids": begun})
    reopen = "UPDATE unit_version SET lifespan = tstzrange(lower(lifespan), NULL) WHERE id = ANY (:ids)"
    connection.execute(sa.text(reopen), {"ids": ended})
    prove_now(connection)


def _require_not_past(connection, day):
    today = connection.execute(sa.text("SELECT clock_timestamp()")).scalar_one().astimezone(CITY_ZONE).date()
    if checked_day(day) < today:
        raise Refusal("day_is_past", f"{day} is past, and the past is never rewritten; choose today, {today}, or a later day.")


def _locked(connection, held, effective_on, kept):
    """The change set carried out on versions that nobody else can end until this transaction does."""
    for _ in range(ATTEMPTS):
        found = carried_out(connection, held, instant_of(connection, effective_on), kept=kept)
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
