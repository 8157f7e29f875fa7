"""A slow and simple check of lattice layers, and faults to plant in them: what gis.checking.check is held against."""

import itertools
from dataclasses import dataclass, replace

import numpy as np
import shapely
from hypothesis import strategies as st

from gis.lattice import UNITS_PER_DEGREE, from_lattice, to_lattice

ROUNDING_UNITS = 1e-6  # a fault of one unit along an edge of 10 km is wider


def in_units(geometries):
    """Geometries in whole lattice units, so that GEOS' predicates are exact."""
    return shapely.transform(geometries, lambda lonlat: np.rint(lonlat * UNITS_PER_DEGREE))


def brute_force_overlaps(faces):
    """Index pairs whose interiors meet, by comparing all with all."""
    units = in_units(faces)
    return {
        (i, j) for i, j in itertools.combinations(range(len(units)), 2) if shapely.relate_pattern(units[i], units[j], "T********")
    }


def brute_force_gaps(faces, parent):
    """Parts of the parent without cover, by uniting all faces and subtracting them; without those of overlay's rounding."""
    left = shapely.difference(in_units([parent])[0], shapely.union_all(in_units(faces)))
    return [part for part in shapely.get_parts(left) if shapely.area(part) > ROUNDING_UNITS * shapely.length(part)]


def brute_force_outside(faces, parent):
    """Indices of the faces whose interior reaches out of the parent."""
    return set(np.flatnonzero(shapely.relate_pattern(in_units(faces), in_units([parent])[0], "**T******")).tolist())


def area_in_units(geometries):
    """Sum of areas in square units, to one part in 10^9."""
    return float(shapely.area(in_units(geometries)).sum())


@st.composite
def nudged(draw, faces):
    """One vertex of one face moved by up to three units; the others stay. Returns faces, index of the face."""
    face = draw(st.integers(0, len(faces) - 1))
    units = to_lattice(shapely.get_coordinates(faces[face]))
    which = draw(st.integers(0, len(units) - 1))
    by = draw(st.tuples(st.integers(-3, 3), st.integers(-3, 3)).filter(any))
    moved = np.where((units == units[which]).all(axis=1)[:, None], units + np.array(by), units)
    answer = faces.copy()
    answer[face] = shapely.set_coordinates(shapely.from_wkb(shapely.to_wkb(faces[face])), from_lattice(moved))
    return answer, face


ORIGIN = np.array([1_054_000_000, 288_000_000])
SIDE = 40_000  # units of a square of the board: 400 m
SHEARS = st.sampled_from([(0, 0), (1, 0), (0, 1), (-1, 1), (1, -2)])  # whole numbers of determinant 1: lines and areas stay exact
KINDS = ("overlap", "gap", "sliver", "junction")


@dataclass(frozen=True, slots=True)
class Planted:
    """A layer and every fault that was planted in it.

    Attributes
    ----------
    faces : dict of str to Polygon
    parent : Polygon
    overlaps, gaps : dict of tuple of str to float
        Square units by the faces concerned.
    slivers : set of tuple of str
    junctions : set of tuple of str
        The face that lacks the vertex, the one that has it.
    """

    faces: dict
    parent: shapely.Polygon
    overlaps: dict
    gaps: dict
    slivers: set
    junctions: set


@st.composite
def planted(draw, *, sites=3):
    r"""A sheared board of squares with a fault at each of ``sites``² places, from one unit to 300 m in size.

    The fault is always between a square and its neighbour in the east::

        +---+---+   +---+---+   +---++--+   +---+---+
        |   |\  |   |  /|   |   |   ||  |   |   |   |    overlap: a bulge over the neighbour
        |   | > |   | < |   |   |   ||  |   |   *   |    gap: a bulge that is missing · sliver: a strip of its own
        |   |/  |   |  \|   |   |   ||  |   |   |   |    junction: a vertex that the neighbour lacks
        +---+---+   +---+---+   +---++--+   +---+---+
    """
    width = 3 * sites
    rings = {(i, j): _corners(i, j) for i in range(width) for j in range(width)}
    parent = shapely.coverage_union_all([shapely.Polygon(ring) for ring in rings.values()])
    found = Planted({}, parent, {}, {}, set(), set())
    strips = {}
    for i in range(1, width, 3):
        for j in range(1, width, 3):
            kind = draw(st.sampled_from(KINDS))
            size = draw(st.sampled_from([1, 2, 7, 60, 500, 4_000, 30_000]) | st.integers(1, 30_000))
            # a bulge beside a corner would leave a spike there, which is a fault that was not planted
            at = draw(st.integers(1, SIDE - 1) if kind == "junction" else st.integers(SIDE // 4, 3 * SIDE // 4))
            _plant(kind, (i, j), size, at, rings, strips, found)
    shear = draw(SHEARS)
    found.faces.update({_name(*square): _placed(ring, shear) for square, ring in rings.items()})
    found.faces.update({name: _placed(ring, shear) for name, ring in strips.items()})
    return replace(found, parent=_placed(shapely.get_coordinates(parent)[:-1], shear))


def _corners(i, j):
    """South-west, south-east, north-east, north-west."""
    return [(i * SIDE, j * SIDE), ((i + 1) * SIDE, j * SIDE), ((i + 1) * SIDE, (j + 1) * SIDE), (i * SIDE, (j + 1) * SIDE)]


def _name(i, j):
    return f"{i:02d}{j:02d}"


def _placed(ring, shear):
    along, up = shear
    x, y = np.asarray(ring, dtype=np.int64).T
    x = x + along * y
    return shapely.Polygon(from_lattice(np.column_stack([x, y + up * x]) + ORIGIN))


def _plant(kind, square, size, at, rings, strips, found):
    (i, j), beside = square, (square[0] + 1, square[1])
    east, south, north = (i + 1) * SIDE, j * SIDE, (j + 1) * SIDE
    pair = (_name(*square), _name(*beside))
    if kind in ("overlap", "gap"):
        rings[square].insert(2, (east + size if kind == "overlap" else east - size, south + at))
        (found.overlaps if kind == "overlap" else found.gaps)[pair] = size * SIDE / 2
    elif kind == "junction":
        rings[square].insert(2, (east, south + at))
        found.junctions.add(pair[::-1])
    else:
        strip = east + min(size, 60)
        strips[f"{pair[1]}s"] = [(east, south), (strip, south), (strip, north), (east, north)]
        rings[beside][0], rings[beside][3] = (strip, south), (strip, north)
        rings[i + 1, j - 1].insert(3, (strip, south))
        rings[i + 1, j + 1].insert(1, (strip, north))
        found.slivers.add((f"{pair[1]}s",))
