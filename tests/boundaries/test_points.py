"""Points files in and out: every row and column kept, every fault named in a sentence."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from boundaries.imports.answers import Answers, answers, renamed, write_located
from boundaries.imports.formats import WRITERS
from boundaries.imports.output import require_place
from boundaries.imports.points import read_points
from gis.datum import from_wgs84
from gis.errors import Refusal
from gis.locating.locate import Locator

HALVES = [shapely.box(105, 28, 106, 29), shapely.box(106, 28, 107, 29)]
ROWS = [("007", "江阳区,一号", 105.5, 28.5), ("008", 'the "second"', 106.0, 28.5), ("009", "two\nlines", 108.0, 28.5)]


def write_csv(path, *, encoding="utf-8", separator=",", names=("no", "名称", "lon", "lat"), rows=ROWS):
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=separator).writerows([names, *rows])
    return path


def as_frame(crs="EPSG:4326"):
    no, name, lon, lat = zip(*ROWS, strict=True)
    return gpd.GeoDataFrame({"no": no, "名称": name}, geometry=gpd.points_from_xy(lon, lat), crs=crs)


def code_of(action, *args, **options):
    with pytest.raises(Refusal) as refusal:
        action(*args, **options)
    assert refusal.value.message.endswith("."), "a refusal is a sentence"
    return refusal.value.code


def located(points):
    return answers(Locator(HALVES, ["A", "B"]).locate(points.lonlat[points.placed]), ["A", "B"], points.placed)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_csv_is_read_in_any_usual_encoding_and_its_text_is_kept_to_the_letter(tmp_path, encoding, separator):
    points = read_points(write_csv(tmp_path / "in.csv", encoding=encoding, separator=separator), datum="cgcs2000")
    assert points.columns.column_names == ["no", "名称", "lon", "lat"]
    assert points.columns["no"].to_pylist() == ["007", "008", "009"]
    assert points.columns["名称"].to_pylist() == [row[1] for row in ROWS]
    assert points.lonlat.tolist() == [[105.5, 28.5], [106.0, 28.5], [108.0, 28.5]]


def test_geometry_files_and_plain_parquet_give_the_same_points(tmp_path):
    as_frame().to_file(tmp_path / "in.geojson")
    as_frame().to_file(tmp_path / "in.gpkg")
    as_frame().to_parquet(tmp_path / "geo.parquet")
    pq.write_table(
        pa.table(dict(zip(("no", "名称", "lon", "lat"), zip(*ROWS, strict=True), strict=True))), tmp_path / "plain.parquet"
    )
    read = [read_points(tmp_path / name) for name in ("in.geojson", "in.gpkg", "geo.parquet")]
    read.append(read_points(tmp_path / "plain.parquet", datum="wgs84"))
    for points in read:
        assert points.columns["名称"].to_pylist() == [row[1] for row in ROWS]
        assert points.lonlat.tolist() == [[105.5, 28.5], [106.0, 28.5], [108.0, 28.5]]
    assert [points.has_geometry for points in read] == [True, True, True, False]


def test_a_projected_file_is_brought_to_degrees(tmp_path):
    as_frame().to_crs(32648).to_file(tmp_path / "in.gpkg")
    assert read_points(tmp_path / "in.gpkg").lonlat == pytest.approx(np.array([row[2:] for row in ROWS]), abs=1e-8)


@pytest.mark.parametrize("datum", ["gcj02", "bd09"])
def test_the_shift_of_a_declared_datum_is_undone(tmp_path, datum):
    true = np.array([row[2:] for row in ROWS])
    rows = [(*row[:2], *shifted) for row, shifted in zip(ROWS, from_wgs84(true, datum).tolist(), strict=True)]
    points = read_points(write_csv(tmp_path / "in.csv", rows=rows), datum=datum)
    assert points.lonlat == pytest.approx(true, abs=1e-8)
    assert points.declared.tolist() == [list(row[2:]) for row in rows]


def test_a_datum_overrides_the_tag_of_a_file_of_longitudes_and_latitudes(tmp_path):
    as_frame().to_file(tmp_path / "in.geojson")
    shifted = read_points(tmp_path / "in.geojson", datum="gcj02").lonlat
    assert 0.0005 < np.abs(shifted - [row[2:] for row in ROWS]).max() < 0.01


@pytest.mark.parametrize("names", [("x", "n", "Longitude", "LAT"), ("x", "n", "经度", "纬度"), ("x", "n", " lng ", "latitude")])
def test_columns_of_the_usual_names_are_found(tmp_path, names):
    assert len(read_points(write_csv(tmp_path / "in.csv", names=names), datum="wgs84")) == 3


def test_columns_can_be_named(tmp_path):
    path = write_csv(tmp_path / "in.csv", names=("lon", "lat", "东", "北"))
    assert read_points(path, lon="东", lat="北", datum="wgs84").lonlat[0].tolist() == [105.5, 28.5]


@pytest.mark.parametrize("blank", ["", "  ", "NaN", "null"])
def test_a_row_without_a_position_stays_and_has_none(tmp_path, blank):
    points = read_points(write_csv(tmp_path / "in.csv", rows=[*ROWS, ("010", "", blank, "28.5")]), datum="wgs84")
    assert points.placed.tolist() == [True, True, True, False]
    assert np.isnan(points.lonlat[3]).all()


def test_a_null_or_empty_geometry_is_a_row_without_a_position(tmp_path):
    frame = as_frame()
    frame.loc[1, "geometry"] = None
    frame.loc[2, "geometry"] = shapely.Point()
    frame.to_parquet(tmp_path / "in.parquet")
    assert read_points(tmp_path / "in.parquet").placed.tolist() == [True, False, False]


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([], "empty_file"),
        ([("1", "", "", "")], "no_position"),
        ([("1", "", "105.5", "28.5"), ("2", "", "east", "28.5")], "not_a_number"),
        ([("1", "", "inf", "28.5")], "not_finite"),
        ([("1", "", "28.5", "105.5")], "swapped_lonlat"),
        ([("1", "", "28.5", "105.5"), ("2", "", "500", "3")], "outside_lonlat"),
        ([("1", "", "35500000", "3200000")], "outside_lonlat"),
        ([("1", "", "105.5")], "malformed_csv"),
    ],
)
def test_numbers_that_are_no_positions_are_refused(tmp_path, rows, code):
    assert code_of(read_points, write_csv(tmp_path / "in.csv", rows=rows), datum="wgs84") == code


def test_a_refusal_of_a_row_names_it(tmp_path):
    path = write_csv(tmp_path / "in.csv", rows=[*ROWS, ("4", "", "105,5", "28.5")])
    with pytest.raises(Refusal, match=r"Row 4 has '105,5' in column lon, which is no number\."):
        read_points(path, datum="wgs84")


def test_plain_columns_must_declare_their_datum(tmp_path):
    path = write_csv(tmp_path / "in.csv")
    with pytest.raises(Refusal, match="add --datum wgs84, cgcs2000, gcj02"):
        read_points(path)
    assert code_of(read_points, path) == "undeclared_datum"
    assert code_of(read_points, path, datum="wgs48") == "unknown_datum"


def test_a_geometry_without_a_crs_must_declare_its_datum(tmp_path):
    as_frame(crs=None).to_parquet(tmp_path / "in.parquet")
    assert code_of(read_points, tmp_path / "in.parquet") == "undeclared_datum"
    assert read_points(tmp_path / "in.parquet", datum="wgs84").lonlat[0].tolist() == [105.5, 28.5]


def test_metres_cannot_be_in_a_shifted_datum(tmp_path):
    as_frame().to_crs(32648).to_parquet(tmp_path / "in.parquet")
    assert code_of(read_points, tmp_path / "in.parquet", datum="gcj02") == "datum_contradicts_crs"


def test_a_missing_column_is_refused_with_those_there_are(tmp_path):
    path = write_csv(tmp_path / "in.csv", names=("no", "name", "east", "north"))
    with pytest.raises(Refusal, match="no, name, east, north"):
        read_points(path, datum="wgs84")
    assert code_of(read_points, path, lon="x", lat="north", datum="wgs84") == "unknown_column"


def test_two_columns_that_may_be_the_longitude_are_not_chosen_between(tmp_path):
    path = write_csv(tmp_path / "in.csv", names=("lng", "name", "lon", "lat"))
    assert code_of(read_points, path, datum="wgs84") == "ambiguous_column"


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("none.csv", None, "missing_file"),
        ("in.xls", b"\xd0\xcf\x11\xe0", "unknown_format"),
        ("in.xlsx", b"PK", "unreadable_file"),
        ("in.csv", b"", "empty_file"),
        ("in.csv", b"lon,lat\n\xff\xff\xff,1\n", "unknown_encoding"),
        ("in.parquet", b"no parquet", "unreadable_file"),
        ("in.geojson", b"{", "unreadable_file"),
        ("in.gpkg", b"no database", "unreadable_file"),
        ("in.geojson", b'{"type": "FeatureCollection", "features": []}', "empty_file"),
    ],
)
def test_files_that_hold_no_points_are_refused(tmp_path, name, content, code):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    assert code_of(read_points, tmp_path / name, datum="wgs84") == code


def test_polygons_are_no_points(tmp_path):
    gpd.GeoDataFrame(geometry=HALVES, crs=4326).to_file(tmp_path / "in.gpkg")
    assert code_of(read_points, tmp_path / "in.gpkg") == "not_a_point"


def test_a_geopackage_of_two_layers_is_not_chosen_from(tmp_path):
    for layer in ("one", "two"):
        as_frame().to_file(tmp_path / "in.gpkg", layer=layer)
    assert code_of(read_points, tmp_path / "in.gpkg") == "ambiguous_layer"


def test_a_csv_is_written_with_its_rows_as_they_were_and_four_columns_more(tmp_path):
    points = read_points(write_csv(tmp_path / "in.csv", rows=[*ROWS, ("010", "", "", "")]), datum="cgcs2000")
    write_located([(points, located(points))], tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        table = list(csv.reader(file))
    assert table == [
        ["no", "名称", "lon", "lat", "grid", "on_border", "also", "distance_m"],
        ["007", "江阳区,一号", "105.5", "28.5", "A", "false", "", "0"],
        ["008", 'the "second"', "106.0", "28.5", "A", "true", "B", "0"],
        ["009", "two\nlines", "108.0", "28.5", "", "false", "", "97903.831"],
        ["010", "", "", "", "", "", "", ""],
    ]


@pytest.mark.parametrize("name", ["out.geojson", "out.parquet", "out.gpkg"])
@pytest.mark.parametrize("source", ["in.csv", "in.gpkg"])
def test_every_format_says_the_same(tmp_path, name, source):
    as_frame().to_file(tmp_path / "in.gpkg") if source == "in.gpkg" else write_csv(tmp_path / "in.csv")
    points = read_points(tmp_path / source, datum="cgcs2000")
    write_located([(points, located(points))], tmp_path / name)
    plain_parquet = (name, source) == ("out.parquet", "in.csv")
    reader = pd.read_parquet if plain_parquet else gpd.read_parquet if name == "out.parquet" else gpd.read_file
    table = reader(tmp_path / name)
    assert table["no"].tolist() == ["007", "008", "009"]
    assert table["grid"].fillna("").tolist() == ["A", "A", ""]
    assert table["on_border"].tolist() == [False, True, False]
    assert table["distance_m"].tolist() == pytest.approx([0, 0, 97903.831])
    assert [list(codes) if not isinstance(codes, str) else [*filter(None, codes.split(";"))] for codes in table["also"]] == [
        [],
        ["B"],
        [],
    ]
    if not plain_parquet:
        assert shapely.get_coordinates(table.geometry.values).tolist() == points.lonlat.tolist()
        assert table.crs.is_geographic


def test_geojson_keeps_numbers_dates_and_rows_without_a_position(tmp_path):
    frame = as_frame()
    frame["when"] = pd.to_datetime(["2024-01-01", None, "2024-01-03"])
    frame["size"] = [1.5, None, 3.0]
    frame.loc[1, "geometry"] = None
    frame.to_parquet(tmp_path / "in.parquet")
    points = read_points(tmp_path / "in.parquet")
    write_located([(points, located(points))], tmp_path / "out.geojson")
    features = json.loads((tmp_path / "out.geojson").read_text(encoding="utf-8"))["features"]
    assert [feature["geometry"] is None for feature in features] == [False, True, False]
    assert [feature["properties"]["size"] for feature in features] == [1.5, None, 3.0]
    assert features[0]["properties"]["when"].startswith("2024-01-01")
    assert features[1]["properties"]["grid"] is None


def test_a_csv_of_a_geometry_file_gets_its_positions_as_columns(tmp_path):
    as_frame().to_file(tmp_path / "in.gpkg")
    points = read_points(tmp_path / "in.gpkg")
    write_located([(points, located(points))], tmp_path / "out.csv")
    assert pd.read_csv(tmp_path / "out.csv")[["lon", "lat"]].to_numpy().tolist() == points.lonlat.tolist()


def test_a_file_of_nothing_but_positions_is_located(tmp_path):
    gpd.GeoDataFrame(geometry=as_frame().geometry).to_parquet(tmp_path / "in.parquet")
    points = read_points(tmp_path / "in.parquet")
    for name in ("out.csv", "out.geojson", "out.gpkg", "out.parquet"):
        write_located([(points, located(points))], tmp_path / name)
    assert (tmp_path / "out.csv").read_text(encoding="utf-8").splitlines()[:2] == [
        "lon,lat,grid,on_border,also,distance_m",
        "105.5,28.5,A,false,,0",
    ]
    assert [len(gpd.read_file(tmp_path / name)) for name in ("out.geojson", "out.gpkg")] == [3, 3]
    assert len(gpd.read_parquet(tmp_path / "out.parquet")) == 3


def test_an_answer_can_be_located_again_and_the_older_answer_keeps_another_name(tmp_path):
    points = read_points(write_csv(tmp_path / "in.csv"), datum="wgs84")
    write_located([(points, located(points))], tmp_path / "once.csv")
    again = read_points(tmp_path / "once.csv", datum="wgs84")
    write_located([(again, located(again))], tmp_path / "twice.csv")
    table = pd.read_csv(tmp_path / "twice.csv", dtype=str)
    assert table["grid"].equals(table["grid_input"])
    assert renamed(["GRID", "grid_input"]) == {"GRID": "GRID_input_2"}


@pytest.mark.parametrize("column", ["fid", "geom", "FID"])
def test_a_geopackage_can_have_columns_called_like_its_own(tmp_path, column):
    points = read_points(write_csv(tmp_path / "in.csv", names=(column, "名称", "lon", "lat")), datum="wgs84")
    write_located([(points, located(points))], tmp_path / "out.gpkg")
    assert gpd.read_file(tmp_path / "out.gpkg")[column].tolist() == ["007", "008", "009"]


def test_a_code_that_stands_for_several_faces_is_named_once():
    square = shapely.box(105, 28, 106, 29)
    found = Locator([square, square, square], ["A", "B", "B"]).locate([[105.5, 28.5]])
    assert answers(found, ["A", "B", "B"], np.array([True])).also == [["B"]]
    assert answers(found, ["A", "A", "A"], np.array([True])).also == [[]]


@pytest.mark.parametrize(
    ("out", "code"), [("out.xlsx", "unknown_format"), ("none/out.csv", "missing_folder"), ("in.csv", "same_file")]
)
def test_a_place_that_cannot_be_written_is_refused_beforehand(tmp_path, out, code):
    source = write_csv(tmp_path / "in.csv")
    assert code_of(require_place, tmp_path / out, "-o", suffixes=WRITERS, source=source) == code


FULL_DISK = """
import os, resource, sys
from pathlib import Path
import numpy as np, pyarrow as pa
from boundaries.imports.answers import Answers, write_located
from boundaries.imports.points import Points
from gis.crs import Frame
from gis.errors import Refusal

count, lonlat = 20_000, np.tile([105.5, 28.5], (20_000, 1))
points = Points(pa.table({"text": [os.urandom(32).hex() for _ in range(count)]}), lonlat, lonlat, Frame(4490), True)
found = Answers(["A"] * count, [False] * count, [[]] * count, np.zeros(count))
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
try:
    write_located([(points, found)], Path(sys.argv[1]))
except Refusal as refusal:
    print(refusal.code)
"""


@pytest.mark.parametrize("name", ["out.csv", "out.geojson", "out.parquet", "out.gpkg"])
def test_a_full_disk_leaves_the_older_file_and_nothing_else(tmp_path, name):
    (tmp_path / name).write_text("older", encoding="utf-8")
    script = [sys.executable, "-c", FULL_DISK, str(tmp_path / name)]
    run = subprocess.run(script, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2])
    assert run.stdout.strip() in ("disk_full", "not_written")
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_text(encoding="utf-8") == "older"


texts = st.text(st.characters(codec="utf-8", exclude_characters="\0\r", exclude_categories=("Cs",)), max_size=12)


@given(st.lists(st.tuples(texts, st.floats(-180, 180), st.floats(-90, 90)), min_size=1, max_size=8))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_csv_comes_back_with_its_rows_unchanged(tmp_path, rows):
    path = write_csv(tmp_path / "in.csv", names=("text", "lon", "lat"), rows=rows)
    points = read_points(path, datum="wgs84")
    count = len(rows)
    write_located([(points, Answers(["A"] * count, [False] * count, [[]] * count, np.zeros(count)))], tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        back = list(csv.reader(file))[1:]
    assert [row[:3] for row in back] == [[text, str(lon), str(lat)] for text, lon, lat in rows]
    assert points.lonlat.tolist() == [[lon, lat] for _, lon, lat in rows]
