"""Lead faces that were drawn earlier through the nodes that their borders have got since."""

import numpy as np
import shapely

from gis.editing.cutting import undirected_rows
from gis.editing.insertion import nodes_on, with_nodes

REACH = 2.0  # units: a node lies under one unit from its edge, and the edge may have been bent before


def renoded(polygons, current):
    """Polygons with the nodes that a coverage has on edges which they still have whole.

    Parameters
    ----------
    polygons : ndarray of Polygon or MultiPolygon, shape (n,)
        Degrees, on the lattice; from an earlier state of the coverage.
    current : ndarray of Polygon or MultiPolygon, shape (m,)
        The coverage as it is.

    Returns
    -------
    ndarray of Polygon or MultiPolygon, shape (n,)
        Edges that the coverage does not have, not even in pieces, stay as they are.

    Examples
    --------
    >>> square, noded = shapely.box(0, 0, 9e-7, 9e-7), shapely.Polygon([(0, 0), (4e-7, 0), (9e-7, 0), (9e-7, 9e-7), (0, 9e-7)])
    >>> shapely.get_num_coordinates(renoded(np.array([square]), np.array([noded]))).tolist()
    [6]
    """
    known = {tuple(row) for row in undirected_rows(current).tolist()}
    whole = [tuple(row) for row in undirected_rows(polygons).tolist() if tuple(row) not in known]
    if not whole:
        return polygons
    corners = np.array(sorted({edge[:2] for edge in known} | {edge[2:] for edge in known}), dtype=float)
    lines = shapely.linestrings(np.array(whole, dtype=float).reshape(-1, 2, 2))
    line, corner = shapely.STRtree(shapely.points(corners)).query(lines, predicate="dwithin", distance=REACH)
    paths = {}
    for k in np.unique(line).tolist():
        path = _path(whole[k], corners[corner[line == k]], known)
        if path:
            paths[whole[k]] = path
    return with_nodes(polygons, nodes_on(paths))


def _path(edge, near, known):
    """Points between the ends of an edge, each farther along it, by steps that the coverage has; nothing if there is no way.

    Others may lie as near, the next vertex of a border that ends at the edge for one: they are passed by.
    """
    start, end = np.array(edge[:2], dtype=float), np.array(edge[2:], dtype=float)
    along = (near - start) @ (end - start)
    inside = (along > 0) & (along < (end - start) @ (end - start))
    points = [tuple(int(value) for value in point) for point in near[inside][np.argsort(along[inside], kind="stable")]]
    ways = {edge[:2]: []}
    for point in [*points, edge[2:]]:
        last = next((each for each in reversed(ways) if _is_step(each, point, known)), None)
        if last is not None:
            ways[point] = [*ways[last], point]
    return ways.get(edge[2:], [])[:-1]


def _is_step(start, end, known):
    return (*start, *end) in known or (*end, *start) in known
