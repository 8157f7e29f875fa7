"""The faces of a layer as members of a command."""

import json

import pandas as pd
import shapely

from boundaries.imports.layers import read_layer
from gis.errors import Refusal


def faces_of(path, columns, *, datum=None):
    """The faces of a layer for `divide`.

    Parameters
    ----------
    path : str
        File of the layer.
    columns : dict of str to (str or None)
        Column of each member ``name``, ``kind``, ``households`` and ``unit``.
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
                    face[member] = int(value) if member == "households" else str(value)
    return faces
