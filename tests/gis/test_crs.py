"""Frames, and measures on the ellipsoid against pyproj's geodesics."""

import numpy as np
import pyproj
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
    boundary_length_m,
    geodesic_area_m2,
    metric_crs_for,
    require_same_frame,
    to_storage,
)
from gis.errors import Refusal

GEODESICS = pyproj.Geod(ellps="GRS80")  # CGCS2000 has the same ellipsoid to a tenth of a millimetre
places = st.tuples(st.floats(73, 135), st.floats(4, 53))
sizes = st.floats(1e-4, 0.05)
corners = st.lists(st.tuples(st.floats(-1, 1), st.floats(-1, 1)), min_size=3, max_size=12)


@st.composite
def hulls(draw):
    hull = shapely.convex_hull(shapely.multipoints(np.array(draw(places)) + draw(sizes) * np.array(draw(corners))))
    return hull if hull.geom_type == "Polygon" and hull.area > 1e-10 else shapely.box(105, 28, 105.01, 28.01)


@settings(deadline=None)
@given(hulls())
def test_area_and_perimeter_are_those_of_geodesics(polygon):
    area, perimeter = GEODESICS.geometry_area_perimeter(polygon)
    assert np.isclose(geodesic_area_m2([polygon])[0], abs(area), rtol=2e-6, atol=1e-3)
    assert np.isclose(boundary_length_m([polygon])[0], perimeter, rtol=1e-6)


def test_a_hole_is_taken_away_and_parts_are_added():
    outer, hole = shapely.box(105, 28, 105.1, 28.1), shapely.box(105.02, 28.02, 105.03, 28.03)
    both = geodesic_area_m2([outer, hole, outer.difference(hole), shapely.MultiPolygon([hole, shapely.box(106, 28, 106.1, 28.1)])])
    assert np.isclose(both[2], both[0] - both[1], rtol=1e-12)
    assert np.isclose(both[3], both[0] + both[1], rtol=1e-9)


def test_a_square_millimetre_keeps_its_digits():
    tiny = shapely.box(105, 28, 105 + 1e-8, 28 + 1e-8)
    assert np.isclose(geodesic_area_m2([tiny])[0], 98_364 * 110_808 * 1e-16, rtol=1e-3)


def test_missing_and_empty_geometries_have_no_area():
    assert geodesic_area_m2([None, shapely.Polygon(), shapely.Point(1, 1)]).tolist() == [0, 0, 0]
    assert geodesic_area_m2([]).shape == (0,)


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
