"""Which faces of a coverage are neighbours, and how long the border is that they share."""

from dataclasses import dataclass

import numpy as np

from gis.chain import edges
from gis.errors import Refusal
from gis.lattice import from_lattice
from gis.locating.undirected import undirected
from gis.measures import edge_lengths_m

RULES = ("rook", "queen")


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Pairs of neighbouring faces, each once, ascending by `first`, then `second`; ``first < second``.

    Attributes
    ----------
    first, second : ndarray of int64, shape (k,)
        Positions of the faces.
    border_m : ndarray of float64, shape (k,)
        Length of the edges they share; 0 for faces that share vertices alone.
    """

    first: np.ndarray
    second: np.ndarray
    border_m: np.ndarray

    def of(self, face):
        """Neighbours of one face, ascending, and the borders it shares with them in metres."""
        here, there = self.first == face, self.second == face
        found = np.concatenate([self.first[there], self.second[here]])
        return found, np.concatenate([self.border_m[there], self.border_m[here]])


def neighbours(faces, *, rule="rook"):
    """Find the neighbours in a coverage, with the lengths of their borders.

    Parameters
    ----------
    faces : array_like of Polygon or MultiPolygon, shape (n,)
        Degrees; coordinates are rounded to the lattice. Edge-matched: a vertex that stands inside a neighbour's edge
        (``unmatched_vertex`` of a check) hides the border along that edge.
    rule : {"rook", "queen"}
        Neighbours share an edge, or at least a vertex. The names are those of spatial statistics (Cliff and Ord 1973,
        Spatial Autocorrelation).

    Returns
    -------
    Neighbours

    Raises
    ------
    Refusal
        ``unknown_rule``.

    Notes
    -----
    Read off the table of edges; no polygons are intersected. Lengths are geodesic, see :mod:`gis.measures`.

    Examples
    --------
    >>> import shapely
    >>> board = [shapely.box(105 + x, 28 + y, 106 + x, 29 + y) for x in (0, 1) for y in (0, 1)]
    >>> found = neighbours(board)
    >>> found.first.tolist(), found.second.tolist(), found.border_m.round(-3).tolist()
    ([0, 0, 1, 2], [1, 2, 3, 3], [97000.0, 111000.0, 111000.0, 97000.0])
    >>> len(neighbours(board, rule="queen").first)
    6
    """
    if rule not in RULES:
        raise Refusal("unknown_rule", f"{rule!r} is no rule for neighbours; choose rook or queen.", rules=list(RULES))
    first, second, border_m = _sharing_edges(undirected(faces))
    if rule == "queen":
        touching = _sharing_vertices(edges(faces))
        first, second = np.append(first, touching[0]), np.append(second, touching[1])
        border_m = np.append(border_m, np.zeros(len(touching[0])))
    return _summed(first, second, border_m)


def outer_border_m(faces):
    """Length of the border of each face along which it has no neighbour.

    Parameters
    ----------
    faces : array_like of Polygon or MultiPolygon, shape (n,)
        As for :func:`neighbours`.

    Returns
    -------
    ndarray of float64, shape (n,)
        With the borders shared with all neighbours it makes the perimeter.

    Examples
    --------
    >>> import shapely
    >>> outer_border_m([shapely.box(105, 28, 106, 29), shapely.box(106, 28, 107, 29)]).round(-3)
    array([307000., 307000.])
    """
    table = undirected(faces)
    uses = np.diff(table.first)
    owners = np.repeat(uses == 1, uses)
    lengths_m = np.repeat(_lengths_m(table), uses)
    return np.bincount(table.side[owners], weights=lengths_m[owners], minlength=len(faces))


def _sharing_edges(table):
    edge = np.repeat(np.arange(len(table)), np.diff(table.first))
    one, other = _pairs(edge)
    return table.side[one], table.side[other], _lengths_m(table)[edge[one]]


def _sharing_vertices(table):
    """Pairs of faces with a common vertex; a pair stands as often as it has such vertices."""
    order = np.lexsort((table.face, table.start[:, 1], table.start[:, 0]))
    face, vertex = table.face[order], table.start[order]
    new = np.r_[True, (vertex[1:] != vertex[:-1]).any(axis=1)][: len(order)]
    one, other = _pairs(np.cumsum(new))
    return face[one], face[other]


def _pairs(group):
    """All pairs of rows, the earlier one first, that have the same group; groups ascend."""
    ones, others = [np.empty(0, dtype=np.int64)], [np.empty(0, dtype=np.int64)]
    rows, step = np.arange(len(group)), 1
    while len(rows := rows[rows + step < len(group)]) and len(rows := rows[group[rows] == group[rows + step]]):
        ones.append(rows)
        others.append(rows + step)
        step += 1
    return np.concatenate(ones), np.concatenate(others)


def _summed(first, second, border_m):
    """One row for each pair; the borders of its rows added up. A face is no neighbour of itself."""
    apart = first != second
    first, second, border_m = first[apart], second[apart], border_m[apart]
    pairs, row = np.unique(np.column_stack([first, second]), axis=0, return_inverse=True)
    return Neighbours(pairs[:, 0], pairs[:, 1], np.bincount(row.ravel(), weights=border_m, minlength=len(pairs)))


def _lengths_m(table):
    start = np.column_stack([table.x, table.y])
    return edge_lengths_m(from_lattice(start), from_lattice(start + np.column_stack([table.dx, table.dy])))
