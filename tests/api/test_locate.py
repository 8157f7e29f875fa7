"""GET and POST /locate."""

import pytest
from pyproj import Geod

from gis.datum import from_wgs84
from tests.api import town

pytestmark = pytest.mark.database


def codes(place):
    return {level: place[level] and place[level]["code"] for level in ("grid", "micro_grid", "village", "town", "county")}


def test_a_place_inside_a_grid_has_its_grid_micro_grid_and_jurisdictions(get):
    place = get("/locate", lon=105.41, lat=28.805)
    assert codes(place) == {
        "grid": town.WEST_GRID,
        "micro_grid": "51050200100100101",
        "village": "510502001001",
        "town": "510502001",
        "county": "510502",
    }
    assert place["grid"] == {
        "code": town.WEST_GRID,
        "level": "grid",
        "name": "大山坪社区第一网格",
        "kind": "comprehensive",
        "households": 412,
    }
    assert (place["on_border"], place["also"], place["distance_m"], place["nearest"]) == (False, [], 0, None)


def test_a_place_on_a_border_belongs_to_the_smallest_code_and_the_others_are_named(get):
    place = get("/locate", lon=105.44, lat=28.81)
    assert place["grid"]["code"] == town.MIDDLE_GRID
    assert place["on_border"]
    assert [unit["code"] for unit in place["also"]] == [town.EAST_GRID]


def test_a_place_outside_every_grid_has_the_nearest_one_with_its_geodesic_distance(get):
    place = get("/locate", lon=105.49, lat=28.81)
    _, _, metres = Geod(ellps="GRS80").inv(105.49, 28.81, 105.48, 28.81)
    assert place["grid"] is None
    assert place["nearest"]["code"] == town.EAST_GRID
    assert place["distance_m"] == pytest.approx(metres, rel=1e-3)


def test_a_place_in_a_village_without_grids_still_has_its_village(get):
    place = get("/locate", lon=105.41, lat=28.835)
    assert codes(place) == {
        "grid": None,
        "micro_grid": None,
        "village": town.BARE_VILLAGE,
        "town": "510502001",
        "county": "510502",
    }
    assert place["distance_m"] > 1000


@pytest.mark.parametrize(("at", "grid"), [("2025-06-30", town.MIDDLE_GRID), ("2025-07-01", town.WEST_GRID)])
def test_a_date_is_answered_by_the_borders_of_that_date(get, at, grid):
    assert get("/locate", lon=105.4205, lat=28.815, at=at)["grid"]["code"] == grid


def test_a_change_takes_effect_at_midnight_in_the_city(get):
    before, after = "2025-06-30T23:59:59+08:00", "2025-06-30T16:00:00Z"
    found = [get("/locate", lon=105.4205, lat=28.815, at=at)["grid"]["code"] for at in (before, after)]
    assert found == [town.MIDDLE_GRID, town.WEST_GRID]


def test_a_date_before_the_register_is_refused(refused):
    assert refused("/locate", lon=105.41, lat=28.81, at="2020-01-01") == (404, "nothing_at_instant")


@pytest.mark.parametrize("datum", ["gcj02", "bd09"])
def test_a_declared_datum_is_undone(get, datum):
    lon, lat = from_wgs84([[105.4399, 28.81]], datum)[0]
    place = get("/locate", lon=lon, lat=lat, datum=datum)
    assert place["grid"]["code"] == town.MIDDLE_GRID
    assert place["lon"] == pytest.approx(105.4399, abs=1e-6)
    assert get("/locate", lon=lon, lat=lat)["grid"]["code"] == town.EAST_GRID


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"lon": 28.8, "lat": 105.4}, "swapped_lonlat"),
        ({"lon": 500, "lat": 28.8}, "outside_lonlat"),
        ({"lon": "nan", "lat": 28.8}, "invalid_parameter"),
        ({"lon": "inf", "lat": 28.8}, "invalid_parameter"),
        ({"lon": 105.4}, "invalid_parameter"),
        ({"lon": 105.4, "lat": 28.8, "datum": "nad27"}, "unknown_datum"),
        ({"lon": 105.4, "lat": 28.8, "at": "yesterday"}, "bad_instant"),
        ({"lon": 105.4, "lat": 28.8, "at": "2026-02-30"}, "bad_instant"),
        ({"lon": 105.4, "lat": 28.8, "at": "2026-02-03T10:00:00"}, "bad_instant"),
    ],
)
def test_what_is_no_position_datum_or_instant_is_refused_with_a_code(refused, query, code):
    assert refused("/locate", **query) == (422, code)


def test_many_points_are_answered_like_one_by_one_and_in_their_order(client, get):
    points = [{"lon": float(lon), "lat": float(lat)} for lon, lat in town.places(60, seed=1)]
    points += [{"lon": 105.44, "lat": 28.81}, {"lon": 105.4, "lat": 28.8}]
    answers = client.post("/api/v1/locate", json={"points": points}).json()["results"]
    assert len(answers) == len(points)
    for point, many in zip(points, answers, strict=True):
        one = get("/locate", **point)
        assert many["grid"] == (one["grid"] and one["grid"]["code"])
        assert many["micro_grid"] == (one["micro_grid"] and one["micro_grid"]["code"])
        assert (many["on_border"], many["distance_m"]) == (one["on_border"], one["distance_m"])
        assert many["also"] == [unit["code"] for unit in one["also"]]


def test_many_points_may_each_have_their_datum_and_all_one_date(client):
    lon, lat = from_wgs84([[105.4205, 28.815]], "bd09")[0]
    points = [{"lon": lon, "lat": lat, "datum": "bd09"}, {"lon": 105.4205, "lat": 28.815}]
    answers = client.post("/api/v1/locate", json={"points": points, "at": "2025-01-01"}).json()["results"]
    assert [answer["grid"] for answer in answers] == [town.MIDDLE_GRID] * 2


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"points": [{"lon": 105, "lat": 28}] * 10_001}, 422, "invalid_parameter"),
        ({"points": []}, 422, "invalid_parameter"),
        ({"points": [{"lon": 28.8, "lat": 105.4}]}, 422, "swapped_lonlat"),
        ({"points": [{"lon": 105, "lat": 28, "datum": "x"}]}, 422, "unknown_datum"),
        ({"points": [{"lon": 105, "lat": 28}], "at": "soon"}, 422, "bad_instant"),
        ({"points": [{"lon": 105, "lat": 28, "height": 7}]}, 422, "invalid_parameter"),
        ({"points": "all"}, 422, "invalid_parameter"),
    ],
)
def test_a_bad_list_of_points_is_refused(client, body, status, code):
    answer = client.post("/api/v1/locate", json=body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_body_that_is_no_json_or_too_large_is_refused(client):
    def post(text):
        answer = client.post("/api/v1/locate", content=text, headers={"content-type": "application/json"})
        return answer.status_code, answer.json()["code"]

    assert post(b"{") == (400, "unreadable_body")
    assert post(b"[" + b"1," * (3 << 20) + b"1]") == (413, "body_too_large")
    assert post(b'{"points":[{"lon":NaN,"lat":1}]}') == (422, "invalid_parameter")
    assert post(b'{"points":[{"lon":105,"lat":28}],"at":"\\ud800"}')[0] == 422


def test_ten_thousand_points_are_answered(client):
    points = [{"lon": float(lon), "lat": float(lat)} for lon, lat in town.places(10_000, seed=2)]
    answer = client.post("/api/v1/locate", json={"points": points})
    assert (answer.status_code, len(answer.json()["results"])) == (200, 10_000)
