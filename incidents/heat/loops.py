"""Incidents counted row by row, compiled; loaded by :mod:`incidents.heat.table` where it is worth it.

A row has its place in its tile as 11 bits of column and 11 of row, and a kind: matter and state. `keep` says for each
kind whether it counts. Rows are given as stretches of the table, one of each tile, with the pixel at the tile's corner.
"""

import numpy as np
from numba import types

from gis.kernels.compiling import LONGS, SHORTS, compiled, inlined

PLACES = types.Array(types.uint32, 1, "C", readonly=True)
KINDS = types.Array(types.uint16, 1, "C", readonly=True)
KEPT = types.Array(types.uint8, 1, "C", readonly=True)
COUNTS = types.int64[::1]
SUMS = types.Array(types.int32, 2, "C", readonly=True)
OUT = types.int32[::1]
SIDE_BITS = 11
MASK = (1 << SIDE_BITS) - 1
# Sums are kept after every so many rows of a tile, by squares of 64 pixels: 32 of them side by side.
ROWS_BITS, SQUARE_BITS = 12, 6
ACROSS_BITS = SIDE_BITS - SQUARE_BITS
WORTH_SUMS = 3 << ROWS_BITS


@compiled(types.void(LONGS, LONGS, LONGS, types.int64, types.int64, COUNTS, COUNTS))
def narrow(first, last, time, since, until, begin, end):
    """The rows of each stretch from `since` on and before `until`; each stretch is in the order of time."""
    for k in range(len(first)):
        low, high = first[k], last[k]
        while low < high:
            middle = (low + high) >> 1
            if time[middle] < since:
                low = middle + 1
            else:
                high = middle
        begin[k] = low
        high = last[k]
        while low < high:
            middle = (low + high) >> 1
            if time[middle] < until:
                low = middle + 1
            else:
                high = middle
        end[k] = low


@inlined()
def _whole(begin, end, x, y, place, kind, keep, shift, columns, count):
    """Add rows of a tile that lies in the window whole; x and y are counted from the window's corner."""
    for row in range(begin, end):
        at = np.uint32(place[row])
        column = np.uint64((x + (at & MASK)) >> shift)
        line = np.uint64((y + (at >> SIDE_BITS)) >> shift)
        count[line * np.uint64(columns) + column] += keep[kind[row]]


@inlined()
def _sums(x, y, low, high, head, sums, shift, columns, count):
    """Add the rows between two of a tile's sums."""
    for square in range(1 << (2 * ACROSS_BITS)):
        number = sums[head + high - 1, square]
        if low > 0:
            number -= sums[head + low - 1, square]
        if number:
            px, py = x + ((square & ((1 << ACROSS_BITS) - 1)) << SQUARE_BITS), y + ((square >> ACROSS_BITS) << SQUARE_BITS)
            count[(py >> shift) * columns + (px >> shift)] += number


@compiled(types.void(LONGS, LONGS, LONGS, LONGS, PLACES, KINDS, KEPT, types.boolean, LONGS, LONGS, LONGS, SUMS, OUT))
def cells(begin, end, corner_x, corner_y, place, kind, keep, every, window, first, head, sums, count):
    """Add rows to the cells of a window: left, top, right and bottom pixel, bits of a cell, columns of the count.

    `first` and `head` are each tile's first row and first sum.
    """
    left, top, right, bottom, shift = window[0], window[1], window[2], window[3], window[4]
    columns, side = window[5], np.int64(1) << SIDE_BITS
    for k in range(len(begin)):
        x, y = corner_x[k], corner_y[k]
        inside = x >= left and y >= top and x + side - 1 <= right and y + side - 1 <= bottom
        if inside and shift >= SIDE_BITS and every:
            count[((y - top) >> shift) * columns + ((x - left) >> shift)] += end[k] - begin[k]
        elif inside and every and shift >= SQUARE_BITS and end[k] - begin[k] >= WORTH_SUMS:
            low = (begin[k] - first[k] + (1 << ROWS_BITS) - 1) >> ROWS_BITS
            high = (end[k] - first[k]) >> ROWS_BITS
            _sums(x - left, y - top, low, high, head[k], sums, shift, columns, count)
            _whole(begin[k], first[k] + (low << ROWS_BITS), x - left, y - top, place, kind, keep, shift, columns, count)
            _whole(first[k] + (high << ROWS_BITS), end[k], x - left, y - top, place, kind, keep, shift, columns, count)
        elif inside:
            _whole(begin[k], end[k], x - left, y - top, place, kind, keep, shift, columns, count)
        else:
            for row in range(begin[k], end[k]):
                at = place[row]
                px, py = x + np.int64(at & MASK), y + np.int64(at >> SIDE_BITS)
                if left <= px <= right and top <= py <= bottom:
                    count[((py - top) >> shift) * columns + ((px - left) >> shift)] += keep[kind[row]]


@compiled(types.void(LONGS, LONGS, SHORTS, KINDS, KEPT, COUNTS))
def units(begin, end, unit, kind, keep, count):
    """Add rows to the units they belong to."""
    for k in range(len(begin)):
        for row in range(begin[k], end[k]):
            count[unit[row]] += keep[kind[row]]


@compiled(types.void(LONGS, LONGS, LONGS, LONGS, PLACES, KINDS, KEPT, LONGS, LONGS, LONGS, COUNTS))
def moments(begin, end, corner_x, corner_y, place, kind, keep, window, time, edge, count):
    """Add the rows of a window to the spans of time between edges; the first edge is not after any row, nor the last before."""
    left, top, right, bottom = window[0], window[1], window[2], window[3]
    side = np.int64(1) << SIDE_BITS
    for k in range(len(begin)):
        x, y = corner_x[k], corner_y[k]
        inside = x >= left and y >= top and x + side - 1 <= right and y + side - 1 <= bottom
        span = 0
        for row in range(begin[k], end[k]):
            while edge[span + 1] <= time[row]:
                span += 1
            at = place[row]
            px, py = x + np.int64(at & MASK), y + np.int64(at >> SIDE_BITS)
            if inside or (left <= px <= right and top <= py <= bottom):
                count[span] += keep[kind[row]]
