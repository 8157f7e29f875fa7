"""Coverages that can be drawn."""

import pytest
import shapely

from gis.editing.coverage import coverage_of
from tests.gis.drawings import at, box


@pytest.fixture
def row():
    """
    0    1000  2000  3000
    ┌─────┬─────┬─────┐ 1000
    │  a  │  b  │  c  │
    └─────┴─────┴─────┘ 0
    """
    return coverage_of(["a", "b", "c"], [box(1000 * k, 0, 1000 * k + 1000, 1000) for k in range(3)])


@pytest.fixture
def ring():
    """A face with a hole, in which lies another.

    ┌─────────┐ 3000
    │ o ┌───┐ │ 2000
    │   │ i │ │
    │   └───┘ │ 1000
    └─────────┘ 0
    """
    hole = at((1000, 1000), (2000, 1000), (2000, 2000), (1000, 2000))
    shell = at((0, 0), (3000, 0), (3000, 3000), (0, 3000))
    return coverage_of(["i", "o"], [shapely.Polygon(hole), shapely.Polygon(shell, [hole])])
