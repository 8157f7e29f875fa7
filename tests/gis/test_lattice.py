"""The integer lattice."""

import numpy as np
import pytest
import shapely
import shapely.affinity
from hypothesis import given
from hypothesis import strategies as st

from gis.errors import Refusal
from gis.lattice import LAT_LIMIT, LON_LIMIT, from_lattice, on_lattice, quantise, to_lattice

units = st.tuples(st.integers(-LON_LIMIT, LON_LIMIT), st.integers(-LAT_LIMIT, LAT_LIMIT))


@given(st.lists(units, min_size=1))
def test_every_lattice_point_survives_the_way_to_degrees_and_back(points):
    assert to_lattice(from_lattice(points)).tolist() == [list(point) for point in points]


@given(units)
def test_degrees_of_a_lattice_point_print_with_at_most_seven_decimals(point):
    for degrees in from_lattice([point])[0].tolist():
        assert float(f"{degrees:.7f}") == degrees


@given(st.floats(-180, 180), st.floats(-90, 90))
def test_rounding_moves_a_point_by_at_most_half_a_unit(lon, lat):
    assert np.abs(to_lattice([[lon, lat]])[0] - np.array([lon, lat]) * 1e7).max() <= 0.5 + 1e-6


@given(st.floats(-180, 180), st.floats(-90, 90))
def test_what_was_quantised_lies_on_the_lattice(lon, lat):
    assert on_lattice(quantise([shapely.Point(lon, lat)])).all()


@pytest.mark.parametrize(
    ("lonlat", "code"),
    [
        ((float("nan"), 28), "not_finite"),
        ((105, float("inf")), "not_finite"),
        ((28, 105), "outside_lonlat"),
        ((181, 0), "outside_lonlat"),
    ],
)
def test_what_is_no_position_is_refused_by_row(lonlat, code):
    with pytest.raises(Refusal, match="Position 2") as refused:
        to_lattice([(105, 28), lonlat])
    assert refused.value.code == code


def test_a_third_dimension_is_dropped():
    assert not shapely.has_z(quantise([shapely.Point(105, 28, 300)]))[0]


def test_rings_smaller_than_a_unit_go_and_the_rest_stays():
    speck = shapely.Polygon([(105, 28), (105.00000001, 28), (105.00000001, 28.00000001)])
    square = shapely.box(105, 28, 105.01, 28.01)
    holed = square.difference(shapely.box(105.005, 28.005, 105.00500001, 28.00500001))
    put = quantise([speck, holed, shapely.MultiPolygon([square, shapely.affinity.translate(speck, 1)])])
    assert put[0].is_empty and put[1].equals(square) and put[2].equals(square)
