"""The plane in which a layer is diagnosed: its own coordinates, or lattice units where all its vertices are on it.

A foreign layer is never moved before it is judged: rounding or projecting a vertex that touches the middle of a
neighbour's edge would make faults of a millimetre that nobody drew. Results are carried to degrees afterwards.
"""

from dataclasses import dataclass

import numpy as np
import shapely

from gis.crs import Frame, boundary_length_m, geodesic_area_m2
from gis.lattice import UNITS_PER_DEGREE, on_lattice

VERTEX_TOLERANCE_DEG = 1e-9  # 0.1 mm: far above the rounding of doubles, far below what a survey resolves
VERTEX_TOLERANCE_M = 1e-4


@dataclass(frozen=True, slots=True)
class Plane:
    """Coordinates of a layer, as they are worked with.

    Attributes
    ----------
    frame : Frame
        What the layer's own numbers mean.
    exact : bool
        True for lattice units: coordinates are whole numbers, so collinear points are collinear and any shared area,
        however small, is a fault. False for the layer's own doubles, whose last digits are noise.
    """

    frame: Frame
    exact: bool

    @property
    def vertex_tolerance(self):
        """Distance within which a vertex lies on an edge, in units of the plane."""
        if self.exact:
            return 0.0
        metres = self.frame.crs.axis_info[0].unit_conversion_factor
        return VERTEX_TOLERANCE_DEG if self.frame.crs.is_geographic else VERTEX_TOLERANCE_M / metres

    @property
    def contact_tolerance(self):
        """Distance within which a computed fault touches the face it was computed from, in units of the plane."""
        return 1e-3 if self.exact else self.vertex_tolerance

    def enter(self, geometries):
        """Geometries in units of the plane."""
        if not self.exact:
            return np.asarray(geometries, dtype=object)
        return shapely.transform(geometries, lambda lonlat: np.rint(lonlat * UNITS_PER_DEGREE))

    def to_storage(self, geometries):
        """Geometries of the plane in degrees on CGCS2000."""
        if self.exact:
            geometries = shapely.transform(geometries, lambda units: units / UNITS_PER_DEGREE)
        return self.frame.to_storage(geometries)


def plane_of(geometries, frame):
    """The plane for some geometries of one frame.

    Parameters
    ----------
    geometries : array_like of Geometry
        Faces and parents that are to be brought together.
    frame : Frame

    Returns
    -------
    Plane

    Examples
    --------
    >>> plane_of([shapely.box(105, 28, 105.1, 28.1)], Frame(4490)).exact
    True
    >>> plane_of([shapely.box(105, 28, 105.1, 28 + 1 / 3)], Frame(4490)).exact
    False
    """
    return Plane(frame, bool(frame.is_lonlat and on_lattice(geometries).all()))


def measure(polygons):
    """Area and width of faults.

    Parameters
    ----------
    polygons : array_like of Polygon or MultiPolygon, shape (n,)
        Degrees on CGCS2000.

    Returns
    -------
    area_m2, width_m : ndarray of float64, shape (n,)
        Geodesic area, and the width of the rectangle with that area and perimeter (of a square, its side).

    Examples
    --------
    >>> area_m2, width_m = measure([shapely.box(105, 0, 105.01, 0.00001)])
    >>> area_m2.round(1), width_m.round(2)
    (array([1230.9]), array([1.11]))
    """
    area_m2, perimeter_m = geodesic_area_m2(polygons), boundary_length_m(polygons)
    return area_m2, width_of(area_m2, perimeter_m)


def width_of(area, perimeter):
    """Width of the rectangle with an area and a perimeter.

    Parameters
    ----------
    area, perimeter : ndarray of float, shape (n,)

    Returns
    -------
    ndarray of float64, shape (n,)
        Of a shape rounder than a square, where no rectangle fits, a quarter of the perimeter.

    Examples
    --------
    >>> width_of(np.array([4.0, 10.0]), np.array([8.0, 202.0])).round(2)
    array([2. , 0.1])
    """
    long_side_less_short = np.sqrt(np.maximum(perimeter**2 - 16 * area, 0.0))
    round_or_square = np.minimum(area, perimeter**2 / 16)
    width = np.zeros_like(area, dtype=np.float64)
    return np.divide(4 * round_or_square, perimeter + long_side_less_short, out=width, where=perimeter > 0)
