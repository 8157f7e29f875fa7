"""`wangge conform`: exit status, files written whole or not at all, the report, and refusals in one sentence."""

import json

import geopandas as gpd
import numpy as np
import pytest
import shapely

from gis.datum import from_wgs84

LON, LAT, STEP = 105.44, 28.88, 0.001


def square(column, row, width=1, height=1):
    west, south = LON + column * STEP, LAT + row * STEP
    return shapely.box(*np.round([west, south, west + width * STEP, south + height * STEP], 7))


OVERLAPPING = {"A": square(0, 0, 1.1), "B": square(1, 0)}
PARENT = {"P": square(0, 0, 2)}
WITH_A_STREET = {"A": square(0, 0), "B": square(1.2, 0, 0.8)}
DOUBLED = {"A": square(0, 0), "B": square(0, 0)}


@pytest.fixture
def layer(tmp_path):
    """Write faces as a GeoPackage; returns its path as text."""

    def write(faces, name="faces.gpkg", **columns):
        columns = {"code": list(faces), **columns}
        gpd.GeoDataFrame(columns, geometry=list(faces.values()), crs=4490).to_file(tmp_path / name)
        return str(tmp_path / name)

    return write


def test_an_overlap_is_mended_and_the_layer_written_with_its_columns(wangge, layer, tmp_path):
    out, report = tmp_path / "out.gpkg", tmp_path / "report.json"
    path = layer(OVERLAPPING, name="faces.gpkg", name_zh=["甲", "乙"])
    status, text, _ = wangge("conform", path, "-o", out, "--id-field", "code", "--report", report)
    assert status == 0 and "The tiling is proven. Written to" in " ".join(text.split())
    written = gpd.read_file(out)
    assert written["code"].tolist() == ["A", "B"] and written["name_zh"].tolist() == ["甲", "乙"]
    assert written.crs.to_epsg() == 4490
    told = json.loads(report.read_text())
    assert told["ok"] and told["proof"] == {"tiles": True, "invalid": []}
    assert [(mend["kind"], mend["from"], mend["to"]) for mend in told["mends"]] == [("overlap", ["A", "B"], "A")]
    assert told["faces"][1]["touched"] and told["faces"][1]["area_after_m2"] < told["faces"][1]["area_before_m2"]
    assert wangge("check", out)[0] == 0


@pytest.mark.parametrize("suffix", ["gpkg", "geojson", "fgb", "parquet"])
def test_a_second_run_on_what_was_written_changes_nothing(wangge, layer, tmp_path, suffix):
    first, second = tmp_path / f"first.{suffix}", tmp_path / f"second.{suffix}"
    parent = layer(PARENT, name="parent.gpkg")
    assert wangge("conform", layer(OVERLAPPING), "-o", first, "--within", parent)[0] == 0
    status, out, _ = wangge("conform", first, "-o", second, "--within", parent, "--format", "json")
    assert status == 0 and not any(face["touched"] for face in json.loads(out)["faces"])
    read = gpd.read_parquet if suffix == "parquet" else gpd.read_file
    assert read(first).geometry.to_wkb().tolist() == read(second).geometry.to_wkb().tolist()


def test_what_needs_a_person_ends_in_status_1_and_nothing_is_written(wangge, layer, tmp_path):
    out, report = tmp_path / "out.gpkg", tmp_path / "report.json"
    arguments = "conform", layer(WITH_A_STREET), "-o", out, "--within", layer(PARENT, name="parent.gpkg"), "--report", report
    status, text, _ = wangge(*arguments)
    assert status == 1 and not out.exists() and "Nothing was written." in " ".join(text.split())
    (known,) = json.loads(report.read_text())["needs_a_person"]
    assert wangge(*arguments, "--leave-open")[0] == 1 and len(gpd.read_file(out)) == 2
    assert wangge(*arguments, "--accept", known)[0] == 0
    assert wangge(*arguments, "--give", f"{known}=1")[0] == 0
    assert shapely.area(gpd.read_file(out).geometry.to_numpy()).round(12).tolist() == [1e-6, 1e-6]


def test_a_duplicate_stays_as_a_row_without_a_shape(wangge, layer, tmp_path):
    out = tmp_path / "out.gpkg"
    status, text, _ = wangge("conform", layer(DOUBLED), "-o", out, "--leave-open", "--format", "json", "--id-field", "code")
    questions = {mend["question"] for mend in json.loads(text)["mends"]}
    assert status == 1 and questions == {"duplicate", "without_land"}
    assert gpd.read_file(out).geometry.isna().tolist() == [False, True]


def test_the_parent_is_written_with_the_nodes_that_the_faces_need(wangge, layer, tmp_path):
    parent_out = tmp_path / "parent_out.gpkg"
    parent = layer(PARENT, name="parent.gpkg")
    within = "--within", parent, "--parent-out", parent_out
    status, out, _ = wangge("conform", layer(OVERLAPPING), "-o", tmp_path / "o.gpkg", *within, "--format", "json")
    assert status == 0 and len(json.loads(out)["parent_nodes"]) == 2
    assert shapely.get_num_coordinates(gpd.read_file(parent_out).geometry[0]) == 7


def test_a_layer_in_another_datum_than_its_parent_is_refused_until_that_is_declared(wangge, layer, tmp_path):
    shifted = shapely.transform(list(OVERLAPPING.values()), lambda lonlat: from_wgs84(lonlat, "gcj02"))
    path, parent = layer(dict(zip("AB", shifted, strict=True))), layer(PARENT, name="parent.gpkg")
    arguments = "conform", path, "-o", tmp_path / "out.gpkg", "--within", parent
    status, _, err = wangge(*arguments)
    assert status == 2 and "declare --datum gcj02" in err
    assert wangge(*arguments, "--datum", "gcj02")[0] == 0


def test_a_layer_and_a_parent_in_different_crs_are_brought_to_one(wangge, layer, tmp_path):
    parent = layer(PARENT, name="parent.gpkg")
    metric, out = tmp_path / "metric.gpkg", tmp_path / "out.gpkg"
    gpd.read_file(parent).to_crs(4544).to_file(metric)
    status, text, _ = wangge("conform", layer(OVERLAPPING), "-o", out, "--within", metric, "--format", "json")
    assert status == 0 and json.loads(text)["proof"]["tiles"]
    assert shapely.union_all(gpd.read_file(out).geometry).hausdorff_distance(square(0, 0, 2)) < 2e-7


@pytest.mark.parametrize("codes", [["A", "A"], ["A", None]])
def test_codes_that_stand_twice_or_are_missing_are_refused_by_name(wangge, layer, tmp_path, codes):
    path = layer(OVERLAPPING, grid=codes)
    status, out, err = wangge("conform", path, "-o", tmp_path / "out.gpkg", "--id-field", "grid")
    assert (status, out) == (2, "") and err.count("\n") == 1
    assert ("A stands more than once" in err) if codes[1] else ("row" in err or "Feature 2" in err)


def test_an_invalid_polygon_whose_mend_is_refused_is_named(wangge, layer, tmp_path):
    bow_tie = shapely.Polygon([(LON, LAT), (LON + STEP, LAT + STEP), (LON + STEP, LAT), (LON, LAT + STEP)])
    arguments = "conform", layer({"X": bow_tie}), "-o", tmp_path / "out.gpkg", "--id-field", "code"
    (mend,) = json.loads(wangge(*arguments, "--format", "json")[1])["mends"]
    status, _, err = wangge(*arguments, "--refuse", mend["id"])
    assert (mend["kind"], status) == ("invalid_geometry", 2) and "Face X is no valid polygon" in err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["-o", "faces.shp"], "no known kind of file"),
        (["-o", "nowhere/out.gpkg"], "There is no folder"),
        (["-o", "faces.gpkg"], "is the input itself"),
        (["-o", "out.gpkg", "--refuse", "x", "--lock", "Z"], "There is no face Z"),
        (["-o", "out.gpkg", "--snap-m", "-1"], "give a distance in metres"),
        (["-o", "out.gpkg", "--give", "x"], "write --give ID=FACE"),
        (["-o", "out.gpkg", "--parent-out", "p.gpkg"], "--within has to name"),
    ],
)
def test_bad_input_is_refused_in_one_sentence(wangge, layer, tmp_path, monkeypatch, arguments, sentence):
    path = layer(OVERLAPPING)
    monkeypatch.chdir(tmp_path)
    status, out, err = wangge("conform", path, *arguments)
    assert (status, out) == (2, "") and err.count("\n") == 1 and sentence in err
    assert not (tmp_path / "out.gpkg").exists()
