"""Pairs of faces whose interiors share area."""

import numpy as np
import shapely

from gis.checking.borders import borders as borders_of
from gis.checking.faces import Faces

INTERIORS_MEET = "T********"  # DE-9IM; the predicate `overlaps` is False for containment and for duplicates
MANY_VERTICES = 1000  # of a face: from here on it pays to index its edges, for it may be asked about by thousands of others


def overlapping_pairs(faces, borders):
    """All pairs of faces whose interiors meet: crossing, contained or equal.

    Parameters
    ----------
    faces : Faces, or ndarray of Polygon or MultiPolygon, shape (n,)
        Valid, in one plane.
    borders : Borders
        Of the same faces, and of their parent, if there is one: where these prove the tiling, nothing is compared.

    Returns
    -------
    ndarray of int64, shape (k, 2)
        First index smaller, ascending.

    Notes
    -----
    Only faces with an edge that does not cancel are compared with others, then the neighbours of every pair found, and
    so on. That is complete: from a pair (i, j) walk out of i through an edge of it that lies inside j. If the edge
    cancels, some i' begins there, which overlaps j as well; so the walk ends only at an edge that does not cancel, or
    never leaves a finite set, which the outer border of the doubly covered part forbids.

    Examples
    --------
    >>> from gis.checking.borders import borders
    >>> faces = np.array([shapely.box(0, 0, 9, 9), shapely.box(1, 1, 2, 2), shapely.box(9, 0, 12, 9)])
    >>> overlapping_pairs(faces, borders(faces)).tolist()
    [[0, 1]]
    """
    if not borders.unproven.any():
        return np.empty((0, 2), dtype=np.int64)
    tree = tree_of(faces)
    seen = np.zeros(len(faces), dtype=bool)
    suspects = np.unique(borders.owner[borders.uncovered & (borders.owner >= 0)])
    found = [np.empty((0, 2), dtype=np.int64)]
    while len(suspects):
        pairs = _candidates(tree, faces, suspects, seen)
        seen[suspects] = True
        meeting = pairs[_interiors_meet(faces[pairs[:, 0]], faces[pairs[:, 1]])]
        found.append(meeting)
        beside = _beside(tree, faces, np.unique(meeting)) if len(meeting) else meeting.ravel()
        suspects = beside[~seen[beside]]
    return np.unique(np.sort(np.concatenate(found), axis=1), axis=0)


def shared_area(faces, pairs):
    """What the interiors of each pair have in common.

    Parameters
    ----------
    faces : Faces, or ndarray of Polygon or MultiPolygon, shape (n,)
        Valid, in one plane.
    pairs : ndarray of int64, shape (k, 2)
        Positions of faces whose interiors meet.

    Returns
    -------
    ndarray of Geometry, shape (k,)
        Polygons, without the points and lines the pair shares besides; a point where the area is so small that it is
        lost in the rounding of its corners.

    Examples
    --------
    >>> faces = np.array([shapely.box(0, 0, 9, 9), shapely.box(7, 0, 12, 9)])
    >>> shapely.bounds(shared_area(faces, np.array([[0, 1]]))).tolist()
    [[7.0, 0.0, 9.0, 9.0]]
    """
    first, second = _larger_first(faces[pairs[:, 0]], faces[pairs[:, 1]])
    shared, crossing = second.copy(), ~shapely.covers(first, second)
    shared[crossing] = polygons_only(shapely.intersection(first[crossing], second[crossing]))
    lost = shapely.is_empty(shared)
    shared[lost] = shapely.get_point(shapely.shortest_line(first[lost], second[lost]), 0)
    return shared


def tree_of(faces):
    """Index of the boxes of faces.

    Parameters
    ----------
    faces : Faces, or ndarray of Polygon or MultiPolygon, shape (n,)

    Returns
    -------
    shapely.STRtree
        To be asked without a predicate: it may know no more than boxes.

    Examples
    --------
    >>> tree_of(np.array([shapely.box(0, 0, 1, 1), shapely.box(5, 0, 6, 1)])).query(shapely.Point(5.5, 0.5))
    array([1])
    """
    return faces.tree if isinstance(faces, Faces) else shapely.STRtree(faces)


def indexed(faces):
    """The same faces, those of very many vertices with an index over their edges.

    Parameters
    ----------
    faces : ndarray of Polygon or MultiPolygon, shape (n,)

    Returns
    -------
    ndarray of Polygon or MultiPolygon, shape (n,)
        To be the first argument of a predicate.

    Examples
    --------
    >>> round_one = shapely.Point(0, 0).buffer(1, quad_segs=1000)
    >>> shapely.is_prepared(indexed(np.array([round_one, shapely.box(0, 0, 1, 1)]))).tolist()
    [True, False]
    """
    shapely.prepare(faces[shapely.get_num_coordinates(faces) > MANY_VERTICES])
    return faces


def _interiors_meet(first, second):
    """Whether the interiors of each pair of polygons share a point."""
    first, second = _larger_first(first, second)
    meeting = shapely.intersects(first, second)
    meeting[meeting] = shapely.relate_pattern(first[meeting], second[meeting], INTERIORS_MEET)
    return meeting


def polygons_only(geometries):
    """Geometries without their points and lines.

    Parameters
    ----------
    geometries : ndarray of Geometry, shape (n,)

    Returns
    -------
    ndarray of Polygon or MultiPolygon, shape (n,)

    Examples
    --------
    >>> print(polygons_only(np.array([shapely.from_wkt("GEOMETRYCOLLECTION (POINT (1 1), LINESTRING (0 0, 1 1))")]))[0])
    POLYGON EMPTY
    """
    answer = np.array(geometries, dtype=object)
    for index in np.flatnonzero(~np.isin(shapely.get_type_id(answer), (3, 6))):
        polygons = [part for part in _leaves(answer[index]) if shapely.get_type_id(part) == 3]
        answer[index] = shapely.multipolygons(polygons) if polygons else shapely.Polygon()
    return answer


def _leaves(geometry):
    if shapely.get_type_id(geometry) < 4:
        return [geometry]
    return [leaf for part in shapely.get_parts(geometry) for leaf in _leaves(part)]


def _larger_first(first, second):
    """Each pair with the face first that has more vertices, indexed."""
    swapped = shapely.get_num_coordinates(second) > shapely.get_num_coordinates(first)
    return indexed(np.where(swapped, second, first)), np.where(swapped, first, second)


def _beside(tree, faces, some):
    """Faces that share an edge with some of them, those themselves included; ascending."""
    near = np.unique(tree.query(faces[some])[1])
    table = borders_of(faces[near])
    segments = np.zeros(table.segment.max(initial=-1) + 1, dtype=bool)
    segments[table.segment[np.isin(near[table.owner], some)]] = True
    return near[np.unique(table.owner[segments[table.segment]])]


def _candidates(tree, faces, suspects, seen):
    """Pairs of a suspect and any face with boxes that meet, each once; those of `seen` faces are already known."""
    row, other = tree.query(faces[suspects])
    one = suspects[row]
    is_suspect = np.zeros(len(faces), dtype=bool)
    is_suspect[suspects] = True
    fresh = ~seen[other] & (one != other) & (~is_suspect[other] | (one < other))
    return np.column_stack([one[fresh], other[fresh]])
