"""Faces out of border lines: gates put on the outlines for all sides alike, rings closed, polygons built."""

from dataclasses import dataclass

import numpy as np
import shapely

from boundaries.synthetic.cycles import cycles
from boundaries.synthetic.plane import to_units
from gis.lattice import from_lattice

NEAR_UNITS = 60.0  # gates of two neighbours closer than this (0.6 m) become one


@dataclass(frozen=True, slots=True)
class Gates:
    """Where borders end on an outline; the same place for every parent that has the segment.

    Attributes
    ----------
    segment : ndarray of int64, shape (g, 4)
        Lattice ends of the segment, the smaller first.
    t : ndarray of float, shape (g,)
        Where on the segment from its smaller end, 0 … 1.
    """

    segment: np.ndarray
    t: np.ndarray


def canonical(start, end, t):
    """Name places on segments in a way that does not depend on the segment's direction.

    Parameters
    ----------
    start, end : ndarray of int64, shape (g, 2)
    t : ndarray of float, shape (g,)

    Returns
    -------
    Gates
    """
    flip = (start[:, 0] > end[:, 0]) | ((start[:, 0] == end[:, 0]) & (start[:, 1] > end[:, 1]))
    ends = np.where(flip[:, None], np.hstack([end, start]), np.hstack([start, end]))
    return Gates(ends, np.where(flip, 1 - t, t))


def merged(gates):
    """All gates of a city by segment; those that nearly touch become one.

    Parameters
    ----------
    gates : sequence of Gates

    Returns
    -------
    dict of tuple to ndarray of float
        Ascending places on each segment that has a gate.
    """
    segment = np.concatenate([part.segment for part in gates])
    t = np.concatenate([part.t for part in gates])
    order = np.lexsort((t, *segment.T[::-1]))
    places = {}
    for ends, place in zip(segment[order].tolist(), t[order].tolist(), strict=True):
        on_segment = places.setdefault(tuple(ends), [])
        length = np.hypot(ends[2] - ends[0], ends[3] - ends[1])
        if not on_segment or (place - on_segment[-1]) * length > NEAR_UNITS:
            on_segment.append(place)
    return {ends: np.array(on_segment) for ends, on_segment in places.items()}


def faces(drawing, places):
    """Polygons of all labels of one parent.

    Parameters
    ----------
    drawing : boundaries.synthetic.county.Drawing
    places : dict
        From :func:`merged`, of all parents together.

    Returns
    -------
    labels : ndarray of int64, shape (k,)
        Ascending.
    geometries : ndarray of Polygon or MultiPolygon, shape (k,)
        Degrees, on the lattice.
    """
    net = drawing.net
    inner = to_units(net.xy_m)
    walk = _walk(drawing, places)
    vertex = np.arange(len(inner))
    vertex[net.gate] = len(inner) + walk.gate_vertex
    tail, head = vertex[net.tail], vertex[net.head]
    label = np.concatenate([net.left, net.right, walk.label])
    start = np.concatenate([tail, head, len(inner) + np.arange(len(walk.units))])
    end = np.concatenate([head, tail, len(inner) + walk.following])
    return _polygons(np.vstack([inner, walk.units]), label, start, end)


@dataclass(frozen=True, slots=True)
class Walk:
    """Vertices of an outline with the gates of all its neighbours.

    Attributes
    ----------
    units : ndarray of int64, shape (w, 2)
    label : ndarray of int64, shape (w,)
        Of the face beside the edge that begins at each vertex.
    following : ndarray of int64, shape (w,)
        The vertex after each.
    gate_vertex : ndarray of int64, shape (g,)
        The vertex at each of the parent's own gates.
    """

    units: np.ndarray
    label: np.ndarray
    following: np.ndarray
    gate_vertex: np.ndarray


def _walk(drawing, places):
    outline, own = drawing.outline, drawing.gates
    row_of_gate = {
        (tuple(ends), int(np.abs(places[tuple(ends)] - t).argmin())): row
        for row, (ends, t) in enumerate(zip(own.segment.tolist(), own.t.tolist(), strict=True))
    }
    units, labels, gate_vertex, first_vertex = [], [], np.full(len(own.t), -1), []
    segments = zip(outline.start.tolist(), outline.end.tolist(), drawing.ring_label.tolist(), strict=True)
    for start, end, first_label in segments:
        label = first_label
        first_vertex.append(len(units))
        units.append(start)
        labels.append(label)
        for ends, number, place in _gates_between(start, end, places):
            row = row_of_gate.get((ends, number))
            if row is not None:
                label = int(drawing.labels_after[row])
                gate_vertex[row] = len(units)
            units.append(place)
            labels.append(label)
    first_vertex = np.array(first_vertex)
    following = np.arange(len(units)) + 1
    following[np.append(first_vertex[1:], len(units)) - 1] = first_vertex[outline.after]
    return Walk(np.array(units, dtype=np.int64), np.array(labels), following, gate_vertex)


def _gates_between(start, end, places):
    """Gates on a segment in its direction: its canonical ends, the number of the gate on it, the lattice point."""
    forward = start < end
    ends = (*start, *end) if forward else (*end, *start)
    (west, south), (east, north) = ends[:2], ends[2:]
    gates = [(ends, number, t) for number, t in enumerate(places.get(ends, ()))]
    for _, number, t in gates if forward else reversed(gates):
        yield ends, number, [round(west + t * (east - west)), round(south + t * (north - south))]


def _polygons(units, label, start, end):
    """Close the directed edges of every label to rings and the rings to polygons."""
    order = np.lexsort((start, label))
    label, start, end = label[order], start[order], end[order]
    key = label * len(units) + start
    following = np.searchsorted(key, label * len(units) + end)
    sequence, ring = cycles(following)
    corners = units[start[sequence]]
    rings = shapely.linearrings(from_lattice(corners), indices=ring)
    ring_label = label[sequence][np.append(True, ring[1:] != ring[:-1])]
    return _assembled(rings, ring_label, shapely.is_ccw(rings))


def _assembled(rings, ring_label, is_shell):
    """One polygon for each shell with the holes in it, one multi-polygon for each label of several shells."""
    shell = np.flatnonzero(is_shell)
    holes = [[] for _ in shell]
    for hole in np.flatnonzero(~is_shell):
        own = np.flatnonzero(ring_label[shell] == ring_label[hole])
        around = own if len(own) == 1 else [one for one in own if _lies_in(rings[hole], rings[shell[one]])]
        holes[around[0]].append(rings[hole])
    polygons = [shapely.Polygon(rings[row], inner) for row, inner in zip(shell, holes, strict=True)]
    labels, label_of_shell = np.unique(ring_label[shell], return_inverse=True)
    members = np.split(np.argsort(label_of_shell, kind="stable"), np.cumsum(np.bincount(label_of_shell))[:-1])
    answer = np.empty(len(labels), dtype=object)
    answer[:] = [
        polygons[rows[0]] if len(rows) == 1 else shapely.MultiPolygon([polygons[row] for row in rows]) for rows in members
    ]
    return labels, answer


def _lies_in(hole, shell):
    return shapely.contains_properly(shapely.Polygon(shell), shapely.get_point(hole, 0))
