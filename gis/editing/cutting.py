"""Cut faces along lines into pieces that share every vertex with what lies beside them."""

import itertools
from dataclasses import dataclass

import numpy as np
import shapely

from gis.chain import edges
from gis.editing.cut_nodes import node_lines
from gis.editing.insertion import Nodes, nodes_on, with_nodes
from gis.errors import Refusal
from gis.lattice import UNITS_PER_DEGREE, from_lattice

REACH = 4  # units by which lines are taken along beyond the faces, so that noding meets all that touches


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """Faces in pieces.

    Attributes
    ----------
    pieces : ndarray of Polygon, shape (k,)
        Degrees, on the lattice, in an order that depends on the geometry alone.
    face : ndarray of int64, shape (k,)
        Index of the face each was part of.
    nodes : Nodes
        Put on edges of the faces by the lines that part pieces.
    lines : set of (int, int, int, int)
        Directed lattice edges of the lines after noding, inside of the faces and on their edges.
    loose : list of (int, int, int, int)
        Edges of lines that end inside a face.
    """

    pieces: np.ndarray
    face: np.ndarray
    nodes: Nodes
    lines: set
    loose: list


def cut(faces, lines):
    """Cut faces along lines.

    Parameters
    ----------
    faces : ndarray of Polygon or MultiPolygon, shape (n,)
        Degrees, on the lattice, edge-matched.
    lines : list of ndarray of int64, shape (k, 2)
        Lattice points.

    Returns
    -------
    Cut

    Examples
    --------
    >>> square = np.array([shapely.box(0, 0, 0.000001, 0.000001)])
    >>> halves = cut(square, [np.array([[5, -5], [5, 15]])])
    >>> len(halves.pieces), halves.nodes.point.tolist()
    (2, [[5, 0], [5, 10]])
    """
    table = undirected_rows(faces)
    chains, paths = node_lines(_clipped(lines, table), table[:, :2], table[:, 2:])
    drawn = _directed(chains)
    noded = with_nodes(faces, nodes_on(paths))
    used, loose = set(), []
    for face in noded:
        inside = edges_inside(face, drawn)
        used |= _dividing(face, inside)
        loose += _loose(face, inside)
    kept = _at_ends(paths, used)
    noded = with_nodes(faces, nodes_on(kept))
    parts = [_pieces(face, edges_inside(face, used)) for face in noded]
    pieces = np.array([piece for part in parts for piece in part], dtype=object)
    return Cut(pieces, np.repeat(np.arange(len(faces)), [len(part) for part in parts]), nodes_on(kept), drawn, loose)


def edge_set(polygons):
    """Directed lattice edges of polygons, the polygon on the left.

    Parameters
    ----------
    polygons : sequence of Polygon or MultiPolygon

    Returns
    -------
    set of (int, int, int, int)

    Examples
    --------
    >>> sorted(edge_set([shapely.Polygon([(0, 0), (0.0000003, 0), (0, 0.0000002)])]))
    [(0, 0, 3, 0), (0, 2, 0, 0), (3, 0, 0, 2)]
    """
    table = edges(polygons)
    return {tuple(row) for row in np.column_stack([table.start, table.end]).tolist()}


def turned(edge):
    """The edge in the other direction.

    Parameters
    ----------
    edge : (int, int, int, int)
        Lattice units.

    Returns
    -------
    (int, int, int, int)

    Examples
    --------
    >>> turned((0, 0, 3, 1))
    (3, 1, 0, 0)
    """
    return (*edge[2:], *edge[:2])


def undirected_rows(polygons):
    """Lattice edges of polygons, once each, from the smaller end to the larger.

    Parameters
    ----------
    polygons : sequence of Polygon or MultiPolygon

    Returns
    -------
    ndarray of int64, shape (m, 4)
        Ascending.

    Examples
    --------
    >>> len(undirected_rows([shapely.box(105, 28, 106, 29), shapely.box(106, 28, 107, 29)]))
    7
    """
    table = edges(polygons)
    rows = np.column_stack([table.start, table.end])
    swap = (rows[:, 0] > rows[:, 2]) | ((rows[:, 0] == rows[:, 2]) & (rows[:, 1] > rows[:, 3]))
    rows[swap] = rows[swap][:, [2, 3, 0, 1]]
    return np.unique(rows, axis=0)


def polygons_of(segments):
    """Smallest polygons enclosed by lattice edges that meet at common ends.

    Parameters
    ----------
    segments : iterable of (int, int, int, int)
        In any direction, any number of times.

    Returns
    -------
    ndarray of Polygon
        Degrees; in an order that depends on the edges alone. Holes of the land are among them.

    Examples
    --------
    >>> shapely.area(polygons_of({(0, 0, 3, 0), (3, 0, 0, 2), (0, 2, 0, 0), (3, 0, 9, 9)})).tolist()
    [3e-14]
    """
    rows = np.array(sorted({min(edge, turned(edge)) for edge in segments}), dtype=float).reshape(-1, 2, 2)
    enclosed = shapely.get_parts(shapely.polygonize(shapely.linestrings(rows)))
    return tidy(shapely.transform(enclosed, lambda units: from_lattice(np.rint(units))))


def tidy(polygons):
    """Polygons written in one way, shells counter-clockwise, by bounding box and area.

    Parameters
    ----------
    polygons : ndarray of Polygon or MultiPolygon, shape (n,)

    Returns
    -------
    ndarray of Polygon or MultiPolygon, shape (n,)

    Examples
    --------
    >>> tidy(np.array([shapely.box(5, 0, 6, 1), shapely.box(0, 0, 1, 1)]))[0].bounds
    (0.0, 0.0, 1.0, 1.0)
    """
    polygons = shapely.orient_polygons(shapely.normalize(polygons))
    order = np.lexsort(np.column_stack([shapely.bounds(polygons), shapely.area(polygons)]).T[::-1]) if len(polygons) else []
    return polygons[np.asarray(order, dtype=np.int64)]


def union(polygons):
    """Union of edge-matched polygons with disjoint interiors; only cancels edges and keeps every vertex.

    Parameters
    ----------
    polygons : sequence of Polygon or MultiPolygon

    Returns
    -------
    Polygon or MultiPolygon

    Raises
    ------
    Refusal
        ``edit_breaks_coverage`` where an edge that was bent by a node crosses another.

    Examples
    --------
    >>> union([shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)]).bounds
    (0.0, 0.0, 2.0, 1.0)
    """
    try:
        return tidy(np.array([shapely.coverage_union_all(polygons)], dtype=object))[0]
    except shapely.GEOSException as error:
        sentence = "Borders come too close to one another for the line to pass between them; draw it along one of them."
        raise Refusal("edit_breaks_coverage", sentence) from error


def _clipped(lines, table):
    """Segments of the lines that come near the edges, as runs."""
    low, high = table[:, :2].min(axis=0), table[:, 2:].max(axis=0)
    low, high = np.minimum(low, table[:, 2:].min(axis=0)) - REACH, np.maximum(high, table[:, :2].max(axis=0)) + REACH
    runs = []
    for line in lines:
        below, above = np.minimum(line[1:], line[:-1]), np.maximum(line[1:], line[:-1])
        near = np.flatnonzero(((below <= high) & (above >= low)).all(axis=1))
        for run in np.split(near, np.flatnonzero(np.diff(near) > 1) + 1):
            runs += [line[run[0] : run[-1] + 2]] if len(run) else []
    return runs


def _directed(chains):
    return {(*start, *end) for chain in chains for start, end in itertools.pairwise(chain)}


def edges_inside(face, drawn):
    """Edges of noded lines in the interior of a face: if the middle of one is, the whole edge is.

    Parameters
    ----------
    face : Polygon or MultiPolygon
        Degrees, on the lattice.
    drawn : set of (int, int, int, int)
        Directed lattice edges, which meet the face's own at common vertices only.

    Returns
    -------
    set of (int, int, int, int)
        Edges of the face itself are not inside it.

    Examples
    --------
    >>> edges_inside(shapely.box(0, 0, 0.0000009, 0.0000009), {(0, 0, 9, 9), (9, 9, 20, 20), (0, 0, 9, 0)})
    {(0, 0, 9, 9)}
    """
    if not drawn:
        return set()
    rows = np.array(sorted(drawn), dtype=float)
    units = shapely.transform(face, lambda lonlat: np.rint(lonlat * UNITS_PER_DEGREE))
    middle = (rows[:, :2] + rows[:, 2:]) / 2
    shapely.prepare(units)
    inside = shapely.contains_xy(units, middle)
    own = edge_set([face])
    inner = [tuple(row) for row in rows[inside].astype(np.int64).tolist()]
    return {edge for edge in inner if edge not in own and turned(edge) not in own}


def _pieces(face, inside):
    """Polygons that the lines leave of a face: those with no edge that has the face on its other side."""
    own = edge_set([face])
    enclosed = polygons_of(own | inside)
    return [piece for piece in enclosed if not any(turned(edge) in own for edge in edge_set([piece]))]


def _dividing(face, inside):
    """Edges of the lines with different pieces on their two sides."""
    if not inside:
        return set()
    between = set().union(*(edge_set([piece]) for piece in _pieces(face, inside)))
    return {edge for edge in inside if edge in between or turned(edge) in between}


def _loose(face, inside):
    """Edges of the lines that lead to an end in the interior of the face."""
    if not inside:
        return []
    rows = np.array(sorted({min(edge, turned(edge)) for edge in edge_set([face]) | inside}), dtype=float)
    _, _, dangles, _ = shapely.polygonize_full(shapely.linestrings(rows.reshape(-1, 2, 2)))
    return [tuple(int(value) for value in shapely.get_coordinates(line).ravel()) for line in shapely.get_parts(dangles)]


def _at_ends(paths, used):
    """Nodes at which an edge that divides begins or ends; the others would be there for nothing."""
    ends = {edge[:2] for edge in used} | {edge[2:] for edge in used}
    kept = {edge: [point for point in path if point in ends] for edge, path in paths.items()}
    return {edge: path for edge, path in kept.items() if path}
