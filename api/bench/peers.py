"""Databases that join points with the faces that cover them, for the benchmark `locate`; each where it is installed.

DuckDB, its spatial extension and SedonaDB are an optional group of dependencies (``peers``); PostGIS runs on a private
cluster that is thrown away. Every peer holds points and faces as geometries, and PostGIS its index, before it is timed.
"""

import tempfile
from collections.abc import Callable
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import psycopg
import pyarrow as pa
import shapely

from boundaries.store.cluster import Cluster
from gis.errors import Refusal

JOIN = "SELECT point, face FROM points JOIN faces ON ST_Covers(shape, place)"
FACES = "SELECT face, ST_GeomFromWKB(wkb) AS shape FROM given_faces"
POINTS = "SELECT point, ST_Point(x, y) AS place FROM given_points"
THREADS = 2
COPY_HEADER, COPY_TRAILER = 19, 2  # bytes of PostgreSQL's binary format around the rows
COPY_ROW = np.dtype([("fields", ">i2"), ("n1", ">i4"), ("point", ">i4"), ("n2", ">i4"), ("face", ">i4")])
POSTGIS_TABLES = """
    CREATE EXTENSION postgis;
    CREATE TABLE faces (face int, shape geometry);
    CREATE TABLE points (point int, place geometry);
"""
POSTGIS_INDEX = "CREATE INDEX ON faces USING gist (shape); CREATE INDEX ON points USING gist (place); ANALYZE"


@dataclass(frozen=True, slots=True)
class Peer:
    """A database and how to ask it.

    Attributes
    ----------
    name : str
    size : {"fewer", "fewest"}
        How many points it is asked for, as the benchmark's sizes are called: a slow one gets fewer.
    modules : tuple of str
        Modules without which it is not installed.
    opened : callable
        With faces and positions it gives a context, and this the function to time: pairs of point and face.
    """

    name: str
    size: str
    modules: tuple
    opened: Callable

    def missing(self):
        """The modules that are not installed."""
        return [module for module in self.modules if find_spec(module) is None]


def owners(pairs, count):
    """The face of each point out of the pairs of a join.

    Parameters
    ----------
    pairs : tuple of ndarray of int, shapes (m,)
        Points and faces.
    count : int
        Points that were asked for.

    Returns
    -------
    ndarray of int64, shape (count,) or None
        None if some point is in several faces; -1 where it is in none.

    Examples
    --------
    >>> owners((np.array([1, 0]), np.array([7, 5])), 3).tolist()
    [5, 7, -1]
    """
    point, face = pairs
    found = np.full(count, -1, dtype=np.int64)
    found[point] = face
    return found if len(np.unique(point)) == len(point) else None


@contextmanager
def _duckdb(faces, lonlat):
    import duckdb  # noqa: PLC0415

    folder = Path(find_spec("duckdb_extension_spatial").submodule_search_locations[0])
    with duckdb.connect() as connection:
        connection.execute(f"SET threads = {THREADS}")
        connection.execute(f"LOAD '{folder / 'extensions' / f'v{duckdb.__version__}' / 'spatial.duckdb_extension'}'")
        for name, table in _tables(faces, lonlat).items():
            connection.register(name, table)
        connection.execute(f"CREATE TABLE faces AS {FACES}; CREATE TABLE points AS {POINTS}")

        def join():
            columns = connection.execute(JOIN).fetchnumpy()
            return columns["point"], columns["face"]

        yield join


@contextmanager
def _sedona(faces, lonlat):
    import sedonadb  # noqa: PLC0415

    connection = sedonadb.connect()
    for name, table in _tables(faces, lonlat).items():
        connection.create_data_frame(table).to_view(name)
    for name, query in {"faces": FACES, "points": POINTS}.items():
        connection.sql(query).to_memtable().to_view(name)

    def join():
        table = pa.table(connection.sql(JOIN))
        return table["point"].to_numpy(), table["face"].to_numpy()

    yield join


@contextmanager
def _postgis(faces, lonlat):
    with tempfile.TemporaryDirectory(prefix="wangge-bench-", ignore_cleanup_errors=True) as folder:
        cluster = Cluster(Path(folder), durable=False)
        try:
            cluster.start()
            with psycopg.connect(cluster.url(owner=True), autocommit=True) as connection:
                _load(connection, faces, lonlat)
                yield lambda: _copied(connection)
        finally:
            cluster.stop()


def _load(connection, faces, lonlat):
    connection.execute(POSTGIS_TABLES)
    for table, shapes in {"faces": faces, "points": shapely.points(lonlat)}.items():
        with connection.cursor().copy(f"COPY {table} FROM STDIN") as copy:
            for row in enumerate(shapely.to_wkb(shapes, hex=True).tolist()):
                copy.write_row(row)
    for statement in POSTGIS_INDEX.split(";"):
        connection.execute(statement)


def _copied(connection):
    with connection.cursor().copy(f"COPY ({JOIN}) TO STDOUT (FORMAT binary)") as copy:
        data = b"".join(copy)
    rows = np.frombuffer(data[COPY_HEADER:-COPY_TRAILER], dtype=COPY_ROW)
    return rows["point"], rows["face"]


def _tables(faces, lonlat):
    wkb = pa.array(shapely.to_wkb(faces).tolist(), pa.binary())
    x, y = (pa.array(np.ascontiguousarray(column)) for column in lonlat.T)
    return {
        "given_faces": pa.table({"face": np.arange(len(faces)), "wkb": wkb}),
        "given_points": pa.table({"point": np.arange(len(lonlat)), "x": x, "y": y}),
    }


PEERS = (
    Peer("DuckDB spatial", "fewer", ("duckdb", "duckdb_extension_spatial"), _duckdb),
    Peer("SedonaDB", "fewer", ("sedonadb",), _sedona),
    Peer("PostGIS ST_Covers", "fewest", (), _postgis),
)


@contextmanager
def opened(peer, faces, lonlat):
    """The join of a peer, ready to be timed, or a sentence that says why it cannot be.

    Parameters
    ----------
    peer : Peer
    faces : ndarray of Polygon, shape (n,)
    lonlat : ndarray of float64, shape (k, 2)

    Yields
    ------
    callable or str
    """
    if peer.missing():
        yield f"{peer.name} is not measured: {' and '.join(peer.missing())} not installed (the optional group `peers`)."
        return
    with ExitStack() as stack:
        try:
            join = stack.enter_context(peer.opened(faces, lonlat))
        except (Refusal, ImportError) as error:
            join = f"{peer.name} is not measured: {error}"
        yield join
