"""Rings of faces and of their parent on whole lattice units, which may share, touch and cross: what is conformed."""

from dataclasses import dataclass

import numpy as np
import shapely

from gis.checking.borders import PARENT

SHIFT = np.int64(32)
SPREAD_LOW, SPREAD_HIGH = np.int64(0x1E3779B97F4A7C15), np.int64(0x42B2AE3D27D4EB4F)


@dataclass(frozen=True, slots=True)
class Drawing:
    """Closed rings, land on the left of every edge; the parent's too.

    Attributes
    ----------
    xy : ndarray of int64, shape (n, 2)
        Vertices of all rings one after the other, the closing one left out; each below 2**31.
    ring : ndarray of int64, shape (n,)
        Ascending.
    owner : ndarray of int64, shape (rings,)
        Index of the face, or :data:`gis.checking.borders.PARENT`.
    part : ndarray of int64, shape (rings,)
        Ascending; the first ring of a part is its shell, the others are holes in it.
    """

    xy: np.ndarray
    ring: np.ndarray
    owner: np.ndarray
    part: np.ndarray

    @property
    def after(self):
        """Index of the next vertex of the same ring."""
        after = np.arange(1, len(self.xy) + 1)
        first = np.flatnonzero(np.r_[True, self.ring[1:] != self.ring[:-1]])
        last = np.r_[first[1:], len(self.ring)] - 1
        after[last] = first
        return after


@dataclass(frozen=True, slots=True)
class Segments:
    """The different segments of a drawing, each once, from the lower point to the higher.

    Attributes
    ----------
    points : ndarray of int64, shape (p, 2)
        Different vertices, ascending.
    low, high : ndarray of int64, shape (s,)
        Indices of points.
    of_edge : ndarray of int64, shape (n,)
        Segment of the edge that begins at each vertex of the drawing; -1 where the edge has no length.
    forward : ndarray of bool, shape (n,)
        The edge runs from low to high.
    owner : ndarray of int64, shape (n,)
        Of the edge.
    unproven : ndarray of bool, shape (s,)
        The edges of the faces, and the parent's against them, do not cancel along the segment.
    """

    points: np.ndarray
    low: np.ndarray
    high: np.ndarray
    of_edge: np.ndarray
    forward: np.ndarray
    owner: np.ndarray
    unproven: np.ndarray

    @property
    def start(self):
        """Lower ends, (s, 2)."""
        return self.points[self.low]

    @property
    def end(self):
        """Higher ends, (s, 2)."""
        return self.points[self.high]

    @property
    def names(self):
        """A 64-bit hash of each segment, the same in every drawing. Should two share one, a change is overlooked that the
        next pass or the proof finds."""
        low, high = ((end[:, 0] << SHIFT) + end[:, 1] for end in (self.start, self.end))
        mixed = low * SPREAD_LOW ^ (low >> SHIFT) ^ high * SPREAD_HIGH
        return (mixed ^ (mixed >> SHIFT)) * SPREAD_LOW

    def owners(self):
        """Owner sets of the points and of the segments, as two lists of frozenset."""
        real = self.of_edge >= 0
        pairs = np.unique(np.column_stack([self.of_edge[real], self.owner[real]]), axis=0)
        of_segment = _sets(pairs, len(self.low))
        ends = [np.column_stack([end[pairs[:, 0]], pairs[:, 1]]) for end in (self.low, self.high)]
        return _sets(np.unique(np.concatenate(ends), axis=0), len(self.points)), of_segment


def draw(polygons, owners):
    """Rings of polygons on whole units, turned so that the land is on the left.

    Parameters
    ----------
    polygons : ndarray of Polygon or MultiPolygon, shape (n,)
    owners : ndarray of int64, shape (n,)

    Returns
    -------
    Drawing

    Examples
    --------
    >>> drawing = draw(np.array([shapely.box(0, 0, 2, 1)]), np.array([7]))
    >>> len(drawing.xy), drawing.owner.tolist()
    (4, [7])
    """
    parts, polygon = shapely.get_parts(polygons, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    is_shell = np.r_[True, part[1:] != part[:-1]][: len(part)]
    backward = shapely.is_ccw(rings) != is_shell
    rings[backward] = shapely.reverse(rings[backward])
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    return tidy(np.rint(xy).astype(np.int64), ring, np.asarray(owners)[polygon[part]], part)


def tidy(xy, ring, owner, part):
    """A drawing without repeated vertices and without rings of fewer than three.

    Parameters
    ----------
    xy, ring, owner, part : ndarray of int64
        As in :class:`Drawing`.

    Returns
    -------
    Drawing

    Examples
    --------
    >>> xy = np.array([[0, 0], [0, 0], [2, 0], [0, 1]])
    >>> len(tidy(xy, np.zeros(4, dtype=int), np.array([0]), np.array([0])).xy)
    3
    """
    drawing = Drawing(xy, ring, owner, part)
    for keep in (_not_repeated, _in_real_rings):
        kept = keep(drawing)
        drawing = Drawing(drawing.xy[kept], drawing.ring[kept], owner, part)
    return drawing


def together(first, second):
    """One drawing out of two.

    Parameters
    ----------
    first, second : Drawing

    Returns
    -------
    Drawing
        The rings of the first, then those of the second.

    Examples
    --------
    >>> one, other = (draw(np.array([shapely.box(x, 0, x + 2, 1)]), np.array([x])) for x in (0, 2))
    >>> together(one, other).owner.tolist()
    [0, 2]
    """
    return Drawing(
        np.concatenate([first.xy, second.xy]),
        np.r_[first.ring, second.ring + len(first.owner)],
        np.r_[first.owner, second.owner],
        np.r_[first.part, second.part + first.part.max(initial=-1) + 1],
    )


def only(drawing, owner):
    """The rings of one owner.

    Parameters
    ----------
    drawing : Drawing
    owner : int
        Index of a face, or :data:`gis.checking.borders.PARENT`.

    Returns
    -------
    Drawing

    Examples
    --------
    >>> pair = draw(np.array([shapely.box(0, 0, 2, 1), shapely.box(2, 0, 4, 1)]), np.array([0, 1]))
    >>> only(pair, 1).xy.min(axis=0).tolist()
    [2, 0]
    """
    rows = drawing.owner[drawing.ring] == owner
    return Drawing(drawing.xy[rows], drawing.ring[rows], drawing.owner, drawing.part)


def shapes_of(drawing):
    """The polygons of a drawing, which may cross themselves: good for locating points.

    Parameters
    ----------
    drawing : Drawing

    Returns
    -------
    shapes : ndarray of MultiPolygon
    owners : ndarray of int64
        Ascending.

    Examples
    --------
    >>> shapes, owners = shapes_of(draw(np.array([shapely.box(0, 0, 2, 1), shapely.box(2, 0, 4, 1)]), np.array([7, 5])))
    >>> owners.tolist(), shapely.area(shapes).tolist()
    ([5, 7], [2.0, 2.0])
    """
    owner_of_vertex = drawing.owner[drawing.ring]
    order = np.argsort(owner_of_vertex, kind="stable")
    xy, ring, owner = drawing.xy[order], drawing.ring[order], owner_of_vertex[order]
    first_of_ring = np.flatnonzero(np.r_[True, ring[1:] != ring[:-1]][: len(ring)])
    closed = np.insert(np.arange(len(xy)), np.r_[first_of_ring[1:], len(xy)][: len(first_of_ring)], first_of_ring)
    part = drawing.part[ring[first_of_ring]]
    first_of_part = np.flatnonzero(np.r_[True, part[1:] != part[:-1]][: len(part)])
    owners, first_of_owner = np.unique(owner[first_of_ring[first_of_part]], return_index=True)
    lengths = np.diff(np.r_[first_of_ring, len(xy)]) + 1
    offsets = np.r_[0, np.cumsum(lengths)], np.r_[first_of_part, len(part)], np.r_[first_of_owner, len(first_of_part)]
    if not len(owners):
        return np.array([], dtype=object), owners
    kind = shapely.GeometryType.MULTIPOLYGON
    return shapely.from_ragged_array(kind, xy[closed].astype(np.float64), offsets), owners


def segments(drawing):
    """The different segments of a drawing.

    Parameters
    ----------
    drawing : Drawing

    Returns
    -------
    Segments

    Examples
    --------
    >>> pair = draw(np.array([shapely.box(0, 0, 2, 1), shapely.box(2, 0, 4, 1)]), np.array([0, 1]))
    >>> found = segments(pair)
    >>> len(found.low), int(found.unproven.sum())
    (7, 6)
    """
    keys, point = np.unique((drawing.xy[:, 0] << SHIFT) + drawing.xy[:, 1], return_inverse=True)
    points = np.empty((len(keys), 2), dtype=np.int64)
    points[point] = drawing.xy
    other = point[drawing.after]
    forward, real = point < other, np.flatnonzero(point != other)
    low, high = np.minimum(point, other), np.maximum(point, other)
    unique, group = np.unique(low[real] * len(keys) + high[real], return_inverse=True)
    of_edge = np.full(len(point), -1)
    of_edge[real] = group
    owner = drawing.owner[drawing.ring]
    sign = np.where(forward, 1, -1) * np.where(owner == PARENT, -1, 1)
    net = np.bincount(group, weights=sign[real], minlength=len(unique))
    return Segments(points, unique // max(len(keys), 1), unique % max(len(keys), 1), of_edge, forward, owner, net != 0)


def insert(drawing, found, segment, xy):
    """Every edge along a segment led through further points, in their order along it.

    Parameters
    ----------
    drawing : Drawing
    found : Segments
        Of this drawing.
    segment : ndarray of int64, shape (k,)
    xy : ndarray of int64, shape (k, 2)

    Returns
    -------
    Drawing

    Examples
    --------
    >>> drawing = draw(np.array([shapely.box(0, 0, 4, 2)]), np.array([0]))
    >>> found = segments(drawing)
    >>> bottom = np.flatnonzero((found.start == [0, 0]).all(axis=1) & (found.end == [4, 0]).all(axis=1))
    >>> insert(drawing, found, bottom, np.array([[3, 0]])).xy.tolist()
    [[4, 0], [4, 2], [0, 2], [0, 0], [3, 0]]
    """
    start, way = found.start[segment], found.end[segment] - found.start[segment]
    along = ((xy - start) * way).sum(axis=1) / np.maximum((way * way).sum(axis=1), 1)
    order = np.lexsort((xy[:, 1], xy[:, 0], along, segment))
    segment, xy = segment[order], xy[order]
    new = np.r_[True, (segment[1:] != segment[:-1]) | (xy[1:] != xy[:-1]).any(axis=1)][: len(order)]
    segment, xy = segment[new], xy[new]
    count = np.bincount(segment, minlength=len(found.low) + 1)
    offset = np.r_[0, np.cumsum(count)]
    extra = np.where(found.of_edge >= 0, count[found.of_edge], 0)
    edge = np.repeat(np.arange(len(drawing.xy)), extra + 1)
    nth = np.arange(len(edge)) - np.repeat(np.cumsum(extra + 1) - extra - 1, extra + 1)  # 0 is the vertex itself
    row = np.where(found.forward[edge], nth - 1, extra[edge] - nth) + offset[found.of_edge[edge]]
    answer = drawing.xy[edge]
    answer[nth > 0] = xy[row[nth > 0]]
    return tidy(answer, drawing.ring[edge], drawing.owner, drawing.part)


def _not_repeated(drawing):
    return (drawing.xy != drawing.xy[drawing.after]).any(axis=1) if len(drawing.xy) else np.empty(0, dtype=bool)


def _in_real_rings(drawing):
    return np.bincount(drawing.ring, minlength=len(drawing.owner))[drawing.ring] >= 3


def _sets(pairs, count):
    first = np.searchsorted(pairs[:, 0], np.arange(count + 1))
    values = pairs[:, 1].tolist()
    return [frozenset(values[low:high]) for low, high in zip(first[:-1].tolist(), first[1:].tolist(), strict=True)]
