"""The parent that faces are fitted to: one valid polygon on the lattice, and the nodes that the faces need on it."""

import numpy as np
import shapely

from gis.checking.borders import PARENT
from gis.conforming.drawing import only, together
from gis.conforming.segments import SHIFT, segments
from gis.errors import Refusal

POLYGONAL = (3, 6)


def one_parent(parent):
    """The polygons of the parent, which may be given as several.

    Parameters
    ----------
    parent : Polygon, MultiPolygon or array_like of them
        Degrees.

    Returns
    -------
    ndarray of Polygon or MultiPolygon

    Raises
    ------
    Refusal
        ``no_parent``, ``invalid_parent``.

    Examples
    --------
    >>> len(one_parent([shapely.box(0, 0, 1, 1), None]))
    1
    """
    shapes = np.atleast_1d(np.asarray(parent, dtype=object))
    shapes = shapes[~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)]
    if not len(shapes):
        raise Refusal("no_parent", "The parent has no polygon; choose a layer of polygons.")
    if not (np.isin(shapely.get_type_id(shapes), POLYGONAL) & shapely.is_valid(shapes)).all():
        raise Refusal("invalid_parent", "The parent is not a valid polygon; mend it first, for example with wangge check.")
    return shapely.force_2d(shapes)


def joined(shapes):
    """Polygons on whole units as one valid polygon on whole units.

    Parameters
    ----------
    shapes : ndarray of Polygon or MultiPolygon

    Returns
    -------
    Polygon or MultiPolygon

    Raises
    ------
    Refusal
        ``invalid_parent`` when there is no land in it.

    Examples
    --------
    >>> shapely.area(joined(np.array([shapely.box(0, 0, 2, 1), shapely.box(2, 0, 4, 1)]))).item()
    4.0
    """
    if shapely.is_valid(shapes).all():
        united = shapes[0] if len(shapes) == 1 else shapely.coverage_union_all(shapes)
        if len(shapes) == 1 or shapely.coverage_is_valid(shapes):
            return united
    united = shapely.union_all(shapely.make_valid(shapes), grid_size=1)
    parts = [part for part in shapely.get_parts(united) if shapely.get_type_id(part) == 3]
    if not parts:
        raise Refusal("invalid_parent", "Nothing is left of the parent on the lattice; it is smaller than a hand.")
    return parts[0] if len(parts) == 1 else shapely.multipolygons(parts)


def noded_parent(parent, noded, faces):
    """The parent with those nodes that the faces need on it.

    Parameters
    ----------
    parent : Polygon or MultiPolygon
        Whole units.
    noded : gis.conforming.drawing.Drawing
        With the parent's rings led through every vertex and crossing on them.
    faces : gis.conforming.drawing.Drawing
        The faces, drawn along the same borders.

    Returns
    -------
    parent : Polygon or MultiPolygon
    superfluous : ndarray of int64
        Keys of points on its edges where no border ends: the faces do without them as well.

    Examples
    --------
    >>> from gis.conforming.drawing import draw
    >>> from gis.conforming.noding import node
    >>> parent, halves = shapely.box(0, 0, 4, 2), np.array([shapely.box(0, 0, 2, 2), shapely.box(2, 0, 4, 2)])
    >>> faces = draw(halves, np.array([0, 1]))
    >>> noded, superfluous = noded_parent(parent, node(together(faces, draw(np.array([parent]), np.array([PARENT])))), faces)
    >>> shapely.get_num_coordinates(noded).item(), superfluous.tolist()
    (7, [])
    """
    border = only(noded, PARENT)
    found = segments(together(faces, border))
    degree = np.bincount(np.r_[found.low, found.high], minlength=len(found.points))
    had = keys_of(shapely.get_coordinates(parent))
    keys = keys_of(found.points)
    on_parent = np.isin(keys, keys_of(border.xy)) & ~np.isin(keys, had)
    superfluous = keys[on_parent & (degree == 2)]
    needed = keys[on_parent & (degree > 2)]
    if not len(needed):
        return parent, superfluous
    return _rebuilt(parent, border, superfluous), superfluous


def without_vertices(polygons, keys):
    """Polygons without some of their vertices.

    Parameters
    ----------
    polygons : ndarray of Polygon or MultiPolygon
    keys : ndarray of int64
        See :func:`keys_of`.

    Returns
    -------
    ndarray of Polygon or MultiPolygon

    Examples
    --------
    >>> square = shapely.Polygon([(0, 0), (2, 0), (4, 0), (4, 4), (0, 4)])
    >>> shapely.get_num_coordinates(without_vertices([square], keys_of([(2, 0)]))).tolist()
    [5]
    """
    answer = np.array(polygons, dtype=object)
    xy, owner = shapely.get_coordinates(answer, return_index=True)
    for k in np.unique(owner[np.isin(keys_of(xy), keys)]).tolist():
        answer[k] = _filtered(answer[k], keys)
    return answer


def keys_of(points):
    """One number for each point on whole units, (n,).

    Parameters
    ----------
    points : array_like of int, shape (n, 2)
        Whole units, 0 to 2**31.

    Returns
    -------
    ndarray of int64, shape (n,)
        Ascending as the points do.

    Examples
    --------
    >>> keys_of([(1, 2)]).tolist()
    [4294967298]
    """
    points = np.asarray(points).astype(np.int64)
    return (points[:, 0] << SHIFT) + points[:, 1]


def _filtered(polygon, keys):
    parts = [_filtered_part(part, keys) for part in shapely.get_parts(polygon)]
    parts = [part for part in parts if part is not None]
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else shapely.multipolygons(parts)


def _filtered_part(part, keys):
    """A polygon without the vertices; rings that had land only by them go."""
    rings = [shapely.get_coordinates(ring)[:-1] for ring in shapely.get_rings(part)]
    shell, *holes = (xy[~np.isin(keys_of(xy), keys)] for xy in rings)
    return shapely.Polygon(shell, [hole for hole in holes if len(hole) > 2]) if len(shell) > 2 else None


def _rebuilt(parent, border, superfluous):
    """The parent's rings in their order, with the vertices they have in the drawing."""
    loops = []
    for one in np.unique(border.ring).tolist():
        xy = border.xy[border.ring == one]
        loops.append(xy[~np.isin(keys_of(xy), superfluous)].astype(np.float64))
    holes = shapely.get_num_interior_rings(shapely.get_parts(parent)).tolist()
    parts, at = [], 0
    for count in holes:
        parts.append(shapely.Polygon(loops[at], loops[at + 1 : at + 1 + count]))
        at += 1 + count
    return parts[0] if len(parts) == 1 else shapely.multipolygons(parts)
