"""Open other people's vector files: one layer as WKB, columns and a CRS, or a refusal that says what to do."""

import warnings
import zipfile
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError

from boundaries.exports.shapefile import join_again
from boundaries.imports.archives import require_sound_archive
from boundaries.imports.encodings import shapefile_encoding
from gis.checking.borders import borders
from gis.errors import Refusal

PARQUET = (".parquet", ".geoparquet", ".pq")
IN_ARCHIVES = (".shp", ".gpkg", ".geojson", ".json", ".kml", ".fgb", ".gml", ".tab")
ARCHIVES = (".zip", ".kmz")
SEPARATOR = "::"
POLYGON_WORDS = ("Polygon", "Surface", "Unknown", "GeometryCollection")
LINE_WORDS = ("LineString", "Curve", *POLYGON_WORDS)  # of polygons the outline counts
POLYGONAL = (3, 6)
LOOKED_AT = 2000  # features of each layer that are looked at to choose one
SHARING = 0.5  # part of the faces that share a border, from which a layer looks like a coverage
UNREADABLE = (DataSourceError, DataLayerError, FeatureError, FieldError, GeometryError, OSError, UnicodeError, ValueError)


@dataclass(frozen=True, slots=True)
class Source:
    """One layer as it stands in the file.

    Attributes
    ----------
    name : str
        File and layer, for sentences.
    geometries : ndarray of Geometry or None
    attributes : pandas.DataFrame
    crs : object or None
    notes : tuple of str
        What a user should know about how it was read.
    """

    name: str
    geometries: np.ndarray
    attributes: pd.DataFrame
    crs: object
    notes: tuple[str, ...] = field(default=())


def open_layer(path, layer=None, *, of="polygons"):
    """Read one layer of a file.

    Parameters
    ----------
    path : str or pathlib.Path
        Anything GDAL reads, GeoParquet, a ``.zip`` of a Shapefile, a folder of Shapefiles; ``FILE::LAYER`` names a layer.
    layer : str, optional
        Name of the layer. Without it: the only layer of polygons; of several, the one with most faces among those whose
        faces share borders (parcels rather than buildings), and a note says so.
    of : {"polygons", "lines"}
        What the layer has to be of. Of several layers of lines one has to be named.

    Returns
    -------
    Source

    Raises
    ------
    Refusal
        ``missing_file``, ``archive_too_large``, ``unreadable_layer``, ``unknown_layer``, ``no_polygons``; ``no_lines`` and
        ``ambiguous_layer`` for lines.
    """
    path, layer = _split(path, layer)
    if not path.exists():
        raise Refusal("missing_file", f"There is no file {path}; check the name and the folder.", path=str(path))
    if path.suffix.lower() in PARQUET:
        return _open_parquet(path)
    if path.suffix.lower() in ARCHIVES:
        require_sound_archive(path)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        place = _inside_archive(path) if path.suffix.lower() == ".zip" else path
        layer, notes = CHOOSE[of](path, place, layer)
        meta, geometries, columns = _read(path, place, layer)
    notes += tuple(dict.fromkeys(f"{path.name}: {warning.message}" for warning in caught))
    return Source(path.name, geometries, columns, meta["crs"], notes)


def _split(path, layer):
    if SEPARATOR in str(path) and not Path(path).exists():
        path, named = str(path).rsplit(SEPARATOR, 1)
        layer = layer or named
    return Path(path), layer


def _open_parquet(path):
    try:
        table = gpd.read_parquet(path)
    except (pa.ArrowException, shapely.errors.GEOSException, *UNREADABLE) as error:
        raise _unreadable(path, error) from error
    geometry = np.asarray(table.geometry.values, dtype=object)
    return Source(path.name, geometry, pd.DataFrame(table.drop(columns=table.geometry.name)), table.crs)


def _inside_archive(path):
    """Where GDAL finds the layers of a zip file: its only vector file, or the one folder of its Shapefiles."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = [PurePosixPath(name) for name in archive.namelist() if name.lower().endswith(IN_ARCHIVES)]
    except (zipfile.BadZipFile, OSError) as error:
        raise _unreadable(path, error) from error
    places = {member.parent if member.suffix.lower() == ".shp" else member for member in members}
    if len(places) != 1:
        found = ", ".join(map(str, members)) or "none"
        raise Refusal("unreadable_layer", f"{path.name} must hold one vector file; it holds {found}. Unpack it first.")
    return f"/vsizip/{path.absolute()}/{places.pop()}".removesuffix("/.")


def _layers(path, place):
    try:
        return pyogrio.list_layers(place)
    except UNREADABLE as error:
        raise _unreadable(path, error) from error


def _choose(path, place, wanted):
    layers = _layers(path, place)
    polygonal = _fitting(path, layers, wanted, POLYGON_WORDS)
    if not polygonal:
        raise Refusal("no_polygons", f"{path.name} has no layer of polygons: {_told(layers)}.", layers=_names(layers))
    if len(polygonal) == 1:
        return polygonal[0], ()
    ranks = {name: _rank(path, place, name) for name in polygonal}
    best = min(polygonal, key=lambda name: (*ranks[name], name))
    known = f"{path.name} has several layers of polygons ({', '.join(polygonal)})"
    note = f"{known}; {best} was taken, name another one as {path.name}{SEPARATOR}LAYER."
    return best, (note,)


def _choose_lines(path, place, wanted):
    layers = _layers(path, place)
    lineal = _fitting(path, layers, wanted, LINE_WORDS)
    if not lineal:
        raise Refusal("no_lines", f"{path.name} has no layer of lines: {_told(layers)}.", layers=_names(layers))
    if len(lineal) > 1:
        sentence = f"{path.name} has several layers ({', '.join(lineal)}); name one as {path.name}{SEPARATOR}LAYER."
        raise Refusal("ambiguous_layer", sentence, layers=lineal)
    return lineal[0], ()


CHOOSE = {"polygons": _choose, "lines": _choose_lines}


def _fitting(path, layers, wanted, words):
    """Names of the layers whose type holds one of some words; the wanted one alone."""
    if wanted is None:
        return [str(name) for name, kind in layers if kind and any(word in kind for word in words)]
    if wanted not in _names(layers):
        listed = ", ".join(_names(layers))
        raise Refusal("unknown_layer", f"{path.name} has no layer {wanted!r}; it has {listed}.", layers=_names(layers))
    return [wanted]


def _names(layers):
    return [str(name) for name, _ in layers]


def _told(layers):
    return ", ".join(f"{name} ({kind or 'no geometry'})" for name, kind in layers) or "no layer at all"


def _rank(path, place, layer):
    """Smaller is better: layers whose faces share borders first, then those with more features."""
    _, geometries, _ = _read(path, place, layer, max_features=LOOKED_AT)
    faces = geometries[np.isin(shapely.get_type_id(geometries), POLYGONAL)]
    table = borders(faces[shapely.is_valid(faces)])
    sharing = len(np.unique(table.owner[~table.uncovered]))
    return not len(faces) or sharing < SHARING * len(faces), -pyogrio.read_info(place, layer=layer)["features"]


def _read(path, place, layer, **limits):
    """Meta data, geometries and columns; texts of Shapefiles in the encoding they are really in, and dates as texts."""
    try:
        info = pyogrio.read_info(place, layer=layer)
        if info["driver"] == "ESRI Shapefile":
            limits["encoding"] = shapefile_encoding(path, layer, info["encoding"])
        if info["driver"] == "GeoJSON":
            limits["DATE_AS_STRING"] = "YES"  # a name such as 2026/05/01 is a name
        meta, _, wkb, columns = pyogrio.raw.read(place, layer=layer, **limits)
        wkb = np.full(len(columns[0]) if columns else 0, None, dtype=object) if wkb is None else wkb
        geometries = shapely.from_wkb(wkb, on_invalid="fix")
    except (shapely.errors.GEOSException, *UNREADABLE) as error:
        raise _unreadable(path, error) from error
    frame = pd.DataFrame(dict(zip(meta["fields"], columns, strict=True)), index=range(len(geometries)))
    return meta, geometries, join_again(frame) if info["driver"] == "ESRI Shapefile" else frame


def _unreadable(path, error):
    reason = str(error).replace(f"/vsizip/{path.absolute()}", path.name).replace(str(path), path.name)
    reason = " ".join(reason.split()).split("; It might help")[0].rstrip(".")[:200]
    return Refusal(
        "unreadable_layer",
        f"{path.name} cannot be read as a layer ({reason}). Is it whole, and a GeoPackage, Shapefile, GeoJSON, KML, "
        "FlatGeobuf or GeoParquet?",
        path=str(path),
    )
