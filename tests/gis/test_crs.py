"""Frames: what the numbers of a layer mean, and the way to degrees and back."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.crs import (
    DISPLAY_EPSG,
    METRIC_EPSG,
    STORAGE_EPSG,
    WGS84_EPSG,
    Frame,
    as_crs,
    metric_crs_for,
    require_same_frame,
    to_storage,
)
from gis.errors import Refusal
from gis.measures import geodesic_area_m2


def test_coordinates_are_east_first_whatever_the_crs_says_on_paper():
    (point,) = Frame(METRIC_EPSG).from_storage([shapely.Point(105.44, 28.88)])
    assert 500_000 < point.x < 600_000 and 3_100_000 < point.y < 3_300_000


@settings(deadline=None)
@given(st.tuples(st.floats(104, 106), st.floats(27, 30)), st.sampled_from([METRIC_EPSG, DISPLAY_EPSG, 4610, 2379]))
def test_there_and_back_through_a_crs_is_the_same_place(place, epsg):
    frame = Frame(epsg)
    back = frame.to_storage(frame.from_storage([shapely.Point(place)]))[0]
    assert np.allclose([back.x, back.y], place, atol=1e-8)


def test_wgs84_and_cgcs2000_share_their_numbers():
    point = shapely.Point(105.4400001, 28.8800001)
    assert to_storage([point], WGS84_EPSG)[0] == point
    assert Frame(WGS84_EPSG, "wgs84").is_storage


def test_web_mercator_tiles_of_a_chinese_service_are_unshifted():
    place = shapely.Point(105.44, 28.88)
    frame = Frame(DISPLAY_EPSG, "gcj02")
    assert shapely.distance(frame.to_storage(frame.from_storage([place]))[0], place) < 1e-9


def test_the_local_metric_crs_keeps_areas():
    block = shapely.box(-73.99, 40.75, -73.98, 40.76)
    crs = metric_crs_for(block.bounds)
    (plane,) = Frame(crs).from_storage([block])
    assert np.isclose(plane.area, geodesic_area_m2([block])[0], rtol=1e-6)


def test_layers_whose_numbers_differ_in_meaning_are_refused():
    require_same_frame(Frame(STORAGE_EPSG), Frame(WGS84_EPSG, "wgs84"))
    for other in (Frame(METRIC_EPSG), Frame(STORAGE_EPSG, "gcj02")):
        with pytest.raises(Refusal) as refusal:
            require_same_frame(Frame(STORAGE_EPSG), other)
        assert refusal.value.code == "crs_mismatch"


def test_what_is_no_crs_or_no_place_is_refused():
    with pytest.raises(Refusal) as refusal:
        as_crs("EPSG:0")
    assert refusal.value.code == "unknown_crs"
    with pytest.raises(Refusal) as refusal:
        Frame(METRIC_EPSG).to_storage([shapely.Point(1e12, 1e12)])
    assert refusal.value.code == "not_projectable"
    with pytest.raises(Refusal) as refusal:
        metric_crs_for([np.nan] * 4)
    assert refusal.value.code == "not_finite"
