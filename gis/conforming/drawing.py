"""Rings of faces and of their parent on whole lattice units, which may share, touch and cross: what is conformed."""

from dataclasses import dataclass

import numpy as np
import shapely


@dataclass(frozen=True, slots=True)
class Drawing:
    """Closed rings, land on the left of every edge; the parent's too.

    Attributes
    ----------
    xy : ndarray of int64, shape (n, 2)
        Vertices of all rings one after the other, the closing one left out; each below 2**31.
    ring : ndarray of int64, shape (n,)
        Ascending.
    owner : ndarray of int64, shape (rings,)
        Index of the face, or :data:`gis.checking.borders.PARENT`.
    part : ndarray of int64, shape (rings,)
        Ascending; the first ring of a part is its shell, the others are holes in it.
    """

    xy: np.ndarray
    ring: np.ndarray
    owner: np.ndarray
    part: np.ndarray

    @property
    def after(self):
        """Index of the next vertex of the same ring."""
        after = np.arange(1, len(self.xy) + 1)
        first = np.flatnonzero(np.r_[True, self.ring[1:] != self.ring[:-1]])
        last = np.r_[first[1:], len(self.ring)] - 1
        after[last] = first
        return after


def draw(polygons, owners):
    """Rings of polygons on whole units, turned so that the land is on the left.

    Parameters
    ----------
    polygons : ndarray of Polygon or MultiPolygon, shape (n,)
    owners : ndarray of int64, shape (n,)

    Returns
    -------
    Drawing

    Examples
    --------
    >>> drawing = draw(np.array([shapely.box(0, 0, 2, 1)]), np.array([7]))
    >>> len(drawing.xy), drawing.owner.tolist()
    (4, [7])
    """
    parts, polygon = shapely.get_parts(polygons, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    is_shell = np.r_[True, part[1:] != part[:-1]][: len(part)]
    backward = shapely.is_ccw(rings) != is_shell
    rings[backward] = shapely.reverse(rings[backward])
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    return tidy(np.rint(xy).astype(np.int64), ring, np.asarray(owners)[polygon[part]], part)


def tidy(xy, ring, owner, part):
    """A drawing without repeated vertices and without rings of fewer than three.

    Parameters
    ----------
    xy, ring, owner, part : ndarray of int64
        As in :class:`Drawing`.

    Returns
    -------
    Drawing

    Examples
    --------
    >>> xy = np.array([[0, 0], [0, 0], [2, 0], [0, 1]])
    >>> len(tidy(xy, np.zeros(4, dtype=int), np.array([0]), np.array([0])).xy)
    3
    """
    drawing = Drawing(xy, ring, owner, part)
    for keep in (_not_repeated, _in_real_rings):
        kept = keep(drawing)
        drawing = Drawing(drawing.xy[kept], drawing.ring[kept], owner, part)
    return drawing


def together(first, second):
    """One drawing out of two.

    Parameters
    ----------
    first, second : Drawing

    Returns
    -------
    Drawing
        The rings of the first, then those of the second.

    Examples
    --------
    >>> one, other = (draw(np.array([shapely.box(x, 0, x + 2, 1)]), np.array([x])) for x in (0, 2))
    >>> together(one, other).owner.tolist()
    [0, 2]
    """
    return Drawing(
        np.concatenate([first.xy, second.xy]),
        np.r_[first.ring, second.ring + len(first.owner)],
        np.r_[first.owner, second.owner],
        np.r_[first.part, second.part + first.part.max(initial=-1) + 1],
    )


def only(drawing, owner):
    """The rings of one owner.

    Parameters
    ----------
    drawing : Drawing
    owner : int
        Index of a face, or :data:`gis.checking.borders.PARENT`.

    Returns
    -------
    Drawing

    Examples
    --------
    >>> pair = draw(np.array([shapely.box(0, 0, 2, 1), shapely.box(2, 0, 4, 1)]), np.array([0, 1]))
    >>> only(pair, 1).xy.min(axis=0).tolist()
    [2, 0]
    """
    rows = drawing.owner[drawing.ring] == owner
    return Drawing(drawing.xy[rows], drawing.ring[rows], drawing.owner, drawing.part)


def shapes_of(drawing):
    """The polygons of a drawing, which may cross themselves: good for locating points.

    Parameters
    ----------
    drawing : Drawing

    Returns
    -------
    shapes : ndarray of MultiPolygon
    owners : ndarray of int64
        Ascending.

    Examples
    --------
    >>> shapes, owners = shapes_of(draw(np.array([shapely.box(0, 0, 2, 1), shapely.box(2, 0, 4, 1)]), np.array([7, 5])))
    >>> owners.tolist(), shapely.area(shapes).tolist()
    ([5, 7], [2.0, 2.0])
    """
    owner_of_vertex = drawing.owner[drawing.ring]
    order = np.argsort(owner_of_vertex, kind="stable")
    xy, ring, owner = drawing.xy[order], drawing.ring[order], owner_of_vertex[order]
    first_of_ring = np.flatnonzero(np.r_[True, ring[1:] != ring[:-1]][: len(ring)])
    closed = np.insert(np.arange(len(xy)), np.r_[first_of_ring[1:], len(xy)][: len(first_of_ring)], first_of_ring)
    part = drawing.part[ring[first_of_ring]]
    first_of_part = np.flatnonzero(np.r_[True, part[1:] != part[:-1]][: len(part)])
    owners, first_of_owner = np.unique(owner[first_of_ring[first_of_part]], return_index=True)
    lengths = np.diff(np.r_[first_of_ring, len(xy)]) + 1
    offsets = np.r_[0, np.cumsum(lengths)], np.r_[first_of_part, len(part)], np.r_[first_of_owner, len(first_of_part)]
    if not len(owners):
        return np.array([], dtype=object), owners
    kind = shapely.GeometryType.MULTIPOLYGON
    return shapely.from_ragged_array(kind, xy[closed].astype(np.float64), offsets), owners


def _not_repeated(drawing):
    return (drawing.xy != drawing.xy[drawing.after]).any(axis=1) if len(drawing.xy) else np.empty(0, dtype=bool)


def _in_real_rings(drawing):
    return np.bincount(drawing.ring, minlength=len(drawing.owner))[drawing.ring] >= 3
