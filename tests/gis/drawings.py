"""Shapes that can be drawn, in lattice units from a corner of the city."""

import numpy as np
import pytest
import shapely

from gis.editing.split import doubled_area
from gis.errors import Refusal
from gis.lattice import from_lattice

ORIGIN = np.array([1_054_000_000, 288_000_000])


def at(*points):
    """Degrees of points given in lattice units from a corner of the city."""
    return from_lattice(units(*points))


def units(*points):
    """Lattice points, as lists."""
    return (ORIGIN + np.array(points)).tolist()


def box(west, south, east, north):
    return shapely.Polygon(at((west, south), (east, south), (east, north), (west, north)))


def line(*points):
    return shapely.LineString(at(*points))


def size(coverage, name):
    return doubled_area(coverage.face(name)) / 2


def refused(verb, *args, **options):
    with pytest.raises(Refusal) as caught:
        verb(*args, **options)
    assert caught.value.message.endswith(".")
    return caught.value.code
