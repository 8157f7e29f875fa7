"""`wangge diff`: exit status, the JSON object, the table, the file of what moved, and refusals in one sentence."""

import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
import typer
from typer.testing import CliRunner

from api.cli.diff import MEANINGS, diff
from gis.comparing.comparison import KINDS
from gis.errors import Refusal

LON, LAT, STEP = 105.44, 28.88, 0.001
app = typer.Typer()
app.command()(diff)


def square(column, row, width=1, height=1):
    west, south = LON + column * STEP, LAT + row * STEP
    return shapely.box(*np.round([west, south, west + width * STEP, south + height * STEP], 7))


BEFORE = {"A": square(0, 0, 2), "B": square(2, 0, 2)}
SPLIT = {"A": square(0, 0), "A2": square(1, 0), "B": square(2, 0, 2)}
MOVED = {"A": square(0, 0), "B": square(1, 0, 3)}


@pytest.fixture
def layer(tmp_path):
    """Write faces as a file; returns its path as text."""

    def write(faces, name, crs=4490, **columns):
        frame = gpd.GeoDataFrame({"code": list(faces), **columns}, geometry=list(faces.values()), crs=crs)
        frame.to_file(tmp_path / name)
        return str(tmp_path / name)

    return write


def run(*arguments):
    """Exit status, standard output, standard error; a refusal is raised as the application catches it."""
    result = CliRunner().invoke(app, list(map(str, arguments)))
    if isinstance(result.exception, Refusal):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


def report(*arguments):
    status, out, _ = run(*arguments, "--format", "json")
    return status, json.loads(out)


def test_every_kind_of_change_is_explained_in_the_table_and_in_the_documents():
    text = (Path(__file__).parents[2] / "docs" / "compare.md").read_text(encoding="utf-8")
    assert tuple(MEANINGS) == KINDS
    assert [kind for kind in KINDS if f"`{kind}` {MEANINGS[kind].split(' · ')[1]}" not in text] == []


def test_nothing_changed_is_status_0(layer):
    old, new = layer(BEFORE, "old.gpkg"), layer(dict(reversed(BEFORE.items())), "new.geojson")
    status, out, _ = run(old, new, "--id-field", "code")
    assert status == 0
    assert "Nothing changed." in out


def test_a_split_is_status_1_and_told_in_json(layer):
    old, new = layer(BEFORE, "old.gpkg", homes=[400, 300]), layer(SPLIT, "new.gpkg")
    status, told = report(old, new, "--id-field", "code", "--households", "homes")
    assert status == 1
    assert (told["changed"], told["old_faces"], told["new_faces"], told["match"]) == (True, 2, 3, "id")
    assert told["summary"] == {"unchanged": 1, "split": 1}
    (change,) = told["changes"]
    assert (change["kind"], change["old"], change["new"]) == ("split", ["A"], ["A", "A2"])
    rows = [(row["from"], row["to"], row["households"], row["moved"], row["noise"]) for row in told["lineage"]]
    assert rows == [("A", "A", 200, False, False), ("A", "A2", 200, True, False)]


def test_the_table_names_the_pieces_that_moved_and_their_households(layer):
    old, new = layer(BEFORE, "old.gpkg", homes=[400, 300]), layer(MOVED, "new.gpkg")
    status, out, _ = run(old, new, "--id-field", "code", "--households", "homes")
    assert status == 1
    assert "modified" in out and "10,81" in out and "200.0" in out


def test_the_file_holds_the_land_that_moved(layer, tmp_path):
    out = tmp_path / "moved.geojson"
    run(layer(BEFORE, "old.gpkg"), layer(MOVED, "new.gpkg"), "--id-field", "code", "--out", out)
    (feature,) = json.loads(out.read_text(encoding="utf-8"))["features"]
    assert (feature["properties"]["from"], feature["properties"]["to"]) == ("A", "B")
    assert shapely.equals_exact(shapely.geometry.shape(feature["geometry"]).normalize(), square(1, 0).normalize(), 1e-9)
    assert sorted(p.name for p in tmp_path.iterdir() if p.name.startswith(".")) == []


def test_a_border_within_the_tolerance_is_only_drawn_anew(layer):
    shifted = {"A": square(0, 0, 2.05), "B": square(2.05, 0, 1.95)}  # 0.05 of 97.5 m
    files = layer(BEFORE, "old.gpkg"), layer(shifted, "new.gpkg")
    assert report(*files, "--id-field", "code", "--tolerance-m", 5)[1]["summary"] == {"re-digitised": 2}
    assert report(*files, "--id-field", "code")[1]["summary"] == {"modified": 2}


def test_without_an_id_field_faces_are_matched_by_land(layer):
    status, _, err = run(layer(BEFORE, "old.gpkg"), layer(dict(reversed(BEFORE.items())), "new.gpkg"))
    assert status == 0
    assert "matched by the land" in err


def test_the_column_may_have_another_name_in_the_new_layer(layer, tmp_path):
    old, new = layer(BEFORE, "old.gpkg"), layer(BEFORE, "new.gpkg")
    gpd.read_file(new).rename(columns={"code": "grid"}).to_file(tmp_path / "other.gpkg")
    assert run(old, tmp_path / "other.gpkg", "--id-field", "code", "--new-id-field", "grid")[0] == 0


def test_a_layer_in_metres_is_compared_in_degrees(layer, tmp_path):
    old, new = layer(BEFORE, "old.gpkg"), tmp_path / "metric.gpkg"
    gpd.read_file(old).to_crs(4544).to_file(new)
    assert report(old, new, "--id-field", "code")[1]["summary"] == {"unchanged": 2}


def test_invalid_and_missing_polygons_are_said_and_do_no_harm(layer):
    bow_tie = shapely.Polygon([(105, 28), (105.001, 28.001), (105.001, 28), (105, 28.001)])
    broken = layer(BEFORE | {"C": bow_tie, "D": None}, "old.gpkg")
    status, _, err = run(broken, broken, "--id-field", "code")
    assert status == 0
    assert "1 was invalid and mended: C" in err and "1 was left out, for want of a polygon: D" in err


def test_layers_that_do_not_meet_bring_up_the_question_of_the_datum(layer):
    far = {name: shapely.transform(face, lambda xy: xy + 1) for name, face in BEFORE.items()}
    status, _, err = run(layer(BEFORE, "old.gpkg"), layer(far, "new.gpkg"), "--id-field", "code")
    assert status == 1
    assert "datum" in err


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--id-field", "name"], "unknown_column"),
        (["--id-field", "twice"], "duplicate_code"),
        (["--id-field", "empty"], "missing_code"),
        (["--households", "nowhere"], "unknown_column"),
        (["--households", "empty_word"], "bad_households"),
        (["--households", "minus"], "bad_households"),
        (["--tolerance-m", "0"], "bad_tolerance"),
        (["--out", "/nowhere/at/all.geojson"], "missing_folder"),
        (["--out", "/"], "not_writable"),
    ],
)
def test_unusable_input_is_refused_by_name(layer, options, code):
    columns = {"twice": ["A", "A"], "empty": ["A", None], "empty_word": ["many", "few"], "minus": [-1, 2]}
    old = layer(BEFORE, "old.gpkg", **columns)
    with pytest.raises(Refusal) as refused:
        run(old, old, *options)
    assert refused.value.code == code


def test_a_file_that_is_not_there_is_refused(layer):
    with pytest.raises(Refusal, match="There is no file"):
        run(layer(BEFORE, "old.gpkg"), "nowhere.gpkg")
