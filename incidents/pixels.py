"""Web-mercator pixels: where an incident falls on the map's own raster, so that heat is counted by shifting integers."""

import math

import numpy as np

PIXEL_ZOOM = 17  # 1.2 m on the equator, 1.05 m in Luzhou
TILE_BITS = 8  # tiles of 256 pixels
SIDE = 1 << (PIXEL_ZOOM + TILE_BITS)
NORTHERNMOST = 85.0511287798066  # the latitude at which the map is square


def pixels(lonlat):
    """Column and row of each point at zoom 17, rows from the north.

    Parameters
    ----------
    lonlat : array_like of float, shape (n, 2)
        Degrees, longitude first. Beyond 85.05° north or south the outermost row.

    Returns
    -------
    ndarray of int64, shape (n, 2)
        From 0 to 2^25 - 1.

    Examples
    --------
    >>> pixels([[0, 0], [105.44, 28.88]])
    array([[16777216, 16777216],
           [26604936, 13963600]])
    """
    return np.clip(np.floor(positions(lonlat)), 0, SIDE - 1).astype(np.int64)


def cells_of_box(box, shift):
    """Cells that a box meets, when 2^shift pixels of zoom 17 make the side of one.

    Parameters
    ----------
    box : sequence of float
        West, south, east, north in degrees.
    shift : int

    Returns
    -------
    tuple of int
        First column, first row, last column, last row, all included. A cell that the box only touches from outside
        with its east or south side is not met.

    Examples
    --------
    >>> cells_of_box((0, -10, 90, 0), PIXEL_ZOOM + TILE_BITS - 2)
    (2, 2, 2, 2)
    """
    west, south, east, north = box
    (left, top), (right, bottom) = positions([[west, north], [east, south]]) / (1 << shift)
    last = (SIDE >> shift) - 1
    first_column, first_row = (min(max(math.floor(value), 0), last) for value in (left, top))
    last_column, last_row = (min(math.ceil(value) - 1, last) for value in (right, bottom))
    return first_column, first_row, max(last_column, first_column), max(last_row, first_row)


def positions(lonlat):
    """Places in pixels of zoom 17, with fractions.

    Parameters
    ----------
    lonlat : array_like of float, shape (n, 2)
        Degrees, longitude first.

    Returns
    -------
    ndarray of float64, shape (n, 2)

    Examples
    --------
    >>> positions([[0, 0]]).tolist()
    [[16777216.0, 16777216.0]]
    """
    lonlat = np.asarray(lonlat, dtype=np.float64).reshape(-1, 2)
    sine = np.sin(np.radians(np.clip(lonlat[:, 1], -NORTHERNMOST, NORTHERNMOST)))
    across = (lonlat[:, 0] + 180) / 360
    down = 0.5 - np.arctanh(sine) / (2 * np.pi)
    return np.column_stack([across, down]) * SIDE
