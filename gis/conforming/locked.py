"""Locked faces: they never change, not even by a node, so land beside them goes where they need none."""

from dataclasses import dataclass

import numpy as np
import shapely

from gis.checking.borders import PARENT
from gis.conforming.atoms import OUTSIDE
from gis.conforming.drawing import draw, together
from gis.conforming.parent import keys_of
from gis.conforming.segments import segments
from gis.errors import Refusal

MOVABLE = ("gap", "overlap", "contained")
NOBODY = frozenset()


@dataclass(frozen=True, slots=True)
class Clash:
    """A locked face that would change.

    Attributes
    ----------
    face : int
    place : tuple of int or None
        Where it would need a node, in units.
    others : tuple of int
        Faces whose borders end there; :data:`gis.checking.borders.PARENT` is the parent.
    """

    face: int
    place: tuple | None
    others: tuple


def needless_nodes(faces, locked, drawing, border):
    """Points that locked faces have gained although no third border ends there: all faces do without them.

    Parameters
    ----------
    faces : ndarray of Polygon or MultiPolygon
        As they were, whole units.
    locked : frozenset of int
    drawing : gis.conforming.drawing.Drawing
        The faces as they are to be.
    border : gis.conforming.drawing.Drawing
        The rings of the parent, led through the same nodes; may be empty.

    Returns
    -------
    ndarray of int64
        See :func:`gis.conforming.parent.keys_of`.

    Examples
    --------
    >>> kept, noded = shapely.box(0, 0, 9, 4), shapely.Polygon([(0, 0), (5, 0), (9, 0), (9, 4), (0, 4)])
    >>> now = draw(np.array([noded]), np.array([0]))
    >>> (needless_nodes(np.array([kept]), frozenset({0}), now, draw(np.array([]), np.array([]))) >> 32).tolist()
    [5]
    """
    rows = np.array(sorted(locked), dtype=np.int64)
    mine = drawing.xy[np.isin(drawing.owner[drawing.ring], rows)]
    found = segments(together(drawing, border))
    degree = np.bincount(np.r_[found.low, found.high], minlength=len(found.points))
    needed = keys_of(found.points[degree > 2])
    had = keys_of(np.concatenate([shapely.get_coordinates(faces[rows]), border.xy]))
    return np.setdiff1d(keys_of(mine), np.r_[had, needed])


def clashes_of(old, new, locked, parent):
    """The locked faces that are not what they were, with a place and whose borders end there.

    Parameters
    ----------
    old, new : ndarray of Polygon, MultiPolygon or None
        Whole units; the same object where nothing changed.
    locked : frozenset of int
    parent : Polygon, MultiPolygon or None

    Returns
    -------
    list of Clash
        One for each node, or one for a face that changes otherwise.

    Examples
    --------
    >>> kept, noded = shapely.box(0, 0, 9, 4), shapely.Polygon([(0, 0), (5, 0), (9, 0), (9, 4), (0, 4)])
    >>> beside = shapely.box(5, -4, 9, 0)
    >>> clashes_of(np.array([kept, beside]), np.array([noded, beside]), frozenset({0}), None)
    [Clash(face=0, place=(5, 0), others=(1,))]
    """
    lost = [k for k in sorted(locked) if new[k] is not old[k]]
    if not lost:
        return []
    rows = np.flatnonzero(~shapely.is_missing(new))
    drawing = draw(new[rows], rows)
    if parent is not None:
        drawing = together(drawing, draw(np.array([parent], dtype=object), np.array([PARENT])))
    answer = []
    for k in lost:
        xy = shapely.get_coordinates(new[k]).astype(np.int64)
        fresh = np.unique(xy[~np.isin(keys_of(xy), keys_of(shapely.get_coordinates(old[k])))], axis=0)
        answer += [Clash(k, tuple(place), _ending_at(drawing, place, k)) for place in fresh.tolist()] or [Clash(k, None, ())]
    return answer


def _ending_at(drawing, place, face):
    at = (drawing.xy == np.array(place)).all(axis=1)
    return tuple(sorted(set(drawing.owner[drawing.ring[at]].tolist()) - {face}))


def spared(found, decision, clashes, rules, number):
    """Whom the land at the nodes that locked faces would need can be given, so that they need none.

    Around such a node all land beyond the locked face has to be that of one face. Where only one face has land there that
    nobody else claims, it gets the rest.

    Parameters
    ----------
    found : gis.conforming.atoms.Atoms
    decision : gis.conforming.award.Award
    clashes : list of Clash
    rules : gis.conforming.rules.Rules
    number : dict of str to int
        Face by its id.

    Returns
    -------
    dict of str to int
        Faces by id of a mend.

    Examples
    --------
    >>> from gis.conforming.atoms import atoms
    >>> from gis.conforming.award import award
    >>> from gis.conforming.rules import Rules
    >>> from gis.conforming.ground import Ground
    >>> pair = draw(np.array([shapely.box(0, 0, 9, 9), shapely.box(9, 0, 18, 9)]), np.array([0, 1]))
    >>> found, rules = atoms(pair, np.array([], dtype=object)), Rules(locked=frozenset({0}))
    >>> decision = award(found, ("A", "B"), Ground(np.array([1_050_000_000, 280_000_000])), rules)
    >>> spared(found, decision, [], rules, {"A": 0, "B": 1})  # no clash, nothing to give to others
    {}
    """
    mends = dict(zip(found.faulty.tolist(), decision.mends, strict=True))
    movable = {
        atom: mend for atom, mend in mends.items()
        if mend.accepted and not mend.question and mend.kind in MOVABLE and mend.id not in rules.give
        and not rules.locked & {number[name] for name in mend.faces}
    }  # fmt: skip
    answer = {}
    for clash in clashes:
        if clash.place is not None:
            answer |= _one_heir(_around(found, clash.place), decision.holders, movable, frozenset({clash.face}), number)
    return {name: face for name, face in answer.items() if name not in rules.spare}


def _around(found, place):
    here = np.array(place)
    rows = (found.start == here).all(axis=1) | (found.end == here).all(axis=1)
    return np.unique(found.beside[rows]).tolist()


def _one_heir(around, holders, movable, own, number):
    rest = [atom for atom in around if atom in movable and holders[atom] != own]
    fixed = {NOBODY if atom == OUTSIDE else holders[atom] for atom in around if atom not in rest} - {own}
    if not rest or len(fixed) > 1:
        return {}
    (heirs,) = fixed or {holders[rest[0]]}
    if len(heirs) != 1:
        return {}
    (heir,) = heirs
    may = all(heir in {number[one.face] for one in movable[atom].candidates} for atom in rest)
    return {movable[atom].id: heir for atom in rest if holders[atom] != heirs} if may else {}


def require_spared(clashes, mends, layer):
    """Refuse (``locked_faces``) a result in which a locked face would change, with all the faces and the place.

    Parameters
    ----------
    clashes : list of Clash
    mends : list of gis.conforming.mend.Mend
    layer : gis.conforming.entering.Layer

    Examples
    --------
    >>> from gis.conforming.entering import entered
    >>> pair = np.array([shapely.box(105, 28, 105.1, 28.1), shapely.box(105.1, 28, 105.2, 28.05)])
    >>> layer, _ = entered(pair, ("A", "B"), None)
    >>> require_spared([Clash(0, (1_000_000, 500_000), (1,))], [], layer)
    Traceback (most recent call last):
    gis.errors.Refusal: The locked face A would need a node at (105.1, 28.05), where B has one; unlock it or move that.
    """
    if not clashes:
        return
    names = sorted({layer.ids[clash.face] for clash in clashes})
    raise Refusal("locked_faces", _sentence(clashes[0], mends, layer), faces=names)


def _sentence(clash, mends, layer):
    name = layer.ids[clash.face]
    claims = [mend for mend in mends if mend.question == "locked" and name in mend.faces]
    others = next((mend.faces for mend in claims if len(mend.faces) > 1), None)
    if others:
        return f"The locked faces {', '.join(others)} overlap; unlock all but one of them."
    if any(mend.kind == "outside" for mend in claims):
        return f"The locked face {name} reaches out of its parent; unlock it."
    if clash.place is None:
        return f"The locked face {name} would change; unlock it."
    lon, lat = layer.ground.lonlat(np.array([clash.place]))[0].tolist()
    ending = ", ".join("the parent" if k == PARENT else layer.ids[k] for k in clash.others) or "no other"
    return f"The locked face {name} would need a node at ({lon}, {lat}), where {ending} has one; unlock it or move that."
