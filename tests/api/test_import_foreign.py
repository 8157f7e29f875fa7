"""`wangge import` of what offices really send: other columns, other encodings, faulty borders, no codes, bad intent."""

import json
import re
import zipfile

import geopandas
import numpy as np
import pytest
import shapely
import sqlalchemy as sa
from typer.testing import CliRunner

from api.cli.main import application
from boundaries.imports import archives, layers
from boundaries.store.proof import broken_instants
from gis.datum import from_wgs84
from gis.errors import Refusal

pytestmark = pytest.mark.database

VILLAGE, NEXT_VILLAGE = "510502001001", "510502001002"
WEST, EAST = shapely.box(105, 28, 105.01, 28.01), shapely.box(105.01, 28, 105.02, 28.01)
WHOLE = shapely.box(105, 28, 105.02, 28.01)
ON_NEXT_DAY = ("--effective-on", "2099-01-02")


@pytest.fixture
def wangge(database_url, monkeypatch, tmp_path):
    """Run the command on an empty register."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("WANGGE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "160")

    def run(*arguments):
        return CliRunner().invoke(application(), [str(argument) for argument in arguments])

    return run


@pytest.fixture
def done(wangge):
    """Run the command, which has to do it; what it says."""

    def run(*arguments):
        told = wangge(*arguments)
        assert told.exit_code == 0, told.output or told.exception
        return " ".join(told.output.split())

    return run


@pytest.fixture
def refused(wangge):
    """Run the command, which has to refuse; the code."""

    def run(*arguments):
        told = wangge(*arguments)
        assert isinstance(told.exception, Refusal), told.output or told.exception
        return told.exception.code

    return run


def write(path, *shapes, crs=4490, **columns):
    geopandas.GeoDataFrame(columns, geometry=list(shapes), crs=crs).to_file(path)
    return path


def zipped(path, *, without=()):
    out = path.with_suffix(".zip")
    with zipfile.ZipFile(out, "w") as archive:
        for part in path.parent.glob(f"{path.stem}.*"):
            if part.suffix not in (".zip", *without):
                archive.write(part, part.name)
    return out


def value(engine, query):
    with engine.connect() as connection:
        return connection.execute(sa.text(query)).scalar()


def is_proven(engine):
    with engine.connect() as connection:
        return broken_instants(connection) == []


class TestColumns:
    def test_the_columns_are_remembered_and_the_next_layer_with_them_needs_no_options(self, done, register, tmp_path):
        columns = {"BM": [VILLAGE + "001", VILLAGE + "002"], "MC": ["甲", "乙"], "户数": [300, 400]}
        layer = write(tmp_path / "a.gpkg", WEST, EAST, **columns)
        fields = ("--id-field", "BM", "--name-field", "MC", "--households-field", "户数")
        assert "remembered" in done("import", layer, "--level", "grid", *fields, "--commit", "--effective-on", "2026-01-01")
        told = done("import", write(tmp_path / "b.gpkg", WEST, EAST, **columns | {"MC": ["甲", "丙"]}), "--level", "grid")
        assert "Columns as remembered: code: BM, name: MC, households: 户数." in told and "changed" in told
        assert value(register, "SELECT sum(households) FROM unit_version WHERE level = 'grid'") == 700

    def test_a_dry_run_remembers_nothing(self, done, refused, tmp_path):
        layer = write(tmp_path / "a.gpkg", WEST, EAST, BM=[VILLAGE + "001", VILLAGE + "002"])
        done("import", layer, "--level", "grid", "--id-field", "BM")
        assert refused("import", layer, "--level", "grid") == "unknown_column"

    def test_a_damaged_memory_is_as_good_as_none(self, refused, tmp_path):
        (tmp_path / "home").mkdir()
        (tmp_path / "home" / "import-mappings.json").write_text("{not json")
        layer = write(tmp_path / "a.gpkg", WEST, EAST, BM=[VILLAGE + "001", VILLAGE + "002"])
        assert refused("import", layer, "--level", "grid") == "unknown_column"

    def test_a_layer_without_names_leaves_the_names_as_they_are(self, done, register, tmp_path):
        codes = [VILLAGE + "001", VILLAGE + "002"]
        done("import", write(tmp_path / "a.gpkg", WEST, EAST, code=codes, name=["甲", "乙"]), "--level", "grid", "--commit")
        assert "nothing to change" in done("import", write(tmp_path / "b.gpkg", WEST, EAST, code=codes), "--level", "grid")


class TestFormats:
    @pytest.mark.parametrize("cpg", [True, False])
    def test_a_shapefile_in_gbk_without_prj_is_read_where_its_datum_is_declared(self, done, register, tmp_path, cpg):
        shifted = shapely.transform([WEST, EAST], lambda lonlat: from_wgs84(lonlat, "gcj02"))
        frame = geopandas.GeoDataFrame(
            {"编码": [VILLAGE + "001", VILLAGE + "002"], "名称": ["大山坪", "小山坪"]}, geometry=shifted
        )
        frame.to_file(tmp_path / "网格.shp", encoding="GBK")
        layer = zipped(tmp_path / "网格.shp", without=(".prj",) if cpg else (".prj", ".cpg"))
        fields = ("--id-field", "编码", "--name-field", "名称", "--datum", "gcj02")
        done("import", layer, "--level", "grid", *fields, "--commit")
        assert value(register, "SELECT min(name) FROM unit_version WHERE level = 'grid'") == "大山坪"
        assert value(register, "SELECT ST_XMin(geom) FROM unit_version WHERE code LIKE '%001001001'") == pytest.approx(105)

    def test_a_kml_whose_codes_stand_in_its_extended_data_is_read(self, done, register, tmp_path):
        (tmp_path / "a.kml").write_text(KML, encoding="utf-8")
        done("import", tmp_path / "a.kml", "--level", "grid", "--commit")
        assert value(register, "SELECT name FROM unit_version WHERE level = 'grid'") == "甲 & <b>乙</b>"


KML = f"""<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark>
<name>甲 &amp; &lt;b&gt;乙&lt;/b&gt;</name><ExtendedData><Data name="code"><value>{VILLAGE}001</value></Data></ExtendedData>
<Polygon><outerBoundaryIs><LinearRing><coordinates>105,28 105.01,28 105.01,28.01 105,28.01 105,28</coordinates></LinearRing>
</outerBoundaryIs></Polygon></Placemark></Document></kml>"""


# 28.01 +---------+---------+      The border of the grids ends within the villages' common edge, and on a slant beside
#       |   001  /   002    |      the western one there is a crack: the first has to become a node of both villages, of
# 28.00 +-------X-----------+      the grids in the southern one and of nothing else, the second has to be filled.
#       |    next village   |
# 27.99 +-------------------+
class TestConforming:
    @pytest.fixture
    def villages(self, done, tmp_path):
        south = shapely.box(105, 27.99, 105.02, 28)
        shapes = write(tmp_path / "villages.gpkg", WHOLE, south, code=[VILLAGE, NEXT_VILLAGE])
        done("import", shapes, "--level", "village", "--commit", "--effective-on", "2026-01-01")
        grids = write(tmp_path / "south.gpkg", south, code=[NEXT_VILLAGE + "001"])
        done("import", grids, "--level", "grid", "--commit", "--effective-on", "2099-01-01")

    def faulty(self, path, **columns):
        west = shapely.Polygon([(105, 28), (105.0093333, 28), (105.0103333, 28.01), (105, 28.01)])
        east = shapely.Polygon([(105.0093338, 28), (105.02, 28), (105.02, 28.01), (105.0103333, 28.01)])
        return write(path, west, east, **columns or {"code": [VILLAGE + "001", VILLAGE + "002"]})

    def test_a_faulty_layer_is_mended_and_every_level_gets_the_nodes(self, wangge, done, register, villages, tmp_path):
        layer = self.faulty(tmp_path / "faulty.gpkg")
        assert wangge("import", layer, "--level", "grid", "--commit", *ON_NEXT_DAY).exit_code == 1
        told = done("import", layer, "--level", "grid", "--conform", "--commit", *ON_NEXT_DAY)
        assert "What conforming did" in told and "given a node" in told
        assert is_proven(register)
        query = "SELECT count(DISTINCT code) FROM unit_version WHERE upper_inf(lifespan) AND ST_NPoints(geom) > 6"
        assert value(register, query.replace("> 6", "> 5")) >= 3  # both villages and the southern grid
        assert value(register, "SELECT count(*) FROM unit_version WHERE level = 'grid' AND upper_inf(lifespan)") == 3
        done("export", "--layer", "grids", "--at", "2099-01-02", "-o", tmp_path / "grids.gpkg")
        assert "nothing to change" in done("import", tmp_path / "grids.gpkg", "--level", "grid", *ON_NEXT_DAY)

    def test_what_needs_a_person_is_shown_and_nothing_is_written(self, wangge, register, villages, tmp_path):
        half = write(tmp_path / "half.gpkg", WEST, code=[VILLAGE + "001"])
        told = wangge("import", half, "--level", "grid", "--conform", "--commit", *ON_NEXT_DAY)
        assert told.exit_code == 1 and "need a person" in told.output
        assert value(register, "SELECT count(*) FROM unit_version WHERE level = 'grid'") == 1

    def test_grids_without_codes_get_them_from_west_to_east(self, done, refused, register, villages, tmp_path):
        layer = self.faulty(tmp_path / "new.gpkg", 村码=[VILLAGE] * 2, name=["西", "东"], kind=["comprehensive", "exclusive"])
        done("import", layer, "--level", "grid", "--number-within", "村码", "--conform", "--commit", *ON_NEXT_DAY)
        rows = "SELECT string_agg(right(code, 3) || name, ' ' ORDER BY code) FROM unit_version WHERE level = 'grid' AND code LIKE"
        assert value(register, f"{rows} '{VILLAGE}%'") == "001西 801东" and is_proven(register)
        assert refused("import", layer, "--level", "grid", *ON_NEXT_DAY) == "divided_already"  # the column is remembered

    def test_the_lineage_says_which_grid_gives_how_much_to_which(self, done, register, villages, tmp_path):
        codes = [VILLAGE + "001", VILLAGE + "002"]
        first = write(tmp_path / "a.gpkg", WEST, EAST, code=codes, households=[300, 400])
        done("import", first, "--level", "grid", "--conform", "--commit", *ON_NEXT_DAY)
        moved = write(
            tmp_path / "b.gpkg", shapely.box(105, 28, 105.015, 28.01), shapely.box(105.015, 28, 105.02, 28.01), code=codes
        )
        told = done("import", moved, "--level", "grid", "--conform", "--commit", "--effective-on", "2099-01-03")
        assert "Lineage: 2 modified" in told
        assert re.search(rf"{VILLAGE}002 │ {VILLAGE}001 │ 544,99\d │ 200", told)


class TestTexts:
    def layer(self, path, name):
        feature = {
            "type": "Feature",
            "properties": {"code": VILLAGE + "001", "name": name},
            "geometry": json.loads(shapely.to_geojson(WEST)),
        }
        path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
        return path

    @pytest.mark.parametrize("name", ["<script>alert(1)</script>", "🏘️ 甲", "a'); DROP TABLE unit; --", "%s {0} $1", "2026-05-01"])
    def test_odd_names_are_stored_as_they_are(self, done, register, tmp_path, name):
        done("import", self.layer(tmp_path / "a.geojson", name), "--level", "grid", "--commit")
        assert value(register, "SELECT name FROM unit_version WHERE level = 'grid'") == name

    @pytest.mark.parametrize("name", ["a\nb", "\u202egrid", "甲" * 101, "x" * 10_000, "  "])
    def test_names_that_cannot_be_read_are_refused(self, refused, register, tmp_path, name):
        assert refused("import", self.layer(tmp_path / "a.geojson", name), "--level", "grid", "--commit") == "bad_name"
        assert value(register, "SELECT count(*) FROM unit_version") == 0

    def test_a_name_with_a_nul_is_refused(self, refused, tmp_path):
        frame = geopandas.GeoDataFrame({"code": [VILLAGE + "001"], "name": ["a\0b"]}, geometry=[WEST], crs=4490)
        frame.to_parquet(tmp_path / "a.parquet")
        assert refused("import", tmp_path / "a.parquet", "--level", "grid", "--commit") == "bad_name"

    def test_a_kind_of_10_000_characters_is_refused(self, refused, tmp_path):
        layer = write(tmp_path / "a.gpkg", WEST, code=[VILLAGE + "001"], kind=["x" * 10_000])
        assert refused("import", layer, "--level", "grid", "--commit") == "bad_kind"


class TestArchives:
    def test_an_archive_that_unpacks_to_too_much_is_refused_by_what_it_declares(self, refused, tmp_path, monkeypatch):
        monkeypatch.setattr(archives, "FREE_BYTES", 1 << 20)
        with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("a.geojson", b" " * (4 << 20))
        assert refused("import", tmp_path / "a.zip", "--level", "grid") == "archive_too_large"

    def test_an_archive_that_declares_too_little_is_refused(self, refused, tmp_path):
        path = zipped(write(tmp_path / "a.shp", WEST, code=[VILLAGE + "001"]))
        whole = path.read_bytes()
        size = (tmp_path / "a.dbf").stat().st_size.to_bytes(4, "little")
        assert whole.count(size * 2) >= 2  # packed and unpacked, in the head and in the directory
        path.write_bytes(whole.replace(size * 2, size + (1).to_bytes(4, "little")))
        assert refused("import", path, "--level", "grid") == "unreadable_layer"

    def test_an_archive_of_many_files_is_refused(self, refused, tmp_path):
        with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
            for number in range(archives.MOST_MEMBERS + 1):
                archive.writestr(f"{number}.txt", "")
        assert refused("import", tmp_path / "a.zip", "--level", "grid") == "archive_too_large"

    def test_an_archive_cut_off_is_refused(self, refused, tmp_path):
        path = zipped(write(tmp_path / "a.shp", WEST, code=[VILLAGE + "001"]))
        path.write_bytes(path.read_bytes()[:-40])
        assert refused("import", path, "--level", "grid") == "unreadable_layer"


def circle(vertices):
    angles = np.linspace(0, 2 * np.pi, vertices)
    return shapely.Polygon(np.column_stack([105 + np.cos(angles) / 10, 28 + np.sin(angles) / 10]))


def test_a_polygon_of_too_many_vertices_is_refused(refused, tmp_path, monkeypatch):
    monkeypatch.setattr(layers, "MOST_VERTICES", 1000)
    layer = write(tmp_path / "a.gpkg", WEST, circle(2000), code=[VILLAGE + "001", VILLAGE + "002"])
    assert refused("import", layer, "--level", "grid") == "too_many_vertices"


@pytest.mark.heavy
def test_a_polygon_of_five_million_vertices_is_refused(refused, tmp_path):
    layer = write(tmp_path / "a.gpkg", circle(5_000_000), code=[VILLAGE + "001"])
    assert refused("import", layer, "--level", "grid") == "too_many_vertices"
