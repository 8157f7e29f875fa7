"""Extracts as files: GeoPackage, GeoJSON, zipped Shapefile, GeoParquet and KML, each with its metadata and digest."""

import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

import geopandas as gpd
import pyarrow.parquet as pq
import pyogrio
import shapely

from boundaries.exports.shapefile import cut_to_fit
from boundaries.exports.text import write_geojson, write_kml
from boundaries.imports.output import in_one_piece
from gis.crs import STORAGE_EPSG
from gis.errors import Refusal

METADATA_IN_ZIP = "metadata.txt"


def format_of(name):
    """The format that the name of a file stands for.

    Parameters
    ----------
    name : str

    Returns
    -------
    str
        A key of :data:`WRITERS`.

    Raises
    ------
    Refusal
        ``unknown_format``.

    Examples
    --------
    >>> format_of("grids-2026.shp.zip")
    'shp.zip'
    """
    for known in WRITERS:
        if str(name).lower().endswith(f".{known}"):
            return known
    raise Refusal("unknown_format", f"{name} is no known kind of file by its name; use .{', .'.join(WRITERS)}.")


def write_extract(extract, out):
    """Write an extract; every coordinate comes back to the exact lattice.

    Parameters
    ----------
    extract : boundaries.exports.extract.Extract
    out : pathlib.Path
        Its name tells the format. It appears when it is complete, in the place of any older one.

    Returns
    -------
    dict of str
        The metadata written.

    Raises
    ------
    Refusal
        ``unknown_format``, ``disk_full``, ``not_written``; nothing is left behind.
    """
    write, metadata = WRITERS[format_of(out.name)], extract.metadata()
    with in_one_piece(out) as part:
        write(extract, metadata, part)
    return metadata


def _write_geopackage(extract, metadata, path):
    # GDAL writes these into the tables gpkg_metadata and gpkg_metadata_reference.
    pyogrio.write_dataframe(
        _frame(extract), path, layer=extract.layer, driver="GPKG", geometry_type="MultiPolygon", layer_metadata=metadata
    )


def _write_parquet(extract, metadata, path):
    _frame(extract).to_parquet(path)
    table = pq.read_table(path)
    said = {f"wangge:{name}": value for name, value in metadata.items()}
    pq.write_table(table.replace_schema_metadata({**table.schema.metadata, **said}), path, compression="zstd")


def _write_shapefile(extract, metadata, path):
    with TemporaryDirectory(prefix=".shp-", dir=path.parent) as folder:
        shape = Path(folder) / f"{extract.layer}.shp"
        frame = cut_to_fit(_frame(extract))
        pyogrio.write_dataframe(frame, shape, driver="ESRI Shapefile", encoding="UTF-8", geometry_type="Polygon")
        said = "".join(f"{name}: {value}\n" for name, value in metadata.items())
        (shape.parent / METADATA_IN_ZIP).write_text(said, encoding="utf-8")
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for member in sorted(shape.parent.iterdir()):
                archive.write(member, member.name)


def _frame(extract):
    shapes = shapely.force_2d(extract.geometries)
    return gpd.GeoDataFrame(extract.attributes, geometry=list(shapes), crs=STORAGE_EPSG)


WRITERS = {
    "gpkg": _write_geopackage,
    "geojson": write_geojson,
    "shp.zip": _write_shapefile,
    "parquet": _write_parquet,
    "kml": write_kml,
}
MEDIA_TYPES = {
    "gpkg": "application/geopackage+sqlite3",
    "geojson": "application/geo+json",
    "shp.zip": "application/zip",
    "parquet": "application/vnd.apache.parquet",
    "kml": "application/vnd.google-earth.kml+xml",
}
