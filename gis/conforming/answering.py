"""The answer of conforming: faces in the order they came in, areas, mends, and the proof."""

from dataclasses import replace

import numpy as np
import shapely

from gis.conforming.mend import Conformed, Mend, mend_id
from gis.conforming.parent import keys_of
from gis.errors import Refusal
from gis.measures import geodesic_area_m2
from gis.tiling import prove


def answer_of(layer, state, mends, shifts, order, *, accept):
    """The conformed layer out of the state in which it came to rest, proven.

    Parameters
    ----------
    layer : gis.conforming.entering.Layer
    state : object
        With `faces` and `parent`, whole units.
    mends : list of gis.conforming.mend.Mend
    shifts : tuple of float
        Longest way of a snapped border and of a noded one, in metres.
    order : ndarray of int64, shape (n,)
        Row of the input for each face of the layer.
    accept : frozenset of str
        Ids of mends that a person has accepted.

    Returns
    -------
    gis.conforming.mend.Conformed

    Raises
    ------
    Refusal
        ``outside_parent`` when no face has any land.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> from gis.conforming.entering import entered
    >>> layer, mends = entered(np.array([shapely.box(105, 28, 105.1, 28.1)]), ("A",), None)
    >>> state = SimpleNamespace(faces=layer.faces, parent=None)
    >>> answer_of(layer, state, mends, (0.0, 0.0), np.array([0]), accept=frozenset()).ok
    True
    """
    land = np.flatnonzero(~shapely.is_missing(state.faces))
    faces = np.full(len(order), None, dtype=object)
    faces[land] = layer.ground.leave(state.faces[land])
    same = np.array([now is before for now, before in zip(state.faces, layer.faces, strict=True)])
    faces[same] = layer.before[same]
    if not len(land):
        raise Refusal("outside_parent", "No face has any land within the parent; check the parent and the datum of both.")
    mends = mends + [_landless(name, accept) for name, face in zip(layer.ids, faces, strict=True) if face is None]
    parent = layer.ground.leave(_united(state.faces[land], mends) if state.parent is None else state.parent)
    proof = prove(faces[land], np.zeros(len(land), dtype=np.int64), [parent])
    back = np.argsort(order)
    invalid = [mend.faces[0] for mend in mends if mend.kind == "invalid_geometry"]
    return Conformed(
        tuple(layer.ids[k] for k in back),
        faces[back],
        geodesic_area_m2(layer.before)[back],
        geodesic_area_m2(faces)[back],
        (~same | np.isin(layer.ids, invalid))[back],
        tuple(sorted(mends, key=lambda m: (m.lon or 0.0, m.lat or 0.0, m.kind, m.id))),
        parent,
        _nodes_of(layer, state),
        *shifts,
        replace(proof, invalid=np.sort(order[land[proof.invalid]])),
    )


def _united(faces, mends):
    """The land of all faces; where they overlap still, it is rounded and proves nothing."""
    overlapping = any(mend.faces and not mend.accepted for mend in mends)
    return shapely.union_all(faces, grid_size=1) if overlapping else shapely.coverage_union_all(faces)


def _landless(name, accept):
    known = mend_id("without_land", [name], b"")
    question = "" if known in accept else "without_land"
    return Mend(known, "without_land", (name,), accepted=not question, question=question)


def _nodes_of(layer, state):
    if layer.parent is None:
        return np.empty((0, 2))
    had, have = (np.unique(shapely.get_coordinates(one).astype(np.int64), axis=0) for one in (layer.parent, state.parent))
    return layer.ground.lonlat(have[~np.isin(keys_of(have), keys_of(had))])
