"""GET /incidents and /heat."""

from datetime import datetime

import numpy as np
import pytest
from pyproj import Transformer

from incidents.pixels import PIXEL_ZOOM, pixels

pytestmark = pytest.mark.database

WORLD = "105.3,28.7,105.6,28.9"
MERCATOR = Transformer.from_crs(4326, 3857, always_xy=True)
HALF_EQUATOR_M = 20037508.342789244


@pytest.fixture
def everything(get):
    """All incidents, as the list shows them."""
    return get("/incidents", limit=5000)["features"]


def world_pixels(lonlat, zoom):
    """Pixels of a zoom by way of the map's metres, not of the stored columns."""
    x, y = MERCATOR.transform(*np.transpose(lonlat))
    side = 256 * 2**zoom
    return np.column_stack([(x / HALF_EQUATOR_M + 1) / 2, (1 - y / HALF_EQUATOR_M) / 2]) * side


def positions(features):
    return np.array([feature["geometry"]["coordinates"] for feature in features])


def test_all_incidents_are_listed_the_latest_first(everything):
    reported = [datetime.fromisoformat(feature["properties"]["reported_at"]) for feature in everything]
    assert len(reported) == 600
    assert reported == sorted(reported, reverse=True)


def test_an_incident_tells_its_grid_or_how_far_the_nearest_is(everything, get):
    for feature in everything[:40]:
        lon, lat = feature["geometry"]["coordinates"]
        place = get("/locate", lon=lon, lat=lat)
        assert feature["properties"]["grid_code"] == (place["grid"] and place["grid"]["code"])
        assert feature["properties"]["distance_m"] == pytest.approx(place["distance_m"], rel=1e-4, abs=0.01)
        assert feature["properties"]["on_border"] == place["on_border"]


def test_filters_choose_what_they_say(get, everything):
    def total(**query):
        return get("/incidents", limit=1, **query)["total"]

    said = [feature["properties"] for feature in everything]
    assert total(matter="0401") == sum(each["matter"] == "0401" for each in said)
    assert total(family="hazard") == sum(each["family"] == "hazard" for each in said)
    assert total(state="closed") == sum(each["state"] == "closed" for each in said)
    assert total(grid="510503") == sum((each["grid_code"] or "").startswith("510503") for each in said)
    xy = positions(everything)
    inside = (xy >= (105.41, 28.81)).all(axis=1) & (xy <= (105.45, 28.83)).all(axis=1)
    assert total(bbox="105.41,28.81,105.45,28.83") == inside.sum()
    assert total(**{"from": "2026-02-01", "to": "2026-03-01"}) == sum(each["reported_at"][:7] == "2026-02" for each in said)


def test_periods_that_meet_count_every_incident_once(get):
    instant = "2026-03-05T07:30:00+08:00"
    parts = [get("/incidents", **{key: instant}, limit=1)["total"] for key in ("from", "to")]
    assert sum(parts) == 600


def test_a_list_that_is_cut_says_so(get):
    answer = get("/incidents", limit=10)
    assert (len(answer["features"]), answer["total"], answer["truncated"]) == (10, 600, True)


@pytest.mark.parametrize("zoom", [0, 9, 14, 17, 20])
def test_heat_counts_every_incident_in_its_own_cell(get, everything, zoom):
    box = WORLD if zoom < 17 else "105.42,28.81,105.425,28.813"
    heat = get("/heat", bbox=box, zoom=zoom)
    west, south, east, north = map(float, box.split(","))
    cells = np.floor(world_pixels(positions(everything), zoom) / 8).astype(int)
    (left, top), (right, bottom) = np.floor(world_pixels([(west, north), (east, south)], zoom) / 8).astype(int)
    kept = cells[(cells >= (left, top)).all(axis=1) & (cells <= (right, bottom)).all(axis=1)]
    unique, counts = np.unique(kept, axis=0, return_counts=True)
    expected = {tuple(cell): count for cell, count in zip(unique.tolist(), counts.tolist(), strict=True)}
    assert {(x, y): count for x, y, count in heat["bins"]} == expected
    assert heat["cell_px"] == 8


def test_the_bins_add_up_to_the_total_of_the_same_filter(get):
    query = {"from": "2026-02-01", "to": "2026-04-01", "family": "hazard"}
    heat = get("/heat", bbox=WORLD, zoom=13, **query)
    assert heat["total"] == sum(count for _, _, count in heat["bins"]) == get("/incidents", **query)["total"]
    assert heat["max"] == max(count for _, _, count in heat["bins"])


def test_the_same_incidents_are_counted_at_every_zoom(get):
    totals = {get("/heat", bbox=WORLD, zoom=zoom)["total"] for zoom in range(13)}
    assert totals == {600}


def test_heat_of_nothing_is_empty(get):
    heat = get("/heat", bbox="10,10,11,11", zoom=8)
    assert (heat["bins"], heat["total"], heat["max"]) == ([], 0, 0)


@pytest.mark.parametrize(
    ("path", "query", "code"),
    [
        ("/heat", {"zoom": 10}, "missing_parameter"),
        ("/heat", {"bbox": WORLD}, "invalid_parameter"),
        ("/heat", {"bbox": WORLD, "zoom": 21}, "invalid_parameter"),
        ("/heat", {"bbox": WORLD, "zoom": -1}, "invalid_parameter"),
        ("/heat", {"bbox": "-180,-85,180,85", "zoom": 20}, "too_many_cells"),
        ("/heat", {"bbox": WORLD, "zoom": 10, "matter": "unheard-of"}, "unknown_matter"),
        ("/heat", {"bbox": WORLD, "zoom": 10, "family": "sport"}, "unknown_family"),
        ("/heat", {"bbox": WORLD, "zoom": 10, "from": "2026-02-01", "to": "2026-02-01"}, "empty_period"),
        ("/incidents", {"state": "lost"}, "unknown_state"),
        ("/incidents", {"limit": 5001}, "invalid_parameter"),
        ("/incidents", {"grid": "51050200100100101"}, "bad_code"),
        ("/incidents", {"from": "2026"}, "bad_instant"),
    ],
)
def test_a_bad_parameter_is_refused_with_its_code(refused, path, query, code):
    assert refused(path, **query) == (422, code)


def test_stored_pixels_are_those_of_the_map(everything):
    xy = positions(everything)
    assert (pixels(xy) == np.floor(world_pixels(xy, PIXEL_ZOOM))).all()
