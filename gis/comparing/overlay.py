"""Overlay of two sets of lattice polygons: which piece of land was in which face before, and in which one after.

It is computed in whole lattice units measured from a corner of the land concerned, which doubles hold exactly; only where
two edges cross does a coordinate come into being, and that is true to 1e-8 of a unit. So there is no tolerance.
"""

from dataclasses import dataclass

import numpy as np
import shapely

from gis.checking.overlaps import polygons_only
from gis.lattice import UNITS_PER_DEGREE, to_lattice

NOTHING = -1  # in the place of a face: land that no face of the other side covers
ROUNDING_UNITS = 1e-7  # mean width under which a piece is the rounding of two crossings (1 nm), not land


@dataclass(frozen=True, slots=True)
class Pieces:
    """Pieces of land, ascending by `old`, then `new`.

    Attributes
    ----------
    old, new : ndarray of int64, shape (k,)
        Positions of the faces, or :data:`NOTHING`.
    shape : ndarray of Polygon or MultiPolygon, shape (k,)
        Degrees.
    area : ndarray of float64, shape (k,)
        Square lattice units; they add up, unlike geodesic areas, to the last digits of a double.
    """

    old: np.ndarray
    new: np.ndarray
    shape: np.ndarray
    area: np.ndarray


def overlay(old, new, *, balanced=False):
    """Cut the land of two sets of faces into pieces that lie in one face of each set, or in none.

    Parameters
    ----------
    old, new : ndarray of Polygon or MultiPolygon, shapes (n,) and (m,)
        Degrees, valid once on the lattice. Where faces of one set overlap, so do their pieces.
    balanced : bool
        The sums of the chains of both sets are known to be equal. Then both cover the same land (:mod:`gis.chain`), and
        no piece is looked for that lies in one set alone.

    Returns
    -------
    Pieces

    Examples
    --------
    >>> before = np.array([shapely.box(105, 28, 105.0000003, 28.0000001)])
    >>> after = np.array([shapely.box(105.0000001, 28, 105.0000004, 28.0000001)])
    >>> found = overlay(before, after)
    >>> found.old.tolist(), found.new.tolist(), found.area.tolist()
    ([-1, 0, 0], [0, -1, 0], [1.0, 1.0, 2.0])
    """
    corner = _corner(old, new)
    before, after = _in_units(old, corner), _in_units(new, corner)
    one, other = shapely.STRtree(after).query(before, predicate="intersects")
    columns = [(one, other, _common(before[one], after[other]))]
    if not balanced:
        columns.append((np.arange(len(before)), np.full(len(before), NOTHING), _rest(before, after, one, other)))
        columns.append((np.full(len(after), NOTHING), np.arange(len(after)), _rest(after, before, other, one)))
    old_row, new_row, shape = (np.concatenate(column) for column in zip(*columns, strict=True))
    row, shape = _without_rounding(shape)
    order = np.lexsort((new_row[row], old_row[row]))
    row, shape = row[order], shape[order]
    degrees = shapely.transform(shape, lambda xy: (xy + corner) / UNITS_PER_DEGREE)
    return Pieces(old_row[row], new_row[row], degrees, shapely.area(shape))


def area_in_units(faces):
    """Area of faces in square lattice units, on the plane of longitude and latitude.

    Parameters
    ----------
    faces : ndarray of Polygon or MultiPolygon, shape (n,)

    Returns
    -------
    ndarray of float64, shape (n,)

    Examples
    --------
    >>> area_in_units(np.array([shapely.box(105, 28, 105.0000003, 28.0000001)])).tolist()
    [3.0]
    """
    return shapely.area(_in_units(faces, _corner(faces)))


def valid_on_lattice(faces):
    """Say for each face whether it is a valid polygon once its vertices are on the lattice.

    Parameters
    ----------
    faces : ndarray of Polygon or MultiPolygon, shape (n,)

    Returns
    -------
    ndarray of bool, shape (n,)

    Examples
    --------
    >>> valid_on_lattice(np.array([shapely.box(105, 28, 106, 29), shapely.box(105, 28, 105.00000001, 28.1)]))
    array([ True, False])
    """
    return shapely.is_valid(_in_units(faces, _corner(faces)))


def _corner(*sets):
    corners = [shapely.total_bounds(faces)[:2] for faces in sets if len(faces)]
    return to_lattice(np.min(corners, axis=0))[0] if corners else np.zeros(2, dtype=np.int64)


def _in_units(faces, corner):
    return shapely.transform(faces, lambda lonlat: (to_lattice(lonlat) - corner).astype(np.float64))


def _common(first, second):
    return polygons_only(_areal(shapely.intersection(first, second)))


def _rest(faces, others, row, other):
    """What no face of the other set covers, of every face; `row` and `other` are the pairs that meet."""
    order = np.argsort(row, kind="stable")
    runs = np.split(other[order], np.searchsorted(row[order], np.arange(1, len(faces)))) if len(faces) else []
    cover = np.empty(len(faces), dtype=object)
    cover[:] = [shapely.union_all(others[run]) for run in runs]
    return polygons_only(_areal(shapely.difference(faces, cover)))


def _areal(geometries):
    """Geometries with those of no area made empty."""
    geometries[~np.isin(shapely.get_type_id(geometries), (3, 6, 7))] = shapely.Polygon()
    return geometries


def _without_rounding(shapes):
    """Rows with land in them, and that land without the parts that rounding made."""
    parts, row = shapely.get_parts(shapes, return_index=True)
    real = 2 * shapely.area(parts) > ROUNDING_UNITS * shapely.length(parts)
    parts, row = parts[real], row[real]
    rows, group, count = np.unique(row, return_inverse=True, return_counts=True)
    kept = np.empty(len(rows), dtype=object)
    if len(rows):
        kept[:] = shapely.multipolygons(parts, indices=group)
        kept[count == 1] = parts[np.flatnonzero(np.r_[True, group[1:] != group[:-1]])[count == 1]]
    return rows, kept
