"""The different segments of a drawing, and the way to lead edges through further points on them."""

from dataclasses import dataclass

import numpy as np

from gis.checking.borders import PARENT
from gis.conforming.drawing import tidy

SHIFT = np.int64(32)
SPREAD_LOW, SPREAD_HIGH = np.int64(0x1E3779B97F4A7C15), np.int64(0x42B2AE3D27D4EB4F)


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
        return names_of(self.start, self.end)

    def owners(self):
        """Owner sets of the points and of the segments, as two lists of frozenset."""
        real = self.of_edge >= 0
        pairs = np.unique(np.column_stack([self.of_edge[real], self.owner[real]]), axis=0)
        of_segment = _sets(pairs, len(self.low))
        ends = [np.column_stack([end[pairs[:, 0]], pairs[:, 1]]) for end in (self.low, self.high)]
        return _sets(np.unique(np.concatenate(ends), axis=0), len(self.points)), of_segment


def names_of(start, end):
    """Names of segments, whichever way they run; see :attr:`Segments.names`.

    Parameters
    ----------
    start, end : ndarray of int64, shape (n, 2)

    Returns
    -------
    ndarray of int64, shape (n,)

    Examples
    --------
    >>> one, other = np.array([[0, 1]]), np.array([[2, 0]])
    >>> bool(names_of(one, other) == names_of(other, one)), bool(names_of(one, other) == names_of(one, one))
    (True, False)
    """
    ends = [(end[:, 0] << SHIFT) + end[:, 1] for end in (start, end)]
    low, high = np.minimum(*ends), np.maximum(*ends)
    mixed = low * SPREAD_LOW ^ (low >> SHIFT) ^ high * SPREAD_HIGH
    return (mixed ^ (mixed >> SHIFT)) * SPREAD_LOW


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
    >>> import shapely
    >>> from gis.conforming.drawing import draw
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
    >>> import shapely
    >>> from gis.conforming.drawing import draw
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


def _sets(pairs, count):
    first = np.searchsorted(pairs[:, 0], np.arange(count + 1))
    values = pairs[:, 1].tolist()
    return [frozenset(values[low:high]) for low, high in zip(first[:-1].tolist(), first[1:].tolist(), strict=True)]
