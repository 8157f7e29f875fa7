"""Files of gazetteers: tables with positions, or layers of points and lines, every row as it is said there."""

from pathlib import Path

import numpy as np
import shapely

from boundaries.imports import tables
from gis.crs import STORAGE_EPSG, Frame
from gis.datum import DATUMS, require_datum
from gis.errors import Refusal
from incidents.gazetteer.rows import Said

ROWS = 1 << 14  # in a batch
# What a column may be called, in small letters, the most usual first.
COLUMNS = {
    "kind": ("kind", "类型", "类别", "地名类别"),
    "name": ("name", "名称", "标准名称", "标准地名"),
    "aliases": ("aliases", "alias", "别名", "曾用名", "简称"),
    "road": ("road", "street", "道路", "路名", "街路巷", "街路巷名称", "所属道路"),
    "number": ("number", "housenumber", "门牌号", "门牌", "门牌号码"),
    "lon": ("lon", "lng", "long", "longitude", "经度"),
    "lat": ("lat", "latitude", "纬度"),
}


def read_said(path, *, columns=None, datum=None, kind=None):
    """The rows of a file.

    Parameters
    ----------
    path : path-like
        ``.csv`` (UTF-8 or GB 18030), ``.xlsx`` (its first sheet), ``.geojson``, ``.gpkg`` or ``.parquet``.
    columns : dict of str to str, optional
        Names of columns for what stands in `COLUMNS`, where they are not the usual ones.
    datum : {"cgcs2000", "wgs84", "gcj02", "bd09"}, optional
        Required for columns of numbers; for a geometry only where the file's own CRS is wrong.
    kind : str, optional
        Of the rows that say none.

    Yields
    ------
    Said

    Raises
    ------
    Refusal
        ``missing_file``, ``unknown_format``, ``unreadable_file``, ``unknown_encoding``, ``malformed_csv``, ``empty_file``,
        ``ambiguous_layer``, ``ambiguous_column``, ``unknown_column``, ``undeclared_datum``, ``unknown_datum``,
        ``datum_contradicts_crs``, ``not_projectable``.
    """
    path = Path(path)
    if datum is not None:
        require_datum(datum)
    with tables.opened(path, rows=ROWS) as source:
        names = _names(path, source, columns or {})
        frame = _frame(path, source, names, datum)
        begin = 0
        for batch in source.batches:
            table, geometry = tables.split(source, batch)
            texts = {what: _texts(table, name) for what, name in names.items()}
            shapes = _placed(texts, len(batch)) if "lon" in names else shapely.force_2d(geometry)
            shapes = frame.to_storage(shapes)
            numbers = tables.numbers(source, begin, len(batch))
            for row in range(len(batch)):
                said = {what: column[row] for what, column in texts.items() if what not in ("lon", "lat")}
                yield _said(int(numbers[row]), said, shapes[row], kind)
            begin += len(batch)


def _said(row, said, shape, kind):
    blank = dict.fromkeys(("kind", "name", "aliases", "road", "number"), "")
    filled = blank | said
    return Said(row, **(filled | {"kind": filled["kind"] or kind or ""}), geometry=shape)


def _names(path, source, given):
    """The name of the column of each thing that the file says."""
    there = [name for name in source.schema.names if name != source.geometry]
    unknown = sorted(set(given) - set(COLUMNS))
    if unknown:
        raise Refusal("unknown_column", f"There is no column {unknown[0]!r} of a gazetteer; it has {', '.join(COLUMNS)}.")
    absent = [name for name in given.values() if name not in there]
    if absent:
        raise Refusal("unknown_column", f"{path} has no column {absent[0]!r}; it has {', '.join(there)}.", columns=there)
    usual = {what: _usual(there, names) for what, names in COLUMNS.items()}
    names = {what: name for what, name in (usual | given).items() if name}
    if source.geometry is not None and not {"lon", "lat"} & set(given):
        names.pop("lon", None)
        names.pop("lat", None)
    elif not {"lon", "lat"} <= set(names):
        sentence = f"{path} has no columns of longitude and latitude; name them with --column lon=… and --column lat=…."
        raise Refusal("unknown_column", f"{sentence} It has {', '.join(there)}.", columns=there)
    if not {"name", "road"} & set(names):
        sentence = f"{path} has neither a column of names nor one of roads; name one with --column name=…."
        raise Refusal("unknown_column", f"{sentence} It has {', '.join(there)}.", columns=there)
    return names


def _usual(there, names):
    """The first of the usual names that the file has."""
    by_name = {name.strip().lower(): name for name in reversed(there)}
    return next((by_name[name] for name in names if name in by_name), None)


def _frame(path, source, names, datum):
    """What the numbers of the file mean."""
    crs = None if "lon" in names else source.crs
    if crs is None and datum is None:
        sentence = f"{path} does not say on which datum its positions are; add --datum {', '.join(DATUMS)}."
        raise Refusal("undeclared_datum", sentence, path=str(path))
    frame = Frame(STORAGE_EPSG if crs is None else crs, datum or "cgcs2000")
    if not frame.is_lonlat and datum in ("gcj02", "bd09"):
        raise Refusal("datum_contradicts_crs", f"{path} is in {frame.crs.name}, which says its datum; leave out --datum.")
    return frame


def _texts(table, name):
    return ["" if value is None else _text(value) for value in table.column(name).to_pylist()]


def _text(value):
    """12, not 12.0: spreadsheets and layers keep a number of a house as a number."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()


def _placed(texts, count):
    """Points of two columns of numbers; None where one is none."""
    lonlat = np.array([[_number(lon), _number(lat)] for lon, lat in zip(texts["lon"], texts["lat"], strict=True)])
    shapes = np.full(count, None, dtype=object)
    known = ~np.isnan(lonlat).any(axis=1)
    shapes[known] = shapely.points(lonlat[known])
    return shapes


def _number(text):
    try:
        return float(text)
    except ValueError:
        return np.nan
