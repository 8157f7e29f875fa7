"""How far borders have moved where no mend is: what the promise of a largest shift is held against."""

import numpy as np
import shapely

from gis.lattice import UNITS_PER_DEGREE
from gis.measures import metres_per_degree

ROUNDING_M = 3 * 111_000 / UNITS_PER_DEGREE  # of a crossing, of a node, and of what it is measured against
THORN_M = 2 * ROUNDING_M  # a thorn narrower than this, however long, may fall flat when its edges are led through a node


def moved_m(before, after, mends, *, snap_m):
    """Hausdorff distance of the borders of a face before and after, without the borders of mends and without thorns.

    Parameters
    ----------
    before, after : Polygon or MultiPolygon
        Degrees.
    mends : ndarray of Geometry
        Land of mends, degrees. Snapped as it is, it may begin as far as a border may be snapped from the border before.
    snap_m : float
    """
    west, south, east, north = shapely.bounds(before)
    near = mends[shapely.intersects(mends, shapely.box(west - 0.001, south - 0.001, east + 0.001, north + 0.001))]
    scale = np.array([float(metres) for metres in metres_per_degree((south + north) / 2)])
    flat = [shapely.transform(one, lambda lonlat: (lonlat - [west, south]) * scale) for one in (before, after, *near)]
    old, new = shapely.boundary(flat[:2])
    mended = shapely.union_all(flat[2:])
    blunt = shapely.boundary(shapely.buffer(shapely.buffer(flat[0], -THORN_M / 2), THORN_M / 2)) & shapely.buffer(old, 1e-6)
    old_left = blunt - shapely.buffer(mended, snap_m + ROUNDING_M)
    return max(_farthest_m(old_left, new), _farthest_m(new - shapely.buffer(mended, ROUNDING_M), old))


def _farthest_m(border, other):
    points = shapely.points(shapely.get_coordinates(shapely.segmentize(border, 50.0)))
    shapely.prepare(other)
    return float(shapely.distance(points, other).max(initial=0.0))


def land_of(mends):
    """The land of mends, as an array."""
    return np.array([mend.geometry for mend in mends if mend.geometry is not None], dtype=object)
