"""What more than one function asks of its input, refused in the same words."""

import numpy as np
import shapely

from gis.errors import Refusal

POLYGONAL = (3, 6)
NAMED = 5


def require_polygons(faces, names=None):
    """Faces as an array, if each of them is a polygon with finite coordinates.

    Parameters
    ----------
    faces : array_like of Geometry or None, shape (n,)
    names : sequence, shape (n,), optional
        What to call the faces; default: their positions.

    Returns
    -------
    ndarray of Polygon or MultiPolygon, shape (n,)
        Two-dimensional.

    Raises
    ------
    Refusal
        ``not_a_polygon`` (null and empty ones too), ``not_finite``.

    Examples
    --------
    >>> require_polygons([shapely.box(105, 28, 106, 29), None], ["A", "B"])
    Traceback (most recent call last):
    gis.errors.Refusal: 1 of 2 faces have no polygon; mend or drop them: B.
    """
    faces = np.array(faces, dtype=object).reshape(-1)
    names = range(len(faces)) if names is None else names
    bad = ~np.isin(shapely.get_type_id(faces), POLYGONAL) | shapely.is_empty(faces)
    _refuse(bad, names, "not_a_polygon", "have no polygon")
    lonlat, owner = shapely.get_coordinates(faces, return_index=True)
    broken = np.isin(np.arange(len(faces)), owner[~np.isfinite(lonlat).all(axis=1)])
    _refuse(broken, names, "not_finite", "have a coordinate that is no finite number")
    return shapely.force_2d(faces)


def require_tolerance(tolerance_m):
    """Refuse a tolerance that is no finite number of metres above 0.

    Parameters
    ----------
    tolerance_m : float

    Raises
    ------
    Refusal
        ``bad_tolerance``.

    Examples
    --------
    >>> require_tolerance(-1)
    Traceback (most recent call last):
    gis.errors.Refusal: A tolerance of -1 m makes no sense; give a number of metres above 0.
    """
    if not (np.isfinite(tolerance_m) and tolerance_m > 0):
        raise Refusal("bad_tolerance", f"A tolerance of {tolerance_m} m makes no sense; give a number of metres above 0.")


def _refuse(bad, names, code, what):
    if bad.any():
        named = [str(names[k]) for k in np.flatnonzero(bad)]
        few = ", ".join(named[:NAMED]) + (" …" if len(named) > NAMED else "")
        raise Refusal(code, f"{len(named)} of {len(bad)} faces {what}; mend or drop them: {few}.", faces=named)
