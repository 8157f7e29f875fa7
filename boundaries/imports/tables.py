"""Tables in the formats that points come in: every row and column, in order, with the geometry and its CRS apart."""

import json
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pyogrio
import pyproj
import shapely

from gis.errors import Refusal

ENCODINGS = ("utf-8-sig", "gb18030")  # GB 18030 includes GBK and GB 2312
SEPARATORS = ",;\t"
LONLAT = "OGC:CRS84"  # what GeoParquet means when it names no CRS


@dataclass(frozen=True, slots=True)
class Table:
    """Columns of a file, and its geometry (None where it has none) in a CRS (None where it names none)."""

    columns: pa.Table
    geometry: np.ndarray | None = None
    crs: pyproj.CRS | None = None

    @property
    def is_empty(self):
        """Without a row; a table of nothing but a geometry has no columns, and arrow then counts no rows."""
        return len(self.columns if self.geometry is None else self.geometry) == 0


def read(path):
    """Read a table.

    Parameters
    ----------
    path : pathlib.Path
        ``.csv``, ``.geojson``, ``.json``, ``.parquet``, ``.geoparquet`` or ``.gpkg``.

    Returns
    -------
    Table

    Raises
    ------
    Refusal
        ``missing_file``, ``unknown_format``, ``unreadable_file``, ``unknown_encoding``, ``malformed_csv``,
        ``empty_file``, ``ambiguous_layer``.
    """
    if not path.is_file():
        raise Refusal("missing_file", f"There is no file {path}.", path=str(path))
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        known = ", ".join(READERS)
        raise Refusal("unknown_format", f"{path} is not a file of points by its name; known are {known}.", path=str(path))
    try:
        return reader(path)
    except (pa.ArrowException, OSError, pyogrio.errors.DataSourceError, shapely.errors.GEOSException) as error:
        raise Refusal("unreadable_file", f"{path} cannot be read: {_one_line(error)}.", path=str(path)) from error


def _read_csv(path):
    text, encoding = _decoded(path)
    header = text.split("\n", 1)[0]
    if not header.strip():
        raise Refusal("empty_file", f"{path} has no header line.", path=str(path))
    separator = max(SEPARATORS, key=header.count)
    as_text = pa.csv.ConvertOptions(strings_can_be_null=False, column_types=_all_text(header, separator))
    parse = pa.csv.ParseOptions(delimiter=separator, newlines_in_values=True)
    # arrow strips a UTF-8 byte order mark itself and leaves other encodings to Python
    read_options = pa.csv.ReadOptions(encoding="utf8" if encoding == ENCODINGS[0] else encoding)
    try:
        return Table(pa.csv.read_csv(path, read_options=read_options, parse_options=parse, convert_options=as_text))
    except pa.ArrowInvalid as error:
        raise Refusal("malformed_csv", f"{path} is not a regular CSV: {_one_line(error)}.", path=str(path)) from error


def _decoded(path):
    data = path.read_bytes()
    for encoding in ENCODINGS:
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    raise Refusal("unknown_encoding", f"{path} is neither UTF-8 nor GB 18030; save it as UTF-8.", path=str(path))


def _all_text(header, separator):
    names = pa.csv.read_csv(
        pa.py_buffer((header + "\n").encode()), parse_options=pa.csv.ParseOptions(delimiter=separator)
    ).column_names
    return dict.fromkeys(names, pa.string())


def _read_parquet(path):
    columns = pa.parquet.read_table(path)
    metadata = json.loads((columns.schema.metadata or {}).get(b"geo", b"null"))
    if metadata is None:
        return Table(columns)
    name = metadata["primary_column"]
    about = metadata["columns"][name]
    if about["encoding"] != "WKB":
        raise Refusal("unknown_format", f"The geometry of {path} is not encoded as WKB but as {about['encoding']}.")
    crs = about.get("crs", LONLAT)
    return _with_geometry(columns, name, None if crs is None else pyproj.CRS.from_user_input(crs))


def _read_vector(path):
    layers = [name for name, kind in pyogrio.list_layers(path) if kind is not None]
    if not layers:
        raise Refusal("empty_file", f"{path} has no layer with a geometry.", path=str(path))
    if len(layers) > 1:
        names = ", ".join(layers)
        raise Refusal("ambiguous_layer", f"{path} has several layers ({names}); save the one wanted as a file.")
    meta, columns = pyogrio.raw.read_arrow(path, layer=layers[0])
    crs = None if meta["crs"] is None else pyproj.CRS.from_user_input(meta["crs"])
    return _with_geometry(columns, meta["geometry_name"] or "wkb_geometry", crs)


def _with_geometry(columns, name, crs):
    # arrow scalars of an extension type come out as their storage, here WKB
    column = columns[name]
    storage = column.cast(pa.binary()) if not isinstance(column.type, pa.BaseExtensionType) else _storage(column)
    geometry = shapely.from_wkb(np.array(storage.to_pylist(), dtype=object))
    rest = columns.drop_columns([name]).replace_schema_metadata(None)
    return Table(rest, geometry, crs)


def _storage(column):
    return pa.chunked_array([chunk.storage for chunk in column.chunks], type=column.type.storage_type)


def _one_line(error):
    return " ".join(str(error).split()).rstrip(".")[:300]


READERS = {
    ".csv": _read_csv,
    ".geojson": _read_vector,
    ".json": _read_vector,
    ".parquet": _read_parquet,
    ".geoparquet": _read_parquet,
    ".gpkg": _read_vector,
}
