"""Which edges of a coverage do not cancel: the places, and the only ones, where something can be wrong.

Counting every edge with its direction, a face on its left, the sum over valid faces is the boundary of their
multiplicity (how many faces cover a point). Where an edge cancels, the multiplicity is the same on both sides.
See :mod:`gis.chain` for the identity; here it works on any coordinates that are equal to the last bit.
"""

from dataclasses import dataclass

import numpy as np
import shapely

from gis import engine
from gis.rings import Rings, rings_of

PARENT = -1
SPREAD_X, SPREAD_Y, SPREAD_SUM = (np.uint64(c) for c in (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0xD6E8FEB86659FD93))
TURN_ERROR = 1e-12  # of the sum of its terms: a doubled area below it may have the wrong sign


@dataclass(frozen=True, slots=True)
class Borders:
    """Directed edges of faces and of their parent, grouped by the segment they run along.

    Attributes
    ----------
    owner : ndarray of int64, shape (m,)
        Index of the face, or :data:`PARENT`.
    start, end : ndarray of float64, shape (m, 2)
    segment : ndarray of int64, shape (m,)
        Equal for edges between the same two points, in either direction.
    uncovered : ndarray of bool, shape (m,)
        The faces alone do not cancel along this segment.
    unproven : ndarray of bool, shape (m,)
        The faces and the parent against them do not cancel along this segment.
    """

    owner: np.ndarray
    start: np.ndarray
    end: np.ndarray
    segment: np.ndarray
    uncovered: np.ndarray
    unproven: np.ndarray


def borders(faces, parent=None):
    """Edges of valid polygons and of their parent, and which of them do not cancel.

    Parameters
    ----------
    faces : array_like of Polygon or MultiPolygon, or Rings, shape (n,)
        Valid, in one plane.
    parent : Polygon or MultiPolygon, optional
        Without it `unproven` is `uncovered`.

    Returns
    -------
    Borders

    Examples
    --------
    >>> table = borders([shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)])
    >>> len(table.owner), int(table.uncovered.sum())
    (8, 6)
    """
    rings, parents = _as_rings(faces), _as_rings([] if parent is None else [parent])
    return _table(rings, rings.edges(), _forward(rings), parents)


def open_borders(faces, parent=None):
    """The same without edges that cancel among the faces, unless the parent has an edge there; a few may stay.

    Parameters
    ----------
    faces, parent
        As of :func:`borders`.

    Returns
    -------
    Borders

    Notes
    -----
    Edges are added up, each with its direction, in some ten thousand sums by a hash of their ends. Where a sum is zero,
    all of its edges cancel: the two sums of 64 bits are as sure as those of :mod:`gis.chain`. Only the edges of the
    other sums are compared with one another.

    Examples
    --------
    >>> table = open_borders([shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)])
    >>> int(table.uncovered.sum()), bool(table.unproven.any())
    (6, True)
    """
    rings, parents = _as_rings(faces), _as_rings([] if parent is None else [parent])
    forward = _forward(rings)
    return _table(rings, _sifted(rings, forward, parents), forward, parents)


def _as_rings(faces):
    return faces if isinstance(faces, Rings) else rings_of(faces)


def _table(rings, begins, forward, parents):
    owner, start, end = _directed(rings, begins, forward)
    if len(parents.xy):
        _, parent_start, parent_end = _directed(parents, parents.edges(), _forward(parents))
        owner = np.r_[owner, np.full(len(parent_start), PARENT)]
        start, end = np.concatenate([start, parent_end]), np.concatenate([end, parent_start])  # against the faces
    segment, runs_forward = _group(start, end)
    sign, is_face = np.where(runs_forward, 1, -1), owner != PARENT
    net_of_faces = np.bincount(segment, weights=sign * is_face)
    net = np.bincount(segment, weights=sign)
    return Borders(owner, start, end, segment, net_of_faces[segment] != 0, net[segment] != 0)


def _directed(rings, begins, forward):
    """Owner, start and end of the edges that begin at the given vertices, in the direction that has the face on its left."""
    start, end = rings.xy[begins] + 0.0, rings.xy[begins + 1] + 0.0  # -0.0 becomes 0.0, so that equal points have equal bits
    ring = rings.at(begins)
    moves = (start != end).any(axis=1)
    start, end, ring = start[moves], end[moves], ring[moves]
    ahead = forward[ring][:, None]
    return rings.polygon[ring], np.where(ahead, start, end), np.where(ahead, end, start)


def _forward(rings):
    """Whether each ring has its polygon on the left as it is drawn."""
    kernels = engine.kernels(len(rings.xy))
    turn = np.zeros(len(rings), dtype=np.int8)
    if kernels:
        kernels.borders.ring_turns(rings.xy, rings.first, TURN_ERROR, turn)
    unsure = (turn == 0) & (rings.length > 0)  # that of an empty polygon has no vertices
    if unsure.any():
        of_unsure = rings.of_vertices(unsure)
        number = rings.of_vertices(np.cumsum(unsure) - 1)
        drawn = shapely.linearrings(rings.xy[of_unsure], indices=number[of_unsure])
        turn[unsure] = np.where(shapely.is_ccw(drawn), 1, -1)
    return (turn > 0) == rings.is_shell


def _sifted(rings, forward, parents):
    """Beginnings of the edges that may not cancel; of all without the compiler."""
    begins, kernels = rings.edges(), engine.kernels(len(rings.xy))
    if not kernels:
        return begins
    bits, sign = _bits(rings.xy), rings.of_vertices(np.where(forward, 1, -1).astype(np.int8))
    parent_bits, parent_begins = _bits(parents.xy), parents.edges()
    count = kernels.borders.sift(bits, sign, begins, parent_bits, parent_begins)
    return begins[:count]


def _bits(xy):
    return (xy + 0.0).view(np.uint64)


def _group(start, end):
    """Number the segments; say of each edge whether it runs as the first one of its segment does.

    Sorted by a 64-bit hash. Should two segments share a hash, their edges may fall into more groups than there are
    segments: then an edge that cancels is taken for one that does not, and is looked at for nothing. Never the reverse.
    """
    order = np.argsort(_hash(start) + _hash(end))
    start, end = start[order], end[order]
    same = (start[1:] == start[:-1]).all(axis=1) & (end[1:] == end[:-1]).all(axis=1)
    opposite = (start[1:] == end[:-1]).all(axis=1) & (end[1:] == start[:-1]).all(axis=1)
    is_new = np.r_[True, ~(same | opposite)][: len(order)]
    group = np.cumsum(is_new) - 1
    turns = np.cumsum(np.r_[False, opposite][: len(order)])
    forward = (turns - turns[is_new][group]) % 2 == 0
    segment, runs_forward = np.empty_like(group), np.empty_like(forward)
    segment[order], runs_forward[order] = group, forward
    return segment, runs_forward


def _hash(points):
    bits = np.ascontiguousarray(points).view(np.uint64)
    mixed = bits[:, 0] * SPREAD_X ^ ((bits[:, 1] * SPREAD_Y) >> np.uint64(29)) ^ (bits[:, 1] * SPREAD_Y)
    return (mixed ^ (mixed >> np.uint64(32))) * SPREAD_SUM
