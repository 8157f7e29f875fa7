"""Points from other people's files: CSV, GeoJSON, Parquet and GeoPackage, every row and column kept as it is."""

from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from boundaries.imports import tables
from boundaries.imports.faults import NO_POSITION, Faults
from gis.crs import STORAGE_EPSG, Frame
from gis.errors import Refusal

LON = ("longitude", "--lon", ("lon", "lng", "long", "longitude", "经度"))
LAT = ("latitude", "--lat", ("lat", "latitude", "纬度"))
POINT = 0  # shapely's type number
ROWS = 1 << 15  # in a batch: some megabytes, and work enough to forget the cost of a batch


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


class PointStream:
    """The points of a file, batch by batch; made by :func:`open_points`.

    Iterating gives ``Points``, once. A fault in any row is refused when all rows have been read, so that the sentence
    counts them all and does not depend on the batches; from the first fault on no more points are given.

    Attributes
    ----------
    names : list of str
        Of all columns but the geometry.
    frame : gis.crs.Frame
    count : int or None
        Rows of the file, where it says so itself.
    """

    def __init__(self, source, path, lon, lat, datum):
        self._source, self._path = source, path
        self.names = [name for name in source.schema.names if name != source.geometry]
        self.count = source.count
        self._lonlat_names, self.frame = self._meaning(lon, lat, datum)

    def __iter__(self):
        faults, begin = Faults(), 0
        for batch in self._source.batches:
            columns, geometry = tables.split(self._source, batch)
            declared = self._declared(columns, geometry, faults, begin)
            faults.look_at(declared, self.frame, begin)
            begin += len(declared)
            if not faults.any:
                yield self._points(columns, declared)
        faults.refuse(self._path)

    def _meaning(self, lon, lat, datum):
        if lon is None and lat is None and self._source.geometry is not None:
            return None, declared_frame(self._source.crs, datum, self._path)
        names = column_named(self.names, lon, LON, self._path), column_named(self.names, lat, LAT, self._path)
        if datum is None:
            raise Refusal(
                "undeclared_datum",
                f"The columns {names[0]} and {names[1]} of {self._path} do not say on which datum they are; "
                "add --datum wgs84, cgcs2000, gcj02 (AMap, Tencent) or bd09 (Baidu).",
                path=str(self._path),
            )
        return names, Frame(STORAGE_EPSG, datum)

    def _declared(self, columns, geometry, faults, begin):
        if self._lonlat_names is None:
            return _of_geometry(geometry, faults, begin)
        numbers = [numbers_of(columns.column(name)) for name in self._lonlat_names]
        if any(column is None for column in numbers):
            faults.not_numbers(columns, self._lonlat_names, begin)
            return np.full((len(columns), 2), np.nan)
        return np.column_stack(numbers)

    def _points(self, columns, declared):
        placed = ~np.isnan(declared).any(axis=1)
        lonlat = np.full(declared.shape, np.nan)
        lonlat[placed] = positions(declared[placed], self.frame)
        return Points(pa.Table.from_batches([columns]), lonlat, declared, self.frame, self._lonlat_names is None)


@contextmanager
def open_points(path, *, lon=None, lat=None, datum=None, rows=ROWS):
    """Context manager: open a file of points, to be read batch by batch however long it is.

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
    rows : int
        In a batch. The points are the same for any number.

    Returns
    -------
    PointStream

    Raises
    ------
    Refusal
        ``missing_file``, ``unknown_format``, ``unreadable_file``, ``unknown_encoding``, ``malformed_csv``,
        ``empty_file``, ``ambiguous_layer``, ``unknown_column``, ``ambiguous_column``, ``undeclared_datum``,
        ``unknown_datum``, ``datum_contradicts_crs``; while reading also ``not_a_number``, ``not_a_point``,
        ``no_position``, ``not_finite``, ``swapped_lonlat``, ``outside_lonlat``.
    """
    with tables.opened(Path(path), rows=rows) as source:
        yield PointStream(source, path, lon, lat, datum)


def read_points(path, **options):
    """All points of a file at once; see :func:`open_points`.

    Returns
    -------
    Points

    Raises
    ------
    Refusal
        All of :func:`open_points`.
    """
    with open_points(path, **options) as stream:
        batches = list(stream)
    columns = pa.concat_tables([batch.columns for batch in batches])
    lonlat, declared = (np.concatenate([getattr(batch, name) for batch in batches]) for name in ("lonlat", "declared"))
    return Points(columns, lonlat, declared, stream.frame, batches[0].has_geometry)


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


def _of_geometry(geometry, faults, begin):
    empty = shapely.is_missing(geometry) | shapely.is_empty(geometry)
    bad = (shapely.get_type_id(geometry) != POINT) & ~empty
    faults.add("not_a_point", bad, begin)
    declared = np.full((len(empty), 2), np.nan)
    declared[~empty & ~bad] = shapely.get_coordinates(geometry[~empty & ~bad])
    return declared


def declared_frame(crs, datum, path):
    """What the coordinates of a geometry mean.

    Parameters
    ----------
    crs : pyproj.CRS or None
        Of the file.
    datum : str or None
        What whoever sends it says.
    path : path-like

    Returns
    -------
    gis.crs.Frame

    Raises
    ------
    Refusal
        ``undeclared_datum``, ``datum_contradicts_crs``.
    """
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


def column_named(names, wanted, axis, path):
    """Name of the column that was asked for, or the only one of a usual name.

    Parameters
    ----------
    names : sequence of str
    wanted : str or None
    axis : (str, str, tuple of str)
        What it holds, the option that names it, and its usual names in small letters.
    path : path-like

    Raises
    ------
    Refusal
        ``unknown_column``, ``ambiguous_column``.
    """
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


def numbers_of(column):
    """A column as floats, NaN where it is null or blank; None where it does not hold numbers."""
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        column = pc.utf8_trim_whitespace(column)
        blank = pc.is_in(pc.utf8_lower(column), pa.array(NO_POSITION, column.type))
        column = pc.if_else(blank, pa.scalar(None, column.type), column)
    try:
        numbers = pc.cast(column, pa.float64(), safe=False)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return None
    return numbers.to_numpy(zero_copy_only=False).astype(np.float64)
