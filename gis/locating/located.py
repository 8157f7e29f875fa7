"""What a look-up answers: the owner of every point, the other faces that hold it, the nearest face of those outside."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Also(Sequence):
    """For each of ``size`` points the further faces that hold it, mostly none.

    A sequence: ``also[i]`` is an array of faces in the order of their codes.

    Attributes
    ----------
    size : int
    point : ndarray of int64, shape (k,)
        Index of a point, ascending.
    face : ndarray of int64, shape (k,)
        A further face that holds it.

    Examples
    --------
    >>> also = Also(3, point=np.array([1, 1]), face=np.array([7, 4]))
    >>> len(also), also[0], also[1]
    (3, array([], dtype=int64), array([7, 4]))
    """

    size: int
    point: np.ndarray
    face: np.ndarray

    def __len__(self):
        return self.size

    def __getitem__(self, i):
        i = range(self.size)[i]
        return self.face[np.searchsorted(self.point, i) : np.searchsorted(self.point, i, side="right")]


@dataclass(frozen=True, slots=True)
class Located:
    """Answers for n points, in their order. Faces are positions in the arrays the locator was made of.

    Attributes
    ----------
    face : ndarray of int64, shape (n,)
        The owner; -1 outside every face.
    on_border : ndarray of bool, shape (n,)
        The point lies on a border of its owner and inside no face.
    also : Also
        The other faces that hold the point, inside or on their border.
    distance_m : ndarray of float64, shape (n,)
        0 where there is an owner; else the geodesic distance to the nearest face (NaN if not asked for).
    nearest : ndarray of int64, shape (n,)
        The owner, or the nearest face; the smallest code of equally near ones (-1 if not asked for). The same array as
        ``face`` where every point has an owner.
    """

    face: np.ndarray
    on_border: np.ndarray
    also: Also
    distance_m: np.ndarray
    nearest: np.ndarray
