"""`wangge export`: a level on a date, in five formats, one digest; and importing the file again changes nothing."""

import sqlite3
import zipfile

import psycopg
import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from api.cli.main import application
from boundaries.exports.extract import ATTRIBUTES, LEVEL_OF_LAYER, digest
from boundaries.exports.files import WRITERS
from boundaries.imports.layers import read_layer
from gis.errors import Refusal
from tests.api import town

pytestmark = pytest.mark.database

ODD_NAMES = {
    town.WEST_GRID: "“甲”'乙' & <b>丙</b> \\ ]]> ;,|",
    town.MIDDLE_GRID: "\u202eRTL\u202c العربية 👨‍👩‍👧‍👦🏘️",
    town.EAST_GRID: "网格" * 50,
    town.NORTH_GRID: "👍" * 100,
    "51050200100100101": "2026-05-01",
    "51050200100100102": "007",
    "51050200100100201": "null",
    town.BARE_VILLAGE: '=HYPERLINK("x")\u00a0%s{}$',
    "510502001001": "é e\u0301 \U0002070e ﷽",
    "510503001001": "x" * 99 + "网",
}


@pytest.fixture(scope="module")
def odd_town(cluster, _template):
    """Address of the town's register, its units oddly named."""
    with psycopg.connect(cluster.url(owner=True, database="postgres"), autocommit=True) as connection:
        connection.execute("CREATE DATABASE odd_town TEMPLATE register_template")
    url = cluster.url(database="odd_town")
    engine = sa.create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(town, "NAMES", town.NAMES | ODD_NAMES)
        town.store(engine)
    engine.dispose()
    return url


@pytest.fixture
def wangge(monkeypatch, tmp_path_factory):
    """Run the command on a register."""
    monkeypatch.setenv("WANGGE_HOME", str(tmp_path_factory.mktemp("home")))
    monkeypatch.setenv("COLUMNS", "200")

    def run(url, *arguments):
        monkeypatch.setenv("DATABASE_URL", url)
        return CliRunner().invoke(application(), [str(argument) for argument in arguments])

    return run


@pytest.mark.parametrize("form", WRITERS)
@pytest.mark.parametrize("layer", LEVEL_OF_LAYER)
def test_importing_an_export_again_changes_nothing(wangge, odd_town, tmp_path, layer, form):
    out = tmp_path / f"out.{form}"
    told = wangge(odd_town, "export", "--layer", layer, "-o", out)
    assert told.exit_code == 0, told.output or told.exception
    again = wangge(odd_town, "import", out, "--level", LEVEL_OF_LAYER[layer], "--commit")
    assert again.exit_code == 0 and "nothing to change" in again.output, again.output or again.exception


@pytest.mark.parametrize("form", WRITERS)
def test_the_digest_can_be_worked_out_from_every_format(wangge, odd_town, tmp_path, form):
    out = tmp_path / f"out.{form}"
    told = wangge(odd_town, "export", "--layer", "grids", "-o", out)
    layer = read_layer(out)
    table = layer.attributes.rename(columns={"Name": "name"})
    assert digest(table, layer.geometries) in told.output
    assert digest(table, layer.geometries) == said(out)


def said(out):
    """The digest that a file states."""
    if out.suffix == ".gpkg":
        query = "SELECT metadata FROM gpkg_metadata JOIN gpkg_metadata_reference ON md_file_id = id WHERE table_name IS NOT NULL"
        text = sqlite3.connect(out).execute(query).fetchone()[0]
    elif out.suffix == ".zip":
        with zipfile.ZipFile(out) as archive:
            text = archive.read("metadata.txt").decode()
    elif out.suffix == ".parquet":
        text = pq.read_schema(out).metadata[b"wangge:digest"].decode()
    else:
        text = out.read_text(encoding="utf-8")
    return "sha256:" + text.split("sha256:")[1][:64]


def test_an_export_states_its_date_its_source_and_one_digest_in_every_format(wangge, odd_town, tmp_path):
    digests = set()
    for form in WRITERS:
        out = tmp_path / f"out.{form}"
        assert wangge(odd_town, "export", "--layer", "micro-grids", "--at", "2025-01-01", "-o", out).exit_code == 0
        digests.add(said(out))
        text = contents(out)
        assert "2025-01-01T23:59:59.999999+08:00" in text and "5105 泸州市" in text, form
    assert len(digests) == 1


def contents(out):
    """All that a file says of itself."""
    if out.suffix == ".gpkg":
        return " ".join(row[0] for row in sqlite3.connect(out).execute("SELECT metadata FROM gpkg_metadata"))
    if out.suffix == ".zip":
        with zipfile.ZipFile(out) as archive:
            return archive.read("metadata.txt").decode()
    if out.suffix == ".parquet":
        return " ".join(value.decode() for value in pq.read_schema(out).metadata.values())
    return out.read_text(encoding="utf-8")


def test_each_date_has_the_map_that_was_in_force_then(wangge, odd_town, tmp_path):
    digests, borders = [], []
    for day in ("2025-06-30", "2025-07-01", "2025-07-02"):
        out = tmp_path / f"{day}.geojson"
        assert wangge(odd_town, "export", "--layer", "grids", "--at", day, "-o", out).exit_code == 0
        digests.append(said(out))
        borders.append(read_layer(out).geometries[0].bounds[2])
    assert digests[0] != digests[1] == digests[2] and borders[0] < borders[1] == borders[2]


def test_within_takes_what_lies_below_one_unit(wangge, odd_town, tmp_path):
    out = tmp_path / "out.geojson"
    assert wangge(odd_town, "export", "--layer", "grids", "--within", "510502", "-o", out).exit_code == 0
    assert [parent[:6] for parent in read_layer(out).attributes["parent"]] == ["510502"] * 2


def test_a_zipped_shapefile_says_its_encoding_and_its_crs_and_cuts_no_name_of_a_column(wangge, odd_town, tmp_path):
    out = tmp_path / "out.shp.zip"
    wangge(odd_town, "export", "--layer", "grids", "-o", out)
    with zipfile.ZipFile(out) as archive:
        assert archive.read("grids.cpg") == b"UTF-8"
        assert b"China_2000" in archive.read("grids.prj")
    assert set(ATTRIBUTES) <= set(read_layer(out).attributes.columns)
    assert max(map(len, ATTRIBUTES)) <= 10


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--layer", "streets", "-o", "a.gpkg"), "unknown_layer"),
        (("--layer", "grids", "-o", "a.xyz"), "unknown_format"),
        (("--layer", "grids", "-o", "a.zip"), "unknown_format"),
        (("--layer", "grids", "-o", "nowhere/a.gpkg"), "missing_folder"),
        (("--layer", "grids", "--at", "1999-01-01", "-o", "a.gpkg"), "nothing_at_instant"),
        (("--layer", "grids", "--within", "510502001002", "-o", "a.gpkg"), "nothing_at_instant"),
        (("--layer", "grids", "--within", "510502001001001", "-o", "a.gpkg"), "wrong_level"),
        (("--layer", "grids", "--within", "zz", "-o", "a.gpkg"), "bad_code"),
    ],
)
def test_what_cannot_be_exported_is_refused_and_nothing_is_left(wangge, odd_town, tmp_path, monkeypatch, arguments, code):
    monkeypatch.chdir(tmp_path)
    told = wangge(odd_town, "export", *arguments)
    assert isinstance(told.exception, Refusal) and told.exception.code == code
    assert list(tmp_path.iterdir()) == []
