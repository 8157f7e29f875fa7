"""The generated city, on a small made-up one of two counties."""

from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from boundaries.codes import LENGTH_OF_LEVEL, LEVELS, level_of
from boundaries.numbering import reading_order
from boundaries.synthetic.city import build_city
from boundaries.synthetic.divisions import Divisions
from boundaries.units import concatenate
from gis.chain import edges
from gis.errors import Refusal
from gis.lattice import on_lattice, quantise
from gis.tiling import prove

# 990101 lies west of 990102, which has an exclave; 990101 has a hole, which is no part of the city.
#
#     +-----~-----+------~----+   +--+
#     |    []     >           |   +--+
#     +-----~-----+------~----+
RIVER = [(105.5, 28.8), (105.502, 28.81), (105.497, 28.823), (105.508, 28.834), (105.5, 28.85), (105.5, 28.9)]
WEST = shapely.Polygon(
    [(105.4, 28.8), (105.452, 28.804), *RIVER, (105.45, 28.893), (105.4, 28.9), (105.407, 28.85)],
    [[(105.44, 28.85), (105.444, 28.851), (105.443, 28.854)]],
)
EAST = shapely.MultiPolygon(
    [
        shapely.Polygon([*RIVER, (105.56, 28.91), (105.6, 28.9), (105.603, 28.86), (105.6, 28.8)]),
        shapely.box(105.62, 28.9, 105.622, 28.902),
    ]
)
DIVISIONS = Divisions(
    county={"990101": "西区", "990102": "东县"},
    town={
        "990101001": "河东街道",
        "990101002": "河西街道",
        "990101100": "北山镇",
        "990102100": "东关镇",
        "990102200": "石桥乡",
    },
    village={
        "990101001001": "上平社区居民委员会",
        "990101001002": "胜利街居民委员会",
        "990101001004": "大山坪社区居民委员会",
        "990101002001": "滨江社区居民委员会",
        "990101002201": "团结村村民委员会",
        "990101002202": "新房村民委员会",
        "990101100001": "北山社区居民委员会",
        "990101100201": "高坝村村民委员会",
        "990101100202": "石梁村村民委员会",
        "990102100001": "东关社区居民委员会",
        "990102100201": "河湾村村民委员会",
        "990102200201": "石桥村村民委员会",
        "990102200203": "双河村村民委员会",
    },
)


def outlines():
    west, east = quantise([WEST, EAST])
    return {"990101": west, "990102": east}


def build(**changed):
    given_values = {"scale": "city", "seed": 7, "outlines": outlines(), "divisions": DIVISIONS} | changed
    return list(build_city(**given_values))


@pytest.fixture(scope="module")
def batches():
    return build()


@pytest.fixture(scope="module")
def city(batches):
    return by_level(batches)


def by_level(batches):
    table = concatenate(batches)
    levels = table.levels()
    return {level: table.take(levels == level) for level in LEVELS}


def parents_of(children, parents):
    index = {code: row for row, code in enumerate(parents.code)}
    digits = LENGTH_OF_LEVEL[level_of(parents.code[0])]
    return [index[code[:digits]] for code in children.code]


def assert_nested(city):
    for outer, inner in pairwise(LEVELS):
        parents = city[outer].take(city[outer].divided.astype(bool))
        if len(parents):
            proof = prove(city[inner].geometry, parents_of(city[inner], parents), parents.geometry)
            assert proof.ok, (outer, inner, proof)


def test_the_children_of_every_unit_tile_it_exactly_on_every_level(city):
    assert_nested(city)
    assert not city["micro_grid"].divided.any()
    assert all(city[level].divided.all() for level in LEVELS[:-1])


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 2**40))
def test_any_seed_gives_an_exact_nested_tiling(seed):
    assert_nested(by_level(build(seed=seed, scale="county")))


def test_one_vertex_off_by_one_unit_breaks_the_tiling(city):
    grids, villages = city["grid"], city["village"]
    bent = grids.geometry.copy()
    corners = np.array(bent[0].exterior.coords)
    corners[1] += 1e-7
    bent[0] = shapely.Polygon(corners)
    assert not prove(bent, parents_of(grids, villages), villages.geometry).ok


def test_outlines_keep_their_vertices_and_bend_by_less_than_one_unit(city):
    for code, outline in outlines().items():
        drawn = city["county"].geometry[city["county"].code == code][0]
        old, new = (np.unique(edges([shape]).start, axis=0) for shape in (outline, drawn))
        assert {tuple(point) for point in old} <= {tuple(point) for point in new}
        off = shapely.distance(shapely.points(shapely.get_coordinates(drawn)), outline.boundary)
        assert off.max() < 1e-7
        assert len(new) > len(old)


def test_neighbouring_counties_share_every_vertex_of_their_border(city):
    west, east = (edges([shape]) for shape in city["county"].geometry)
    ahead = {(*a, *b) for a, b in zip(west.start.tolist(), west.end.tolist(), strict=True)}
    back = {(*b, *a) for a, b in zip(east.start.tolist(), east.end.tolist(), strict=True)}
    assert len(ahead & back) > len(RIVER)
    assert shapely.intersection(*city["county"].geometry).area == 0


def test_every_face_is_valid_on_the_lattice_and_in_one_part_but_for_the_exclave(city):
    table = concatenate(list(city.values()))
    assert shapely.is_valid(table.geometry).all()
    assert on_lattice(table.geometry).all()
    several = table.code[shapely.get_num_geometries(table.geometry) > 1]
    assert [len(code) for code in several] == [4, 6, 9, 12, 15, 17]
    assert {code[:6] for code in several[1:]} == {"990102"}


def test_the_hole_in_an_outline_stays_open(city):
    assert not shapely.intersects_xy(city["city"].geometry[0], 105.4424, 28.8515)


def test_every_town_and_village_of_the_divisions_is_there_with_its_name(city):
    for level, names in (("county", DIVISIONS.county), ("town", DIVISIONS.town), ("village", DIVISIONS.village)):
        assert dict(zip(city[level].code, city[level].name, strict=True)) == names


def test_grids_are_numbered_without_gaps_and_exclusive_ones_from_801(city):
    for village in city["village"].code:
        mine = np.array([code.startswith(village) for code in city["grid"].code])
        numbers = np.array([int(code[12:]) for code in city["grid"].code[mine]])
        exclusive = city["grid"].kind[mine] == "exclusive"
        assert sorted(numbers[~exclusive]) == list(range(1, (~exclusive).sum() + 1))
        assert sorted(numbers[exclusive]) == list(range(801, 801 + exclusive.sum()))
        assert (~exclusive).sum() >= 1
    assert set(city["grid"].kind) == {"comprehensive", "exclusive"}


def test_micro_grids_are_numbered_from_01_and_all_of_them_are_micro(city):
    numbers = {}
    for code in city["micro_grid"].code:
        numbers.setdefault(code[:15], []).append(int(code[15:]))
    assert all(found == list(range(1, len(found) + 1)) for found in numbers.values())
    assert set(city["micro_grid"].kind) == {"micro"}


def test_numbers_run_west_to_east_in_rows_from_north_to_south(city):
    village = next(iter(DIVISIONS.village))
    grids = city["grid"].take([c.startswith(village) and int(c[12:]) < 800 for c in city["grid"].code])
    middles = shapely.get_coordinates(shapely.centroid(grids.geometry))
    rows = np.array_split(np.arange(len(grids)), round(np.sqrt(len(grids))))
    for row in rows:
        assert (np.diff(middles[row, 0]) > 0).all()
    for north, south in pairwise(rows):
        assert middles[north, 1].min() > middles[south, 1].max()


def test_reading_order_of_nothing_and_of_equal_places_is_decided():
    assert reading_order(np.empty((0, 2))).tolist() == []
    assert sorted(reading_order(np.zeros((5, 2))).tolist()) == [0, 1, 2, 3, 4]


def test_names_of_grids_are_unique_in_a_village_and_begin_with_it(city):
    names = list(zip([code[:12] for code in city["grid"].code], city["grid"].name, strict=True))
    assert len(set(names)) == len(names)
    assert "上平社区第1网格" in city["grid"].name
    assert "胜利街社区第1网格微网格02" in city["micro_grid"].name
    assert all(name.endswith("专属网格") for name in city["grid"].name[city["grid"].kind == "exclusive"])


def test_households_keep_their_ranges_and_add_up(city):
    comprehensive = city["grid"].households[city["grid"].kind == "comprehensive"].astype(int)
    micro = city["micro_grid"].households.astype(int)
    assert (comprehensive.min() >= 300) and (comprehensive.max() <= 500)
    assert (micro.min() >= 50) and (micro.max() <= 80)
    for outer, inner in pairwise(LEVELS):
        sums = np.zeros(len(city[outer]), dtype=int)
        np.add.at(sums, parents_of(city[inner], city[outer]), city[inner].households.astype(int))
        assert sums.tolist() == city[outer].households.tolist()


def test_urban_grids_are_smaller_than_rural_ones(city):
    area = shapely.area(city["grid"].geometry)
    urban = np.array([int(code[9:12]) < 200 for code in city["grid"].code])
    assert np.median(area[urban]) * 3 < np.median(area[~urban])


def test_borders_are_curved_and_of_moderate_detail(city):
    micro = city["micro_grid"].geometry
    vertices = shapely.get_num_coordinates(micro)
    assert 20 <= np.median(vertices) <= 60
    assert (shapely.area(micro) / shapely.area(shapely.envelope(micro))).max() < 0.97


def test_the_same_seed_gives_the_same_city_and_another_seed_another(city):
    again, other = by_level(build()), by_level(build(seed=8))
    for level in LEVELS:
        assert city[level].code.tolist() == again[level].code.tolist()
        assert city[level].name.tolist() == again[level].name.tolist()
        assert city[level].households.tolist() == again[level].households.tolist()
        assert shapely.equals_identical(city[level].geometry, again[level].geometry).all()
    assert not shapely.equals_identical(city["town"].geometry, other["town"].geometry).any()


def test_parents_come_before_their_children(batches):
    seen = {""}
    for batch in batches:
        parents = {code[: LENGTH_OF_LEVEL[LEVELS[LEVELS.index(level_of(code)) - 1]]] for code in batch.code if len(code) > 4}
        assert parents <= seen
        seen |= set(batch.code)


def test_scale_town_divides_one_town_and_leaves_the_others_whole():
    town = by_level(build(scale="town"))
    assert_nested(town)
    assert dict(zip(town["county"].code, town["county"].divided, strict=True)) == {"990101": True, "990102": False}
    assert town["town"].code[town["town"].divided.astype(bool)].tolist() == ["990101001"]
    assert {code[:9] for code in town["micro_grid"].code} == {"990101001"}
    assert len(town["town"]) == 3


def test_scale_county_divides_the_county_that_is_asked_for():
    county = by_level(build(scale="county", focus="990102"))
    assert_nested(county)
    assert {code[:6] for code in county["village"].code} == {"990102"}
    assert all(households > 0 for households in county["county"].households)


def test_progress_is_told_from_nothing_to_everything():
    told = []
    build(scale="town", progress=lambda step, done, total: told.append((step, done, total)))
    assert told[0] == ("draw", 0, 2)
    assert told[-1] == ("close", 2, 2)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"scale": "country"}, "bad_scale"),
        ({"seed": -1}, "bad_seed"),
        ({"seed": 1.5}, "bad_seed"),
        ({"scale": "town", "focus": "990109001"}, "unknown_focus"),
        ({"outlines": {}}, "outlines_missing"),
    ],
)
def test_what_cannot_be_built_is_refused(changed, code):
    with pytest.raises(Refusal) as refusal:
        build(**changed)
    assert refusal.value.code == code
