"""Metres around a place, to choose what is near in; nothing is stored in them."""

from dataclasses import dataclass

import numpy as np
import shapely

from gis.lattice import from_lattice, to_lattice
from gis.measures import edge_lengths_m

STEP_DEG = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class Metres:
    """A plane that touches the ellipsoid at a place: true to a thousandth within ten kilometres of it.

    Attributes
    ----------
    origin, metres_per_degree : ndarray of float, shape (2,)
    """

    origin: np.ndarray
    metres_per_degree: np.ndarray

    def enter(self, geometry):
        """Degrees to metres."""
        return shapely.transform(geometry, lambda lonlat: (lonlat - self.origin) * self.metres_per_degree)

    def leave(self, line):
        """Lattice points of a line in metres, (k, 2); those that fall together are merged."""
        units = to_lattice(shapely.get_coordinates(line) / self.metres_per_degree + self.origin)
        return units[np.r_[True, (units[1:] != units[:-1]).any(axis=1)]]


def metres_around(point):
    """The plane around a lattice point.

    Parameters
    ----------
    point : (int, int)

    Returns
    -------
    Metres

    Examples
    --------
    >>> plane = metres_around((1054400000, 288800000))
    >>> shapely.length(plane.enter(shapely.LineString([(105.44, 28.88), (105.44, 28.89)]))).round().tolist()
    1108.0
    """
    origin = from_lattice([point])[0]
    ends = origin + np.diag([STEP_DEG, STEP_DEG])
    return Metres(origin, edge_lengths_m(np.array([origin, origin]), ends) / STEP_DEG)
