"""The exact proof that faces tile their parents."""

from dataclasses import dataclass

import numpy as np
import shapely

from gis.chain import signature, signature_and_simple
from gis.lattice import UNITS_PER_DEGREE


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
    faces, parents = _column(faces), _column(parents)
    sums, invalid = _signed(faces)
    balance = np.zeros((len(parents), 2), dtype=np.int64)
    np.add.at(balance, np.asarray(parent_of, dtype=np.int64), sums)
    untiled = np.flatnonzero((balance != signature(parents)).any(axis=1))
    return Proof(invalid, untiled)


@dataclass(frozen=True, slots=True)
class ChangeProof:
    """Outcome of :func:`prove_change`.

    Attributes
    ----------
    invalid : ndarray of int64
        New faces that are missing, empty or not valid polygons.
    balanced : bool
        The chains of the new faces add up to those of the old ones.
    """

    invalid: np.ndarray
    balanced: bool

    @property
    def ok(self):
        """Whether every tiling that held with the old faces holds with the new ones."""
        return self.balanced and not len(self.invalid)


def prove_change(old, new):
    """Prove that new faces may take the place of old ones in a tiling, by looking at them alone.

    The identity is linear: if ``old`` are faces of a proven tiling of a parent, then it is tiled exactly with ``new``
    in their place if and only if both have the same sum of chains and the new ones are valid.

    Parameters
    ----------
    old, new : array_like of Polygon or MultiPolygon, shapes (k,) and (m,)
        Faces before and after, of one or more parents that stay as they are; degrees, on the lattice. Pass the faces of
        each parent by themselves to see that none takes from another what it gives to a third.

    Returns
    -------
    ChangeProof

    Examples
    --------
    >>> west, east = shapely.box(105, 28, 106, 29), shapely.box(106, 28, 107, 29)
    >>> both = shapely.union(west, east)
    >>> prove_change([west, east], [both]).ok
    True
    >>> prove_change([west, east], [shapely.box(105, 28, 107, 29.0000001)])
    ChangeProof(invalid=array([], dtype=int64), balanced=False)
    """
    old, new = _column(old), _column(new)
    sums, invalid = _signed(new)
    return ChangeProof(invalid, bool((sums.sum(axis=0) == signature(old).sum(axis=0)).all()))


def _signed(faces):
    """Signatures of faces, and which of them are no valid faces."""
    sums, valid = signature_and_simple(faces)
    unsure = np.flatnonzero(~valid)
    return sums, unsure[~is_face(faces[unsure])] if len(unsure) else unsure


def is_face(geometries):
    """Say which geometries are polygons that are not empty and valid, judged in whole lattice units.

    In degrees three lattice points on one line are not quite on one line as doubles, so a ring that runs back over
    itself can pass for valid there; PostgreSQL asks the same question of the same whole numbers.

    Parameters
    ----------
    geometries : ndarray of Geometry or None, shape (n,)
        Degrees, on the lattice.

    Returns
    -------
    ndarray of bool, shape (n,)

    Examples
    --------
    >>> is_face(np.array([shapely.box(105, 28, 106, 29), shapely.Polygon(), None], dtype=object)).tolist()
    [True, False, False]
    """
    units = shapely.transform(geometries, lambda lonlat: np.rint(lonlat * UNITS_PER_DEGREE))
    polygonal = np.isin(shapely.get_type_id(geometries), (3, 6))
    return polygonal & ~shapely.is_empty(geometries) & shapely.is_valid(units)


def _column(geometries):
    return np.asarray(geometries, dtype=object).reshape(-1)
