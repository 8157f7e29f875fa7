"""Open incidents in the units that a change of borders touches: which units they lie in before and after."""

from collections import Counter

import numpy as np

from gis.locating.locate import Locator


def moving(lonlat, before, after):
    """Count incidents by the unit they lie in before and after a change.

    Parameters
    ----------
    lonlat : ndarray of float, shape (n, 2)
        Degrees on CGCS2000, of open incidents.
    before, after : sequence of (str, Polygon or MultiPolygon)
        Code and shape of the units that change, of one level.

    Returns
    -------
    list of (str, str, int)
        Unit before, unit after and how many; those that lie in none of the units are left out. Ascending.

    Examples
    --------
    >>> import shapely
    >>> whole, west, east = shapely.box(105, 28, 107, 29), shapely.box(105, 28, 106, 29), shapely.box(106, 28, 107, 29)
    >>> moving(np.array([[105.5, 28.5], [106.5, 28.5]]), [("A", whole)], [("A", west), ("B", east)])
    [('A', 'A', 1), ('A', 'B', 1)]
    """
    owners = [_owners(lonlat, units) for units in (before, after)]
    pairs = Counter(zip(*owners, strict=True))
    return [(old, new, count) for (old, new), count in sorted(pairs.items()) if old and new]


def _owners(lonlat, units):
    """Code of the unit that owns each point; empty text for none."""
    if not units or not len(lonlat):
        return [""] * len(lonlat)
    codes = np.array([code for code, _ in units], dtype=np.str_)
    shapes = np.empty(len(units), dtype=object)
    shapes[:] = [shape for _, shape in units]
    found = Locator(shapes, codes).locate(lonlat, distances=False).face
    return np.where(found >= 0, codes[found], "").tolist()
