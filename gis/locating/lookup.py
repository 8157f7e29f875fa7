"""Bulk look-up of points in the index of a layer (gis.locating.cells), in NumPy; gis.kernels.locating has the twin of `settle`.

Most points lie inside one face or in none, and one pass of sums settles them. The rest, here called hard, lie on a
border, in several faces, or in a cell where only the even-odd rule can tell; for them all holders are counted.
"""

from dataclasses import dataclass

import numpy as np
import shapely

from gis.errors import Refusal
from gis.lattice import UNITS_PER_DEGREE
from gis.locating.cells import Cells, build, expand
from gis.locating.undirected import COVER, UndirectedEdges, irregular, undirected

HARD = -2  # instead of a face


@dataclass(frozen=True, slots=True)
class Index:
    """All a look-up needs.

    Attributes
    ----------
    face_of : ndarray of int64, shape (n + 1,)
        By rank + 1 which face of the layer that is; begins with -1 for none.
    edges : UndirectedEdges
    cells : Cells

    Examples
    --------
    >>> index_of(shapely.box([106, 105], 28, [107, 106], 29), np.array(["B", "A"])).face_of
    array([-1,  1,  0])
    """

    face_of: np.ndarray
    edges: UndirectedEdges
    cells: Cells

    @property
    def position(self):
        """Which face of the layer each rank by code belongs to."""
        return self.face_of[1:]

    @property
    def nbytes(self):
        """Bytes it takes in memory."""
        edges = self.edges
        arrays = (self.face_of, edges.table, edges.first, edges.side, edges.outer)
        return self.cells.nbytes + sum(array.nbytes for array in arrays)


def index_of(faces, codes):
    """Build the index of a layer.

    Parameters
    ----------
    faces : ndarray of Polygon or MultiPolygon, shape (n,)
        Degrees; not empty.
    codes : ndarray of str, shape (n,)

    Returns
    -------
    Index
        Faces are ranked by code, and by WKB where codes are equal.

    Raises
    ------
    Refusal
        ``no_faces`` when all of them vanish on the lattice; ``outside_lonlat``, ``not_finite``, ``edge_too_long``.

    Examples
    --------
    >>> index = index_of(shapely.box([106, 105], 28, [107, 106], 29), np.array(["B", "A"]))
    >>> index.position, len(index.edges)
    (array([1, 0]), 7)
    """
    position = _order(faces, codes)
    ranked = faces[position]
    edges = undirected(ranked)
    if len(edges) == 0:
        raise Refusal("no_faces", "Every face of the layer is smaller than a lattice unit (1 cm).")
    return Index(np.append(-1, position), edges, build(edges, irregular(ranked)))


def settle(index, lonlat, face):
    """Fill in the face of every point: -1 outside, HARD for the hard ones.

    Parameters
    ----------
    index : Index
    lonlat : ndarray of float64, shape (n, 2)
        Degrees, on the globe.
    face : ndarray of int64, shape (n,)
        Written to.

    Examples
    --------
    >>> index = index_of(shapely.box([105, 106], 28, [106, 107], 29), np.array(["A", "B"]))
    >>> face = np.empty(3, dtype=np.int64)
    >>> settle(index, np.array([[106.5, 28.5], [107.5, 28.5], [106, 28.5]]), face)
    >>> face
    array([ 1, -1, -2])
    """
    cells = index.cells
    cell, x, y = _placed(cells, lonlat)
    owner = cells.owner.take(cell)
    face[:] = index.face_of.take(np.maximum(owner, 0))
    at = np.flatnonzero(owner < 0)
    special = _special(cells, -1 - owner.take(at), cell.take(at), x.take(at), y.take(at))
    crossed = _cross(index, special)
    total = crossed.corner_sum + crossed.total()
    is_hard = crossed.touched() | (total >= 2 * COVER)
    face[at] = np.where(is_hard, HARD, index.face_of[np.where(is_hard, 0, total & (COVER - 1))])


def holders(index, lonlat):
    """All (point, rank of a face) where the face holds the point, and whether inside (else on its border).

    By point; inside goes before border, then the smaller rank, so that the first face of a point is its owner.

    Parameters
    ----------
    index : Index
    lonlat : ndarray of float64, shape (n, 2)
        Degrees; hard points only.

    Returns
    -------
    point, rank : ndarray of int64, shape (k,)
    inside : ndarray of bool, shape (k,)

    Examples
    --------
    >>> index = index_of(shapely.box([105, 106], 28, [106, 107], 29), np.array(["A", "B"]))
    >>> holders(index, np.array([[106, 28.5]]))
    (array([0, 0]), array([0, 1]), array([False, False]))
    """
    edges, cells = index.edges, index.cells
    cell, x, y = _placed(cells, lonlat)
    special = _special(cells, -1 - cells.owner.take(cell), cell, x, y)
    crossed = _cross(index, special)
    point = np.repeat(np.arange(len(special.number)), np.diff(crossed.first))
    which, face = _members(edges.first, edges.side, crossed.edge)
    corner, corner_face = _members(cells.corner_first, cells.corner_face, special.number)
    point, face = np.r_[point[which], corner], np.r_[face, corner_face]
    switch = np.r_[(crossed.level ^ crossed.upward)[which], np.ones(len(corner), dtype=bool)]
    on = np.r_[crossed.on[which], np.zeros(len(corner), dtype=bool)]
    point, face, odd, on = _united(point, face, switch, on)
    held = odd | on
    point, face, inside = point[held], face[held], ~on[held]
    order = np.lexsort((face, ~inside, point))
    return point[order], face[order], inside[order]


def _order(faces, codes):
    """Positions by code, and by WKB where codes are equal."""
    order = np.argsort(codes, kind="stable")
    if (codes[order][1:] == codes[order][:-1]).any():
        wkb = shapely.to_wkb(faces)
        order = np.array(sorted(range(len(codes)), key=lambda i: (codes[i], wkb[i])), dtype=np.int64)
    return order


@dataclass(frozen=True, slots=True)
class _Special:
    """Points in special cells: number of the cell, position, height above the corner of the cell."""

    number: np.ndarray
    x: np.ndarray
    y: np.ndarray
    height: np.ndarray


def _placed(cells, lonlat):
    x, y = np.rint(lonlat.T * UNITS_PER_DEGREE).astype(np.int64)
    return cells.raster.cell_of(x, y), x, y


def _special(cells, number, cell, x, y):
    return _Special(number.astype(np.int64), x, y, y - cells.raster.bottom_of(cell))


@dataclass(frozen=True, slots=True)
class _Crossed:
    """The edges of its cell that each point's way from the corner crosses, as runs of (point, edge).

    ``level`` and ``upward`` say where on the way, ``on`` that the point lies on the edge; ``corner_sum`` is the corner's.
    """

    corner_sum: np.ndarray
    first: np.ndarray
    edge: np.ndarray
    level: np.ndarray
    upward: np.ndarray
    on: np.ndarray
    gain: np.ndarray

    def touched(self):
        """Points that lie on some edge."""
        return np.diff(np.flatnonzero(self.on).searchsorted(self.first)) > 0

    def total(self):
        """What the sum of ``COVER + rank + 1`` over the holding faces gains on the way; of no meaning on a border."""
        running = np.zeros(len(self.gain) + 1, dtype=np.int64)
        np.cumsum(self.gain, out=running[1:])  # may wrap, which the differences undo
        return np.diff(running.take(self.first))


def _cross(index, special):
    """Go from the corner of its cell to each point: up the left side, then level."""
    begin, corner_sum = index.cells.head.take(special.number, axis=0).T
    counts = index.cells.head.take(special.number + 1, axis=0)[:, 0] - begin
    point, nth = expand(counts)
    nth += begin.take(point)
    low, high, side, edge = index.cells.ways.take(nth, axis=0)[:, 6:].T
    left, bottom, dx, dy, jump = index.edges.table.take(edge, axis=0).T
    x, y, height = special.x.take(point) - left, special.y.take(point) - bottom, special.height.take(point)
    turn = dx * y - dy * x  # positive: the point is left of the edge; zero: on its line
    level = (turn < 0) & (low <= height) & (height < high)
    upward = side <= height
    on = turn == 0
    if on.any():
        on &= (y >= 0) & (y <= dy) & (x >= np.minimum(dx, 0)) & (x <= np.maximum(dx, 0))
    gain = jump * (upward * np.sign(dx) - level)
    return _Crossed(corner_sum, np.append(0, np.cumsum(counts)), edge, level, upward, on, gain)


def _united(point, face, switch, on):
    """Every (point, face) once: how often its switch was thrown (odd or even), and whether it was ever on."""
    order = np.lexsort((face, point))
    point, face = point[order], face[order]
    new = np.flatnonzero(np.r_[True, (np.diff(point) > 0) | (np.diff(face) > 0)][: len(point)])
    if len(new) == 0:
        return point, face, switch, on
    return point[new], face[new], np.logical_xor.reduceat(switch[order], new), np.logical_or.reduceat(on[order], new)


def _members(first, values, group):
    """Members of the given groups out of runs: place in ``group``, value."""
    which, nth = expand(first[group + 1] - first[group])
    return which, values[first[group][which] + nth]
