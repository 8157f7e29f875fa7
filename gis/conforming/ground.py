"""Whole units of a drawing, counted from a corner of the layer, and what they are on the ground."""

from dataclasses import dataclass

import numpy as np
import shapely

from gis.conforming.drawing import draw, shapes_of
from gis.lattice import UNITS_PER_DEGREE, from_lattice, to_lattice
from gis.measures import edge_lengths_m, metres_per_degree

WIDEST = 1 << 30  # units, about 107 degrees: beyond it cross products leave int64


@dataclass(frozen=True, slots=True)
class Ground:
    """A corner of the lattice from which a layer's units are counted.

    Attributes
    ----------
    corner : ndarray of int64, shape (2,)
    """

    corner: np.ndarray

    def enter(self, geometries):
        """Polygons in degrees in whole units, flat, without repeated vertices and without rings that have no land."""
        flat = shapely.force_2d(np.asarray(geometries, dtype=object))
        units = shapely.transform(flat, lambda lonlat: (to_lattice(lonlat) - self.corner).astype(np.float64))
        return shapely.remove_repeated_points(_without_points(units))

    def leave(self, geometries):
        """Geometries in whole units as geometries in degrees."""
        return shapely.transform(geometries, self.lonlat)

    def lonlat(self, xy):
        """Degrees of points in units, (n, 2)."""
        return from_lattice(np.rint(xy).astype(np.int64) + self.corner)

    def scale_m(self, xy):
        """Metres to a unit eastward and northward at each point, (n, 2)."""
        latitude = (np.asarray(xy)[:, 1] + self.corner[1]) / UNITS_PER_DEGREE
        return np.column_stack(metres_per_degree(latitude)) / UNITS_PER_DEGREE

    def lengths_m(self, start, end):
        """Lengths of segments, (n,)."""
        return edge_lengths_m(self.lonlat(start), self.lonlat(end))

    def distances_m(self, points, start, end):
        """Distances of points from segments, (n,)."""
        scale = self.scale_m(points)
        to, way = (points - start) * scale, (end - start) * scale
        share = (to * way).sum(axis=1) / np.maximum((way * way).sum(axis=1), 1e-300)
        return np.hypot(*(to - np.clip(share, 0, 1)[:, None] * way).T)

    def reach(self, xy, distance_m):
        """Units that are at least a distance in every direction at all of some points."""
        return distance_m / self.scale_m(xy).min() * 1.001


def ground_of(geometries):
    """The ground of a layer.

    Parameters
    ----------
    geometries : ndarray of Geometry
        Degrees; those without coordinates do not count.

    Returns
    -------
    Ground

    Examples
    --------
    >>> ground_of([shapely.box(105, 28, 105.1, 28.1)]).corner.tolist()
    [1050000000, 280000000]
    """
    west, south, _, _ = shapely.total_bounds(geometries)
    return Ground(to_lattice([[west, south]])[0])


def _without_points(polygons):
    """Polygons without the rings of fewer than three different vertices, of which GEOS makes nothing but an exception."""
    answer = np.array(polygons, dtype=object)
    parts, polygon = shapely.get_parts(answer, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    real = (ring[1:] == ring[:-1]) & (xy[1:] != xy[:-1]).any(axis=1)
    edges = np.bincount(ring[1:][real], minlength=len(rings))
    for k in np.unique(polygon[part[edges < 3]]).tolist():
        shapes, _ = shapes_of(draw(answer[k : k + 1], np.array([0])))
        answer[k] = shapes[0] if len(shapes) else shapely.Polygon()
    return answer
