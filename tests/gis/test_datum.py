"""GCJ-02 and BD-09 against published points, and their inverses against themselves."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.datum import CHINA_BOX, from_wgs84, to_wgs84
from gis.errors import Refusal

WEST, SOUTH, EAST, NORTH = CHINA_BOX
EDGE_DEG = 0.02  # within the shift of the box's edge the inverse is not unique
china = st.tuples(st.floats(WEST + EDGE_DEG, EAST - EDGE_DEG), st.floats(SOUTH + EDGE_DEG, NORTH - EDGE_DEG))


@pytest.mark.parametrize(
    ("wgs84", "gcj02"),
    [
        ((116.404, 39.915), (116.41024449916938, 39.91640428150164)),  # github.com/wandergis/coordtransform, test/app.js
        ((116.39089, 39.90734), (116.39713094, 39.90874107)),  # test of an R package's transform_coord
    ],
)
def test_gcj02_of_published_points(wgs84, gcj02):
    assert np.allclose(from_wgs84([wgs84], "gcj02"), [gcj02], rtol=0, atol=1e-8)
    assert np.allclose(to_wgs84([gcj02], "gcj02"), [wgs84], rtol=0, atol=1e-8)


def test_bd09_of_a_published_point():
    # coordtransform gives BD-09 (116.41036949371029, 39.92133699351021) for GCJ-02 (116.404, 39.915)
    wgs84 = to_wgs84([(116.404, 39.915)], "gcj02")
    assert np.allclose(from_wgs84(wgs84, "bd09"), [(116.41036949371029, 39.92133699351021)], rtol=0, atol=1e-10)


@settings(deadline=None)
@given(st.lists(china, min_size=1, max_size=50), st.sampled_from(["gcj02", "bd09"]))
def test_there_and_back_is_the_same_place_to_a_hundredth_of_a_millimetre(points, datum):
    assert np.abs(to_wgs84(from_wgs84(points, datum), datum) - points).max() < 1e-10
    assert np.abs(from_wgs84(to_wgs84(points, datum), datum) - points).max() < 1e-10


@settings(deadline=None)
@given(st.lists(china, min_size=1, max_size=20))
def test_gcj02_shifts_by_less_than_a_kilometre_and_never_by_nothing(points):
    shift_m = np.abs(from_wgs84(points, "gcj02") - points).max(axis=1) * 111_000
    assert (shift_m < 1200).all() and (shift_m > 10).all()


@pytest.mark.parametrize("place", [(-73.97, 40.78), (139.7, 35.7), (14.4, 50.1), (151.2, -33.9)])
def test_gcj02_is_wgs84_outside_china(place):
    assert from_wgs84([place], "gcj02").tolist() == [list(place)]
    assert to_wgs84([place], "gcj02").tolist() == [list(place)]


@pytest.mark.parametrize("datum", ["cgcs2000", "wgs84"])
def test_cgcs2000_and_wgs84_are_one(datum):
    assert to_wgs84([(105.44, 28.88)], datum).tolist() == [[105.44, 28.88]]


def test_nothing_comes_of_nothing():
    assert to_wgs84(np.empty((0, 2)), "bd09").shape == (0, 2)
    assert np.isnan(to_wgs84([(np.nan, 28.88)], "gcj02")).any()


def test_luzhou_is_shifted_by_about_480_metres():
    east, north = (from_wgs84([(105.44, 28.88)], "gcj02") - [(105.44, 28.88)])[0] * [97_551, 110_834]
    assert 350 < np.hypot(east, north) < 600


def test_an_unknown_datum_is_refused_with_the_known_ones():
    with pytest.raises(Refusal, match="cgcs2000, wgs84, gcj02, bd09") as refusal:
        to_wgs84([(105.44, 28.88)], "xian80")
    assert refusal.value.code == "unknown_datum"
