"""Benchmark `locate`: ten million points in 50,000 faces, and one; against geopandas, and against databases."""

import tempfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

from api.bench.coverages import nested
from api.bench.peers import PEERS, opened, owners
from api.bench.timing import Ratio, Report, in_turns, median_s, require_agreement, seconds
from gis import engine
from gis.lattice import from_lattice, to_lattice
from gis.locating.locate import Locator

SIZE = {"columns": 250, "rows": 200, "count": 10_000_000, "fewer": 1_000_000, "fewest": 200_000}
AT_LEAST = 80
AT_LEAST_DATABASES = 50
AT_MOST = 5  # times one plain look-up in a table; everything exact included
PEER_RUNS = 5
SINGLE = 200  # points asked one after the other
INSET_DEG = 0.001  # wider than the outer border is jagged, so every point has an owner


def run():
    """Compare the locator with ``geopandas.sjoin``, and with one look-up in a table of the same size."""
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
    joined, why_not = _databases(locator, layer.faces, lonlat[~locator.locate(lonlat).on_border])
    ratios = (
        Ratio(work, "geopandas.sjoin", *against_join, at_least=AT_LEAST),
        Ratio(work, "one plain table look-up a point", *against_table, at_most=AT_MOST),
        _one_by_one(locator, layer.faces, lonlat[:SINGLE]),
        *joined,
    )
    remarks = (
        f"Same owner as geopandas.sjoin for all points; {border} on a border, where sjoin may name several, left aside.",
        f"Indexes on both sides are built beforehand; ours takes {build_s:.1f} s and {locator.nbytes / 1e6:.0f} MB, "
        f"and {_load_s(locator) * 1e3:.1f} ms to open from a file.",
        "Loops are compiled; long work runs in two threads." if engine.warm() else "Loops run in NumPy.",
        "Databases are asked for fewer points, by ST_Covers, and give the same owners; points and faces are loaded beforehand.",
        *why_not,
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


def _databases(locator, faces, lonlat):
    """Ratios against the databases that are installed, and sentences about those that are not."""
    ratios, why_not = [], []
    for peer in PEERS:
        asked = lonlat[: SIZE[peer.size]]
        with opened(peer, faces, asked) as join:
            if isinstance(join, str):
                why_not.append(join)
                continue
            same = np.array_equal(owners(join(), len(asked)), locator.locate(asked).face)
            require_agreement(same, f"The locator and {peer.name} disagree")
            times = in_turns(lambda asked=asked: locator.locate(asked), join)
            work = f"locate {len(asked):,} points in {len(faces):,} faces"
            ratios.append(Ratio(work, peer.name, *times, at_least=AT_LEAST_DATABASES))
    return ratios, why_not


def _load_s(locator):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "index"
        locator.save(path)
        return median_s(lambda: Locator.load(path), runs=5)


def _points(faces, count):
    """Points on the lattice, so that both sides are asked the same."""
    west, south, east, north = shapely.total_bounds(faces)
    low, high = (west + INSET_DEG, south + INSET_DEG), (east - INSET_DEG, north - INSET_DEG)
    return from_lattice(to_lattice(np.random.default_rng(7).uniform(low, high, (count, 2))))


def _require_agreement(found, points, faces):
    joined = gpd.sjoin(points, faces)["index_right"]
    plain = ~found.on_border
    peer = joined[~joined.index.duplicated()].reindex(points.index, fill_value=-1).to_numpy()
    require_agreement((peer[plain] == found.face[plain]).all(), "The locator and geopandas.sjoin disagree")
    return int(found.on_border.sum())
