"""The land of a place over HTTP: of the register as of a day, and after the commands of a change set."""

from collections import Counter
from datetime import datetime
from itertools import pairwise

import numpy as np
import pytest
import shapely
import sqlalchemy as sa
from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from boundaries.clock import CITY_ZONE
from gis.lattice import from_lattice, to_lattice
from tests import people
from tests.api import town

pytestmark = pytest.mark.database

VILLAGE, COUNTY = "510504001001", "510504"
SETS = "/api/v1/change-sets"


@pytest.fixture
def desk(demo_copy, demo_copy_url, front_end):
    """A county's officer at work on the demo town."""
    with TestClient(create_app(Settings(database_url=demo_copy_url, web_dist=front_end, stamp_seconds=0))) as client:
        client.headers.update(people.as_role(demo_copy, "county_officer", COUNTY))
        yield client


def opened(desk, *commands, **details):
    wish = {"title": "第1网格分设", "reason": "population_change", "scope": VILLAGE, "commands": list(commands)} | details
    answer = desk.post(SETS, json=wish)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def land_of(desk, number=None, **query):
    address = "/api/v1/land" if number is None else f"{SETS}/{number}/land"
    answer = desk.get(address, params=query or {"parent": VILLAGE})
    assert answer.status_code == 200, answer.text
    return answer.json()


def decide(desk, number):
    assert desk.post(f"{SETS}/{number}/check").json()["ok"]
    today = datetime.now(CITY_ZONE).date().isoformat()
    assert desk.post(f"{SETS}/{number}/decide", json={"effective_on": today}).status_code == 200


def by_id(land):
    return {unit["id"]: unit for unit in land["units"]}


def edges_of(unit):
    """Directed edges of a unit, by the numbers of their vertices."""
    rings = [ring for part in unit["rings"] for ring in part]
    return Counter(edge for ring in rings for edge in pairwise([*ring, ring[0]]))


def assert_tiled(land):
    """The edges of the units below cancel to those of the unit above: no gap, no overlap."""
    units = by_id(land)
    for unit in units.values():
        below = [edges_of(each) for each in units.values() if each["parent"] == unit["id"]]
        if below and unit["divided"]:
            total = sum(below, Counter())
            left = Counter({edge: count - total[edge[::-1]] for edge, count in total.items()})
            assert +left == edges_of(unit), unit["id"]


def shape_of(land, unit):
    xy = np.array(land["vertices"]).reshape(-1, 2)
    parts = [[from_lattice(xy[[*ring, ring[0]]]) for ring in part] for part in unit["rings"]]
    return shapely.MultiPolygon([shapely.Polygon(shell, holes) for shell, *holes in parts])


def borders(unit, other):
    """Whether two units have an edge in common."""
    return any(edge[::-1] in edges_of(unit) for edge in edges_of(other))


def across(land, unit):
    """A line from north to south through the middle of a unit."""
    west, south, east, north = shape_of(land, unit).bounds
    middle = (west + east) / 2
    return {"type": "LineString", "coordinates": [[middle, south - 0.01], [middle + 0.0003, north + 0.01]]}


class TestOfTheRegister:
    def test_a_village_comes_with_all_below_it_and_one_ring_of_locked_neighbours(self, get):
        land = get("/land", parent="510502001001")
        units = by_id(land)
        assert {name for name, unit in units.items() if not unit["locked"]} == {
            name for name in town.NAMES if name.startswith("510502001001")
        }
        # all that touch it, at a corner too, on the lowest level
        assert {name for name, unit in units.items() if unit["locked"]} == {
            town.BARE_VILLAGE,
            town.EAST_GRID,
            town.NORTH_GRID,
        }
        assert (land["scope"], land["change_set"], land["commands"], land["synthetic"]) == ("510502001001", None, None, True)
        assert land["bbox"] == [105.4, 28.8, 105.44, 28.82]
        grid = units[town.WEST_GRID]
        assert (grid["level"], grid["parent"], grid["kind"], grid["households"]) == ("grid", "510502001001", "comprehensive", 412)
        assert_tiled(land)

    def test_every_shape_is_the_register_s_to_the_last_unit(self, client, get):
        land = get("/land", parent="5105")
        assert len(land["units"]) == len(town.NAMES)
        assert not any(unit["locked"] for unit in land["units"])
        assert_tiled(land)
        nouns = {"grid": "grids", "micro_grid": "micro-grids"}
        for unit in land["units"]:
            kept = get(f"/{nouns.get(unit['level'], 'jurisdictions')}/{unit['id']}")["geometry"]
            drawn = shapely.orient_polygons(shapely.from_geojson(str(kept).replace("'", '"')))
            assert shapely.equals_exact(drawn, shape_of(land, unit), tolerance=0)

    def test_every_vertex_stands_once_in_whole_units(self, get):
        land = get("/land", parent="510502001001")
        vertices = list(zip(land["vertices"][::2], land["vertices"][1::2], strict=True))
        assert len(set(vertices)) == len(vertices)
        assert (1054200000, 288000000) in vertices

    def test_it_is_the_map_of_the_day_that_is_asked_for(self, get):
        for day, east in (("2025-01-01", 105.42), ("2025-08-01", 105.422)):
            land = get("/land", parent="510502001001", at=day)
            assert shape_of(land, by_id(land)[town.WEST_GRID]).bounds[2] == east
            assert land["at"].startswith(day)
            assert_tiled(land)

    def test_a_box_opens_the_grids_that_meet_it(self, get):
        land = get("/land", bbox="105.401,28.801,105.439,28.819")
        assert land["scope"] == "510502001001"
        assert {u["id"] for u in land["units"] if not u["locked"] and u["level"] == "grid"} == {town.WEST_GRID, town.MIDDLE_GRID}
        two = get("/land", bbox="105.439,28.801,105.441,28.819")
        assert two["scope"] == "5105"  # grids of two counties
        own = {unit["id"] for unit in two["units"] if not unit["locked"]}
        assert {town.MIDDLE_GRID, town.EAST_GRID, "510502", "510503001"} < own and town.WEST_GRID not in own
        assert "51050200100100101" in {unit["id"] for unit in two["units"] if unit["locked"]}

    def test_open_incidents_are_counted_where_they_lie(self, client, get):
        units = by_id(get("/land", parent="510502001001"))
        rows = get("/incidents", limit=1000)["features"]
        ended = {"closed", "rejected", "cancelled", "merged"}
        places = [each["geometry"]["coordinates"] for each in rows if each["properties"]["state"] not in ended]
        west = shapely.Polygon([(105.4, 28.8), (105.42, 28.8), (105.422, 28.82), (105.4, 28.82)])
        assert units[town.WEST_GRID]["open_incidents"] == int(shapely.intersects_xy(west, *np.array(places).T).sum()) > 0
        assert units["510502001001"]["open_incidents"] == sum(
            units[name]["open_incidents"] for name in (town.WEST_GRID, town.MIDDLE_GRID)
        )
        assert units[town.EAST_GRID]["open_incidents"] is None  # not of the place

    @pytest.mark.parametrize(
        ("query", "status", "code"),
        [
            ({}, 422, "missing_parameter"),
            ({"parent": "5105", "bbox": "105,28,106,29"}, 422, "missing_parameter"),
            ({"parent": "51"}, 422, "bad_code"),
            ({"parent": "510502001001+1.1"}, 422, "bad_code"),
            ({"parent": "510502009"}, 404, "unknown_unit"),
            ({"parent": "510502001001", "at": "2020-01-01"}, 404, "unknown_unit"),
            ({"bbox": "105.401,28.83,105.402,28.831"}, 404, "no_grids_there"),
            ({"bbox": "1,1,2,2"}, 404, "no_grids_there"),
            ({"bbox": "1,1,2"}, 422, "bad_bbox"),
        ],
    )
    def test_a_place_that_cannot_be_opened_is_refused(self, refused, query, status, code):
        assert refused("/land", **query) == (status, code)


class TestAfterAChangeSet:
    def test_it_is_what_the_commands_make_and_what_a_decision_would_write(self, desk):
        before = land_of(desk)
        grid = next(unit for unit in before["units"] if unit["level"] == "grid" and not unit["locked"])
        number = opened(desk, {"op": "split", "unit": grid["id"], "lines": across(before, grid)})
        after = land_of(desk, number)
        assert (after["change_set"], after["revision"], after["commands"]) == (number, 2, 1)
        assert_tiled(after)
        made = by_id(after)[f"{VILLAGE}+1.1"]
        kept = by_id(after)[grid["id"]]
        assert made["households"] + kept["households"] == grid["households"]
        assert made["open_incidents"] + kept["open_incidents"] == grid["open_incidents"]
        inside = land_of(desk, number, parent=made["id"])
        assert inside["scope"] == made["id"] and made["id"] in by_id(inside)

        decide(desk, number)
        decided = land_of(desk)
        assert_tiled(decided)
        assert shapes_in(decided) == shapes_in(after)
        assert shapes_in(land_of(desk, number)) == shapes_in(after)

    def test_after_no_command_it_is_the_register(self, desk):
        number = opened(desk)
        land, after = land_of(desk), land_of(desk, number)
        assert (after["change_set"], after["commands"]) == (number, 0)
        assert (after["vertices"], after["units"]) == (land["vertices"], land["units"])

    def test_what_others_decide_meanwhile_is_there_at_once_also_when_it_is_drawn_anew_for_the_same_commands(self, desk):
        grids = [unit["id"] for unit in land_of(desk)["units"] if unit["level"] == "grid" and not unit["locked"]]
        mine = opened(desk, {"op": "rename", "unit": grids[0], "name": "甲"})
        assert by_id(land_of(desk, mine))[grids[0]]["name"] == "甲"
        for name in ("乙", "丙"):
            decide(desk, opened(desk, {"op": "rename", "unit": grids[1], "name": name}))
            units = by_id(land_of(desk, mine))
            assert (units[grids[0]]["name"], units[grids[1]]["name"]) == ("甲", name)
            assert by_id(land_of(desk))[grids[1]]["name"] == name
        decide(desk, opened(desk, {"op": "merge", "units": grids[:2], "into": grids[1]}))
        answer = desk.get(f"{SETS}/{mine}/land", params={"parent": VILLAGE})
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown_unit")
        assert answer.json()["details"]["command"] == 1

    def test_it_names_who_has_decided_where_its_commands_work_since_it_was_opened_or_checked(self, desk):
        grids = [unit["id"] for unit in land_of(desk)["units"] if unit["level"] == "grid" and not unit["locked"]]
        mine = opened(desk, {"op": "rename", "unit": grids[0], "name": "甲"})
        assert land_of(desk, mine)["conflicts"] == []
        other = opened(desk, {"op": "rename", "unit": grids[0], "name": "乙"}, title="他人的调整")
        decide(desk, other)
        (told,) = land_of(desk, mine)["conflicts"]
        assert (told["change_set"], told["title"], told["units"]) == (other, "他人的调整", [grids[0]])
        assert told["decided_by"] and told["decided_at"]
        assert land_of(desk)["conflicts"] == land_of(desk, other)["conflicts"] == []
        assert desk.post(f"{SETS}/{mine}/check").json()["ok"]
        assert land_of(desk, mine)["conflicts"] == []
        merge = opened(desk, {"op": "merge", "units": grids[:2], "into": grids[1]})
        decide(desk, merge)
        answer = desk.get(f"{SETS}/{mine}/land", params={"parent": VILLAGE})
        assert answer.json()["code"] == "unknown_unit"
        assert [each["change_set"] for each in answer.json()["details"]["conflicts"]] == [merge]

    def test_a_grid_that_comes_into_a_box_comes_with_all_below_it(self, desk):
        land = land_of(desk)
        first = next(unit for unit in land["units"] if unit["level"] == "grid" and not unit["locked"])
        beside = next(unit for unit in land["units"] if unit["parent"] == VILLAGE and borders(unit, first))
        number = opened(desk, {"op": "merge", "units": [first["id"], beside["id"]], "into": beside["id"]})
        place = shapely.point_on_surface(shape_of(land, first))
        after = land_of(desk, number, bbox=",".join(f"{value:.7f}" for value in place.buffer(1e-6).bounds))
        assert after["scope"] == beside["id"]
        assert_tiled(after)
        assert len([unit for unit in after["units"] if unit["parent"] == beside["id"]]) > 1

    def test_a_command_taken_back_and_another_in_its_place_gives_the_other_land(self, desk):
        grid = next(unit["id"] for unit in land_of(desk)["units"] if unit["level"] == "grid" and not unit["locked"])
        number = opened(desk)
        for name in ("甲", "乙"):
            desk.post(f"{SETS}/{number}/commands", json={"commands": [{"op": "rename", "unit": grid, "name": name}]})
            assert by_id(land_of(desk, number))[grid]["name"] == name
            desk.delete(f"{SETS}/{number}/commands/last")
        assert by_id(land_of(desk, number))[grid]["name"] not in ("甲", "乙")

    def test_a_version_that_is_written_again_in_its_place_is_read_again(self, desk, demo_copy):
        """A version that has not begun may still be changed by whoever may write; its number stays."""
        grid = next(unit["id"] for unit in land_of(desk)["units"] if unit["level"] == "grid" and not unit["locked"])
        number = opened(desk, {"op": "rename", "unit": grid, "name": "甲"})
        desk.post(f"{SETS}/{number}/check")
        assert desk.post(f"{SETS}/{number}/decide", json={"effective_on": "2099-01-01"}).status_code == 200
        assert by_id(land_of(desk, parent=VILLAGE, at="2099-01-01"))[grid]["name"] == "甲"
        with demo_copy.begin() as connection:
            later = {"code": grid}
            connection.execute(
                sa.text("UPDATE unit_version SET name = '丁' WHERE code = :code AND lower(lifespan) > now()"), later
            )
        assert by_id(land_of(desk, parent=VILLAGE, at="2099-01-01"))[grid]["name"] == "丁"

    def test_a_refused_command_is_named_by_its_number(self, desk):
        unit = f"{VILLAGE}001"
        number = opened(desk, {"op": "rename", "unit": unit, "name": "甲"}, {"op": "dissolve", "unit": f"{VILLAGE}777"})
        answer = desk.get(f"{SETS}/{number}/land", params={"parent": VILLAGE})
        assert answer.json()["code"] == "unknown_unit"
        assert answer.json()["details"] == {"unit": f"{VILLAGE}777", "command": 2}

    def test_nodes_go_where_the_page_put_them_and_the_line_runs_through_them(self, desk):
        land = land_of(desk)
        grid = next(unit for unit in land["units"] if unit["level"] == "micro_grid" and not unit["locked"])
        xy = np.array(land["vertices"]).reshape(-1, 2)
        ring = grid["rings"][0][0]
        opposite = [(ring[0], ring[1]), longest_but(xy, ring, ring[0])]
        nodes = [{"edge": from_lattice(xy[list(edge)]).tolist(), "at": [middle_of(xy, edge)]} for edge in opposite]
        line = {"type": "LineString", "coordinates": [each["at"][0] for each in nodes]}
        number = opened(desk, {"op": "split", "unit": grid["id"], "lines": line, "nodes": nodes})
        after = land_of(desk, number)
        assert_tiled(after)
        old, new = corners(land), corners(after)
        assert new - old == {tuple(to_lattice([each["at"][0]])[0].tolist()) for each in nodes}
        assert {f"{grid['parent']}+1.1", grid["id"]} < by_id(after).keys()

    def test_only_who_may_see_the_change_set_sees_its_land(self, desk, demo_copy):
        number = opened(desk)
        stranger = people.as_role(demo_copy, "county_officer", "510502")
        answer = desk.get(f"{SETS}/{number}/land", params={"parent": VILLAGE}, headers=stranger)
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


def shapes_in(land):
    """Shapes of what belongs to the place, whatever it is called."""
    return sorted(shapely.normalize(shape_of(land, unit)).wkt for unit in land["units"] if not unit["locked"])


def corners(land):
    return set(zip(land["vertices"][::2], land["vertices"][1::2], strict=True))


def middle_of(xy, edge):
    return from_lattice([xy[list(edge)].sum(axis=0) // 2])[0].tolist()


def longest_but(xy, ring, start):
    """The longest edge of a ring that does not begin or end at a vertex."""
    pairs = [edge for edge in pairwise([*ring, ring[0]]) if start not in edge and ring[1] not in edge]
    return max(pairs, key=lambda edge: float(np.hypot(*(xy[edge[0]] - xy[edge[1]]))))
