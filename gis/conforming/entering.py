"""What goes into conforming: ids and shapes checked, sorted, and put on whole lattice units."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely

from gis.checking.sound import repair
from gis.conforming.ground import WIDEST, Ground, ground_of
from gis.conforming.mend import Mend, mend_id
from gis.conforming.parent import joined, one_parent
from gis.errors import Refusal


@dataclass(frozen=True, slots=True)
class Layer:
    """What is conformed.

    Attributes
    ----------
    ids : tuple of str
        Ascending.
    faces : ndarray of Polygon, MultiPolygon or None
        Whole units; None where nothing is left on the lattice.
    parent : Polygon, MultiPolygon or None
        Whole units.
    ground : Ground
    before : ndarray of Polygon, MultiPolygon or None
        `faces` in degrees.
    """

    ids: tuple
    faces: np.ndarray
    parent: shapely.Geometry | None
    ground: Ground
    before: np.ndarray


def checked_ids(ids, faces):
    """The ids in ascending order, and the row of each.

    Parameters
    ----------
    ids : sequence of str, shape (n,)
    faces : sequence, shape (n,)

    Returns
    -------
    names : tuple of str
    order : ndarray of int64, shape (n,)

    Raises
    ------
    Refusal
        ``ids_do_not_match``, ``no_faces``, ``null_id``, ``duplicate_id``.

    Examples
    --------
    >>> names, order = checked_ids(["b", "a"], [None, None])
    >>> names, order.tolist()
    (('a', 'b'), [1, 0])
    """
    ids = list(ids)
    if len(ids) != len(faces):
        raise Refusal("ids_do_not_match", f"{len(ids)} ids were given for {len(faces)} geometries; give one each.")
    if not ids:
        raise Refusal("no_faces", "There is no face to conform; choose another layer.")
    missing = [row for row, one in enumerate(ids) if not isinstance(one, str) or not one]
    if missing:
        raise Refusal("null_id", f"Feature {missing[0] + 1} has no code; give it one first.", rows=missing)
    order = np.array(sorted(range(len(ids)), key=ids.__getitem__), dtype=np.int64)
    names = tuple(ids[k] for k in order)
    twice = sorted({one for one, other in pairwise(names) if one == other})
    if twice:
        raise Refusal("duplicate_id", f"The code {twice[0]} stands more than once; every face needs its own.", ids=twice)
    return names, order


def numbers(chosen, names):
    """Indices of some faces by their names.

    Parameters
    ----------
    chosen, names : sequence of str

    Returns
    -------
    list of int

    Raises
    ------
    Refusal
        ``unknown_id``.

    Examples
    --------
    >>> numbers(["b"], ("a", "b"))
    [1]
    """
    number = {name: k for k, name in enumerate(names)}
    unknown = sorted(set(chosen) - set(number))
    if unknown:
        raise Refusal("unknown_id", f"There is no face {unknown[0]} in the layer.", ids=unknown)
    return [number[one] for one in chosen]


def require_metres(**distances):
    """Refuse (``not_a_number``) distances that are none.

    Parameters
    ----------
    **distances : float
        By the names that the sentence is to use.

    Examples
    --------
    >>> require_metres(snap_m=-1)
    Traceback (most recent call last):
    gis.errors.Refusal: snap_m is -1; give a distance in metres, 0 or more.
    """
    for name, metres in distances.items():
        if not np.isfinite(metres) or metres < 0:
            raise Refusal("not_a_number", f"{name} is {metres}; give a distance in metres, 0 or more.")


def entered(faces, names, parent):
    """The layer on whole units; invalid polygons are mended.

    Parameters
    ----------
    faces : ndarray of Polygon, MultiPolygon or None, shape (n,)
        Degrees.
    names : tuple of str, shape (n,)
        Ascending.
    parent : Polygon, MultiPolygon or array_like of them, optional

    Returns
    -------
    Layer
    list of gis.conforming.mend.Mend
        One for each invalid polygon.

    Raises
    ------
    Refusal
        ``not_a_polygon``, ``not_finite``, ``outside_lonlat``, ``no_faces``, ``no_parent``, ``invalid_parent``,
        ``outside_parent``, ``too_wide``.

    Examples
    --------
    >>> bow_tie = shapely.Polygon([(105, 28), (105.1, 28.1), (105.1, 28), (105, 28.1)])
    >>> layer, mends = entered(np.array([bow_tie], dtype=object), ("a",), None)
    >>> [mend.kind for mend in mends], shapely.is_valid(layer.faces).tolist(), layer.ground.corner.tolist()
    (['invalid_geometry'], [True], [1050000000, 280000000])
    """
    _require_polygons(faces, names)
    landless = shapely.is_missing(faces) | shapely.is_empty(faces)
    if landless.all():
        raise Refusal("no_faces", "No face of the layer has any land; choose another layer.")
    united = None if parent is None else one_parent(parent)
    ground = ground_of(faces[~landless] if united is None else np.append(faces[~landless], united))
    units = np.full(len(faces), None, dtype=object)
    units[~landless] = ground.enter(faces[~landless])
    parent_units = None if united is None else joined(ground.enter(united))
    _require_room(units[~landless], parent_units)
    invalid = np.flatnonzero(~landless & ~shapely.is_valid(faces))
    units[invalid] = ground.enter(repair(shapely.force_2d(faces[invalid])))
    units[shapely.is_empty(units)] = None
    landless = shapely.is_missing(units)
    before = np.full(len(faces), None, dtype=object)
    before[~landless] = ground.leave(units[~landless])
    return Layer(names, units, parent_units, ground, before), [_mended(names[k], before[k]) for k in invalid.tolist()]


def _mended(name, face):
    place = shapely.get_coordinates(shapely.point_on_surface(face))[:1].round(9).tolist()
    lon, lat = place[0] if place else (None, None)
    return Mend(mend_id("invalid_geometry", [name], b""), "invalid_geometry", (name,), name, lon=lon, lat=lat)


def _require_polygons(faces, names):
    kind = shapely.get_type_id(faces)
    bad = np.flatnonzero((kind >= 0) & ~np.isin(kind, (3, 6)) & ~shapely.is_empty(faces))
    if len(bad):
        name = names[bad[0]]
        raise Refusal("not_a_polygon", f"Face {name} is a {faces[bad[0]].geom_type}; give polygons only.", face=name)
    xy, owner = shapely.get_coordinates(faces, return_index=True)
    broken = owner[~np.isfinite(xy).all(axis=1)]
    if len(broken):
        name = names[broken[0]]
        raise Refusal("not_finite", f"Face {name} has a coordinate that is not a finite number; mend it first.", face=name)


def _require_room(units, parent):
    west, south, east, north = shapely.total_bounds(np.append(units, [] if parent is None else [parent]))
    if max(east - west, north - south) >= WIDEST:
        raise Refusal("too_wide", "The layer spans more than 107 degrees; conform it in parts.")
    if parent is not None and not shapely.intersects(shapely.box(*shapely.total_bounds(units)), parent):
        raise Refusal("outside_parent", "No face meets the parent; check the parent and the datum of both.")
