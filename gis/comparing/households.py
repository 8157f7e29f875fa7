"""Households that went with the land: shared out by area, or counted where they live."""

from dataclasses import dataclass

import numpy as np
import shapely

from gis.errors import Refusal
from gis.lattice import from_lattice, to_lattice
from gis.locating.locate import Locator


@dataclass(frozen=True, slots=True)
class Tally:
    """Households by the face that had them and the face that has them; -1 is no face. Ascending, no pair twice.

    Attributes
    ----------
    old, new : ndarray of int64, shape (k,)
        Positions of faces.
    count : ndarray of float64, shape (k,)
    """

    old: np.ndarray
    new: np.ndarray
    count: np.ndarray


def shared_by_area(households, row, share):
    """Households of each piece, spread evenly over their face.

    Parameters
    ----------
    households : array_like of float, shape (n,)
        Of the old faces; NaN where unknown.
    row : ndarray of int64, shape (k,)
        Old face of each piece, -1 for land that was in none.
    share : ndarray of float64, shape (k,)
        Part of the area of that face.

    Returns
    -------
    ndarray of float64, shape (k,)

    Raises
    ------
    Refusal
        ``bad_households``.

    Examples
    --------
    >>> shared_by_area([300.0], np.array([0, 0, -1]), np.array([0.25, 0.75, 0.0]))
    array([ 75., 225.,   0.])
    """
    households = np.asarray(households, dtype=np.float64)
    wrong = (households < 0) | np.isinf(households)
    if wrong.any():
        raise Refusal("bad_households", f"The households of a face cannot be {households[wrong][0]:g}; mend them.")
    return np.append(households, 0.0)[row] * share


def counted(old, new, same, points):
    """Count households by the face that owned their point before and the one that owns it after.

    Parameters
    ----------
    old, new : gis.comparing.sides.Side
    same : ndarray of int64, shape (u, 2)
        Unchanged faces; what stays in one of them is not counted.
    points : array_like of float, shape (h, 2)
        Longitude and latitude.

    Returns
    -------
    Tally
        A point on a border counts for the face that :mod:`gis.locating.locate` says, so it may go over to another face where no
        land does.

    Raises
    ------
    Refusal
        ``not_finite``, ``outside_lonlat``, ``not_a_polygon``, ``edge_too_long``.

    Notes
    -----
    Only points in the boxes of changed faces are looked up, and only in the faces near them.

    Examples
    --------
    >>> from gis.comparing.sides import side
    >>> left, right = shapely.box(105, 28, 105.1, 28.1), shapely.box(105.1, 28, 105.2, 28.1)
    >>> old, new = side([left, right], ["A", "B"]), side([shapely.box(105, 28, 105.2, 28.1)], ["C"])
    >>> tally = counted(old, new, np.empty((0, 2), dtype=int), [(105.05, 28.05), (105.15, 28.05), (105.15, 28.06)])
    >>> tally.old.tolist(), tally.new.tolist(), tally.count.tolist()
    ([0, 1], [0, 0], [1, 2])
    """
    lonlat = from_lattice(to_lattice(points))
    stays = [np.isin(np.arange(len(part.ids)), column) for part, column in zip((old, new), same.T, strict=True)]
    boxes = np.concatenate([_boxes(part.faces[~still]) for part, still in zip((old, new), stays, strict=True)])
    rows = np.unique(shapely.STRtree(shapely.points(lonlat)).query(boxes)[1])
    before, after = (_owners(part, boxes, lonlat[rows]) for part in (old, new))
    twin = np.full(len(old.ids) + 1, -2)  # the last is that of no face
    twin[same[:, 0]], twin[-1] = same[:, 1], -1
    table = np.column_stack([before, after])[twin[before] != after]
    pairs, count = np.unique(table, axis=0, return_counts=True)
    return Tally(pairs[:, 0], pairs[:, 1], count)


def _boxes(faces):
    return shapely.box(*shapely.bounds(faces).T)


def _owners(part, boxes, lonlat):
    """Owner of every point among the faces of a side whose boxes meet those given."""
    near = np.unique(shapely.STRtree(part.faces).query(boxes)[1])
    if not len(near) or not len(lonlat):
        return np.full(len(lonlat), -1, dtype=np.int64)
    owner = Locator(part.faces[near], part.ids[near]).locate(lonlat, distances=False).face
    return np.where(owner >= 0, near[owner], -1)
