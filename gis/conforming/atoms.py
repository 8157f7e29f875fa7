"""The cells of a noded drawing, each with the faces that cover it and the borders it shares with other cells."""

from dataclasses import dataclass

import numpy as np
import shapely

from gis.checking.borders import PARENT
from gis.conforming.drawing import only, shapes_of
from gis.conforming.segments import SHIFT, segments

OUTSIDE = -1  # in a border: beyond all cells


@dataclass(frozen=True, slots=True)
class Atoms:
    """Connected pieces of land that no border divides.

    Attributes
    ----------
    shapes : ndarray of Polygon, shape (a,)
        On whole units; their union is edge-matched.
    claims : list of frozenset of int
        The faces that cover each.
    wanted : ndarray of bool, shape (a,)
        Lies within the parent; without a parent, is covered or enclosed.
    foreign : ndarray of bool, shape (a,)
        Is the land of a face that is not in the drawing.
    beside : ndarray of int64, shape (b, 2)
        Atoms on the two sides of a segment, or :data:`OUTSIDE`.
    start, end : ndarray of int64, shape (b, 2)
        Of that segment.
    """

    shapes: np.ndarray
    claims: list
    wanted: np.ndarray
    foreign: np.ndarray
    beside: np.ndarray
    start: np.ndarray
    end: np.ndarray

    @property
    def faulty(self):
        """Indices of the atoms that are a gap, an overlap or outside."""
        count = np.array([len(claim) for claim in self.claims], dtype=np.int64)
        return np.flatnonzero(~self.foreign & np.where(self.wanted, count != 1, count > 0))

    def borders_of(self, some):
        """Starts and ends of the segments beside some of the atoms, two arrays (n, 2)."""
        rows = np.isin(self.beside, some).any(axis=1)
        return self.start[rows], self.end[rows]


def atoms(drawing, others, *, parent=False):
    """Cut a noded drawing into atoms.

    Parameters
    ----------
    drawing : Drawing
        Noded; see :func:`gis.conforming.noding.node`.
    others : ndarray of Polygon or MultiPolygon
        Faces that are left out of the drawing because nothing in it meets their interior; same units.
    parent : bool
        Whether there is a parent. Its borders are in the drawing where they are not proven.

    Returns
    -------
    Atoms

    Examples
    --------
    >>> from gis.conforming.drawing import draw
    >>> from gis.conforming.noding import node
    >>> drawing = node(draw(np.array([shapely.box(0, 0, 3, 1), shapely.box(2, 0, 5, 1)]), np.array([0, 1])))
    >>> found = atoms(drawing, np.array([], dtype=object))
    >>> sorted(map(sorted, found.claims)), len(found.faulty)
    ([[0], [0, 1], [1]], 1)
    """
    found = segments(drawing)
    real = _bounding(found)
    lines = shapely.linestrings(np.stack([found.start[real], found.end[real]], axis=1).astype(np.float64))
    shapes = shapely.get_parts(shapely.polygonize(lines))
    shapes = shapes[np.argsort(shapely.to_wkb(shapely.normalize(shapes)))] if len(shapes) else shapes
    inside = shapely.point_on_surface(shapes)
    tree = shapely.STRtree(inside)
    claims = _claims(drawing, tree, len(shapes))
    covered = np.array([bool(claim) for claim in claims], dtype=bool)
    foreign = ~covered
    foreign[foreign] = _within_any(inside[foreign], others)
    if parent:
        wanted = np.zeros(len(shapes), dtype=bool)
        wanted[tree.query(shapes_of(only(drawing, PARENT))[0], predicate="intersects")[1]] = True
    else:
        wanted = covered | (~foreign & _enclosed(inside, shapes[covered | foreign]))
    return Atoms(shapes, claims, wanted, foreign, *_sides(shapes))


def _bounding(found):
    """Which segments bound land of some owner: not those that an owner runs along as often one way as the other."""
    real = np.flatnonzero(found.of_edge >= 0)
    owners = found.owner.max(initial=0) + 2
    key, group = np.unique(found.of_edge[real] * owners + found.owner[real] + 1, return_inverse=True)
    net = np.bincount(group, weights=np.where(found.forward[real], 1, -1), minlength=len(key))
    answer = np.zeros(len(found.low), dtype=bool)
    answer[(key // owners)[net != 0]] = True
    return answer


def _claims(drawing, tree, count):
    polygons, owners = shapes_of(drawing)
    polygon, atom = tree.query(polygons, predicate="intersects")
    claims = [[] for _ in range(count)]
    for one, face in zip(atom.tolist(), owners[polygon].tolist(), strict=True):
        if face != PARENT:
            claims[one].append(face)
    return [frozenset(claim) for claim in claims]


def _within_any(points, polygons):
    answer = np.zeros(len(points), dtype=bool)
    if len(polygons) and len(points):
        answer[shapely.STRtree(polygons).query(points, predicate="intersects")[0]] = True
    return answer


def _enclosed(points, covered):
    """Which points lie inside an interior ring of the union of the covered atoms."""
    united = shapely.get_parts(shapely.coverage_union_all(covered)) if len(covered) else np.array([], dtype=object)
    rings = [shapely.polygons(ring) for polygon in united for ring in polygon.interiors]
    return _within_any(points, np.array(rings, dtype=object))


def _sides(shapes):
    """Which atoms lie on the two sides of each of their segments."""
    rings, atom = shapely.get_rings(shapes, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    xy = np.rint(xy).astype(np.int64)
    first = np.flatnonzero(ring[1:] == ring[:-1])
    start, end, owner = xy[first], xy[first + 1], atom[ring[first]]
    ends = (start[:, 0] << SHIFT) + start[:, 1], (end[:, 0] << SHIFT) + end[:, 1]
    low, high = np.minimum(*ends), np.maximum(*ends)
    order = np.lexsort((owner, high, low))
    low, high, owner = low[order], high[order], owner[order]
    new = np.r_[True, (low[1:] != low[:-1]) | (high[1:] != high[:-1])][: len(order)]
    at = np.flatnonzero(new)
    paired = np.r_[~new[1:], False][at] if len(at) else np.empty(0, dtype=bool)
    other = np.where(paired, owner[np.minimum(at + 1, len(owner) - 1)], OUTSIDE)
    return np.column_stack([owner[at], other]), start[order][at], end[order][at]
