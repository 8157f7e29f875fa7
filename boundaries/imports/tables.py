"""Tables in the formats that points come in: every row and column, in order, batch by batch, with the geometry apart.

What a reader holds at a time: of a CSV some blocks of a megabyte, of Parquet the pages at hand, of a GeoPackage and of
GeoJSON a batch (GDAL keeps up to 200 MB of a GeoJSON whose features it has parsed to learn its columns).
"""

import codecs
import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import chain

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
PIECE_BYTES = 1 << 20
ERRORS = (pa.ArrowException, OSError, pyogrio.errors.DataSourceError, shapely.errors.GEOSException)


@dataclass(frozen=True, slots=True)
class Source:
    """A file being read.

    Attributes
    ----------
    schema : pyarrow.Schema
        Of all columns, the geometry's too.
    geometry : str or None
        Name of the column of the geometry.
    crs : pyproj.CRS or None
        Of the geometry; None where the file names none.
    count : int or None
        Rows of the file, where it says so itself.
    batches : iterator of pyarrow.RecordBatch
        All rows in their order, to be taken once.
    blank : sequence of int
        Places, from 0, of the rows of the file that are left out because they are blank, as far as it has been read.
    """

    schema: pa.Schema
    geometry: str | None
    crs: pyproj.CRS | None
    count: int | None
    batches: Iterator
    blank: Sequence = ()


@contextmanager
def opened(path, *, rows):
    """Context manager: open a table for reading.

    Parameters
    ----------
    path : pathlib.Path
        ``.csv``, ``.xlsx``, ``.geojson``, ``.json``, ``.parquet``, ``.geoparquet`` or ``.gpkg``.
    rows : int
        In each batch but the last.

    Returns
    -------
    Source
        Not empty.

    Raises
    ------
    Refusal
        ``missing_file``, ``unknown_format``, ``unreadable_file``, ``unknown_encoding``, ``malformed_csv``,
        ``empty_file``, ``ambiguous_layer``; some only when the batch in question is taken.
    """
    if not path.is_file():
        raise Refusal("missing_file", f"There is no file {path}.", path=str(path))
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        known = ", ".join(READERS)
        raise Refusal("unknown_format", f"{path} is not a file of points by its name; known are {known}.", path=str(path))
    with ExitStack() as stack:
        with _refusals(path):
            source = stack.enter_context(reader(path, rows))
        batches = _evenly(_guarded(path, source.batches), rows)
        first = next(batches, None)
        if first is None:
            raise Refusal("empty_file", f"{path} holds no row.", path=str(path))
        yield Source(source.schema, source.geometry, source.crs, source.count, chain([first], batches), source.blank)


def numbers(source, begin, count):
    """What the rows of a batch are called: as the file counts them, blank ones too.

    Parameters
    ----------
    source : Source
    begin : int
        Rows taken before the batch.
    count : int
        Rows of the batch.

    Returns
    -------
    ndarray of int64
        From 1, without the header.

    Examples
    --------
    >>> numbers(Source(None, None, None, None, None, [1, 2, 5]), 0, 4).tolist()
    [1, 4, 5, 7]
    """
    rows = np.arange(begin, begin + count)
    blank = np.asarray(source.blank, dtype=np.int64)
    return rows + 1 + np.searchsorted(blank - np.arange(len(blank)), rows, side="right")


def split(source, batch):
    """The columns and the geometry of a batch.

    Parameters
    ----------
    source : Source
    batch : pyarrow.RecordBatch

    Returns
    -------
    columns : pyarrow.RecordBatch
        Without the geometry.
    geometry : ndarray of shapely geometries or None
    """
    if source.geometry is None:
        return batch, None
    column = batch.column(source.geometry)
    storage = column.storage if isinstance(column.type, pa.BaseExtensionType) else column.cast(pa.binary())
    geometry = shapely.from_wkb(np.array(storage.to_pylist(), dtype=object))
    return batch.drop_columns([source.geometry]), geometry


@contextmanager
def _refusals(path):
    try:
        yield
    except ERRORS as error:
        raise Refusal("unreadable_file", f"{path} cannot be read: {_one_line(error)}.", path=str(path)) from error


def _guarded(path, batches):
    """The batches; only what reading them raises becomes a refusal, not what is done with them."""
    while True:
        with _refusals(path):
            batch = next(batches, None)
        if batch is None:
            return
        yield batch


def _evenly(batches, rows):
    """The same rows in batches of so many, which do not depend on how the file is cut."""
    waiting, count = [], 0
    for batch in batches:
        waiting.append(batch)
        count += len(batch)
        while count >= rows:
            whole = _joined(waiting)
            yield whole.slice(0, rows)
            waiting, count = [whole.slice(rows)], count - rows
    if count:
        yield _joined(waiting)


def _joined(batches):
    return batches[0] if len(batches) == 1 else pa.concat_batches(batches)


@contextmanager
def _open_csv(path, _):
    encoding = _encoding(path)
    with path.open(encoding=encoding, newline="\n") as file:
        header = file.readline().removesuffix("\n")
    if not header.strip():
        raise Refusal("empty_file", f"{path} has no header line.", path=str(path))
    separator = max(SEPARATORS, key=header.count)
    as_text = pa.csv.ConvertOptions(strings_can_be_null=False, column_types=_all_text(header, separator))
    parse = pa.csv.ParseOptions(delimiter=separator, newlines_in_values=True)
    # arrow strips a UTF-8 byte order mark itself and leaves other encodings to Python
    read_options = pa.csv.ReadOptions(encoding="utf8" if encoding == ENCODINGS[0] else encoding, block_size=PIECE_BYTES)
    with _regular(path):
        reader = pa.csv.open_csv(path, read_options=read_options, parse_options=parse, convert_options=as_text)
    with reader:
        yield Source(reader.schema, None, None, None, _csv_batches(path, reader))


def _csv_batches(path, reader):
    while True:
        with _regular(path):
            batch = next(reader, None)
        if batch is None:
            return
        yield batch


@contextmanager
def _regular(path):
    try:
        yield
    except pa.ArrowInvalid as error:
        raise Refusal("malformed_csv", f"{path} is not a regular CSV: {_one_line(error)}.", path=str(path)) from error


def _encoding(path):
    for encoding in ENCODINGS:
        try:
            _decode(path, codecs.getincrementaldecoder(encoding)())
            return encoding
        except UnicodeDecodeError:
            continue
    raise Refusal("unknown_encoding", f"{path} is neither UTF-8 nor GB 18030; save it as UTF-8.", path=str(path))


def _decode(path, decoder):
    with path.open("rb") as file:
        while piece := file.read(PIECE_BYTES):
            decoder.decode(piece)
    decoder.decode(b"", final=True)


def _all_text(header, separator):
    names = pa.csv.read_csv(
        pa.py_buffer((header + "\n").encode()), parse_options=pa.csv.ParseOptions(delimiter=separator)
    ).column_names
    return dict.fromkeys(names, pa.string())


@contextmanager
def _open_parquet(path, rows):
    # not pre-buffered: a row group of any size is read page by page
    with pa.parquet.ParquetFile(path, buffer_size=PIECE_BYTES, pre_buffer=False) as file:
        schema = file.schema_arrow
        about = json.loads((schema.metadata or {}).get(b"geo", b"null"))
        geometry, crs = (None, None) if about is None else _geoparquet(about, path)
        yield Source(schema, geometry, crs, file.metadata.num_rows, file.iter_batches(rows, use_threads=False))


def _geoparquet(about, path):
    name = about["primary_column"]
    column = about["columns"][name]
    if column["encoding"] != "WKB":
        raise Refusal("unknown_format", f"The geometry of {path} is not encoded as WKB but as {column['encoding']}.")
    crs = column.get("crs", LONLAT)
    return name, None if crs is None else pyproj.CRS.from_user_input(crs)


@contextmanager
def _open_vector(path, rows):
    layers = [name for name, kind in pyogrio.list_layers(path) if kind is not None]
    if not layers:
        raise Refusal("empty_file", f"{path} has no layer with a geometry.", path=str(path))
    if len(layers) > 1:
        names = ", ".join(layers)
        raise Refusal("ambiguous_layer", f"{path} has several layers ({names}); save the one wanted as a file.")
    with pyogrio.raw.open_arrow(path, layer=layers[0], batch_size=rows, use_pyarrow=True) as (meta, reader):
        crs = None if meta["crs"] is None else pyproj.CRS.from_user_input(meta["crs"])
        yield Source(reader.schema, meta["geometry_name"] or "wkb_geometry", crs, _count(path), iter(reader))


def _count(path):
    """Rows of a GeoPackage, which knows; of GeoJSON GDAL would have to read it whole."""
    count = pyogrio.read_info(path)["features"] if path.suffix.lower() == ".gpkg" else -1
    return None if count < 0 else count


def _one_line(error):
    return " ".join(str(error).split()).rstrip(".")[:300]


@contextmanager
def _open_workbook(path, rows):
    from boundaries.imports.workbooks import open_workbook  # noqa: PLC0415 - its library takes longer to load than most files

    with open_workbook(path, rows) as (schema, batches, blank):
        yield Source(schema, None, None, None, batches, blank)


READERS = {
    ".csv": _open_csv,
    ".xlsx": _open_workbook,
    ".geojson": _open_vector,
    ".json": _open_vector,
    ".parquet": _open_parquet,
    ".geoparquet": _open_parquet,
    ".gpkg": _open_vector,
}
