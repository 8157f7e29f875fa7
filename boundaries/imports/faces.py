"""Writing layers of polygons: the input's columns with new shapes, in one piece or not at all."""

import geopandas as gpd
import shapely

from boundaries.imports.output import in_one_piece
from gis.crs import STORAGE_EPSG

DRIVERS = {".gpkg": "GPKG", ".geojson": "GeoJSON", ".fgb": "FlatGeobuf"}
SUFFIXES = (*DRIVERS, ".parquet")


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
