"""Parts of the parent, or enclosed voids, that no face covers; and parts of faces outside the parent."""

import itertools

import numpy as np
import shapely

from gis.checking.borders import PARENT
from gis.checking.overlaps import indexed, polygons_only, tree_of

EXTERIOR_MEETS_INTERIOR = "******T**"  # DE-9IM


def uncovered_and_outside(faces, borders, parent=None):
    """The connected parts that should be covered and are not, and those that are covered and should not be.

    Parameters
    ----------
    faces : ndarray of Polygon or MultiPolygon, shape (n,)
        Valid, in one plane.
    borders : Borders
        Of the same faces and the same parent.
    parent : Polygon or MultiPolygon, optional
        Its holes and enclaves are not gaps. Without a parent every void that faces enclose is a gap.

    Returns
    -------
    gaps, outside : ndarray of Polygon
        `outside` is empty without a parent.

    Notes
    -----
    How many faces cover a point changes only across an edge that the faces leave uncovered (their edges there do not
    cancel), and what the parent wants only across its border. In the arrangement of these few edges every cell is
    therefore covered and wanted as one, each gap is one cell, and nothing has to be united. Where faces and parent
    cancel everywhere, there is nothing to find.

    A void is enclosed when it lies inside an interior ring of the union of the faces. Faces that only touch at corners
    enclose nothing together.

    Examples
    --------
    >>> from gis.checking.borders import borders
    >>> parent, faces = shapely.box(0, 0, 3, 1), np.array([shapely.box(0, 0, 1, 1), shapely.box(2, 0, 4, 1)])
    >>> gaps, outside = uncovered_and_outside(faces, borders(faces, parent), parent)
    >>> [shapely.bounds(part).tolist() for part in (gaps[0], outside[0])]
    [[1.0, 0.0, 2.0, 1.0], [3.0, 0.0, 4.0, 1.0]]
    """
    cells = _cells(borders)
    inside = shapely.point_on_surface(cells)
    covered = np.zeros(len(cells), dtype=bool)
    cell, face = tree_of(faces).query(inside)
    covered[cell[shapely.intersects(indexed(faces[face]), inside[cell])]] = True
    if parent is None:
        enclosed = _enclosed(inside, cells[covered])
        return cells[~covered & enclosed], cells[:0]
    shapely.prepare(parent)
    wanted = shapely.contains_properly(parent, inside)
    return cells[wanted & ~covered], cells[covered & ~wanted]


def reach_outside(faces, parent):
    """Whether the interior of each face reaches out of the parent; exact where coordinates are whole numbers.

    Parameters
    ----------
    faces : ndarray of Polygon or MultiPolygon, shape (n,)
        Valid, in one plane with the parent.
    parent : Polygon or MultiPolygon

    Returns
    -------
    ndarray of bool, shape (n,)

    Examples
    --------
    >>> reach_outside(np.array([shapely.box(0, 0, 1, 1), shapely.box(2, 0, 4, 1)]), shapely.box(0, 0, 3, 1))
    array([False,  True])
    """
    shapely.prepare(parent)
    return shapely.relate_pattern(parent, faces, EXTERIOR_MEETS_INTERIOR)


def faces_in(faces, regions):
    """Which faces reach into which regions, and the part of each that does.

    Parameters
    ----------
    faces : Faces, or ndarray of Polygon or MultiPolygon, shape (n,)
        Valid, in one plane with the regions.
    regions : ndarray of Polygon, shape (k,)
        Disjoint.

    Returns
    -------
    index : ndarray of int64, shape (m,)
        Faces that share area with any region, ascending.
    parts : ndarray of Polygon or MultiPolygon, shape (m,)

    Examples
    --------
    >>> faces = np.array([shapely.box(0, 0, 1, 1), shapely.box(2, 0, 4, 1)])
    >>> index, parts = faces_in(faces, np.array([shapely.box(3, 0, 9, 9)]))
    >>> index.tolist(), shapely.bounds(parts).tolist()
    ([1], [[3.0, 0.0, 4.0, 1.0]])
    """
    region, face = tree_of(faces).query(regions)
    meets = shapely.intersects(indexed(faces[face]), regions[region])
    region, face = region[meets], face[meets]
    order = np.argsort(face, kind="stable")
    index, first = np.unique(face[order], return_index=True)
    reached = [_united(regions[each]) for each in np.split(region[order], first[1:])] if len(index) else []
    parts = polygons_only(shapely.intersection(faces[index], reached))
    left = ~shapely.is_empty(parts)
    return index[left], parts[left]


def faces_around(faces, regions, *, tolerance):
    """Indices of the faces that touch each region, ascending.

    Parameters
    ----------
    faces : Faces, or ndarray of Polygon or MultiPolygon, shape (n,)
    regions : ndarray of Polygon or MultiPolygon, shape (k,)
    tolerance : float
        Distance that still counts as touching, in units of the plane.

    Returns
    -------
    list of ndarray of int64
        One for each region.

    Examples
    --------
    >>> faces = np.array([shapely.box(0, 0, 1, 1), shapely.box(2, 0, 3, 1), shapely.box(5, 0, 6, 1)])
    >>> faces_around(faces, np.array([shapely.box(1, 0, 2, 1)]), tolerance=1e-9)
    [array([0, 1])]
    """
    reach = np.array([-1, -1, 1, 1]) * 2 * tolerance
    region, face = tree_of(faces).query(shapely.box(*(shapely.bounds(regions) + reach).T))
    touches = shapely.dwithin(indexed(faces[face]), regions[region], tolerance)
    region, face = region[touches], face[touches]
    order = np.lexsort((face, region))
    region, face = region[order], face[order]
    first = np.searchsorted(region, np.arange(len(regions) + 1))
    return [face[low:high] for low, high in itertools.pairwise(first)]


def _cells(borders):
    """Bounded cells of the arrangement of uncovered edges and the parent's border; none where all is proven."""
    if not borders.unproven.any():
        return np.empty(0, dtype=object)
    drawn = np.flatnonzero(borders.uncovered | (borders.owner == PARENT))
    rows = drawn[np.sort(np.unique(borders.segment[drawn], return_index=True)[1])]
    noded = shapely.union_all(_lines(borders.start[rows], borders.end[rows]))
    return shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))


def _lines(start, end):
    """Edges, as few lines as their order makes: each goes on from the one before it, where it can.

    A line of a million edges is noded in seconds, a million lines of one edge take minutes.
    """
    runs_back = np.r_[False, (start[:-1] == end[1:]).all(axis=1)]
    runs_back[:-1] |= runs_back[1:]
    first, last = np.where(runs_back[:, None], end, start), np.where(runs_back[:, None], start, end)
    begins = np.r_[True, (last[:-1] != first[1:]).any(axis=1)]
    line = np.cumsum(begins) - 1
    is_end = np.r_[begins[1:], True]
    after = np.flatnonzero(is_end) + 1
    return shapely.linestrings(np.insert(first, after, last[is_end], axis=0), indices=np.insert(line, after, line[is_end]))


def _enclosed(points, covered_cells):
    """Which points lie inside an interior ring of the union of the covered cells."""
    united = shapely.get_parts(_united(covered_cells))
    rings = np.array([shapely.polygons(ring) for polygon in united for ring in polygon.interiors], dtype=object)
    point, ring = shapely.STRtree(rings).query(points)
    answer = np.zeros(len(points), dtype=bool)
    answer[point[shapely.intersects(indexed(rings[ring]), points[point])]] = True
    return answer


def _united(cells):
    """Union of cells of one arrangement; off the lattice a rounded crossing can leave two of them overlapping by a hair."""
    try:
        return shapely.coverage_union_all(cells)
    except shapely.GEOSException:
        return shapely.union_all(cells)
