"""What a map of incidents shows, counted: cells, units, spans of time. Counts are sums, so corrections are rows too."""

from dataclasses import dataclass

import numpy as np

from incidents.heat.table import FAR_FUTURE, FAR_PAST, TILE_BITS, Rows, Table, compiled

EVERYWHERE = (-(1 << 40), -(1 << 40), 1 << 40, 1 << 40)


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """Incidents as of one moment: a table, and rows that have come or gone since it was sorted.

    Attributes
    ----------
    table : Table
    later : Rows
    weight : ndarray of int64, shape (len(later),)
        1 for a row that has come, -1 for one of the table (or an earlier one) that is no more.
    """

    table: Table
    later: Rows
    weight: np.ndarray

    def __len__(self):
        return len(self.table) + int(self.weight.sum())

    def cells(self, window, shift, *, keep, since=FAR_PAST, until=FAR_FUTURE):
        """Incidents in each cell of a window.

        Parameters
        ----------
        window : tuple of int
            First column and row, last column and row of cells, all included.
        shift : int
            2^shift pixels of zoom 17 make the side of a cell.
        keep : ndarray of uint8
            By kind, see :func:`incidents.heat.table.kept`.
        since, until : int
            Microseconds since 1970; the second not included.

        Returns
        -------
        ndarray of int64, shape (n, 3)
            Column, row and count, never 0; by row and column.
        """
        left, top, right, bottom = window
        columns, lines = right - left + 1, bottom - top + 1
        pixels = (left << shift, top << shift, ((right + 1) << shift) - 1, ((bottom + 1) << shift) - 1)
        count = np.zeros(columns * lines, dtype=np.int32)
        _add_cells(self.table, pixels, shift, columns, keep, since, until, count)
        rows, weight = self._later(pixels, keep, since, until)
        np.add.at(count, ((rows.py >> shift) - top) * columns + ((rows.px >> shift) - left), weight)
        found = np.flatnonzero(count)
        return np.column_stack([found % columns + left, found // columns + top, count[found]]).astype(np.int64)

    def units(self, of, *, keep, since=FAR_PAST, until=FAR_FUTURE):
        """Incidents of each of `of` grids, by the numbers of `Rows.unit`; shape (of,)."""
        count = np.zeros(of, dtype=np.int64)
        begin, end, _ = self.table.stretches(None, since, until)
        loops = compiled(len(self.table))
        if loops is None:
            index = _index(begin, end)
            count += np.bincount(self.table.unit[index], keep[self.table.kind[index]], minlength=of).astype(np.int64)
        else:
            loops.units(begin, end, self.table.unit, self.table.kind, keep, count)
        rows, weight = self._later(EVERYWHERE, keep, since, until)
        np.add.at(count, rows.unit, weight)
        return count

    def moments(self, pixels, edges, *, keep):
        """Incidents in a window of pixels by span of time.

        Parameters
        ----------
        pixels : tuple of int
            Left, top, right, bottom, all included.
        edges : ndarray of int64, shape (m + 1,)
            Microseconds since 1970, ascending; a span holds its begin and not its end.
        keep : ndarray of uint8

        Returns
        -------
        ndarray of int64, shape (m,)
        """
        edges = np.ascontiguousarray(edges, dtype=np.int64)
        count = np.zeros(len(edges) - 1, dtype=np.int64)
        since, until = int(edges[0]), int(edges[-1])
        _add_moments(self.table, pixels, edges, keep, count)
        rows, weight = self._later(pixels, keep, since, until)
        np.add.at(count, np.searchsorted(edges, rows.time, side="right") - 1, weight)
        return count

    def _later(self, pixels, keep, since, until):
        left, top, right, bottom = pixels
        rows = self.later
        meant = (rows.px >= left) & (rows.px <= right) & (rows.py >= top) & (rows.py <= bottom)
        meant &= (rows.time >= since) & (rows.time < until) & (keep[rows.kind] != 0)
        return rows.take(meant), self.weight[meant]


def _add_cells(table, pixels, shift, columns, keep, since, until, count):
    begin, end, tile = table.stretches(pixels, since, until)
    loops = compiled(len(table))
    if loops is None:
        index = _index(begin, end)
        px, py = _pixels(table, begin, end, table.corner[tile], index)
        left, top, right, bottom = pixels
        meant = (px >= left) & (px <= right) & (py >= top) & (py <= bottom) & (keep[table.kind[index]] != 0)
        cell = (py[meant] - top >> shift) * columns + (px[meant] - left >> shift)
        count += np.bincount(cell, minlength=len(count)).astype(np.int32)
        return
    x, y = np.ascontiguousarray(table.corner[tile].T)
    window = np.array([*pixels, shift, columns], dtype=np.int64)
    rows = begin, end, x, y, table.place, table.kind, keep, bool(keep.all())
    loops.cells(*rows, window, table.first[tile], table.head[tile], table.sums, count)


def _add_moments(table, pixels, edges, keep, count):
    begin, end, tile = table.stretches(pixels, int(edges[0]), int(edges[-1]))
    loops = compiled(len(table))
    if loops is None:
        index = _index(begin, end)
        px, py = _pixels(table, begin, end, table.corner[tile], index)
        left, top, right, bottom = pixels
        meant = (px >= left) & (px <= right) & (py >= top) & (py <= bottom) & (keep[table.kind[index]] != 0)
        span = np.searchsorted(edges, table.time[index[meant]], side="right") - 1
        count += np.bincount(span, minlength=len(count))
        return
    x, y = np.ascontiguousarray(table.corner[tile].T)
    window = np.array(pixels, dtype=np.int64)
    loops.moments(begin, end, x, y, table.place, table.kind, keep, window, table.time, edges, count)


def _index(begin, end):
    """Positions of the rows of stretches."""
    length = end - begin
    return np.repeat(begin - np.r_[0, np.cumsum(length)[:-1]][: len(begin)], length) + np.arange(length.sum())


def _pixels(table, begin, end, corner, index):
    corner = np.repeat(corner, end - begin, axis=0)
    place = table.place[index].astype(np.int64)
    return corner[:, 0] + (place & (1 << TILE_BITS) - 1), corner[:, 1] + (place >> TILE_BITS)
