"""Snapping of borders that nearly coincide: vertices move to vertices, edges bend to vertices, never beyond a distance."""

from dataclasses import dataclass

import numpy as np
import shapely

from gis.checking.borders import PARENT
from gis.conforming.drawing import tidy
from gis.conforming.segments import SHIFT, insert, segments

TOUCHING_M = 1e-6  # a vertex this near lies on the edge already


@dataclass(frozen=True, slots=True)
class Snap:
    """A vertex moved to another, or an edge bent to a vertex.

    Attributes
    ----------
    bend : bool
    faces : tuple of int
        Whose border moves; that of the parent never does.
    place : tuple of int
        Where the border is led to, in units.
    away : tuple of int
        Where the vertex was; of a bend, `place` itself.
    shift_m : float
        Distance of `place` from the border as it was.
    """

    bend: bool
    faces: tuple
    place: tuple
    away: tuple
    shift_m: float


@dataclass(frozen=True, slots=True)
class Reach:
    """Where and how far borders may move.

    Attributes
    ----------
    ground : gis.conforming.ground.Ground
    near : ndarray of Polygon
        Faults in units: only unproven borders within `within_m` of one of them move.
    within_m : float
        No border moves further.
    fixed : frozenset of int
        Owners whose borders never move; the parent is among them.
    allowed : callable
        Of each :class:`Snap`: whether it may be done.
    """

    ground: object
    near: np.ndarray
    within_m: float
    fixed: frozenset
    allowed: object

    def units(self, found):
        """At least `within_m` in every direction, in units."""
        return self.ground.reach(found.points, self.within_m)

    def chosen(self, found):
        """Unproven segments beside the faults."""
        rows = np.flatnonzero(found.unproven)
        if not len(rows) or not len(self.near):
            return rows[:0]
        tree = shapely.STRtree(self.near)
        return rows[np.unique(tree.query(_lines(found, rows), predicate="dwithin", distance=self.units(found))[0])]


def snap(drawing, reach):
    """Bring borders together that run beside each other.

    Parameters
    ----------
    drawing : Drawing
    reach : Reach

    Returns
    -------
    Drawing
    list of Snap
        In the order of their places.

    Notes
    -----
    Existing vertices are preferred, of the parent and of locked faces first, then those that more faces share, then the
    south-western. Vertices of one face are never merged. A vertex to which others have moved stays.

    Examples
    --------
    >>> from gis.conforming.drawing import draw
    >>> from gis.conforming.ground import Ground
    >>> pair = draw(np.array([shapely.box(0, 0, 100, 100), shapely.box(103, 0, 200, 100)]), np.array([0, 1]))
    >>> gap, ground = shapely.box(100, 0, 103, 100), Ground(np.array([0, 0]))
    >>> reach = Reach(ground, np.array([gap]), 0.5, frozenset({PARENT}), lambda one: True)
    >>> moved, snaps = snap(pair, reach)
    >>> [(one.faces, one.away, one.place) for one in snaps]
    [((1,), (103, 0), (100, 0)), ((1,), (103, 100), (100, 100))]
    """
    drawing, moved = _merge(drawing, reach)
    drawing, bent = _bend(drawing, reach, {one.place for one in moved})
    return drawing, sorted(moved + bent, key=lambda one: (one.place, one.away, one.faces))


def _merge(drawing, reach):
    found = segments(drawing)
    chosen = reach.chosen(found)
    points = np.unique(np.r_[found.low[chosen], found.high[chosen]])
    owners, _ = found.owners()
    pairs = _close_points(found.points, points, reach)
    cluster = _Clusters(found.points, owners, reach)
    for metres, one, other in sorted(pairs, key=lambda pair: cluster.is_free(*pair[1:])):
        cluster.join(one, other, metres)
    goal = found.points.copy()
    for move, keep in cluster.target.items():
        goal[move] = found.points[keep]
    return _with_points(drawing, found.points, goal), cluster.done


class _Clusters:
    """Vertices that are drawn together, pair by pair from the closest on."""

    def __init__(self, points, owners, reach):
        self.points, self.owners, self.reach = points, owners, reach
        self.target, self.gathered, self.done = {}, {}, []

    def join(self, one, other, metres):
        keep, move = sorted((one, other), key=self._rank)
        whose = self.gathered.get(keep, self.owners[keep])
        taken = keep in self.target or move in self.target or move in self.gathered
        if taken or not self.owners[move].isdisjoint(self.reach.fixed | whose):
            return
        snapped = _snap_of(False, self.owners[move], self.points[keep], self.points[move], metres)
        if self.reach.allowed(snapped):
            self.target[move] = keep
            self.gathered[keep] = whose | self.owners[move]
            self.done.append(snapped)

    def is_free(self, *points):
        """Whether none of some vertices is fixed: first they gather there, or two could meet beside a fixed one and stay."""
        return all(self.owners[point].isdisjoint(self.reach.fixed) for point in points)

    def _rank(self, point):
        owners = self.owners[point]
        return owners.isdisjoint(self.reach.fixed), -len(owners), point


def _bend(drawing, reach, moved_to):
    """Edges led through vertices beside them, but for edges that have moved already: they might move too far."""
    found = segments(drawing)
    segment, vertex, shift_m = _beside(found, reach)
    owners_of_point, owners_of_segment = found.owners()
    at, done = [], []
    for row, (edge, point) in enumerate(zip(segment.tolist(), vertex.tolist(), strict=True)):
        whose = owners_of_segment[edge]
        moved = any(tuple(found.points[end].tolist()) in moved_to for end in (found.low[edge], found.high[edge]))
        if moved or not whose.isdisjoint(reach.fixed | owners_of_point[point]):
            continue
        snapped = _snap_of(True, whose, found.points[point], found.points[point], float(shift_m[row]))
        if reach.allowed(snapped):
            at.append(row)
            done.append(snapped)
    at = np.array(at, dtype=np.int64)
    return insert(drawing, found, segment[at], found.points[vertex[at]]), done


def _beside(found, reach):
    """Pairs of a segment and a vertex beside the middle of it, with their distance."""
    chosen = reach.chosen(found)
    points = np.unique(np.r_[found.low[chosen], found.high[chosen]])
    places = shapely.points(found.points[points].astype(np.float64))
    tree = shapely.STRtree(_lines(found, chosen))
    vertex, line = tree.query(places, predicate="dwithin", distance=reach.units(found))
    vertex, segment = points[vertex], chosen[line]
    place, start, end = found.points[vertex], found.start[segment], found.end[segment]
    way = end - start
    along = ((place - start) * way).sum(axis=1)
    shift_m = reach.ground.distances_m(place, start, end)
    beside = (along > 0) & (along < (way * way).sum(axis=1)) & (shift_m > TOUCHING_M) & (shift_m <= reach.within_m)
    return segment[beside], vertex[beside], shift_m[beside]


def _close_points(points, rows, reach):
    """Pairs of points within reach as (metres, point, point), ascending."""
    if not len(rows):
        return []
    xy = points[rows]
    places = shapely.points(xy.astype(np.float64))
    distance = reach.ground.reach(xy, reach.within_m)
    first, second = shapely.STRtree(places).query(places, predicate="dwithin", distance=distance)
    first, second = first[first < second], second[first < second]
    metres = reach.ground.lengths_m(xy[first], xy[second])
    close = metres <= reach.within_m
    return sorted(zip(metres[close].tolist(), rows[first[close]].tolist(), rows[second[close]].tolist(), strict=True))


def _lines(found, rows):
    return shapely.linestrings(np.stack([found.start[rows], found.end[rows]], axis=1).astype(np.float64))


def _with_points(drawing, old, new):
    at = np.searchsorted((old[:, 0] << SHIFT) + old[:, 1], (drawing.xy[:, 0] << SHIFT) + drawing.xy[:, 1])
    return tidy(new[at], drawing.ring, drawing.owner, drawing.part)


def _snap_of(bend, owners, place, away, shift_m):
    faces = tuple(sorted(one for one in owners if one != PARENT))
    return Snap(bend, faces, tuple(place.tolist()), tuple(away.tolist()), shift_m)
