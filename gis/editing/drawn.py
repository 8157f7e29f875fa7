"""Lines, polygons and points as a person draws them, brought to the lattice or refused with a reason."""

import numpy as np
import shapely

from gis.errors import Refusal
from gis.lattice import from_lattice, to_lattice

MOST_VERTICES = 20_000  # a line of that many is a file, not a drawing
LINEAL = (1, 2)


def drawn_lines(lines):
    """Vertices of lines on the lattice.

    Parameters
    ----------
    lines : LineString, MultiLineString, LinearRing or sequence of them
        Degrees.

    Returns
    -------
    list of ndarray of int64, shape (k, 2)
        Vertices that fall together are merged.

    Raises
    ------
    Refusal
        ``not_a_line``, ``zero_length_line``, ``too_many_vertices``; ``not_finite`` or ``outside_lonlat``.

    Examples
    --------
    >>> [line.tolist() for line in drawn_lines(shapely.LineString([(105, 28), (105, 28), (106, 28)]))]
    [[[1050000000, 280000000], [1060000000, 280000000]]]
    """
    drawn = np.atleast_1d(np.asarray(lines, dtype=object))
    parts = shapely.get_parts(drawn) if shapely.is_geometry(drawn).all() else drawn[:0]
    if not len(parts) or not (np.isin(shapely.get_type_id(parts), LINEAL) & ~shapely.is_empty(parts)).all():
        raise Refusal("not_a_line", "What was drawn is not a line with two ends; draw a line.")
    _refuse_many(parts)
    found = [_distinct(to_lattice(shapely.get_coordinates(part))) for part in parts]
    if any(len(line) < 2 for line in found):
        raise Refusal("zero_length_line", "The line has no length; draw it from one place to another.")
    return found


def drawn_polygon(polygon):
    """Rings of a polygon on the lattice, with its inside on the left.

    Parameters
    ----------
    polygon : Polygon or MultiPolygon
        Degrees.

    Returns
    -------
    list of ndarray of int64, shape (k, 2)

    Raises
    ------
    Refusal
        ``not_a_polygon``, ``too_many_vertices``, ``invalid_polygon``; ``not_finite`` or ``outside_lonlat``.

    Examples
    --------
    >>> drawn_polygon(shapely.box(0, 0, 0.000001, 0.000001))[0].tolist()
    [[0, 0], [10, 0], [10, 10], [0, 10], [0, 0]]
    """
    if not shapely.is_geometry(polygon) or shapely.get_type_id(polygon) not in (3, 6) or shapely.is_empty(polygon):
        raise Refusal("not_a_polygon", "What was drawn is not a polygon; draw one.")
    _refuse_many([polygon])
    rounded = shapely.transform(shapely.force_2d(polygon), lambda lonlat: from_lattice(to_lattice(lonlat)))
    if not shapely.is_valid(rounded) or not shapely.area(rounded):
        raise Refusal("invalid_polygon", "The drawn polygon crosses itself or has no area; draw it without crossings.")
    rings = shapely.get_rings(shapely.get_parts(shapely.orient_polygons(shapely.normalize(rounded))))
    return [_distinct(to_lattice(shapely.get_coordinates(ring))) for ring in rings]


def drawn_point(point):
    """A position on the lattice.

    Parameters
    ----------
    point : Point or (float, float)
        Degrees, longitude first.

    Returns
    -------
    (int, int)

    Raises
    ------
    Refusal
        ``not_a_point``; ``not_finite`` or ``outside_lonlat``.

    Examples
    --------
    >>> drawn_point((105.1, 28.5))
    (1051000000, 285000000)
    """
    lonlat = shapely.get_coordinates(point) if isinstance(point, shapely.Geometry) else np.asarray(point, dtype=float)
    if lonlat.size != 2:
        raise Refusal("not_a_point", "What was given is not one position; give a longitude and a latitude.")
    return tuple(to_lattice(lonlat)[0].tolist())


def _distinct(points):
    return points[np.r_[True, (points[1:] != points[:-1]).any(axis=1)]]


def _refuse_many(geometries):
    count = int(shapely.get_num_coordinates(geometries).sum())
    if count > MOST_VERTICES:
        raise Refusal("too_many_vertices", f"The drawing has {count:,} vertices, over {MOST_VERTICES:,}; simplify it first.")
