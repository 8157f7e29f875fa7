"""Shapes of units as one table of vertices and rings of their numbers: neighbours that share a vertex share its number."""

from dataclasses import dataclass

import numpy as np

from gis.lattice import to_lattice
from gis.rings import rings_of


@dataclass(frozen=True, slots=True, eq=False)
class SharedVertices:
    """A vertex table and the rings of some polygons.

    Attributes
    ----------
    xy : ndarray of int64, shape (n, 2)
        Whole lattice units, each place once, by longitude and then latitude.
    number : ndarray of int64, shape (v,)
        Rows of ``xy``, ring after ring; a ring does not repeat its first.
    first : ndarray of int64, shape (r + 1,)
        Ring i has the vertices ``number[first[i]:first[i + 1]]``: counter-clockwise a shell, clockwise a hole.
    polygon : ndarray of int64, shape (r,)
        Index of the polygon that the ring belongs to, ascending.
    is_shell : ndarray of bool, shape (r,)
        Holes follow the shell they lie in.
    """

    xy: np.ndarray
    number: np.ndarray
    first: np.ndarray
    polygon: np.ndarray
    is_shell: np.ndarray

    def parts(self, count):
        """Rings of each polygon, part by part.

        Parameters
        ----------
        count : int
            Number of polygons.

        Returns
        -------
        list of list of list of list of int
        """
        found = [[] for _ in range(count)]
        number, ends = self.number.tolist(), self.first.tolist()
        for ring, (polygon, is_shell) in enumerate(zip(self.polygon.tolist(), self.is_shell.tolist(), strict=True)):
            if is_shell:
                found[polygon].append([])
            found[polygon][-1].append(number[ends[ring] : ends[ring + 1]])
        return found


def shared_vertices(polygons):
    """Take polygons apart into a table of vertices and rings.

    Parameters
    ----------
    polygons : array_like of Polygon or MultiPolygon, shape (n,)
        Degrees, on the lattice.

    Returns
    -------
    SharedVertices

    Examples
    --------
    >>> import shapely
    >>> found = shared_vertices([shapely.box(0, 0, 0.0000001, 0.0000001), shapely.box(0.0000001, 0, 0.0000002, 0.0000001)])
    >>> found.xy.tolist()
    [[0, 0], [0, 1], [1, 0], [1, 1], [2, 0], [2, 1]]
    >>> found.parts(2)
    [[[[2, 3, 1, 0]]], [[[4, 5, 3, 2]]]]
    """
    rings = rings_of(polygons)
    xy, begins = to_lattice(rings.xy), rings.edges()
    begins = begins[(xy[begins] != xy[begins + 1]).any(axis=1)]
    ring, xy = rings.at(begins), xy[begins]
    first = np.append(0, np.cumsum(np.bincount(ring, minlength=len(rings))))
    xy = xy[_turned(first, ring, (_doubled_areas(xy, first, ring) < 0) == rings.is_shell)]
    _, once, number = np.unique(keys(xy), return_index=True, return_inverse=True)
    return SharedVertices(xy[once], number.reshape(-1), first, rings.polygon, rings.is_shell)


def keys(xy):
    """One number for each lattice point, in the order of the points.

    Parameters
    ----------
    xy : ndarray of int64, shape (n, 2)

    Returns
    -------
    ndarray of int64, shape (n,)

    Examples
    --------
    >>> keys(np.array([[0, 1], [1, -1]])).tolist()
    [1, 4294967295]
    """
    return (xy[:, 0] << 32) + xy[:, 1]  # a latitude has 31 bits with its sign


def _turned(first, ring, wrong):
    """Positions of the vertices with some rings the other way round, from the same vertex on."""
    place = np.arange(len(ring)) - first[ring]
    back = np.where(place > 0, np.diff(first)[ring] - place, 0)
    return first[ring] + np.where(wrong[ring], back, place)


def _doubled_areas(xy, first, ring):
    """Twice the signed area of each ring; measured from its first vertex, so that int64 is enough for any city."""
    after = np.arange(1, len(ring) + 1)
    after[first[1:] - 1] = first[:-1]
    origin = xy[first[ring]]
    a, b = xy - origin, xy[after] - origin
    return np.add.reduceat(a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0], first[:-1])
