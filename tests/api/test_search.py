"""GET /search."""

import pytest

from tests.api import town

pytestmark = pytest.mark.database


def found(answer):
    return [(match["type"], match["code"]) for match in answer["results"]]


def test_a_code_finds_its_unit_first_and_then_what_is_below(get):
    matches = found(get("/search", q="510502001001"))
    assert matches[0] == ("village", "510502001001")
    assert {kind for kind, _ in matches[1:]} == {"grid", "micro_grid"}


def test_the_beginning_of_a_code_finds_higher_levels_first(get):
    assert found(get("/search", q="51050"))[:2] == [("county", "510502"), ("county", "510503")]


def test_a_part_of_a_name_finds_units_with_the_names_of_all_above(get):
    match = get("/search", q="第一网格")["results"][0]
    assert (match["code"], match["path"]) == (town.WEST_GRID, "泸州市 / 江阳区 / 南城街道 / 大山坪社区")
    west, south, east, north = match["bbox"]
    assert west < match["lon"] < east and south < match["lat"] < north


def test_a_name_that_begins_with_the_text_goes_before_one_that_holds_it(get):
    assert found(get("/search", q="河"))[0] == ("village", "510503001001")
    assert found(get("/search", q="纳溪"))[0] == ("county", "510503")


@pytest.mark.parametrize("text", ["105.45,28.81", " 105.45 , 28.81 ", "105.45，28.81", "105.45 28.81", "１０５.45、28.81"])
def test_coordinates_find_the_place_and_what_holds_it(get, text):
    answer = get("/search", q=text)
    place = answer["results"][0]
    assert (place["type"], place["code"], place["lon"], place["lat"]) == ("place", None, 105.45, 28.81)
    assert place["path"] == "泸州市 / 纳溪区 / 永宁街道 / 河西社区 / 纳溪大市场专属网格"
    assert found(answer)[1:] == [
        ("grid", town.EAST_GRID),
        ("village", "510503001001"),
        ("town", "510503001"),
        ("county", "510503"),
    ]


def test_coordinates_outside_the_city_find_the_place_alone(get):
    assert found(get("/search", q="106.5,29.5")) == [("place", None)]


def test_wildcards_are_letters(get):
    for text in ("%", "_", "%%", "大_坪", "\\", "'; DROP TABLE unit; --"):
        assert get("/search", q=text)["results"] == []


def test_no_more_than_the_limit_is_answered(get):
    assert len(get("/search", q="5105", limit=3)["results"]) == 3
    assert len(get("/search", q="105.45,28.81", limit=2)["results"]) == 2


def test_hostile_text_finds_nothing_or_is_refused(client):
    for text in ("\x00", "a\x00b", "\u202e网格", "<script>alert(1)</script>", "网" * 101, "𠮷" * 50, "\ufffe"):
        answer = client.get("/api/v1/search", params={"q": text})
        assert answer.status_code == 422 or answer.json() == {"results": []}


@pytest.mark.parametrize(("text", "code"), [("", "empty_query"), ("  ", "empty_query"), ("28.8,105.4", "swapped_lonlat")])
def test_an_empty_search_and_swapped_coordinates_are_refused(refused, text, code):
    assert refused("/search", q=text) == (422, code)
