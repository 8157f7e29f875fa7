"""Layers out of other people's files: ids, geometries, and what the numbers mean."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyproj
import shapely

from boundaries.imports.vectors import open_layer
from gis.crs import DISPLAY_EPSG, STORAGE_EPSG, Frame, as_crs
from gis.datum import require_datum
from gis.errors import Refusal

SHIFTED = ("gcj02", "bd09")
POLYGONAL = (3, 6, 7)  # with collections, whose polygons count
LINEAL = (1, 2, 3, 5, 6)  # with polygons, whose outline counts
NAMED_AT_MOST = 40
MOST_VERTICES = 1_000_000  # of one feature; the outline of a city has some ten thousand


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer as it was read.

    Attributes
    ----------
    path : pathlib.Path
        As it was named, without a layer's name.
    ids : list of str or None
        From the id column; without one, the number of the row from 0.
    own : ndarray of Geometry or None, shape (n,)
        In the coordinates of the file, two-dimensional, x = east.
    frame : gis.crs.Frame
        What those coordinates mean: the CRS of the file and the datum, declared or told by the CRS.
    attributes : pandas.DataFrame, n rows
        All columns but the geometry.
    notes : tuple of str
        What a user should know about how it was read.
    """

    path: Path
    ids: list
    own: np.ndarray
    frame: Frame
    attributes: pd.DataFrame
    notes: tuple[str, ...] = ()

    @property
    def geometries(self):
        """Degrees on CGCS2000; worked out at each call."""
        return self.frame.to_storage(self.own)


def read_layer(path, *, id_field=None, datum=None, layer=None):
    """Read a layer of polygons.

    Parameters
    ----------
    path : str or pathlib.Path
        GeoPackage, Shapefile (also zipped, or its folder), GeoJSON, KML, FlatGeobuf, GeoParquet or what else GDAL reads;
        ``FILE::LAYER`` names a layer.
    id_field : str, optional
        Column of the ids.
    datum : {"cgcs2000", "wgs84", "gcj02", "bd09"}, optional
        Of longitudes and latitudes, where the file does not say or says wrongly: formats like GeoJSON are always tagged
        WGS 84, even when they came from a Chinese map service.
    layer : str, optional
        Name of the layer; see :func:`boundaries.imports.vectors.open_layer`.

    Returns
    -------
    Layer
        Features without geometry, with broken or other than polygonal ones stay in it, in their order.

    Raises
    ------
    Refusal
        ``missing_file``, ``archive_too_large``, ``unreadable_layer``, ``unknown_layer``, ``no_polygons``, ``empty_layer``,
        ``too_many_vertices`` in one feature, ``unknown_column``, ``unknown_datum``, ``layer_without_crs``,
        ``undeclared_datum``, ``datum_contradicts_crs``, ``unknown_crs``, ``swapped_lonlat``, ``outside_lonlat``.
    """
    if datum is not None:
        require_datum(datum)
    source = open_layer(path, layer)
    _require_polygons(source)
    return _framed(path, source, id_field, datum)


def read_lines(path, *, datum=None, layer=None):
    """Read a layer of lines: roads, rivers, walls.

    Parameters
    ----------
    path : str or pathlib.Path
    datum, layer : str, optional
        As for :func:`read_layer`; of several layers of lines one has to be named.

    Returns
    -------
    Layer

    Raises
    ------
    Refusal
        ``no_lines``, ``ambiguous_layer``; all else as :func:`read_layer`.
    """
    if datum is not None:
        require_datum(datum)
    source = open_layer(path, layer, of="lines")
    kinds = shapely.get_type_id(source.geometries)
    if not np.isin(kinds, LINEAL).any():
        raise Refusal("no_lines", f"None of the {len(kinds)} features of {source.name} is a line or a polygon.")
    source = replace(source, geometries=np.where(np.isin(kinds, LINEAL), source.geometries, None))
    return _framed(path, source, None, datum)


def _framed(path, source, id_field, datum):
    _require_drawable(source)
    own = shapely.force_2d(source.geometries)
    frame = _frame(source, own, datum)
    if frame.is_lonlat:
        _require_degrees(source.name, own)
    notes = source.notes + _about_name(source.name, frame.datum)
    ids = [str(row) for row in range(len(own))] if id_field is None else ids_from(source.attributes, id_field, name=source.name)
    return Layer(Path(path), ids, own, frame, source.attributes, notes)


def _require_polygons(source):
    if not len(source.geometries):
        raise Refusal("empty_layer", f"{source.name} holds no feature; choose another layer.")
    if not np.isin(shapely.get_type_id(source.geometries), POLYGONAL).any():
        raise Refusal("no_polygons", f"None of the {len(source.geometries)} features of {source.name} is a polygon.")


def _require_drawable(source):
    vertices = shapely.get_num_coordinates(source.geometries)
    if vertices.max() > MOST_VERTICES:
        raise Refusal(
            "too_many_vertices",
            f"Feature {int(vertices.argmax()) + 1} of {source.name} has {int(vertices.max()):,} vertices, over "
            f"{MOST_VERTICES:,}; simplify it first.",
        )


def _frame(source, own, datum):
    if source.crs is None:
        return _frame_without_crs(source.name, own, datum)
    crs = as_crs(source.crs)
    declared = Frame(crs, datum or ("wgs84" if Frame(crs).is_lonlat and "84" in crs.datum.name else "cgcs2000"))
    if crs.is_geographic and _is_unknown(crs):
        return _frame_of_unknown_datum(source.name, datum)
    if declared.datum in SHIFTED and not declared.is_lonlat and crs.to_epsg() != DISPLAY_EPSG:
        raise Refusal(
            "datum_contradicts_crs",
            f"{source.name} is in {crs.name}, which says its datum itself; leave out --datum {datum}.",
            crs=crs.name,
        )
    return declared


def _frame_without_crs(name, own, datum):
    if datum is None:
        raise Refusal(
            "layer_without_crs",
            f"{name} does not say in which CRS it is (a Shapefile says so in its .prj). Add that, or, if its numbers are "
            "longitudes and latitudes, declare --datum cgcs2000, wgs84, gcj02 or bd09.",
        )
    west, south, east, north = shapely.total_bounds(own)
    if max(-west, east) > 360 or max(-south, north) > 360:
        raise Refusal(
            "layer_without_crs",
            f"{name} does not say in which CRS it is, and ({west:.10g}, {south:.10g}) is no longitude and latitude, so "
            "--datum does not help; add the CRS (a Shapefile's .prj).",
        )
    return Frame(pyproj.CRS.from_epsg(STORAGE_EPSG), datum)


def _frame_of_unknown_datum(name, datum):
    if datum is None:
        raise Refusal(
            "undeclared_datum",
            f"{name} has longitudes and latitudes on a datum it does not name; declare --datum cgcs2000, wgs84, gcj02 or bd09.",
        )
    return Frame(pyproj.CRS.from_epsg(STORAGE_EPSG), datum)


def _is_unknown(crs):
    return crs.datum is None or "unknown" in crs.datum.name.lower()


def _require_degrees(name, own):
    xy = shapely.get_coordinates(own)
    x, y = np.abs(xy[np.isfinite(xy).all(axis=1)]).T
    if not ((x > 180) | (y > 90)).any():
        return
    if (x <= 90).all() and (y <= 180).all():
        raise Refusal(
            "swapped_lonlat",
            f"Longitude and latitude of {name} are swapped: {y.max():.6g} stands where the latitude should be. Swap them "
            "in the program that wrote the file.",
        )
    raise Refusal(
        "outside_lonlat",
        f"{name} is tagged as longitude and latitude, but its numbers reach {max(x.max(), y.max()):.10g}; give it the CRS "
        "it is really in.",
    )


def _about_name(name, datum):
    """Map services' files are tagged WGS 84 by their format; their names often tell the truth."""
    told = [shifted for shifted in SHIFTED if shifted in name.lower().replace("-", "").replace("_", "")]
    if not told or datum in told:
        return ()
    return (f"{name} is taken as {datum} while its name speaks of {told[0]}; if the name is right, add --datum {told[0]}.",)


def ids_from(attributes, column, *, name):
    """The ids in a column of a layer.

    Parameters
    ----------
    attributes : pandas.DataFrame, n rows
    column : str
    name : str
        Of the layer, for sentences.

    Returns
    -------
    list of str or None

    Raises
    ------
    Refusal
        ``unknown_column``.

    Examples
    --------
    >>> ids_from(pd.DataFrame({"adcode": [510502.0, None]}), "adcode", name="counties.shp")
    ['510502', None]
    """
    if column not in attributes.columns:
        known = list(map(str, attributes.columns))
        listed = ", ".join(known[:NAMED_AT_MOST]) + (" …" if len(known) > NAMED_AT_MOST else "")
        raise Refusal("unknown_column", f"{name} has no column {column!r}; it has {listed or 'none'}.", columns=known)
    values = attributes[column]
    return [None if missing else _text(value) for value, missing in zip(values, values.isna(), strict=True)]


def _text(value):
    """An id as a person writes it: 12, not 12.0."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip() or None
