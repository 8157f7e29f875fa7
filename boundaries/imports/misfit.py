"""A layer that does not fit its parent, because its longitudes and latitudes are swapped or its datum is another one."""

import numpy as np
import shapely

from gis.checking.borders import open_borders
from gis.checking.shift import better_datum
from gis.errors import Refusal


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


def refuse_other_datum(faces, parents):
    """Refuse a layer that fits its parent in another datum than its file says; what a user declares is not asked about.

    Parameters
    ----------
    faces : boundaries.imports.layers.Layer
    parents : ndarray of Geometry
        Degrees on CGCS2000.

    Raises
    ------
    Refusal
        ``datum_suspect``.
    """
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
