"""A slow and simple check of lattice layers, and faults to plant in them: what gis.checking.check is held against."""

import itertools

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
