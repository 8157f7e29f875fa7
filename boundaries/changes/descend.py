"""What lies below moves along: when borders of grids have changed, their micro-grids follow, and so on down.

A lower unit stays with the upper unit that got most of its land. What a new border cuts off from it goes to the
neighbour on the same side with which it shares the longest border. Land of an undivided unit that comes to a divided one
is cut off in the same way, unless it is most of what the unit had: then it becomes a unit of its own, the remainder.
"""

from dataclasses import dataclass, replace

import numpy as np

from boundaries.changes.land import NOT_COUNTED, Unit, level_of_id, new_id, parent_of_id
from boundaries.codes import LEVELS
from gis.editing.cutting import union
from gis.editing.follow import NO_LABEL, Pieces, absorb, cut_along
from gis.editing.insertion import with_nodes
from gis.editing.split import by_size
from gis.errors import Refusal


@dataclass(frozen=True, slots=True)
class _Claim:
    """A lower unit to be: whose it is, what it comes from, and whether that is a unit or land of an undivided one."""

    owner: str
    source: str
    is_unit: bool


def descend(land, change, placed, *, position):
    """Put the changed units of one level in place and let all below follow.

    Parameters
    ----------
    land : Land
        As it was; holds the units of ``change.before`` and all below them.
    change : gis.editing.change.Change
    placed : dict of str to Unit
        The units of ``change.after``, as the edit drew them.
    position : int
        Of the command, for the ids of new units.

    Returns
    -------
    Land
        Without the nodes of the change on units that it does not name.

    Raises
    ------
    Refusal
        ``cut_not_settled`` where borders of two levels are too close to be told apart.
    """
    old = change.before.ids.tolist()
    gone = [name for each in old for name in land.subtree(each)]
    leaves = [(each, *path) for each in old for path in land.paths(each)]
    if all(len(path) == 1 for path in leaves):
        return land.with_units(gone=gone, placed=[replace(unit, divided=False) for unit in placed.values()])
    names = list(placed)
    shapes = with_nodes(_shapes(land, [path[-1] for path in leaves]), change.inserted)
    pieces = cut_along(shapes, _column([placed[name].geometry for name in names]))
    owner = np.array([names[k] for k in pieces.owner], dtype=object)
    _refuse_lost(set(names) - set(owner))
    paths = [leaves[k] for k in pieces.source]
    return land.with_units(gone=gone, placed=_levels(land, pieces, owner, paths, placed, position))


def _refuse_lost(names):
    """Land that is narrower than borders bend has no piece of its own."""
    if names:
        sentence = f"{min(names)} is too narrow to be told apart from the borders below it; draw it wider."
        raise Refusal("cut_not_settled", sentence, units=sorted(names))


def _levels(land, pieces, owner, paths, placed, position):
    """Units of the changed level and of all below, made of the pieces."""
    made, depth = [], 0
    while len(owner):
        label, units = _next_level(land, pieces, owner, paths, depth, position)
        made += _upper(pieces.shapes, owner, placed, label)
        below = np.array([name is not None for name in label], dtype=bool)
        pieces = Pieces(pieces.shapes[below], pieces.source[below], np.empty(0, dtype=np.int64))
        owner, paths = label[below], [path for path, kept in zip(paths, below, strict=True) if kept]
        placed, depth = units, depth + 1
    return made


def _upper(shapes, owner, placed, label):
    """The units of one level with the land of their pieces; they are divided where the pieces have labels below."""
    units = []
    for name in sorted(set(owner)):
        own = owner == name
        divided = any(each is not None for each in label[own])
        units.append(replace(placed[name], geometry=union(shapes[own]), divided=divided))
    return units


def _next_level(land, pieces, owner, paths, depth, position):
    """Id of the lower unit that each piece belongs to, None within undivided units; and these units, without land."""
    claims = [_claim(str(name), path, depth) for name, path in zip(owner, paths, strict=True)]
    main = _main_owner(claims, pieces.area)
    stays = np.array([main[claim.source] == claim.owner for claim in claims], dtype=bool)
    divided = {claim.owner for claim, stay in zip(claims, stays, strict=True) if stay and claim.is_unit}
    inside = np.array([claim.owner in divided for claim in claims], dtype=bool)
    known = sorted({claim for claim, at in zip(claims, stays & inside, strict=True) if at}, key=_order)
    index = {claim: k for k, claim in enumerate(known)}
    start = [index[claim] if stay and here else NO_LABEL for claim, stay, here in zip(claims, stays, inside, strict=True)]
    group = np.unique(owner.astype(str), return_inverse=True)[1] if len(owner) else np.empty(0, dtype=np.int64)
    label = absorb(replace(pieces, owner=group), np.array(start, dtype=np.int64))
    for k in np.flatnonzero((label == NO_LABEL) & inside):  # out of reach of every other
        if claims[k] not in index:
            index[claims[k]] = len(known)
            known.append(claims[k])
        label[k] = index[claims[k]]
    names = _names(known, pieces.shapes, label, position)
    units = {name: _unit(land, claim, name) for claim, name in zip(known, names, strict=True)}
    return np.array([names[k] if k != NO_LABEL else None for k in label], dtype=object), units


def _claim(owner, path, depth):
    """The claim of a piece: on the unit below that it was part of, or as land of an undivided one."""
    is_unit = len(path) > depth + 1
    return _Claim(owner, path[depth + 1] if is_unit else path[-1], is_unit)


def _main_owner(claims, area):
    """Upper unit that got most of each source's land; of equals the smallest."""
    total = {}
    for claim, each in zip(claims, area.tolist(), strict=True):
        of_source = total.setdefault(claim.source, {})
        of_source[claim.owner] = of_source.get(claim.owner, 0.0) + each
    return {source: min(owners, key=lambda name: (-owners[name], name)) for source, owners in total.items()}


def _order(claim):
    return (claim.owner, claim.source)


def _names(claims, shapes, label, position):
    """A unit keeps its id while its parent keeps its own; others are new, the largest first."""
    names = [claim.source if claim.is_unit and parent_of_id(claim.source) == claim.owner else None for claim in claims]
    for owner in sorted({claim.owner for claim, name in zip(claims, names, strict=True) if name is None}):
        fresh = [k for k, claim in enumerate(claims) if names[k] is None and claim.owner == owner]
        lands = [union(shapes[label == k]) for k in fresh]
        ranked = by_size(lands)
        for k, land in zip(fresh, lands, strict=True):
            names[k] = new_id(owner, position, 1 + next(place for place, each in enumerate(ranked) if each is land))
    return names


def _unit(land, claim, name):
    source = land[claim.source]
    if claim.is_unit:
        return replace(source, id=name, **NOT_COUNTED)
    level = level_of_id(name)
    kind = {"grid": "comprehensive", "micro_grid": "remainder"}.get(level)
    return Unit(name, source.name, kind, None, level != LEVELS[-1], source.geometry)


def _shapes(land, names):
    return _column([land[name].geometry for name in names])


def _column(shapes):
    column = np.empty(len(shapes), dtype=object)
    column[:] = shapes
    return column
