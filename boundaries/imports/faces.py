"""Writing layers of polygons: the input's columns with new shapes, in one piece or not at all."""

import os

import geopandas as gpd
import shapely

from boundaries.imports.answers import in_one_piece
from gis.crs import STORAGE_EPSG
from gis.errors import Refusal

DRIVERS = {".gpkg": "GPKG", ".geojson": "GeoJSON", ".fgb": "FlatGeobuf"}
SUFFIXES = (*DRIVERS, ".parquet")


def require_place_for(out, *, option, source=None):
    """Refuse a place where the layer could not be written, before any work is done.

    Parameters
    ----------
    out : pathlib.Path
    option : str
        The option that named it, for the sentence.
    source : pathlib.Path, optional
        The input, which is never overwritten.

    Raises
    ------
    Refusal
        ``unknown_format``, ``missing_folder``, ``not_writable``, ``same_file``.
    """
    if out.suffix.lower() not in SUFFIXES:
        raise Refusal("unknown_format", f"{out} is no known kind of file by its name; use {', '.join(SUFFIXES)}.")
    if not out.parent.is_dir():
        raise Refusal("missing_folder", f"There is no folder {out.parent} to write {out.name} into; make it first.")
    if out.is_dir() or not os.access(out.parent, os.W_OK):
        raise Refusal("not_writable", f"{out} cannot be written; choose another place with {option}.")
    if source is not None and out.exists() and source.exists() and out.samefile(source):
        raise Refusal("same_file", f"{out} is the input itself; choose another name with {option}.")


def write_faces(attributes, faces, out):
    """Write faces in degrees on CGCS2000; every coordinate comes back as it is.

    Parameters
    ----------
    attributes : pandas.DataFrame, n rows
    faces : ndarray of Polygon, MultiPolygon or None, shape (n,)
        A feature without a face stays, without a shape.
    out : pathlib.Path
        ``.gpkg``, ``.geojson``, ``.fgb`` or ``.parquet``. It appears when it is complete, in the place of any older one.

    Raises
    ------
    Refusal
        ``disk_full``, ``not_written``; nothing is left behind.
    """
    columns = attributes.drop(columns=[name for name in attributes.columns if str(name).lower() in ("geometry", "geom")])
    frame = gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries(list(faces), index=columns.index, crs=STORAGE_EPSG))
    with in_one_piece(out) as part:
        if out.suffix.lower() == ".parquet":
            frame.to_parquet(part)
        else:
            frame.to_file(part, **_options(columns, faces, out))


def _options(columns, faces, out):
    """GDAL would make every Polygon a MultiPolygon where both occur, and take a column `fid` for its own."""
    driver = DRIVERS[out.suffix.lower()]
    simple = bool((shapely.get_type_id(faces) == 3).all())
    options = {"driver": driver, "engine": "pyogrio", "promote_to_multi": False}
    options["geometry_type"] = "Polygon" if simple else "Unknown"
    if driver == "GPKG" and "fid" in {str(name).lower() for name in columns.columns}:
        options["layer_options"] = {"FID": "row"}
    return options
