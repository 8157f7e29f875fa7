"""One go over a layer: draw the faces at fault, node them, cut them into atoms, decide about each, and draw them anew."""

from dataclasses import dataclass, replace

import numpy as np
import shapely

from gis.chain import signature
from gis.checking.borders import PARENT, open_borders
from gis.checking.overlaps import overlapping_pairs, polygons_only
from gis.conforming.atoms import atoms
from gis.conforming.award import award
from gis.conforming.drawing import draw, only, together
from gis.conforming.locked import clashes_of, needless_nodes, spared
from gis.conforming.mend import Mend, mend_id
from gis.conforming.noding import led_through, node
from gis.conforming.parent import noded_parent, without_vertices
from gis.conforming.segments import segments
from gis.conforming.shift import noding_m
from gis.conforming.snapping import Reach, snap
from gis.dissolve import dissolve


@dataclass(frozen=True, slots=True)
class Pass:
    """Outcome of one go over the layer.

    Attributes
    ----------
    faces : ndarray of Polygon, MultiPolygon or None, shape (n,)
    parent : Polygon, MultiPolygon or None
        With the nodes that the faces need on it.
    changed : bool
    mends : list of Mend
    near : ndarray of geometry
        The faults that a person did not have to decide, and nodes that locked faces would need.
    clashes : list of Clash
    noding_m, max_shift_m : float
        Longest way of a border by noding and by snapping, in metres.
    """

    faces: np.ndarray
    parent: shapely.Geometry | None
    changed: bool
    mends: list
    near: np.ndarray
    clashes: list = ()
    noding_m: float = 0.0
    max_shift_m: float = 0.0


def go_over(layer, faces, rules, *, snap_m=0.0, near=None):
    """Decide about every fault that faces have as they are now.

    Parameters
    ----------
    layer : gis.conforming.entering.Layer
    faces : ndarray of Polygon, MultiPolygon or None, shape (n,)
        On whole units; those of the layer, or what the pass before made of them.
    rules : gis.conforming.rules.Rules
    snap_m : float
        Borders near a fault are moved together up to this distance; 0 moves none.
    near : ndarray of geometry, optional
        Where they are.

    Returns
    -------
    Pass

    Examples
    --------
    >>> from gis.conforming.rules import Rules
    >>> from gis.conforming.entering import entered
    >>> pair = np.array([shapely.box(105, 28, 105.0001, 28.0001), shapely.box(105.00005, 28, 105.0002, 28.0001)])
    >>> layer, _ = entered(pair, ("A", "B"), None)
    >>> rules = Rules("longest_border", (), 2.0, 9.0, frozenset(), frozenset(), frozenset(), {})
    >>> one = go_over(layer, layer.faces, rules)
    >>> one.changed, [mend.kind for mend in one.mends], go_over(layer, one.faces, rules).changed
    (True, ['overlap'], False)
    """
    drawn = _unproven(faces, layer.parent)
    if not drawn.any():
        return Pass(faces, layer.parent, False, [], np.array([], dtype=object))
    while True:
        before = _drawing(faces, np.flatnonzero(drawn), layer.parent)
        moved, snaps = before, []
        if snap_m:
            moved, snaps = snap(before, Reach(layer.ground, near, snap_m, rules.locked | {PARENT}, _allowed(layer, rules)))
        after, found = _cut(layer, faces, drawn, moved)
        more = _met(faces, drawn, before, after)
        if not more.any():
            break
        drawn |= more
    return _decided(layer, faces, rules, drawn, moved, after, found, snaps)


def _cut(layer, faces, drawn, drawing):
    """The drawing noded and its atoms; none of the faults among them will bend later."""
    others = faces[~shapely.is_missing(faces) & ~drawn]
    while True:
        noded = node(drawing)
        found = atoms(noded, others, parent=layer.parent is not None)
        drawing = led_through(noded, *found.borders_of(found.faulty))
        if drawing is noded:
            return noded, found


def _decided(layer, faces, rules, drawn, moved, after, found, snaps):
    number = {name: k for k, name in enumerate(layer.ids)}
    while True:
        decision = award(found, layer.ids, layer.ground, rules)
        new, parent = _redrawn(layer, faces, drawn, found, decision.holders, after, rules.locked)
        clashes = clashes_of(faces, new, rules.locked, parent)
        other = spared(found, decision, clashes, rules, number)
        if not other:
            break
        rules = replace(rules, spare=rules.spare | other)
    mends = [_snap_mend(one, layer) for one in snaps] + decision.mends
    changed = any(new[k] is not faces[k] for k in np.flatnonzero(drawn))
    return Pass(
        new, parent, changed, mends, _near(found, decision, clashes), clashes,
        noding_m(moved, after, layer.ground),
        max((one.shift_m for one in snaps), default=0.0),
    )  # fmt: skip


def _near(found, decision, clashes):
    """Where borders may be snapped. What a person refuses does not change what is snapped around it."""
    rows = zip(found.faulty.tolist(), decision.mends, strict=True)
    near = [found.shapes[k] for k, mend in rows if mend.accepted or mend.question == "refused"]
    near += [shapely.Point(clash.place) for clash in clashes if clash.place is not None]
    return np.array(near, dtype=object)


def _unproven(faces, parent):
    """Faces at a border that does not cancel, those they overlap, and invalid ones."""
    land = np.flatnonzero(~shapely.is_missing(faces))
    valid = shapely.is_valid(faces[land])
    whole = faces[land].copy()
    whole[~valid] = polygons_only(shapely.make_valid(whole[~valid]))
    table = open_borders(whole, parent)
    answer = np.zeros(len(faces), dtype=bool)
    answer[land[~valid]] = True
    owners = np.unique(table.owner[table.unproven])
    answer[land[owners[owners != PARENT]]] = True
    answer[land[np.unique(overlapping_pairs(whole, table))]] = True
    if parent is not None and (table.unproven & (table.owner == PARENT)).any() and not answer.any():
        answer[land] = True
    return answer


def _drawing(faces, rows, parent):
    drawing = draw(faces[rows], rows)
    return drawing if parent is None else together(drawing, draw(np.array([parent], dtype=object), np.array([PARENT])))


def _met(faces, drawn, before, after):
    """Faces outside the drawing that touch what has been changed in it."""
    answer = np.zeros(len(faces), dtype=bool)
    if after is before:
        return answer
    old, new = segments(before), segments(after)
    lost, got = ~np.isin(old.names, new.names), ~np.isin(new.names, old.names)
    start, end = np.concatenate([old.start[lost], new.start[got]]), np.concatenate([old.end[lost], new.end[got]])
    others = np.flatnonzero(~drawn & ~shapely.is_missing(faces))
    if len(start) and len(others):
        lines = shapely.linestrings(np.stack([start, end], axis=1).astype(np.float64))
        answer[others[shapely.STRtree(faces[others]).query(lines, predicate="intersects")[1]]] = True
    return answer


def _redrawn(layer, faces, drawn, found, holders, after, locked):
    """Faces out of their atoms; the same object where the chain is the same. And the parent with the nodes they need."""
    rows = [(atom, face) for atom, some in enumerate(holders) for face in sorted(some)]
    atom, label = np.array(rows, dtype=np.int64).reshape(-1, 2).T
    united, owner = dissolve(found.shapes[atom], label)
    parent, superfluous = layer.parent, np.empty(0, dtype=np.int64)
    if parent is not None:
        parent, superfluous = noded_parent(parent, after, draw(united, owner))
    if locked:
        needless = needless_nodes(faces, locked, draw(united, owner), only(after, PARENT))
        superfluous = np.union1d(superfluous, needless)
    new = faces.copy()
    new[drawn] = None
    new[owner] = without_vertices(united, superfluous)
    _keep_unchanged(faces, new, np.flatnonzero(drawn), layer.ground)
    return new, parent


def _keep_unchanged(old, new, rows, ground):
    rows = rows[~shapely.is_missing(old[rows]) & ~shapely.is_missing(new[rows])]
    rows = rows[shapely.is_valid(old[rows])]
    same = (signature(ground.leave(old[rows])) == signature(ground.leave(new[rows]))).all(axis=1)
    new[rows[same]] = old[rows[same]]


def _allowed(layer, rules):
    return lambda one: _snap_id(one, layer) not in rules.refuse


def _snap_id(one, layer):
    place = np.array([one.place, one.away], dtype=np.int64) + layer.ground.corner
    return mend_id("bend" if one.bend else "snap", [layer.ids[f] for f in one.faces], place.tobytes())


def _snap_mend(one, layer):
    lon, lat = layer.ground.lonlat(np.array([one.place]))[0].tolist()
    names = tuple(layer.ids[f] for f in one.faces)
    kind = "bend" if one.bend else "snap"
    return Mend(_snap_id(one, layer), kind, names, width_m=one.shift_m, lon=lon, lat=lat)
