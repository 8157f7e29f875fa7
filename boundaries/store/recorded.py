"""A decided change set as the register recorded it: the units before and after, and who got what from whom."""

from datetime import timedelta
from pathlib import Path

from boundaries.changes.land import Land
from boundaries.changes.outcome import Heir, Outcome
from boundaries.codes import LEVELS
from boundaries.store.carrying_out import Checked, preview
from boundaries.store.changes import change
from boundaries.store.lands import land_around
from boundaries.store.statements import statement
from gis.errors import Refusal

HERE = Path(__file__).parent
DECIDED = ("county_decided", "in_force", "superseded")
BEFORE = timedelta(microseconds=1)


def inspect(connection, number, *, kept=None):
    """What a change set does: of a decided one as it was recorded, of another one as it would be now.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    number : int
    kept : boundaries.changes.replays.Replays, optional
        Lands that commands have made before.

    Returns
    -------
    boundaries.store.carrying_out.Checked

    Raises
    ------
    Refusal
        ``unknown_change_set``, ``not_recorded`` for one written by an import; those of
        :func:`boundaries.store.carrying_out.preview`.
    """
    held = change(connection, number)
    return _recorded(connection, held) if held.state in DECIDED else preview(connection, number, kept=kept)


def record_import(connection, number):
    """Record which grids and micro-grids an import has ended and begun, as a decision does.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    number : int
        Of a change set whose versions begin at its instant.

    Returns
    -------
    list of str
        Their codes.
    """
    return list(connection.execute(statement(HERE, "change_record_import"), {"id": number}).scalars())


def _recorded(connection, held):
    rows = connection.execute(statement(HERE, "change_units"), {"id": held.id}).all()
    if not rows:
        sentence = f"Change set {held.id} was written by an import, unit by unit; compare two exports to see what it changed."
        raise Refusal("not_recorded", sentence, number=held.id)
    codes = [row.code for row in rows]
    base, versions = land_around(connection, codes, held.effective_at - BEFORE)
    land, later = land_around(connection, codes, held.effective_at)
    return Checked(held, held.effective_at, base, land, _outcome(connection, held, rows, base, land), versions | later)


def _outcome(connection, held, rows, base, land):
    ended = _ranked(base, [row.code for row in rows if row.ended_version_id])
    begun = _ranked(land, [row.code for row in rows if row.begun_version_id])
    heirs = [
        Heir(row.old, row.new, row.area_m2, row.households, row.population, row.old != row.new)
        for row in connection.execute(statement(HERE, "change_lineage"), {"id": held.id})
    ]
    technical = frozenset(row.code for row in rows if row.technical)
    return Outcome(ended, begun, technical, tuple(heirs), {unit.id: unit.id for unit in begun})


def _ranked(land: Land, codes):
    return tuple(sorted((land[code] for code in codes), key=lambda unit: (LEVELS.index(unit.level), unit.id)))
