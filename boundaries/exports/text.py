"""Extracts as GeoJSON (RFC 7946) and KML 2.2 texts, unit by unit, with seven decimals: all that the lattice has."""

import json
import re
from xml.sax.saxutils import escape, quoteattr

import numpy as np
import pandas as pd
import shapely

DECIMALS = 7
NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, production 2
KML_TYPES = {"households": "int", "population": "int", "area_m2": "double", "change_set": "int"}


def write_geojson(extract, metadata, path):
    """Write a FeatureCollection with a member ``metadata``.

    Parameters
    ----------
    extract : boundaries.exports.extract.Extract
    metadata : dict of str
    path : pathlib.Path
    """
    head = json.dumps({"type": "FeatureCollection", "name": extract.layer, "metadata": metadata}, ensure_ascii=False)
    shapes = shapely.to_geojson(shapely.orient_polygons(_simplest(extract.geometries)))
    with path.open("w", encoding="utf-8") as file:
        file.write(f'{head[:-1]}, "features": [')
        for row, (properties, shape) in enumerate(zip(_records(extract.attributes), shapes, strict=True)):
            said = json.dumps(properties, ensure_ascii=False)
            file.write(f'{"," if row else ""}\n{{"type": "Feature", "properties": {said}, "geometry": {shape}}}')
        file.write("\n]}\n")


def write_kml(extract, metadata, path):
    """Write a Document with the metadata in its description and as extended data.

    Parameters
    ----------
    extract : boundaries.exports.extract.Extract
    metadata : dict of str
    path : pathlib.Path
    """
    with path.open("w", encoding="utf-8") as file:
        file.write('<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2"><Document>\n')
        file.write(f"<name>{_xml(metadata['title'])}</name>\n<description>{_xml(_lines(metadata))}</description>\n")
        file.write(_kml_schema(extract))
        for properties, shape in zip(_records(extract.attributes), _simplest(extract.geometries), strict=True):
            file.write(_placemark(extract.layer, properties, shape))
        file.write("</Document></kml>\n")


def _records(attributes):
    """The attributes of each unit as plain values."""
    columns = [[None if missing else value for value, missing in zip(*pair, strict=True)] for pair in _plain(attributes)]
    return [dict(zip(attributes.columns, values, strict=True)) for values in zip(*columns, strict=True)]


def _plain(attributes):
    for name in attributes.columns:
        column = attributes[name]
        yield column.astype(object).tolist(), pd.isna(column).tolist()


def _simplest(geometries):
    """A polygon where there is one part."""
    simple = np.array(geometries, dtype=object)
    single = shapely.get_num_geometries(simple) == 1
    simple[single] = shapely.get_geometry(simple[single], 0)
    return simple


def _kml_schema(extract):
    fields = "".join(
        f'<SimpleField name="{name}" type="{KML_TYPES.get(name, "string")}"/>'
        for name in extract.attributes.columns
        if name != "name"
    )
    return f"<Schema name={quoteattr(extract.layer)} id={quoteattr(extract.layer)}>{fields}</Schema>\n"


def _placemark(layer, properties, shape):
    data = "".join(
        f'<SimpleData name="{name}">{_xml(value)}</SimpleData>'
        for name, value in properties.items()
        if name != "name" and value is not None
    )
    said = f'<ExtendedData><SchemaData schemaUrl="#{layer}">{data}</SchemaData></ExtendedData>'
    return f"<Placemark><name>{_xml(properties['name'])}</name>{said}\n{_kml_shape(shape)}</Placemark>\n"


def _kml_shape(shape):
    if shape.geom_type == "Polygon":
        return _kml_polygon(shape)
    return f"<MultiGeometry>{''.join(map(_kml_polygon, shape.geoms))}</MultiGeometry>"


def _kml_polygon(polygon):
    holes = "".join(f"<innerBoundaryIs>{_kml_ring(ring)}</innerBoundaryIs>" for ring in polygon.interiors)
    return f"<Polygon><outerBoundaryIs>{_kml_ring(polygon.exterior)}</outerBoundaryIs>{holes}</Polygon>"


def _kml_ring(ring):
    text = " ".join(f"{lon:.{DECIMALS}f},{lat:.{DECIMALS}f}" for lon, lat in shapely.get_coordinates(ring).tolist())
    return f"<LinearRing><coordinates>{text}</coordinates></LinearRing>"


def _lines(metadata):
    return "\n".join(f"{name}: {value}" for name, value in metadata.items())


def _xml(value):
    return escape(NOT_IN_XML.sub("\ufffd", str(value)))
