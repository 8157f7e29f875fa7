"""Layers that come with a change set: faces as members of a command, and lines along which borders are clear."""

import json

import numpy as np
import shapely

from boundaries.changes.reference import LONGEST_KIND, LONGEST_KM, MOST_LINES, MOST_VERTICES, reference
from boundaries.imports.incoming import whole_number
from boundaries.imports.layers import ids_from, read_layer, read_lines
from boundaries.units import COUNTS
from gis.errors import Refusal
from gis.lattice import from_lattice, to_lattice
from gis.measures import boundary_length_m

MOST_READ = 2_000_000  # vertices of a whole file of lines, before a box cuts out what is wanted


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
        ``invalid_geometry``, ``unknown_column``, ``bad_households``, ``bad_population``, and whatever hinders reading.
    """
    layer = read_layer(path, datum=datum)
    missing = int(shapely.is_missing(layer.own).sum())
    if missing:
        raise Refusal("invalid_geometry", f"{missing} features of {layer.path.name} have no polygon; draw or drop them.")
    labels = labels_of(layer, columns)
    return [face_of(shape, said) for shape, said in zip(layer.geometries, labels, strict=True)]


def face_of(shape, labels):
    """A face as a command has it."""
    return {"geometry": json.loads(shapely.to_geojson(shape)), **labels}


def labels_of(layer, columns):
    """What the columns of a layer say of each face, by the members of a command.

    Parameters
    ----------
    layer : boundaries.imports.layers.Layer
    columns : dict of str to (str or None)
        As for :func:`faces_of`.

    Returns
    -------
    list of dict

    Raises
    ------
    Refusal
        ``unknown_column``, ``bad_households``, ``bad_population``.
    """
    labels = [{} for _ in layer.ids]
    for member, column in columns.items():
        if column is not None:
            texts = ids_from(layer.attributes, column, name=layer.path.name)
            rows = zip(labels, texts, layer.attributes[column], layer.ids, strict=True)
            for said, text, value, name in rows:
                if text is not None:
                    said[member] = whole_number(value, member, name) if member in COUNTS else text
    return labels


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
    return reference(layer.geometries, _kinds(layer, column))


def lines_of(path, column, *, box=None, datum=None):
    """The lines of a layer to draw along, on the lattice; of polygons the outline.

    Parameters
    ----------
    path : str
        File of the layer.
    column : str or None
        That says what a line is: road, river, wall.
    box : tuple of float, optional
        West, south, east, north in degrees: what lies outside is cut away.
    datum : str, optional

    Returns
    -------
    boundaries.changes.reference.Reference
        LineStrings and MultiLineStrings.

    Raises
    ------
    Refusal
        ``unknown_column``, ``bad_lines``, ``no_lines``, ``not_finite``, ``too_many_kinds``, ``too_many_lines``,
        ``too_many_vertices``, ``lines_too_long``, and whatever hinders reading.
    """
    layer = read_lines(path, datum=datum)
    name = layer.path.name
    _require(int(shapely.get_num_coordinates(layer.own).sum()), MOST_READ, "too_many_vertices", f"{name} has {{}} vertices")
    lines = _lines(layer.geometries, box)
    kept = np.flatnonzero(~shapely.is_empty(lines))
    if not len(kept):
        where = "has no line with a length" if box is None else "has no line in the box"
        raise Refusal("no_lines", f"{name} {where}; choose another file, or give another box.")
    lines = lines[kept]
    within = f"{name} has {{}}" if box is None else f"{name} has, in the box, {{}}"
    _require(len(lines), MOST_LINES, "too_many_lines", f"{within} lines")
    _require(int(shapely.get_num_coordinates(lines).sum()), MOST_VERTICES, "too_many_vertices", f"{within} vertices")
    _require(int(boundary_length_m(lines).sum()) // 1000, LONGEST_KM, "lines_too_long", f"{within} km of lines")
    kinds = _kinds(layer, column)
    return reference(lines, [_checked_kind(kinds[k], row=int(k) + 1) for k in kept])


def _require(count, most, code, sentence):
    if count > most:
        told = sentence.format(f"{count:,}")
        raise Refusal(code, f"{told}, over {most:,}; send those near the change: give a bbox, or cut the file down.")


def _lines(geometries, box):
    """Lines on the lattice, empty where nothing of a length is left."""
    lines = np.where(shapely.is_missing(geometries), shapely.LineString(), geometries)
    areal = np.isin(shapely.get_type_id(lines), (3, 6))
    lines[areal] = shapely.boundary(lines[areal])
    to_lattice(shapely.get_coordinates(lines))  # refuses what is no position before it is cut
    if box is not None:
        lines = shapely.clip_by_rect(lines, *box)
    parts, row = _with_a_length(lines)
    empty = np.full(len(lines), shapely.MultiLineString(), dtype=object)
    return shapely.multilinestrings(parts, indices=row, out=empty)


def _with_a_length(lines):
    """The parts of lines, on the lattice, and the line of each; none is shorter than a unit."""
    parts, row = shapely.get_parts(lines, return_index=True)
    lineal = np.isin(shapely.get_type_id(parts), (1, 2)) & ~shapely.is_empty(parts)
    parts, row = parts[lineal], row[lineal]
    parts = shapely.remove_repeated_points(shapely.transform(parts, lambda xy: from_lattice(to_lattice(xy))))
    return parts[shapely.length(parts) > 0], row[shapely.length(parts) > 0]


def _kinds(layer, column):
    return ids_from(layer.attributes, column, name=layer.path.name) if column else [None] * len(layer.ids)


def _checked_kind(kind, *, row):
    if kind is not None and not (len(kind) <= LONGEST_KIND and kind.isprintable()):
        sentence = f"Feature {row} of the reference lines has a kind that is no text of 1 to {LONGEST_KIND} visible characters."
        raise Refusal("bad_lines", sentence, feature=row)
    return kind
