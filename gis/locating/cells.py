"""An index of a layer for bulk look-up: a raster of cells that says at once who owns a cell no border enters.

A cell's sides lie half a lattice unit off the lattice, so no vertex is ever on a side. For a cell that a border enters,
the index keeps the edges in it and which faces hold its corner (lower left). The way from the corner up the left side
and then level to a point stays in the cell; so the faces that hold the point follow from those that hold the corner and
the edges crossed on the way, all of which are in the cell. All decisions are exact in integers.

Two conventions decide the ties. The corner is taken a hair below the cell's lower side: an edge that meets the left
side exactly at the corner is crossed on the way up. The level way runs a hair above the point: an edge is crossed where
``low <= y < high``, so of two edges that meet in a vertex on the way one is counted.
"""

from dataclasses import dataclass

import numpy as np

from gis import engine
from gis.errors import Refusal
from gis.locating.raster import Raster, plan
from gis.locating.undirected import COVER

EXACT_PRODUCT = 1 << 60  # what a product of coordinate differences may reach for every sum of them to fit int64
NEVER = LONGEST_SHORT = np.iinfo(np.int32).max
UNTOLD = 1 << 62  # so many faces that whatever is added, it takes more to tell which


@dataclass(frozen=True, slots=True)
class Cells:
    """The index. ``s`` cells are special (a border enters them or several faces cover them), with ``p`` edges in all.

    Attributes
    ----------
    raster : Raster
    owner : ndarray of int32, shape (columns * rows,)
        Rank + 1 of the only face that covers the cell, 0 where none does, -(k + 1) for the special cell k.
    head : ndarray of int64, shape (s + 1, 2)
        ``piece[head[k, 0]:head[k + 1, 0]]`` are the pieces of edges in special cell k; ``head[k, 1]`` is the sum of
        ``COVER + rank + 1`` over the faces that hold the corner, or UNTOLD where sums over edges say nothing.
    piece : ndarray of int64, shape (p, 5)
        All that a look-up wants to know of an edge in a cell, in one place in memory. ``turn`` and ``jump``: the
        point (x, y) counted from the corner lies on the side of the edge that ``dx * y - dy * x + turn`` says, and
        jump is as in UndirectedEdges. The other three are pairs of int32, see ``ways``.
    corner_first, corner_face : ndarray of int32, shapes (s + 1,) and (c,)
        Ranks of the faces that hold the corners.
    """

    raster: Raster
    owner: np.ndarray
    head: np.ndarray
    piece: np.ndarray
    corner_first: np.ndarray
    corner_face: np.ndarray

    @property
    def ways(self):
        """The pieces' pairs: ndarray of int32, shape (p, 10), of which the last six columns are dx, dy, low, high, side,
        edge. A level way through the cell at height y above the corner meets the edge where ``low <= y < high``; the way
        up the left side has crossed it from height ``side`` on (NEVER: not at all)."""
        return self.piece.view(np.int32)

    @property
    def nbytes(self):
        """Bytes the index takes in memory."""
        return sum(getattr(self, name).nbytes for name in self.__slots__ if name != "raster")


def build(edges, irregular):
    """Build the index of a layer.

    Time and memory grow with the edges: about 4 bytes a cell and 20 for each edge in each cell it enters, five times
    that while building; for the number of cells see :func:`gis.locating.raster.plan`.

    Parameters
    ----------
    edges : gis.locating.undirected.UndirectedEdges
    irregular : ndarray of bool, shape (n,)
        By rank of the face: only the even-odd rule tells its inside.

    Returns
    -------
    Cells

    Raises
    ------
    Refusal
        ``edge_too_long``: an edge so long that its orientation tests would leave 64 bits.

    Examples
    --------
    >>> import shapely
    >>> from gis.locating.undirected import undirected
    >>> cells = build(undirected([shapely.box(105, 28, 106, 29)]), irregular=np.array([False]))
    >>> cells.owner[cells.raster.cell_of(1055000000, np.array([285000000, 295000000]))]
    array([1, 0], dtype=int32)
    """
    raster = plan(edges)
    _refuse_long_edges(edges, raster)
    pieces = _pieces(edges, raster)
    spans = _spans(edges, raster, pieces, len(irregular))
    sums = _corner_sums(raster, *spans)
    cell, piece = _pieces_by_cell(raster, pieces)
    is_special = sums >= 2 * COVER
    is_special[cell] = True
    special = np.flatnonzero(is_special)
    owner = (sums & (COVER - 1)).astype(np.int32)
    owner[special] = -1 - np.arange(len(special), dtype=np.int32)
    head = np.empty((len(special) + 1, 2), dtype=np.int64)
    head[:, 0] = np.searchsorted(cell, np.append(special, raster.columns * raster.rows))
    head[:, 1] = np.append(sums[special], 0)
    untold = _has_irregular(edges, irregular) | (np.abs(edges.dx) > LONGEST_SHORT)
    if untold.any():
        head[np.searchsorted(special, cell[untold[pieces.edge[piece]]]), 1] = UNTOLD
    corner_first, corner_face = _corner_faces(raster, spans, special)
    return Cells(raster, owner, head, _inlined(edges, raster, pieces, cell, piece), corner_first, corner_face)


def _refuse_long_edges(edges, raster):
    """Refuse edges whose products with a way inside one of their cells could leave int64."""
    wide = np.abs(edges.dx).astype(np.float64) + (1 << raster.x_shift)
    tall = edges.dy.astype(np.float64) + (1 << raster.y_shift)
    if (wide * tall >= EXACT_PRODUCT).any():
        raise Refusal("edge_too_long", "A border runs straight across a good part of the globe; add vertices to it.")


@dataclass(frozen=True, slots=True)
class _Pieces:
    """Pieces of edges between the upright lines of the raster, in the order of the edges.

    ``floor``, ``ceil`` and ``nearest`` are the heights at which the piece meets the left side of its column,
    ``enters`` says whether it does; ``bottom`` and ``top`` are the rows it may touch.
    """

    edge: np.ndarray
    column: np.ndarray
    enters: np.ndarray
    floor: np.ndarray
    ceil: np.ndarray
    nearest: np.ndarray
    bottom: np.ndarray
    top: np.ndarray


def _pieces(edges, raster):
    start = (edges.x - raster.x0) >> raster.x_shift
    stop = (edges.x + edges.dx - raster.x0) >> raster.x_shift
    west = np.minimum(start, stop)
    edge, nth = expand(np.abs(stop - start) + 1)
    column = west[edge] + nth
    enters = nth > 0
    floor, ceil, nearest = _heights(edges, raster, edge, column, enters)
    begins_west = edges.dx[edge] >= 0
    west_y = np.where(begins_west, edges.y[edge], edges.y[edge] + edges.dy[edge])
    east_y = np.where(begins_west, edges.y[edge] + edges.dy[edge], edges.y[edge])
    leaves = np.r_[enters[1:], False]
    lowest = np.minimum(np.where(enters, floor, west_y), np.where(leaves, np.roll(floor, -1), east_y))
    highest = np.maximum(np.where(enters, ceil, west_y), np.where(leaves, np.roll(ceil, -1), east_y))
    bottom, top = (lowest - raster.y0) >> raster.y_shift, (highest - raster.y0) >> raster.y_shift
    return _Pieces(edge, column, enters, floor, ceil, nearest, bottom, top)


def _heights(edges, raster, edge, column, enters):
    """Where edges meet the left side of a column: the height rounded down, up, and to the nearest (half: up)."""
    dx = np.where(enters, edges.dx[edge], 1)
    doubled_way = 2 * (raster.x0 + (column << raster.x_shift) - edges.x[edge]) - 1
    rise = edges.dy[edge] * np.where(enters, doubled_way, 0)
    divisor = 2 * np.abs(dx)
    whole, rest = np.divmod(np.where(dx < 0, -rise, rise), divisor)
    floor = edges.y[edge] + whole
    return floor, floor + (rest > 0), floor + (2 * rest >= divisor)


def _spans(edges, raster, pieces, face_count):
    """Runs of corners, up a column, that a face holds by the even-odd rule: face, column, first and last row."""
    at = np.flatnonzero(pieces.enters)
    row = (pieces.nearest[at] - raster.y0) >> raster.y_shift
    which, nth = expand(np.diff(edges.first)[pieces.edge[at]])
    face = edges.side[edges.first[pieces.edge[at]][which] + nth]
    cells = raster.columns * raster.rows
    key = np.sort(face * cells + (pieces.column[at] * raster.rows + row)[which])
    face, cell = np.divmod(key[::2], cells)
    first, last = cell + 1, key[1::2] - face * cells
    filled = first <= last
    return face[filled], first[filled], last[filled]


def _corner_sums(raster, face, first, last):
    """Sum of ``COVER + rank + 1`` over the faces that hold each corner."""
    gain = np.zeros(raster.columns * raster.rows + 1, dtype=np.int64)
    np.add.at(gain, first, COVER + face + 1)
    np.add.at(gain, last + 1, -(COVER + face + 1))
    return np.cumsum(gain, out=gain)[:-1]


def _pieces_by_cell(raster, pieces):
    """Every (cell, piece) that may touch, by cell and then by piece."""
    piece, nth = expand(pieces.top - pieces.bottom + 1)
    cell = pieces.column[piece] * raster.rows + pieces.bottom[piece] + nth
    key = np.sort((cell << 32) | piece)
    return key >> 32, key & 0xFFFFFFFF


def _inlined(edges, raster, pieces, cell, piece):
    """The table of pieces, see Cells."""
    table = np.empty((len(piece), 5), dtype=np.int64)
    kernels = engine.kernels(len(piece))
    if kernels:
        columns = pieces.edge, pieces.column, pieces.ceil, pieces.nearest, pieces.enters
        kernels.locating.inline_pieces(edges.table, raster.as_array(), *columns, cell, piece, table, table.view(np.int32))
    else:
        _inline(edges, raster, pieces, cell, piece, table)
    return table


def _inline(edges, raster, pieces, cell, piece, table):
    edge, corner_y = pieces.edge[piece], raster.bottom_of(cell)
    dx, dy = edges.dx[edge], edges.dy[edge]
    corner_x = raster.x0 + (pieces.column[piece] << raster.x_shift)
    table[:, 0] = dx * (corner_y - edges.y[edge]) - dy * (corner_x - edges.x[edge])
    table[:, 1] = edges.jump[edge]
    ways = table.view(np.int32)
    low, high, side = _ways(edges, raster, pieces, edge, corner_y, piece)
    for place, values in enumerate((dx, dy, low, high, side, edge), start=4):
        ways[:, place] = values


def _ways(edges, raster, pieces, edge, corner_y, piece):
    """For which heights, counted from the corner, the two ways inside a cell meet its edges."""
    height = 1 << raster.y_shift
    side = pieces.ceil[piece] - corner_y
    enters, dx = pieces.enters[piece], edges.dx[edge]
    low = edges.y[edge] - corner_y
    high = low + edges.dy[edge]
    low = np.where(enters & (dx > 0), np.maximum(low, side), low)
    high = np.where(enters & (dx < 0), np.minimum(high, side), high)
    nearest = pieces.nearest[piece] - corner_y
    crosses = enters & (nearest >= 0) & (nearest < height)
    return np.clip(low, 0, height), np.clip(high, 0, height), np.where(crosses, side, NEVER)


def _has_irregular(edges, irregular):
    """Whether some face of each edge is irregular."""
    return np.logical_or.reduceat(irregular[edges.side], edges.first[:-1])


def _corner_faces(raster, spans, special):
    """Ranks of the faces that hold the corner of each special cell, as runs."""
    face, first, last = spans
    begin, end = np.searchsorted(special, first), np.searchsorted(special, last, side="right")
    which, nth = expand(end - begin)
    key = np.sort(((begin[which] + nth) << 32) | face[which])
    first = np.searchsorted(key >> 32, np.arange(len(special) + 1))
    return first.astype(np.int32), (key & 0xFFFFFFFF).astype(np.int32)


def expand(counts):
    """Number the members of groups.

    Parameters
    ----------
    counts : ndarray of int64, shape (n,)
        Sizes of the groups.

    Returns
    -------
    group, nth : ndarray of int64, shape (m,)
        For each member the index of its group and its place in it, from 0 on.

    Examples
    --------
    >>> expand(np.array([2, 0, 3]))
    (array([0, 0, 2, 2, 2]), array([0, 1, 0, 1, 2]))
    """
    group = np.repeat(np.arange(len(counts)), counts)
    return group, np.arange(len(group)) - (np.cumsum(counts) - counts).take(group)
