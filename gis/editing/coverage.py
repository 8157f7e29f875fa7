"""A coverage as a value: faces with ids, on the lattice, edge-matched, with disjoint interiors."""

from dataclasses import dataclass

import numpy as np
import shapely

from gis.errors import Refusal
from gis.lattice import on_lattice
from gis.tiling import is_face

POLYGONAL = (3, 6)
MOST_VERTICES = 100_000  # of a face that is edited: to split one of as many takes some ten seconds


@dataclass(frozen=True, slots=True, eq=False)
class Coverage:
    """Faces in ascending order of their ids, so that nothing depends on the order they were given in.

    Attributes
    ----------
    ids : ndarray of str, shape (n,)
        Ascending, each once.
    faces : ndarray of Polygon or MultiPolygon, shape (n,)
        Degrees, on the lattice. That their interiors are disjoint and their edges match is proven elsewhere
        (:mod:`gis.tiling`); an edit keeps it.
    """

    ids: np.ndarray
    faces: np.ndarray

    def __len__(self):
        return len(self.ids)

    def __eq__(self, other):
        """Whether both hold the same ids with the same vertices, written the same way."""
        if not isinstance(other, Coverage):
            return NotImplemented
        same_ids = len(self) == len(other) and bool((self.ids == other.ids).all())
        return same_ids and bool(shapely.equals_identical(self.faces, other.faces).all())

    __hash__ = None

    def __contains__(self, name):
        return bool(len(self)) and self.ids[min(np.searchsorted(self.ids, name), len(self) - 1)] == name

    def rows(self, ids):
        """Rows of some ids, in their order.

        Raises
        ------
        Refusal
            ``unknown_face`` naming those that are not there.
        """
        missing = [str(name) for name in ids if name not in self]
        if missing:
            sentence = f"The coverage has no face {', '.join(missing[:5])}; name one it has."
            raise Refusal("unknown_face", sentence, faces=missing)
        return np.searchsorted(self.ids, np.asarray(ids, dtype=str)).astype(np.int64)

    def face(self, name):
        """The face of one id."""
        return self.faces[self.rows([name])[0]]

    def take(self, rows):
        """Part of the coverage."""
        rows = np.sort(np.asarray(rows, dtype=np.int64))
        return Coverage(self.ids[rows], self.faces[rows])

    def without(self, ids):
        """The coverage without some faces."""
        rows = self.rows(ids)
        return Coverage(np.delete(self.ids, rows), np.delete(self.faces, rows))

    def joined(self, other):
        """The faces of both; no id may stand in both."""
        at = np.searchsorted(self.ids, other.ids)
        width = max(self.ids.dtype, other.ids.dtype)
        return Coverage(np.insert(self.ids.astype(width, copy=False), at, other.ids), np.insert(self.faces, at, other.faces))

    def near(self, bounds):
        """Rows of the faces whose bounding box meets another, in degrees."""
        west, south, east, north = shapely.bounds(self.faces).reshape(-1, 4).T
        x_meets = (west <= bounds[2]) & (east >= bounds[0])
        return np.flatnonzero(x_meets & (south <= bounds[3]) & (north >= bounds[1]))


def coverage_of(ids, faces):
    """Make a coverage of ids and faces.

    Parameters
    ----------
    ids : sequence of str, shape (n,)
    faces : sequence of Polygon or MultiPolygon, shape (n,)
        Degrees, on the lattice, valid.

    Returns
    -------
    Coverage

    Raises
    ------
    Refusal
        ``ids_do_not_match``, ``missing_id``, ``duplicate_id``; ``no_polygons`` for a face that is missing, empty or no
        polygon, ``too_many_vertices`` for one of more than 100,000, ``invalid_geometry``, ``not_on_lattice``. Each names
        the faces.

    Examples
    --------
    >>> pair = coverage_of(["b", "a"], [shapely.box(106, 28, 107, 29), shapely.box(105, 28, 106, 29)])
    >>> pair.ids.tolist(), shapely.bounds(pair.face("b")).tolist()
    (['a', 'b'], [106.0, 28.0, 107.0, 29.0])
    """
    geometries = np.empty(len(faces), dtype=object)
    geometries[:] = list(faces)
    names = _names(ids, len(geometries))
    polygonal = np.isin(shapely.get_type_id(geometries), POLYGONAL) & ~shapely.is_empty(geometries)
    _refuse(names[~polygonal], "no_polygons", "is no polygon; give every face one")
    many = shapely.get_num_coordinates(geometries) > MOST_VERTICES
    _refuse(names[many], "too_many_vertices", f"has over {MOST_VERTICES:,} vertices; simplify it first")
    _refuse(names[~is_face(geometries)], "invalid_geometry", "is not a valid polygon; check and mend the layer")
    off = np.array([], dtype=np.int64) if not len(names) else np.flatnonzero(~on_lattice(geometries))
    _refuse(names[off], "not_on_lattice", "has vertices off the lattice; conform the layer first")
    order = np.argsort(names)
    return Coverage(names[order], shapely.force_2d(geometries[order]))


def coverage_from(faces):
    """A coverage of faces that are known to be sound; nothing is looked at.

    Parameters
    ----------
    faces : dict of str to Polygon or MultiPolygon

    Returns
    -------
    Coverage

    Examples
    --------
    >>> coverage_from({"b": shapely.box(106, 28, 107, 29), "a": shapely.box(105, 28, 106, 29)}).ids.tolist()
    ['a', 'b']
    """
    names = sorted(faces)
    geometries = np.empty(len(names), dtype=object)
    geometries[:] = [faces[name] for name in names]
    return Coverage(np.array(names, dtype=str), geometries)


def _names(ids, count):
    if len(ids) != count:
        raise Refusal("ids_do_not_match", f"{len(ids)} ids were given for {count} geometries; give one each.")
    lacking = [k for k, name in enumerate(ids) if not isinstance(name, str) or not name]
    if lacking:
        raise Refusal("missing_id", f"Face {lacking[0] + 1} has no id; give every face one.", rows=lacking)
    names, times = np.unique(np.array(ids, dtype=str), return_counts=True)
    _refuse(names[times > 1], "duplicate_id", "stands more than once; give every face an id of its own")
    return np.array(ids, dtype=str)


def _refuse(names, code, what):
    if len(names):
        listed = ", ".join(names[:5].tolist())
        raise Refusal(code, f"Face {listed} {what}.", faces=names.tolist())
