"""Vertices that lie inside an edge of a neighbour: T-junctions, where a node is missing."""

import numpy as np
import shapely


def unmatched_vertices(borders, *, tolerance):
    """Vertices of one face that lie on the inside of an edge of another face, or of the parent, or the reverse.

    Parameters
    ----------
    borders : Borders
    tolerance : float
        Largest distance from the edge; 0 where coordinates are whole numbers and the answer is exact.

    Returns
    -------
    lacking : ndarray of int64, shape (k,)
        The face whose edge it is, or :data:`gis.checking.borders.PARENT`.
    having : ndarray of int64, shape (k,)
        A face that has the vertex, or :data:`gis.checking.borders.PARENT`.
    places : ndarray of float64, shape (k, 2)
        Ascending, then by `lacking` and `having`; no row stands twice.

    Notes
    -----
    Only edges that do not cancel are looked at: an edge shared by two faces has a vertex of a third on its inside only
    where that one overlaps them, which is reported as such.

    Examples
    --------
    >>> from gis.checking.borders import borders
    >>> faces = np.array([shapely.box(0, 0, 2, 1), shapely.box(0, 1, 1, 2), shapely.box(1, 1, 2, 2)])
    >>> lacking, having, places = unmatched_vertices(borders(faces), tolerance=0.0)
    >>> lacking.tolist(), having.tolist(), places.tolist()
    ([0, 0], [1, 2], [[1.0, 1.0], [1.0, 1.0]])
    """
    rows = np.flatnonzero(borders.unproven)
    points, owner_of_point = _owned_points(borders, rows)
    edges = shapely.linestrings(np.stack([borders.start[rows], borders.end[rows]], axis=1))
    point, edge = _points_on_edges(points, edges, tolerance)
    point, edge = _drop_ends(points, borders.start[rows], borders.end[rows], point, edge, tolerance)
    having, lacking = owner_of_point[point], borders.owner[rows][edge]
    table = np.column_stack([points[point], lacking, having])[having != lacking]
    table = np.unique(table, axis=0)
    return table[:, 2].astype(np.int64), table[:, 3].astype(np.int64), table[:, :2]


def _owned_points(borders, rows):
    """Ends of the given edges with their owners, each pair once, in a fixed order."""
    table = np.column_stack([borders.start[rows], borders.owner[rows]])
    other = np.column_stack([borders.end[rows], borders.owner[rows]])
    table = np.unique(np.concatenate([table, other]), axis=0)
    return table[:, :2], table[:, 2].astype(np.int64)


def _points_on_edges(points, edges, tolerance):
    tree = shapely.STRtree(edges)
    if tolerance:
        return tree.query(shapely.points(points), predicate="dwithin", distance=tolerance)
    return tree.query(shapely.points(points), predicate="intersects")


def _drop_ends(points, start, end, point, edge, tolerance):
    from_start = np.hypot(*(points[point] - start[edge]).T)
    from_end = np.hypot(*(points[point] - end[edge]).T)
    inside = (from_start > tolerance) & (from_end > tolerance)
    return point[inside], edge[inside]
