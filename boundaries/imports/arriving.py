"""A file of faces that somebody wants a unit divided into: what is asked for with it, and which of its faces lie in the unit."""

import json
from dataclasses import asdict, dataclass

import numpy as np
import shapely

from boundaries.changes.commands import MOST_UNITS
from boundaries.changes.land import faces as shapes_of
from boundaries.changes.land import level_of_id
from boundaries.codes import LEVELS
from boundaries.imports.drawn import labels_of
from boundaries.imports.layers import Layer, read_layer
from boundaries.imports.misfit import refuse_misfit
from gis.checking.overlaps import polygons_only
from gis.comparing.lineage import MAJORITY
from gis.errors import Refusal

MOST_VERTICES = 200_000  # of all faces together; a village of a hundred grids has some ten thousand
MOST_MEETINGS = 100_000  # pairs of faces whose boxes meet: a coverage of 2,000 has some ten thousand
NAMED = 5


@dataclass(frozen=True, slots=True)
class Wishes:
    """How a file is to be read and conformed.

    Attributes
    ----------
    parent : str
        Id of the unit that the faces are to divide.
    name, kind, households, population, unit : str or None
        Columns of what the faces are to be called and so on; ``unit`` has the codes of units that stay.
    id_field : str or None
        Column that names the faces in mends and findings.
    datum : str or None
    snap_m, gap_width_m : float
    overlap_width_m : float or None
    strategy : str
        See :func:`gis.conforming.conform.conform`.
    """

    parent: str
    name: str | None = None
    kind: str | None = None
    households: str | None = None
    population: str | None = None
    unit: str | None = None
    id_field: str | None = None
    datum: str | None = None
    snap_m: float = 0.5
    gap_width_m: float = 2.0
    overlap_width_m: float | None = None
    strategy: str = "longest_border"

    @property
    def columns(self):
        """Columns by the members of a face."""
        return {member: getattr(self, member) for member in ("name", "kind", "households", "population", "unit")}

    def digest(self, content, land):
        """A value that differs whenever the file, these wishes or the land to be divided does.

        Parameters
        ----------
        content : hashlib.hash
            Of the file; it goes on from there.
        land : boundaries.changes.land.Land

        Returns
        -------
        str
            SHA-256 in hexadecimal.
        """
        content.update(json.dumps(asdict(self), sort_keys=True).encode())
        for name in (self.parent, *land.children(self.parent)):
            content.update(name.encode() + b"\0" + shapely.to_wkb(land[name].geometry))
        return content.hexdigest()


@dataclass(frozen=True, slots=True)
class Incoming:
    """The faces of a file that lie in the unit.

    Attributes
    ----------
    ids : list of str or None
    shapes : ndarray of Geometry, shape (n,)
        Degrees on CGCS2000, as they came.
    labels : list of dict
        What the columns say of each.
    notes : tuple of str
        What a user should know.
    """

    ids: list
    shapes: np.ndarray
    labels: list
    notes: tuple[str, ...]


def incoming(path, wishes, land):
    """Read the faces of a file that lie for the most part in the unit.

    Parameters
    ----------
    path : pathlib.Path
    wishes : Wishes
    land : boundaries.changes.land.Land

    Returns
    -------
    Incoming

    Raises
    ------
    Refusal
        ``unknown_unit``, ``wrong_level``, ``outside_parent``, ``swapped_lonlat``, ``datum_suspect``, ``too_many_faces``,
        ``too_many_vertices``, ``too_many_overlaps``, and whatever hinders reading.
    """
    parent = land[wishes.parent]
    if level_of_id(parent.id) == LEVELS[-1]:
        raise Refusal("wrong_level", f"{parent.id} is a micro-grid, and nothing lies below one; divide its grid.", unit=parent.id)
    layer = read_layer(path, id_field=wishes.id_field, datum=wishes.datum)
    refuse_misfit(layer, shapes_of([parent]), is_datum_declared=wishes.datum is not None)
    labels, shapes = labels_of(layer, wishes.columns), layer.geometries
    rows = _within(shapes, parent.geometry)
    if not len(rows):
        sentence = f"No face of {layer.path.name} lies in {parent.id}; check the unit, and the datum of the file."
        raise Refusal("outside_parent", sentence, unit=parent.id)
    _require_few(shapes[rows], layer.path.name)
    notes = layer.notes + _left_out(layer, rows)
    return Incoming([layer.ids[k] for k in rows], shapes[rows], [labels[k] for k in rows], notes)


def _within(shapes, parent):
    """Rows of the polygons of which more than half lies in the parent."""
    polygons = polygons_only(np.where(shapely.is_missing(shapes), shapely.Polygon(), shapes))
    finite = np.array([bool(np.isfinite(shapely.get_coordinates(each)).all()) for each in polygons])
    rows = np.flatnonzero(finite & ~shapely.is_empty(polygons))
    rows = rows[shapely.intersects(shapely.box(*shapely.bounds(polygons[rows]).T), shapely.box(*parent.bounds))]
    sound = polygons[rows]
    broken = ~shapely.is_valid(sound)
    sound[broken] = shapely.make_valid(sound[broken])
    share = shapely.area(shapely.intersection(sound, parent)) / np.maximum(shapely.area(sound), np.finfo(float).tiny)
    return rows[share >= MAJORITY]


def _left_out(layer: Layer, rows):
    others = [layer.ids[k] or "?" for k in np.setdiff1d(np.arange(len(layer.ids)), rows)]
    if not others:
        return ()
    few = ", ".join(others[:NAMED]) + (" …" if len(others) > NAMED else "")
    return (f"{len(others)} features of {layer.path.name} lie for the most part elsewhere or have no polygon: {few}.",)


def _require_few(shapes, name):
    if len(shapes) > MOST_UNITS:
        sentence = f"{name} has {len(shapes):,} faces in the unit, over {MOST_UNITS:,}; divide it level by level."
        raise Refusal("too_many_faces", sentence)
    vertices = int(shapely.get_num_coordinates(shapes).sum())
    if vertices > MOST_VERTICES:
        sentence = f"The faces of {name} in the unit have {vertices:,} vertices, over {MOST_VERTICES:,}; simplify them first."
        raise Refusal("too_many_vertices", sentence)
    if shapely.STRtree(shapes).query(shapes).shape[1] > MOST_MEETINGS:
        sentence = f"The faces of {name} lie upon one another in too many places; check the file with `wangge check` first."
        raise Refusal("too_many_overlaps", sentence)
