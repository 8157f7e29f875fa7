"""`wangge locate` as a user runs it."""

import csv
import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
import typer
from typer.testing import CliRunner

from api.cli.locate import locate
from gis.datum import from_wgs84
from gis.errors import Refusal

REPOSITORY = Path(__file__).parents[2]
HALVES = {"A": shapely.box(105, 28, 106, 29), "B": shapely.box(106, 28, 107, 29)}

command = typer.Typer()
command.command()(locate)


@pytest.fixture
def folder(tmp_path):
    """A layer of two faces and a CSV of four points: inside A, on the border, outside, nowhere."""
    save_layer(tmp_path / "layer.geojson", HALVES)
    save_points(tmp_path / "points.csv", [("1", 105.5, 28.5), ("2", 106, 28.5), ("3", 107.001, 28.5), ("4", "", "")])
    return tmp_path


def save_layer(path, faces):
    gpd.GeoDataFrame({"code": list(faces)}, geometry=list(faces.values()), crs=4326).to_file(path)


def save_points(path, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("no", "lon", "lat"), *rows])


def run(folder, *options, points="points.csv", layer="layer.geojson"):
    paths = [str(folder / points), "-o", str(folder / "out.csv"), "--layer", str(folder / layer)]
    return CliRunner().invoke(command, [*paths, *options])


def refusal(result):
    assert isinstance(result.exception, Refusal)
    return result.exception.code


def rows(folder):
    with (folder / "out.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_points_are_written_in_their_order_with_the_face_each_lies_in(folder):
    result = run(folder, "--id-field", "code", "--datum", "wgs84")
    assert result.exit_code == 0
    assert [row["no"] for row in rows(folder)] == ["1", "2", "3", "4"]
    assert [row["grid"] for row in rows(folder)] == ["A", "A", "", ""]
    assert [row["on_border"] for row in rows(folder)] == ["false", "true", "false", ""]
    assert [row["also"] for row in rows(folder)] == ["", "B", "", ""]
    assert [row["distance_m"] for row in rows(folder)] == ["0", "0", "97.904", ""]


def test_the_summary_counts_every_row_once(folder):
    result = run(folder, "--id-field", "code", "--datum", "wgs84")
    counts = [line.split("│")[1:3] for line in result.output.splitlines() if line.startswith("│")]
    assert {what.strip(): int(count) for what, count in counts} == {
        "in a face": 1,
        "on a border": 1,
        "outside every face": 1,
        "without a position": 1,
    }


def test_without_an_id_field_the_faces_are_called_by_their_row(folder):
    result = run(folder, "--datum", "wgs84")
    assert [row["grid"] for row in rows(folder)] == ["0", "0", "", ""]
    assert "by their row" in result.output


def test_points_of_an_undeclared_datum_are_refused_and_nothing_is_written(folder):
    assert refusal(run(folder, "--id-field", "code")) == "undeclared_datum"
    assert not (folder / "out.csv").exists()


def test_a_missing_layer_and_a_missing_column_are_refused(folder):
    assert refusal(run(folder, "--id-field", "code", "--datum", "wgs84", layer="none.gpkg")) == "missing_file"
    assert refusal(run(folder, "--id-field", "name", "--datum", "wgs84")) == "unknown_column"


def test_a_layer_with_a_nameless_face_is_refused(folder):
    save_layer(folder / "layer.geojson", {"A": HALVES["A"], None: HALVES["B"]})
    assert refusal(run(folder, "--id-field", "code", "--datum", "wgs84")) == "missing_code"


def test_a_layer_with_a_missing_polygon_is_refused_by_its_code(folder):
    save_layer(folder / "layer.geojson", {"A": HALVES["A"], "B": None})
    result = run(folder, "--id-field", "code", "--datum", "wgs84")
    assert refusal(result) == "not_a_polygon"
    assert result.exception.details["codes"] == ["B"]


def test_options_of_the_layer_and_of_the_register_exclude_each_other(folder):
    assert refusal(run(folder, "--datum", "wgs84", "--at", "2025-01-01")) == "excluded_option"
    alone = [str(folder / "points.csv"), "-o", str(folder / "out.csv"), "--id-field", "code"]
    assert refusal(CliRunner().invoke(command, alone)) == "missing_option"


def test_a_file_that_fits_the_layer_only_when_swapped_is_refused(folder):
    save_layer(folder / "layer.geojson", {"A": shapely.box(-71.2, 42.2, -70.9, 42.5)})
    save_points(folder / "points.csv", [("1", 42.3594, -71.0587), ("2", 42.29, -71.133)])
    assert refusal(run(folder, "--datum", "wgs84")) == "swapped_lonlat"


def test_where_all_points_are_outside_another_datum_is_suggested_that_brings_them_in(folder):
    block = shapely.box(105.44, 28.88, 105.442, 28.882)  # 200 m: smaller than the shift
    save_layer(folder / "layer.geojson", {"A": block})
    shifted = from_wgs84([[105.441, 28.881], [105.4412, 28.8812]], "gcj02").tolist()
    save_points(folder / "points.csv", [("1", *shifted[0]), ("2", *shifted[1])])
    output = run(folder, "--datum", "wgs84").output
    assert "No point lies in any face" in output
    assert "gcj02, 100%" in output
    assert "No point" not in run(folder, "--datum", "gcj02").output


def test_a_code_that_stands_several_times_is_said(folder):
    frame = gpd.GeoDataFrame({"code": ["A", "A"]}, geometry=list(HALVES.values()), crs=4326)
    frame.to_file(folder / "layer.geojson")
    result = run(folder, "--id-field", "code", "--datum", "wgs84")
    assert "2 faces of the layer have the code A" in " ".join(result.output.split())
    assert [row["also"] for row in rows(folder)] == ["", "", "", ""]


def test_a_refusal_is_one_sentence_on_the_error_stream_and_status_2(folder):
    script = "from api.cli.main import run; run()"
    arguments = ["locate", str(folder / "none.csv"), "-o", str(folder / "out.csv"), "--layer", str(folder / "layer.geojson")]
    process = subprocess.run(
        [sys.executable, "-c", script, *arguments], capture_output=True, text=True, cwd=REPOSITORY, check=False
    )
    assert process.returncode == 2
    assert process.stdout == ""
    assert process.stderr == f"wangge: There is no file {folder / 'none.csv'}.\n"
