"""Writers that race for the same faces never leave a broken map, at any isolation level, though no lock is taken.

    village, 6 by 1:  | 1 | 2 | 3 | 4 | 5 | 6 |

A writer picks two neighbours and either moves their common border on both (legal), or on one alone, or drops one, or
doubles one (illegal). Every change takes effect some days from now; some fall on the same instant.
"""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np
import psycopg
import pytest
import shapely
import sqlalchemy as sa

from boundaries.clock import start_of_day
from boundaries.store.proof import broken_instants
from boundaries.store.writing import begin_versions, open_change_set
from boundaries.units import units_from
from gis.lattice import from_lattice, to_lattice
from gis.tiling import prove

pytestmark = pytest.mark.database

VILLAGE = "510502001001"
FACES = 6
NEXT_VERSION = """
    INSERT INTO unit_version (code, name, kind, geom, lifespan, source, change_set_id)
    VALUES (%s, 'x', 'comprehensive', ST_SetSRID(ST_GeomFromWKB(%s), 4490), tstzrange(%s, NULL), 'synthetic', 1)"""
END = "UPDATE unit_version SET lifespan = tstzrange(lower(lifespan), %s) WHERE code = %s AND upper_inf(lifespan)"
LIVING = "SELECT ST_AsBinary(geom), lower(lifespan) FROM unit_version WHERE code = %s AND upper_inf(lifespan)"


def strip():
    """Faces that share borders with a vertex in the middle, which can move."""
    xs = 105 + np.arange(FACES + 1) / 1000
    shapes = []
    for west, east in pairwise(xs):
        ring = [(west, 28), (east, 28), (east, 28.0005), (east, 28.001), (west, 28.001), (west, 28.0005)]
        shapes.append(shapely.Polygon(from_lattice(to_lattice(ring))))
    return shapes


@pytest.fixture
def village(register):
    shapes = strip()
    whole = shapely.coverage_union_all(shapes)
    tree = ["5105", "510502", "510502001", VILLAGE]
    codes = [*tree, *(f"{VILLAGE}{k + 1:03d}" for k in range(FACES))]
    kinds = [None] * 4 + ["comprehensive"] * FACES
    units = units_from(code=codes, name=codes, kind=kinds, geometry=[whole] * 4 + shapes, divided=[True] * 4 + [False] * FACES)
    day = datetime(2026, 1, 1, tzinfo=UTC).date()
    with register.begin() as connection:
        open_change_set(connection, title="race", reason="other", effective_on=day)
        begin_versions(connection, units, begin=start_of_day(day), source="synthetic", change_set_id=1)
    return register


def moved(shape, x, to):
    """The face with the middle vertex of its border at `x` somewhere else."""
    ring = shapely.get_coordinates(shape)
    middle = (to_lattice(ring)[:, 1] == 280005000) & (np.abs(ring[:, 0] - x) < 0.0003)
    ring[middle, 0] = to
    return shapely.to_wkb(shapely.multipolygons([shapely.Polygon(from_lattice(to_lattice(ring)))]))


def change(connection, rng, serial):
    """One attempt; what kind it was. No two attempts move a border to the same place: that would be legal on one face."""
    west = rng.randrange(1, FACES)
    codes = [f"{VILLAGE}{west:03d}", f"{VILLAGE}{west + 1:03d}"]
    with connection.transaction():
        rows = [connection.execute(LIVING, [code]).fetchone() for code in codes]
        border = 105 + west / 1000
        at = max(row[1] for row in rows) + timedelta(days=rng.choice((1, 1, 2)))
        at = max(at, datetime.now(UTC).replace(microsecond=0) + timedelta(days=1))
        to = border + rng.choice((-1, 1)) * (1 + serial) * 1e-7
        kind = rng.choice(("both", "both", "one", "drop", "double"))
        faces = {"both": (0, 1), "one": (0,), "drop": (0, 1), "double": (0, 1)}[kind]
        for face in faces:
            connection.execute(END, [at, codes[face]])
        for face in faces if kind != "drop" else faces[:1]:
            shape = rows[0 if kind == "double" else face][0]
            connection.execute(NEXT_VERSION, [codes[face], moved(shapely.from_wkb(shape), border, to), at])
    return kind


def race(url, isolation, seed, *, writers, rounds):
    rng, done = random.Random(seed), []
    with psycopg.connect(url, autocommit=True) as connection:
        connection.isolation_level = isolation
        for attempt in range(rounds):
            try:
                done.append(change(connection, rng, attempt * writers + seed))
            except (psycopg.IntegrityError, psycopg.OperationalError, psycopg.DataError):
                continue  # refused, or told to try again: deadlock, serialization
    return done


ISOLATION = pytest.mark.parametrize("isolation", list(psycopg.IsolationLevel)[1:], ids=lambda level: level.name)


@ISOLATION
def test_racing_writers_never_leave_a_broken_map(village, database_url, isolation):
    assert_raced(village, database_url, isolation, writers=6, rounds=40)


@pytest.mark.heavy
@ISOLATION
def test_thousands_of_racing_changes_never_leave_a_broken_map(village, database_url, isolation):
    assert_raced(village, database_url, isolation, writers=8, rounds=300)  # 2,400 places are as far as `moved` reaches


def assert_raced(village, url, isolation, *, writers, rounds):
    with ThreadPoolExecutor(writers) as pool:
        races = pool.map(lambda k: race(url, isolation, k, writers=writers, rounds=rounds), range(writers))
        stored = [kind for done in races for kind in done]
    assert set(stored) <= {"both"} and len(stored) > writers
    with village.connect() as connection:
        assert broken_instants(connection) == []
        for instant in connection.execute(sa.text("SELECT DISTINCT lower(lifespan) FROM unit_version")).scalars():
            assert_tiled(connection, instant)


def assert_tiled(connection, instant):
    """The same from the geometries themselves, without the stored signatures."""
    query = sa.text("SELECT level::text, ST_AsBinary(geom) FROM unit_version WHERE lifespan @> :at AND length(code) >= 12")
    rows = connection.execute(query, {"at": instant}).all()
    faces = [shapely.from_wkb(bytes(wkb)) for level, wkb in rows if level == "grid"]
    parents = [shapely.from_wkb(bytes(wkb)) for level, wkb in rows if level == "village"]
    assert prove(faces, [0] * len(faces), parents).ok and len(faces) == FACES
