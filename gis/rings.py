"""The rings of polygons as runs in one array of coordinates: what measures and edge tables start from."""

from dataclasses import dataclass

import numpy as np
import shapely


@dataclass(frozen=True, slots=True)
class Rings:
    """Rings of some polygons, in order: by polygon, by part, the shell of a part before its holes.

    Attributes
    ----------
    xy : ndarray of float64, shape (v, 2)
        Vertices; the last one of a ring repeats its first.
    first : ndarray of int64, shape (r + 1,)
        Ring i has the vertices ``xy[first[i]:first[i + 1]]``.
    polygon : ndarray of int64, shape (r,)
        Index of the geometry the ring belongs to, ascending.
    is_shell : ndarray of bool, shape (r,)
    """

    xy: np.ndarray
    first: np.ndarray
    polygon: np.ndarray
    is_shell: np.ndarray

    @property
    def length(self):
        """Vertices of each ring."""
        return np.diff(self.first)

    def of_vertices(self, values):
        """Values of rings, repeated for each of their vertices."""
        return np.repeat(values, self.length)

    def __len__(self):
        return len(self.polygon)

    def edges(self):
        """Positions of the vertices at which an edge begins: all but the last one of each ring."""
        begins = np.ones(len(self.xy), dtype=bool)
        begins[self.first[1:][self.length > 0] - 1] = False
        return np.flatnonzero(begins)

    def at(self, vertices):
        """Rings to which vertices, given by their positions, belong."""
        return np.searchsorted(self.first, vertices, side="right") - 1


def rings_of(polygons):
    """Take polygons apart into rings.

    Parameters
    ----------
    polygons : array_like of Polygon or MultiPolygon, shape (n,)
        Whatever else there is among them has no ring.

    Returns
    -------
    Rings

    Examples
    --------
    >>> holed = shapely.box(0, 0, 9, 9) - shapely.box(1, 1, 2, 2)
    >>> found = rings_of([shapely.box(0, 0, 1, 1), holed])
    >>> found.first.tolist(), found.polygon.tolist(), found.is_shell.tolist()
    ([0, 5, 10, 15], [0, 1, 1], [True, True, False])
    """
    polygons = np.asarray(polygons, dtype=object).reshape(-1)
    plain = (shapely.get_type_id(polygons) == 3) & (shapely.get_num_interior_rings(polygons) == 0)
    if not plain.all():
        return _rings_of_any(polygons)
    first = np.append(0, np.cumsum(shapely.get_num_coordinates(polygons)))
    # one ring each, which need not be made to be counted: that would take longer than all the rest
    return Rings(shapely.get_coordinates(polygons), first, np.arange(len(polygons)), np.ones(len(polygons), dtype=bool))


def _rings_of_any(polygons):
    parts, polygon = shapely.get_parts(polygons, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    first = np.append(0, np.cumsum(shapely.get_num_coordinates(rings)))
    is_shell = np.r_[True, part[1:] != part[:-1]][: len(part)]
    return Rings(shapely.get_coordinates(rings), first, polygon[part], is_shell)
