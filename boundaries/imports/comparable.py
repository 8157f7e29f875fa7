"""Foreign layers made ready to be compared: valid polygons on the lattice, and notes of what that took."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from gis.checking.overlaps import polygons_only
from gis.checking.sound import repair
from gis.comparing.overlay import valid_on_lattice
from gis.errors import Refusal
from gis.lattice import quantise

LATTICE_DEG = 1e-7
NAMED = 5


@dataclass(frozen=True, slots=True)
class Comparable:
    """Faces of a layer.

    Attributes
    ----------
    faces : ndarray of Polygon or MultiPolygon, shape (n,)
        Degrees on CGCS2000, on the lattice, valid.
    ids : list of str
    row : ndarray of int64, shape (n,)
        Rows of the layer that they come from.
    notes : tuple of str
        What a user should know.
    """

    faces: np.ndarray
    ids: list
    row: np.ndarray
    notes: tuple[str, ...]


def comparable(layer):
    """Faces of a layer as a comparison wants them.

    Features without a polygon are left out. Invalid polygons are mended as a check mends them, the area that their rings
    enclose; the same polygon is always mended alike, so it stays equal to itself.

    Parameters
    ----------
    layer : boundaries.imports.layers.Layer

    Returns
    -------
    Comparable

    Raises
    ------
    Refusal
        ``missing_code``; ``not_finite``, ``outside_lonlat``.
    """
    nameless = [str(row) for row, name in enumerate(layer.ids, start=1) if name is None]
    if nameless:
        few = ", ".join(nameless[:NAMED])
        raise Refusal("missing_code", f"{len(nameless)} faces of {layer.path.name} have no id; name them: row {few}.")
    geometries = layer.geometries
    faces = quantise(polygons_only(np.where(shapely.is_missing(geometries), shapely.Polygon(), geometries)))
    invalid = ~shapely.is_empty(faces)
    invalid[invalid] = ~valid_on_lattice(faces[invalid])
    faces[invalid] = quantise(shapely.set_precision(repair(faces[invalid]), LATTICE_DEG))
    row = np.flatnonzero(~shapely.is_empty(faces))
    ids = np.array(layer.ids, dtype=object)
    left_out = _about(layer.path.name, "left out, for want of a polygon", np.delete(ids, row))
    mended = _about(layer.path.name, "invalid and mended", ids[invalid])
    return Comparable(faces[row], ids[row].tolist(), row, layer.notes + left_out + mended)


def households_of(layer, chosen, column):
    """Numbers of households of the faces, NaN where there is none.

    Parameters
    ----------
    layer : boundaries.imports.layers.Layer
    chosen : Comparable
        Made of it.
    column : str

    Returns
    -------
    ndarray of float64, shape (n,)

    Raises
    ------
    Refusal
        ``unknown_column``, ``bad_households``.
    """
    if column not in layer.attributes.columns:
        known = ", ".join(map(str, layer.attributes.columns)) or "none"
        raise Refusal("unknown_column", f"{layer.path.name} has no column {column!r}; it has {known}.")
    values = layer.attributes[column].iloc[chosen.row]
    numbers = pd.to_numeric(values, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    wrong = np.isnan(numbers) & values.notna().to_numpy()
    if wrong.any():
        first = int(np.flatnonzero(wrong)[0])
        what = str(values.iloc[first])[:40]
        raise Refusal("bad_households", f"The households of {chosen.ids[first]}, {what!r}, are no number; mend {column}.")
    return numbers


def _about(name, what, ids):
    if not len(ids):
        return ()
    few = ", ".join(map(str, ids[:NAMED])) + (" …" if len(ids) > NAMED else "")
    return (f"of the faces of {name}, {len(ids)} {'was' if len(ids) == 1 else 'were'} {what}: {few}.",)
