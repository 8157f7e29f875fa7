"""What borders on a grid, by the direction that its border faces there."""

import itertools

import shapely
from hypothesis import given
from hypothesis import strategies as st

from boundaries.publication.sides import BEYOND, DIRECTIONS, side_names, sides

VILLAGE = "510502001001"
A, B, C = (f"{VILLAGE}00{k}" for k in (1, 2, 3))


def box(west, south, east, north):
    """In thousandths of a degree from 105 E 28 N."""
    return shapely.box(105 + west / 1000, 28 + south / 1000, 105 + east / 1000, 28 + north / 1000)


def noded(*shapes):
    """With the corners of each as vertices of the others."""
    net = shapely.union_all([shape.boundary for shape in shapes])
    parts = [shapely.normalize(each) for each in shapely.get_parts(shapely.polygonize([net]))]
    return [max(parts, key=lambda part: shapely.intersection(part, shape).area) for shape in shapes]


def test_each_neighbour_is_told_at_the_side_where_it_lies():
    """
    +---+---+
    | B | C |
    +---+---+
    |   A   |
    +-------+
    """
    found = sides([A, B, C], noded(box(0, 0, 20, 10), box(0, 10, 10, 20), box(10, 10, 20, 20)), [A, B])
    assert found[A] == {"east": (BEYOND,), "south": (BEYOND,), "west": (BEYOND,), "north": (B, C)}
    assert found[B]["east"] == (C,) and found[B]["south"] == (A,)


def test_a_grid_in_the_hole_of_another_lies_at_all_its_sides():
    ring = shapely.Polygon(box(0, 0, 30, 30).exterior.coords, [box(10, 10, 20, 20).exterior.coords])
    found = sides([A, B], [ring, box(10, 10, 20, 20)], [A, B])
    assert found[B] == dict.fromkeys(DIRECTIONS, (A,))
    assert found[A]["east"] == (BEYOND, B)


def test_parts_that_lie_apart_are_told_together():
    parts = shapely.MultiPolygon([box(0, 0, 10, 10), box(20, 0, 30, 10)])
    found = sides([A, B], [parts, box(10, 0, 20, 10)], [A])
    assert found[A]["east"] == (BEYOND, B) or found[A]["east"] == (B, BEYOND)


def test_a_sliver_of_border_is_not_told():
    shapes = noded(box(0, 0, 10, 100), box(10, 0, 20, 99), box(10, 99, 20, 100))
    assert sides([A, B, C], shapes, [A])[A]["east"] == (B,)


def test_beyond_the_village_it_is_the_village_that_is_told():
    shapes = [box(0, 0, 10, 10), box(10, 0, 20, 10), box(0, 10, 10, 20), box(0, -10, 10, 0)]
    codes = [A, "510502001002001", "510502002003", "510503"]
    found = sides(codes, shapes, [A])[A]
    assert (found["east"], found["north"], found["south"]) == (("510502001002",), ("510502002003",), ("510503",))
    names = {"510502001002": "甲社区", "510502002": "乙街道", "510502002003": "丙村", "510503": "丁区"}
    assert side_names(found, A, names) == {"east": ("甲社区",), "south": ("丁区",), "west": ("",), "north": ("乙街道丙村",)}


@given(st.lists(st.integers(1, 40), min_size=2, max_size=9))
def test_in_a_row_every_neighbour_tells_of_the_other(widths):
    """A law: who lies to my east has me to the west."""
    edges = [0]
    for wide in widths:
        edges.append(edges[-1] + wide)
    codes = [f"{VILLAGE}{k + 1:03}" for k in range(len(widths))]
    found = sides(codes, [box(west, 0, east, 10) for west, east in itertools.pairwise(edges)], codes)
    for west, east in itertools.pairwise(codes):
        assert found[west]["east"] == (east,) and found[east]["west"] == (west,)
    assert found[codes[0]]["west"] == found[codes[-1]]["east"] == (BEYOND,)
