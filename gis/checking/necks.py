"""Narrow necks: two wide parts of a face that hang together by a passage too narrow to be meant.

Between two places of a face that are each :data:`WIDE_M` wide every way inside it is narrower than :data:`NECK_M`:
shrunk by half of that the face falls apart, and two or more of the pieces are wide. A tip, a spike or a strip has no
wide place behind it, so none of them is a neck.
"""

from itertools import combinations

import numpy as np
import shapely

from gis.measures import edge_lengths_m, metres_per_degree

NECK_M = 2.0
WIDE_M = 10.0  # a house and its yard; what is less wide is no part of its own
STEPS = 12  # halvings of NECK_M / 2: the width is found to half a millimetre
MOST_PARTS = 8  # wide parts of one face whose necks are told
AROUND_M = 50.0  # the surroundings of a neck that are looked at first: a face may have a million vertices elsewhere
QUADRANT = 4  # edges of a quarter of a circle: true to 2 %
BLOCK = 1 << 15  # vertices looked at together, so that what is computed on the way stays in the processor's cache
MARGIN = 1.02  # for the change of a metre across one face


def may_have_necks(faces):
    """Which faces must be looked at closely; the others certainly have no neck.

    Parameters
    ----------
    faces : gis.checking.faces.Faces
        Of ``n`` valid polygons.

    Returns
    -------
    ndarray of int64, shape (k,)

    Notes
    -----
    Seen from a point, the border of a face turns around it, by and large forward. Behind a neck lies a piece of border
    that begins and ends in nearly the same direction, no further apart than the neck seen from its nearest possible
    place. But it must sweep over a wide place, seen from the farthest. So it turns back by the difference, and where all
    the turning back of a border is less, there is no neck. One pass over the vertices says so of nearly all faces.

    Examples
    --------
    >>> from gis.checking.faces import Faces
    >>> from gis.checking.plane import plane_of
    >>> from gis.crs import METRIC_EPSG, Frame
    >>> bent = shapely.Polygon([(0, 0), (90, 49.9), (180, 0), (180, 100), (90, 50.1), (0, 100)])
    >>> own = shapely.transform([shapely.box(0, 0, 90, 90), bent], lambda xy: xy + [500000, 3196000])
    >>> may_have_necks(Faces(own, np.zeros(2, dtype=bool), plane_of(own, Frame(METRIC_EPSG))))
    array([1])
    """
    rings = faces.rings
    if not len(rings.polygon):
        return np.empty(0, dtype=np.int64)
    scale, spread = _metres_per_unit(faces)
    doubtful = np.ones(len(rings.polygon), dtype=bool)
    alone = np.bincount(rings.polygon, minlength=len(faces))[rings.polygon] == 1
    for low, high in _blocks(rings.first):
        first = rings.first[low : high + 1]
        doubtful[low:high] = ~_turns_forward(rings.xy[first[0] : first[-1]] * scale, first - first[0], spread)
    return np.unique(rings.polygon[doubtful | ~alone])


def narrow_necks(faces):
    """The narrowest place on the widest way between wide parts of each face.

    Parameters
    ----------
    faces : ndarray of Polygon or MultiPolygon, shape (n,)
        Degrees; valid.

    Returns
    -------
    index : ndarray of int64, shape (k,)
        The faces; one with three wide parts stands twice.
    lines : ndarray of LineString, shape (k,)
        Across the necks, degrees.
    width_m : ndarray of float64, shape (k,)

    Examples
    --------
    >>> hourglass = shapely.Polygon([(0, 0), (9, 4.9995), (18, 0), (18, 10), (9, 5.0005), (0, 10)])
    >>> degrees = shapely.transform(hourglass, lambda xy: xy * 1e-3 + [105, 0])
    >>> index, lines, width_m = narrow_necks(np.array([degrees, shapely.box(105, 28, 105.1, 28.1)]))
    >>> index.tolist(), width_m.round(2), round(lines[0].centroid.x, 6)
    ([0], array([0.11]), 105.009)
    """
    parts, face = shapely.get_parts(faces, return_index=True)
    scale, origin = _local(parts)
    metric = _moved(parts, lambda xy, row: (xy - origin[row]) * scale[row])
    rows, lines, width_m = [], [], []
    for row in _that_fall_apart(metric):
        for line, width in _necks_of(metric[row]):
            rows.append(row)
            lines.append(shapely.transform(line, lambda xy, row=row: xy / scale[row] + origin[row]))
            width_m.append(width)
    drawn = np.empty(len(lines), dtype=object)
    drawn[:] = lines
    return face[np.array(rows, dtype=np.int64)], drawn, np.array(width_m)


def _turns_forward(xy, first, spread):
    """Whether each ring turns back too little to have a neck; see :func:`may_have_necks`."""
    begin, length = first[:-1], np.diff(first)
    x, y = (axis - np.repeat(np.add.reduceat(axis, begin) / length, length) for axis in np.ascontiguousarray(xy.T))
    from_centre = x * x + y * y
    east, north, outward = np.diff(x), np.diff(y), np.abs(np.diff(from_centre))
    cross, squared = x[:-1] * north - y[:-1] * east, east * east + north * north
    beside = np.divide(cross * cross, squared, out=from_centre[:-1].copy(), where=(squared > 0) & (outward < squared))
    cross[begin[1:] - 1] = 0  # no edge, but the way from one ring to the next
    beside[begin[1:] - 1] = np.inf
    clockwise = np.repeat(np.add.reduceat(cross, begin) < 0, length)[:-1]
    back = np.flatnonzero(np.where(clockwise, cross > 0, cross < 0))
    angle = np.arctan2(np.abs(cross[back]), x[back] * x[back + 1] + y[back] * y[back + 1])
    turned_back = np.bincount(np.repeat(np.arange(len(begin)), length)[back], angle, minlength=len(begin))
    near = np.sqrt(np.minimum.reduceat(np.append(beside, np.inf), begin))
    far = np.sqrt(np.maximum.reduceat(from_centre, begin))
    return turned_back + _seen(NECK_M * spread, near) < _seen(WIDE_M / spread, far)


def _seen(width, distance):
    """Angle of a chord of a width whose ends are at a distance, or of a disc within it; at most a half turn."""
    return 2 * np.arcsin(np.minimum(width / 2 / np.maximum(distance, width / 2), 1))


def _metres_per_unit(faces):
    """Metres to a unit of the plane in x and in y, and the factor by which they may differ somewhere in the layer."""
    plane, xy = faces.plane, faces.rings.xy
    low, high = (np.array([best(xy[:, 0]), best(xy[:, 1])]) for best in (np.min, np.max))
    grid = np.stack(np.meshgrid(*np.linspace(low, high, 3).T), axis=-1).reshape(-1, 2)
    step = (high - low) * 1e-3
    here, east, north = (
        shapely.get_coordinates(plane.to_storage(shapely.points(grid + way * step))) for way in ([0, 0], [1, 0], [0, 1])
    )
    scale = np.column_stack([edge_lengths_m(here, east) / step[0], edge_lengths_m(here, north) / step[1]])
    middle = scale[len(scale) // 2]
    return middle, MARGIN * float(np.max(np.maximum(scale / middle, middle / scale)))


def _blocks(first):
    low = 0
    while low < len(first) - 1:
        high = max(int(first.searchsorted(first[low] + BLOCK, side="right")) - 1, low + 1)
        yield low, high
        low = high


def _local(parts):
    """Metres to a degree around each part, and the point from which its metres are counted."""
    bounds = shapely.bounds(parts).reshape(-1, 4)
    origin = (bounds[:, :2] + bounds[:, 2:]) / 2
    return np.column_stack(metres_per_degree(origin[:, 1])), origin


def _moved(parts, change):
    xy, row = shapely.get_coordinates(parts, return_index=True)
    return shapely.set_coordinates(np.array(parts, dtype=object), change(xy, row)) if len(parts) else parts


def _that_fall_apart(parts):
    """Rows of parts that have two wide pieces when shrunk by half the width of a neck."""
    shrunk, row = shapely.get_parts(_shrunk(parts, NECK_M / 2), return_index=True)
    several = np.bincount(row, minlength=len(parts))[row] > 1
    shrunk, row = shrunk[several], row[several]
    return np.flatnonzero(np.bincount(row[_is_wide(shrunk)], minlength=len(parts)) > 1).tolist()


def _is_wide(shrunk):
    return ~shapely.is_empty(_shrunk(shrunk, (WIDE_M - NECK_M) / 2))


def _shrunk(polygons, by):
    return shapely.buffer(polygons, -by, quad_segs=QUADRANT)


def _necks_of(polygon):
    """Lines across the necks of one polygon, with their widths: as few as join all of its wide parts, the nearest first."""
    pieces = shapely.get_parts(_shrunk(polygon, NECK_M / 2))
    pieces = pieces[_is_wide(pieces)]
    pieces = pieces[np.argsort(-shapely.area(pieces), kind="stable")][:MOST_PARTS]
    group = list(range(len(pieces)))
    for one, other in sorted(combinations(group, 2), key=lambda pair: shapely.distance(*pieces[list(pair)])):
        if group[one] != group[other]:
            yield _neck_between(polygon, shapely.shortest_line(pieces[one], pieces[other]))
            group = [group[one] if each == group[other] else each for each in group]


def _neck_between(polygon, way):
    """The line across the narrowest place on the widest way between the ends of a line, and its length."""
    near = shapely.intersection(polygon, shapely.box(*shapely.bounds(shapely.buffer(way, AROUND_M))))
    ends = shapely.points(shapely.get_coordinates(way))
    if _link(near, NECK_M / 2**STEPS, ends) is not None:  # the way round is longer
        near = polygon
    joined, parted, tips = 0.0, NECK_M / 2, way
    for _ in range(STEPS):
        by = (joined + parted) / 2
        link = _link(near, by, ends)
        joined, parted, tips = (by, parted, tips) if link is None else (joined, by, link)
    bank = shapely.get_coordinates(shapely.shortest_line(shapely.boundary(polygon), shapely.get_point(tips, 0)))
    return shapely.linestrings([bank[0], 2 * bank[1] - bank[0]]), 2 * parted


def _link(polygon, by, ends):
    """The shortest line between the pieces nearest to two points, when the polygon is shrunk; None if they are one."""
    pieces = shapely.get_parts(_shrunk(polygon, by))
    first, second = (int(np.argmin(shapely.distance(pieces, end))) for end in ends)
    return None if first == second else shapely.shortest_line(pieces[first], pieces[second])
