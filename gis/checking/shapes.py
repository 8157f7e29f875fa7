"""Shapes that are rarely meant: narrow faces, spikes, faces of several parts."""

import numpy as np
import shapely

from gis.measures import edge_lengths_m, geodesic_area_m2, measure, metres_per_degree

SLIVER_WIDTH_M = 1.0
SPIKE_ANGLE_DEG = 1.0
SPIKE_LENGTH_M = 1.0  # below it, digitising noise turns by any angle


def slivers(faces):
    """Faces whose mean width is under :data:`SLIVER_WIDTH_M`.

    Parameters
    ----------
    faces : ndarray of Polygon or MultiPolygon, shape (n,)
        Degrees.

    Returns
    -------
    ndarray of int64, shape (k,)

    Examples
    --------
    >>> slivers(np.array([shapely.box(105, 28, 105.01, 28.000002), shapely.box(105, 28, 105.01, 28.01)]))
    array([0])
    """
    return np.flatnonzero(measure(faces)[1] < SLIVER_WIDTH_M)


def spikes(faces):
    """Vertices at which a face runs out and back, with an angle inside the face under :data:`SPIKE_ANGLE_DEG`.

    Parameters
    ----------
    faces : ndarray of Polygon or MultiPolygon, shape (n,)
        Degrees; valid.

    Returns
    -------
    index : ndarray of int64, shape (k,)
        The faces; a face with two spikes stands twice.
    triangles : ndarray of Polygon, shape (k,)
        Tip and the shorter arm, folded over to the other side: the spike as far as it is one.
    tips : ndarray of float64, shape (k, 2)
    width_m : ndarray of float64, shape (k,)
        At the open end.

    Examples
    --------
    >>> thorn = shapely.Polygon([(105, 28), (105.1, 28), (105.1, 28.1), (105, 28.1), (105, 28.0002), (104.9, 28.0001)])
    >>> index, triangles, tips, width_m = spikes(np.array([thorn]))
    >>> tips.tolist(), width_m.round(1)
    ([[104.9, 28.0001]], array([22.2]))
    """
    index, before, tip, after = _corners(faces)
    scale = np.column_stack(metres_per_degree(tip[:, 1]))
    back, ahead = (before - tip) * scale, (after - tip) * scale
    turn = np.degrees(np.arctan2(_cross(ahead, back), (ahead * back).sum(axis=1)))
    shorter_m = np.minimum(np.hypot(*back.T), np.hypot(*ahead.T))
    found = (turn > 0) & (turn < SPIKE_ANGLE_DEG) & (shorter_m >= SPIKE_LENGTH_M)
    arms = [_shortened(arm, shorter_m)[found] / scale[found] + tip[found] for arm in (back, ahead)]
    triangles = shapely.polygons(np.stack([tip[found], arms[1], arms[0], tip[found]], axis=1))
    return index[found], triangles, tip[found], edge_lengths_m(*arms)


def several_parts(faces):
    """Faces of more than one part, and the parts beside the largest.

    Parameters
    ----------
    faces : ndarray of Polygon or MultiPolygon, shape (n,)
        Degrees.

    Returns
    -------
    index : ndarray of int64, shape (k,)
    others : ndarray of MultiPolygon, shape (k,)

    Examples
    --------
    >>> split = shapely.MultiPolygon([shapely.box(0, 0, 1, 1), shapely.box(3, 0, 5, 1)])
    >>> index, others = several_parts(np.array([shapely.box(0, 0, 1, 1), split]))
    >>> index.tolist(), shapely.bounds(others).tolist()
    ([1], [[0.0, 0.0, 1.0, 1.0]])
    """
    index = np.flatnonzero(shapely.get_num_geometries(faces) > 1)
    others = np.empty(len(index), dtype=object)
    others[:] = [_without_largest(shapely.get_parts(face)) for face in faces[index]]
    return index, others


def _without_largest(parts):
    return shapely.multipolygons(np.delete(parts, np.argmax(geodesic_area_m2(parts))))


def _corners(faces):
    """Every vertex with the one before and the one after it, the face on the left."""
    parts, face = shapely.get_parts(shapely.orient_polygons(faces), return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    lonlat, ring = shapely.get_coordinates(rings, return_index=True)
    distinct = np.r_[True, (lonlat[1:] != lonlat[:-1]).any(axis=1) | (ring[1:] != ring[:-1])][: len(ring)]
    lonlat, ring = lonlat[distinct], ring[distinct]
    first = np.flatnonzero(np.r_[True, ring[1:] != ring[:-1]][: len(ring)])
    last = np.r_[first[1:], len(ring)][: len(first)] - 1
    before, after = np.arange(len(ring)) - 1, np.arange(len(ring)) + 1
    before[first] = last - 1  # the last vertex of a ring repeats the first
    corner = np.ones(len(ring), dtype=bool)
    corner[last] = False
    return face[part[ring[corner]]], lonlat[before[corner]], lonlat[corner], lonlat[after[corner]]


def _shortened(arm, length_m):
    return arm * (length_m / np.maximum(np.hypot(*arm.T), np.finfo(float).tiny))[:, None]


def _cross(first, second):
    return first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0]
