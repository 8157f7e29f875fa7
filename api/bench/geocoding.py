"""Benchmark `geocode`: addresses among 200,000 entries of a gazetteer, against a scan that weighs every name."""

import time

import numpy as np
import psycopg
import shapely
import sqlalchemy as sa

from api.bench.clusters import private_register
from api.bench.timing import Ratio, Report, in_turns, require_agreement
from boundaries.clock import now
from boundaries.store.connecting import engine_for
from boundaries.store.snapshots import Snapshots
from gis.lattice import from_lattice
from incidents.gazetteer.normal import normal
from incidents.gazetteer.rows import Row
from incidents.store.gazetteer import bring_in
from incidents.store.geocoding import geocode

SIZE = {"places": 80_000, "roads": 2_000, "doors": 118_000, "asked": 200}
AT_LEAST = 10
SEED = 7
WORDS = "江阳忠山前进和平建设人民滨江龙马纳溪合江古蔺叙永大山坪云锦翠竹锦绣康宁春晖向阳临江和顺安居世纪佳乐长江沱江"
ENDS = ("小区", "花园", "广场", "药店", "超市", "学校", "医院", "大厦", "公寓", "市场")
PEER = "every name by similarity(), without an index"
SCAN = sa.text("""
    SELECT entry.name FROM gazetteer_name AS found JOIN gazetteer_entry AS entry ON entry.id = found.entry_id
    WHERE entry.lifespan @> now() ORDER BY similarity(found.normal, :name) DESC, entry.id LIMIT 10""")


def run():
    """Compare whole addresses, parsed, matched, weighed and located, with one scan of the names for each.

    Returns
    -------
    api.bench.timing.Report

    Raises
    ------
    Refusal
        ``peers_disagree``.
    """
    with private_register() as cluster:
        return _measured(cluster)


def _measured(cluster):
    rows, brought_s = _rows(np.random.default_rng(SEED)), _filled(cluster)
    engine = engine_for(cluster.url(), pool_size=1)
    snapshot = Snapshots(engine).at(now())
    places, doors = rows[: SIZE["places"]], rows[-SIZE["doors"] :]
    names, addresses = _some(places), _some(doors)
    slips = [name[:1] + "啊" + name[2:] for name in names]
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:

        def ask(text):
            return geocode(connection, snapshot, text, at=now()).candidates

        def scan(text):
            return connection.execute(SCAN, {"name": normal(text)}).all()

        same = all(ask(text)[0].entry.name == scan(text)[0].name == text for text in names[:5])
        require_agreement(same, "The gazetteer and the scan disagree")
        times = in_turns(lambda: [ask(text) for text in names[:5]], lambda: [scan(text) for text in names[:5]], peer_runs=3)
        told = {what: _percentiles_ms(ask, texts) for what, texts in (("names", names), ("doors", addresses), ("slips", slips))}
        found = sum(any(each.entry.name == name for each in ask(slip)) for name, slip in zip(names, slips, strict=True))
    engine.dispose()
    work = f"find 5 places among {len(rows):,} entries"
    remarks = (
        *(
            f"{len(names)} {what}: median {median:.1f} ms, 95th percentile {high:.1f} ms."
            for what, (median, high) in told.items()
        ),
        f"With one wrong letter each, {found} of {len(names)} names are still among the candidates.",
        f"Bringing all entries in took {brought_s:.1f} s.",
    )
    return Report("geocode", (Ratio(work, PEER, *times, at_least=AT_LEAST),), remarks)


def _some(rows):
    """Names of as many as are asked for, from all over the rows."""
    return [row.name for row in rows[:: len(rows) // SIZE["asked"]]][: SIZE["asked"]]


def _filled(cluster):
    engine = engine_for(cluster.url(), pool_size=1)
    rows, begun = _rows(np.random.default_rng(SEED)), time.perf_counter()
    with engine.begin() as connection:
        bring_in(connection, "bench", rows, is_generated=True)
    taken_s = time.perf_counter() - begun
    engine.dispose()
    with psycopg.connect(cluster.url(owner=True), autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
    return taken_s


def _percentiles_ms(ask, texts):
    taken = []
    for text in texts:
        begun = time.perf_counter()
        ask(text)
        taken.append(time.perf_counter() - begun)
    return np.percentile(taken, (50, 95)) * 1000


def _rows(random):
    """Places, roads, then doors; no two names are the same."""
    names = _names(random, SIZE["places"] + SIZE["roads"])
    places = [_row("poi", name + ENDS[place % len(ENDS)], random) for place, name in enumerate(names[: SIZE["places"]])]
    roads = [_row("road", f"{name}路", random) for name in names[SIZE["places"] :]]
    each = SIZE["doors"] // SIZE["roads"]
    doors = [_door(road, number, random) for road in roads for number in range(1, each + 1)]
    return [*places, *roads, *doors]


def _names(random, count):
    letters = np.array(list(dict.fromkeys(WORDS)))
    names = {}
    while len(names) < count:
        drawn = letters[random.integers(0, len(letters), (count, 4))]
        names |= dict.fromkeys("".join(row[: 2 + place % 3]) for place, row in enumerate(drawn))
    return list(names)[:count]


def _row(kind, name, random):
    key = normal(name)
    return Row(kind, name, key if kind == "road" else "", None, "", ((key, name, False),), _point(random))


def _door(road, number, random):
    return Row("door", f"{road.name}{number}号", road.road, number, "", (), _point(random))


def _point(random):
    return shapely.Point(*from_lattice([random.integers((1_053_000_000, 286_000_000), (1_056_000_000, 290_000_000))])[0])
