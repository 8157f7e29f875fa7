"""25,000 real incidents in police beats and community areas, where the city's own answer stands in the file.

The city wrote down x and y in whole feet of its state plane and rounded longitude and latitude to them, and it draws
most borders along the middle of streets, where most incidents are put. So the position of a record may lie half a foot
in x and half a foot in y (0.2155 m together) on the wrong side of the border that the city decided by.
"""

from collections import Counter

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from boundaries.imports.layers import read_layer
from boundaries.imports.points import read_points
from gis.locating.locate import Locator

pytestmark = pytest.mark.real_data

ILLINOIS_EAST_M = 26971
HALF_A_FOOT_BOTH_WAYS_M = 0.5 * 0.3048006 * 2**0.5 + 0.001  # US survey feet; a millimetre for the eight decimals
MISPLACED_M = 1_000
NEXT_STREET_M = 200


@pytest.fixture(scope="module")
def points(real_data):
    return read_points(real_data / "incidents/chicago_crimes_25000_2017_2019.parquet", datum="wgs84")


@pytest.fixture(scope="module")
def beats(real_data, points):
    return judged(real_data / "incidents/PoliceBeats2019.parquet", "beat_num", points, stated(points, "beat", digits=4))


@pytest.fixture(scope="module")
def areas(real_data, points):
    layer = real_data / "incidents/CommunityAreaBoundaries.parquet"
    return judged(layer, "area_numbe", points, stated(points, "community_area", digits=1))


def stated(points, column, *, digits):
    """The city's answers as the layers write them: 832.0 in the incidents is 0832 in the beats."""
    return np.array([f"{int(value):0{digits}d}" if value is not None else "" for value in points.columns[column].to_pylist()])


def judged(path, id_field, points, truth):
    """For each incident: the city's answer, ours, and how far its position is from the face the city names."""
    layer = read_layer(path, id_field=id_field)
    codes = np.array(layer.ids)
    found = Locator(layer.geometries, codes).locate(points.lonlat)
    table = pd.DataFrame({"truth": truth, "ours": np.append(codes, "")[found.face], "on_border": found.on_border})
    table["outside_m"] = found.distance_m
    table["also"] = [any(codes[face] == code for face in also) for also, code in zip(found.also, truth, strict=True)]
    table["known"] = np.isin(truth, codes)
    table["off_m"] = distances_m(layer.geometries, codes, points.lonlat, table)
    table["lon"], table["lat"] = points.lonlat.T
    table["block"] = points.columns["block"].to_pylist()
    return table


def distances_m(faces, codes, lonlat, table):
    metric = gpd.GeoSeries(faces, crs=4326).to_crs(ILLINOIS_EAST_M)
    by_code = metric.groupby(codes).agg(shapely.union_all)
    places = gpd.GeoSeries.from_xy(*lonlat.T, crs=4326).to_crs(ILLINOIS_EAST_M)
    off = np.where(table["truth"] == table["ours"], 0.0, np.nan)
    wrong = np.flatnonzero((table["truth"] != table["ours"]) & table["known"])
    off[wrong] = shapely.distance(by_code[table["truth"].to_numpy()[wrong]].to_numpy(), places.to_numpy()[wrong])
    return off


def kind(row):
    """What explains that the city's answer and ours differ."""
    if row.truth == row.ours:
        return "same"
    if not row.known:
        return "the city names no face"
    if row.off_m <= HALF_A_FOOT_BOTH_WAYS_M:
        return "rounded to whole feet across a border"
    if row.off_m > MISPLACED_M:
        return "position and address are of different places"
    if row.block.endswith("W OHARE ST"):
        return "airport, all under one address"
    return "street or block next to the border" if row.off_m <= NEXT_STREET_M else "unexplained"


def test_the_codes_of_the_incidents_are_those_of_the_beats_once_padded(beats):
    assert beats["known"].all()


def test_no_incident_lies_exactly_on_a_border(beats, areas):
    # whole feet do not fall on a lattice border, so the rule for ties decides nothing here
    assert not beats["on_border"].any() and not beats["also"].any()
    assert not areas["on_border"].any() and not areas["also"].any()


def test_the_beats_agree_strictly_in_91_percent_and_within_a_metre_in_99_86(beats):
    assert (beats["truth"] == beats["ours"]).sum() == 22_828
    assert (beats["off_m"] <= 1).sum() == 24_965


def test_every_difference_of_the_beats_is_explained(beats):
    assert Counter(map(kind, beats.itertuples())) == {
        "same": 22_828,
        "rounded to whole feet across a border": 2_137,
        "airport, all under one address": 27,  # 26 at one place, 122.6 m from the beat of the terminals; 1 outside the city
        "street or block next to the border": 5,  # 17 to 37 m: four of one block of North Clark Street
        "position and address are of different places": 3,
    }


def test_every_difference_of_the_community_areas_is_explained(areas):
    assert Counter(map(kind, areas.itertuples())) == {
        "same": 24_371,  # in one of them the city names no area and the position is in none
        "rounded to whole feet across a border": 560,
        "street or block next to the border": 65,
        "position and address are of different places": 3,
        "the city names no face": 1,  # it says area 0
    }


def test_the_areas_are_counted_by_whole_blocks_along_some_borders(areas):
    # not noise: nearly all incidents at such a place are counted to the other side
    areas = areas.assign(kind=[kind(row) for row in areas.itertuples()])
    beside = areas[areas["kind"] == "street or block next to the border"]
    there = areas.merge(beside[["lon", "lat"]].drop_duplicates(), on=["lon", "lat"])
    assert (beside["block"].nunique(), len(there), (there["kind"] == "same").sum()) == (30, 66, 1)
    assert beside["off_m"].max() < NEXT_STREET_M


def test_the_misplaced_records_contradict_both_layers(beats, areas):
    misplaced = [
        [row.Index for row in table.itertuples() if kind(row) == "position and address are of different places"]
        for table in (beats, areas)
    ]
    assert misplaced[0] == misplaced[1] == [8606, 10366, 23322]


def test_outsiders_stand_on_the_city_limit_but_one(beats):
    outside = beats[beats["ours"] == ""]
    assert len(outside) == 55
    assert (outside["outside_m"] <= HALF_A_FOOT_BOTH_WAYS_M).sum() == 54
    assert outside["outside_m"].max() == pytest.approx(138.08, abs=0.01)


def test_a_beat_in_three_rows_is_one_beat(real_data):
    layer = read_layer(real_data / "incidents/PoliceBeats2019.parquet", id_field="beat_num")
    assert Counter(layer.ids)["3100"] == 3
    parts = [i for i, code in enumerate(layer.ids) if code == "3100"]
    inside = shapely.get_coordinates(shapely.point_on_surface(layer.geometries[parts]))
    assert Locator(layer.geometries, layer.ids).locate(inside).face.tolist() == parts
