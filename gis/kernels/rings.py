"""Rings looked at one by one: their edges, the sums of their edges, whether they are simple, whether they are odd."""

import math

import numpy as np
from numba import types

from gis.chain import LANES, OFFSET
from gis.kernels.compiling import DOUBLES_2D, LONGS, compiled
from gis.lattice import LAT_LIMIT, LON_LIMIT, UNITS_PER_DEGREE

SEEDS = tuple(np.uint64(seed) for seed, _ in LANES)
MULTIPLIERS = tuple(np.uint64(multiplier) for _, multiplier in LANES)
LOW_32 = np.uint64(0xFFFFFFFF)
ROUND = np.uint64(15)
WIDE = np.uint64(32)

# What `survey` leaves to a closer look: it looks at the lattice as a plane, which is true to a twentieth for
# rings under 11 km, edges under 1.4 km and latitudes under 80 degrees.
SHARP = math.tan(math.radians(2.0))  # twice the angle of a spike
NARROW = 360.0  # units: four times the width of a sliver
LONG_EDGE = 1 << 17
SURVEYED_LAT = 80 * UNITS_PER_DEGREE

GENERAL, RING, SIMPLE = 0, 1, 2  # what ring_chains says of a geometry
# An edge shorter than this (11 km) and a vertex off its line are 7e-7 units apart at the least, and a double misses its
# lattice point by 1e-7 at the most: integers and floating point cannot disagree on whether such a ring is simple.
WIDEST_RING = 1 << 20
MOST_VERTICES = 1 << 10  # of a ring whose edges are compared with one another


@compiled("UniTuple(uint64, 2)(int64, int64, int64, int64)")
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


@compiled("boolean(int32[::1], int32[::1], int64, int64, int64)")
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


@compiled("boolean(int32[::1], int32[::1], int32[:, ::1], int64)")
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


@compiled(
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


@compiled("int64(int32[::1], int32[::1], int64)")
def _doubled_area(x, y, count):
    """Twice the signed area of a ring; it wraps as it does in NumPy."""
    area = np.int64(0)
    for i in range(count):
        ax, ay, bx, by = np.int64(x[i]), np.int64(y[i]), np.int64(x[i + 1]), np.int64(y[i + 1])
        area += (ax - x[0]) * (by - y[0]) - (ay - y[0]) * (bx - x[0])
    return area


@compiled("UniTuple(uint64, 2)(int32[::1], int32[::1], int64)")
def _ring_sums(x, y, count):
    """Sums of the hashes of a ring's edges, which wrap."""
    first, second = np.uint64(0), np.uint64(0)
    for i in range(count):
        one, other = _edge_hash(np.int64(x[i]), np.int64(y[i]), np.int64(x[i + 1]), np.int64(y[i + 1]))
        first += one
        second += other
    return first, second


@compiled("boolean(int32[::1], int32[::1], int64)")
def _is_narrow(x, y, count):
    low_x, high_x, low_y, high_y = x[0], x[0], y[0], y[0]
    for i in range(count):
        low_x, high_x = min(low_x, x[i]), max(high_x, x[i])
        low_y, high_y = min(low_y, y[i]), max(high_y, y[i])
    return np.int64(high_x) - low_x < WIDEST_RING and np.int64(high_y) - low_y < WIDEST_RING


@compiled(types.int64(DOUBLES_2D, LONGS, types.uint64[:, ::1], types.uint8[::1]))
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


@compiled(types.int64(DOUBLES_2D, LONGS, types.int64[::1], types.int64[:, ::1], types.int64[:, ::1], types.boolean[::1]))
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


@compiled("boolean(int32[::1], int32[::1], int64)")
def _may_be_odd(x, y, count):
    """Whether a ring under 11 km may be narrow or have a spike (SHARP and NARROW say how sharp, how narrow)."""
    east = math.cos(math.radians(y[0] / UNITS_PER_DEGREE))
    area, around = 0.0, 0.0
    for i in range(count):
        k, j = i - 1 if i else count - 1, i + 1 if i + 1 < count else 0
        back_x, back_y = east * (np.int64(x[k]) - x[i]), float(np.int64(y[k]) - y[i])
        ahead_x, ahead_y = east * (np.int64(x[j]) - x[i]), float(np.int64(y[j]) - y[i])
        cross, dot = ahead_x * back_y - ahead_y * back_x, ahead_x * back_x + ahead_y * back_y
        if dot > 0 and abs(cross) < SHARP * dot:
            return True
        length = math.sqrt(ahead_x * ahead_x + ahead_y * ahead_y)
        if not length < LONG_EDGE:  # the straight line and the geodesic between its ends part by a metre
            return True
        around += length
        area += east * ((np.int64(x[i]) - x[0]) * (np.int64(y[j]) - y[0]) - (np.int64(y[i]) - y[0]) * (np.int64(x[j]) - x[0]))
    return not abs(area) > NARROW * around  # the area is doubled, and twice the area over the perimeter is less than the width


@compiled(types.void(DOUBLES_2D, LONGS, types.boolean[::1], types.boolean[::1]))
def survey(xy, first, simple, odd):
    """Say of closed rings in whole lattice units which are certainly simple, and which may have an odd shape."""
    longest = 1
    for r in range(len(first) - 1):
        longest = max(longest, first[r + 1] - first[r])
    x, y = np.empty(longest, dtype=np.int32), np.empty(longest, dtype=np.int32)
    box = np.empty((4, min(longest, MOST_VERTICES)), dtype=np.int32)
    for r in range(len(first) - 1):
        simple[r], odd[r] = False, True
        count, on_globe = 0, True
        for v in range(first[r], first[r + 1]):
            on_globe &= abs(xy[v, 0]) <= LON_LIMIT and abs(xy[v, 1]) <= LAT_LIMIT
            if not on_globe:
                break
            if count == 0 or x[count - 1] != np.int32(xy[v, 0]) or y[count - 1] != np.int32(xy[v, 1]):
                x[count], y[count] = np.int32(xy[v, 0]), np.int32(xy[v, 1])
                count += 1
        count -= 1  # the last vertex is the first
        if not on_globe or count < 3 or count > MOST_VERTICES or not _is_narrow(x, y, count):
            continue
        simple[r] = _doubled_area(x, y, count) != 0 and _is_simple(x, y, box, count)
        odd[r] = abs(y[0]) > SURVEYED_LAT or _may_be_odd(x, y, count)
