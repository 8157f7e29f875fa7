"""Which face a point lies in: one owner for every point, decided in integers, in bulk.

A point is rounded to the lattice. Inside one face: that face. On a border: the face with the smallest code, and the
answer says so and names the others. In no face: the nearest one and how far it is. Layers that are no coverage are
answered too: of several faces that hold a point inside, the smallest code owns it and the others are named.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from types import MappingProxyType

import numpy as np
import shapely

from gis import engine
from gis.errors import Refusal
from gis.lattice import LAT_LIMIT, LON_LIMIT, UNITS_PER_DEGREE, from_lattice, to_lattice
from gis.locating import saved
from gis.locating.located import Also, Located
from gis.locating.lookup import HARD, holders, index_of, settle
from gis.locating.outside import Shoreline
from gis.locating.single import holders_of

BLOCK = 1 << 16  # points looked up at a time: what is computed on the way stays in the processor's cache
FEW = 16  # points up to which they are looked up one at a time
WORTH_A_THREAD = 1 << 19  # points
POLYGONAL = (3, 6)  # shapely's type numbers of Polygon and MultiPolygon


class Locator:
    """An index of a layer that answers where points lie.

    The inside of a face follows the even-odd rule, so even a ring that crosses itself has a definite inside.
    Vertices that are off the lattice are rounded to it first, by half a unit (6 mm) at most. Faces may overlap, leave
    gaps and have holes and parts. Nothing depends on the order of faces or points; of faces with equal codes the one
    with the smaller WKB counts as the smaller.

    Parameters
    ----------
    faces : array_like of Polygon or MultiPolygon, shape (f,)
        Degrees, longitude first.
    codes : array_like of str, shape (f,)

    Raises
    ------
    Refusal
        ``no_faces``, ``not_a_polygon`` (null and empty ones too; names the codes), ``codes_mismatch``,
        ``outside_lonlat``, ``edge_too_long``.

    Notes
    -----
    Building takes time in proportion to the vertices (see gis.locating.cells.build). A look-up of n points takes memory for its
    answers, 17 bytes a point and 8 more where some have no owner, and a few megabytes for the block at hand. Where the
    compiler is installed (see gis.engine), long work runs compiled and in several threads. A locator may be asked by
    several threads at once.

    Examples
    --------
    >>> halves = [shapely.box(106, 28, 107, 29), shapely.box(105, 28, 106, 29)]
    >>> found = Locator(halves, ["B", "A"]).locate([[106.5, 28.5], [106, 28.5], [107.001, 28.5]])
    >>> found.face, found.on_border, found.also[1]
    (array([ 0,  1, -1]), array([False,  True, False]), array([0]))
    >>> found.nearest[2], found.distance_m.round()
    (np.int64(0), array([ 0.,  0., 98.]))
    """

    def __init__(self, faces, codes):
        self._index = index_of(*_accepted(faces, codes))
        self._shoreline, self._columns = None, {}

    @classmethod
    def load(cls, path, *, of=None, thorough=False):
        """Open an index that :meth:`save` has written; its pages are read from the file as look-ups touch them.

        Parameters
        ----------
        path : path-like
        of : str, optional
            What the index must have been saved as; not asked if left out.
        thorough : bool
            Read the whole file and test its checksum, too. Else a file that was cut or written by something else is
            refused, but single bits that a disk has turned are not noticed.

        Returns
        -------
        Locator

        Raises
        ------
        Refusal
            ``missing_file``, ``unreadable_index``, ``other_index`` (saved of something else than ``of``).

        Examples
        --------
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     Locator([shapely.box(105, 28, 106, 29)], ["A"]).save(f"{folder}/grids.index", of="2026-11-01")
        ...     Locator.load(f"{folder}/grids.index", of="2026-11-01").locate([[105.5, 28.5]]).face
        array([0])
        """
        locator = cls.__new__(cls)
        locator._index, locator._columns = saved.read(path, of=of, thorough=thorough)
        locator._shoreline = None
        return locator

    def save(self, path, *, of="", columns=MappingProxyType({})):
        """Write the index to a file, which other processes may map at the same time (format: see gis.locating.saved).

        Parameters
        ----------
        path : path-like
            An existing file is replaced at once: who has it open keeps what they opened.
        of : str
            What the index is of, for :meth:`load` to ask: a name, a date, a digest of the layer.
        columns : mapping of str to ndarray
            What else should be known of the faces, such as their codes; no objects.

        Raises
        ------
        Refusal
            ``not_writable``.
        """
        saved.write(path, self._index, of=of, columns=columns)

    @property
    def columns(self):
        """The columns that came with the index from its file, a dict of str to ndarray."""
        return self._columns

    @property
    def bounds(self):
        """West, south, east and north of the layer in degrees, an ndarray of float64.

        Examples
        --------
        >>> Locator([shapely.box(105, 28, 106, 29)], ["A"]).bounds
        array([105.,  28., 106.,  29.])
        """
        low = self._index.edges.table[:, :2]
        high = low + self._index.edges.table[:, 2:4]
        return from_lattice(
            np.concatenate([np.minimum(low, high).min(axis=0), np.maximum(low, high).max(axis=0)]).reshape(2, 2)
        ).ravel()

    @property
    def nbytes(self):
        """Bytes the index takes: in memory, or in the file it is read from."""
        return self._index.nbytes

    def table_of_cells(self, lonlat):
        """The table that answers for whole cells and the place of each point in it: what a look-up costs at the least.

        Returns
        -------
        owner : ndarray of int32
            See gis.locating.cells.Cells.
        cell : ndarray of int64, shape (n,)
        """
        cells = self._index.cells
        return cells.owner, cells.raster.cell_of(*to_lattice(lonlat).T)

    def locate(self, lonlat, *, distances=True):
        """Find the owner of every point.

        Parameters
        ----------
        lonlat : array_like of float, shape (n, 2)
            Degrees, longitude first.
        distances : bool
            Find the nearest face for points outside.

        Returns
        -------
        Located

        Raises
        ------
        Refusal
            ``not_finite``, ``outside_lonlat``.
        """
        lonlat = np.ascontiguousarray(lonlat, dtype=np.float64).reshape(-1, 2)
        if len(lonlat) <= FEW:
            face, on_border, also = self._one_by_one(lonlat)
        else:
            face, on_border, also = self._in_bulk(lonlat)
        nearest, distance_m = self._from_outside(lonlat, face, distances)
        return Located(face, on_border, also, distance_m, nearest)

    def _one_by_one(self, lonlat):
        face, on_border = np.full(len(lonlat), -1), np.zeros(len(lonlat), dtype=bool)
        points, ranks = [], []
        for i, (lon, lat) in enumerate(lonlat.tolist()):
            if not (abs(lon) <= 180 and abs(lat) <= 90):
                to_lattice(lonlat)  # says which position is none
            inside, touched = holders_of(self._index, lon, lat)
            first, *others = inside + touched or [None]
            if first is not None:
                face[i], on_border[i] = self._index.position[first], not inside
            points += [i] * len(others)
            ranks += sorted(others)
        further = self._index.position[ranks] if ranks else np.empty(0, dtype=np.int64)
        return face, on_border, Also(len(lonlat), np.array(points, dtype=np.int64), further)

    def _in_bulk(self, lonlat):
        face = np.empty(len(lonlat), dtype=np.int64)
        hard = (self._settle_compiled if engine.kernels(len(lonlat)) else self._settle)(lonlat, face)
        on_border = np.zeros(len(lonlat), dtype=bool)
        also = [(np.empty(0, dtype=np.int64),) * 2]
        for begin in range(0, len(hard), BLOCK):
            also.append(self._settle_hard(lonlat, hard[begin : begin + BLOCK], face, on_border))
        return face, on_border, Also(len(lonlat), *map(np.concatenate, zip(*also, strict=True)))

    def _settle(self, lonlat, face):
        """Fill in what is not hard, and say what is."""
        for begin in range(0, len(lonlat), BLOCK):
            block = slice(begin, begin + BLOCK)
            _refuse_nowhere(lonlat[block], begin)
            settle(self._index, lonlat[block], face[block])
        return np.flatnonzero(face == HARD)

    def _settle_compiled(self, lonlat, face):
        """The same by compiled loops, in as many threads as there are processors."""
        kernels, cells = engine.kernels(len(lonlat)), self._index.cells
        places = cells.raster.as_array()

        def work(part):
            index = places, cells.owner, cells.head, cells.piece, cells.ways, self._index.face_of
            return kernels.locating.settle(lonlat[part], *index, face[part])

        counts = _in_threads(work, len(lonlat))
        if min(counts) < 0:
            to_lattice(lonlat)  # says which position is none
        return np.flatnonzero(face == HARD) if any(counts) else np.empty(0, dtype=np.int64)

    def _settle_hard(self, lonlat, hard, face, on_border):
        """Fill in owners and borders of the hard points; return the further faces of points."""
        point, rank, inside = holders(self._index, lonlat[hard])
        is_owner = np.r_[True, np.diff(point) > 0][: len(point)]
        face[hard] = -1
        face[hard[point[is_owner]]] = self._index.position[rank[is_owner]]
        on_border[hard[point[is_owner]]] = ~inside[is_owner]
        point, rank = point[~is_owner], rank[~is_owner]
        order = np.lexsort((rank, point))
        return hard[point[order]], self._index.position[rank[order]]

    def _from_outside(self, lonlat, face, distances):
        """Nearest faces and distances; where every point has an owner, the faces themselves."""
        distance_m, lost = np.zeros(len(face)), np.flatnonzero(face < 0)
        if not len(lost):
            return face, distance_m
        nearest = face.copy()
        if distances:
            self._shoreline = self._shoreline or Shoreline(self._index.edges)
            rank, distance_m[lost] = self._shoreline.nearest(from_lattice(to_lattice(lonlat[lost])))
            nearest[lost] = self._index.position[rank]
        else:
            distance_m[lost] = np.nan
        return nearest, distance_m


def _in_threads(work, count):
    """Do work on parts of a range, in several threads if it is long; the results."""
    threads = min(len(os.sched_getaffinity(0)), count // WORTH_A_THREAD)
    if threads < 2:
        return [work(slice(0, count))]
    bounds = [count * i // threads for i in range(threads + 1)]
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(work, map(slice, bounds[:-1], bounds[1:])))


def _accepted(faces, codes):
    faces, codes = np.asarray(faces, dtype=object).reshape(-1), np.asarray(codes).astype(str).reshape(-1)
    if len(faces) == 0:
        raise Refusal("no_faces", "The layer holds no face to locate points in.")
    if len(faces) != len(codes):
        raise Refusal("codes_mismatch", f"There are {len(faces)} faces and {len(codes)} codes.")
    bad = ~np.isin(shapely.get_type_id(faces), POLYGONAL) | shapely.is_empty(faces)
    if bad.any():
        names = codes[bad].tolist()
        few = ", ".join(names[:5])
        raise Refusal("not_a_polygon", f"{len(names)} faces have no polygon; mend or drop them: {few}.", codes=names)
    return faces, codes


def _refuse_nowhere(lonlat, begin=0):
    """Refuse what is no position; the row is counted from the first of all blocks."""
    most = np.abs(lonlat).max(axis=0, initial=0)
    if not (most[0] * UNITS_PER_DEGREE <= LON_LIMIT and most[1] * UNITS_PER_DEGREE <= LAT_LIMIT):
        to_lattice(np.concatenate([np.zeros((begin, 2)), lonlat]))
