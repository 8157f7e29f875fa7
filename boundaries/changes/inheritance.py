"""Who got which land, households and population: reckoned on the lowest units, and added up for all above them."""

from collections import Counter
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

import numpy as np

from boundaries.changes.land import faces, level_of_id, parent_of_id
from boundaries.codes import LEVELS
from boundaries.units import COUNTS
from gis.comparing.compare import compare
from gis.measures import geodesic_area_m2


@dataclass(frozen=True, slots=True)
class Heir:
    """Land that went from a unit of the register to a unit of the outcome, perhaps the same; both by id.

    Attributes
    ----------
    old, new : str
    area_m2 : float
        Geodesic.
    households, population : int or None
        None where they are not known.
    moved : bool
        False for what a unit keeps.
    """

    old: str
    new: str
    area_m2: float
    households: int | None
    population: int | None
    moved: bool


def inherit(base, land, before, after, technical):
    """Share out the land of units that have changed, and each of the :data:`boundaries.units.COUNTS` with it.

    The households of one of the lowest units go with its land, in whole numbers and none lost. Those of a unit above go
    with its lowest units, or with the land where these are not counted. What is only the noise of a border, drawn anew
    less than a metre beside, takes no households along. The population goes in the very same way.

    Parameters
    ----------
    base, land : boundaries.changes.land.Land
    before, after : dict of str to Unit
        Units that differ between the two.
    technical : collection of str
        Ids of those that only got nodes: they keep what they have.

    Returns
    -------
    heirs : list of Heir
        Of units of the same level before and after.
    counts : dict of str to dict of str to int or None
        For each count, that of every unit of `after`, without regard to what commands stated.
    """
    changed = {name for name in before if name not in technical}
    made = {name for name in after if name not in technical}
    rows = _lowest(base, land, changed, made)
    passed = [_passed_on(count, rows, base, before, changed, made) for count in COUNTS]
    heirs = [
        Heir(old, new, area_m2, *(shares[old, new][1] for shares, _ in passed), old != new)
        for (old, new), (area_m2, _) in passed[0][0].items()
    ]
    return heirs, {count: totals for count, (_, totals) in zip(COUNTS, passed, strict=True)}


def _passed_on(count, rows, base, before, changed, made):
    """Of one count {(old, new): (area_m2, share)} for units of the same level, and what each unit has in the end."""
    rows = list(_with_shares(count, rows, base))
    shares, totals = {}, {name: getattr(unit, count) for name, unit in before.items()}
    totals |= {name: 0 for name in made if name not in before}
    for level in LEVELS:
        own, born = _of_level(rows, level, changed, made)
        shared = {pair: share for name in sorted(own) for pair, share in _shared_out(name, before[name], count, own[name])}
        shared = {pair: share for pair, share in shared.items() if level_of_id(pair[1]) == level}
        totals |= _sums([*((new, share) for (_, new), (_, share) in shared.items()), *born])
        shares |= shared
    return shares, totals


def _with_shares(count, rows, base):
    """Rows of the lowest units with what each takes along of a count."""
    for old, group in groupby(rows, key=itemgetter(0)):
        own = list(group)
        shares = _apportioned(getattr(base[old], count), [area_m2 for _, _, area_m2 in own])
        yield from ((*row, share) for row, share in zip(own, shares, strict=True))


def _lowest(base, land, changed, made):
    """(old, new, area_m2) of the lowest units, old by old; those that have not changed under changed ones keep theirs."""
    old = [base[name] for name in sorted(changed) if not base.children(name)]
    new = [land[name] for name in sorted(made) if not land.children(name)]
    rows = [row for own in _compared(old, new, changed, made) for row in own]
    lowest = {(name, *path)[-1] for name in changed for path in base.paths(name)}
    kept = [name for name in sorted(lowest - {row[0] for row in rows}) if name in land]
    areas = geodesic_area_m2(faces([base[name] for name in kept])) if kept else ()
    return rows + [(name, name, float(area)) for name, area in zip(kept, areas, strict=True)]


def _compared(old, new, changed, made):
    """Rows of each of the lowest units whose land has changed."""
    if not old or not new:
        return
    found = compare(faces(old), [unit.id for unit in old], faces(new), [unit.id for unit in new])
    rows = [row for row in found.lineage if row.old is not None and row.new is not None]
    plain = [row for row in rows if not row.noise or row.old == row.new]
    has_old, has_new = {row.old for row in plain}, {row.new for row in plain}
    rows = plain + [row for row in rows if row.noise and row.old != row.new and not (row.old in has_old and row.new in has_new)]
    for unit in old:
        own = [row for row in rows if row.old == unit.id]
        own = [row for row in own if _may_pass(row.old, row.new, changed, made)] or own
        yield [(row.old, row.new, row.area_m2) for row in own]


def _may_pass(old, new, changed, made):
    """Whether the units above change as well: where a node bent their border alone, nobody goes from one to the other."""
    pairs = [(_above(old, level), _above(new, level)) for level in LEVELS]
    return all(one == other or (one in changed and other in made) for one, other in pairs)


def _of_level(rows, level, changed, made):
    """Rows added up for a level: {old: {new: [area_m2, share]}}, and those of new units whose land had no such unit.

    Land that now lies in a unit which is not divided so far down takes its share out of the level.
    """
    own, born = {}, []
    for old, new, area_m2, share in rows:
        source, heir = _above(old, level), _above(new, level)
        if not _reaches(old, level):
            born += [(heir, share)] if _reaches(new, level) else []
        elif source in changed and heir in made:
            total = own.setdefault(source, {}).setdefault(heir, [0.0, 0])
            total[0] += area_m2
            total[1] = None if None in (total[1], share) else total[1] + share
    return own, [(new, share) for new, share in born if new in made]


def _reaches(name, level):
    return LEVELS.index(level_of_id(name)) >= LEVELS.index(level)


def _above(name, level):
    """Id of the unit of a level in which another lies; the other itself where it lies no deeper."""
    while LEVELS.index(level_of_id(name)) > LEVELS.index(level):
        name = parent_of_id(name)
    return name


def _shared_out(old, unit, count, totals):
    """What one unit leaves: ((old, new), (area_m2, share)) by the new one."""
    counted = [share for _, share in totals.values()]
    is_known = None not in counted and sum(counted) > 0
    areas = [area_m2 for area_m2, _ in totals.values()]
    shares = _apportioned(getattr(unit, count), counted if is_known else areas)
    return sorted(((old, new), (area_m2, share)) for new, area_m2, share in zip(totals, areas, shares, strict=True))


def _apportioned(count, weights):
    """Whole numbers that add up to a count, each under one away from its share; the largest remainders are rounded up.

    >>> _apportioned(7, [1.0, 1.0, 0.0]), _apportioned(None, [1.0])
    ([4, 3, 0], [None])
    """
    if count is None or not weights:
        return [None] * len(weights)
    weights = np.asarray(weights, dtype=float)
    weights = weights if weights.sum() > 0 else np.ones(len(weights))
    exact = count * (weights / weights.sum())
    floors = np.minimum(np.floor(exact + 1e-9), count).astype(np.int64)
    order = np.argsort(floors - exact, kind="stable")
    floors[order[: count - int(floors.sum())]] += 1
    return floors.tolist()


def _sums(shares):
    total, unknown = Counter(), set()
    for name, share in shares:
        total[name] += share or 0
        unknown |= {name} if share is None else set()
    return {name: None if name in unknown else number for name, number in total.items()}
