"""Coordinate reference systems. EPSG numbers stand here and nowhere else."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pyproj
import shapely

from gis.datum import from_wgs84, require_datum, to_wgs84
from gis.errors import Refusal

STORAGE_EPSG = 4490  # CGCS2000, longitude and latitude
METRIC_EPSG = 4544  # CGCS2000 / 3-degree Gauss-Krüger, central meridian 105° E (Luzhou)
WGS84_EPSG = 4326
DISPLAY_EPSG = 3857


@dataclass(frozen=True, slots=True)
class Frame:
    """What the numbers of a layer mean: its CRS and, for longitudes and latitudes, the datum.

    Parameters
    ----------
    crs : pyproj.CRS or anything it understands
    datum : {"cgcs2000", "wgs84", "gcj02", "bd09"}
        The shift to undo once the coordinates are degrees; "cgcs2000" and "wgs84" undo nothing.

    Notes
    -----
    Geometries are always x = east, y = north, whatever axis order the CRS declares: EPSG:4490 and EPSG:4544 are
    north-first on paper.

    Examples
    --------
    >>> Frame(METRIC_EPSG).is_lonlat, Frame(STORAGE_EPSG).is_lonlat
    (False, True)
    >>> print(shapely.set_precision(Frame(METRIC_EPSG).to_storage([shapely.Point(500000, 3200000)]), 1e-6)[0])
    POINT (105 28.916368)
    """

    crs: pyproj.CRS
    datum: str = "cgcs2000"

    def __post_init__(self):
        require_datum(self.datum)
        object.__setattr__(self, "crs", as_crs(self.crs))

    @property
    def is_lonlat(self):
        """Whether the numbers are degrees already (on CGCS2000, WGS 84 or a datum shifted from them)."""
        return self.crs.is_geographic and _same_ellipsoidal_datum(self.crs)

    @property
    def is_storage(self):
        """Whether ``to_storage`` changes nothing."""
        return self.is_lonlat and self.datum in ("cgcs2000", "wgs84")

    def to_storage(self, geometries):
        """Geometries in degrees on CGCS2000.

        Parameters
        ----------
        geometries : array_like of Geometry

        Returns
        -------
        ndarray of Geometry

        Raises
        ------
        Refusal
            ``not_projectable`` when a position has no longitude and latitude.
        """
        lonlat = to_storage(geometries, self.crs)
        if self.datum in ("cgcs2000", "wgs84"):
            return lonlat
        return shapely.transform(lonlat, lambda xy: to_wgs84(xy, self.datum))

    def from_storage(self, geometries):
        """The inverse of :meth:`to_storage`; same parameters, result and errors."""
        geometries = np.asarray(geometries, dtype=object)
        if self.is_storage:
            return geometries
        shifted = shapely.transform(geometries, lambda lonlat: from_wgs84(lonlat, self.datum))
        return shifted if self.is_lonlat else _transform(shifted, STORAGE_EPSG, self.crs)


def as_crs(crs):
    """A pyproj CRS out of an EPSG number, a WKT or another description.

    Parameters
    ----------
    crs : object

    Returns
    -------
    pyproj.CRS

    Raises
    ------
    Refusal
        ``unknown_crs``.

    Examples
    --------
    >>> as_crs(4544).name
    'CGCS2000 / 3-degree Gauss-Kruger CM 105E'
    """
    try:
        return pyproj.CRS.from_user_input(crs)
    except pyproj.exceptions.CRSError as error:
        raise Refusal("unknown_crs", f"{crs!r} is not a coordinate reference system; give an EPSG number.") from error


def require_same_frame(first, second):
    """Refuse to bring two layers together whose numbers do not mean the same.

    Parameters
    ----------
    first, second : Frame

    Raises
    ------
    Refusal
        ``crs_mismatch``.

    Examples
    --------
    >>> require_same_frame(Frame(4490), Frame(4326, "wgs84"))
    >>> require_same_frame(Frame(4490), Frame(4326, "gcj02"))
    Traceback (most recent call last):
    gis.errors.Refusal: China Geodetic Coordinate System 2000 (cgcs2000) and WGS 84 (gcj02) differ; transform one first.
    """
    if first.is_storage and second.is_storage:
        return
    if first.datum != second.datum or not first.crs.equals(second.crs, ignore_axis_order=True):
        names = [f"{frame.crs.name} ({frame.datum})" for frame in (first, second)]
        raise Refusal("crs_mismatch", f"{names[0]} and {names[1]} differ; transform one first.", frames=names)


def to_storage(geometries, crs):
    """Geometries in degrees of the storage CRS (CGCS2000), longitude first.

    Parameters
    ----------
    geometries : array_like of Geometry
    crs : pyproj.CRS or anything it understands
        CRS of `geometries`.

    Returns
    -------
    ndarray of Geometry
        Equal coordinates become equal coordinates, so edge-matched polygons stay edge-matched. WGS 84 and CGCS2000
        are taken as one (they differ by centimetres).

    Raises
    ------
    Refusal
        ``unknown_crs``; ``not_projectable`` when a position has no longitude and latitude.

    Examples
    --------
    >>> print(to_storage([shapely.Point(105.44, 28.88)], 4326)[0])
    POINT (105.44 28.88)
    """
    geometries, crs = np.asarray(geometries, dtype=object), as_crs(crs)
    if crs.is_geographic and _same_ellipsoidal_datum(crs):
        return geometries
    return _transform(geometries, crs, STORAGE_EPSG)


def metric_crs_for(bounds):
    """A metric CRS for a layer anywhere: Lambert azimuthal equal-area around its middle.

    Parameters
    ----------
    bounds : sequence of float, shape (4,)
        West, south, east, north in degrees.

    Returns
    -------
    pyproj.CRS
        Areas are exact everywhere; lengths are true to 1 in 10,000 within 180 km of the middle.

    Raises
    ------
    Refusal
        ``not_finite``.

    Examples
    --------
    >>> metric_crs_for([105.1, 27.6, 106.4, 29.4]).axis_info[0].unit_name
    'metre'
    """
    west, south, east, north = bounds
    if not np.isfinite(bounds).all():
        raise Refusal("not_finite", "The bounds of the layer are not finite numbers, so no local CRS can be chosen.")
    lon, lat = round((west + east) / 2, 3), round((south + north) / 2, 3)
    return pyproj.CRS.from_proj4(f"+proj=laea +lon_0={lon} +lat_0={lat} +ellps=GRS80 +units=m +no_defs")


def _same_ellipsoidal_datum(crs):
    """Whether degrees of this CRS are degrees on WGS 84 or CGCS2000 to a few centimetres."""
    names = (crs.datum.name if crs.datum else "").lower()
    return "world geodetic system 1984" in names or "wgs 84" in names or "wgs_1984" in names or "china 2000" in names


def _transform(geometries, source, target):
    transformer = _transformer(as_crs(source), as_crs(target))
    moved = shapely.transform(geometries, lambda xy: np.column_stack(transformer.transform(xy[:, 0], xy[:, 1])))
    finite = np.isfinite(shapely.get_coordinates(moved)).all(axis=1)
    lost = ~finite & np.isfinite(shapely.get_coordinates(geometries)).all(axis=1)
    if lost.any():
        x, y = shapely.get_coordinates(geometries)[np.flatnonzero(lost)[0]]
        raise Refusal("not_projectable", f"({x}, {y}) in {as_crs(source).name} has no place in {as_crs(target).name}.")
    return moved


@lru_cache(maxsize=32)
def _transformer(source, target):
    return pyproj.Transformer.from_crs(source, target, always_xy=True)
