"""Measures on the ellipsoid against pyproj's geodesics."""

import numpy as np
import pyproj
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.measures import boundary_length_m, geodesic_area_m2, measure

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
    assert abs(geodesic_area_m2([polygon])[0] - abs(area)) < 1e-3 + 4e-5 * perimeter**3 / 6_378_137
    assert np.isclose(boundary_length_m([polygon])[0], perimeter, rtol=1e-6)


def test_a_hole_is_taken_away_and_parts_are_added():
    outer, hole = shapely.box(105, 28, 105.1, 28.1), shapely.box(105.02, 28.02, 105.03, 28.03)
    two = shapely.MultiPolygon([hole, shapely.box(106, 28, 106.1, 28.1)])
    both = geodesic_area_m2([outer, hole, outer.difference(hole), two])
    assert np.isclose(both[2], both[0] - both[1], rtol=1e-12)
    assert np.isclose(both[3], both[0] + both[1], rtol=1e-9)


def test_a_square_millimetre_keeps_its_digits():
    tiny = shapely.box(105, 28, 105 + 1e-8, 28 + 1e-8)
    assert np.isclose(geodesic_area_m2([tiny])[0], 98_364 * 110_808 * 1e-16, rtol=1e-3)


def test_missing_and_empty_geometries_have_no_area():
    assert geodesic_area_m2([None, shapely.Polygon(), shapely.Point(1, 1)]).tolist() == [0, 0, 0]
    assert geodesic_area_m2([]).shape == (0,)


def test_the_width_of_a_strip_does_not_depend_on_how_it_bends():
    straight = shapely.box(105, 28, 105.01, 28.00001)
    bent = shapely.union(shapely.box(105, 28, 105.005, 28.00001), shapely.box(105, 28, 105.00001, 28.005))
    assert np.allclose(measure([straight, bent])[1], [1.108, 1.04], atol=0.05)
