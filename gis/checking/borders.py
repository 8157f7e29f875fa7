"""Which edges of a coverage do not cancel: the places, and the only ones, where something can be wrong.

Counting every edge with its direction, a face on its left, the sum over valid faces is the boundary of their
multiplicity (how many faces cover a point). Where an edge cancels, the multiplicity is the same on both sides.
See :mod:`gis.chain` for the identity; here it works on any coordinates that are equal to the last bit.
"""

from dataclasses import dataclass

import numpy as np
import shapely

PARENT = -1
SPREAD_X, SPREAD_Y, SPREAD_SUM = (np.uint64(c) for c in (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0xD6E8FEB86659FD93))


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

    def beside(self, faces):
        """Faces that share a segment with one of the given faces, those themselves included; ascending."""
        segments = np.zeros(self.segment.max(initial=-1) + 1, dtype=bool)
        segments[self.segment[np.isin(self.owner, faces)]] = True
        found = np.unique(self.owner[segments[self.segment]])
        return found[found != PARENT]


def borders(faces, parent=None):
    """Edges of valid polygons and of their parent, and which of them do not cancel.

    Parameters
    ----------
    faces : array_like of Polygon or MultiPolygon, shape (n,)
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
    owner, start, end = _directed_edges(np.asarray(faces, dtype=object))
    if parent is not None:
        _, parent_start, parent_end = _directed_edges(np.array([parent], dtype=object))
        owner = np.r_[owner, np.full(len(parent_start), PARENT)]
        start, end = np.concatenate([start, parent_end]), np.concatenate([end, parent_start])  # against the faces
    segment, forward = _group(start, end)
    sign, is_face = np.where(forward, 1, -1), owner != PARENT
    net_of_faces = np.bincount(segment, weights=sign * is_face)
    net = np.bincount(segment, weights=sign)
    return Borders(owner, start, end, segment, net_of_faces[segment] != 0, net[segment] != 0)


def _directed_edges(polygons):
    parts, polygon = shapely.get_parts(polygons, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    first = np.flatnonzero((ring[1:] == ring[:-1]) & (xy[1:] != xy[:-1]).any(axis=1))
    is_shell = np.r_[True, part[1:] != part[:-1]][: len(part)]
    backward = (shapely.is_ccw(rings) != is_shell)[ring[first]][:, None]
    start, end = xy[first] + 0.0, xy[first + 1] + 0.0  # -0.0 becomes 0.0, so that equal points have equal bits
    return polygon[part[ring[first]]], np.where(backward, end, start), np.where(backward, start, end)


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
