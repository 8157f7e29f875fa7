"""Layers that come with a change set: faces as members of a command, and lines along which borders are clear."""

import json

import pandas as pd
import shapely

from boundaries.changes.reference import reference
from boundaries.imports.layers import ids_from, read_layer, read_lines
from boundaries.units import COUNTS
from gis.errors import Refusal


def faces_of(path, columns, *, datum=None):
    """The faces of a layer for `divide`.

    Parameters
    ----------
    path : str
        File of the layer.
    columns : dict of str to (str or None)
        Column of each member ``name``, ``kind``, ``households``, ``population`` and ``unit``.
    datum : str, optional

    Returns
    -------
    list of dict

    Raises
    ------
    Refusal
        ``unknown_column``, and whatever hinders reading.
    """
    layer = read_layer(path, datum=datum)
    for column in filter(None, columns.values()):
        if column not in layer.attributes.columns:
            known = ", ".join(map(str, layer.attributes.columns))
            raise Refusal("unknown_column", f"{layer.path.name} has no column {column!r}; it has {known or 'none'}.")
    faces = [{"geometry": json.loads(text)} for text in shapely.to_geojson(layer.geometries)]
    for member, column in columns.items():
        if column:
            for face, value in zip(faces, layer.attributes[column], strict=True):
                if not pd.isna(value):
                    face[member] = int(value) if member in COUNTS else str(value)
    return faces


def reference_of(path, column, *, datum=None):
    """The lines of a layer for the clarity of borders.

    Parameters
    ----------
    path : str
        File of the layer.
    column : str or None
        That says what a line is: road, river, wall.
    datum : str, optional

    Returns
    -------
    boundaries.changes.reference.Reference

    Raises
    ------
    Refusal
        ``unknown_column``, ``no_lines``, ``too_many_kinds``, and whatever hinders reading.
    """
    layer = read_lines(path, datum=datum)
    kinds = ids_from(layer.attributes, column, name=layer.path.name) if column else [None] * len(layer.ids)
    return reference(layer.geometries, kinds)
