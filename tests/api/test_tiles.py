"""Vector tiles."""

import math

import pyogrio
import pytest
import shapely
from pyproj import Transformer

from boundaries.store import tiles as unit_tiles
from tests.api import town

pytestmark = pytest.mark.database

MIDDLE = (105.44, 28.82)


@pytest.fixture
def tile(client, tmp_path):
    """Features of the tile that holds the middle of the city, read by GDAL, by code."""

    def ask(layer, zoom, key="code", **query):
        x, y = town.tile_of(*MIDDLE, zoom)
        answer = client.get(f"/tiles/{layer}/{zoom}/{x}/{y}.mvt", params=query)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/vnd.mapbox-vector-tile")
        path = tmp_path / str(zoom) / str(x) / f"{y}.mvt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(answer.content)
        return pyogrio.read_dataframe(path, layer=layer).set_index(key)

    return ask


def test_a_tile_holds_every_unit_that_meets_it_with_its_words(tile):
    grids = tile("grids", 12)
    assert set(grids.index) == {town.WEST_GRID, town.MIDDLE_GRID, town.EAST_GRID, town.NORTH_GRID}
    west = grids.loc[town.WEST_GRID]
    assert (west["name"], west["kind"], west["households"]) == ("大山坪社区第一网格", "comprehensive", 412)


@pytest.mark.parametrize(("layer", "count"), [("counties", 2), ("towns", 2), ("villages", 3), ("micro-grids", 3)])
def test_every_level_has_its_layer(tile, layer, count):
    assert len(tile(layer, 12)) == count


def test_shapes_lie_where_they_belong_to_within_a_pixel(tile):
    to_metres = Transformer.from_crs(4326, 3857, always_xy=True)
    expected = shapely.transform(
        town.shapes(town.finest(lean=2))[town.NORTH_GRID], lambda xy: list(zip(*to_metres.transform(*xy.T), strict=True))
    )
    drawn = tile("grids", 12).loc[town.NORTH_GRID].geometry
    pixel_m = 40075016.7 / 256 / 2**12
    within = shapely.hausdorff_distance(drawn, shapely.intersection(expected, shapely.box(*drawn.bounds)))
    assert within < pixel_m


def test_drawn_units_neither_overlap_nor_leave_a_gap(tile):
    drawn = shapely.set_precision(tile("grids", 13).geometry.to_numpy(), 1)
    overlap_m2 = shapely.area(drawn).sum() - shapely.area(shapely.union_all(drawn))
    assert overlap_m2 == 0


def test_a_past_date_draws_the_borders_of_that_date(tile):
    now, then = (tile("grids", 12, **query) for query in ({}, {"at": "2025-01-01"}))
    assert now.loc[town.WEST_GRID].geometry.area > then.loc[town.WEST_GRID].geometry.area * 1.01


def test_a_unit_without_a_simplified_shape_is_drawn_exactly(tile):
    # The version of the past never got a simplified shape: shapes are made from what is in force.
    assert set(tile("grids", 12, at="2025-01-01").index) == {
        town.WEST_GRID,
        town.MIDDLE_GRID,
        town.EAST_GRID,
        town.NORTH_GRID,
    }


def test_incidents_are_drawn_from_zoom_14_with_their_filters(client, get, tile):
    x, y = town.tile_of(*MIDDLE, 14)
    west, south, east, north = _lonlat_box(x, y, 14)
    box = f"{west},{south},{east},{north}"
    for query in (
        {},
        {"family": "hazard"},
        {"matter": "0401", "state": "closed"},
        {"from": "2026-03-01", "to": "2026-03-08"},
    ):
        listed = {feature["id"]: feature for feature in get("/incidents", bbox=box, limit=5000, **query)["features"]}
        drawn = tile("incidents", 14, key="no", **query)
        assert set(listed) <= set(drawn.index)
        assert {drawn.loc[no].matter for no in listed} == {each["properties"]["matter"] for each in listed.values()}


def _lonlat_box(x, y, zoom):
    def latitude(row):
        return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * row / 2**zoom))))

    return x / 2**zoom * 360 - 180, latitude(y + 1), (x + 1) / 2**zoom * 360 - 180, latitude(y)


def test_a_tile_is_sent_once_until_it_changes(client):
    x, y = town.tile_of(*MIDDLE, 12)
    first = client.get(f"/tiles/grids/12/{x}/{y}.mvt")
    assert first.headers["cache-control"] == "no-cache"
    again = client.get(f"/tiles/grids/12/{x}/{y}.mvt", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    then = client.get(f"/tiles/grids/12/{x}/{y}.mvt", params={"at": "2025-01-01"})
    assert then.headers["etag"] != first.headers["etag"]


def test_a_tile_is_compressed_for_those_who_take_it(client):
    x, y = town.tile_of(*MIDDLE, 12)
    plain, packed = (
        client.get(f"/tiles/grids/12/{x}/{y}.mvt", headers={"accept-encoding": encoding}) for encoding in ("identity", "gzip")
    )
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.content == plain.content


def test_a_tile_where_nothing_lies_is_empty(client):
    answer = client.get("/tiles/grids/12/0/0.mvt")
    assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.parametrize(
    ("address", "status", "code"),
    [
        ("grids/12/4096/0", 404, "unknown_tile"),
        ("grids/12/-1/0", 404, "unknown_tile"),
        ("grids/23/0/0", 422, "zoom_out_of_range"),
        ("grids/-1/0/0", 422, "zoom_out_of_range"),
        ("micro-grids/9/0/0", 422, "zoom_out_of_range"),
        ("incidents/13/0/0", 422, "zoom_out_of_range"),
        ("roads/12/0/0", 404, "unknown_layer"),
        ("grids/12/x/0", 422, "invalid_parameter"),
        ("grids/12/" + "9" * 5000 + "/0", 422, "invalid_parameter"),
    ],
)
def test_a_tile_that_cannot_be_is_refused(client, address, status, code):
    answer = client.get(f"/tiles/{address}.mvt")
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_stored_zooms_serve_every_zoom_from_the_nearest_above():
    for level, stored in unit_tiles.STORED_ZOOMS.items():
        for zoom in range(unit_tiles.LOWEST_ZOOM[level], unit_tiles.DEEPEST_ZOOM + 1):
            chosen = unit_tiles.stored_zoom(level, zoom)
            assert chosen in stored
            assert chosen >= zoom or chosen == stored[-1]
