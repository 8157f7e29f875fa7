"""Real change told from re-digitising: pieces of land that lie between two drawings of one border."""

import numpy as np
import shapely

from gis.comparing.overlay import NOTHING
from gis.measures import metres_per_degree, width_of
from gis.measuring.along import near_parts, segments_of, uncovered

SLACK_M = 1e-6  # a shift of exactly the tolerance is still within it, however it was rounded


def is_noise(pieces, old, new, *, tolerance_m):
    """Say of each piece whether it is no more than a border drawn anew.

    That is so where the old and the new border around it are nowhere further apart than the tolerance: no circle wider
    than the tolerance fits into it, and every point of its outline lies within the tolerance of a border of the old face
    and of a border of the new one. So a needle that is narrow but reaches out further is no noise.

    Parameters
    ----------
    pieces : gis.comparing.overlay.Pieces
    old, new : ndarray of Polygon or MultiPolygon, shapes (n,) and (m,)
        What was laid over each other; degrees.
    tolerance_m : float

    Returns
    -------
    ndarray of bool, shape (k,)

    Notes
    -----
    Every point of an outline counts, not its vertices alone (:mod:`gis.measuring.along`). Around land that no face of one side
    covers, the borders of all faces of that side count.

    Examples
    --------
    >>> from gis.comparing.overlay import overlay
    >>> before = np.array([shapely.box(105, 28, 105.01, 28.01), shapely.box(105.01, 28, 105.02, 28.01)])
    >>> after = np.array([shapely.box(105, 28, 105.010004, 28.01), shapely.box(105.010004, 28, 105.02, 28.01)])
    >>> pieces = overlay(before, after)
    >>> pieces.old.tolist(), pieces.new.tolist()
    ([0, 1, 1], [0, 0, 1])
    >>> is_noise(pieces, before, after, tolerance_m=0.5), is_noise(pieces, before, after, tolerance_m=0.3)
    (array([False,  True, False]), array([False, False, False]))
    """
    if not len(pieces.shape):
        return np.zeros(0, dtype=bool)
    answer = _is_narrow(_in_metres(pieces.shape), tolerance_m)
    for faces, here in ((old, pieces.old), (new, pieces.new)):
        rows = np.flatnonzero(answer)
        answer[rows] = _stays_near(pieces.shape[rows], here[rows], faces, tolerance_m + SLACK_M)
    return answer


def _in_metres(shapes):
    """Shapes in metres around their own middles: a piece is small, while the layers may be countries apart."""
    lonlat, row = shapely.get_coordinates(shapes, return_index=True)
    bounds = shapely.bounds(shapes)
    middle = (bounds[:, :2] + bounds[:, 2:]) / 2
    scale = np.column_stack(metres_per_degree(middle[:, 1]))
    return shapely.set_coordinates(shapes.copy(), (lonlat - middle[row]) * scale[row])


def _is_narrow(shapes, width_m):
    mean_width_m = width_of(shapely.area(shapes), shapely.length(shapes))
    narrow = mean_width_m <= width_m
    narrow[narrow] = shapely.is_empty(shapely.buffer(shapes[narrow], -width_m / 2 - SLACK_M))
    return narrow


def _stays_near(shapes, here, faces, distance_m):
    """Whether the whole outline of a shape lies within a distance of the border of its face; row by row."""
    ends, row = segments_of(shapes)
    border, face = segments_of(faces)
    one, other, low, high = near_parts(ends, border, distance_m=distance_m)
    own = (here[row[one]] == NOTHING) | (here[row[one]] == face[other])
    open_here, _, _ = uncovered(one[own], low[own], high[own], count=len(ends))
    answer = np.ones(len(shapes), dtype=bool)
    answer[row[open_here]] = False
    return answer
