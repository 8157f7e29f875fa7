"""What an import would do to the register: made without a database, shown in a dry run, then carried out or dropped."""

from dataclasses import dataclass, replace

import numpy as np
import shapely

from boundaries.codes import LEVELS, level_of, parent_of, usual_kind
from boundaries.names import checked_name
from boundaries.units import COUNTS, Units, concatenate, units_from
from gis.chain import signature
from gis.dissolve import dissolve
from gis.errors import Refusal
from gis.lattice import quantise
from gis.tiling import prove


@dataclass(frozen=True, slots=True)
class Plan:
    """Versions to begin and to end so that the children of some parents become those of a layer.

    Attributes
    ----------
    begin : Units
        Versions to begin, parents before children.
    replaced, retired : tuple of str
        Codes whose versions end because a new one begins, or for good.
    unchanged : tuple of str
    divided : tuple of str
        Parents that get their first children.
    untiled : tuple of str
        Parents that their children would not tile. A plan with any cannot be carried out.
    noded : tuple of str
        Codes of `replaced` that only get a node, because a new border ends on theirs.
    """

    begin: Units
    replaced: tuple
    retired: tuple
    unchanged: tuple
    divided: tuple
    untiled: tuple
    noded: tuple = ()

    @property
    def created(self):
        """Codes that begin without a version before."""
        return tuple(code for code in self.begin.code if code not in set(self.replaced))

    @property
    def is_empty(self):
        """Whether the register holds all of it already."""
        return not (len(self.begin) or self.retired or self.divided)


def make_plan(incoming, current, *, names=None, noded=None):
    """Plan to make `incoming` the children of their parents.

    Parents that the register does not hold are made by uniting their children, up to the city.

    Parameters
    ----------
    incoming : Units
        All of one level; they replace every child of the parents that their codes name.
    current : Units
        What the register holds, at the instant of the change, of the incoming codes' parents (all levels up) and of
        those parents' children.
    names : mapping of str to str, optional
        Names of units that `incoming` does not name, by code.
    noded : Units, optional
        Units of `current` with nodes that the incoming ones need on their borders. `current` then holds all children of
        their parents too.

    Returns
    -------
    Plan

    Raises
    ------
    Refusal
        ``empty_layer``, ``bad_code``, ``mixed_levels``, ``duplicate_code``, ``invalid_geometry``, ``bad_name``.
    """
    incoming = _checked(incoming)
    level = level_of(incoming.code[0])
    after = _with_parents(incoming, current, names or {})
    after = after if noded is None else concatenate([noded, after])
    held = {code: row for row, code in enumerate(current.code)}
    same = _unchanged(after, current, held)
    divided = _newly_divided(after, current, held)
    begin = _carry_over(after, current, held, divided).take(~same)
    parents = sorted({parent_of(code) for code in incoming.code} - {None})
    gone = _retired(incoming, current, set(parents), level)
    return Plan(
        begin=begin,
        replaced=tuple(code for code in begin.code if code in held),
        retired=gone,
        unchanged=tuple(after.code[same]),
        divided=tuple(sorted(divided)),
        untiled=_untiled(after, current, set(gone)),
        noded=() if noded is None else tuple(noded.code),
    )


def _checked(incoming):
    if not len(incoming):
        raise Refusal("empty_layer", "The layer holds no feature; choose another one.")
    levels = sorted(set(incoming.levels()), key=LEVELS.index)
    if len(levels) > 1:
        raise Refusal("mixed_levels", f"The layer mixes codes of {' and '.join(levels)}; import one level at a time.")
    codes, counts = np.unique(incoming.code.astype(str), return_counts=True)
    if counts.max() > 1:
        twice = ", ".join(codes[counts > 1][:5])
        raise Refusal("duplicate_code", f"These codes stand more than once in the layer: {twice}.")
    shapes = quantise(incoming.geometry)
    bad = ~shapely.is_valid(shapes) | shapely.is_empty(shapes) | ~np.isin(shapely.get_type_id(shapes), (3, 6))
    if bad.any():
        row = int(np.flatnonzero(bad)[0])
        raise Refusal(
            "invalid_geometry",
            f"{int(bad.sum())} of {len(shapes)} features are no valid polygons on the lattice, the first is "
            f"{incoming.code[row]} ({shapely.is_valid_reason(shapes[row])}); see `wangge check`.",
        )
    order = np.argsort(incoming.code.astype(str), kind="stable")
    return replace(incoming, geometry=shapes).take(order)


def _with_parents(incoming, current, names):
    """The incoming units under the parents that have to be made for them, parents first."""
    held, tables, children = set(current.code), [incoming], incoming
    while level_of(children.code[0]) != LEVELS[0]:
        parents = np.array([parent_of(code) for code in children.code], dtype=object)
        missing = ~np.isin(parents.astype(str), sorted(held) or [""])
        if not missing.any():
            break
        shapes, codes = dissolve(children.geometry[missing], parents[missing].astype(str))
        named = [names.get(code) for code in codes]
        children = units_from(code=[str(code) for code in codes], name=named, geometry=shapes, divided=True)
        tables.insert(0, children)
    return concatenate(tables)


def _unchanged(after, current, held):
    """Rows that are as the register has them: the same chain, and nothing said that is not so."""
    rows = np.array([held.get(code, -1) for code in after.code], dtype=int)
    same = rows >= 0
    for column in ("name", "kind", *COUNTS):
        ours, theirs = getattr(after, column), getattr(current, column)
        same &= [row >= 0 and _agree(value, theirs[row]) for value, row in zip(ours, rows, strict=True)]
    if same.any():
        shapes = signature(after.geometry[same]) == signature(current.geometry[rows[same]])
        same[same] = shapes.all(axis=1)
    return same


def _agree(said, known):
    if isinstance(said, str) and isinstance(known, str):
        return said.strip() == known.strip()
    return said is None or said == known


def _carry_over(after, current, held, divided):
    """What the layer does not say stays as it was; a new unit has the kind that its number stands for, and is called by it."""
    columns = {name: getattr(after, name).copy() for name in ("name", "kind", *COUNTS, "divided")}
    for row, code in enumerate(after.code):
        known = held.get(code)
        columns["name"][row] = _name(code, columns["name"][row], None if known is None else current.name[known])
        columns["kind"][row] = columns["kind"][row] or (usual_kind(code) if known is None else current.kind[known])
        if known is not None:
            for count in COUNTS:
                if columns[count][row] is None:
                    columns[count][row] = getattr(current, count)[known]
            columns["divided"][row] |= current.divided[known] or code in divided
    return replace(after, **columns)


def _name(code, said, known):
    if known is not None and _agree(said, known):  # blanks around a name say nothing
        return known
    try:
        return code if said is None else checked_name(said)
    except ValueError as fault:
        raise Refusal("bad_name", f"The name of {code}, {said[:40]!r}, cannot be taken: it {fault}.", unit=code) from None


def _retired(incoming, current, parents, level):
    coming = set(incoming.code)
    return tuple(code for code in current.code if level_of(code) == level and code not in coming and parent_of(code) in parents)


def _newly_divided(after, current, held):
    """Parents in the register that have no children so far; those made here are divided from the start."""
    parents = {parent_of(code) for code in after.code} - {None}
    return {code for code in parents if code in held and not current.divided[held[code]]}


def _untiled(after, current, gone):
    """Parents, of those the plan touches, whose children would not tile them."""
    coming = set(after.code)
    kept = np.array([code not in coming and code not in gone for code in current.code], dtype=bool)
    everything = concatenate([after, current.take(kept)])
    position = {code: row for row, code in enumerate(everything.code)}
    touched = sorted({parent_of(code) for code in after.code} & set(position))
    index = {code: row for row, code in enumerate(touched)}
    owner = np.array([index.get(parent_of(code), -1) for code in everything.code], dtype=int)
    if not touched:
        return ()
    proof = prove(everything.geometry[owner >= 0], owner[owner >= 0], everything.geometry[[position[code] for code in touched]])
    return tuple(touched[row] for row in proof.untiled)
