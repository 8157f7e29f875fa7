"""Addresses taken apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.gazetteer.parts import Door, divisions_from, parse

LUZHOU = divisions_from(
    {
        "5105": "泸州市",
        "510502": "江阳区",
        "510503": "纳溪区",
        "510502001": "南城街道",
        "510503001": "永宁街道",
        "510502001001": "大山坪社区居委会",
        "510502001002": "和平村村委会",
        "510503001001": "和平村村委会",
    }
)


def said(text):
    parts = parse(text, LUZHOU)
    door = parts.door and (parts.door.roads[-1], parts.door.number, parts.door.sub)
    return door, parts.place, (parts.building, parts.unit, parts.room), parts.vague


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("江阳中路一百二十三号", (("江阳中路", 123, ""), "", ("", "", ""), "")),
        ("江阳中路12", (("江阳中路", 12, ""), "", ("", "", ""), "")),
        ("江阳中路二段12号附3号", (("江阳中路2段", 12, "3"), "", ("", "", ""), "")),
        ("九号公路12号", (("9号公路", 12, ""), "", ("", "", ""), "")),
        ("前进路12号佳乐世纪城3栋2单元501室", (("前进路", 12, ""), "佳乐世纪城", ("3", "2", "501室"), "")),
        ("前进路12号院3栋", (("前进路", 12, ""), "", ("3", "", ""), "")),
        ("佳乐世纪城3号楼2单元501", (None, "佳乐世纪城", ("3", "2", "501"), "")),
        ("佳乐世纪城3-2-501", (None, "佳乐世纪城", ("3", "2", "501"), "")),
        ("佳乐世纪城3号", (("佳乐世纪城", 3, ""), "佳乐世纪城", ("3", "", ""), "")),
        ("江阳中路12号旁边的火锅店", (("江阳中路", 12, ""), "", ("", "", ""), "旁边")),
        ("佳乐世纪城对面", (None, "佳乐世纪城", ("", "", ""), "对面")),
        ("江阳中路小学", (None, "江阳中路小学", ("", "", ""), "")),
        ("大山坪社区三组12号", (("3组", 12, ""), "", ("", "", ""), "")),
    ],
)
def test_road_number_place_and_building(text, wanted):
    assert said(text) == wanted


@pytest.mark.parametrize("before", ["", "泸州市", "四川省泸州市", "中国四川省泸州市", "泸州", "四川泸州市", "四川省泸洲市"])
def test_what_stands_before_the_county_does_not_count(before):
    parts = parse(before + "江阳区南城街道前进路5号", LUZHOU)
    assert parts.said == {"county": ("510502",), "town": ("510502001",)}
    assert parts.spellings[-1] == "前进路5号"


def test_a_short_name_is_taken_for_a_county_only_before_a_town():
    assert parse("江阳南城街道前进路5号", LUZHOU).said == {"county": ("510502",), "town": ("510502001",)}
    assert parse("江阳中路5号", LUZHOU).said == {}


def test_a_name_of_two_villages_means_both_until_a_county_is_said():
    assert parse("和平村3组5号", LUZHOU).said["village"] == ("510502001002", "510503001001")
    assert parse("纳溪区和平村3组5号", LUZHOU).said["village"] == ("510503001001",)


@pytest.mark.parametrize("text", ["成都市武侯区人民南路4号", "贵州省赤水市人民路1号", "重庆市江津区大什字5号"])
def test_another_city_or_province_is_told(text):
    assert parse(text, LUZHOU).elsewhere


def test_a_road_keeps_every_name_that_it_may_have():
    assert parse("泸州大道5号", LUZHOU).door == Door(("泸州大道", "大道"), 5, "")


@given(st.text(max_size=200))
def test_any_text_is_taken_apart(text):
    parts = parse(text, LUZHOU)
    assert bool(parts.spellings) == bool(parts.text)
    assert not parts.text or parts.rest or parts.text.endswith(parts.spellings[-1] + parts.vague)
