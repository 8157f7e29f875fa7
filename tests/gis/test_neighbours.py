"""Neighbours read off the table of edges, against pairwise geometry."""

from itertools import combinations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings

from gis.errors import Refusal
from gis.measures import boundary_length_m
from gis.measuring.neighbours import neighbours, outer_border_m
from tests.gis.coverages import coverages

few = settings(max_examples=50, deadline=None)


def pairs(found):
    return list(zip(found.first.tolist(), found.second.tolist(), strict=True))


@few
@given(coverages())
def test_rook_neighbours_are_those_whose_outlines_share_a_line_and_its_length_is_the_border(coverage):
    faces, _ = coverage
    outlines = shapely.boundary(faces)
    shared = {
        (a, b): boundary_length_m(shapely.get_parts(shapely.intersection(outlines[a], outlines[b]))).sum()
        for a, b in combinations(range(len(faces)), 2)
    }
    found = neighbours(faces)
    assert pairs(found) == [pair for pair, length_m in shared.items() if length_m > 0]
    assert found.border_m == pytest.approx([length_m for length_m in shared.values() if length_m > 0])


@few
@given(coverages())
def test_queen_neighbours_are_those_that_touch_at_all(coverage):
    faces, _ = coverage
    found = neighbours(faces, rule="queen")
    assert pairs(found) == [(a, b) for a, b in combinations(range(len(faces)), 2) if shapely.intersects(faces[a], faces[b])]
    rook = neighbours(faces)
    assert [pair for pair, length_m in zip(pairs(found), found.border_m, strict=True) if length_m] == pairs(rook)


@few
@given(coverages())
def test_shared_and_outer_borders_make_the_perimeter(coverage):
    faces, _ = coverage
    found, outer_m = neighbours(faces), outer_border_m(faces)
    for face in range(len(faces)):
        assert found.of(face)[1].sum() + outer_m[face] == pytest.approx(boundary_length_m(faces[[face]])[0])


def test_the_neighbours_of_one_face_come_with_the_borders_to_each():
    # 0 | 1 | 2, the last twice as high
    faces = [shapely.box(105, 28, 106, 29), shapely.box(106, 28, 107, 29), shapely.box(107, 28, 108, 29)]
    around, border_m = neighbours(faces).of(1)
    assert around.tolist() == [0, 2] and border_m == pytest.approx([110_828.0] * 2, abs=1)


def test_copies_of_a_face_share_their_whole_outline():
    box = shapely.box(105, 28, 105.001, 28.001)
    found = neighbours([box, box, box])
    assert pairs(found) == [(0, 1), (0, 2), (1, 2)]
    assert found.border_m == pytest.approx([boundary_length_m([box])[0]] * 3)


def test_no_faces_have_no_neighbours():
    assert pairs(neighbours(np.empty(0, dtype=object), rule="queen")) == []


def test_an_unknown_rule_is_refused():
    with pytest.raises(Refusal, match="rook or queen") as refused:
        neighbours([shapely.box(105, 28, 106, 29)], rule="bishop")
    assert refused.value.code == "unknown_rule"
