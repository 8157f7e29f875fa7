"""Incidents as columns in memory, sorted so that what a map shows of a time is a few stretches of rows.

Rows are ordered by tile, a square of about 2 km, and within a tile by time. A view of the map meets some tiles, and a time
window is in each of them one stretch, found by bisection: only rows of these are counted, and any instant may be a limit.
"""

from dataclasses import dataclass, fields

import numpy as np

from gis import engine

TILE_BITS = 11  # pixels of zoom 17: 2.1 km in Luzhou; a place in a tile takes 22 bits
STATE_BITS = 4
ROWS_BITS, SQUARE_BITS = 12, 6  # as in incidents.heat.loops: after 4096 rows of a tile a sum, by squares of 64 pixels
FAR_PAST, FAR_FUTURE = -(1 << 62), 1 << 62


@dataclass(frozen=True, slots=True)
class Rows:
    """Incidents in any order, all arrays of length n.

    Attributes
    ----------
    id : ndarray of int64
    px, py : ndarray of int64
        Pixel of zoom 17.
    time : ndarray of int64
        Microseconds since 1970, UTC.
    kind : ndarray of uint16
        Matter and state, see :func:`kinds`.
    unit : ndarray of int32
        Index of the grid in a list of codes.
    """

    id: np.ndarray
    px: np.ndarray
    py: np.ndarray
    time: np.ndarray
    kind: np.ndarray
    unit: np.ndarray

    def __len__(self):
        return len(self.id)

    def take(self, index):
        """The rows of an index."""
        return Rows(*(getattr(self, field.name)[index] for field in fields(self)))


def together(parts):
    """Rows one after the other.

    Parameters
    ----------
    parts : sequence of Rows

    Returns
    -------
    Rows
    """
    return Rows(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Rows)))


def kinds(matter, state):
    """A matter and a state by their numbers, in one number.

    Examples
    --------
    >>> kinds(np.array([0, 3]), np.array([12, 1])).tolist()
    [12, 49]
    """
    return (np.asarray(matter) << STATE_BITS | np.asarray(state)).astype(np.uint16)


def kept(matters, states, *, of):
    """For each kind, whether it counts.

    Parameters
    ----------
    matters, states : collection of int or None
        Numbers that count; None takes all.
    of : int
        How many matters there are.

    Returns
    -------
    ndarray of uint8, shape (of * 16,)

    Examples
    --------
    >>> np.flatnonzero(kept({1}, {0, 2}, of=2)).tolist()
    [16, 18]
    """
    by_matter = np.array([matters is None or each in matters for each in range(of)], dtype=np.uint8)
    by_state = np.array([states is None or each in states for each in range(1 << STATE_BITS)], dtype=np.uint8)
    return np.ascontiguousarray((by_matter[:, None] & by_state).ravel())


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Sorted rows.

    Attributes
    ----------
    corner : ndarray of int64, shape (t, 2)
        Pixel at the upper left corner of each tile.
    first : ndarray of int64, shape (t + 1,)
        First row of each tile, and the number of rows.
    place : ndarray of uint32, shape (n,)
        Column and row in the tile.
    id, time, kind, unit : ndarray, shape (n,)
        As in :class:`Rows`.
    by_id : ndarray of int32, shape (n,)
        Rows in the order of their ids.
    head : ndarray of int64, shape (t + 1,)
        First sum of each tile.
    sums : ndarray of int32, shape (s, 1024)
        How many of a tile's first 4096, 8192, … rows lie in each of its squares of 64 pixels, row by row: what lies between
        two instants is the difference of two of them and the rows at the ends.
    """

    corner: np.ndarray
    first: np.ndarray
    place: np.ndarray
    id: np.ndarray
    time: np.ndarray
    kind: np.ndarray
    unit: np.ndarray
    by_id: np.ndarray
    head: np.ndarray
    sums: np.ndarray

    def __len__(self):
        return len(self.id)

    def find(self, ids):
        """Row of each id; -1 where there is none."""
        at = np.searchsorted(self.id, ids, sorter=self.by_id)
        row = self.by_id[np.minimum(at, max(len(self) - 1, 0))] if len(self) else np.zeros(len(ids), dtype=np.int32)
        good = (at < len(self)) & (self.id[row] == ids) if len(self) else np.zeros(len(ids), dtype=bool)
        return np.where(good, row, -1).astype(np.int64)

    def rows(self, index):
        """Rows by their positions, as they were given."""
        corner = self.corner[np.searchsorted(self.first, index, side="right") - 1]
        place = self.place[index].astype(np.int64)
        px, py = corner[:, 0] + (place & (1 << TILE_BITS) - 1), corner[:, 1] + (place >> TILE_BITS)
        return Rows(self.id[index], px, py, self.time[index], self.kind[index], self.unit[index])

    def stretches(self, window, since, until):
        """Rows in the tiles that meet a window of pixels, of a time.

        Parameters
        ----------
        window : tuple of int or None
            Left, top, right, bottom pixel, all included; None is everywhere.
        since, until : int
            Microseconds, the second not included.

        Returns
        -------
        begin, end : ndarray of int64, shape (k,)
        tile : ndarray of int64, shape (k,)
            Whose rows they are.
        """
        tile = np.arange(len(self.corner))
        if window is not None:
            left, top, right, bottom = window
            low, high = self.corner, self.corner + ((1 << TILE_BITS) - 1)
            tile = tile[((high >= (left, top)) & (low <= (right, bottom))).all(axis=1)]
        begin, end = self.first[tile], self.first[tile + 1]
        if since > FAR_PAST or until < FAR_FUTURE:
            begin, end = self._narrowed(begin, end, since, until)
        some = end > begin
        return begin[some], end[some], tile[some]

    def _narrowed(self, first, last, since, until):
        loops = compiled(len(self))
        if loops is None:
            parts = [self.time[low:high] for low, high in zip(first.tolist(), last.tolist(), strict=True)]
            return tuple(
                first + np.array([np.searchsorted(part, limit) for part in parts], dtype=np.int64) for limit in (since, until)
            )
        begin, end = np.empty(len(first), dtype=np.int64), np.empty(len(first), dtype=np.int64)
        loops.narrow(first, last, self.time, since, until, begin, end)
        return begin, end


def table_of(rows):
    """Sort rows into a table.

    Parameters
    ----------
    rows : Rows
        No id twice.

    Returns
    -------
    Table

    Examples
    --------
    >>> some = Rows(np.array([7, 5]), np.array([4096, 1]), np.array([0, 3]), np.array([9, 8]), kinds([0, 0], [0, 1]), np.zeros(2))
    >>> table = table_of(some)
    >>> table.corner.tolist(), table.id.tolist(), table.find(np.array([5, 6, 7])).tolist()
    ([[0, 0], [4096, 0]], [5, 7], [0, -1, 1])
    """
    tile = (rows.py >> TILE_BITS) << 32 | rows.px >> TILE_BITS
    names, rank = np.unique(tile, return_inverse=True)
    order = np.argsort(rows.time, kind="stable")
    # Sixteen bits are sorted by their digits, in a tenth of the time.
    small = rank.astype(np.uint16 if len(names) <= 1 << 16 else np.int64)
    order = order[np.argsort(small[order], kind="stable")]
    mask = (1 << TILE_BITS) - 1
    place = ((rows.py & mask) << TILE_BITS | rows.px & mask).astype(np.uint32)
    identity = np.ascontiguousarray(rows.id[order])
    first = np.r_[0, np.cumsum(np.bincount(rank, minlength=len(names)))].astype(np.int64)
    place = place[order]
    return Table(
        np.column_stack([names & 0xFFFFFFFF, names >> 32]) << TILE_BITS,
        first,
        place,
        identity,
        np.ascontiguousarray(rows.time[order], dtype=np.int64),
        np.ascontiguousarray(rows.kind[order], dtype=np.uint16),
        np.ascontiguousarray(rows.unit[order], dtype=np.int32),
        np.argsort(identity, kind="stable").astype(np.int32),
        *_sums(first, place),
    )


def _sums(first, place):
    """First sum of each tile, and the sums."""
    blocks = np.diff(first) >> ROWS_BITS
    head = np.r_[0, np.cumsum(blocks)].astype(np.int64)
    across = TILE_BITS - SQUARE_BITS
    squares = 1 << 2 * across
    sums = np.zeros((int(head[-1]), squares), dtype=np.int32)
    for tile in np.flatnonzero(blocks).tolist():
        count = int(blocks[tile])
        at = place[first[tile] : first[tile] + (count << ROWS_BITS)]
        square = (at >> (TILE_BITS + SQUARE_BITS)) << across | (at >> SQUARE_BITS) & ((1 << across) - 1)
        block = np.arange(len(at)) >> ROWS_BITS
        held = np.bincount(block * squares + square, minlength=count * squares).reshape(count, squares)
        sums[head[tile] : head[tile + 1]] = np.cumsum(held, axis=0)
    return head, sums


def compiled(work):
    """The compiled loops, or None where NumPy is to count; see :mod:`gis.engine`."""
    if engine.kernels(work) is None:
        return None
    from incidents.heat import loops  # noqa: PLC0415 - compiles when first imported

    return loops
