"""Coverages that are refused before any edit."""

import numpy as np
import pytest
import shapely

from gis.editing.coverage import coverage_of
from gis.editing.split import split
from gis.editing.transfer import carve
from gis.errors import Refusal
from gis.lattice import from_lattice
from tests.gis.drawings import ORIGIN, at, box, refused


def test_a_coverage_is_refused_with_the_face_that_is_wrong():
    good, off = box(0, 0, 9, 9), shapely.box(0, 0, 1 / 3, 1)
    bow_tie = shapely.Polygon(at((0, 0), (9, 9), (9, 0), (0, 9)))
    assert refused(coverage_of, ["a"], [good, good]) == "ids_do_not_match"
    assert refused(coverage_of, ["a", None], [good, good]) == "missing_id"
    assert refused(coverage_of, ["a", "a"], [good, good]) == "duplicate_id"
    assert refused(coverage_of, ["a", "b"], [good, None]) == "no_polygons"
    assert refused(coverage_of, ["a", "b"], [good, shapely.Point(1, 1)]) == "no_polygons"
    assert refused(coverage_of, ["a", "b"], [good, shapely.Polygon()]) == "no_polygons"
    assert refused(coverage_of, ["a"], [bow_tie]) == "invalid_geometry"
    assert refused(coverage_of, ["a"], [off]) == "not_on_lattice"
    assert len(coverage_of([], [])) == 0


def test_a_face_of_a_million_vertices_is_refused_by_name_and_a_drawing_of_as_many_too(row):
    turn = np.linspace(0, 2 * np.pi, 1_000_000, endpoint=False)
    circle = np.rint(np.column_stack([np.cos(turn), np.sin(turn)]) * 60_000_000) + ORIGIN
    disc = shapely.Polygon(from_lattice(circle))
    with pytest.raises(Refusal, match="Face disc has over 100,000 vertices; simplify it first") as caught:
        coverage_of(["disc", "small"], [disc, box(0, 0, 9, 9)])
    assert (caught.value.code, caught.value.details["faces"]) == ("too_many_vertices", ["disc"])
    assert refused(split, row, "a", disc.exterior) == "too_many_vertices"
    assert refused(carve, row, disc, into="d") == "too_many_vertices"
