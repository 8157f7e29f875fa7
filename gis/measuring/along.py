"""Which part of a segment runs within a distance of other segments: intervals, in closed form.

The points within a distance of a segment are a capsule, which is convex, so a line meets it in one interval. The interval
is the hull of those in which the line meets the two discs and the rectangle the capsule is made of.
"""

import numpy as np
import shapely

from gis.measures import metres_per_degree

WIDER = 1.001  # what is near is looked for a little further away than it is measured
LEAST_M = 1000.0  # metres to a degree of longitude half a degree from the pole; nearer to it nobody draws borders
JOINED = 1e-9  # intervals with less between them have met


def segments_of(lines):
    """Segments of lines, and of the outlines of polygons.

    Parameters
    ----------
    lines : array_like of LineString, MultiLineString, Polygon or MultiPolygon, shape (n,)

    Returns
    -------
    ends : ndarray of float64, shape (m, 2, 2)
    owner : ndarray of int64, shape (m,)
        Position of the line, ascending.

    Examples
    --------
    >>> ends, owner = segments_of([shapely.LineString([(0, 0), (1, 0), (1, 2)]), shapely.box(0, 0, 1, 1)])
    >>> ends[1].tolist(), owner.tolist()
    ([[1.0, 0.0], [1.0, 2.0]], [0, 0, 1, 1, 1, 1])
    """
    parts, line = shapely.get_parts(np.asarray(lines, dtype=object), return_index=True)
    outlines = np.where(shapely.get_type_id(parts) == 3, shapely.boundary(parts), parts)
    pieces, part = shapely.get_parts(outlines, return_index=True)
    xy, piece = shapely.get_coordinates(pieces, return_index=True)
    first = np.flatnonzero(piece[1:] == piece[:-1])
    return np.stack([xy[first], xy[first + 1]], axis=1), line[part[piece[first]]]


def within_distance(start, end, from_point, to_point, *, distance):
    """Interval of each segment that lies within a distance of another segment.

    Parameters
    ----------
    start, end : ndarray of float64, shape (m, 2)
        The segments, each of some length.
    from_point, to_point : ndarray of float64, shape (m, 2)
        The other segments, row by row; they may be points.
    distance : float
        In the units of the coordinates.

    Returns
    -------
    low, high : ndarray of float64, shape (m,)
        Fractions of the way from `start` to `end`, within 0 and 1; ``low > high`` where no part is near enough.

    Examples
    --------
    >>> start, end = np.array([[0.0, 0.0]]), np.array([[10.0, 0.0]])
    >>> low, high = within_distance(start, end, np.array([[4.0, 3.0]]), np.array([[6.0, 3.0]]), distance=5.0)
    >>> low.tolist(), high.tolist()
    ([0.0], [1.0])
    >>> low, high = within_distance(start, end, np.array([[4.0, 3.0]]), np.array([[4.0, 9.0]]), distance=5.0)
    >>> low.tolist(), high.tolist()
    ([0.0], [0.8])
    """
    way, other = end - start, to_point - from_point
    length = np.hypot(*other.T)
    unit = other / np.where(length > 0, length, 1.0)[:, None]
    off = start - from_point
    in_rectangle = _both(
        _where_linear(_dot(off, unit), _dot(way, unit), np.zeros(len(length)), length),
        _where_linear(_cross(unit, off), _cross(unit, way), -distance, distance),
    )
    in_rectangle = np.where(length > 0, in_rectangle, [[np.inf], [-np.inf]])  # of a point nothing but the discs
    intervals = [in_rectangle, *(_in_disc(start - centre, way, distance) for centre in (from_point, to_point))]
    low = np.minimum.reduce([np.where(low <= high, low, np.inf) for low, high in intervals])
    high = np.maximum.reduce([np.where(low <= high, high, -np.inf) for low, high in intervals])
    return np.maximum(low, 0.0), np.minimum(high, 1.0)


def near_parts(segments, others, *, distance_m):
    """Intervals of segments, in degrees, that lie within a distance of other segments.

    Parameters
    ----------
    segments, others : ndarray of float64, shapes (m, 2, 2) and (n, 2, 2)
        Ends in degrees; straight lines of longitude and latitude run between them.
    distance_m : float
        Metres at the middle of the segment.

    Returns
    -------
    row, other : ndarray of int64, shape (k,)
        Pairs that are near each other, and some that are not quite.
    low, high : ndarray of float64, shape (k,)
        As of :func:`within_distance`.

    Examples
    --------
    >>> border, road = np.array([[[105, 28], [105.01, 28]]]), np.array([[[105, 28.0001], [105.005, 28.0001]]])
    >>> row, other, low, high = near_parts(border, road, distance_m=11.1)
    >>> row.tolist(), other.tolist(), low.tolist(), high.round(2).tolist()
    ([0], [0], [0.0], [0.5])
    """
    if not len(segments) or not len(others):
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64), np.empty(0), np.empty(0)
    widest = max(LEAST_M, min(scale.min() for scale in metres_per_degree(segments[..., 1])))
    tree = shapely.STRtree(shapely.linestrings(others))
    row, other = tree.query(shapely.linestrings(segments), predicate="dwithin", distance=WIDER * distance_m / widest)
    middle = segments[row].mean(axis=1)
    scale = np.column_stack(metres_per_degree(middle[:, 1]))
    ends = [(points[:, k] - middle) * scale for points in (segments[row], others[other]) for k in (0, 1)]
    return row, other, *within_distance(*ends, distance=distance_m)


def uncovered(group, low, high, *, count):
    """What intervals leave of the stretch from 0 to 1, group by group.

    Parameters
    ----------
    group : ndarray of int64, shape (m,)
    low, high : ndarray of float64, shape (m,)
        Within 0 and 1; rows with ``low > high`` are no interval.
    count : int
        Number of groups.

    Returns
    -------
    group : ndarray of int64, shape (k,)
        Ascending.
    low, high : ndarray of float64, shape (k,)
        Stretches shorter than 1e-9 are left out.

    Examples
    --------
    >>> group, low, high = uncovered(np.array([0, 0]), np.array([0.0, 0.25]), np.array([0.5, 0.75]), count=2)
    >>> group.tolist(), low.tolist(), high.tolist()
    ([0, 1], [0.75, 0.0], [1.0, 1.0])
    """
    is_interval = low <= high
    every = np.arange(count)
    group = np.concatenate([every, group[is_interval], every])
    low = np.concatenate([np.zeros(count), low[is_interval], np.ones(count)])
    high = np.concatenate([np.zeros(count), high[is_interval], np.ones(count)])
    order = np.lexsort((high, low, group))
    group, low, high = group[order], low[order], high[order]
    reached = _running_maximum(group, high)
    open_here = np.flatnonzero((group[1:] == group[:-1]) & (low[1:] - reached[:-1] > JOINED))
    return group[open_here], reached[open_here], low[open_here + 1]


def _running_maximum(group, values):
    """Largest value so far within each group; by rank, so that groups laid side by side cost no digits."""
    ascending = np.argsort(values)
    rank = np.empty(len(values), dtype=np.int64)
    rank[ascending] = np.arange(len(values))
    offset = group * len(values)
    return values[ascending][np.maximum.accumulate(offset + rank) - offset]


def _in_disc(off, way, radius):
    square, half, rest = _dot(way, way), _dot(off, way), _dot(off, off) - radius**2
    root = half**2 - square * rest
    reach = np.sqrt(np.maximum(root, 0.0))
    low, high = (-half - reach) / square, (-half + reach) / square
    return np.where(root >= 0, low, np.inf), np.where(root >= 0, high, -np.inf)


def _where_linear(value, slope, least, most):
    """Where ``value + t * slope`` lies between two bounds."""
    flat = slope == 0
    divisor = np.where(flat, 1.0, slope)
    one, other = (least - value) / divisor, (most - value) / divisor
    inside = (value >= least) & (value <= most)
    low, high = np.minimum(one, other), np.maximum(one, other)
    return (
        np.where(flat, np.where(inside, -np.inf, np.inf), low),
        np.where(flat, np.where(inside, np.inf, -np.inf), high),
    )


def _both(first, second):
    return np.maximum(first[0], second[0]), np.minimum(first[1], second[1])


def _dot(first, second):
    return (first * second).sum(axis=1)


def _cross(first, second):
    return first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0]
