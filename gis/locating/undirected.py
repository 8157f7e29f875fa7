"""The boundary of a layer as undirected lattice edges, each once, with the faces on its two sides.

Every edge points upward (to the right when level), so "left" and "right" mean the same for all of them.
"""

from dataclasses import dataclass

import numpy as np
import shapely

from gis import chain
from gis.lattice import to_lattice

COVER = 1 << 32  # one covering face, in the high half of a sum; ranks add up in the low half
HALF_THE_GLOBE = 1 << 62  # doubled areas from here on may wrap in int64, and with them a ring's orientation


@dataclass(frozen=True, slots=True)
class UndirectedEdges:
    """Undirected edges between ``m`` different pairs of vertices.

    Attributes
    ----------
    table : ndarray of int64, shape (m, 5)
        Columns x, y, dx, dy: lower end in lattice units and the way to the upper end; ``dy >= 0``, and ``dx > 0`` where
        ``dy == 0``. Column jump: what the sum of ``COVER + rank + 1`` over the faces that hold a point gains from the
        right side to the left. Side by side, so that a look-up by edge touches one place in memory.
    first : ndarray of int64, shape (m + 1,)
        ``side[first[i]:first[i + 1]]`` are the faces that have edge i.
    side : ndarray of int64
        Rank of a face, ascending, once for each time it uses the edge.
    outer : ndarray of bool, shape (m,)
        No face lies on one of the sides, so far as the edge itself tells.
    """

    table: np.ndarray
    first: np.ndarray
    side: np.ndarray
    outer: np.ndarray

    @property
    def x(self):
        """Eastings of the lower ends."""
        return self.table[:, 0]

    @property
    def y(self):
        """Northings of the lower ends."""
        return self.table[:, 1]

    @property
    def dx(self):
        """Ways east from the lower ends to the upper ones."""
        return self.table[:, 2]

    @property
    def dy(self):
        """Ways north from the lower ends to the upper ones."""
        return self.table[:, 3]

    @property
    def jump(self):
        """Gains from the right side to the left."""
        return self.table[:, 4]

    def __len__(self):
        return len(self.table)


def undirected(faces):
    """Collect the undirected edges of faces, whose index is their rank.

    Parameters
    ----------
    faces : array_like of Polygon or MultiPolygon, shape (n,)
        Degrees; coordinates are rounded to the lattice.

    Returns
    -------
    UndirectedEdges

    Examples
    --------
    >>> pair = [shapely.box(105, 28, 106, 29), shapely.box(106, 28, 107, 29)]
    >>> found = undirected(pair)
    >>> len(found), int(found.outer.sum())
    (7, 6)
    """
    table = chain.edges(faces)
    (ax, ay), (bx, by) = table.start.T, table.end.T
    upward = (by > ay) | ((by == ay) & (bx > ax))
    x, y = np.where(upward, ax, bx), np.where(upward, ay, by)
    dx, dy = np.where(upward, bx - ax, ax - bx), np.abs(by - ay)
    order, first = _groups(x, y, dx, dy)
    gain = np.where(upward, COVER + table.face + 1, -(COVER + table.face + 1))[order]
    lead = order[first[:-1]]
    rows = np.empty((len(lead), 5), dtype=np.int64)
    for place, column in enumerate((x, y, dx, dy)):
        rows[:, place] = column[lead]
    rows[:, 4] = _sums(gain, first)
    outer = np.abs(_sums(np.sign(gain), first)) == np.diff(first)
    return UndirectedEdges(rows, first, table.face[order], outer)


def irregular(faces):
    """Say which faces are not made of simple rings: there only the even-odd rule tells inside from outside.

    Validity is tested on whole lattice units, which floating point holds exactly.

    Parameters
    ----------
    faces : ndarray of Polygon or MultiPolygon, shape (n,)

    Returns
    -------
    ndarray of bool, shape (n,)

    Examples
    --------
    >>> irregular(shapely.polygons([[(0, 0), (1, 0), (1, 1), (0, 1)], [(0, 0), (1, 1), (1, 0), (0, 1)]]))
    array([False,  True])
    """
    unsure = np.flatnonzero(~chain.signature_and_simple(faces)[1])
    units = shapely.transform(shapely.force_2d(faces[unsure]), lambda lonlat: to_lattice(lonlat).astype(np.float64))
    west, south, east, north = shapely.bounds(units).T
    answer = np.zeros(len(faces), dtype=bool)
    answer[unsure] = ~shapely.is_valid(units) | (2 * (east - west) * (north - south) >= HALF_THE_GLOBE)
    return answer


def _groups(x, y, dx, dy):
    """Order in which equal rows stand together, and where each group begins (with the end at last)."""
    order = np.lexsort((_packed(dx, dy), _packed(x, y)))
    new = np.zeros(len(order) + 1, dtype=bool)
    new[0] = new[-1] = True
    for column in (x, y, dx, dy):
        sorted_column = column[order]
        new[1:-1] |= sorted_column[1:] != sorted_column[:-1]
    return order, np.flatnonzero(new) if len(order) else np.zeros(1, dtype=np.int64)


def _packed(high, low):
    """One number of two: equal rows get equal numbers. Where rows of several values get one number, an edge may stand
    twice in the result, which costs time and no truth: all sums over edges stay the same."""
    return (high << 32) ^ (low & 0xFFFFFFFF)


def _sums(values, first):
    return np.add.reduceat(values, first[:-1]) if len(values) else values
