"""The formats in which located points are written. Each writer takes the file, the columns, the points, the answers."""

import csv
import errno
import json
import math
from datetime import date

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
ROWS_AT_ONCE = 20_000


def _write_csv(part, columns, points, found):
    if points.has_geometry:
        columns = _with_lonlat(columns, points)
    with part.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([*columns.column_names, *NAMES])
        for begin in range(0, len(points), ROWS_AT_ONCE):
            rows = slice(begin, begin + ROWS_AT_ONCE)
            cells = [_as_text(column) for column in columns.slice(begin, ROWS_AT_ONCE).columns]
            border = [_as_word(value) for value in found.on_border[rows]]
            also = [ALSO_SEPARATOR.join(codes) for codes in found.also[rows]]
            distance = [_as_metres(metres) for metres in found.distance_m[rows]]
            writer.writerows(zip(*cells, found.grid[rows], border, also, distance, strict=True))


def _with_lonlat(columns, points):
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
    return "" if np.isnan(metres) else "0" if metres == 0 else f"{metres:.3f}"


def _as_word(value):
    return "" if value is None else "true" if value else "false"


def _write_geojson(part, columns, points, found):
    with part.open("w", encoding="utf-8", newline="") as file:
        file.write('{"type": "FeatureCollection", "features": [')
        for begin in range(0, len(points), ROWS_AT_ONCE):
            rows = slice(begin, begin + ROWS_AT_ONCE)
            table = _with_answers(columns.slice(begin, ROWS_AT_ONCE), found, rows, joined=False)
            features = map(_feature, points.lonlat[rows].tolist(), table.to_pylist())
            file.write(("," if begin else "") + ",".join(f"\n{feature}" for feature in features))
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


def _write_parquet(part, columns, points, found):
    table = _with_answers(columns, found, slice(None), joined=False)
    if points.has_geometry:
        table = table.append_column("geometry", pa.array(_wkb(points), pa.binary()))
        table = table.replace_schema_metadata({"geo": json.dumps(_geoparquet_metadata())})
    pa.parquet.write_table(table, part)


def _geoparquet_metadata():
    column = {"encoding": "WKB", "geometry_types": ["Point"], "crs": as_crs(STORAGE_EPSG).to_json_dict()}
    return {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}}


def _write_gpkg(part, columns, points, found):
    table = _with_answers(columns, found, slice(None), joined=True)
    taken = {name.lower() for name in table.column_names}
    fid, geometry = (next(n for n in names if n not in taken) for names in (("fid", "fid_1", "fid_2"), ("geom", "geom_1")))
    table = table.append_column(geometry, pa.array(_wkb(points), pa.binary()))
    pyogrio.raw.write_arrow(
        table,
        part,
        layer="located",
        driver="GPKG",
        geometry_name=geometry,
        geometry_type="Point",
        crs=f"EPSG:{STORAGE_EPSG}",
        layer_options={"FID": fid, "GEOMETRY_NAME": geometry},
    )
    # GDAL may come to the end of a full disk and say nothing
    if pyogrio.read_info(part, layer="located", force_feature_count=True)["features"] != len(table):
        raise OSError(errno.ENOSPC, "not all rows arrived")


def _with_answers(columns, found, rows, *, joined):
    also = [ALSO_SEPARATOR.join(codes) for codes in found.also[rows]] if joined else found.also[rows]
    new = (
        pa.array(found.grid[rows], pa.string()),
        pa.array(found.on_border[rows], pa.bool_()),
        pa.array(also, pa.string() if joined else pa.list_(pa.string())),
        pa.array(found.distance_m[rows], pa.float64(), from_pandas=True),
    )
    # put together anew, for a table without columns forgets how many rows it has
    return pa.Table.from_arrays([*columns.columns, *new], names=[*columns.column_names, *NAMES])


def _wkb(points):
    wkb = np.full(len(points), None, dtype=object)
    wkb[points.placed] = shapely.to_wkb(shapely.points(points.lonlat[points.placed]))
    return wkb


WRITERS = {".csv": _write_csv, ".geojson": _write_geojson, ".parquet": _write_parquet, ".gpkg": _write_gpkg}
