"""The boundary chain of a polygon and its signature.

With shells counter-clockwise and holes clockwise, the chain of a polygon is the multiset of its directed lattice
edges, in which a→b and b→a cancel. Valid faces tile a parent exactly, edge-matched, with no overlap, no gap and
nothing outside, if and only if the sum of their chains is the chain of the parent: the difference of the indicator
functions is a 2-chain of the plane with compact support and no boundary, hence zero.

The signature maps a chain to two 64-bit numbers by a linear map (every directed edge to ±hash, sums wrapping modulo
2**64), so equal chains have equal signatures, and different ones differ but for one chance in 2**128.
The same numbers are computed in SQL by ``boundary_signature`` (boundaries/store/migrations/0001_register.sql); its
bigint arithmetic raises on overflow, which is why the hash is made of 32-bit lanes and multipliers below 2**31.
"""

from dataclasses import dataclass

import numpy as np
import shapely

from gis import engine
from gis.lattice import to_lattice
from gis.rings import rings_of

# Seed and multiplier of the four lanes, drawn once at random; multipliers odd and below 2**31. Each 32-bit lane goes
# through xor-multiply-xorshift rounds: one bit changed in the last word flips every bit of the result with p 0.46–0.54.
LANES = ((0x9E3779B9, 0x6C8E9CF5), (0x7F4A7C15, 0x5851F42D), (0xBF58476D, 0x4C957F2D), (0x94D049BB, 0x369DEA0F))
SHIFT = np.uint32(15)
OFFSET = 1_800_000_000  # makes every coordinate a non-negative 32-bit number
BLOCK = 1 << 15  # edges worked on at a time, so that what is computed on the way stays in the processor's cache


@dataclass(frozen=True, slots=True)
class Edges:
    """Directed boundary edges, in no order within a face: the face is on the left of every one.

    Attributes
    ----------
    face : ndarray of int64, shape (m,)
        Index of the geometry the edge belongs to, ascending.
    start, end : ndarray of int64, shape (m, 2)
        Lattice points.
    """

    face: np.ndarray
    start: np.ndarray
    end: np.ndarray


def edges(geometries):
    """Directed lattice edges of polygons, shells counter-clockwise and holes clockwise, however they were drawn.

    Parameters
    ----------
    geometries : array_like of Polygon or MultiPolygon, shape (n,)
        Degrees; coordinates are rounded to the lattice. Edges of no length are left out.

    Returns
    -------
    Edges

    Examples
    --------
    >>> square = shapely.box(105, 28, 105.0000002, 28.0000001)
    >>> edges([square]).start.tolist()
    [[1050000002, 280000000], [1050000002, 280000001], [1050000000, 280000001], [1050000000, 280000000]]
    """
    geometries = np.asarray(geometries, dtype=object).reshape(-1)
    first = np.append(0, np.cumsum(shapely.get_num_coordinates(geometries)))
    kernels = engine.kernels(int(first[-1]))
    return _edges_compiled(kernels, geometries, first) if kernels else _edges_of_any(geometries)


def _edges_compiled(kernels, geometries, first):
    """Edges of single rings by compiled loops; those of other geometries are sorted in."""
    lonlat, count = shapely.get_coordinates(geometries), int(first[-1])
    face, start, end = np.empty(count, np.int64), np.empty((count, 2), np.int64), np.empty((count, 2), np.int64)
    is_ring, polygonal = np.zeros(len(geometries), dtype=bool), shapely.get_dimensions(geometries) == 2
    found = kernels.rings.ring_edges(lonlat, first, face, start, end, is_ring)
    if found < 0:
        to_lattice(lonlat)  # says which position is none
    table = Edges(face[:found], start[:found], end[:found])
    other = np.flatnonzero(~(is_ring & polygonal))
    return _with(table, is_ring & polygonal, _edges_of_any(geometries[other]), other) if len(other) else table


def _with(table, kept, more, faces):
    """Edges of the faces that are kept, and more edges, whose faces are numbered in ``faces``."""
    old = np.flatnonzero(kept[table.face])
    face = np.append(table.face[old], faces[more.face])
    order = np.argsort(face, kind="stable")
    start, end = np.concatenate([table.start[old], more.start]), np.concatenate([table.end[old], more.end])
    return Edges(face[order], start[order], end[order])


def _edges_of_any(geometries):
    rings = rings_of(geometries)
    xy, begins = to_lattice(rings.xy), rings.edges()
    first = begins[(xy[begins] != xy[begins + 1]).any(axis=1)]
    start, end, ring = xy[first], xy[first + 1], rings.at(first)
    wrong = ((_doubled_areas(start, end, ring, len(rings)) < 0) == rings.is_shell)[ring]
    start[wrong], end[wrong] = end[wrong], start[wrong]
    return Edges(rings.polygon[ring], start, end)


def signature(geometries):
    """Two wrapping 64-bit sums that stand for the boundary chain of each geometry.

    Parameters
    ----------
    geometries : array_like of Polygon or MultiPolygon, shape (n,)

    Returns
    -------
    ndarray of int64, shape (n, 2)

    Examples
    --------
    Two halves have together the signature of the whole, if both know the vertices of the cut:

    >>> left, right = shapely.box(105, 28, 106, 29), shapely.box(106, 28, 107, 29)
    >>> whole = shapely.union(left, right)
    >>> bool((signature([left, right]).sum(axis=0) == signature([whole])[0]).all())
    True
    """
    return _signatures(np.asarray(geometries, dtype=object).reshape(-1))[0]


def signature_and_simple(geometries):
    """Signatures, and which geometries are certainly valid polygons because they are one ring that is simple.

    Parameters
    ----------
    geometries : array_like of Geometry, shape (n,)

    Returns
    -------
    signature : ndarray of int64, shape (n, 2)
    simple : ndarray of bool, shape (n,)
        True only for valid polygons; False says nothing (without the compiler always).

    Examples
    --------
    >>> bowtie = shapely.Polygon([(105, 28), (106, 29), (106, 28), (105, 29)])
    >>> signature_and_simple([bowtie])[1]
    array([False])
    """
    return _signatures(np.asarray(geometries, dtype=object).reshape(-1))


def _signatures(geometries):
    """Some geometries at a time, so that what is computed on the way stays small against the coordinates."""
    first = np.append(0, np.cumsum(shapely.get_num_coordinates(geometries)))
    kernels = engine.kernels(int(first[-1]))
    sums = np.zeros((len(geometries), 2), dtype=np.int64)
    simple = np.zeros(len(geometries), dtype=bool)
    begin = 0
    while begin < len(geometries):
        end = max(int(first.searchsorted(first[begin] + BLOCK, side="right")) - 1, begin + 1)
        part = slice(begin, end)
        if kernels:
            _fill_in(kernels, geometries[part], first[begin : end + 1] - first[begin], sums[part], simple[part])
        else:
            sums[part] = _signature_of_edges(geometries[part])
        begin = end
    return sums, simple


def _fill_in(kernels, geometries, first, sums, simple):
    lonlat = shapely.get_coordinates(geometries)
    state = np.zeros(len(geometries), dtype=np.uint8)
    if kernels.rings.ring_chains(lonlat, first, sums.view(np.uint64), state) >= 0:
        to_lattice(lonlat)  # says which position is none
    kind = shapely.get_type_id(geometries)
    polygonal = (kind == 3) | (kind == 6)
    general = np.flatnonzero((state == kernels.rings.GENERAL) | ~polygonal)
    sums[general] = _signature_of_edges(geometries[general]) if len(general) else 0
    simple[:] = polygonal & (state == kernels.rings.SIMPLE)


def _signature_of_edges(geometries):
    table = _edges_of_any(geometries)
    return _sum_by_face(edge_hashes(table.start, table.end), table.face, len(geometries))


def edge_hashes(start, end):
    """Antisymmetric hash of directed edges: that of b→a is minus that of a→b.

    Parameters
    ----------
    start, end : ndarray of int64, shape (m, 2)

    Returns
    -------
    ndarray of int64, shape (m, 2)

    Examples
    --------
    >>> there, back = edge_hashes(np.array([[0, 0], [3, 1]]), np.array([[3, 1], [0, 0]]))
    >>> (there + back).tolist()
    [0, 0]
    """
    hashes = np.empty((len(start), 2), dtype=np.int64)
    for low in range(0, len(start), BLOCK):
        part = slice(low, low + BLOCK)
        hashes[part] = _hash_block(start[part], end[part])
    return hashes


def residual(start, end):
    """Edges that are left of a chain after all opposite pairs have cancelled; exact, no hashing.

    Parameters
    ----------
    start, end : ndarray of int64, shape (m, 2)

    Returns
    -------
    index : ndarray of int64
        Rows of the input that do not cancel. An edge that stands k times more often in one direction than in the
        other is named k times.

    Examples
    --------
    >>> a, b, c = [0, 0], [5, 0], [5, 5]
    >>> residual(np.array([a, b, b]), np.array([b, a, c]))
    array([2])
    """
    forward = _is_forward(start, end)
    low = np.where(forward[:, None], start, end)
    high = np.where(forward[:, None], end, start)
    order = np.lexsort((high[:, 1], high[:, 0], low[:, 1], low[:, 0]))
    key = np.column_stack([low, high])[order]
    new = np.ones(len(order), dtype=bool)
    new[1:] = (key[1:] != key[:-1]).any(axis=1)
    group = np.cumsum(new) - 1
    sign = np.where(forward, 1, -1)[order]
    net = np.bincount(group, weights=sign, minlength=group[-1] + 1 if len(group) else 0).astype(np.int64)
    same = sign == np.sign(net)[group]  # only edges of the prevailing direction can be left over
    nth = np.cumsum(same) - 1
    first_of_group = nth[new] + ~same[new]
    left = same & (nth - first_of_group[group] < np.abs(net)[group])
    return np.sort(order[left])


def _is_forward(start, end):
    return (start[:, 0] < end[:, 0]) | ((start[:, 0] == end[:, 0]) & (start[:, 1] < end[:, 1]))


def _hash_block(start, end):
    forward = _is_forward(start, end)[:, None]
    low, high = np.where(forward, start, end), np.where(forward, end, start)
    words = [(column + OFFSET).astype(np.uint32) for column in (*low.T, *high.T)]
    lanes = [_mix(words, seed, multiplier).astype(np.uint64) for seed, multiplier in LANES]
    hashes = np.column_stack([(lanes[0] << 32) | lanes[1], (lanes[2] << 32) | lanes[3]]).view(np.int64)
    return np.where(forward, hashes, -hashes)


def _mix(words, seed, multiplier):
    state = np.full(len(words[0]), seed, dtype=np.uint32)
    for word in (*words, np.uint32(0)):  # one round more, to spread the last word
        state ^= word
        state *= np.uint32(multiplier)
        state ^= state >> SHIFT
    return state


def _doubled_areas(start, end, ring, ring_count):
    """Twice the signed area of each ring; measured from its first vertex, so that int64 is enough for any city."""
    first_edge = np.searchsorted(ring, np.arange(ring_count)).clip(max=max(len(ring) - 1, 0))
    origin = start[first_edge][ring] if len(ring) else start
    a, b = start - origin, end - origin
    return _sum_by_face((a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0])[:, None], ring, ring_count)[:, 0]


def _sum_by_face(values, face, count):
    """Wrapping sums of rows that are grouped by ascending face."""
    sums = np.zeros((count, values.shape[1]), dtype=np.int64)
    if len(face):
        first = np.flatnonzero(np.r_[True, face[1:] != face[:-1]])
        sums[face[first]] = np.add.reduceat(values, first, axis=0)
    return sums
