"""The plane in which a layer is diagnosed: its own coordinates, or lattice units where all its vertices are on it.

A foreign layer is never moved before it is judged: rounding or projecting a vertex that touches the middle of a
neighbour's edge would make faults of a millimetre that nobody drew. Results are carried to degrees afterwards.
"""

from dataclasses import dataclass

import numpy as np
import shapely

from gis.crs import Frame
from gis.lattice import UNITS_PER_DEGREE, on_lattice

BLOCK = 1 << 15  # vertices
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
        return shapely.transform(geometries, self.enter_coordinates)

    def enter_coordinates(self, xy):
        """The same for their coordinates."""
        if not self.exact:
            return xy
        units = xy * UNITS_PER_DEGREE
        return np.rint(units, out=units)

    def to_storage(self, geometries):
        """Geometries of the plane in degrees on CGCS2000."""
        if self.exact:
            geometries = shapely.transform(geometries, lambda units: units / UNITS_PER_DEGREE)
        return self.frame.to_storage(geometries)


def plane_of(geometries, frame):
    """The plane for some geometries of one frame.

    Parameters
    ----------
    geometries : array_like of Geometry or None
        Faces and parents that are to be brought together. Those with a coordinate that is no number do not count.
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
    if not frame.is_lonlat:
        return Plane(frame, False)
    geometries = np.asarray(geometries, dtype=object)
    if _all_on_lattice(shapely.get_coordinates(geometries)):
        return Plane(frame, True)
    xy, owner = shapely.get_coordinates(geometries, return_index=True)
    broken = owner[~np.isfinite(xy).all(axis=1)]
    return Plane(frame, bool(np.delete(on_lattice(geometries), broken).all()))


def _all_on_lattice(xy):
    """Some at a time, so that what is computed on the way stays in the processor's cache; and it may end early."""
    parts = (xy[low : low + BLOCK] for low in range(0, len(xy), BLOCK))
    return all((np.rint(part * UNITS_PER_DEGREE) / UNITS_PER_DEGREE == part).all() for part in parts)
