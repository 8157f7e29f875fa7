"""Nodes put on edges: the one change of a coverage that its neighbours on every level have to follow."""

import itertools
from dataclasses import dataclass

import numpy as np
import shapely

from gis.chain import edges
from gis.lattice import from_lattice, to_lattice

NO_POINTS = np.empty((0, 2), dtype=np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Nodes:
    """Points put on edges, ordered along each edge.

    Attributes
    ----------
    start, end : ndarray of int64, shape (k, 2)
        The edge as it was, on the lattice, from its smaller end to its larger.
    point : ndarray of int64, shape (k, 2)
        Under one unit from the edge. Rows of one edge stand together, from its start to its end.
    outer : ndarray of bool, shape (k,)
        Only one face of the coverage has the edge: it lies on the outline, and what lies beyond needs the node too.
    """

    start: np.ndarray
    end: np.ndarray
    point: np.ndarray
    outer: np.ndarray

    def __len__(self):
        return len(self.point)

    def __eq__(self, other):
        if not isinstance(other, Nodes):
            return NotImplemented
        return len(self) == len(other) and bool((self._table() == other._table()).all())

    __hash__ = None

    def take(self, rows):
        """Some of the rows."""
        return Nodes(self.start[rows], self.end[rows], self.point[rows], self.outer[rows])

    def paths(self):
        """Points by edge, in both directions: {(ax, ay, bx, by): [[x, y], …]}."""
        found = {}
        for start, end, point in zip(self.start.tolist(), self.end.tolist(), self.point.tolist(), strict=True):
            found.setdefault((*start, *end), []).append(point)
        return found | {(*key[2:], *key[:2]): path[::-1] for key, path in found.items()}

    def bounds(self):
        """West, south, east, north of the edges, in degrees."""
        ends = from_lattice(np.concatenate([self.start, self.end]))
        return (*ends.min(axis=0).tolist(), *ends.max(axis=0).tolist())

    def _table(self):
        return np.column_stack([self.start, self.end, self.point, self.outer])


NO_NODES = Nodes(NO_POINTS, NO_POINTS, NO_POINTS, np.empty(0, dtype=bool))


def nodes_on(paths):
    """Nodes from points by edge; of which side an edge is the outline is not known yet.

    Parameters
    ----------
    paths : dict of (int, int, int, int) to list of (int, int)
        Points in order from the first end to the second.

    Returns
    -------
    Nodes

    Examples
    --------
    >>> nodes_on({(9, 0, 0, 0): [(6, 0), (3, 0)]}).point.tolist()
    [[3, 0], [6, 0]]
    """
    rows = []
    for key in sorted(paths, key=lambda key: min(key, (*key[2:], *key[:2]))):
        upward = key[:2] < key[2:]
        ends = key if upward else (*key[2:], *key[:2])
        rows += [(*ends, *point) for point in (paths[key] if upward else paths[key][::-1])]
    table = np.array(rows, dtype=np.int64).reshape(-1, 6)
    return Nodes(table[:, :2], table[:, 2:4], table[:, 4:], np.zeros(len(table), dtype=bool))


def with_nodes(geometries, nodes):
    """Polygons with the nodes put on every edge that has some; the others are given back as they are.

    Parameters
    ----------
    geometries : ndarray of Polygon or MultiPolygon, shape (n,)
        Degrees, on the lattice.
    nodes : Nodes

    Returns
    -------
    ndarray of Polygon or MultiPolygon, shape (n,)
        Valid as long as no vertex lies within the unit by which an edge is bent.

    Examples
    --------
    >>> square = shapely.box(0, 0, 0.000001, 0.000001)
    >>> noded = with_nodes([square], nodes_on({(0, 0, 10, 0): [(4, 0)]}))
    >>> shapely.get_num_coordinates(noded).tolist()
    [6]
    """
    paths = nodes.paths()
    found = np.empty(len(geometries), dtype=object)
    found[:] = [_noded(geometry, paths) if paths else geometry for geometry in geometries]
    return found


def bent_edges(polygons, nodes):
    """Directed edges of polygons with the nodes put on them, the face on the left as it was before they were bent.

    Parameters
    ----------
    polygons : ndarray of Polygon or MultiPolygon, shape (n,)
    nodes : Nodes

    Returns
    -------
    ndarray of int64, shape (m, 4)

    Examples
    --------
    >>> bent_edges([shapely.box(0, 0, 0.000001, 0.000001)], nodes_on({(0, 0, 10, 0): [(4, 0)]})).tolist()[-1]
    [4, 0, 10, 0]
    """
    table = edges(polygons)
    rows = np.column_stack([table.start, table.end])
    paths = nodes.paths()
    if not paths:
        return rows
    hit = [k for k, row in enumerate(rows.tolist()) if tuple(row) in paths]
    bent = [_steps(row, paths[tuple(row)]) for row in rows[hit].tolist()]
    return np.concatenate([np.delete(rows, hit, axis=0), *bent])


def _steps(row, path):
    points = np.array([row[:2], *path, row[2:]], dtype=np.int64)
    return np.column_stack([points[:-1], points[1:]])


def rows_with(coverage, nodes):
    """Rows of a coverage whose faces have an edge that gets a node, and how many of its faces have each node's edge.

    Parameters
    ----------
    coverage : Coverage
    nodes : Nodes

    Returns
    -------
    rows : ndarray of int64
    times : ndarray of int64, shape (len(nodes),)

    Examples
    --------
    >>> from gis.editing.coverage import coverage_of
    >>> row = coverage_of(["a", "b"], [shapely.box(k * 1e-6, 0, (k + 1) * 1e-6, 1e-6) for k in range(2)])
    >>> rows, times = rows_with(row, nodes_on({(10, 0, 10, 10): [(10, 5)], (0, 0, 10, 0): [(4, 0)]}))
    >>> rows.tolist(), times.tolist()
    ([0, 1], [1, 2])
    """
    if not len(nodes):
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    near = coverage.near(nodes.bounds())
    paths = nodes.paths()
    table = edges(coverage.faces[near])
    keys = [tuple(key) for key in np.column_stack([table.start, table.end]).tolist()]
    hit = [(face, key) for face, key in zip(table.face.tolist(), keys, strict=True) if key in paths]
    used = {}
    for face, key in hit:
        used.setdefault(min(key, (*key[2:], *key[:2])), []).append(face)
    ends = np.column_stack([nodes.start, nodes.end]).tolist()
    times = np.array([len(used.get(tuple(key), ())) for key in ends], dtype=np.int64)
    return near[np.unique(np.array([face for face, _ in hit], dtype=np.int64))], times


def _noded(geometry, paths):
    parts = shapely.get_parts(geometry)
    rings, part = shapely.get_rings(parts, return_index=True)
    written = [_noded_ring(ring, paths) for ring in rings]
    if all(line is None for line in written):
        return geometry
    rings = [ring if line is None else shapely.linearrings(line) for ring, line in zip(rings, written, strict=True)]
    polygons = [_polygon([rings[k] for k in np.flatnonzero(part == p)]) for p in range(len(parts))]
    return polygons[0] if geometry.geom_type == "Polygon" else shapely.multipolygons(polygons)


def _polygon(rings):
    return shapely.polygons(rings[0], holes=rings[1:] or None)


def _noded_ring(ring, paths):
    """Degrees of the ring with its nodes, or None where it gets none."""
    units = to_lattice(shapely.get_coordinates(ring)).tolist()
    noded = []
    for start, end in itertools.pairwise(units):
        noded.append(start)
        noded += paths.get((*start, *end), ())
    return from_lattice([*noded, units[0]]) if len(noded) > len(units) - 1 else None
