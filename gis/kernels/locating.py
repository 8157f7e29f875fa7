"""Points looked up in the index of a layer, and the table of pieces of which that is made."""

import numpy as np
from numba import types

from gis.kernels.compiling import DOUBLES_2D, FLAGS, LONGS, LONGS_2D, SHORTS, SHORTS_2D, SHORTS_OUT, compiled, inlined
from gis.lattice import LAT_LIMIT, LON_LIMIT, UNITS_PER_DEGREE
from gis.locating.cells import NEVER
from gis.locating.lookup import HARD
from gis.locating.undirected import COVER

AT_A_TIME = 2048  # points: what is computed on the way stays in the processor's nearest cache


@inlined()
def _place(lonlat, begin, raster, place, cell):
    """Cells of points and where in their cells they are; False if some point is no position on the globe."""
    x0, y0, columns, rows = raster[0], raster[1], raster[4], raster[5]
    x_mask, y_mask = (np.int64(1) << raster[2]) - 1, (np.int64(1) << raster[3]) - 1
    good = True
    for i in range(min(AT_A_TIME, len(lonlat) - begin)):
        east, north = np.rint(lonlat[begin + i, 0] * UNITS_PER_DEGREE), np.rint(lonlat[begin + i, 1] * UNITS_PER_DEGREE)
        good &= (abs(east) <= LON_LIMIT) & (abs(north) <= LAT_LIMIT)
        x, y = np.int64(east) - x0, np.int64(north) - y0
        place[i, 0], place[i, 1] = x & x_mask, y & y_mask
        column, row = min(max(x >> raster[2], 0), columns - 1), min(max(y >> raster[3], 0), rows - 1)
        cell[i] = column * rows + row
    return good


@inlined()
def _total_in_special(x, y, total, begin, end, piece, ways):
    """Sum of ``COVER + rank + 1`` over the faces that hold the point (x, y) of a special cell, counted from the corner;
    -1 on a border, and sometimes near one."""
    touched = False
    for p in range(begin, end):
        p = np.uint64(p)  # noqa: PLW2901
        dx = np.int64(ways[p, 4])
        turn = dx * y - ways[p, 5] * x + piece[p, 0]
        # Which of these hold is as good as random, so they are multiplied in: a wrong guess of the processor costs more.
        level = (turn < 0) & (ways[p, 6] <= y) & (y < ways[p, 7])
        upward = (ways[p, 8] <= y) * (np.int64(dx > 0) - np.int64(dx < 0))
        total += piece[p, 1] * (upward - level)
        touched |= turn == 0  # on the line of the edge; gis.locating.lookup sees whether on the edge
    return np.int64(-1) if touched else total


@compiled(types.int64(DOUBLES_2D, LONGS, SHORTS, LONGS_2D, LONGS_2D, SHORTS_2D, LONGS, types.int64[::1]))
def settle(lonlat, raster, owner, head, piece, ways, face_of, face):
    """Fill in the faces of points: -1 outside, HARD where it takes more to tell.

    The raster is given as Raster.as_array, the rest as in gis.locating.cells.Cells and gis.locating.lookup.Index.

    Returns
    -------
    int
        How many points are hard; -1 if some point is no position on the globe.
    """
    # Unsigned, because the compiler takes a signed index for one that may count from the end: that costs half the speed.
    cell, special = np.empty(AT_A_TIME, dtype=np.uint32), np.empty(AT_A_TIME, dtype=np.uint32)
    place, run = np.empty((AT_A_TIME, 2), dtype=np.int64), np.empty((AT_A_TIME, 2), dtype=np.uint64)
    owners, totals = np.empty(AT_A_TIME, dtype=np.int32), np.empty(AT_A_TIME, dtype=np.int64)
    ahead = np.empty(AT_A_TIME, dtype=np.int64)
    hard = 0
    for begin in range(0, len(lonlat), AT_A_TIME):
        count = min(AT_A_TIME, len(lonlat) - begin)
        if not _place(lonlat, begin, raster, place, cell):
            return -1
        # Short loops, in which nothing waits for another's answer: so the memory works on many look-ups at once.
        for i in range(count):
            owners[i] = owner[cell[i]]
        waiting = 0
        for i in range(count):
            special[waiting] = i
            waiting += owners[i] < 0
        for i in range(count):
            face[begin + i] = face_of[np.uint32(max(owners[i], 0))]
        for w in range(waiting):
            k = np.uint32(-1 - owners[special[w]])
            run[w, 0], run[w, 1], totals[w] = head[k, 0], head[k + np.uint32(1), 0], head[k, 1]
        for w in range(waiting):
            if run[w, 0] < run[w, 1]:  # reads the pieces ahead of their use
                ahead[w] = piece[run[w, 0], 0] ^ piece[run[w, 1] - np.uint64(1), 1]
        for w in range(waiting):
            i = special[w]
            total = _total_in_special(place[i, 0], place[i, 1], totals[w], run[w, 0], run[w, 1], piece, ways)
            is_hard = (total < 0) | (total >= 2 * COVER)
            found = HARD if is_hard else face_of[np.uint64(total & (COVER - 1))]
            face[begin + i] = found
            hard += is_hard
    return hard


@compiled(types.void(LONGS_2D, LONGS, LONGS, LONGS, LONGS, LONGS, FLAGS, LONGS, LONGS, types.int64[:, ::1], SHORTS_OUT))
def inline_pieces(edges, raster, edge_of, column, ceil, nearest, enters, cell, piece, table, ways):
    """Fill in the table of pieces (and ``ways``, which are the same memory), as gis.locating.cells does in NumPy.

    ``edges`` is the table of undirected edges; ``edge_of`` to ``enters`` are columns of the pieces; ``cell`` and
    ``piece`` say which piece enters which cell.
    """
    height = np.int64(1) << raster[3]
    for i in range(len(cell)):
        p = np.uint64(piece[i])
        e = np.uint64(edge_of[p])
        x, y, dx, dy = edges[e, 0], edges[e, 1], edges[e, 2], edges[e, 3]
        corner_x = raster[0] + (column[p] << raster[2])
        corner_y = raster[1] + ((cell[i] - column[p] * raster[5]) << raster[3])
        low, side = y - corner_y, ceil[p] - corner_y
        high = low + dy
        if enters[p] and dx > 0:
            low = max(low, side)
        if enters[p] and dx < 0:
            high = min(high, side)
        crosses = enters[p] and 0 <= nearest[p] - corner_y < height
        table[i, 0], table[i, 1] = dx * (corner_y - y) - dy * (corner_x - x), edges[e, 4]
        ways[i, 4], ways[i, 5] = np.int32(dx), np.int32(dy)
        ways[i, 6], ways[i, 7] = min(max(low, 0), height), min(max(high, 0), height)
        ways[i, 8], ways[i, 9] = np.int32(side) if crosses else np.int32(NEVER), np.int32(edge_of[p])
