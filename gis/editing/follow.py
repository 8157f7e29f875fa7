"""Let the faces of the level below follow where borders of the level above have moved."""

from dataclasses import dataclass

import numpy as np
import shapely

from gis.chain import edges
from gis.editing.cutting import cut, undirected_rows
from gis.lattice import UNITS_PER_DEGREE

NO_LABEL = -1


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """Lower faces cut along the borders of upper ones, in an order that depends on the geometry alone.

    Attributes
    ----------
    shapes : ndarray of Polygon, shape (k,)
        Degrees, on the lattice; edge-matched with each other.
    source : ndarray of int64, shape (k,)
        Lower face that each was part of.
    owner : ndarray of int64, shape (k,)
        Upper face that each is part of.
    """

    shapes: np.ndarray
    source: np.ndarray
    owner: np.ndarray

    @property
    def area(self):
        """Area of each, in square lattice units."""
        return shapely.area(_in_units(self.shapes))


def cut_along(lower, upper):
    """Cut faces along the borders of others that cover the same land.

    Where a border of `upper` crosses one of `lower`, it is led through a lattice point: it bends by under two units, so
    the union of the pieces of each owner, and not `upper` itself, is what edge-matches the pieces.

    Parameters
    ----------
    lower, upper : ndarray of Polygon or MultiPolygon, shapes (n,) and (m,)
        Two coverages of the same land with the same outline, vertex for vertex; degrees, on the lattice.

    Returns
    -------
    Pieces

    Raises
    ------
    Refusal
        ``cut_not_settled`` where borders are too close to be told apart.

    Examples
    --------
    >>> lower = np.array([shapely.box(105, 28, 106, 29), shapely.box(106, 28, 107, 29)])
    >>> ring = [(105, 28), (106, 28), (107, 28), (107, 29), (106.2, 29), (106.2, 28.5), (105, 28.5)]
    >>> rest = shapely.Polygon([(105, 28.5), (106.2, 28.5), (106.2, 29), (106, 29), (105, 29)])
    >>> found = cut_along(lower, np.array([shapely.Polygon(ring), rest]))
    >>> sorted(zip(found.source.tolist(), found.owner.tolist()))
    [(0, 0), (0, 1), (1, 0), (1, 1)]
    """
    made = cut(lower, _new_lines(lower, upper))
    return Pieces(made.pieces, made.face, _owner(made.pieces, upper))


def absorb(pieces, labels):
    """Give every piece without a label that of the neighbour with the same owner and the longest common border.

    Pieces that touch none with a label wait until one beside them has got one.

    Parameters
    ----------
    pieces : Pieces
    labels : ndarray of int64, shape (k,)
        :data:`NO_LABEL` where there is none.

    Returns
    -------
    ndarray of int64, shape (k,)
        Still :data:`NO_LABEL` where no way within the owner leads to a labelled piece.

    Examples
    --------
    >>> row = np.array([shapely.box(105 + k, 28, 106 + k, 29) for k in range(3)])
    >>> absorb(Pieces(row, np.arange(3), np.zeros(3, dtype=np.int64)), np.array([7, -1, -1])).tolist()
    [7, 7, 7]
    """
    first, second, length = _borders(pieces.shapes)
    same = pieces.owner[first] == pieces.owner[second]
    first, second, length = first[same], second[same], length[same]
    labels = np.array(labels, dtype=np.int64)
    while True:
        open_border = (labels[first] == NO_LABEL) & (labels[second] != NO_LABEL)
        if not open_border.any():
            return labels
        piece, label = first[open_border], labels[second[open_border]]
        pairs, row = np.unique(np.column_stack([piece, label]), axis=0, return_inverse=True)
        total = np.bincount(row.ravel(), weights=length[open_border])
        best = np.lexsort((-pairs[:, 1], total, pairs[:, 0]))
        labels[pairs[best, 0]] = pairs[best, 1]  # the longest comes last, of equals the smallest label


def _new_lines(lower, upper):
    """Borders of the upper faces that the lower ones lack, as runs of lattice points."""
    known, wanted = undirected_rows(lower), undirected_rows(upper)
    is_known = np.isin(_keys(wanted), _keys(known))
    drawn = shapely.linestrings(wanted[~is_known].reshape(-1, 2, 2).astype(float))
    merged = shapely.get_parts(shapely.line_merge(shapely.multilinestrings(drawn))) if len(drawn) else drawn
    return [np.rint(shapely.get_coordinates(line)).astype(np.int64) for line in merged]


def _keys(rows):
    return np.ascontiguousarray(rows).view([("edge", np.int64, 4)]).ravel()


def _owner(pieces, upper):
    shapes, faces = _in_units(pieces), _in_units(upper)
    piece, face = shapely.STRtree(faces).query(shapes, predicate="intersects")
    shared = shapely.area(shapely.intersection(shapes[piece], faces[face]))
    order = np.lexsort((shared, piece))
    owner = np.zeros(len(pieces), dtype=np.int64)
    owner[piece[order]] = face[order]  # the largest comes last
    return owner


def _borders(shapes):
    """Pairs of pieces with a common edge, in both directions, and its length in units."""
    table = edges(shapes)
    rows = np.column_stack([table.start, table.end])
    there, back = _keys(rows), _keys(rows[:, [2, 3, 0, 1]])
    order = np.argsort(there)
    at = np.minimum(np.searchsorted(there[order], back), len(order) - 1)
    matched = there[order][at] == back
    length = np.hypot(*(table.end - table.start).T.astype(float))
    return table.face[matched], table.face[order[at]][matched], length[matched]


def _in_units(shapes):
    return shapely.transform(shapes, lambda lonlat: np.rint(lonlat * UNITS_PER_DEGREE))
