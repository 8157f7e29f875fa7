"""The sheet of a map: how land in metres comes to lie on paper in millimetres; scale bar, north and graticule."""

import math
from dataclasses import dataclass

import numpy as np
import shapely

from gis.crs import METRIC_EPSG, Frame

METRIC = Frame(METRIC_EPSG)
MARGIN = 0.06  # of the extent, on every side
STEPS = (1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)
ARC_SECONDS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600)
SMALLEST_EXTENT_M = 20.0
BAR_SHARE = 0.22  # of the width of the sheet, at most


@dataclass(frozen=True, slots=True)
class Sheet:
    """A map frame of some millimetres on a place in the metric CRS.

    Attributes
    ----------
    width_mm, height_mm : float
    east_m, north_m : float
        Of its middle.
    scale : int
        One to so many.
    """

    width_mm: float
    height_mm: float
    east_m: float
    north_m: float
    scale: int

    def place(self, lonlat):
        """Millimetres from the upper left corner, to the hundredth, of positions in degrees, (n, 2)."""
        metric = shapely.get_coordinates(METRIC.from_storage(shapely.points(np.asarray(lonlat, dtype=float))))
        mm = (metric - (self.east_m, self.north_m)) * (1000 / self.scale)
        return np.round(mm * (1, -1) + (self.width_mm / 2, self.height_mm / 2), 2)

    def lay(self, geometry):
        """A geometry in degrees, in millimetres on the sheet."""
        return shapely.transform(geometry, self.place)

    @property
    def frame(self):
        """The sheet itself as a polygon in millimetres."""
        return shapely.box(0, 0, self.width_mm, self.height_mm)

    @property
    def bounds(self):
        """West, south, east, north in degrees, a little more than the sheet shows."""
        half = np.array([self.width_mm, self.height_mm]) * self.scale / 2000
        middle = np.array([self.east_m, self.north_m])
        corners = np.array([middle - half, middle + half, middle + half * (1, -1), middle + half * (-1, 1)])
        lonlat = shapely.get_coordinates(METRIC.to_storage(shapely.points(corners)))
        return (*lonlat.min(axis=0).tolist(), *lonlat.max(axis=0).tolist())


def sheet_around(geometries, *, width_mm, height_mm):
    """A sheet that shows some land whole, at a round scale.

    Parameters
    ----------
    geometries : sequence of Geometry
        Degrees.
    width_mm, height_mm : float

    Returns
    -------
    Sheet

    Examples
    --------
    >>> sheet_around([shapely.box(105.40, 28.80, 105.44, 28.82)], width_mm=170, height_mm=120).scale
    30000
    """
    metric = METRIC.from_storage(np.asarray(geometries, dtype=object))
    west, south, east, north = shapely.total_bounds(metric)
    wide, high = (max(extent * (1 + 2 * MARGIN), SMALLEST_EXTENT_M) for extent in (east - west, north - south))
    scale = round_scale(max(wide / width_mm, high / height_mm) * 1000)
    return Sheet(width_mm, height_mm, (west + east) / 2, (south + north) / 2, scale)


def round_scale(scale):
    """The next scale from a given one on that people write on maps.

    Examples
    --------
    >>> round_scale(1100), round_scale(42000), round_scale(87)
    (1250, 50000, 100)
    """
    power = 10 ** math.floor(math.log10(scale))
    return round(next(step for step in STEPS if step * power >= scale * (1 - 1e-9)) * power)


def bar_length_m(sheet):
    """Length of the scale bar: a round number of metres.

    Examples
    --------
    >>> bar_length_m(Sheet(170, 120, 0, 0, 25000))
    500
    """
    most = sheet.width_mm * BAR_SHARE * sheet.scale / 1000
    power = 10 ** math.floor(math.log10(most))
    return round(max(step * power for step in (1, 2, 5) if step * power <= most))


def graticule(sheet):
    """Meridians and parallels on the sheet.

    Parameters
    ----------
    sheet : Sheet

    Returns
    -------
    list of (str, {"lon", "lat"}, LineString)
        What is written on it, and the line in millimetres.
    """
    west, south, east, north = sheet.bounds
    step = _step(min(east - west, north - south))
    made = []
    for axis, low, high in (("lon", west, east), ("lat", south, north)):
        for k in range(math.ceil(low * 3600 / step), math.floor(high * 3600 / step) + 1):
            value = k * step / 3600
            ends = [(value, south), (value, north)] if axis == "lon" else [(west, value), (east, value)]
            line = shapely.intersection(shapely.LineString(sheet.place(ends)), sheet.frame)
            if line.length > 1:
                made.append((degrees_text(k * step), axis, line))
    return made


def _step(extent_deg):
    """Arc seconds between lines, so that three or four cross the shorter side."""
    wanted = extent_deg * 3600 / 3.5
    return max([step for step in ARC_SECONDS if step <= wanted] or [ARC_SECONDS[0]])


def degrees_text(seconds):
    """Degrees, minutes and seconds.

    Examples
    --------
    >>> degrees_text(105 * 3600 + 26 * 60 + 30), degrees_text(28 * 3600)
    ('105°26′30″', '28°00′00″')
    """
    minutes, rest = divmod(seconds, 60)
    return f"{minutes // 60}°{minutes % 60:02}′{rest:02}″"
