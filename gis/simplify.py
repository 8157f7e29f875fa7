"""A coverage drawn at many zooms: simplified as one, so that shared borders stay shared."""

from functools import cache

import numpy as np
import pyproj
import shapely

from gis.crs import DISPLAY_EPSG, STORAGE_EPSG

EQUATOR_M = 2 * np.pi * 6_378_137.0
TILE_PIXELS = 256


def pixel_m(zoom):
    """Side of a pixel in metres of the display CRS (metres on the equator).

    Parameters
    ----------
    zoom : int

    Returns
    -------
    float

    Examples
    --------
    >>> round(pixel_m(14), 3)
    9.555
    """
    return EQUATOR_M / (TILE_PIXELS * 2**zoom)


def display(geometries):
    """Geometries in metres of the display CRS (web mercator).

    Parameters
    ----------
    geometries : array_like of Geometry, shape (n,)
        Degrees, longitude first.

    Returns
    -------
    ndarray of Geometry, shape (n,)
        Each vertex is computed from its own degrees alone, so equal vertices stay equal and a coverage stays edge-matched.

    Examples
    --------
    >>> print(shapely.set_precision(display([shapely.Point(105, 28)])[0], 1))
    POINT (11688547 3248974)
    """
    return shapely.transform(np.asarray(geometries, dtype=object), _project)


def simplified_by_zoom(geometries, zooms):
    """Simplify a coverage for each zoom, the last of them exact.

    Every border keeps its two sides: the result is a coverage again, with the same faces in the same order, and nodes where
    three faces meet do not move. A vertex goes when the triangle it makes with its neighbours is smaller than a square of
    half a pixel (Visvalingam and Whyatt 1993, on the coverage's shared lines).

    Parameters
    ----------
    geometries : array_like of Polygon or MultiPolygon, shape (n,)
        Metres of the display CRS; disjoint interiors, edge-matched.
    zooms : iterable of int

    Yields
    ------
    zoom : int
        From the largest to the smallest.
    geometries : ndarray of Geometry, shape (n,)
        At the largest zoom unchanged. At each further zoom simplified from the zoom before.

    Examples
    --------
    >>> squares = shapely.box([0, 100], 0, [100, 200], 100)
    >>> [(zoom, len(faces)) for zoom, faces in simplified_by_zoom(squares, [15, 16])]
    [(16, 2), (15, 2)]
    """
    top, *rest = sorted(set(zooms), reverse=True)
    faces = np.asarray(geometries, dtype=object)
    yield top, faces
    for zoom in rest:
        faces = shapely.coverage_simplify(faces, pixel_m(zoom) / 2)
        yield zoom, faces


def _project(lonlat):
    return np.column_stack(_transformer().transform(lonlat[:, 0], lonlat[:, 1]))


@cache
def _transformer():
    return pyproj.Transformer.from_crs(STORAGE_EPSG, DISPLAY_EPSG, always_xy=True)
