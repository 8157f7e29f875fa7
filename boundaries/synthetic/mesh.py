"""Triangles that fill an outline exactly and have all its vertices."""

from dataclasses import dataclass

import numpy as np
import shapely
from scipy.spatial import Delaunay, cKDTree

from boundaries.synthetic.cycles import cycles
from boundaries.synthetic.plane import to_plane, to_units
from gis.chain import edges

SPLITS = 14  # rounds of splitting the outline until every piece of it is an edge of the triangulation


@dataclass(frozen=True, slots=True)
class Outline:
    """The border of a parent as segments, the parent on their left.

    Attributes
    ----------
    start, end : ndarray of int64, shape (s, 2)
        Lattice points.
    after : ndarray of int64, shape (s,)
        Index of the segment that follows on the ring.
    """

    start: np.ndarray
    end: np.ndarray
    after: np.ndarray


@dataclass(frozen=True, slots=True)
class Mesh:
    """Triangles inside an outline.

    Attributes
    ----------
    xy_m : ndarray of float, shape (n, 2)
        Vertices; the first ``len(segment)`` lie on the outline, ascending by segment and `t`.
    triangles : ndarray of int64, shape (m, 3)
        Counter-clockwise.
    segment : ndarray of int64
        Segment of the outline on which each of the first vertices lies.
    t : ndarray of float
        Where on the segment, 0 … 1 (below 1).
    """

    xy_m: np.ndarray
    triangles: np.ndarray
    segment: np.ndarray
    t: np.ndarray


def outline_of(polygon):
    """Segments of a polygon's rings, in the order of the rings.

    Parameters
    ----------
    polygon : Polygon or MultiPolygon

    Returns
    -------
    Outline
    """
    table = edges([polygon])
    # edges() keeps the way a ring was drawn and turns single edges, so the order is found again from the ends.
    place = {tuple(point): row for row, point in enumerate(table.start.tolist())}
    follower = np.array([place[tuple(point)] for point in table.end.tolist()])
    order = cycles(follower)[0]
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    return Outline(table.start[order], table.end[order], rank[follower[order]])


def triangulate(inside, outline, points_m, spacing_m):
    """Triangulate a polygon with inner points; pieces of the outline are as short as the points about it are close.

    Parameters
    ----------
    inside : Polygon or MultiPolygon
        In metres of the plane.
    outline : Outline
        Of the same polygon.
    points_m : ndarray of float, shape (n, 2)
        Points inside, in the plane. Those too near to the outline or to each other are left out.
    spacing_m : ndarray of float, shape (n,)
        Mean distance between the points about each point.

    Returns
    -------
    Mesh
    """
    segment, t = _pieces(outline, points_m, spacing_m)
    for _ in range(SPLITS):
        crowded = _crowded(outline, segment, t)
        if not crowded.any():
            break
        segment, t = _split(segment, t, crowded)
    points_m = _thinned(points_m, spacing_m, _positions(outline, segment, t), _ends(outline, segment, t))
    for _ in range(SPLITS):
        xy_m = np.vstack([_positions(outline, segment, t), points_m])
        triangles = _kept(inside, xy_m, Delaunay(xy_m).simplices)
        triangles = triangles[~_flat(triangles, outline, segment)]
        missing = _missing(triangles, len(segment), next_vertex(outline, segment))
        if not missing.any():
            return Mesh(xy_m, triangles, segment, t)
        segment, t = _split(segment, t, missing)
    raise ArithmeticError("no triangulation has all pieces of the outline as edges")


def _pieces(outline, points_m, spacing_m):
    """Cut every segment into pieces about as long as the points near its middle are apart."""
    start, end = to_plane(outline.start), to_plane(outline.end)
    near = cKDTree(points_m).query((start + end) / 2)[1]
    count = np.maximum(np.ceil(np.hypot(*(end - start).T) / spacing_m[near]), 1).astype(np.int64)
    segment = np.repeat(np.arange(len(count)), count)
    number = np.arange(len(segment)) - np.repeat(np.cumsum(count) - count, count)
    return segment, number / count[segment]


def _positions(outline, segment, t):
    start, end = outline.start[segment], outline.end[segment]
    return to_plane(np.rint(start + t[:, None] * (end - start)))


def next_vertex(outline, segment):
    """Index of the vertex that ends the piece beginning at each outline vertex.

    Parameters
    ----------
    outline : Outline
    segment : ndarray of int64, shape (k,)
        Segment of each outline vertex, ascending.

    Returns
    -------
    ndarray of int64, shape (k,)
    """
    last = np.append(segment[1:] != segment[:-1], True)
    first_of_segment = np.searchsorted(segment, np.arange(len(outline.after)))
    return np.where(last, first_of_segment[outline.after[segment]], np.arange(len(segment)) + 1)


def piece_ends(segment, t):
    """Where on its segment the piece ends that begins at each outline vertex.

    Examples
    --------
    >>> piece_ends(np.array([0, 0, 1]), np.array([0.0, 0.5, 0.0])).tolist()
    [0.5, 1.0, 1.0]
    """
    last = np.append(segment[1:] != segment[:-1], True)
    return np.where(last, 1.0, np.append(t[1:], 1.0))


def _ends(outline, segment, t):
    return _positions(outline, segment, t)[next_vertex(outline, segment)]


def _crowded(outline, segment, t):
    """Pieces with another outline vertex in the circle about them: they need not be edges of the triangulation."""
    start, end = _positions(outline, segment, t), _ends(outline, segment, t)
    radius = np.hypot(*(end - start).T) / 2
    return cKDTree(start).query_ball_point((start + end) / 2, radius * 0.999, return_length=True) > 0


def _split(segment, t, chosen):
    middle = (t + piece_ends(segment, t))[chosen] / 2
    place = np.flatnonzero(chosen) + 1
    return np.insert(segment, place, segment[chosen]), np.insert(t, place, middle)


def _thinned(points_m, spacing_m, start, end):
    """Leave out points in the circle about a piece of the outline, and the later of two that nearly touch."""
    tree = cKDTree(points_m)
    drop = np.zeros(len(points_m), dtype=bool)
    radius = np.hypot(*(end - start).T) / 2
    near = tree.query_ball_point((start + end) / 2, radius * 1.15)
    drop[np.concatenate([np.asarray(rows, dtype=np.int64) for rows in near])] = True
    drop |= cKDTree(start).query(points_m)[0] < 0.5 * spacing_m
    gap, other = (column[:, 1] for column in tree.query(points_m, k=2))
    drop |= (gap < 0.42 * spacing_m) & ((spacing_m > spacing_m[other]) | (other < np.arange(len(points_m))))
    return points_m[~drop]


def _kept(inside, xy_m, triangles):
    corners = xy_m[triangles]
    (ux, uy), (vx, vy) = (corners[:, 1] - corners[:, 0]).T, (corners[:, 2] - corners[:, 0]).T
    turned = ux * vy - uy * vx
    triangles = np.where((turned < 0)[:, None], triangles[:, ::-1], triangles).astype(np.int64)
    shapely.prepare(inside)
    middle = corners.mean(axis=1)
    return triangles[(turned != 0) & shapely.contains_xy(inside, middle[:, 0], middle[:, 1])]


def _flat(triangles, outline, segment):
    """Triangles between vertices of one segment: rounding bends it, and what the bend cuts off is no face."""
    first_of_segment = np.searchsorted(segment, np.arange(len(outline.after)))
    on = np.full((triangles.max() + 1, 2), -1)
    on[: len(segment), 0] = segment
    before = np.empty_like(outline.after)
    before[outline.after] = np.arange(len(outline.after))
    on[first_of_segment, 1] = before
    first, second, third = on[triangles].transpose(1, 0, 2)
    shared = (first[:, :, None] == second[:, None, :]).any(axis=2) & (first >= 0)
    return (shared & (first[:, :, None] == third[:, None, :]).any(axis=2)).any(axis=1)


def _missing(triangles, outline_count, next_vertex):
    """Pieces of the outline that are not the edge of a triangle on their left."""
    a, b = triangles.ravel(), np.roll(triangles, -1, axis=1).ravel()
    of_outline = a < outline_count
    have = np.unique(a[of_outline] * (1 << 32) + b[of_outline])
    return ~np.isin(np.arange(outline_count) * (1 << 32) + next_vertex, have)


def inner_points(polygon, bounds_m, spacing_m, rng):
    """Shaken triangular raster of points that lie inside a polygon of the plane.

    Parameters
    ----------
    polygon : Geometry
        In metres.
    bounds_m : sequence of float
        West, south, east and north of the raster.
    spacing_m : float
    rng : numpy.random.Generator

    Returns
    -------
    ndarray of float, shape (n, 2)
    """
    west, south, east, north = bounds_m
    y, x = np.mgrid[south : north + spacing_m : spacing_m * np.sqrt(0.75), west : east + spacing_m : spacing_m]
    x[1::2] += spacing_m / 2
    points = np.column_stack([x.ravel(), y.ravel()])
    points += rng.uniform(-0.24, 0.24, size=points.shape) * spacing_m
    shapely.prepare(polygon)
    return to_plane(to_units(points[shapely.contains_xy(polygon, points[:, 0], points[:, 1])]))
