"""Files longer than memory: points are read, located and written batch by batch, and nobody can tell from the answer."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from boundaries.imports import formats
from boundaries.imports.answers import answers, write_located
from boundaries.imports.points import open_points
from gis.errors import Refusal
from gis.locating.locate import Locator

REPOSITORY = Path(__file__).parents[2]
HALVES = Locator([shapely.box(105, 28, 106, 29), shapely.box(106, 28, 107, 29)], ["A", "B"])
COUNT = 41
SOURCES = ("in.csv", "gbk.csv", "plain.parquet", "geo.parquet", "in.geojson", "in.gpkg")
OUTPUTS = ("out.csv", "out.geojson", "out.parquet", "out.gpkg")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The same points in every format: inside, on the border, outside, and some nowhere."""
    folder = tmp_path_factory.mktemp("points")
    lon = np.random.default_rng(1).choice([105.5, 106, 106.25, 108.125], COUNT)
    table = pd.DataFrame({"no": [f"{i:03}" for i in range(COUNT)], "名称": "一,二\n三", "lon": lon, "lat": 28.5})
    table.loc[5::9, "lon"] = np.nan
    table.to_csv(folder / "in.csv", index=False)
    table.to_csv(folder / "gbk.csv", index=False, encoding="gb18030", sep=";")
    table.to_parquet(folder / "plain.parquet", row_group_size=7)
    points = shapely.points(table.lon, table.lat)
    points[table.lon.isna()] = None
    frame = gpd.GeoDataFrame(table[["no", "名称"]], geometry=points, crs=4490)
    frame.to_parquet(folder / "geo.parquet", row_group_size=7)
    frame.to_file(folder / "in.geojson")
    frame.to_file(folder / "in.gpkg")
    return folder


def located(stream):
    for points in stream:
        yield points, answers(HALVES.locate(points.lonlat[points.placed]), ["A", "B"], points.placed)


def locate(source, out, *, rows, datum="cgcs2000"):
    with open_points(source, datum=datum, rows=rows) as stream:
        write_located(located(stream), out)


def content(path):
    """Its bytes; of a GeoPackage, which holds the time of its making, all there is in its rows."""
    return gpd.read_file(path).to_json() if path.suffix == ".gpkg" else path.read_bytes()


@pytest.mark.parametrize("out", OUTPUTS)
@pytest.mark.parametrize("source", SOURCES)
@given(rows=st.integers(1, COUNT + 2))
@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_answer_does_not_depend_on_the_batches(folder, tmp_path, source, out, rows):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(formats, "ROW_GROUP", 16)
        for name, batch in (("one", COUNT + 1), ("many", rows)):
            locate(folder / source, tmp_path / f"{name}_{out}", rows=batch)
    assert content(tmp_path / f"many_{out}") == content(tmp_path / f"one_{out}")


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("datum", ["cgcs2000", "gcj02", "bd09"])
def test_every_row_of_every_format_arrives_in_its_order(folder, tmp_path, source, datum):
    locate(folder / source, tmp_path / "out.csv", rows=10, datum=datum)
    table = pd.read_csv(tmp_path / "out.csv", dtype=str)
    assert table["no"].tolist() == [f"{i:03}" for i in range(COUNT)]
    assert table["名称"].eq("一,二\n三").all()
    assert table["on_border"].isna().tolist() == [i % 9 == 5 for i in range(COUNT)]


def test_row_groups_of_parquet_have_one_size(folder, tmp_path, monkeypatch):
    monkeypatch.setattr(formats, "ROW_GROUP", 16)
    locate(folder / "in.csv", tmp_path / "out.parquet", rows=3)
    about = pq.ParquetFile(tmp_path / "out.parquet").metadata
    assert [about.row_group(i).num_rows for i in range(about.num_row_groups)] == [16, 16, 9]


FAULTS = {
    "not_a_number": [("1", "105", "28"), ("2", "105", "north"), ("3", "east", "28"), ("4", "inf", "28")],
    "not_finite": [("1", "105", "28"), ("2", "inf", "28"), ("3", "500", "28"), ("4", "105", "-inf")],
    "outside_lonlat": [("1", "105", "28"), ("2", "500", "28"), ("3", "", "28"), ("4", "105", "99")],
    "swapped_lonlat": [("1", "28", "105"), ("2", "", ""), ("3", "29", "85"), ("4", "28", "105")],
    "no_position": [("1", "", "28"), ("2", "nan", ""), ("3", "", ""), ("4", "", "28")],
}


@pytest.mark.parametrize("code", FAULTS)
def test_faults_are_counted_over_the_whole_file_whatever_the_batches(tmp_path, code):
    pd.DataFrame(FAULTS[code], columns=["no", "lon", "lat"]).to_csv(tmp_path / "in.csv", index=False)
    refusals = []
    for rows in (1, 2, 3, 100):
        with pytest.raises(Refusal) as refusal:
            locate(tmp_path / "in.csv", tmp_path / "out.csv", rows=rows)
        refusals.append((refusal.value.code, refusal.value.message, refusal.value.details))
    assert refusals[0][0] == code
    assert all(other == refusals[0] for other in refusals)
    assert [path.name for path in tmp_path.iterdir()] == ["in.csv"]


def test_a_file_that_ends_in_the_middle_is_refused_and_nothing_is_written(folder, tmp_path):
    whole = (folder / "in.geojson").read_text(encoding="utf-8")
    (tmp_path / "in.geojson").write_text(whole[: len(whole) * 2 // 3], encoding="utf-8")
    (tmp_path / "in.csv").write_text("no,lon,lat\n" + "1,105.5,28.5\n" * 200_000 + "2,105.5\n", encoding="utf-8")
    for name, code in (("in.geojson", "unreadable_file"), ("in.csv", "malformed_csv")):
        with pytest.raises(Refusal) as refusal:
            locate(tmp_path / name, tmp_path / "out.csv", rows=1000)
        assert refusal.value.code == code
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.csv", "in.geojson"]


@pytest.fixture
def interruptible():
    """What a shell starts in the background ignores the key, and so would the test."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize("out", OUTPUTS)
def test_an_interruption_leaves_the_older_file_and_nothing_else(folder, tmp_path, out, interruptible):
    (tmp_path / out).write_text("older", encoding="utf-8")

    def interrupted(stream):
        for number, batch in enumerate(located(stream)):
            if number == 2:
                signal.raise_signal(signal.SIGINT)
            yield batch

    with pytest.raises(KeyboardInterrupt), open_points(folder / "in.csv", datum="wgs84", rows=5) as stream:
        write_located(interrupted(stream), tmp_path / out)
    assert [path.name for path in tmp_path.iterdir()] == [out]
    assert (tmp_path / out).read_text(encoding="utf-8") == "older"


MEMORY = """
import sys
import typer
from api.cli.locate import locate
command = typer.Typer()
command.command()(locate)
command(sys.argv[1:], standalone_mode=False)
# not getrusage: what it tells of a child includes the parent's memory before the child's program was loaded
print(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1])
"""
FEW_ROWS, MANY_ROWS, TEXT = 100_000, 500_000, "x" * 250
ALLOWANCE_MB = 150  # read at once, the longer file takes 570 MB more as CSV, 300 as Parquet, 480 as GeoPackage


def peak_mb(folder, source, out):
    options = ["--layer", str(folder / "layer.geojson"), "--id-field", "code", "--datum", "wgs84"]
    command = [sys.executable, "-c", MEMORY, str(folder / source), "-o", str(folder / out), *options]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=REPOSITORY)
    return int(done.stdout.split()[-1]) / 1024


def write_long(path, count):
    if path.suffix == ".csv":
        path.write_text("text,lon,lat\n" + f"{TEXT},105.5,28.5\n" * count, encoding="utf-8")
    elif path.suffix == ".parquet":
        columns = {"text": [f"{i}{TEXT}" for i in range(count)], "lon": 105.5, "lat": 28.5}
        pd.DataFrame(columns).to_parquet(path, row_group_size=count, compression=None)
    else:
        points = gpd.points_from_xy(np.full(count, 105.5), np.full(count, 28.5))
        gpd.GeoDataFrame({"text": [TEXT] * count}, geometry=points, crs=4326).to_file(path)


@pytest.mark.parametrize(
    "suffix", ["csv", pytest.param("parquet", marks=pytest.mark.heavy), pytest.param("gpkg", marks=pytest.mark.heavy)]
)
def test_five_times_the_rows_take_no_more_memory(tmp_path, suffix):
    halves = {"type": "Feature", "properties": {"code": "A"}, "geometry": shapely.geometry.mapping(shapely.box(105, 28, 106, 29))}
    (tmp_path / "layer.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [halves]}), encoding="utf-8")
    peaks = []
    for count in (FEW_ROWS, MANY_ROWS):
        write_long(tmp_path / f"in.{suffix}", count)
        peaks.append(peak_mb(tmp_path, f"in.{suffix}", f"out.{suffix}"))
    assert peaks[1] - peaks[0] < ALLOWANCE_MB, peaks
