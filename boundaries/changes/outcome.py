"""What commands make of the register: units that end and begin, proven; their codes; who got which land and people."""

from collections import Counter
from dataclasses import dataclass, replace

import shapely

from boundaries.changes.edits import perform
from boundaries.changes.inheritance import Heir, inherit
from boundaries.changes.land import faces, is_new, parent_of_id
from boundaries.changes.proving import differences, only_noded, prove_differences
from boundaries.codes import LEVELS
from boundaries.numbering import issue_codes
from gis.errors import Refusal


@dataclass(frozen=True, slots=True)
class Outcome:
    """The register before and after some commands, as far as they differ.

    Attributes
    ----------
    before, after : tuple of Unit
        Units that end, and that begin; a unit that changes is in both. Parents before children.
    technical : frozenset of str
        Ids in both that only got nodes on their border, because a neighbour's border now ends there.
    heirs : tuple of boundaries.changes.inheritance.Heir
        Of grids and micro-grids and whatever level has changed; nothing about technical changes.
    codes : dict of str to str
        The code of every unit in `after`, by id.
    """

    before: tuple
    after: tuple
    technical: frozenset
    heirs: tuple[Heir, ...]
    codes: dict

    @property
    def is_empty(self):
        """Whether nothing changes."""
        return not self.before and not self.after

    @property
    def changed(self):
        """Ids of the units that change in more than nodes."""
        return (frozenset(unit.id for unit in self.before) | frozenset(unit.id for unit in self.after)) - self.technical


def replay(base, commands, *, done=0):
    """Carry out commands one after the other.

    Parameters
    ----------
    base : boundaries.changes.land.Land
        With the first commands carried out already.
    commands : sequence of dict
        Checked; see :func:`boundaries.changes.commands.checked`.
    done : int
        How many the first ones are.

    Returns
    -------
    boundaries.changes.land.Land

    Raises
    ------
    Refusal
        Of the command that fails, with its number as ``command``, from 1.
    """
    land = base
    for position, command in enumerate(commands[done:], start=done + 1):
        try:
            land = perform(land, command, position=position)
        except Refusal as refusal:
            details = refusal.details | {"command": position}
            raise Refusal(refusal.code, f"Command {position} ({command['op']}): {refusal.message}", **details) from refusal
    return land


def outcome_of(base, land, *, used):
    """Compare a land with the one it was made of, prove it, share out the counts and issue codes.

    Parameters
    ----------
    base, land : boundaries.changes.land.Land
    used : callable of str to iterable of str
        Every code ever issued directly under a unit.

    Returns
    -------
    Outcome

    Raises
    ------
    Refusal
        ``edit_breaks_coverage`` if a parent would not be tiled exactly, ``codes_used_up``, ``code_needed``.
    """
    before, after = differences(base, land)
    prove_differences(base, land, before, after)
    technical, heirs, after = _inherited(base, land, before, after)
    codes = _codes(after, used)
    order = {level: rank for rank, level in enumerate(LEVELS)}

    def rank(unit):
        return order[unit.level], unit.id

    return Outcome(
        tuple(sorted(before.values(), key=rank)), tuple(sorted(after.values(), key=rank)), technical, tuple(heirs), codes
    )


def counted(base, land):
    """Units that end and units that begin, with their households and population; one that changes is in both.

    Parameters
    ----------
    base, land : boundaries.changes.land.Land

    Returns
    -------
    before, after : dict of str to Unit
    """
    before, after = differences(base, land)
    return before, _inherited(base, land, before, after)[2]


def _inherited(base, land, before, after):
    """Ids of the units that only got nodes, who got what from whom, and the units that begin with their counts."""
    technical = only_noded(before, after)
    heirs, counts = inherit(base, land, before, after, technical)
    for count, totals in counts.items():
        after = _counted(after, count, totals)
    return technical, heirs, after


def _counted(after, count, totals):
    """Units with one of their counts: as a command stated it, else with the land they got.

    What a micro-grid was counted above or below what it inherits, the grid above has more or less.
    """
    more = Counter()
    stated = {name: getattr(unit, count) for name, unit in after.items() if getattr(unit, count) is not None}
    for name, number in stated.items():
        if after[name].level == "micro_grid" and totals.get(name) is not None:
            more[parent_of_id(name)] += number - totals[name]
    return {
        name: unit if name in stated else replace(unit, **{count: _with_more(totals.get(name), more[name])})
        for name, unit in after.items()
    }


def _with_more(total, more):
    return None if total is None else max(total + more, 0)


def _codes(after, used):
    """Codes of the units that begin; those of new ones are issued, parents first."""
    codes = {name: name for name in after if not is_new(name)}
    for level in LEVELS:
        fresh = {}
        for name, unit in after.items():
            if is_new(name) and unit.level == level:
                fresh.setdefault((parent_of_id(name), unit.kind == "exclusive"), []).append(unit)
        for (parent, exclusive), units in sorted(fresh.items()):
            above = codes.get(parent, parent)
            if level not in ("grid", "micro_grid"):
                sentence = f"The code of a new {level} comes from the state's list; import it with its code instead."
                raise Refusal("code_needed", sentence)
            known = () if is_new(parent) else used(above)
            issued = issue_codes(above, faces(units), used=[*known, *codes.values()], exclusive=exclusive)
            codes |= {unit.id: code for unit, code in zip(units, issued, strict=True)}
    return codes


def bounds_of(units):
    """West, south, east and north of some units."""
    return tuple(shapely.total_bounds(faces(units)).tolist())
