"""The formats in which located points are written. Each writer takes a file and batches of points with their answers."""

import csv
import errno
import json
import math
from datetime import date
from itertools import chain

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet
import pyogrio
import shapely

from gis.crs import STORAGE_EPSG, as_crs

NAMES = ("grid", "on_border", "also", "distance_m")
LONLAT = ("lon", "lat")
ALSO_SEPARATOR = ";"
ROW_GROUP = 1 << 16  # rows, of Parquet


def _write_csv(part, located):
    with part.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        for number, (points, found) in enumerate(located):
            columns = _with_lonlat(points) if points.has_geometry else points.columns
            if number == 0:
                writer.writerow([*columns.column_names, *NAMES])
            cells = [_as_text(column) for column in columns.columns]
            border = [_as_word(value) for value in found.on_border]
            also = [ALSO_SEPARATOR.join(codes) for codes in found.also]
            distance = [_as_metres(metres) for metres in found.distance_m.tolist()]
            writer.writerows(zip(*cells, found.grid, border, also, distance, strict=True))


def _with_lonlat(points):
    columns = points.columns
    positions = {name: pa.array(values, from_pandas=True) for name, values in zip(LONLAT, points.lonlat.T, strict=True)}
    new = {name: values for name, values in positions.items() if name not in columns.column_names}
    return pa.Table.from_arrays([*columns.columns, *new.values()], names=[*columns.column_names, *new])


def _as_text(column):
    """Cells of a column as a CSV shows them; null is empty."""
    if pa.types.is_string(column.type):
        return column.to_pylist()
    try:
        return pc.cast(column, pa.string()).to_pylist()
    except pa.ArrowNotImplementedError:
        return ["" if value is None else json.dumps(value, ensure_ascii=False, default=str) for value in column.to_pylist()]


def _as_metres(metres):
    return "" if math.isnan(metres) else "0" if metres == 0 else f"{metres:.3f}"


def _as_word(value):
    return "" if value is None else "true" if value else "false"


def _write_geojson(part, located):
    with part.open("w", encoding="utf-8", newline="") as file:
        file.write('{"type": "FeatureCollection", "features": [')
        separator = ""
        for points, found in located:
            features = map(_feature, points.lonlat.tolist(), _with_answers(points, found, joined=False).to_pylist())
            for feature in features:
                file.write(f"{separator}\n{feature}")
                separator = ","
        file.write("\n]}\n")


def _feature(lonlat, properties):
    geometry = None if np.isnan(lonlat[0]) else {"type": "Point", "coordinates": lonlat}
    properties = {name: None if _is_nan(value) else value for name, value in properties.items()}
    return json.dumps(
        {"type": "Feature", "properties": properties, "geometry": geometry},
        ensure_ascii=False,
        allow_nan=False,
        default=_plain,
    )


def _is_nan(value):
    return isinstance(value, float) and math.isnan(value)


def _plain(value):
    return value.isoformat() if isinstance(value, date) else str(value)


def _write_parquet(part, located):
    tables = _in_row_groups(_parquet_table(points, found) for points, found in located)
    first = next(tables)
    with pa.parquet.ParquetWriter(part, first.schema) as writer:
        for table in chain([first], tables):
            writer.write_table(table, row_group_size=ROW_GROUP)


def _parquet_table(points, found):
    table = _with_answers(points, found, joined=False)
    if points.has_geometry:
        table = table.append_column("geometry", pa.array(_wkb(points), pa.binary()))
        table = table.replace_schema_metadata({"geo": json.dumps(_geoparquet_metadata())})
    return table


def _in_row_groups(tables):
    """The same rows, so many at a time, each column in one piece: the file does not show how its rows were batched."""
    waiting = None
    for table in tables:
        waiting = table if waiting is None else pa.concat_tables([waiting, table])
        while len(waiting) >= ROW_GROUP:
            yield waiting.slice(0, ROW_GROUP).combine_chunks()
            waiting = waiting.slice(ROW_GROUP)
    if len(waiting):
        yield waiting.combine_chunks()


def _geoparquet_metadata():
    column = {"encoding": "WKB", "geometry_types": ["Point"], "crs": as_crs(STORAGE_EPSG).to_json_dict()}
    return {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}}


def _write_gpkg(part, located):
    rows = _GpkgRows(located)
    try:
        pyogrio.raw.write_arrow(
            rows.reader(),
            part,
            layer="located",
            driver="GPKG",
            geometry_name=rows.geometry,
            geometry_type="Point",
            crs=f"EPSG:{STORAGE_EPSG}",
            layer_options={"FID": rows.fid, "GEOMETRY_NAME": rows.geometry},
        )
    finally:
        rows.raise_what_stopped()
    # GDAL may come to the end of a full disk and say nothing
    if pyogrio.read_info(part, layer="located", force_feature_count=True)["features"] != rows.count:
        raise OSError(errno.ENOSPC, "not all rows arrived")


class _GpkgRows:
    """Rows for GDAL, which takes them batch by batch but drops the errors of who gives them."""

    def __init__(self, located):
        self._located = iter(located)
        self._first = next(self._located)
        self._stopped = None
        self.count = 0
        taken = {name.lower() for name in (*self._first[0].columns.column_names, *NAMES)}
        self.fid = next(name for name in ("fid", "fid_1", "fid_2") if name not in taken)
        self.geometry = next(name for name in ("geom", "geom_1") if name not in taken)

    def reader(self):
        """The rows as a stream of Arrow's."""
        return pa.RecordBatchReader.from_batches(self._table(*self._first).schema, self._batches())

    def raise_what_stopped(self):
        """Raise what was raised while rows were taken, if anything was."""
        if self._stopped is not None:
            raise self._stopped

    def _batches(self):
        try:
            for points, found in chain([self._first], self._located):
                self.count += len(points)
                yield from self._table(points, found).to_batches()
        except BaseException as error:
            self._stopped = error
            raise

    def _table(self, points, found):
        table = _with_answers(points, found, joined=True)
        return table.append_column(self.geometry, pa.array(_wkb(points), pa.binary()))


def _with_answers(points, found, *, joined):
    also = [ALSO_SEPARATOR.join(codes) for codes in found.also] if joined else found.also
    new = (
        pa.array(found.grid, pa.string()),
        pa.array(found.on_border, pa.bool_()),
        pa.array(also, pa.string() if joined else pa.list_(pa.string())),
        pa.array(found.distance_m, pa.float64(), from_pandas=True),
    )
    # put together anew, for a table without columns forgets how many rows it has, and without the file's own metadata
    return pa.Table.from_arrays([*points.columns.columns, *new], names=[*points.columns.column_names, *NAMES])


def _wkb(points):
    wkb = np.full(len(points), None, dtype=object)
    wkb[points.placed] = shapely.to_wkb(shapely.points(points.lonlat[points.placed]))
    return wkb


WRITERS = {".csv": _write_csv, ".geojson": _write_geojson, ".parquet": _write_parquet, ".gpkg": _write_gpkg}
