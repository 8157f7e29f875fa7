"""A local plane in metres for drawing the demo city. Only shapes are drawn in it; nothing is ever measured."""

import numpy as np

# An equirectangular plane about the middle of Luzhou: true to 1 % within the city, which is plenty for a drawing.
ORIGIN = np.array([1_054_400_000.0, 285_000_000.0])
METRES_PER_UNIT = np.array([0.0097853, 0.0110860])


def to_plane(units):
    """Metres east and north of the origin.

    Parameters
    ----------
    units : array_like of int, shape (n, 2)
        Lattice points.

    Returns
    -------
    ndarray of float64, shape (n, 2)
    """
    return (np.asarray(units, dtype=np.float64) - ORIGIN) * METRES_PER_UNIT


def to_units(xy_m):
    """Nearest lattice points of points in the plane.

    Returns
    -------
    ndarray of int64, shape (n, 2)

    Examples
    --------
    >>> to_units(to_plane([[1054400007, 288800000]]))
    array([[1054400007,  288800000]])
    """
    return np.rint(np.asarray(xy_m) / METRES_PER_UNIT + ORIGIN).astype(np.int64)
