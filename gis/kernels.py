"""Loops that NumPy cannot run in one pass, compiled: the only module that knows the compiler.

Import it through gis.engine, which leaves the compiler alone until it pays. Signatures are given, so all is compiled
when the module is first imported, and kept in the module's cache folder from then on. Every kernel has a twin in NumPy
that gives the same answer; the tests hold the two together.
"""

import numpy as np
from numba import njit, types

from gis.chain import LANES, OFFSET
from gis.lattice import LAT_LIMIT, LON_LIMIT, UNITS_PER_DEGREE
from gis.locating.cells import NEVER
from gis.locating.lookup import HARD
from gis.locating.undirected import COVER

SEEDS = tuple(np.uint64(seed) for seed, _ in LANES)
MULTIPLIERS = tuple(np.uint64(multiplier) for _, multiplier in LANES)
LOW_32 = np.uint64(0xFFFFFFFF)
ROUND = np.uint64(15)
WIDE = np.uint64(32)

GENERAL, RING, SIMPLE = 0, 1, 2  # what ring_chains says of a geometry
# An edge shorter than this (11 km) and a vertex off its line are 7e-7 units apart at the least, and a double misses its
# lattice point by 1e-7 at the most: integers and floating point cannot disagree on whether such a ring is simple.
WIDEST_RING = 1 << 20
AT_A_TIME = 2048  # points: what is computed on the way stays in the processor's nearest cache
MOST_VERTICES = 1 << 10  # of a ring whose edges are compared with one another
# Arrays that are read only may be mapped from a file.
DOUBLES_2D = types.Array(types.float64, 2, "C", readonly=True)
LONGS, LONGS_2D = (types.Array(types.int64, n, "C", readonly=True) for n in (1, 2))
SHORTS, SHORTS_2D = (types.Array(types.int32, n, "C", readonly=True) for n in (1, 2))

FLAGS = types.Array(types.boolean, 1, "C", readonly=True)
SHORTS_OUT = types.int32[:, ::1]


def _compiled(signature):
    return njit(signature, cache=True, nogil=True, error_model="numpy", boundscheck=False)


@_compiled("UniTuple(uint64, 2)(int64, int64, int64, int64)")
def _edge_hash(ax, ay, bx, by):
    """gis.chain.edge_hashes of one edge."""
    forward = ax < bx or (ax == bx and ay < by)
    if not forward:
        ax, ay, bx, by = bx, by, ax, ay
    words = (np.uint64(ax + OFFSET), np.uint64(ay + OFFSET), np.uint64(bx + OFFSET), np.uint64(by + OFFSET), np.uint64(0))
    a, b, c, d = SEEDS
    for word in words:
        a = ((a ^ word) * MULTIPLIERS[0]) & LOW_32
        b = ((b ^ word) * MULTIPLIERS[1]) & LOW_32
        c = ((c ^ word) * MULTIPLIERS[2]) & LOW_32
        d = ((d ^ word) * MULTIPLIERS[3]) & LOW_32
        a ^= a >> ROUND
        b ^= b >> ROUND
        c ^= c >> ROUND
        d ^= d >> ROUND
    first, second = (a << WIDE) | b, (c << WIDE) | d
    return (first, second) if forward else (np.uint64(0) - first, np.uint64(0) - second)


@_compiled("boolean(int32[::1], int32[::1], int64, int64, int64)")
def _edges_meet(x, y, i, j, count):
    """Whether two edges of a ring that are no neighbours share a point."""
    i_end = i + 1 if i + 1 < count else 0
    j_end = j + 1 if j + 1 < count else 0
    ax, ay = np.int64(x[i]), np.int64(y[i])
    ux, uy = x[i_end] - ax, y[i_end] - ay
    cx, cy = np.int64(x[j]), np.int64(y[j])
    vx, vy = x[j_end] - cx, y[j_end] - cy
    from_i, to_i = ux * (cy - ay) - uy * (cx - ax), ux * (y[j_end] - ay) - uy * (x[j_end] - ax)
    if (from_i > 0 and to_i > 0) or (from_i < 0 and to_i < 0):
        return False
    from_j, to_j = vx * (ay - cy) - vy * (ax - cx), vx * (y[i_end] - cy) - vy * (x[i_end] - cx)
    return not ((from_j > 0 and to_j > 0) or (from_j < 0 and to_j < 0))


@_compiled("boolean(int32[::1], int32[::1], int32[:, ::1], int64)")
def _is_simple(x, y, box, count):
    """Whether a ring of ``count`` vertices, none equal to the next, certainly meets itself nowhere.

    ``box`` is room for the edges' bounds: west, east, south, north.
    """
    west, east, south, north = box
    for i in range(count):
        j = i + 1 if i + 1 < count else 0
        west[i], east[i] = min(x[i], x[j]), max(x[i], x[j])
        south[i], north[i] = min(y[i], y[j]), max(y[i], y[j])
    for i in range(count):
        k = i - 1 if i else count - 1
        j = i + 1 if i + 1 < count else 0
        ux, uy = np.int64(x[i]) - x[k], np.int64(y[i]) - y[k]
        vx, vy = np.int64(x[j]) - x[i], np.int64(y[j]) - y[i]
        if ux * vy == uy * vx and ux * vx + uy * vy < 0:
            return False  # it turns back on itself
        stop = count - 1 if i == 0 else count
        w, e, s, n = west[i], east[i], south[i], north[i]
        near = 0
        for other in range(i + 2, stop):  # without a branch, so that many are compared at a time
            near += (west[other] <= e) & (w <= east[other]) & (south[other] <= n) & (s <= north[other])
        if near:
            for other in range(i + 2, stop):
                overlaps = (west[other] <= e) & (w <= east[other]) & (south[other] <= n) & (s <= north[other])
                if overlaps and _edges_meet(x, y, i, other, count):
                    return False
    return True


@_compiled(
    types.Tuple((types.int64, types.boolean, types.boolean))(
        DOUBLES_2D, types.int64, types.int64, types.int32[::1], types.int32[::1]
    )
)
def _read_ring(lonlat, begin, end, x, y):
    """Round vertices to the lattice, leaving out those equal to the one before: how many are left (or -1 - the first
    that is no position on the globe), whether they make one ring, whether they all lay on the lattice."""
    count, comes_again, on_lattice = 0, False, True
    for v in range(begin, end):
        lon, lat = lonlat[v, 0], lonlat[v, 1]
        east, north = np.rint(lon * UNITS_PER_DEGREE), np.rint(lat * UNITS_PER_DEGREE)
        if not (abs(east) <= LON_LIMIT and abs(north) <= LAT_LIMIT):
            return -1 - v, False, False
        on_lattice &= east / UNITS_PER_DEGREE == lon and north / UNITS_PER_DEGREE == lat
        comes_again |= begin < v < end - 1 and lon == lonlat[begin, 0] and lat == lonlat[begin, 1]
        if count == 0 or x[count - 1] != np.int32(east) or y[count - 1] != np.int32(north):
            x[count], y[count] = np.int32(east), np.int32(north)
            count += 1
    closed = end - begin > 3 and lonlat[begin, 0] == lonlat[end - 1, 0] and lonlat[begin, 1] == lonlat[end - 1, 1]
    return count, closed and not comes_again, on_lattice


@_compiled("int64(int32[::1], int32[::1], int64)")
def _doubled_area(x, y, count):
    """Twice the signed area of a ring; it wraps as it does in NumPy."""
    area = np.int64(0)
    for i in range(count):
        ax, ay, bx, by = np.int64(x[i]), np.int64(y[i]), np.int64(x[i + 1]), np.int64(y[i + 1])
        area += (ax - x[0]) * (by - y[0]) - (ay - y[0]) * (bx - x[0])
    return area


@_compiled("UniTuple(uint64, 2)(int32[::1], int32[::1], int64)")
def _ring_sums(x, y, count):
    """Sums of the hashes of a ring's edges, which wrap."""
    first, second = np.uint64(0), np.uint64(0)
    for i in range(count):
        one, other = _edge_hash(np.int64(x[i]), np.int64(y[i]), np.int64(x[i + 1]), np.int64(y[i + 1]))
        first += one
        second += other
    return first, second


@_compiled("boolean(int32[::1], int32[::1], int64)")
def _is_narrow(x, y, count):
    low_x, high_x, low_y, high_y = x[0], x[0], y[0], y[0]
    for i in range(count):
        low_x, high_x = min(low_x, x[i]), max(high_x, x[i])
        low_y, high_y = min(low_y, y[i]), max(high_y, y[i])
    return np.int64(high_x) - low_x < WIDEST_RING and np.int64(high_y) - low_y < WIDEST_RING


@_compiled(types.int64(DOUBLES_2D, LONGS, types.uint64[:, ::1], types.uint8[::1]))
def ring_chains(lonlat, first, sums, state):
    """Signatures of geometries that are one ring, and whether the ring is certainly simple.

    Geometry g has the vertices ``lonlat[first[g]:first[g + 1]]``, closed rings one after the other. It is one ring if
    its first vertex comes again at its end only. ``sums`` (zeros) and ``state`` (zeros) are filled in.

    Returns
    -------
    int
        The first vertex that is no position on the globe; -1 if there is none. Nothing is filled in from there on.
    """
    longest = 1
    for g in range(len(first) - 1):
        longest = max(longest, first[g + 1] - first[g])
    x, y = np.empty(longest, dtype=np.int32), np.empty(longest, dtype=np.int32)
    box = np.empty((4, min(longest, MOST_VERTICES)), dtype=np.int32)
    for g in range(len(first) - 1):
        count, is_ring, on_lattice = _read_ring(lonlat, first[g], first[g + 1], x, y)
        if count < 0:
            return -1 - count
        if is_ring:
            count -= 1  # the last vertex is the first
            area, sign = _doubled_area(x, y, count), np.uint64(1)
            if area < 0:
                sign = ~np.uint64(0)  # -1: each edge the other way round has minus its hash
            one, other = _ring_sums(x, y, count)
            sums[g, 0], sums[g, 1] = sign * one, sign * other
            provable = on_lattice and area != 0 and 3 <= count <= MOST_VERTICES and _is_narrow(x, y, count)
            state[g] = SIMPLE if provable and _is_simple(x, y, box, count) else RING
    return -1


@_compiled(types.int64(DOUBLES_2D, LONGS, types.int64[::1], types.int64[:, ::1], types.int64[:, ::1], types.boolean[::1]))
def ring_edges(lonlat, first, face, start, end, is_ring):
    """Directed edges of geometries that are one ring, as gis.chain.edges gives them; the geometries are as above.

    ``face``, ``start`` and ``end`` have room for as many edges as there are vertices; ``is_ring`` says which geometries
    were one ring.

    Returns
    -------
    int
        How many edges there are; -1 if some vertex is no position on the globe.
    """
    longest = 1
    for g in range(len(first) - 1):
        longest = max(longest, first[g + 1] - first[g])
    x, y = np.empty(longest, dtype=np.int32), np.empty(longest, dtype=np.int32)
    edge = 0
    for g in range(len(first) - 1):
        count, is_ring[g], _ = _read_ring(lonlat, first[g], first[g + 1], x, y)
        if count < 0:
            return -1
        if not is_ring[g]:
            continue
        clockwise = _doubled_area(x, y, count - 1) < 0
        for i in range(count - 1):
            a, b = (i + 1, i) if clockwise else (i, i + 1)
            face[edge] = g
            start[edge, 0], start[edge, 1], end[edge, 0], end[edge, 1] = x[a], y[a], x[b], y[b]
            edge += 1
    return edge


@njit(inline="always", error_model="numpy")
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


@njit(inline="always", error_model="numpy")
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


@_compiled(types.int64(DOUBLES_2D, LONGS, SHORTS, LONGS_2D, LONGS_2D, SHORTS_2D, LONGS, types.int64[::1]))
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


@_compiled(types.void(LONGS_2D, LONGS, LONGS, LONGS, LONGS, LONGS, FLAGS, LONGS, LONGS, types.int64[:, ::1], SHORTS_OUT))
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
