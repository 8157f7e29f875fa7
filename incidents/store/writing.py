"""Incidents located, numbered and copied into the database."""

import numpy as np
import pyarrow as pa
import pyarrow.csv
import shapely
import sqlalchemy as sa

from boundaries.store.writing import refusals
from gis.crs import STORAGE_EPSG
from gis.errors import Refusal
from incidents.numbers import LARGEST_SERIAL, local_days, numbers, serials
from incidents.pixels import pixels
from incidents.store.assigning import assign
from incidents.store.tables import incident_serial, matter

BLOCK = 100_000


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
    require_matters(connection, reports.matter_code)
    lonlat = reports.positions()
    assignment = assign(snapshot, lonlat)
    given = number(connection, assignment.nearest_code, reports.reported_at)
    for begin in range(0, len(reports), BLOCK):
        rows = slice(begin, begin + BLOCK)
        copy(connection, "incident", columns_of(reports.take(rows), given[rows], lonlat[rows], assignment.take(rows)))
        if on_progress:
            on_progress(min(begin + BLOCK, len(reports)))
    return given


def require_matters(connection, codes):
    """Refuse matters that the list does not have.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    codes : ndarray of str

    Raises
    ------
    Refusal
        ``unknown_matter``.
    """
    known = set(connection.execute(sa.select(matter.c.code)).scalars())
    unknown = sorted(set(np.unique(codes).tolist()) - known)
    if unknown:
        raise Refusal("unknown_matter", f"The list of matters has no {', '.join(unknown[:5])}.", matters=unknown)


def number(connection, grid_codes, reported_at):
    """Numbers by county and day, going on from the serials given before.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Whoever else wants a number of these counties and days waits until its transaction ends.
    grid_codes : ndarray of str, shape (n,)
        Beginning with the county's.
    reported_at : ndarray of datetime64
        UTC.

    Returns
    -------
    ndarray of str, shape (n,)

    Raises
    ------
    Refusal
        ``serials_used_up``.
    """
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


def columns_of(reports, given, lonlat, assignment):
    """The columns of the table of incidents.

    Parameters
    ----------
    reports : incidents.reports.Reports
    given : ndarray of str, shape (n,)
        Their numbers.
    lonlat : ndarray of float64, shape (n, 2)
        On the lattice.
    assignment : Assignment

    Returns
    -------
    dict of str to array
    """
    pixel = pixels(lonlat)
    points = shapely.set_srid(shapely.points(lonlat), STORAGE_EPSG)
    declared = np.asarray(reports.lonlat, dtype=np.float64)
    outside = assignment.grid_code == ""
    return {
        "no": given,
        "matter_code": reports.matter_code,
        "state": reports.state,
        "reported_at": instants(reports.reported_at),
        "closed_at": instants(reports.closed_at),
        "geom": shapely.to_wkb(points, hex=True, include_srid=True),
        "declared_datum": reports.datum,
        "declared_lon": declared[:, 0],
        "declared_lat": declared[:, 1],
        "grid_version_id": nullable(assignment.grid_version_id, -1),
        "micro_grid_version_id": nullable(assignment.micro_grid_version_id, -1),
        "grid_code": nullable(assignment.grid_code, ""),
        "nearest_code": nullable(np.where(outside, assignment.nearest_code, ""), ""),
        "on_border": assignment.on_border,
        "also": assignment.also,
        "distance_m": assignment.distance_m,
        "source": np.full(len(given), reports.source),
        "px": pixel[:, 0],
        "py": pixel[:, 1],
    }


def instants(moments):
    """An array for :func:`copy` of instants, datetime64 in UTC; NaT stands for NULL."""
    return pa.array(np.asarray(moments).astype("datetime64[us]")).cast(pa.timestamp("us", tz="UTC"))


def nullable(values, missing):
    """An array for :func:`copy` in which one value stands for NULL."""
    return pa.array(values, mask=values == missing)


def copy(connection, table, columns):
    """Copy rows into a table. Arrow writes a block of CSV in a tenth of the time of row-by-row COPY.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    table : str
    columns : dict of str to array
        All of one length.

    Raises
    ------
    Refusal
        The name of a rule of the table that a row breaks.
    """
    sink = pa.BufferOutputStream()
    pyarrow.csv.write_csv(pa.table(columns), sink, pyarrow.csv.WriteOptions(include_header=False))
    cursor = connection.connection.driver_connection.cursor()
    with refusals(), cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN (FORMAT csv)") as rows:
        rows.write(sink.getvalue().to_pybytes())
