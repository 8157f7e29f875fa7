"""Benchmark `heat`: incidents counted for a map out of memory, against the GROUP BY in the database that it stands for."""

from datetime import UTC, datetime, timedelta

import psycopg
import sqlalchemy as sa
from rich.console import Console

from api.bench.clusters import private_register
from api.bench.timing import Ratio, Report, in_turns, median_s, require_agreement, seconds
from api.cli.demo import fill
from boundaries.store import reading
from boundaries.store.connecting import engine_for
from boundaries.store.snapshots import Snapshots
from boundaries.store.units import units_of_level
from gis import engine as loops
from incidents.store.filters import Filter
from incidents.store.heat import Heat
from incidents.store.rollups import BYTES_OF_INCIDENT, Rollups
from incidents.store.writing import load
from incidents.synthetic import generate

INCIDENTS = 10_000_000
BLOCK = 500_000
YEAR = timedelta(days=365)
RUNS, PEER_RUNS = 9, 3
AT_LEAST = 50
MOST_S = 0.1
PEER = "GROUP BY in PostgreSQL"
# A share of the width of the city's divided land, and the zoom at which a screen shows so much of it.
VIEWS = (("all of the land", 1.0, 12), ("a quarter of its width", 0.25, 14), ("a fiftieth of its width", 0.02, 17))
SPANS = (("a year", timedelta(0), YEAR), ("100 days and 7 hours", timedelta(days=100, hours=5), timedelta(days=200, hours=12)))
SHORT = ("a week", timedelta(days=300), timedelta(days=307))


def run(size=None):
    """Measure on a private cluster without fsync, with the county of the demo.

    Parameters
    ----------
    size : int, optional
        How many incidents; ten million where it is not said.

    Returns
    -------
    api.bench.timing.Report

    Raises
    ------
    Refusal
        ``peers_disagree``.
    """
    with private_register() as cluster:
        return _measured(cluster, size or INCIDENTS)


def _measured(cluster, size):
    engine = engine_for(cluster.url())
    begin = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - YEAR
    filling_s = seconds(lambda: _fill(engine, size, begin))
    with psycopg.connect(cluster.url(owner=True), autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE incident")
    loops.warm()
    held = Rollups(engine, limit_mb=4 * (size * BYTES_OF_INCIDENT >> 20) + 64)
    loading_s = seconds(held.load)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        home = reading.home(connection, datetime.now(UTC))
        ratios = tuple(_ratios(connection, held, home, begin, size))
        remarks = _remarks(connection, held, ratios, filling_s, loading_s, size)
    engine.dispose()
    return Report("heat", ratios, remarks)


def _fill(engine, size, begin):
    fill(engine, scale="county", seed=2024, console=Console(quiet=True))
    with engine.connect() as connection:
        homes = units_of_level(connection, "micro_grid", at=begin + YEAR)
        there = connection.execute(sa.text("SELECT count(*) FROM incident")).scalar_one()
    snapshot = Snapshots(engine).at(begin + YEAR)
    # Every block is a stretch of time: the serials of a county's day hold 99,999.
    blocks = [(first, min(BLOCK, size - first)) for first in range(there, size, BLOCK)]
    for number, (_, count) in enumerate(blocks):
        since, until = (begin + YEAR * share / len(blocks) for share in (number, number + 1))
        reports = generate(homes, count=count, seed=number + 1, start=since, end=until)
        with engine.begin() as connection:
            load(connection, reports, snapshot)


def _ratios(connection, held, home, begin, size):
    cases = [(view, span, Filter()) for view in VIEWS for span in (*SPANS, SHORT)]
    cases += [(VIEWS[0], SPANS[0], Filter(matter="0406")), (VIEWS[0], SPANS[0], Filter(state="closed"))]
    cases += [(VIEWS[0], SPANS[1], Filter(family="hazard"))]
    for (place, share, zoom), (span, since, until), of in cases:
        wanted = Filter(since=begin + since, until=begin + until, matter=of.matter, family=of.family, state=of.state)
        box = _middle(home, share)
        only = next((f", {name} {getattr(of, name)}" for name in ("matter", "family", "state") if getattr(of, name)), "")
        yield _ratio(connection, held, (box, zoom, wanted), f"{place}, {span}{only}, of {size:,} incidents")


def _ratio(connection, held, asked, work):
    def ours():
        return Heat(connection, held.view()).bins(*asked)

    def peer():
        return Heat(connection).bins(*asked)

    require_agreement((ours().cells == peer().cells).all(), f"Counts of {work} differ")
    times = in_turns(ours, peer, runs=RUNS, peer_runs=PEER_RUNS)
    return Ratio(f"{work}: {ours().total:,} counted", PEER, *times, at_least=AT_LEAST)


def _middle(home, share):
    east, north = (home.west + home.east) / 2, (home.south + home.north) / 2
    wide, high = (home.east - home.west) * share / 2, (home.north - home.south) * share / 2
    return east - wide, north - high, east + wide, north + high


def _remarks(connection, held, ratios, filling_s, loading_s, size):
    """What else was measured."""
    slowest_s = max(ratio.ours_s for ratio in ratios)
    grids_s = median_s(lambda: Heat(connection, held.view()).grids(Filter()), runs=5)
    first = held.view()
    instants = [datetime.now(UTC) - YEAR + timedelta(days=day) for day in range(366)]
    series_s = median_s(lambda: Heat(connection, held.view()).moments(None, instants, Filter()), runs=5)
    kept = "under" if slowest_s < MOST_S else "OVER"
    return (
        f"The slowest of these takes {slowest_s * 1e3:.1f} ms, {kept} {MOST_S * 1e3:.0f} ms.",
        f"By grid {grids_s * 1e3:.1f} ms, a series of days {series_s * 1e3:.1f} ms, without a comparison.",
        f"{size:,} incidents in {len(first.grids):,} grids: {filling_s:.0f} s to make and store, {loading_s:.1f} s to read in.",
        "Each answer of ours begins with the database saying what was written since the one before.",
    )
