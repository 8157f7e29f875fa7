"""Grids, micro-grids and jurisdictions."""

import pytest
import shapely
from pyproj import Geod

from boundaries.codes import parent_of
from tests.api import town

pytestmark = pytest.mark.database

ELLIPSOID = Geod(ellps="GRS80")


def ids(collection):
    return [feature["id"] for feature in collection["features"]]


def test_a_grid_has_its_exact_shape_its_measures_and_its_dates(get):
    feature = get(f"/grids/{town.WEST_GRID}")
    expected = town.shapes(town.finest(lean=2))[town.WEST_GRID]
    shape = shapely.geometry.shape(feature["geometry"])
    assert shapely.equals_exact(shapely.normalize(shape.geoms[0]), shapely.normalize(expected))
    said = feature["properties"]
    assert said["area_m2"] == pytest.approx(abs(ELLIPSOID.geometry_area_perimeter(expected)[0]), rel=1e-6)
    assert (said["valid_from"], said["valid_to"]) == ("2025-07-01T00:00:00+08:00", None)
    expected = {
        "name": "大山坪社区第一网格",
        "kind": "comprehensive",
        "source": "synthetic",
        "households": 412,
        "population": 1204,
    }
    assert {key: said[key] for key in expected} == expected


def test_a_grid_names_all_units_above_it_the_city_first(get):
    path = get(f"/grids/{town.WEST_GRID}")["properties"]["path"]
    assert [unit["level"] for unit in path] == ["city", "county", "town", "village"]
    assert [unit["name"] for unit in path] == ["泸州市", "江阳区", "南城街道", "大山坪社区"]


def test_neighbours_share_an_edge_and_the_longest_border_comes_first(get):
    neighbours = get(f"/grids/{town.MIDDLE_GRID}")["properties"]["neighbours"]
    straight_m = ELLIPSOID.inv(105.44, 28.8, 105.44, 28.82)[2]
    leaning_m = ELLIPSOID.inv(105.42, 28.8, 105.422, 28.82)[2]
    assert [each["code"] for each in neighbours] == [town.WEST_GRID, town.EAST_GRID]
    assert [each["shared_border_m"] for each in neighbours] == pytest.approx([leaning_m, straight_m], abs=0.2)


def test_a_corner_in_common_makes_no_neighbours(get):
    # The middle grid and the one in the north meet in the point 105.44, 28.82.
    neighbours = get(f"/grids/{town.NORTH_GRID}")["properties"]["neighbours"]
    assert [each["code"] for each in neighbours] == [town.EAST_GRID]


def test_neighbours_of_a_micro_grid_may_lie_in_another_grid(get):
    neighbours = get("/micro-grids/51050200100100101")["properties"]["neighbours"]
    assert {each["code"] for each in neighbours} == {"51050200100100102", "51050200100100201"}


def test_neighbours_are_mutual_with_the_same_border(get):
    def borders(code):
        return {each["code"]: each["shared_border_m"] for each in get(f"/jurisdictions/{code}")["properties"]["neighbours"]}

    assert borders("510502001001")["510502001002"] == borders("510502001002")["510502001001"]
    assert borders("510502") == {"510503": borders("510503")["510502"]}


def test_children_and_size_rule_are_told(get):
    def told(path):
        properties = get(path)["properties"]
        return properties["children"], properties["size_rule"]

    assert told(f"/grids/{town.WEST_GRID}") == ({"level": "micro_grid", "count": 2}, {"min": 300, "max": 500, "ok": True})
    assert told(f"/grids/{town.MIDDLE_GRID}")[1] == {"min": 300, "max": 500, "ok": False}
    assert told(f"/grids/{town.EAST_GRID}") == ({"level": None, "count": 0}, None)
    assert told("/jurisdictions/510502") == ({"level": "town", "count": 1}, None)
    assert told("/micro-grids/51050200100100101") == ({"level": None, "count": 0}, {"min": 50, "max": 80, "ok": True})


def test_recent_incidents_of_a_unit_are_those_of_the_thirty_days_before(get):
    at = "2026-05-31"
    listed = get("/incidents", **{"from": "2026-05-02", "to": "2026-06-01", "grid": town.EAST_GRID, "limit": 5000})
    assert listed["total"] > 0
    assert get(f"/grids/{town.EAST_GRID}", at=at)["properties"]["incidents_30d"] == listed["total"]
    grids = [town.WEST_GRID, town.MIDDLE_GRID, town.EAST_GRID, town.NORTH_GRID]
    each = [get(f"/grids/{code}", at=at)["properties"]["incidents_30d"] for code in grids]
    assert get("/jurisdictions/5105", at=at)["properties"]["incidents_30d"] == sum(each)
    micro = [get(f"/micro-grids/{town.WEST_GRID}{serial}", at=at)["properties"]["incidents_30d"] for serial in ("01", "02")]
    assert sum(micro) == each[0]


def test_a_past_date_shows_the_version_of_that_date(get):
    then = get(f"/grids/{town.WEST_GRID}", at="2025-01-01")
    expected = town.shapes(town.finest(lean=0))[town.WEST_GRID]
    assert shapely.equals(shapely.geometry.shape(then["geometry"]), expected)
    assert then["properties"]["valid_to"] == "2025-07-01T00:00:00+08:00"


def test_the_history_lists_every_version_the_oldest_first(get):
    versions = get(f"/grids/{town.WEST_GRID}/history")["versions"]
    assert [version["valid_from"] for version in versions] == ["2024-10-01T00:00:00+08:00", "2025-07-01T00:00:00+08:00"]
    assert versions[0]["valid_to"] == versions[1]["valid_from"]
    assert versions[0]["area_m2"] < versions[1]["area_m2"]
    assert len(get(f"/grids/{town.EAST_GRID}/history")["versions"]) == 1


def test_lists_are_filtered_by_box_unit_above_kind_and_level(get):
    assert ids(get("/grids")) == [town.WEST_GRID, town.MIDDLE_GRID, town.EAST_GRID, town.NORTH_GRID]
    assert ids(get("/grids", bbox="105.45,28.81,105.46,28.815")) == [town.EAST_GRID]
    assert ids(get("/grids", village="510502001001")) == [town.WEST_GRID, town.MIDDLE_GRID]
    assert ids(get("/grids", village="510503")) == [town.EAST_GRID, town.NORTH_GRID]
    assert ids(get("/grids", kind="exclusive")) == [town.EAST_GRID]
    assert ids(get("/micro-grids", grid=town.WEST_GRID)) == ["51050200100100101", "51050200100100102"]
    assert ids(get("/jurisdictions", level="village", parent="510502")) == ["510502001001", "510502001002"]
    assert all(parent_of(code) == "510502001" for code in ids(get("/jurisdictions", level="village", parent="510502001")))


def test_a_list_that_is_cut_says_so_and_how_many_there_are(get):
    cut = get("/grids", limit=2)
    assert (len(cut["features"]), cut["total"], cut["truncated"]) == (2, 4, True)
    whole = get("/grids", limit=4)
    assert (len(whole["features"]), whole["total"], whole["truncated"]) == (4, 4, False)


def test_an_unknown_unit_or_one_of_another_level_is_not_found(refused):
    assert refused("/grids/510502001001999") == (404, "unknown_unit")
    assert refused("/grids/510502") == (404, "unknown_unit")
    assert refused("/micro-grids/510502001001001") == (404, "unknown_unit")
    assert refused(f"/grids/{town.WEST_GRID}", at="2020-01-01") == (404, "unknown_unit")
    assert refused("/grids/510502001001999/history") == (404, "unknown_unit")


@pytest.mark.parametrize(
    ("path", "query", "code"),
    [
        ("/grids/5105020010010", {}, "bad_code"),
        ("/grids/abc", {}, "bad_code"),
        ("/grids", {"village": "x"}, "bad_code"),
        ("/grids", {"kind": "round"}, "unknown_kind"),
        ("/grids", {"limit": 0}, "invalid_parameter"),
        ("/grids", {"limit": 1001}, "invalid_parameter"),
        ("/grids", {"bbox": "1,2,3"}, "bad_bbox"),
        ("/grids", {"bbox": "a,b,c,d"}, "bad_bbox"),
        ("/grids", {"bbox": "105.5,28.8,105.4,28.9"}, "swapped_bbox"),
        ("/grids", {"bbox": "28.8,105.4,28.9,105.5"}, "swapped_lonlat"),
        ("/grids", {"bbox": "nan,28,106,29"}, "bad_bbox"),
        ("/grids", {"bbox": "1e999,28,106,29"}, "bad_bbox"),
        ("/jurisdictions", {"level": "grid"}, "unknown_level"),
    ],
)
def test_a_bad_parameter_is_refused_with_its_code(refused, path, query, code):
    assert refused(path, **query) == (422, code)
