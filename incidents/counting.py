"""How many incidents lie in each of some units."""

import numpy as np

from gis.locating.locate import Locator


def counts_in(lonlat, units):
    """Count places by the unit that owns them.

    Parameters
    ----------
    lonlat : ndarray of float, shape (n, 2)
        Degrees on CGCS2000.
    units : sequence of (str, Polygon or MultiPolygon)
        Id and shape of units with disjoint interiors.

    Returns
    -------
    dict of str to int
        For each of the units.

    Examples
    --------
    >>> import shapely
    >>> pair = [("a", shapely.box(105, 28, 106, 29)), ("b", shapely.box(106, 28, 107, 29))]
    >>> counts_in(np.array([[105.5, 28.5], [106.0, 28.5], [108.0, 28.5]]), pair)
    {'a': 2, 'b': 0}
    """
    names = [name for name, _ in units]
    shapes = np.empty(len(units), dtype=object)
    shapes[:] = [shape for _, shape in units]
    if not len(units) or not len(lonlat):
        return dict.fromkeys(names, 0)
    owner = Locator(shapes, np.array(names, dtype=np.str_)).locate(lonlat, distances=False).face
    return dict(zip(names, np.bincount(owner[owner >= 0], minlength=len(names)).tolist(), strict=True))
