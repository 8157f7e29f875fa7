"""The exact proof that faces tile their parents."""

from dataclasses import dataclass

import numpy as np
import shapely

from gis.chain import signature


@dataclass(frozen=True, slots=True)
class Proof:
    """Outcome of :func:`prove`.

    Attributes
    ----------
    invalid : ndarray of int64
        Faces that are missing, empty or not valid polygons. Nothing is proven as long as there are any.
    untiled : ndarray of int64
        Parents whose chain is not the sum of the chains of their faces.
    """

    invalid: np.ndarray
    untiled: np.ndarray

    @property
    def ok(self):
        """Whether every parent is tiled exactly."""
        return not len(self.invalid) and not len(self.untiled)


def prove(faces, parent_of, parents):
    """Prove that the faces of every parent tile it exactly: no overlap, no gap, nothing outside, edge-matched.

    Parameters
    ----------
    faces : array_like of Polygon or MultiPolygon, shape (n,)
        Degrees, on the lattice.
    parent_of : array_like of int, shape (n,)
        Index into `parents` of each face.
    parents : array_like of Polygon or MultiPolygon, shape (p,)
        Valid polygons on the lattice.

    Returns
    -------
    Proof

    Notes
    -----
    See :mod:`gis.chain` for the identity. There is no tolerance: a vertex moved by one lattice unit is found.

    Examples
    --------
    >>> left, right = shapely.box(105, 28, 106, 29), shapely.box(106, 28, 107, 29)
    >>> prove([left, right], [0, 0], [shapely.union(left, right)]).ok
    True
    >>> nudged = shapely.box(106, 28, 107, 29.0000001)
    >>> prove([left, nudged], [0, 0], [shapely.union(left, right)]).untiled
    array([0])
    """
    faces, parents = np.asarray(faces, dtype=object), np.asarray(parents, dtype=object)
    invalid = np.flatnonzero(~_is_face(faces))
    balance = np.zeros((len(parents), 2), dtype=np.int64)
    np.add.at(balance, np.asarray(parent_of, dtype=np.int64), signature(faces))
    untiled = np.flatnonzero((balance != signature(parents)).any(axis=1))
    return Proof(invalid, untiled)


def _is_face(geometries):
    polygonal = np.isin(shapely.get_type_id(geometries), (3, 6))
    return polygonal & ~shapely.is_empty(geometries) & shapely.is_valid(geometries)
