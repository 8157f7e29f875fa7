"""Points from other people's files: CSV, GeoJSON, Parquet and GeoPackage, every row and column kept as it is."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from boundaries.imports import tables
from gis.crs import STORAGE_EPSG, Frame
from gis.errors import Refusal

LON = ("longitude", "--lon", ("lon", "lng", "long", "longitude", "经度"))
LAT = ("latitude", "--lat", ("lat", "latitude", "纬度"))
NO_POSITION = ("", "nan", "null", "none", "na", "n/a")
POINT = 0  # shapely's type number
FEW = 5  # rows a sentence names


@dataclass(frozen=True, slots=True)
class Points:
    """A table whose rows have positions.

    Attributes
    ----------
    columns : pyarrow.Table
        All columns but the geometry; the text of a CSV stays text, to the letter.
    lonlat : ndarray of float64, shape (n, 2)
        Degrees on CGCS2000; NaN in rows without a position.
    declared : ndarray of float64, shape (n, 2)
        The numbers of the file.
    frame : gis.crs.Frame
        What they mean.
    has_geometry : bool
        The file has a geometry column, rather than two columns of numbers.
    """

    columns: pa.Table
    lonlat: np.ndarray
    declared: np.ndarray
    frame: Frame
    has_geometry: bool

    @property
    def placed(self):
        """Which rows have a position."""
        return ~np.isnan(self.lonlat[:, 0])

    def __len__(self):
        return len(self.lonlat)


def read_points(path, *, lon=None, lat=None, datum=None):
    """Read a file of points.

    Parameters
    ----------
    path : path-like
        ``.csv`` (UTF-8 with or without BOM, or GB 18030, which includes GBK; separated by comma, semicolon or tab),
        ``.geojson``, ``.parquet`` (plain or GeoParquet) or ``.gpkg``.
    lon, lat : str, optional
        Columns of longitude and latitude. Without them the geometry is used, or columns of the usual names.
    datum : {"cgcs2000", "wgs84", "gcj02", "bd09"}, optional
        Required for columns of numbers. For a geometry, whose CRS is in the file, only where that is wrong: AMap and
        Baidu positions are often stored under EPSG:4326.

    Returns
    -------
    Points

    Raises
    ------
    Refusal
        ``missing_file``, ``unknown_format``, ``unreadable_file``, ``unknown_encoding``, ``malformed_csv``,
        ``empty_file``, ``ambiguous_layer``, ``unknown_column``, ``ambiguous_column``, ``undeclared_datum``,
        ``unknown_datum``, ``datum_contradicts_crs``, ``not_a_number``, ``not_finite``, ``swapped_lonlat``,
        ``outside_lonlat``, ``not_a_point``, ``no_position``.
    """
    source = tables.read(Path(path))
    by_column = lon is not None or lat is not None or source.geometry is None
    if source.is_empty:
        raise Refusal("empty_file", f"{path} holds no row.", path=str(path))
    declared, frame = _of_columns(source, path, lon, lat, datum) if by_column else _of_geometry(source, path, datum)
    placed = ~np.isnan(declared).any(axis=1)
    if not placed.any():
        raise Refusal("no_position", f"No row of {path} has a position.", path=str(path))
    _refuse_rows(np.isinf(declared).any(axis=1), "not_finite", "an infinite coordinate")
    if frame.is_lonlat:
        _require_degrees(declared[placed], path, np.flatnonzero(placed))
    lonlat = np.full(declared.shape, np.nan)
    lonlat[placed] = positions(declared[placed], frame)
    return Points(source.columns, lonlat, declared, frame, not by_column)


def positions(declared, frame):
    """Degrees on CGCS2000 of numbers in a frame.

    Parameters
    ----------
    declared : ndarray of float64, shape (n, 2)
        Finite.
    frame : gis.crs.Frame

    Returns
    -------
    ndarray of float64, shape (n, 2)

    Examples
    --------
    >>> positions(np.array([[116.4102445, 39.9164043]]), Frame(STORAGE_EPSG, "gcj02")).round(5)
    array([[116.404,  39.915]])
    """
    if frame.is_storage:
        return declared
    return shapely.get_coordinates(frame.to_storage(shapely.points(declared)))


def _of_columns(source, path, lon, lat, datum):
    names = source.columns.column_names
    lon_name = _column(names, lon, LON, path)
    lat_name = _column(names, lat, LAT, path)
    if datum is None:
        raise Refusal(
            "undeclared_datum",
            f"The columns {lon_name} and {lat_name} of {path} do not say on which datum they are; "
            "add --datum wgs84, cgcs2000, gcj02 (AMap, Tencent) or bd09 (Baidu).",
            path=str(path),
        )
    frame = Frame(STORAGE_EPSG, datum)
    return np.column_stack([_numbers(source.columns[name], name) for name in (lon_name, lat_name)]), frame


def _of_geometry(source, path, datum):
    frame = _declared_frame(source.crs, datum, path)
    empty = shapely.is_missing(source.geometry) | shapely.is_empty(source.geometry)
    _refuse_rows((shapely.get_type_id(source.geometry) != POINT) & ~empty, "not_a_point", "a geometry that is no point")
    declared = np.full((len(empty), 2), np.nan)
    declared[~empty] = shapely.get_coordinates(source.geometry[~empty])
    return declared, frame


def _declared_frame(crs, datum, path):
    if crs is None and datum is None:
        raise Refusal(
            "undeclared_datum",
            f"{path} does not say in which CRS its points are; write it into the file or, if they are longitudes and "
            "latitudes, add --datum wgs84, cgcs2000, gcj02 or bd09.",
            path=str(path),
        )
    frame = Frame(STORAGE_EPSG if crs is None else crs, datum or "cgcs2000")
    if not frame.is_lonlat and frame.datum not in ("cgcs2000", "wgs84"):
        raise Refusal("datum_contradicts_crs", f"{path} is in {frame.crs.name}, which says its datum; leave out --datum.")
    return frame


def _column(names, wanted, axis, path):
    """Name of the column that was asked for, or the only one of a usual name."""
    what, option, usual = axis
    found = [name for name in names if (name == wanted if wanted else name.strip().lower() in usual)]
    if len(found) == 1:
        return found[0]
    there = ", ".join(names)
    if len(found) > 1:
        sentence = f"{path} has several columns that may be the {what}: {', '.join(found)}; name one with {option}."
        raise Refusal("ambiguous_column", sentence, columns=found)
    which = f"no column {wanted}" if wanted else f"no column that is plainly the {what}; name one with {option}"
    raise Refusal("unknown_column", f"{path} has {which}. It has: {there}.", columns=list(names))


def _numbers(column, name):
    """A column as floats; NaN where it is null or blank."""
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        column = pc.utf8_trim_whitespace(column)
        blank = pc.is_in(pc.utf8_lower(column), pa.array(NO_POSITION, column.type))
        column = pc.if_else(blank, pa.scalar(None, column.type), column)
    try:
        numbers = pc.cast(column, pa.float64(), safe=False)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        raise _first_bad(column, name) from None
    return numbers.to_numpy().astype(np.float64)


def _first_bad(column, name):
    for row, value in enumerate(column.to_pylist(), start=1):
        if value is not None and not _is_number(value):
            return Refusal("not_a_number", f"Row {row} has {str(value)!r} in column {name}, which is no number.", row=row)
    return Refusal("not_a_number", f"Column {name} does not hold numbers but {column.type}.", column=name)


def _is_number(value):
    try:
        float(value)
    except (TypeError, ValueError):
        return False
    return True


def _refuse_rows(bad, code, what):
    if bad.any():
        rows = (np.flatnonzero(bad) + 1).tolist()
        named = ", ".join(map(str, rows[:FEW])) + (" …" if len(rows) > FEW else "")
        raise Refusal(code, f"{len(rows)} rows have {what}; mend or drop them: {named}.", rows=rows[:100])


def _require_degrees(lonlat, path, row):
    lon, lat = np.abs(lonlat).T
    bad = (lon > 180) | (lat > 90)
    if not bad.any():
        return
    if ((lat <= 180) & (lon <= 90)).all():
        raise Refusal("swapped_lonlat", f"Longitude and latitude of {path} are swapped: give the columns the other way round.")
    rows = np.zeros(row[-1] + 1, dtype=bool)
    rows[row[bad]] = True
    _refuse_rows(rows, "outside_lonlat", "numbers that are no longitude and latitude in degrees")
