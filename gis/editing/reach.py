"""The place on lattice edges nearest to another place, by metres."""

import numpy as np

from gis.lattice import UNITS_PER_DEGREE, from_lattice
from gis.measures import edge_lengths_m


def nearest_on_edges(place, edges, *, reach_m, vertices_first=False):
    """The edge nearest to a place and the lattice point on it.

    Parameters
    ----------
    place : (int, int)
        Lattice point.
    edges : iterable of (int, int, int, int)
    reach_m : float
        Largest distance.
    vertices_first : bool
        Take the nearest vertex in reach before any point between two.

    Returns
    -------
    ((int, int, int, int), (int, int)) or None
        The smallest edge of those equally near.

    Examples
    --------
    >>> nearest_on_edges((4, 3), [(0, 0, 10, 0)], reach_m=0.5)
    ((0, 0, 10, 0), (4, 0))
    >>> nearest_on_edges((4, 3), [(0, 0, 10, 0)], reach_m=0.5, vertices_first=True)
    ((0, 0, 10, 0), (0, 0))
    >>> nearest_on_edges((4, 300), [(0, 0, 10, 0)], reach_m=0.5) is None
    True
    """
    if not edges:
        return None
    rows = np.array(sorted(edges), dtype=np.int64)
    if vertices_first:
        ends = np.concatenate([rows[:, :2], rows[:, 2:]])
        found = _nearest(place, ends, np.concatenate([rows, rows]), reach_m)
        if found:
            return found
    return _nearest(place, _on_edges(np.array(place), rows), rows, reach_m)


def reach_box(place, reach_m):
    """West, south, east, north of a box, in degrees, that holds everything within reach of a lattice point.

    Parameters
    ----------
    place : (int, int)
        Lattice units.
    reach_m : float

    Returns
    -------
    (float, float, float, float)

    Examples
    --------
    >>> [round(float(side), 4) for side in reach_box((1054000000, 0), 100)]
    [105.399, -0.001, 105.401, 0.001]
    """
    lon, lat = from_lattice([place])[0]
    margin = reach_m / (100_000 * max(np.cos(np.radians(lat)), 0.01))
    return (lon - margin, lat - margin, lon + margin, lat + margin)


def _nearest(place, points, rows, reach_m):
    away_m = edge_lengths_m(np.tile(from_lattice([place]), (len(points), 1)), points / UNITS_PER_DEGREE)
    best = int(np.argmin(away_m))
    if away_m[best] > reach_m:
        return None
    return tuple(rows[best].tolist()), tuple(np.rint(points[best]).astype(np.int64).tolist())


def _on_edges(place, rows):
    """The point of each edge nearest to a place, where a degree of longitude is shorter than one of latitude."""
    scale = np.array([np.cos(np.radians(place[1] / UNITS_PER_DEGREE)), 1.0])
    way, offset = (rows[:, 2:] - rows[:, :2]) * scale, (place - rows[:, :2]) * scale
    share = np.clip((way * offset).sum(axis=1) / (way * way).sum(axis=1), 0, 1)
    return rows[:, :2] + share[:, None] * (rows[:, 2:] - rows[:, :2])
