"""Which face a point lies in: one owner for every point, decided in integers, in bulk.

A point is rounded to the lattice. Inside one face: that face. On a border: the face with the smallest code, and the
answer says so and names the others. In no face: the nearest one and how far it is. Layers that are no coverage are
answered too: of several faces that hold a point inside, the smallest code owns it and the others are named.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from gis.cells import build, expand
from gis.errors import Refusal
from gis.lattice import UNITS_PER_DEGREE, from_lattice, to_lattice
from gis.outside import Shoreline
from gis.undirected import COVER, irregular, undirected

BLOCK = 1 << 16  # points looked up at a time: what is computed on the way stays in the processor's cache
POLYGONAL = (3, 6)  # shapely's type numbers of Polygon and MultiPolygon


@dataclass(frozen=True, slots=True)
class Also(Sequence):
    """For each of ``size`` points the further faces that hold it, mostly none.

    ``point`` (ascending) and ``face`` are parallel; ``also[i]`` is an array of faces in the order of their codes.
    """

    size: int
    point: np.ndarray
    face: np.ndarray

    def __len__(self):
        return self.size

    def __getitem__(self, i):
        i = range(self.size)[i]
        return self.face[np.searchsorted(self.point, i) : np.searchsorted(self.point, i, side="right")]


@dataclass(frozen=True, slots=True)
class Located:
    """Answers for n points, in their order. Faces are positions in the arrays the locator was made of.

    Attributes
    ----------
    face : ndarray of int64, shape (n,)
        The owner; -1 outside every face.
    on_border : ndarray of bool, shape (n,)
        The point lies on a border of its owner and inside no face.
    also : Also
        The other faces that hold the point, inside or on their border.
    distance_m : ndarray of float64, shape (n,)
        0 where there is an owner; else the geodesic distance to the nearest face (NaN if not asked for).
    nearest : ndarray of int64, shape (n,)
        The owner, or the nearest face; the smallest code of equally near ones (-1 if not asked for).
    """

    face: np.ndarray
    on_border: np.ndarray
    also: Also
    distance_m: np.ndarray
    nearest: np.ndarray


class Locator:
    """An index of a layer that answers where points lie.

    The inside of a face follows the even-odd rule, so even a ring that crosses itself has a definite inside.
    Vertices that are off the lattice are rounded to it first, by half a unit (6 mm) at most. Faces may overlap, leave
    gaps and have holes and parts. Nothing depends on the order of faces or points; of faces with equal codes the one
    with the smaller WKB counts as the smaller.

    Parameters
    ----------
    faces : array_like of Polygon or MultiPolygon, shape (f,)
        Degrees, longitude first.
    codes : array_like of str, shape (f,)

    Raises
    ------
    Refusal
        ``no_faces``, ``not_a_polygon`` (null and empty ones too; names the codes), ``codes_mismatch``,
        ``outside_lonlat``, ``edge_too_long``.

    Notes
    -----
    Building takes time in proportion to the vertices (see gis.cells.build); a look-up of n points takes memory for its
    answers, 33 bytes a point, and a few megabytes for the block at hand.

    Examples
    --------
    >>> halves = [shapely.box(106, 28, 107, 29), shapely.box(105, 28, 106, 29)]
    >>> found = Locator(halves, ["B", "A"]).locate([[106.5, 28.5], [106, 28.5], [107.001, 28.5]])
    >>> found.face, found.on_border, found.also[1]
    (array([ 0,  1, -1]), array([False,  True, False]), array([0]))
    >>> found.nearest[2], found.distance_m.round()
    (np.int64(0), array([ 0.,  0., 98.]))
    """

    def __init__(self, faces, codes):
        faces, codes = _accepted(faces, codes)
        self._position = _order(faces, codes)
        ranked = faces[self._position]
        self._edges = undirected(ranked)
        if len(self._edges) == 0:
            raise Refusal("no_faces", "Every face of the layer is smaller than a lattice unit (1 cm).")
        self._cells = build(self._edges, irregular(ranked))
        self._table = self._edges.table()
        self._shoreline = None

    @property
    def nbytes(self):
        """Bytes of the index, without the edges of the layer themselves."""
        return self._cells.nbytes

    def table_of_cells(self, lonlat):
        """The table that answers for whole cells and the place of each point in it: what a look-up costs at the least.

        Returns
        -------
        owner : ndarray of int32
            See gis.cells.Cells.
        cell : ndarray of int64, shape (n,)
        """
        return self._cells.owner, self._cells.raster.cell_of(*to_lattice(lonlat).T)

    def locate(self, lonlat, *, distances=True):
        """Find the owner of every point.

        Parameters
        ----------
        lonlat : array_like of float, shape (n, 2)
            Degrees, longitude first.
        distances : bool
            Find the nearest face for points outside.

        Returns
        -------
        Located

        Raises
        ------
        Refusal
            ``not_finite``, ``outside_lonlat``.
        """
        lonlat = _positions(lonlat)
        rank = np.empty(len(lonlat), dtype=np.int64)
        on_border = np.zeros(len(lonlat), dtype=bool)
        also = [(np.empty(0, dtype=np.int64),) * 2]
        for begin in range(0, len(lonlat), BLOCK):
            block = slice(begin, begin + BLOCK)
            point, face = self._look_up(lonlat[block], rank[block], on_border[block])
            also.append((point + begin, self._position[face]))
        face = np.where(rank >= 0, self._position[rank], -1)
        nearest, distance_m = self._from_outside(lonlat, face) if distances else _unasked(face)
        further = Also(len(lonlat), *map(np.concatenate, zip(*also, strict=True)))
        return Located(face, on_border, further, distance_m, nearest)

    def _look_up(self, lonlat, rank, on_border):
        """Fill in ranks (-1 outside) and borders of one block; return the further faces of its points."""
        cells = self._cells
        x, y = np.rint(lonlat.T * UNITS_PER_DEGREE).astype(np.int64)
        cell = cells.raster.cell_of(x, y)
        owner = cells.owner.take(cell)
        rank[:] = owner
        rank -= 1
        at = np.flatnonzero(owner < 0)
        special = -1 - owner.take(at)
        x, y = x.take(at), y.take(at)
        special = _Special(special, x, y, y - cells.raster.bottom_of(cell.take(at)))
        crossed = _cross(self._table, cells, special)
        total = cells.corner_sum.take(special.number) + crossed.total()
        rank[at] = (total & (COVER - 1)) - 1
        hard = np.flatnonzero(crossed.touched() | cells.even_odd.take(special.number) | (total >= 2 * COVER))
        point, face, inside = self._holders(special.take(hard))
        is_owner = np.r_[True, np.diff(point) > 0][: len(point)]
        rank[at[hard]] = -1
        rank[at[hard][point[is_owner]]] = face[is_owner]
        on_border[at[hard][point[is_owner]]] = ~inside[is_owner]
        return _by_rank(at[hard][point[~is_owner]], face[~is_owner])

    def _holders(self, special):
        """All (point, face) where the face holds the point, and whether inside (else on its border).

        By point; inside goes before border, then the smaller rank, so that the first face of a point is its owner.
        """
        edges, cells, crossed = self._edges, self._cells, _cross(self._table, self._cells, special)
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

    def _from_outside(self, lonlat, face):
        nearest, distance_m = face.copy(), np.zeros(len(face))
        lost = np.flatnonzero(face < 0)
        if len(lost):
            self._shoreline = self._shoreline or Shoreline(self._edges)
            rank, distance_m[lost] = self._shoreline.nearest(from_lattice(to_lattice(lonlat[lost])))
            nearest[lost] = self._position[rank]
        return nearest, distance_m


@dataclass(frozen=True, slots=True)
class _Special:
    """Points in special cells: number of the cell, position, height above the corner of the cell."""

    number: np.ndarray
    x: np.ndarray
    y: np.ndarray
    height: np.ndarray

    def take(self, at):
        return _Special(self.number[at], self.x[at], self.y[at], self.height[at])


@dataclass(frozen=True, slots=True)
class _Crossed:
    """The edges of its cell that each point's way from the corner crosses, as runs of (point, edge).

    ``level`` and ``upward`` say where on the way, ``on`` that the point lies on the edge.
    """

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


def _cross(table, cells, special):
    """Go from the corner of its cell to each point: up the left side, then level."""
    begin = cells.first.take(special.number)
    counts = cells.first.take(special.number + 1) - begin
    point, nth = expand(counts)
    nth += begin.take(point)
    edge, low, high, side = cells.piece.take(nth, axis=0).T
    left, bottom, dx, dy, jump = table.take(edge, axis=0).T
    x, y, height = special.x.take(point) - left, special.y.take(point) - bottom, special.height.take(point)
    turn = dx * y - dy * x  # positive: the point is left of the edge; zero: on its line
    level = (turn < 0) & (low <= height) & (height < high)
    upward = side <= height
    on = turn == 0
    if on.any():
        on &= (y >= 0) & (y <= dy) & (x >= np.minimum(dx, 0)) & (x <= np.maximum(dx, 0))
    gain = jump * (upward * np.sign(dx) - level)
    return _Crossed(np.append(0, np.cumsum(counts)), edge, level, upward, on, gain)


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


def _by_rank(point, face):
    order = np.lexsort((face, point))
    return point[order], face[order]


def _accepted(faces, codes):
    faces, codes = np.asarray(faces, dtype=object).reshape(-1), np.asarray(codes).astype(str).reshape(-1)
    if len(faces) == 0:
        raise Refusal("no_faces", "The layer holds no face to locate points in.")
    if len(faces) != len(codes):
        raise Refusal("codes_mismatch", f"There are {len(faces)} faces and {len(codes)} codes.")
    bad = ~np.isin(shapely.get_type_id(faces), POLYGONAL) | shapely.is_empty(faces)
    if bad.any():
        names = codes[bad].tolist()
        few = ", ".join(names[:5])
        raise Refusal("not_a_polygon", f"{len(names)} faces have no polygon; mend or drop them: {few}.", codes=names)
    return faces, codes


def _order(faces, codes):
    """Positions by code, and by WKB where codes are equal."""
    order = np.argsort(codes, kind="stable")
    if (codes[order][1:] == codes[order][:-1]).any():
        wkb = shapely.to_wkb(faces)
        order = np.array(sorted(range(len(codes)), key=lambda i: (codes[i], wkb[i])), dtype=np.int64)
    return order


def _positions(lonlat):
    lonlat = np.asarray(lonlat, dtype=np.float64).reshape(-1, 2)
    if len(lonlat) and not (abs(lonlat[:, 0]).max() <= 180 and abs(lonlat[:, 1]).max() <= 90):
        to_lattice(lonlat)  # names the first bad row
    return lonlat


def _unasked(face):
    return np.where(face >= 0, face, -1), np.where(face >= 0, 0.0, np.nan)
