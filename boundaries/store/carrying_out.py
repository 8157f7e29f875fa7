"""A change set carried out on a copy of the register: what it would do, each time on the register as it is then."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from boundaries.changes.commands import is_below, parents_of
from boundaries.changes.land import Land
from boundaries.changes.outcome import Outcome, outcome_of
from boundaries.changes.replays import Replays
from boundaries.clock import start_of_day
from boundaries.codes import LEVELS, level_of
from boundaries.store.changes import ChangeSet, change
from boundaries.store.lands import base_around
from boundaries.store.statements import statement
from gis.errors import Refusal

HERE = Path(__file__).parent
LARGEST_BASE = "town"  # a scope so small is read as a whole: its commands then have one base, wherever in it they work


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


def preview(connection, number, *, kept=None):
    """Carry a change set out on a copy of the register; nothing is written.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    number : int
    kept : boundaries.changes.replays.Replays, optional
        Lands that commands have made before; without it all is carried out anew.

    Returns
    -------
    Checked

    Raises
    ------
    Refusal
        ``unknown_change_set``, ``no_commands``; of a command that fails, with its number; ``edit_breaks_coverage``.
    """
    held = change(connection, number)
    return carried_out(connection, held, instant_of(connection, held.effective_on), kept=kept)


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


def carried_out(connection, held, at, *, kept=None):
    """Carry out the commands of a change set on the register of an instant.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    held : boundaries.store.changes.ChangeSet
    at : datetime
    kept : boundaries.changes.replays.Replays, optional

    Returns
    -------
    Checked

    Raises
    ------
    Refusal
        As :func:`preview`.
    """
    if not held.commands:
        raise Refusal("no_commands", f"Change set {held.id} has no commands; add some first.")
    base, land = land_made(connection, held, at, kept=Replays() if kept is None else kept)
    outcome = outcome_of(base.land, land, used=codes_issued(connection))
    _require_in_scope(outcome, held.scope)
    return Checked(held, at, base.land, land, outcome, base.versions)


def land_made(connection, held, at, *, kept):
    """What the register holds around the commands of a change set at an instant, and what they make of it.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    held : boundaries.store.changes.ChangeSet
        With a command or more.
    at : datetime
    kept : boundaries.changes.replays.Replays

    Returns
    -------
    base : boundaries.changes.replays.Base
    land : boundaries.changes.land.Land

    Raises
    ------
    Refusal
        Of a command that fails, with its number; ``busy``.
    """
    codes = set().union(*(parents_of(command) for command in held.commands))
    if LEVELS.index(level_of(held.scope)) >= LEVELS.index(LARGEST_BASE):
        codes.add(held.scope)
    base = base_around(connection, sorted(codes), at, kept=kept)
    return base, kept.after(base, held.commands)


def _require_in_scope(outcome, scope):
    """Whatever the commands say, only nodes may change outside of the scope: the rights were asked for it alone."""
    outside = sorted(name for name in outcome.changed if not is_below(name, scope))
    if outside:
        sentence = f"{outside[0]} would change, which lies outside of {scope}, the scope of the change set; open it for more."
        raise Refusal("out_of_scope", sentence, unit=outside[0], scope=scope)
