"""Coordinates that lie nowhere on the earth, and things that are no geometry: told before anything is computed."""

import numpy as np
import shapely

from gis.checking.findings import Finding
from gis.errors import Refusal

LONLAT_LIMIT = np.array([180.0, 90.0])
PROJECTED_LIMIT = 1e9  # of any unit: beyond what a projection of the earth reaches, even in feet
OFF_EARTH = "a coordinate that lies nowhere on the earth"


def sieved(faces, ids, frame):
    """Faces that lie on the earth, with their ids, and findings about the others.

    Parameters
    ----------
    faces : ndarray of Geometry or None, shape (n,)
    ids : sequence of str or None, shape (n,)
    frame : gis.crs.Frame

    Returns
    -------
    faces : ndarray of Geometry or None, shape (k,)
    ids : list of str or None
    findings : list of Finding
        ``invalid_geometry``, one for each face that is left out.

    Raises
    ------
    Refusal
        ``ids_do_not_match``; ``not_a_polygon`` naming a face that is no geometry at all.

    Examples
    --------
    >>> from gis.crs import Frame
    >>> faces, ids, findings = sieved(shapely.box(105, [28, 128], 106, [29, 129]), ["A", "B"], Frame(4490))
    >>> len(faces), ids, [(finding.code, finding.faces) for finding in findings]
    (1, ['A'], [('invalid_geometry', ('B',))])
    """
    if len(ids) != len(faces):
        raise Refusal("ids_do_not_match", f"{len(ids)} ids were given for {len(faces)} geometries; give one each.")
    _require_geometries(faces, ids)
    there = on_earth(faces, frame)
    if there.all():
        return faces, ids, []
    findings = [Finding("invalid_geometry", (ids[row] or "",), detail=OFF_EARTH) for row in np.flatnonzero(~there)]
    return faces[there], [ids[row] for row in np.flatnonzero(there)], findings


def require_on_earth(parents, frame):
    """Refuse parents that are no geometries, or of which :func:`on_earth` says no.

    Parameters
    ----------
    parents : ndarray of Geometry or None, shape (n,)
    frame : gis.crs.Frame

    Raises
    ------
    Refusal
        ``outside_lonlat``, ``not_a_polygon``.

    Examples
    --------
    >>> from gis.crs import Frame
    >>> require_on_earth(np.array([shapely.box(105, 128, 106, 129)]), Frame(4490))
    Traceback (most recent call last):
    gis.errors.Refusal: The parent has a coordinate that lies nowhere on the earth; give it in the same CRS as the faces.
    """
    _require_geometries(parents, ["parent"] * len(parents))
    if not on_earth(parents, frame).all():
        raise Refusal("outside_lonlat", f"The parent has {OFF_EARTH}; give it in the same CRS as the faces.")


def on_earth(geometries, frame):
    """Which geometries have no finite coordinate beyond all places of the earth.

    Parameters
    ----------
    geometries : ndarray of Geometry or None, shape (n,)
    frame : gis.crs.Frame

    Returns
    -------
    ndarray of bool, shape (n,)

    Examples
    --------
    >>> from gis.crs import Frame
    >>> on_earth(np.array([shapely.Point(105, 28), shapely.Point(105, 128)]), Frame(4490)).tolist()
    [True, False]
    """
    limit = LONLAT_LIMIT if frame.is_lonlat else PROJECTED_LIMIT
    answer = (np.abs(_farthest(geometries)) <= limit).all(axis=1) | shapely.is_missing(geometries)
    for row in np.flatnonzero(~answer):
        xy = shapely.get_coordinates(geometries[row])
        answer[row] = not ((np.abs(xy) > limit) & np.isfinite(xy)).any()
    return answer


def _require_geometries(geometries, names):
    other = np.flatnonzero(~shapely.is_geometry(geometries) & ~shapely.is_missing(geometries))
    if len(other):
        name, kind = names[other[0]], type(geometries[other[0]]).__name__
        raise Refusal("not_a_polygon", f"Face {name} is a {kind}; give polygons only.")


def _farthest(geometries):
    """The larger of the absolute bounds in x and in y; NaN where there are none, or one is not finite."""
    return np.abs(shapely.bounds(geometries).reshape(-1, 2, 2)).max(axis=1)
