"""The table of shared vertices says exactly what the polygons say; around a place stands one ring of neighbours."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from boundaries.changes import surroundings
from boundaries.changes.land import Land, Unit, faces, parent_of_id
from boundaries.changes.shared_vertices import shared_vertices
from boundaries.changes.surroundings import place_in_box, place_of
from gis.errors import Refusal
from gis.lattice import from_lattice
from tests.boundaries.lands import lands, lowest


def rebuilt(table, count):
    """The polygons of a table: multipolygons, as the register holds them."""
    lonlat = from_lattice(table.xy)

    def ring(numbers):
        return lonlat[[*numbers, numbers[0]]]

    parts = [
        [shapely.Polygon(ring(shell), [ring(hole) for hole in holes]) for shell, *holes in own] for own in table.parts(count)
    ]
    return np.array([shapely.MultiPolygon(own) for own in parts], dtype=object)


def multi(shapes):
    return np.array([shapely.MultiPolygon(shapely.get_parts(shape).tolist()) for shape in shapes], dtype=object)


@settings(max_examples=40)
@given(lands(steps=(4, 1000, 100_000)), st.booleans())
def test_rings_and_vertices_give_back_the_polygons_bit_for_bit(land, is_reversed):
    drawn = faces(list(land))
    given = shapely.reverse(drawn) if is_reversed else drawn
    found = rebuilt(shared_vertices(given), len(given))
    assert shapely.equals_identical(found, multi(shapely.orient_polygons(given))).all()


@settings(max_examples=40)
@given(lands())
def test_every_vertex_stands_once_and_is_used(land):
    shapes = faces(list(land))
    table = shared_vertices(shapes)
    assert len(np.unique(table.xy, axis=0)) == len(table.xy)
    assert np.unique(table.number).tolist() == list(range(len(table.xy)))
    assert len(table.xy) == len(np.unique(shapely.get_coordinates(shapes), axis=0))


@settings(max_examples=40)
@given(lands())
def test_shells_turn_left_and_holes_right_and_no_ring_repeats_its_first(land):
    table = shared_vertices(faces(list(land)))
    for k, is_shell in enumerate(table.is_shell):
        numbers = table.number[table.first[k] : table.first[k + 1]]
        assert numbers[0] != numbers[-1]
        assert shapely.LinearRing(table.xy[numbers].astype(float)).is_ccw == is_shell


def test_a_vertex_that_stands_twice_in_a_row_stands_once_in_the_ring():
    twice = shapely.from_wkt("POLYGON ((0 0, 1 0, 1 0, 1 1, 0 0))")
    [[[ring]]] = shared_vertices([twice]).parts(1)
    assert len(ring) == 3


@settings(max_examples=40)
@given(lands(), st.data())
def test_a_place_is_a_unit_with_all_below_it_and_the_lowest_units_that_touch_it(land, data):
    scope = data.draw(st.sampled_from([unit.id for unit in land]))
    place = place_of(land, scope)
    assert [unit.id for unit in place.units] == sorted(land.subtree(scope))
    own = {unit.id for unit in place.units}
    outside = [unit for unit in lowest(land) if unit.id not in own]
    assert [unit.id for unit in place.locked] == [unit.id for unit in outside if corners(unit) & corners(land[scope])]
    assert place.bounds == pytest.approx(land[scope].geometry.bounds)


def corners(unit):
    return set(map(tuple, shapely.get_coordinates(unit.geometry).tolist()))


@settings(max_examples=40)
@given(lands(), st.integers(0, 2**32))
def test_a_box_opens_the_grids_that_meet_it_within_the_smallest_unit_that_holds_them(land, seed):
    rng = np.random.default_rng(seed)
    low, high = np.array(land["5105"].geometry.bounds).reshape(2, 2)
    ends = np.sort(rng.uniform(low, high, (2, 2)), axis=0)
    box = (*ends[0], *ends[1])
    grids = [unit for unit in land if unit.level == "grid" and unit.geometry.intersects(shapely.box(*box))]
    if not grids:
        with pytest.raises(Refusal) as caught:
            place_in_box(land, box)
        assert caught.value.code == "no_grids_there"
        return
    place = place_in_box(land, box)
    own = {unit.id: unit for unit in place.units}
    assert {name for name, unit in own.items() if unit.level == "grid"} == {unit.id for unit in grids}
    assert {name for name, unit in own.items() if unit.level == "micro_grid"} == {
        name for grid in grids for name in land.children(grid.id)
    }
    assert all(grid.id.startswith(place.scope) for grid in grids)
    assert len(grids) == 1 or len({grid.id[: len(place.scope) + 3] for grid in grids}) > 1
    assert all(name == place.scope or parent_of_id(name) in own for name in own)
    assert not {unit.id for unit in place.locked} & set(own)
    around = set().union(*(corners(unit) for unit in place.units if not unit.divided))
    assert all(not unit.divided and corners(unit) & around for unit in place.locked)


def test_a_place_that_is_too_large_is_refused(monkeypatch):
    square = shapely.box(105, 28, 106, 29)
    land = Land(Unit(code, code, None, None, len(code) < 6, square) for code in ("5105", "510502"))
    for name, limit in (("MOST_UNITS", 1), ("MOST_VERTICES", 9)):
        with monkeypatch.context() as patch:
            patch.setattr(surroundings, name, limit)
            with pytest.raises(Refusal) as caught:
                place_of(land, "5105")
        assert caught.value.code == "place_too_large"
    assert place_of(land, "5105").locked == ()


def test_a_unit_that_is_not_there_cannot_be_opened():
    with pytest.raises(Refusal) as caught:
        place_of(Land(()), "5105")
    assert caught.value.code == "unknown_unit"
