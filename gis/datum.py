"""The coordinate datums met in Chinese data: CGCS2000, WGS 84, GCJ-02 and BD-09.

CGCS2000 and WGS 84 agree to a few centimetres and are taken as one. GCJ-02 (AMap, Tencent, DataV) shifts every point of
a box around China by 300 to 700 m; BD-09 (Baidu) shifts GCJ-02 once more. Both shifts are published only as code that
has been handed on since 2013 (eviltransform, coordtransform, gcoord); the numbers below are the constants of that code.
The inverse has no closed form: it is solved by fixed-point iteration, which contracts by at least 1 to 20 at each step.
"""

import numpy as np

from gis.errors import Refusal

DATUMS = ("cgcs2000", "wgs84", "gcj02", "bd09")

SEMI_MAJOR_M = 6_378_245.0  # Krasovsky 1940
ECCENTRICITY_SQUARED = 0.00669342162296594323
CHINA_BOX = (72.004, 0.8293, 137.8347, 55.8271)  # west, south, east, north; outside it GCJ-02 shifts nothing
# Amplitude and half period of each sine, in metres and degrees.
RIPPLE = np.array([(20, 1 / 6), (20, 1 / 2)])
WAVES_EAST = np.array([(20, 1), (40, 3), (150, 12), (300, 30)], dtype=float)
WAVES_NORTH = np.array([(20, 1), (40, 3), (160, 12), (320, 30)], dtype=float)
BAIDU_FREQUENCY = np.pi * 3000 / 180
BAIDU_OFFSET = np.array([0.0065, 0.006])
INVERSE_TOLERANCE_DEG = 1e-12
INVERSE_STEPS = 30


def to_wgs84(lonlat, datum):
    """Positions on WGS 84 (and CGCS2000) of positions given in another datum.

    Parameters
    ----------
    lonlat : array_like of float, shape (n, 2)
        Degrees, longitude first. NaN stays NaN.
    datum : {"cgcs2000", "wgs84", "gcj02", "bd09"}

    Returns
    -------
    ndarray of float64, shape (n, 2)
        ``from_wgs84`` brings it back to within 1e-10°.

    Raises
    ------
    Refusal
        ``unknown_datum``.

    Notes
    -----
    A GCJ-02 position is un-shifted when what comes out lies in the China box, otherwise it is left as it is. On the very
    edge of the box, where the shift jumps from nothing to hundreds of metres, two answers are possible or none.

    Examples
    --------
    >>> to_wgs84([[116.4102445, 39.9164043]], "gcj02").round(6)
    array([[116.404,  39.915]])
    """
    require_datum(datum)
    lonlat = np.asarray(lonlat, dtype=np.float64).reshape(-1, 2)
    if datum == "bd09":
        lonlat = _solve(_baidu_shift, lonlat)
    if datum in ("gcj02", "bd09"):
        unshifted = _solve(_gcj_shift, lonlat)
        lonlat = np.where(_in_china_box(unshifted)[:, None], unshifted, lonlat)
    return lonlat


def from_wgs84(lonlat, datum):
    """Positions in another datum of positions given on WGS 84 (or CGCS2000).

    Parameters
    ----------
    lonlat : array_like of float, shape (n, 2)
        Degrees, longitude first. NaN stays NaN.
    datum : {"cgcs2000", "wgs84", "gcj02", "bd09"}

    Returns
    -------
    ndarray of float64, shape (n, 2)

    Raises
    ------
    Refusal
        ``unknown_datum``.

    Examples
    --------
    >>> from_wgs84([[116.404, 39.915]], "gcj02").round(7)
    array([[116.4102445,  39.9164043]])
    """
    require_datum(datum)
    lonlat = np.asarray(lonlat, dtype=np.float64).reshape(-1, 2)
    if datum in ("gcj02", "bd09"):
        lonlat = np.where(_in_china_box(lonlat)[:, None], lonlat + _gcj_shift(lonlat), lonlat)
    if datum == "bd09":
        lonlat = lonlat + _baidu_shift(lonlat)
    return lonlat


def require_datum(datum):
    """Refuse a datum nobody knows.

    Parameters
    ----------
    datum : str

    Raises
    ------
    Refusal
        ``unknown_datum``.

    Examples
    --------
    >>> require_datum("nad27")
    Traceback (most recent call last):
    gis.errors.Refusal: 'nad27' is not a datum; give one of cgcs2000, wgs84, gcj02, bd09.
    """
    if datum not in DATUMS:
        raise Refusal("unknown_datum", f"{datum!r} is not a datum; give one of {', '.join(DATUMS)}.", datum=datum)


def _solve(shift, target):
    """The points p with p + shift(p) = target."""
    point = target - shift(target)
    for _ in range(INVERSE_STEPS):
        step = target - shift(point) - point
        point = point + step
        if not (np.abs(step) > INVERSE_TOLERANCE_DEG).any():
            break
    return point


def _in_china_box(lonlat):
    west, south, east, north = CHINA_BOX
    lon, lat = lonlat.T
    return (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)


def _gcj_shift(lonlat):
    """Shift in degrees: a polynomial and sines in metres, turned into degrees on the Krasovsky ellipsoid."""
    x, y = lonlat.T - np.array([[105.0], [35.0]])
    ripple = _waves(x, RIPPLE)
    east_m = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * np.sqrt(np.abs(x))
    east_m = east_m + 2 / 3 * (ripple + _waves(x, WAVES_EAST))
    north_m = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x))
    north_m = north_m + 2 / 3 * (ripple + _waves(y, WAVES_NORTH))
    latitude = np.radians(lonlat[:, 1])
    bend = 1 - ECCENTRICITY_SQUARED * np.sin(latitude) ** 2
    prime_vertical_m = SEMI_MAJOR_M / np.sqrt(bend)
    meridian_m = prime_vertical_m * (1 - ECCENTRICITY_SQUARED) / bend
    return np.degrees(np.column_stack([east_m / (prime_vertical_m * np.cos(latitude)), north_m / meridian_m]))


def _waves(value, waves):
    amplitudes, periods = waves[:, :1], waves[:, 1:]
    return (amplitudes * np.sin(np.pi * value / periods)).sum(axis=0)


def _baidu_shift(lonlat):
    """Shift in degrees from GCJ-02 to BD-09: a small wobble of radius and angle, and an offset."""
    lon, lat = lonlat.T
    radius = np.hypot(lon, lat) + 2e-5 * np.sin(lat * BAIDU_FREQUENCY)
    angle = np.arctan2(lat, lon) + 3e-6 * np.cos(lon * BAIDU_FREQUENCY)
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle)]) + BAIDU_OFFSET - lonlat
