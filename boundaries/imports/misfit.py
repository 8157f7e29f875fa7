"""A layer that does not fit its parent, because its longitudes and latitudes are swapped or its datum is another one."""

import numpy as np
import shapely

from gis.checking.borders import open_borders
from gis.checking.shift import better_datum
from gis.errors import Refusal


def refuse_misfit(faces, parents, *, is_datum_declared):
    """Refuse a layer that meets its parent only with longitude and latitude exchanged, or fits it in another datum than it says.

    Parameters
    ----------
    faces, parents
        As of :func:`refuse_swapped`.
    is_datum_declared : bool
        What a user declares is not asked about.

    Raises
    ------
    Refusal
        ``swapped_lonlat``, ``datum_suspect``.
    """
    refuse_swapped(faces, parents)
    if not is_datum_declared:
        _refuse_other_datum(faces, parents)


def refuse_swapped(faces, parents):
    """Refuse a layer that meets its parent only with longitude and latitude exchanged.

    Parameters
    ----------
    faces : boundaries.imports.layers.Layer
    parents : ndarray of Geometry
        Degrees on CGCS2000.

    Raises
    ------
    Refusal
        ``swapped_lonlat``.
    """
    west, south, east, north = shapely.total_bounds(parents)
    lonlat = shapely.get_coordinates(faces.geometries)

    def fits(lon, lat):
        return bool(np.any((lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)))

    if faces.frame.is_lonlat and not fits(*lonlat.T) and fits(*lonlat.T[::-1]):
        raise Refusal(
            "swapped_lonlat",
            f"{faces.path.name} meets its parent only with longitude and latitude exchanged; exchange them in the program "
            "that wrote the file.",
        )


def _refuse_other_datum(faces, parents):
    polygons = faces.geometries[np.isin(shapely.get_type_id(faces.geometries), (3, 6))]
    table = open_borders(polygons)
    better = better_datum(table.start[table.uncovered], shapely.union_all(parents), faces.frame.datum)
    if better is not None:
        taken = faces.frame.datum
        raise Refusal(
            "datum_suspect",
            f"{faces.path.name} is taken as {taken}, but fits its parent in {better}; declare --datum {better}, or --datum "
            f"{taken} if that is right.",
            better=better,
        )
