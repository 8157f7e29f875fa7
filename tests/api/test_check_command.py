"""`wangge check`: exit status, the JSON object, the file of findings, and refusals in one sentence."""

import contextlib
import json
import resource
import sqlite3
import struct

import geopandas as gpd
import numpy as np
import pytest
import shapely

from gis.datum import from_wgs84

LON, LAT, STEP = 105.44, 28.88, 0.001


def square(column, row, width=1, height=1):
    west, south = LON + column * STEP, LAT + row * STEP
    return shapely.box(*np.round([west, south, west + width * STEP, south + height * STEP], 7))


CLEAN = {"A": square(0, 0), "B": square(1, 0)}
TREE = {"T": square(0, 0, 2), "A": square(0, 0), "B": square(1, 0), "A1": square(0, 0, 0.5), "A2": square(0.5, 0, 0.5)}
OVERLAPPING = {"A": square(0, 0), "B": square(0.5, 0)}


@pytest.fixture
def layer(tmp_path):
    """Write faces as a GeoPackage; returns its path as text."""

    def write(faces, name="faces.gpkg", crs=4490, parents=None):
        columns = {"code": list(faces)} | ({} if parents is None else {"parent": parents})
        frame = gpd.GeoDataFrame(columns, geometry=list(faces.values()), crs=crs)
        frame.to_file(tmp_path / name)
        return str(tmp_path / name)

    return write


class TestExitStatus:
    def test_it_is_0_for_a_clean_layer(self, wangge, layer):
        status, out, _ = wangge("check", layer(CLEAN))
        assert status == 0
        assert "2 faces of faces.gpkg: no finding" in out

    def test_it_is_1_with_an_error(self, wangge, layer):
        status, out, _ = wangge("check", layer(OVERLAPPING))
        assert status == 1
        assert "overlap" in out and "There are errors." in out
        assert "Faces 0 and 1 overlap by" in " ".join(out.split())

    def test_it_is_0_with_warnings_alone_and_they_are_shown(self, wangge, layer):
        status, out, _ = wangge("check", layer({"A": square(0, 0, 2), "B": square(0, 1), "C": square(1, 1)}))
        assert status == 0
        assert "unmatched_vertex" in out and "No errors." in out

    def test_it_is_2_with_one_sentence_for_unusable_input(self, wangge, tmp_path):
        status, out, err = wangge("check", tmp_path / "nothing.gpkg")
        assert (status, out) == (2, "")
        assert err.startswith("wangge: There is no file ") and err.count("\n") == 1


class TestJson:
    def test_it_is_one_object_of_the_documented_shape(self, wangge, layer):
        _, out, _ = wangge("check", layer(OVERLAPPING), "--id-field", "code", "--format", "json")
        told = json.loads(out)
        assert list(told) == ["ok", "faces", "tiles_parent", "summary", "findings"]
        assert (told["ok"], told["faces"], told["tiles_parent"]) == (False, 2, None)
        (finding,) = told["findings"]
        assert list(finding)[:7] == ["code", "severity", "faces", "area_m2", "width_m", "lon", "lat"]
        assert list(finding)[7:] == ["id", "within", "sentence_en", "sentence_zh"]
        assert (finding["code"], finding["severity"], finding["faces"]) == ("overlap", "error", ["A", "B"])
        assert told["summary"] == {"overlap": {"count": 1, "area_m2": finding["area_m2"]}}
        assert np.isclose(finding["area_m2"], 48.8 * 110.8, rtol=0.01)

    def test_notes_do_not_stand_in_it(self, wangge, layer):
        _, out, err = wangge("check", layer(CLEAN, "faces_gcj02.gpkg"), "--format", "json")
        assert json.loads(out)["ok"]
        assert "--datum gcj02" in err

    def test_faces_without_id_field_are_named_by_their_row(self, wangge, layer):
        _, out, _ = wangge("check", layer(OVERLAPPING), "--format", "json")
        assert json.loads(out)["findings"][0]["faces"] == ["0", "1"]


class TestWithin:
    def test_faces_that_tile_the_parent(self, wangge, layer):
        parent = layer({"P": square(0, 0, 2)}, "parent.gpkg")
        status, out, _ = wangge("check", layer(CLEAN), "--within", parent, "--format", "json")
        assert status == 0 and json.loads(out)["tiles_parent"] is True

    def test_parents_of_several_features_and_of_another_crs(self, wangge, layer):
        # the parent is drawn in metres, so its border lies some micrometres beside the faces'
        metric = gpd.GeoSeries(list(CLEAN.values()), crs=4490).to_crs(4544)
        parent = layer(dict(zip("PQ", metric, strict=True)), "parent.gpkg", crs=4544)
        status, out, _ = wangge("check", layer(CLEAN), "--within", parent, "--format", "json")
        told = json.loads(out)
        assert sum(row["area_m2"] for row in told["summary"].values()) < 0.01
        assert status in (0, 1)

    def test_a_gap_and_a_face_outside(self, wangge, layer):
        parent = layer({"P": square(1, 0, 2)}, "parent.gpkg")
        status, out, _ = wangge("check", layer(CLEAN), "--within", parent, "--id-field", "code", "--format", "json")
        told = json.loads(out)
        assert status == 1 and told["tiles_parent"] is False
        errors = [(f["code"], f["faces"]) for f in told["findings"] if f["severity"] == "error"]
        assert errors == [("gap", ["B"]), ("outside_parent", ["A"])]

    def test_a_layer_in_gcj02_fits_when_its_datum_is_declared_and_is_suspected_when_not(self, wangge, layer):
        board = {f"{i}-{j}": square(8 * i, 8 * j, 8, 8) for i in range(4) for j in range(4)}
        moved = {name: shapely.transform(face, lambda xy: from_wgs84(xy, "gcj02")) for name, face in board.items()}
        parent, faces = layer({"P": square(0, 0, 32, 32)}, "parent.gpkg"), layer(moved, crs=4326)
        _, declared, _ = wangge("check", faces, "--within", parent, "--datum", "gcj02", "--format", "json")
        _, undeclared, _ = wangge("check", faces, "--within", parent, "--format", "json")
        assert "datum_suspect" not in json.loads(declared)["summary"]
        assert json.loads(undeclared)["summary"]["datum_suspect"]["count"] == 1

    def test_a_layer_that_fits_only_with_longitude_and_latitude_swapped_is_refused(self, wangge, layer):
        # at 80° E the latitude could be one, so only the parent shows it
        parent = layer({"P": shapely.box(80, 40, 81, 41)}, "parent.gpkg")
        swapped = layer({"A": shapely.box(40.2, 80.2, 40.4, 80.4)})
        status, _, err = wangge("check", swapped, "--within", parent)
        assert status == 2 and "exchange them" in err


class TestParents:
    def test_a_tree_in_one_table_is_checked_in_one_call(self, wangge, layer):
        bent = TREE | {"A2": square(0.6, 0, 0.4)}
        path = layer(bent, parents=[None, "T", "T", "A", "A"])
        status, out, _ = wangge("check", path, "--id-field", "code", "--parent-field", "parent", "--format", "json")
        told = json.loads(out)
        errors = [(f["code"], f["faces"], f["within"]) for f in told["findings"] if f["severity"] == "error"]
        assert (status, told["tiles_parent"], errors) == (1, False, [("gap", ["A1", "A2"], "A")])

    def test_each_face_is_held_against_its_own_parent_of_another_layer(self, wangge, layer):
        grids = layer({"A": square(0, 0), "B": square(1, 0)}, "grids.gpkg")
        micro = layer({"A1": square(0, 0, 0.5), "A2": square(0.5, 0, 0.7), "B1": square(1, 0)}, parents=["A", "A", "B"])
        options = ("--within", grids, "--within-id-field", "code", "--id-field", "code", "--parent-field", "parent")
        _, out, _ = wangge("check", micro, *options, "--format", "json")
        errors = [(f["code"], f["faces"], f["within"]) for f in json.loads(out)["findings"] if f["severity"] == "error"]
        assert errors == [("outside_parent", ["A2"], "A")]

    def test_half_of_the_options_is_refused_with_the_other_half_named(self, wangge, layer):
        path = layer(CLEAN)
        for given, lacking in (
            (("--parent-field", "code"), "--id-field"),
            (("--parent-field", "code", "--within", path), "--within-id-field"),
            (("--within-id-field", "code", "--within", path), "--parent-field"),
        ):
            status, _, err = wangge("check", path, *given)
            assert status == 2 and lacking in err and err.count("\n") == 1

    def test_numbers_are_parents_too(self, wangge, layer):
        tree = {1: square(0, 0, 2), 2: square(0, 0), 3: square(1, 0)}
        path = layer(tree, parents=[None, 1, 1])  # a column of numbers with a hole in it is one of floats
        status, out, _ = wangge("check", path, "--id-field", "code", "--parent-field", "parent", "--format", "json")
        assert status == 0 and json.loads(out)["tiles_parent"] is True


def test_a_curved_polygon_is_judged_as_the_straight_edges_that_stand_for_it(wangge, layer):
    path = layer({"A": square(0, 0), "B": square(1, 0, 0.01)})
    arc = [(LON, LAT), (LON + STEP, LAT + STEP), (LON + 2 * STEP, LAT), (LON + STEP, LAT - STEP), (LON, LAT)]
    circle = struct.pack("<BIIBII", 1, 10, 1, 1, 8, 5) + b"".join(struct.pack("<dd", *point) for point in arc)
    with contextlib.closing(sqlite3.connect(path)) as package, package:
        for (trigger,) in package.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            package.execute(f'DROP TRIGGER "{trigger}"')  # they call functions that only GDAL knows
        package.execute("UPDATE faces SET geom = ? WHERE code = 'A'", (b"GP\0\1" + struct.pack("<i", 4490) + circle,))
    status, out, _ = wangge("check", path, "--id-field", "code", "--format", "json")
    (overlap,) = (f for f in json.loads(out)["findings"] if f["severity"] == "error")
    assert (status, overlap["code"], overlap["faces"]) == (1, "overlap", ["A", "B"])


class TestFindingsFile:
    def test_it_holds_every_finding_with_its_shape(self, wangge, layer, tmp_path):
        out = tmp_path / "findings.geojson"
        wangge("check", layer(OVERLAPPING), "--findings", out, "--id-field", "code")
        told = gpd.read_file(out)
        assert told[["code", "rule_zh"]].values.tolist() == [["overlap", "两个面重叠"]]
        assert len(told["id"][0]) == 10 and told["sentence_zh"][0].startswith("面 A 与 B 重叠 5,4")
        assert told.geometry[0].equals_exact(square(0.5, 0, 0.5), 1e-9, normalize=True)

    def test_features_without_shape_stand_in_it_too(self, wangge, layer, tmp_path):
        out = tmp_path / "findings.geojson"
        wangge("check", layer({"A": square(0, 0), "B": None}), "--findings", out)
        features = json.loads(out.read_text())["features"]
        assert [(f["properties"]["code"], f["geometry"]) for f in features] == [("null_geometry", None)]

    def test_a_missing_folder_is_refused_before_any_work(self, wangge, layer, tmp_path):
        status, out, err = wangge("check", layer(CLEAN), "--findings", tmp_path / "no" / "findings.geojson")
        assert (status, out) == (2, "")
        assert "make it first" in err

    def test_an_older_file_is_replaced_and_nothing_is_left_beside_it(self, wangge, layer, tmp_path):
        out = tmp_path / "findings.geojson"
        out.write_text("older")
        wangge("check", layer(CLEAN), "--findings", out)
        assert json.loads(out.read_text())["features"] == []
        assert sorted(path.name for path in tmp_path.iterdir()) == ["faces.gpkg", "findings.geojson"]

    def test_a_full_disk_leaves_the_older_file(self, wangge, layer, tmp_path):
        out = tmp_path / "findings.geojson"
        out.write_text("older")
        faces = layer({f"{k:03d}": square(0, 0) for k in range(30)})
        limits = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, limits[1]))
        try:
            status, _, err = wangge("check", faces, "--findings", out)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        assert status == 2 and "There is no room left" in err
        assert out.read_text() == "older"
        assert sorted(path.name for path in tmp_path.iterdir()) == ["faces.gpkg", "findings.geojson"]
