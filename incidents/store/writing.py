"""Bulk load of incidents: located, numbered and copied into the database."""

from contextlib import contextmanager
from dataclasses import dataclass, fields

import numpy as np
import psycopg
import pyarrow as pa
import pyarrow.csv
import shapely
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from gis.crs import STORAGE_EPSG
from gis.errors import Refusal
from incidents.numbers import LARGEST_SERIAL, local_days, numbers, serials
from incidents.pixels import pixels
from incidents.store.tables import incident_serial, matter

BLOCK = 100_000


@dataclass(frozen=True, slots=True)
class Assignment:
    """Where each of n reports belongs.

    Attributes
    ----------
    grid_version_id, micro_grid_version_id : ndarray of int64
        -1 outside every grid or micro-grid.
    grid_code : ndarray of str
        Empty outside.
    nearest_code : ndarray of str
        The grid, or the nearest one.
    on_border : ndarray of bool
    also : ndarray of str
        The other grids on whose border the report lies, as an array literal of PostgreSQL.
    distance_m : ndarray of float64
    """

    grid_version_id: np.ndarray
    micro_grid_version_id: np.ndarray
    grid_code: np.ndarray
    nearest_code: np.ndarray
    on_border: np.ndarray
    also: np.ndarray
    distance_m: np.ndarray

    def take(self, index):
        """The rows of an index."""
        return Assignment(*(getattr(self, field.name)[index] for field in fields(self)))


def store_matters(connection, matters):
    """Write the seed list of matters; a matter that is there already gets the new words.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    matters : iterable of Matter
        ``code family name_zh name_en urgent``.

    Returns
    -------
    int
        Number of matters.
    """
    rows = [{name: getattr(each, name) for name in ("code", "family", "name_zh", "name_en", "urgent")} for each in matters]
    statement = insert(matter).values([row | {"is_default": True} for row in rows])
    changed = {name: statement.excluded[name] for name in ("family", "name_zh", "name_en", "urgent")}
    connection.execute(statement.on_conflict_do_update(index_elements=["code"], set_=changed))
    return len(rows)


def assign(snapshot, lonlat):
    """Find the grid and micro-grid of each report.

    Parameters
    ----------
    snapshot : boundaries.store.snapshots.Snapshot
    lonlat : ndarray of float64, shape (n, 2)
        On the lattice.

    Returns
    -------
    Assignment

    Raises
    ------
    Refusal
        ``nothing_at_instant`` when the register holds no grid then.
    """
    grids = snapshot.require("grid")
    found = grids.locate(lonlat)
    return Assignment(
        _versions(grids, found.face),
        _micro_versions(snapshot.index("micro_grid"), lonlat),
        grids.codes_of(found.face),
        grids.codes[found.nearest],
        found.on_border,
        _array_literals(grids.codes, found.also),
        found.distance_m,
    )


def load(connection, reports, snapshot, *, on_progress=None):
    """Locate, number and store reports; in the caller's transaction.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    reports : incidents.reports.Reports
    snapshot : boundaries.store.snapshots.Snapshot
        The register as of the instant the reports are assigned by.
    on_progress : callable, optional
        Called with the number of reports stored so far.

    Returns
    -------
    ndarray of str, shape (n,)
        The numbers given, in the order of the reports.

    Raises
    ------
    Refusal
        ``unknown_datum``, ``not_finite``, ``outside_lonlat``, ``unknown_matter``, ``nothing_at_instant``,
        ``serials_used_up``, and the name of any rule of the table that a report breaks (``bad_state``, …).
    """
    _require_matters(connection, reports.matter_code)
    lonlat = reports.positions()
    assignment = assign(snapshot, lonlat)
    given = _number(connection, assignment.nearest_code, reports.reported_at)
    for begin in range(0, len(reports), BLOCK):
        rows = slice(begin, begin + BLOCK)
        with _refusals():
            _copy(connection, _table(reports, given[rows], lonlat[rows], assignment.take(rows), rows))
        if on_progress:
            on_progress(min(begin + BLOCK, len(reports)))
    return given


@contextmanager
def _refusals():
    """Turn what the database refuses into a refusal with the name of its rule; its own words stay behind."""
    try:
        yield
    except psycopg.errors.IntegrityError as error:
        rule = error.diag.constraint_name or "integrity"
        raise Refusal(rule, f"The register refuses an incident: rule {rule} is broken.") from error


def _require_matters(connection, codes):
    known = set(connection.execute(sa.select(matter.c.code)).scalars())
    unknown = sorted(set(np.unique(codes).tolist()) - known)
    if unknown:
        raise Refusal("unknown_matter", f"The list of matters has no {', '.join(unknown[:5])}.", matters=unknown)


def _versions(index, faces):
    return np.where(faces >= 0, index.version_ids[faces], -1)


def _micro_versions(index, lonlat):
    if index.locator is None:
        return np.full(len(lonlat), -1)
    return _versions(index, index.locate(lonlat, distances=False).face)


def _array_literals(codes, also):
    """Codes are digits: nothing to quote."""
    literals = np.full(len(also), "{}", dtype=object)
    for point in np.unique(also.point):
        literals[point] = "{" + ",".join(codes[also[point]].tolist()) + "}"
    return literals


def _number(connection, grid_codes, reported_at):
    """Numbers by county and day, going on from the serials given before."""
    days = local_days(reported_at)
    county, county_of = np.unique(grid_codes.astype("U6"), return_inverse=True)
    day, day_of = np.unique(days, return_inverse=True)
    groups, group_of = np.unique(county_of * max(len(day), 1) + day_of, return_inverse=True)
    sizes = np.bincount(group_of, minlength=len(groups))
    keys = [(str(county[group // len(day)]), day[group % len(day)].astype(object)) for group in groups]
    last = _take_serials(connection, keys, sizes)
    serial = serials(group_of, reported_at) + (last - sizes)[group_of]
    return numbers(county[county_of], days, serial)


def _take_serials(connection, keys, sizes):
    """The last serial of each group once its rows are counted in; locks the groups until the commit."""
    query = sa.text(
        "INSERT INTO incident_serial AS kept (county_code, day, last) "
        "SELECT * FROM unnest(CAST(:counties AS text[]), CAST(:days AS date[]), CAST(:sizes AS int[])) ORDER BY 1, 2 "
        "ON CONFLICT (county_code, day) DO UPDATE SET last = kept.last + excluded.last RETURNING county_code, day, last"
    )
    if not keys:
        return np.empty(0, dtype=np.int64)
    counties, days = map(list, zip(*keys, strict=True))
    _require_room(connection, keys, sizes)
    rows = connection.execute(query, {"counties": counties, "days": days, "sizes": sizes.tolist()}).all()
    last = {(row.county_code, row.day): row.last for row in rows}
    return np.array([last[key] for key in keys], dtype=np.int64)


def _require_room(connection, keys, sizes):
    columns = incident_serial.c
    days = [day for _, day in keys]
    kept = connection.execute(
        sa.select(columns.county_code, columns.day, columns.last).where(columns.day.between(min(days), max(days)))
    )
    last = {(row.county_code, row.day): row.last for row in kept}
    for key, size in zip(keys, sizes.tolist(), strict=True):
        if last.get(key, 0) + size > LARGEST_SERIAL:
            raise Refusal("serials_used_up", f"County {key[0]} would have more than {LARGEST_SERIAL} incidents on {key[1]}.")


def _table(reports, given, lonlat, assignment, rows):
    pixel = pixels(lonlat)
    points = shapely.set_srid(shapely.points(lonlat), STORAGE_EPSG)
    declared = np.asarray(reports.lonlat[rows], dtype=np.float64)
    return pa.table(
        {
            "no": given,
            "matter_code": reports.matter_code[rows],
            "state": reports.state[rows],
            "reported_at": _instants(reports.reported_at[rows]),
            "closed_at": _instants(reports.closed_at[rows]),
            "geom": shapely.to_wkb(points, hex=True, include_srid=True),
            "declared_datum": reports.datum[rows],
            "declared_lon": declared[:, 0],
            "declared_lat": declared[:, 1],
            "grid_version_id": _nullable(assignment.grid_version_id, -1),
            "micro_grid_version_id": _nullable(assignment.micro_grid_version_id, -1),
            "grid_code": _nullable(assignment.grid_code, ""),
            "on_border": assignment.on_border,
            "also": assignment.also,
            "distance_m": assignment.distance_m,
            "source": np.full(len(given), reports.source),
            "px": pixel[:, 0],
            "py": pixel[:, 1],
        }
    )


def _instants(moments):
    return pa.array(np.asarray(moments).astype("datetime64[us]")).cast(pa.timestamp("us", tz="UTC"))


def _nullable(values, missing):
    return pa.array(values, mask=values == missing)


def _copy(connection, table):
    """Arrow writes a block of CSV in a tenth of the time of row-by-row COPY."""
    sink = pa.BufferOutputStream()
    pyarrow.csv.write_csv(table, sink, pyarrow.csv.WriteOptions(include_header=False))
    columns = ", ".join(table.column_names)
    cursor = connection.connection.driver_connection.cursor()
    with cursor.copy(f"COPY incident ({columns}) FROM STDIN (FORMAT csv)") as copy:
        copy.write(sink.getvalue().to_pybytes())
