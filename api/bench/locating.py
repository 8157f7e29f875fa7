"""Benchmark `locate`: ten million points in 50,000 faces, and one."""

import tempfile
from importlib.util import find_spec
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

from api.bench.coverages import nested
from api.bench.timing import Ratio, Report, in_turns, median_s, seconds
from gis import engine
from gis.errors import Refusal
from gis.lattice import from_lattice, to_lattice
from gis.locating.locate import Locator

SIZE = {"columns": 250, "rows": 200, "count": 10_000_000}
AT_LEAST = 80
AT_MOST = 5  # times one plain look-up in a table; everything exact included
PEER_RUNS = 5
SINGLE = 200  # points asked one after the other
OTHERS = {"duckdb": "DuckDB spatial", "sedonadb": "SedonaDB"}
INSET_DEG = 0.001  # wider than the outer border is jagged, so every point has an owner


def run():
    """Compare the locator with ``geopandas.sjoin``, and with one look-up in a table of the same size.

    Returns
    -------
    api.bench.timing.Report

    Raises
    ------
    Refusal
        ``peers_disagree``.
    """
    count = SIZE["count"]
    engine.warm()
    layer = nested(SIZE["columns"], SIZE["rows"])
    lonlat = _points(layer.faces, count)
    locators = []
    build_s = seconds(lambda: locators.append(Locator(layer.faces, layer.codes)))
    locator = locators[0]
    faces, points = (
        gpd.GeoSeries(layer.faces).to_frame("geometry"),
        gpd.GeoSeries.from_xy(*lonlat.T).to_frame("geometry"),
    )
    border = _require_agreement(locator.locate(lonlat), points, faces)
    table, cell = locator.table_of_cells(lonlat)
    work = f"locate {count:,} points in {len(layer.faces):,} faces"
    against_join = in_turns(lambda: locator.locate(lonlat), lambda: gpd.sjoin(points, faces), peer_runs=PEER_RUNS)
    against_table = in_turns(lambda: locator.locate(lonlat), lambda: table.take(cell), runs=7)
    ratios = (
        Ratio(work, "geopandas.sjoin", *against_join, at_least=AT_LEAST),
        Ratio(work, "one plain table look-up a point", *against_table, at_most=AT_MOST),
        _one_by_one(locator, layer.faces, lonlat[:SINGLE]),
    )
    remarks = (
        f"Same owner as geopandas.sjoin for all points; {border} on a border, where sjoin may name several, left aside.",
        f"Indexes on both sides are built beforehand; ours takes {build_s:.1f} s and {locator.nbytes / 1e6:.0f} MB, "
        f"and {_load_s(locator) * 1e3:.1f} ms to open from a file.",
        "Loops are compiled; long work runs in two threads." if engine.warm() else "Loops run in NumPy.",
        *(f"{name} is not measured: {_why_not(module)}." for module, name in OTHERS.items()),
    )
    return Report("locate", ratios, remarks)


def _one_by_one(locator, faces, lonlat):
    """As a server is asked: one point at a time, against the index of shapely."""
    tree, points = shapely.STRtree(faces), shapely.points(lonlat)
    times = in_turns(
        lambda: [locator.locate(lonlat[i : i + 1]) for i in range(len(lonlat))],
        lambda: [tree.query(point, predicate="intersects") for point in points],
    )
    return Ratio(f"locate {len(lonlat)} points, one at a time", "shapely.STRtree.query", *times)


def _load_s(locator):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "index"
        locator.save(path)
        return median_s(lambda: Locator.load(path), runs=5)


def _why_not(module):
    if find_spec(module) is None:
        return "it is not installed"
    return "its spatial join needs an extension from a host of its own" if module == "duckdb" else "no join is written"


def _points(faces, count):
    """Points on the lattice, so that both sides are asked the same."""
    west, south, east, north = shapely.total_bounds(faces)
    low, high = (west + INSET_DEG, south + INSET_DEG), (east - INSET_DEG, north - INSET_DEG)
    return from_lattice(to_lattice(np.random.default_rng(7).uniform(low, high, (count, 2))))


def _require_agreement(found, points, faces):
    joined = gpd.sjoin(points, faces)["index_right"]
    plain = ~found.on_border
    peer = joined[~joined.index.duplicated()].reindex(points.index, fill_value=-1).to_numpy()
    if not (peer[plain] == found.face[plain]).all():
        raise Refusal("peers_disagree", "The locator and geopandas.sjoin disagree: no time is worth telling.")
    return int(found.on_border.sum())
