"""The nearest face and the distance to it, for points that lie in none."""

import numpy as np
import shapely
from pyproj import Geod

from gis.lattice import UNITS_PER_DEGREE

WGS84 = Geod(ellps="WGS84")  # CGCS2000's ellipsoid differs from it by 0.1 mm in the semi-minor axis
LONGEST_PIECE_DEG = 0.01  # a straight piece this long bends by under 3 cm when drawn in the Mercator projection
LAT_LIMIT_DEG = 89.9


class Shoreline:
    """The edges that may border on no face at all, ready to be asked which is the nearest.

    "Nearest" is decided in the Mercator projection, which is conformal: right for points near the layer at any
    latitude, an approximation for those hundreds of kilometres away. The distance is geodesic, to the place so found.

    Parameters
    ----------
    edges : gis.locating.undirected.UndirectedEdges
        Not empty.
    """

    def __init__(self, edges):
        chosen = np.flatnonzero(edges.outer if edges.outer.any() else ~edges.outer)
        start = np.column_stack([edges.x[chosen], edges.y[chosen]]) / UNITS_PER_DEGREE
        way = np.column_stack([edges.dx[chosen], edges.dy[chosen]]) / UNITS_PER_DEGREE
        self._owner = np.minimum.reduceat(edges.side, edges.first[:-1])[chosen]
        lines = shapely.linestrings(np.stack([start, start + way], axis=1))
        longest = max(LONGEST_PIECE_DEG, float(np.ptp(start, axis=0).max(initial=0)) / 1000)
        self._lines = shapely.transform(shapely.segmentize(lines, longest), _mercator)
        self._tree = shapely.STRtree(self._lines)

    def nearest(self, lonlat):
        """Rank of the nearest face (the smallest of equals) and the distance to it.

        Parameters
        ----------
        lonlat : ndarray of float64, shape (n, 2)

        Returns
        -------
        face : ndarray of int64, shape (n,)
        distance_m : ndarray of float64, shape (n,)
        """
        points = shapely.points(_mercator(lonlat))
        which, line = self._tree.query_nearest(points, all_matches=True)
        order = np.lexsort((self._owner[line], which))
        line = line[order][np.r_[True, np.diff(which[order]) > 0][: len(order)]]
        foot = shapely.get_coordinates(shapely.shortest_line(points, self._lines[line]))[1::2]
        return self._owner[line], WGS84.inv(*lonlat.T, *_unproject(foot).T)[2]


def _mercator(lonlat):
    """Longitude and latitude in degrees to the Mercator projection of the unit sphere."""
    lat = np.radians(np.clip(lonlat[:, 1], -LAT_LIMIT_DEG, LAT_LIMIT_DEG))
    return np.column_stack([np.radians(lonlat[:, 0]), np.arcsinh(np.tan(lat))])


def _unproject(xy):
    """Mercator projection of the unit sphere to longitude and latitude in degrees."""
    return np.degrees(np.column_stack([xy[:, 0], np.arctan(np.sinh(xy[:, 1]))]))
