"""Benchmark `locate`: a million points in 50,000 faces."""

import geopandas as gpd
import numpy as np
import shapely

from api.bench.coverages import nested
from api.bench.timing import Ratio, Report, in_turns, seconds
from gis.errors import Refusal
from gis.lattice import from_lattice, to_lattice
from gis.locate import Locator

SIZE = {"columns": 250, "rows": 200, "count": 1_000_000}
AT_LEAST = 30
PEER_RUNS = 3  # geopandas.sjoin takes seconds
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
        Ratio(work, "one plain table look-up a point", *against_table),
    )
    remarks = (
        f"Same owner as geopandas.sjoin for all points; {border} on a border, where sjoin may name several, left aside.",
        f"Indexes on both sides are built beforehand; ours takes {build_s:.1f} s and {locator.nbytes / 1e6:.0f} MB.",
    )
    return Report("locate", ratios, remarks)


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
