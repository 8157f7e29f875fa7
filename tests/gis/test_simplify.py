"""A coverage stays a coverage at every zoom."""

from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import assume, given, settings

from gis.simplify import display, pixel_m, simplified_by_zoom
from tests.gis.coverages import coverages

ZOOMS = range(8, 19)


def wave(start, end, *, vertices=60):
    """A line of many vertices between two points, the same from both ends."""
    low, high = np.array(min(start, end), float), np.array(max(start, end), float)
    along = np.linspace(0, 1, vertices)[:, None]
    across = np.array([low[1] - high[1], high[0] - low[0]]) / 12
    line = low + along * (high - low) + np.sin(6 * np.pi * along) * across
    line[0], line[-1] = low, high
    return line if start < end else line[::-1]


@pytest.fixture
def board():
    """Nine faces, three by three, with wavy sides 2 km long."""
    faces = []
    for i in range(3):
        for j in range(3):
            corners = [(2000.0 * (i + di), 2000.0 * (j + dj)) for di, dj in ((0, 0), (1, 0), (1, 1), (0, 1), (0, 0))]
            faces.append(shapely.Polygon(np.concatenate([wave(a, b)[:-1] for a, b in pairwise(corners)])))
    return np.array(faces)


def overlap_m2(faces):
    """Area covered more than once, and area lost between faces that shared a border."""
    return shapely.area(faces).sum() - shapely.area(shapely.union_all(faces))


@settings(max_examples=50, deadline=None)
@given(coverages())
def test_simplified_faces_still_share_their_borders(drawn):
    faces, _ = drawn
    assume(len(faces) and shapely.is_valid(faces).all())
    for _, simplified in simplified_by_zoom(display(faces), ZOOMS):
        assert len(simplified) == len(faces)
        assert shapely.is_valid(simplified).all()
        assert not shapely.is_empty(simplified).any()
        assert shapely.coverage_is_valid(simplified)


def test_the_largest_zoom_is_exact_and_each_smaller_one_has_fewer_vertices(board):
    by_zoom = dict(simplified_by_zoom(board, range(9, 17)))
    assert by_zoom[16].tolist() == board.tolist()
    vertices = [shapely.get_num_coordinates(by_zoom[zoom]).sum() for zoom in sorted(by_zoom)]
    assert vertices == sorted(vertices)
    assert vertices[0] < vertices[-1] / 5


def test_no_gap_and_no_overlap_appears_between_faces(board):
    for _, simplified in simplified_by_zoom(board, range(9, 17)):
        whole = shapely.union_all(simplified)
        assert len(shapely.get_parts(whole)) == 1 and shapely.get_num_interior_rings(whole) == 0
        assert overlap_m2(simplified) == pytest.approx(0, abs=1e-3)


def test_nodes_where_faces_meet_do_not_move(board):
    for _, simplified in simplified_by_zoom(board, [9, 16]):
        corners = shapely.points([(2000.0, 2000.0), (4000.0, 2000.0), (2000.0, 4000.0)])
        assert shapely.distance(corners[:, None], shapely.boundary(simplified)[None, :]).min(axis=1).max() == 0


def test_borders_move_by_no_more_than_a_few_pixels(board):
    for zoom, simplified in simplified_by_zoom(board, range(9, 17)):
        assert shapely.hausdorff_distance(board, simplified).max() <= 4 * pixel_m(zoom)


def test_the_display_crs_keeps_equal_vertices_equal():
    column = shapely.box([105.1234567, 105.2], 28.7654321, [105.2, 105.3], 28.8)
    left, right = (set(map(tuple, shapely.get_coordinates(face))) for face in display(column))
    assert len(left & right) == 2
