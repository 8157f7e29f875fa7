"""Benchmark `register`: what the guard costs, and that it costs the same in a large city as in a small one."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count

import numpy as np
import psycopg
import shapely
import sqlalchemy as sa

from api.bench.clusters import private_cluster
from api.bench.coverages import nested
from api.bench.timing import Ratio, Report, in_turns, median_s, require_agreement, seconds
from boundaries.clock import CITY_ZONE, start_of_day
from boundaries.store.connecting import engine_for
from boundaries.store.migrate import migrate
from boundaries.store.proof import broken_instants
from boundaries.store.reading import units
from boundaries.store.writing import begin_versions, end_versions, open_change_set
from boundaries.units import concatenate, units_from
from gis.dissolve import dissolve
from gis.editing.coverage import coverage_of
from gis.editing.merge import shared_edges
from gis.editing.vertices import move_vertex
from gis.lattice import from_lattice

SIZE = {"small": (50, 20), "large": (250, 200), "moves": 1000, "planners": 8, "each": 20}
BLOCK = 5  # grids of 5 by 5 micro-grids, villages of 5 by 5 grids or what is left of them
RUNS = 15
TOWN = "510502001"
AT_MOST_GUARDED, AT_MOST_LARGE, AT_MOST_DATED = 3, 1.5, 2


def run():
    """Measure on a private cluster without fsync, so that the disk does not hide the guard.

    Returns
    -------
    api.bench.timing.Report

    Raises
    ------
    Refusal
        ``peers_disagree``.
    """
    with private_cluster() as cluster:
        return _measured(cluster)


def _measured(cluster):
    small, large = (_filled(cluster, name, *SIZE[name]) for name in ("small", "large"))
    faces = SIZE["large"][0] * SIZE["large"][1]
    with small.mover() as near, large.mover() as far, large.mover(guarded=False) as free:
        guarded = in_turns(far, free, runs=RUNS)
        growing = in_turns(far, near, runs=RUNS)
    dated, moves_s = _dated(large)
    work = f"move a border of two grids among {faces:,} micro-grids"
    ratios = (
        Ratio(work, "the same write without the guard", *guarded, at_most=AT_MOST_GUARDED),
        Ratio(work, f"the same among {SIZE['small'][0] * SIZE['small'][1]:,}", *growing, at_most=AT_MOST_LARGE),
        Ratio("read all grids of a town as of a date amid changes", "reading the current ones", *dated, at_most=AT_MOST_DATED),
        _planners(large),
    )
    proof_s = _proof_s(large)
    remarks = (
        f"The whole register proven at every instant of {SIZE['moves']:,} change sets: {proof_s:.2f} s "
        f"({moves_s:.1f} s to write them).",
        "PostgreSQL ran without fsync, so that waiting for the disk does not hide what the guard costs.",
    )
    return Report("register", ratios, remarks)


@dataclass(frozen=True, slots=True)
class _Register:
    """A filled register, and pairs of grids with their micro-grids as they are and with one vertex of their border moved."""

    url: str
    owner_url: str
    moves: tuple  # of (Units as they are, Units moved)
    minutes: count

    @contextmanager
    def mover(self, *, guarded=True, pair=0):
        """A function that moves one border there and back, a minute later each time."""
        engine = engine_for(self.url if guarded else self.owner_url, pool_size=1)
        turns = count()
        if not guarded:
            sa.event.listen(engine, "connect", _without_triggers)
        try:
            yield lambda: self.move(engine, pair, next(turns))
        finally:
            engine.dispose()

    def move(self, engine, pair, turn):
        moved = self.moves[pair][1 - turn % 2]
        day = _tomorrow() + timedelta(minutes=next(self.minutes))
        with engine.begin() as connection:
            end_versions(connection, moved.code, end=day)
            begin_versions(connection, moved, begin=day, source="synthetic", change_set_id=1)


def _tomorrow():
    """From then on a border moves every minute: what has begun, the register does not let anyone change."""
    return start_of_day(datetime.now(CITY_ZONE).date()) + timedelta(days=1)


def _without_triggers(connection, _):
    connection.execute("SET session_replication_role = replica")
    connection.commit()


def _filled(cluster, name, columns, rows):
    with psycopg.connect(cluster.url(owner=True, database="postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE bench_{name}")
    urls = cluster.url(database=f"bench_{name}"), cluster.url(owner=True, database=f"bench_{name}")
    owner = engine_for(urls[1])
    migrate(owner)
    tree = _tree(columns, rows)
    begin = start_of_day(datetime.now(CITY_ZONE).date())
    with owner.begin() as connection:
        open_change_set(connection, title="benchmark", reason="other", effective_on=begin.date())
        begin_versions(connection, tree, begin=begin, source="synthetic", change_set_id=1)
    with psycopg.connect(urls[1], autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
    owner.dispose()
    return _Register(*urls, _moves(tree), count())


def _tree(columns, rows):
    """City, county, town, villages, grids and micro-grids."""
    layer = nested(columns, rows, block=BLOCK)
    across, up = np.divmod(np.arange(len(layer.parents)), rows // BLOCK)
    village = across // BLOCK * -(-(rows // BLOCK) // BLOCK) + up // BLOCK
    villages = [f"{TOWN}{1 + each:03}" for each in village]
    grids = [
        f"{above}{1 + across % BLOCK * BLOCK + up % BLOCK:03}" for above, across, up in zip(villages, across, up, strict=True)
    ]
    place = np.arange(len(layer.faces))
    inside = place // rows % BLOCK * BLOCK + place % rows % BLOCK
    micro = [f"{grids[parent]}{1 + inner:02}" for parent, inner in zip(layer.parent_of, inside, strict=True)]
    shapes, codes = dissolve(layer.parents, villages)
    whole = shapely.coverage_union_all(shapes)
    above = [TOWN[:4], TOWN[:6], TOWN]
    return concatenate(
        [
            units_from(code=above, name=above, geometry=[whole] * 3, divided=True),
            units_from(code=codes.tolist(), name=codes.tolist(), geometry=shapes, divided=True),
            units_from(code=grids, name=grids, kind=["comprehensive"] * len(grids), geometry=layer.parents, divided=True),
            units_from(code=micro, name=micro, kind=["micro"] * len(micro), geometry=layer.faces, divided=False),
        ]
    )


def _moves(tree):
    """One border in each of some villages, which no move of another village touches."""
    position = {code: row for row, code in enumerate(tree.code)}
    villages = [code for code in tree.code if len(code) == 12][: SIZE["planners"]]
    return tuple(_moved(tree, position, village) for village in villages)


def _moved(tree, position, village):
    grids = [position[code] for code in (f"{village}001", f"{village}002")]
    inner = [row for row, code in enumerate(tree.code) if len(code) == 17 and code[:15] in tree.code[grids]]
    border = sorted(shared_edges(*tree.geometry[grids]))
    leaves = coverage_of(tree.code[inner].tolist(), tree.geometry[inner])
    for start in border:
        at = from_lattice([start[:2]])[0]
        beside = [row for row in inner if shapely.touches(tree.geometry[row], shapely.Point(at))]
        if len(beside) == 2:  # a bend, not a node
            edit = move_vertex(leaves, at.tolist(), to=(at + 1e-7).tolist())
            break
    changed = [position[code] for code in edit.change.after.ids.tolist()]
    before = tree.take(np.array(grids + changed))
    united = [
        shapely.coverage_union_all([_new(edit, tree, row) for row in inner if tree.code[row][:15] == tree.code[grid]])
        for grid in grids
    ]
    shapes = np.empty(len(before), dtype=object)
    shapes[:] = united + [edit.change.after.face(tree.code[row]) for row in changed]
    after = units_from(
        code=before.code,
        name=before.name,
        kind=before.kind,
        geometry=shapes,
        divided=before.divided,
        households=before.households,
    )
    return before, after


def _new(edit, tree, row):
    return edit.coverage.face(tree.code[row])


def _dated(register):
    """Reading the grids of the town as of an instant in the midst of many changes, and now."""
    with register.mover() as move:
        moves_s = seconds(lambda: [move() for _ in range(SIZE["moves"])])
    engine = engine_for(register.url, pool_size=1)
    midst = _tomorrow() + timedelta(minutes=SIZE["moves"] // 2)

    def read(at):
        with engine.connect() as connection:
            return units(connection, ("grid",), at, parent=TOWN, limit=1_000_000)

    times = in_turns(lambda: read(midst), lambda: read(datetime.now(CITY_ZONE)))
    engine.dispose()
    return times, moves_s


def _planners(register):
    """The same number of moves by many at once, each in a village of its own, and by one alone."""
    people, each = SIZE["planners"], SIZE["each"]

    def work(pair):
        with register.mover(pair=pair) as move:
            for _ in range(each):
                move()

    def together():
        with ThreadPoolExecutor(people) as pool:
            list(pool.map(work, range(people)))

    def alone():
        for pair in range(people):
            work(pair)

    times = in_turns(together, alone, runs=3)
    return Ratio(f"{people} planners at once, {each} moves each", "one planner making them all", *times)


def _proof_s(register):
    engine = engine_for(register.url, pool_size=1)
    with engine.connect() as connection:
        require_agreement(broken_instants(connection) == [], "The register is broken")
        proof_s = median_s(lambda: broken_instants(connection), runs=3)
    engine.dispose()
    return proof_s
