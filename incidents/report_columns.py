"""Columns of files of reports: positions, instants and texts, whatever they are written as."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
import shapely

from boundaries.clock import CITY_ZONE
from boundaries.imports.faults import NO_POSITION
from boundaries.imports.points import numbers_of

CLOCK_SLACK = timedelta(minutes=5)
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
POINT = 0  # shapely's type number


def of_geometry(geometry, frame, faults):
    lonlat = np.full((len(geometry), 2), np.nan)
    empty = shapely.is_missing(geometry) | shapely.is_empty(geometry)
    points = (shapely.get_type_id(geometry) == POINT) & ~empty
    for row in np.flatnonzero(~points & ~empty).tolist():
        faults.setdefault(row, ("not_a_point", "The geometry is no point."))
    if frame.is_lonlat:
        lonlat[points] = shapely.get_coordinates(geometry[points])
        return lonlat, np.full(len(geometry), frame.datum, dtype=object)
    lonlat[points] = shapely.get_coordinates(frame.to_storage(geometry[points]))
    return lonlat, np.full(len(geometry), "cgcs2000", dtype=object)


def degrees(column, name, faults):
    """A column as floats, NaN where it is blank or no number; the latter is a fault."""
    numbers = numbers_of(column)
    if numbers is not None:
        return numbers
    numbers = np.full(len(column), np.nan)
    for row, text in enumerate(strings(column)):
        try:
            numbers[row] = np.nan if (text or "").strip().lower() in NO_POSITION else float(text)
        except ValueError:
            faults.setdefault(row, ("not_a_number", f"{text[:40]!r} in column {name} is no number."))
    return numbers


def strings(column):
    return column.to_pylist() if pa.types.is_string(column.type) else [None if v is None else str(v) for v in column.to_pylist()]


def texts_of(columns, name):
    """Texts or None."""
    if name is None:
        return np.full(len(columns), None, dtype=object)
    return np.array([text or None for text in strings(columns.column(name))] or [None], dtype=object)[: len(columns)]


def moment_of(value, now):
    """An instant: as it is, or in the city's time where it names no zone.

    >>> moment_of("2026-05-01 08:30", datetime(2026, 6, 1, tzinfo=UTC)).isoformat()
    '2026-05-01T08:30:00+08:00'
    """
    if value is None or (isinstance(value, str) and not value.strip()):
        return now
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value.strip())
        except ValueError:
            raise ValueError(f"is {value.strip()[:40]!r}; write it as 2026-05-01 08:30") from None
    if not isinstance(value, datetime):
        raise ValueError("is no instant")
    moment = value if value.tzinfo else value.replace(tzinfo=CITY_ZONE)
    if not EARLIEST <= moment <= now + CLOCK_SLACK:
        raise ValueError(f"is {moment.isoformat()}, which lies in the future or before {EARLIEST.year}")
    return moment


def utc(moment):
    return np.datetime64(moment.astimezone(UTC).replace(tzinfo=None), "us")
