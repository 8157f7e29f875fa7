"""What differs between two lands, and the proof that every unit that was tiled exactly still is."""

import numpy as np

from boundaries.changes.land import faces, parent_of_id
from gis.chain import signature
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
    broken = sorted(name for name, rest in _balance(base, land, before, after).items() if rest.any())
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
    return bool((signature(renoded(*shapes)) == signature(shapes[1])).all())


def _same(one, other):
    return _same_labels(one, other) and bool((signature(faces([one])) == signature(faces([other]))).all())


def _same_labels(one, other):
    labels = (one.name, one.kind, one.divided) == (other.name, other.kind, other.divided)
    return labels and (other.households is None or other.households == one.households)


def _balance(base, land, before, after):
    """What is left by parent when the chains of its old children and its own new one are taken from those of the new."""
    balance = {}
    for sign, changed, whole in ((1, after, land), (-1, before, base)):
        for unit, chain in zip(changed.values(), signature(faces(list(changed.values()))), strict=True):
            _add(balance, parent_of_id(unit.id), sign * chain)
            if unit.divided and whole.children(unit.id):
                _add(balance, unit.id, -sign * chain)
    balance.pop(None, None)  # no city lies in another unit
    return balance


def _add(balance, name, chain):
    balance[name] = balance.get(name, np.zeros(2, dtype=np.int64)) + chain
