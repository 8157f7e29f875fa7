"""Does a layer fit its parent better in another datum than the declared one?"""

import numpy as np
import shapely

from gis.datum import from_wgs84, to_wgs84

CANDIDATES = ("wgs84", "gcj02", "bd09")
SAMPLE = 1000
SUSPECT_DISTANCE_M = 50.0  # mean distance outside the parent; a datum mix-up makes 150 m or more
SUSPECT_RATIO = 4.0  # by which another datum must fit better
METRES_PER_DEGREE = 111_000.0  # to compare distances with one another, not to measure


def better_datum(lonlat, parent, declared):
    """The datum in which the border of a layer lies within its parent, where the declared one fails.

    Parameters
    ----------
    lonlat : ndarray of float, shape (n, 2)
        Vertices of the layer's border, degrees on CGCS2000 as converted from the declared datum.
    parent : Polygon or MultiPolygon
        Degrees on CGCS2000.
    declared : {"cgcs2000", "wgs84", "gcj02", "bd09"}

    Returns
    -------
    str or None
        None when the declared datum fits, or no other does.

    Examples
    --------
    >>> parent = shapely.box(105, 28, 105.02, 28.02)
    >>> shifted = from_wgs84(shapely.get_coordinates(parent), "gcj02")
    >>> better_datum(shifted, parent, "wgs84")
    'gcj02'
    """
    if not len(lonlat):
        return None
    raw = from_wgs84(lonlat[:: max(1, len(lonlat) // SAMPLE)], declared)
    edges = shapely.STRtree(_edges_of(parent))
    shapely.prepare(parent)
    declared_m = _mean_distance_m(to_wgs84(raw, declared), parent, edges)
    if declared_m <= SUSPECT_DISTANCE_M:
        return None
    away_m = {datum: _mean_distance_m(to_wgs84(raw, datum), parent, edges) for datum in CANDIDATES}
    best = min(CANDIDATES, key=away_m.get)
    return best if declared_m > SUSPECT_RATIO * away_m[best] else None


def _mean_distance_m(lonlat, parent, edges):
    points = shapely.points(lonlat)
    outside = points[~shapely.intersects(parent, points)]
    distances = edges.query_nearest(outside, return_distance=True, all_matches=False)[1]
    return METRES_PER_DEGREE * distances.sum() / len(points)


def _edges_of(parent):
    lonlat, line = shapely.get_coordinates(shapely.get_parts(shapely.boundary(parent)), return_index=True)
    first = np.flatnonzero(line[1:] == line[:-1])
    return shapely.linestrings(np.stack([lonlat[first], lonlat[first + 1]], axis=1))
