"""Noding on the lattice: wherever two segments meet, both get the same vertex.

Only places where something meets are touched, so that what is noded stays as it is bit for bit. A crossing is rounded to the
nearest lattice point, by which the segments bend less than one unit; the bend may meet another segment, so it is repeated.
Orientation tests are exact in int64 (coordinates below 2**30).
"""

import numpy as np
import shapely

from gis.conforming.segments import insert, names_of, segments
from gis.errors import Refusal

ROUNDS = 40
REACH = 0.7072  # of a unit: half the diagonal of the square that is rounded to one lattice point


def node(drawing):
    """Lead every segment through the vertices and crossings that lie on it.

    Parameters
    ----------
    drawing : Drawing

    Returns
    -------
    Drawing
        Two of its segments meet at their ends or not at all.

    Raises
    ------
    Refusal
        ``not_nodable`` when it comes to no end, which needs borders tangled within millimetres.

    Notes
    -----
    A vertex lies on a segment when the distance is 0, or, where both lie on unproven borders, when a point of the segment
    is rounded to the vertex: that is how a border that ends on a slanting edge comes out of a rounding.

    Examples
    --------
    >>> from gis.conforming.drawing import draw
    >>> cross = draw(np.array([shapely.box(0, 4, 9, 5), shapely.box(4, 0, 5, 9)]), np.array([0, 1]))
    >>> len(node(cross).xy)
    16
    """
    known = None
    for _ in range(ROUNDS):
        found = segments(drawing)
        segment, xy = _meetings(found, _fresh(found, known))
        if not len(segment):
            return drawing
        known = found.names
        drawing = insert(drawing, found, segment, xy)
    raise Refusal(
        "not_nodable", "Borders are tangled within millimetres and could not be noded; simplify the layer or raise --snap-m."
    )


def led_through(drawing, start, end):
    """The segments of a set led through the ends of others of the set that lie on them within a rounding.

    Parameters
    ----------
    drawing : Drawing
        Noded.
    start, end : ndarray of int64, shape (n, 2)
        Of the segments of the set.

    Returns
    -------
    Drawing
        To be noded again; the same object where nothing was to do.

    Notes
    -----
    Which borders are unproven depends on what is decided about the land beside them, and what a vertex on them bends with
    it. All borders of all faults can become unproven. Led through these first, no fault changes its shape later, by which
    it is known from one pass to the next and to the person who has decided about it.

    Examples
    --------
    >>> from gis.conforming.drawing import draw
    >>> roof = shapely.Polygon([(-10, 3), (10, 2), (0, 9)])
    >>> drawing = draw(np.array([shapely.box(0, 0, 2, 2), shapely.box(2, 0, 4, 2), roof]), np.array([0, 1, 2]))
    >>> shared, eaves = [[2, 0], [2, 2]], [[-10, 3], [10, 2]]
    >>> led_through(drawing, *np.array([shared, eaves]).swapaxes(0, 1)).xy[-4:].tolist()
    [[-10, 3], [2, 2], [10, 2], [0, 9]]
    """
    found = segments(drawing)
    of_set = np.isin(found.names, names_of(start, end))
    if not (of_set & ~found.unproven).any():
        return drawing
    rows = np.flatnonzero(of_set)
    lines = shapely.linestrings(np.stack([found.start[rows], found.end[rows]], axis=1).astype(np.float64))
    vertices = np.unique(np.r_[found.low[rows], found.high[rows]])
    points = shapely.points(found.points[vertices].astype(np.float64))
    line, point = shapely.STRtree(points).query(lines, predicate="dwithin", distance=REACH)
    segment, vertex = rows[line], vertices[point]
    along, across, reach = _off(found, segment, vertex)
    on = along & (2 * across <= reach)
    return insert(drawing, found, segment[on], found.points[vertex[on]]) if on.any() else drawing


def crossing_points(a, b, c, d):
    """Lattice points nearest to the crossings of segments a-b and c-d, (n, 2) each.

    Parameters
    ----------
    a, b, c, d : ndarray of int64, shape (n, 2)
        The segments cross.

    Returns
    -------
    ndarray of int64, shape (n, 2)

    Examples
    --------
    >>> crossing_points(*(np.array([end]) for end in ((0, 0), (9, 9), (0, 8), (9, 0)))).tolist()
    [[4, 4]]
    """
    way, other = (b - a).astype(np.float64), (d - c).astype(np.float64)
    share = cross(c - a, d - c) / (way[:, 0] * other[:, 1] - way[:, 1] * other[:, 0])
    return np.rint(a + share[:, None] * way).astype(np.int64)


def cross(first, second):
    """Cross products of vectors, (n, 2) each.

    Parameters
    ----------
    first, second : ndarray, shape (n, 2)

    Returns
    -------
    ndarray, shape (n,)

    Examples
    --------
    >>> cross(np.array([[1, 0]]), np.array([[2, 3]])).tolist()
    [3]
    """
    return first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0]


def _fresh(found, known):
    """Indices of segments that were not there in the round before."""
    if known is None:
        return np.arange(len(found.low))
    return np.flatnonzero(~np.isin(found.names, known))


def _meetings(found, fresh):
    """Segments and the points that are to be put into them."""
    if not len(fresh):
        return fresh, np.empty((0, 2), dtype=np.int64)
    lines = shapely.linestrings(np.stack([found.start, found.end], axis=1).astype(np.float64))
    tree = shapely.STRtree(lines)
    touched, vertex = _vertices_on(found, lines, tree, fresh)
    bent = np.zeros(len(lines), dtype=bool)
    bent[touched] = True
    first, second, xy = _crossings(found, tree, lines, fresh, bent)
    segment = np.r_[touched, first, second]
    xy = np.concatenate([found.points[vertex], xy, xy])
    at_end = (xy == found.start[segment]).all(axis=1) | (xy == found.end[segment]).all(axis=1)
    return segment[~at_end], xy[~at_end]


def _vertices_on(found, lines, tree, fresh):
    points = shapely.points(found.points.astype(np.float64))
    line, vertex = shapely.STRtree(points).query(lines[fresh], predicate="dwithin", distance=REACH)
    segment = fresh[line]
    if len(fresh) < len(lines):
        new = np.unique(np.r_[found.low[fresh], found.high[fresh]])
        point, further = tree.query(points[new], predicate="dwithin", distance=REACH)
        segment, vertex = np.r_[segment, further], np.r_[vertex, new[point]]
    inside, across, reach = _off(found, segment, vertex)
    loose = np.zeros(len(found.points), dtype=bool)
    loose[np.r_[found.low[found.unproven], found.high[found.unproven]]] = True
    rounded = found.unproven[segment] & loose[vertex] & (2 * across <= reach)
    on = inside & ((across == 0) | rounded)
    return segment[on], vertex[on]


def _off(found, segment, vertex):
    """Whether vertices lie beside segments and not beyond their ends, how far off (times the length), and how far at most
    for a point of the segment to be rounded to the vertex (times twice the length)."""
    start, way = found.start[segment], found.end[segment] - found.start[segment]
    to = found.points[vertex] - start
    along = (to * way).sum(axis=1)
    return (along > 0) & (along < (way * way).sum(axis=1)), np.abs(cross(way, to)), np.abs(way).sum(axis=1)


def _crossings(found, tree, lines, fresh, bent):
    """Proper crossings, but not of segments that are to bend to a vertex first.

    A border that ends beyond a slanting edge by the rounding of its last vertex crosses the edge just before it. The edge
    is led through the vertex; a second node beside it would creep along the border from run to run.
    """
    row, second = tree.query(lines[fresh])
    first = fresh[row]
    is_fresh = np.zeros(len(lines), dtype=bool)
    is_fresh[fresh] = True
    once = ((first < second) | ~is_fresh[second]) & ~bent[first] & ~bent[second]
    first, second = first[once], second[once]
    first, second = np.minimum(first, second), np.maximum(first, second)
    apart = found.low[first] != found.low[second]
    for one, other in ((found.low, found.high), (found.high, found.low), (found.high, found.high)):
        apart &= one[first] != other[second]
    first, second = first[apart], second[apart]
    a, b, c, d = found.start[first], found.end[first], found.start[second], found.end[second]
    proper = _opposite(cross(b - a, c - a), cross(b - a, d - a)) & _opposite(cross(d - c, a - c), cross(d - c, b - c))
    first, second = first[proper], second[proper]
    return first, second, crossing_points(*(end[proper] for end in (a, b, c, d)))


def _opposite(one, other):
    return ((one < 0) & (other > 0)) | ((one > 0) & (other < 0))
