"""An edit of a coverage as data: what was, what is, and the nodes that others need. Undo is the inverse change.

    apply(invert(change), apply(change, coverage)) == coverage     to the last bit
    invert(invert(change)) == change

Every edit ends in :func:`conclude`, which proves it on the changed faces alone. The sum of the chains of the faces
(:mod:`gis.chain`) must be the same before and after, but for nodes put on the outline. Then, if every new face is a
valid polygon, as many faces cover each point as before: one.
"""

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import shapely

from gis.chain import residual
from gis.editing.coverage import Coverage, coverage_from
from gis.editing.insertion import NO_NODES, Nodes, bent_edges, rows_with, with_nodes
from gis.errors import Refusal
from gis.lattice import UNITS_PER_DEGREE, from_lattice
from gis.tiling import is_face

INTERIORS_MEET = "T********"  # DE-9IM


@dataclass(frozen=True, slots=True)
class Change:
    """Old and new faces.

    Attributes
    ----------
    before, after : Coverage
        The changed faces alone, as they were and as they are.
    inserted, removed : Nodes
        Nodes put on edges of `before`, or taken away again. Faces of other levels with these edges have to follow.
    """

    before: Coverage
    after: Coverage
    inserted: Nodes
    removed: Nodes


@dataclass(frozen=True, slots=True)
class Edit:
    """What an edit returns: the new coverage and the change that made it.

    Attributes
    ----------
    coverage : Coverage
    change : Change
    """

    coverage: Coverage
    change: Change

    @property
    def touched(self):
        """Ids of all faces that are new, gone or different in any vertex."""
        return frozenset(self.change.before.ids.tolist()) | frozenset(self.change.after.ids.tolist())

    @property
    def created(self):
        """Ids that did not exist before."""
        return frozenset(self.change.after.ids.tolist()) - frozenset(self.change.before.ids.tolist())

    @property
    def retired(self):
        """Ids that exist no more."""
        return frozenset(self.change.before.ids.tolist()) - frozenset(self.change.after.ids.tolist())

    @property
    def outline_nodes(self):
        """Nodes put on the outline of the coverage: neighbours and parents outside need them."""
        return self.change.inserted.take(self.change.inserted.outer)


def invert(change):
    """The change that undoes a change.

    Parameters
    ----------
    change : Change

    Returns
    -------
    Change

    Examples
    --------
    >>> old, new = coverage_from({"a": shapely.box(105, 28, 106, 29)}), coverage_from({"b": shapely.box(105, 28, 106, 29)})
    >>> invert(Change(old, new, NO_NODES, NO_NODES)).after.ids.tolist()
    ['a']
    """
    return Change(change.after, change.before, change.removed, change.inserted)


def apply(change, coverage):
    """Make a change again, or undo it by its inverse; linear in the faces and blind to all that are not named.

    Parameters
    ----------
    change : Change
    coverage : Coverage
        Holds every face of ``change.before``, unchanged.

    Returns
    -------
    Coverage

    Raises
    ------
    Refusal
        ``edit_conflict`` naming the faces that are not as the change found them, or whose id is in use.

    Examples
    --------
    >>> from gis.editing.coverage import coverage_of
    >>> from gis.editing.merge import merge
    >>> pair = coverage_of(["a", "b"], [shapely.box(105, 28, 106, 29), shapely.box(106, 28, 107, 29)])
    >>> edit = merge(pair, ["a", "b"], into="c")
    >>> apply(invert(edit.change), edit.coverage) == pair
    True
    """
    conflicts = _conflicts(change, coverage)
    if conflicts:
        raise Refusal("edit_conflict", f"Face {', '.join(conflicts)} has changed meanwhile; edit it anew.", faces=conflicts)
    return coverage.without(change.before.ids).joined(change.after)


def conclude(coverage, *, retired=(), placed=None, inserted=NO_NODES):
    """Finish an edit: carry the nodes to all faces that have the edges, prove the change, make it.

    Parameters
    ----------
    coverage : Coverage
    retired : iterable of str
        Ids to take away.
    placed : dict of str to Polygon or MultiPolygon, optional
        New or changed faces, the nodes already in them.
    inserted : Nodes, optional

    Returns
    -------
    Edit

    Raises
    ------
    Refusal
        ``id_taken`` for a new id that another face has; ``edit_breaks_coverage`` naming the faces and a place.

    Examples
    --------
    >>> row = coverage_from({"a": shapely.box(105, 28, 106, 29), "b": shapely.box(106, 28, 107, 29)})
    >>> edit = conclude(row, retired=["a"], placed={"c": row.face("a")})
    >>> edit.coverage.ids.tolist(), sorted(edit.touched)
    (['b', 'c'], ['a', 'c'])
    """
    placed, retired = dict(placed or {}), set(retired)
    rows, times = rows_with(coverage, inserted)
    inserted = replace(inserted, outer=times == 1).take(times > 0)
    for name, face in zip(coverage.ids[rows].tolist(), with_nodes(coverage.faces[rows], inserted), strict=True):
        if name not in retired:
            placed.setdefault(name, face)
    before = coverage.take(coverage.rows(sorted(retired | {name for name in placed if name in coverage})))
    change = _without_idle(Change(before, coverage_from(placed), inserted, NO_NODES))
    prove_change(change)
    edited = apply(change, coverage)
    _refuse_near_outline(edited, inserted)
    return Edit(edited, change)


def prove_change(change):
    """Prove that a change keeps every tiling it is part of, looking at the changed faces alone.

    Parameters
    ----------
    change : Change

    Raises
    ------
    Refusal
        ``edit_breaks_coverage``: a new face is no valid polygon, or the chains do not add up.

    Examples
    --------
    >>> old = coverage_from({"a": shapely.box(105, 28, 106, 29)})
    >>> prove_change(Change(old, coverage_from({"a": shapely.box(105, 28, 106, 29.0000001)}), NO_NODES, NO_NODES))
    Traceback (most recent call last):
    gis.errors.Refusal: The edit would leave a gap or an overlap at (105.0, 28.0); keep away from other borders.
    """
    faces = change.after.faces
    sound = is_face(faces)
    if not sound.all():
        names = change.after.ids[~sound].tolist()
        sentence = f"The edit would make face {', '.join(names[:5])} cross or touch itself; keep away from other borders."
        raise Refusal("edit_breaks_coverage", sentence, faces=names)
    start, left = _difference(change, slice(None), slice(None))
    if len(left):
        place = from_lattice([min(start[left].tolist())])[0].tolist()
        sentence = f"The edit would leave a gap or an overlap at ({place[0]}, {place[1]}); keep away from other borders."
        raise Refusal("edit_breaks_coverage", sentence, lon=place[0], lat=place[1])


def parents_changed(change, parent_of):
    """Parents whose own faces do not keep their sum: land moves across these parents' borders.

    Parameters
    ----------
    change : Change
    parent_of : callable of str to str
        Parent of a face's id.

    Returns
    -------
    list of str
        Ascending; empty if every parent stays tiled, with the nodes of the change put on it.

    Examples
    --------
    >>> left, right = shapely.box(105, 28, 106, 29), shapely.box(106, 28, 107, 29)
    >>> old, new = coverage_from({"1a": left, "2a": right}), coverage_from({"1a": shapely.union(left, right)})
    >>> parents_changed(Change(old, new, NO_NODES, NO_NODES), lambda name: name[0])
    ['1', '2']
    """
    before = [parent_of(name) for name in change.before.ids.tolist()]
    after = [parent_of(name) for name in change.after.ids.tolist()]
    return [parent for parent in sorted({*before, *after}) if _moves(change, np.array(before), np.array(after), parent)]


def _moves(change, before, after, parent):
    return len(_difference(change, before == parent, after == parent)[1]) > 0


def _difference(change, before, after):
    """Starts of the edges of old faces and of new faces against them, and the rows that do not cancel."""
    old = bent_edges(change.before.faces[before], change.inserted)
    new = bent_edges(change.after.faces[after], change.removed)
    start = np.concatenate([old[:, :2], new[:, 2:]])
    return start, residual(start, np.concatenate([old[:, 2:], new[:, :2]]))


def _conflicts(change, coverage):
    stale = [name for name in change.before.ids.tolist() if name not in coverage]
    there = [name for name in change.before.ids.tolist() if name in coverage]
    same = shapely.equals_identical(coverage.faces[coverage.rows(there)], change.before.faces[change.before.rows(there)])
    stale += [name for name, is_same in zip(there, same, strict=True) if not is_same]
    new = set(change.after.ids.tolist()) - set(change.before.ids.tolist())
    return sorted(stale + [name for name in new if name in coverage])


def _without_idle(change):
    """The change without faces that are the same before and after."""
    both = [name for name in change.before.ids.tolist() if name in change.after]
    old, new = change.before.rows(both), change.after.rows(both)
    same = shapely.equals_identical(change.before.faces[old], change.after.faces[new])
    idle = [name for name, is_same in zip(both, same, strict=True) if is_same]
    return replace(change, before=change.before.without(idle), after=change.after.without(idle))


def _refuse_near_outline(coverage, nodes):
    """A node bends the outline by under a unit: no edge may run through the triangle it sweeps, as nothing cancels there."""
    outer = nodes.take(nodes.outer)
    for edge, path in outer.paths().items():
        swept = shapely.MultiPoint([edge[:2], *path, edge[2:]]).convex_hull
        near = coverage.near(np.array(swept.bounds) / UNITS_PER_DEGREE)
        rows = bent_edges(coverage.faces[near], NO_NODES)
        rows = rows[residual(rows[:, :2], rows[:, 2:])]
        own = {(*a, *b) for a, b in pairwise([edge[:2], *map(tuple, path), edge[2:]])}
        rows = rows[[tuple(row) not in own and (*row[2:], *row[:2]) not in own for row in rows.tolist()]]
        inside = shapely.relate_pattern(shapely.linestrings(rows.reshape(-1, 2, 2).astype(float)), swept, INTERIORS_MEET)
        if swept.area and inside.any():
            place = from_lattice(rows[inside][:1, :2])[0].tolist()
            sentence = f"The outline would run over an edge near ({place[0]}, {place[1]}); end the line farther from it."
            raise Refusal("edit_breaks_coverage", sentence, lon=place[0], lat=place[1])
