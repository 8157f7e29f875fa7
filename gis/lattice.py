"""The integer lattice on which every boundary lies: units of 1e-7 degree (1.1 cm)."""

import numpy as np
import shapely

from gis.errors import Refusal

UNITS_PER_DEGREE = 10_000_000
LON_LIMIT = 180 * UNITS_PER_DEGREE
LAT_LIMIT = 90 * UNITS_PER_DEGREE


def to_lattice(lonlat):
    """Round longitudes and latitudes to the lattice.

    Parameters
    ----------
    lonlat : array_like of float, shape (n, 2)
        Degrees, longitude first.

    Returns
    -------
    ndarray of int64, shape (n, 2)

    Raises
    ------
    Refusal
        ``not_finite`` or ``outside_lonlat``; both name the first bad row.

    Examples
    --------
    >>> to_lattice([[105.44, 28.88]])
    array([[1054400000,  288800000]])
    """
    degrees = np.asarray(lonlat, dtype=np.float64).reshape(-1, 2)
    _refuse(~np.isfinite(degrees).all(axis=1), degrees, "not_finite", "is not a finite number")
    units = np.rint(degrees * UNITS_PER_DEGREE)
    outside = (np.abs(units) > (LON_LIMIT, LAT_LIMIT)).any(axis=1)
    _refuse(outside, degrees, "outside_lonlat", "is not a longitude and latitude in degrees")
    return units.astype(np.int64)


def from_lattice(units):
    """Degrees of lattice points; ``to_lattice`` brings every one of them back unchanged.

    Parameters
    ----------
    units : array_like of int, shape (n, 2)

    Returns
    -------
    ndarray of float64, shape (n, 2)
        The doubles nearest to the decimals with seven places, so that they print with at most seven.

    Examples
    --------
    >>> from_lattice([[1054400001, 288800000]])
    array([[105.4400001,  28.88     ]])
    """
    return np.asarray(units, dtype=np.int64) / UNITS_PER_DEGREE


def quantise(geometries):
    """Put every vertex on the lattice; vertices that fall together are merged.

    Rounding moves a vertex by less than one unit. Polygons that were edge-matched stay so, because equal
    coordinates round alike; a polygon may become invalid or empty, which the caller has to check. Rings that
    collapse to fewer than three points go.

    Parameters
    ----------
    geometries : array_like of Geometry
        Degrees, longitude first.

    Returns
    -------
    ndarray of Geometry

    Examples
    --------
    >>> print(quantise([shapely.Point(105.123456789, 28.5)])[0])
    POINT (105.1234568 28.5)
    """
    rounded = shapely.transform(shapely.force_2d(np.asarray(geometries, dtype=object)), lambda xy: from_lattice(to_lattice(xy)))
    return shapely.remove_repeated_points(_without_collapsed(rounded))


def on_lattice(geometries):
    """Say for each geometry whether all its vertices lie on the lattice already.

    Parameters
    ----------
    geometries : array_like of Geometry

    Returns
    -------
    ndarray of bool, shape (n,)

    Examples
    --------
    >>> on_lattice([shapely.Point(105.1, 28.5), shapely.Point(1 / 3, 0)])
    array([ True, False])
    """
    geometries = np.asarray(geometries, dtype=object)
    lonlat, owner = shapely.get_coordinates(geometries, return_index=True)
    off = (np.rint(lonlat * UNITS_PER_DEGREE) / UNITS_PER_DEGREE != lonlat).any(axis=1)
    answer = np.ones(len(geometries), dtype=bool)
    answer[owner[off]] = False
    return answer


def _without_collapsed(geometries):
    """Geometries without rings of fewer than three different points, of which GEOS makes nothing but an exception."""
    parts, owner = shapely.get_parts(geometries, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    moves = (ring[1:] == ring[:-1]) & (xy[1:] != xy[:-1]).any(axis=1)
    collapsed = np.unique(owner[part[np.bincount(ring[1:][moves], minlength=len(rings)) < 3]])
    for row in collapsed.tolist():
        parts = [_with_land(part) for part in shapely.get_parts(geometries[row]) if _has_land(part.exterior)]
        geometries[row] = parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts) if parts else shapely.Polygon()
    return geometries


def _with_land(polygon):
    return shapely.Polygon(polygon.exterior, [hole for hole in polygon.interiors if _has_land(hole)])


def _has_land(ring):
    return len(np.unique(shapely.get_coordinates(ring), axis=0)) >= 3


def _refuse(bad, degrees, code, what):
    if bad.any():
        row = int(np.flatnonzero(bad)[0])
        raise Refusal(code, f"Position {row + 1}, ({degrees[row, 0]}, {degrees[row, 1]}), {what}.", row=row)
