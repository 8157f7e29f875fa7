"""Make a foreign layer an exact tiling: node, snap, decide who gets what, and prove it."""

from dataclasses import replace

import numpy as np
import shapely

from gis.conforming.answering import answer_of
from gis.conforming.entering import checked_ids, entered, numbers, require_metres
from gis.conforming.locked import require_spared
from gis.conforming.passing import go_over
from gis.conforming.rules import Rules
from gis.conforming.shift import gone_too_far
from gis.errors import Refusal

PASSES = 8


def conform(faces, ids, *, parent=None, snap_m=0.5, gap_width_m=2.0, overlap_width_m=None, strategy="longest_border",
            priority=(), locked=(), accept=(), refuse=(), give=None):  # fmt: skip
    """Make faces tile their parent exactly, or without a parent their union with all enclosed gaps.

    Parameters
    ----------
    faces : array_like of Polygon, MultiPolygon or None, shape (n,)
        Degrees on CGCS2000. Coordinates are rounded to the lattice first.
    ids : sequence of str, shape (n,)
    parent : Polygon, MultiPolygon or array_like of them, optional
        The faces are to tile the union. Its holes and enclaves stay free.
    snap_m : float
        Borders beside a fault are moved together up to this distance; 0 moves none.
    gap_width_m : float
        Gaps up to this width, at their widest place, are filled. Wider ones are left and asked about.
    overlap_width_m : float, optional
        Overlaps wider than this are left and asked about; default: all are decided.
    strategy : {"longest_border", "largest", "smallest", "priority", "by_village_code"}
        Which of the faces that touch a fault gets the land: that with the longest border with it, the largest or
        smallest, the first in `priority`, or that of the village (first twelve digits) with the longest border.
        Equals are decided by the longer border, then by the smallest id.
    priority : sequence of str
        Ids, for the strategy of that name.
    locked : collection of str
        Ids of faces that never change.
    accept : collection of str
        Ids of mends that would need a person, and have found one: they are done.
    refuse : collection of str
        Ids of mends that are not to be done. A fault as narrow as the lattice may still close when it is noded.
    give : mapping of str to str, optional
        Ids of mends to the face that gets the land: of an overlap one of the two, of a gap one beside it.

    Returns
    -------
    Conformed
        Faces at no fault are bit by bit what came in, rounded to the lattice. Independent of the order of the faces. What
        comes out comes out of a second run unchanged.

    Raises
    ------
    Refusal
        ``ids_do_not_match``, ``null_id``, ``duplicate_id``, ``not_a_polygon``, ``not_finite``, ``outside_lonlat``,
        ``no_faces``, ``no_parent``, ``invalid_parent``, ``outside_parent`` (no face meets it), ``too_wide``,
        ``not_a_number``, ``unknown_strategy``, ``unknown_id``, ``not_nodable``, ``does_not_settle``; ``locked_faces`` naming
        them where no tiling leaves them as they are; ``invalid_geometry`` naming faces whose mend was refused.

    Notes
    -----
    Only faces at borders that do not cancel (:mod:`gis.chain`) are drawn anew. They are noded, cut into atoms, every atom
    is given to a face, and atoms are united by cancelling edges. A face that would lose more than half of its land keeps it:
    a contained face is carved out. Faces that cover one another for the most part are a question; the smallest id keeps
    the land until it is answered. The identity proves the result.

    Examples
    --------
    >>> layer = [shapely.box(105, 28, 105.0100001, 28.01), shapely.box(105.01, 28, 105.02, 28.01)]
    >>> answer = conform(layer, ["A", "B"], snap_m=0.0)
    >>> answer.ok, [(mend.kind, mend.faces, mend.to) for mend in answer.mends]
    (True, [('overlap', ('A', 'B'), 'A')])
    """
    names, order = checked_ids(ids, faces)
    require_metres(snap_m=snap_m, gap_width_m=gap_width_m, overlap_width_m=overlap_width_m or 0.0)
    rules = Rules(
        strategy,
        tuple(numbers(priority, names)),
        gap_width_m,
        float("inf") if overlap_width_m is None else overlap_width_m,
        frozenset(numbers(locked, names)),
        frozenset(accept),
        frozenset(refuse),
        dict(zip(give, numbers(give.values(), names), strict=True)) if give else {},
    )
    layer, mended = entered(np.asarray(faces, dtype=object)[order], names, parent)
    _require_whole(layer, mended, rules)
    state, mends, shifts = _settle(layer, rules, snap_m)
    return answer_of(layer, state, mended + mends, shifts, order, accept=rules.accept)


def _require_whole(layer, mended, rules):
    """Refuse faces that are not valid and may not be mended, because they are locked or a person has refused it."""
    broken = sorted({mend.faces[0] for mend in mended} & {layer.ids[k] for k in rules.locked})
    if broken:
        raise Refusal("locked_faces", f"The locked face {broken[0]} is not valid; mend or unlock it.", faces=broken)
    kept = sorted(mend.faces[0] for mend in mended if mend.id in rules.refuse)
    if kept:
        sentence = f"Face {kept[0]} is no valid polygon and its mend was refused; accept it, or mend the face by hand."
        raise Refusal("invalid_geometry", sentence, faces=kept)


def _settle(layer, rules, snap_m):
    """Passes until one changes nothing, which a second run will not do either."""
    first = go_over(layer, layer.faces, rules)
    if not (first.changed and snap_m > 0 and len(first.near)):
        return _come_to_rest(layer, first, rules)
    try:
        return _snapped_within(layer, rules, snap_m, first.near)
    except Refusal as refusal:
        if refusal.code not in ("not_nodable", "does_not_settle", "locked_faces"):
            raise
    return _come_to_rest(layer, first, rules)


def _snapped_within(layer, rules, snap_m, near):
    """Snap, come to rest, and do it again without the snaps by which a border has gone too far."""
    while True:
        state, mends, shifts = _come_to_rest(layer, _snapped(layer, rules, snap_m, near), rules)
        barred = gone_too_far(layer, state.faces, mends, within_m=snap_m)
        if not barred:
            return state, mends, shifts
        rules = replace(rules, refuse=rules.refuse | barred)


def _snapped(layer, rules, snap_m, near):
    """A pass that snaps; where a locked face would need a node after it, there too."""
    while True:
        state = go_over(layer, layer.faces, rules, snap_m=snap_m, near=near)
        places = {shapely.Point(clash.place) for clash in state.clashes if clash.place is not None}
        more = sorted(places - set(near.tolist()), key=shapely.to_wkb)
        if not more:
            return state
        near = np.append(near, more)


def _come_to_rest(layer, state, rules):
    mends, bent_m, shift_m = state.mends, state.noding_m, state.max_shift_m
    for _ in range(PASSES):
        require_spared(state.clashes, mends, layer)
        following = go_over(layer, state.faces, rules)
        last = {mend.id for mend in following.mends}
        mends = [mend for mend in mends if mend.accepted and mend.id not in last] + following.mends
        if not following.changed:
            return following, mends, (shift_m, bent_m)
        state, bent_m = following, max(bent_m, following.noding_m)
    raise Refusal("does_not_settle", "The layer does not come to rest; simplify it, or choose another --snap-m.")
