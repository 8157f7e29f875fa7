"""Edges of many rings against one another: which way each ring runs, and which edges do not cancel."""

import numpy as np
from numba import types

from gis.kernels.compiling import BITS_2D, DOUBLES_2D, LONGS, compiled

WIDE = np.uint64(32)
# Drawn once at random; odd multipliers. Buckets of two sums of 64 bits fit the processor's second cache.
SIFT_SEEDS = np.uint64(0x2545F4914F6CDD1D), np.uint64(0xDA942042E4DD58B5)
SIFT_MULTIPLIERS = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
BUCKET_BITS = 14
BUCKETS = 1 << BUCKET_BITS
BUCKET_MASK = np.uint64(BUCKETS - 1)


@compiled(types.void(DOUBLES_2D, LONGS, types.float64, types.int8[::1]))
def ring_turns(xy, first, error, turn):
    """Fill in 1 for rings that run counter-clockwise, -1 for clockwise, 0 where rounding leaves it open.

    A doubled area counts if it is more than ``error`` times the sum of its terms.
    """
    for r in range(len(first) - 1):
        begin, area, terms = first[r], 0.0, 0.0
        for v in range(begin, first[r + 1] - 1):
            one = (xy[v, 0] - xy[begin, 0]) * (xy[v + 1, 1] - xy[begin, 1])
            other = (xy[v, 1] - xy[begin, 1]) * (xy[v + 1, 0] - xy[begin, 0])
            area += one - other
            terms += abs(one) + abs(other)
        turn[r] = 0 if not abs(area) > error * terms else 1 if area > 0 else -1


@compiled("UniTuple(uint64, 2)(uint64, uint64, uint64, uint64)")
def _bits_hash(ax, ay, bx, by):
    """Two hashes of an undirected edge between two points, given by the bits of their doubles."""
    if bx < ax or (bx == ax and by < ay):
        ax, ay, bx, by = bx, by, ax, ay
    first, second = SIFT_SEEDS
    for word in (ax, ay, bx, by, np.uint64(0)):
        first = (first ^ word) * SIFT_MULTIPLIERS[0]
        second = (second ^ word) * SIFT_MULTIPLIERS[1]
        first ^= first >> WIDE
        second ^= second >> WIDE
    return first, second


@compiled(types.int64(BITS_2D, types.int8[::1], types.int64[::1], BITS_2D, LONGS))
def sift(bits, sign, begins, parent_bits, parent_begins):
    """Leave those edges of faces that do not cancel, or run where the parent has an edge, and perhaps some others.

    Edges begin at the vertices ``begins``, run to the next vertex, and count with the sign of their vertex; those that
    are left are moved to the front.

    Returns
    -------
    int
        How many are left.
    """
    bucket = np.empty(len(begins), dtype=np.uint16)
    count, shift = len(begins), 0
    while True:
        sums, kept = np.zeros((BUCKETS, 2), dtype=np.uint64), np.zeros(BUCKETS, dtype=np.bool_)
        for p in range(len(parent_begins)):
            v = parent_begins[p]
            one, _ = _bits_hash(parent_bits[v, 0], parent_bits[v, 1], parent_bits[v + 1, 0], parent_bits[v + 1, 1])
            kept[(one >> np.uint64(shift)) & BUCKET_MASK] = True
        for i in range(count):
            v = begins[i]
            ax, ay, bx, by = bits[v, 0], bits[v, 1], bits[v + 1, 0], bits[v + 1, 1]
            one, other = _bits_hash(ax, ay, bx, by)
            b = np.uint16((one >> np.uint64(shift)) & BUCKET_MASK)
            bucket[i] = b
            low_first = ax < bx or (ax == bx and ay < by)
            way = np.int64(sign[v]) if low_first else -np.int64(sign[v])
            way = 0 if ax == bx and ay == by else way
            sums[b, 0] += np.uint64(way) * one
            sums[b, 1] += np.uint64(way) * other
        left = 0
        for i in range(count):
            b = np.uint64(bucket[i])
            if kept[b] or sums[b, 0] != 0 or sums[b, 1] != 0:
                begins[left] = begins[i]
                left += 1
        again = 2 * left < count and shift + BUCKET_BITS < 64 - BUCKET_BITS
        count, shift = left, shift + BUCKET_BITS
        if not again:
            return count
