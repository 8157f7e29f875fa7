"""What differs between two lands, and the proof that every unit that was tiled exactly still is.

The edges themselves are cancelled, not their hashes: commands bring shapes from outside, and whoever draws one can
compute a ring whose signature is nothing within seconds (a generalised birthday search over its vertices).
"""

import numpy as np

from boundaries.changes.land import faces, parent_of_id
from boundaries.units import COUNTS
from gis.chain import edges, residual, signature
from gis.editing.renode import renoded
from gis.errors import Refusal
from gis.tiling import is_face


def differences(base, land):
    """Units that end and units that begin; one that changes is in both.

    Parameters
    ----------
    base, land : boundaries.changes.land.Land

    Returns
    -------
    before, after : dict of str to Unit
    """
    before, after = {}, {}
    for unit in base:
        other = land.get(unit.id)
        if other is unit or (other is not None and _same(unit, other)):
            continue
        before[unit.id] = unit
        if other is not None:
            after[unit.id] = other
    return before, after | {unit.id: unit for unit in land if unit.id not in base}


def prove_differences(base, land, before, after):
    """The sum of the chains of a unit's new children, less that of the old ones, is what the unit itself changes by.

    Raises
    ------
    Refusal
        ``edit_breaks_coverage`` naming the units.
    """
    units = list(after.values())
    sound = is_face(faces(units)) if units else np.empty(0, dtype=bool)
    if not sound.all():
        names = [unit.id for unit, is_sound in zip(units, sound, strict=True) if not is_sound]
        sentence = f"{', '.join(names[:5])} would cross or touch itself; keep away from other borders."
        raise Refusal("edit_breaks_coverage", sentence, units=names)
    broken = sorted(name for name, sides in _accounts(base, land, before, after).items() if not is_same_chain(*sides))
    if broken:
        sentence = f"{', '.join(broken[:5])} would not be tiled exactly any more; keep away from other borders."
        raise Refusal("edit_breaks_coverage", sentence, units=broken)


def only_noded(before, after):
    """Ids of units in both with the same labels and the same land but for nodes."""
    both = [name for name in before if name in after and _same_labels(before[name], after[name])]
    return frozenset(name for name in both if is_same_land(before[name], after[name]))


def is_same_land(old, new):
    """Whether the land of a unit, led through the nodes of another one, is that of the other.

    Parameters
    ----------
    old, new : Unit
    """
    shapes = faces([old]), faces([new])
    return is_same_chain(renoded(*shapes), shapes[1])


def is_same_chain(one, other):
    """Whether the chains of some polygons add up to that of others; exact, no hashing.

    Examples
    --------
    >>> import shapely
    >>> west, east = shapely.box(105, 28, 106, 29), shapely.box(106, 28, 107, 29)
    >>> is_same_chain([west, east], [shapely.union(west, east)]), is_same_chain([west], [east])
    (True, False)
    """
    there, back = edges(one), edges(other)
    start, end = np.concatenate([there.start, back.end]), np.concatenate([there.end, back.start])
    return not len(residual(start, end))


def _same(one, other):
    return _same_labels(one, other) and bool((signature(faces([one])) == signature(faces([other]))).all())


def _same_labels(one, other):
    labels = (one.name, one.kind, one.divided) == (other.name, other.kind, other.divided)
    return labels and all(getattr(other, count) in (None, getattr(one, count)) for count in COUNTS)


def _accounts(base, land, before, after):
    """By parent, what has to have one chain: its new children with its old self, its old children with its new self."""
    accounts = {}
    for side, changed, whole in ((0, after, land), (1, before, base)):
        for unit in changed.values():
            _enter(accounts, parent_of_id(unit.id), side, unit)
            if unit.divided and whole.children(unit.id):
                _enter(accounts, unit.id, 1 - side, unit)
    accounts.pop(None, None)  # no city lies in another unit
    return accounts


def _enter(accounts, name, side, unit):
    accounts.setdefault(name, ([], []))[side].append(unit.geometry)
