"""The two sides of a comparison, and the faces on them that are equal to the last lattice unit."""

from collections import Counter, defaultdict, deque
from dataclasses import dataclass

import numpy as np

from gis.chain import signature
from gis.errors import Refusal
from gis.measuring.require import NAMED, require_polygons


@dataclass(frozen=True, slots=True)
class Side:
    """A coverage: faces, their ids and the signatures of their chains, row by row.

    Attributes
    ----------
    faces : ndarray of Polygon or MultiPolygon, shape (n,)
        Degrees, on the lattice.
    ids : ndarray of str, shape (n,)
    signature : ndarray of int64, shape (n, 2)
        See :func:`gis.chain.signature`.
    """

    faces: np.ndarray
    ids: np.ndarray
    signature: np.ndarray


@dataclass(frozen=True, slots=True)
class Twins:
    """Faces with equal chains, and the others.

    Attributes
    ----------
    unchanged, renamed : ndarray of int64, shape (k, 2)
        Positions of an old and a new face.
    left_old, left_new : ndarray of int64
        Positions without a twin, ascending.
    """

    unchanged: np.ndarray
    renamed: np.ndarray
    left_old: np.ndarray
    left_new: np.ndarray


def side(faces, ids, signatures=None):
    """Accept one side of a comparison.

    Parameters
    ----------
    faces : array_like of Polygon or MultiPolygon, shape (n,)
    ids : sequence of str, shape (n,)
    signatures : ndarray of int64, shape (n, 2), optional
        Where known; the faces are then taken as they are.

    Returns
    -------
    Side

    Raises
    ------
    Refusal
        ``ids_do_not_match``, ``missing_code``, ``duplicate_code``, ``not_a_polygon``, ``not_finite``, ``outside_lonlat``.

    Examples
    --------
    >>> side([], []).faces
    array([], dtype=object)
    """
    column = np.empty(len(faces), dtype=object)
    column[:] = list(faces)
    ids = _distinct(list(ids), len(column))
    if signatures is None:
        column = require_polygons(column, ids)
        signatures = signature(column)
    elif np.shape(signatures) != (len(column), 2):
        raise Refusal("ids_do_not_match", f"{len(signatures)} signatures were given for {len(column)} faces.")
    return Side(column, ids, np.ascontiguousarray(signatures, dtype=np.int64))


def twins(old, new, *, by_id):
    """Find the faces that have the same chain on both sides.

    Parameters
    ----------
    old, new : Side
    by_id : bool
        A face with the same chain and another id is renamed; if False it is unchanged, since ids are names only.

    Returns
    -------
    Twins
        Of several faces with one chain, which no coverage has, the smallest ids go together.

    Examples
    --------
    >>> import shapely
    >>> here, there = shapely.box(105, 28, 106, 29), shapely.box(106, 28, 107, 29)
    >>> found = twins(side([here, there], ["A", "B"]), side([there, here], ["C", "A"]), by_id=True)
    >>> found.unchanged.tolist(), found.renamed.tolist()
    ([[0, 1]], [[1, 0]])
    """
    keys = [part.signature.view("V16").ravel().tolist() for part in (old, new)]
    row_of = {name: row for row, name in enumerate(old.ids.tolist())}
    shared = [(row_of[name], j) for j, name in enumerate(new.ids.tolist()) if name in row_of] if by_id else []
    same = _table([(i, j) for i, j in shared if keys[0][i] == keys[1][j]])
    left = [np.setdiff1d(np.arange(len(part.ids)), column) for part, column in zip((old, new), same.T, strict=True)]
    others = _table(_by_chain(old, new, keys, left))
    left = [np.setdiff1d(rows, column) for rows, column in zip(left, others.T, strict=True)]
    return Twins(same, others, *left) if by_id else Twins(others, same, *left)


def _by_chain(old, new, keys, left):
    waiting = defaultdict(deque)
    for i in left[0][np.argsort(old.ids[left[0]])].tolist():
        if any(keys[0][i]):  # a face that is nothing on the lattice has the empty chain, which says nothing
            waiting[keys[0][i]].append(i)
    for j in left[1][np.argsort(new.ids[left[1]])].tolist():
        if waiting.get(keys[1][j]):
            yield waiting[keys[1][j]].popleft(), j


def _table(pairs):
    return np.array(list(pairs), dtype=np.int64).reshape(-1, 2)


def _distinct(ids, count):
    if len(ids) != count:
        raise Refusal("ids_do_not_match", f"{len(ids)} ids were given for {count} faces; give one each.")
    nameless = [str(row) for row, name in enumerate(ids, start=1) if name is None or str(name) == ""]
    if nameless:
        few = ", ".join(nameless[:NAMED])
        raise Refusal("missing_code", f"{len(nameless)} faces have no id; name them: row {few}.", rows=nameless)
    ids = [str(name) for name in ids]
    twice = sorted(name for name, times in Counter(ids).items() if times > 1)
    if twice:
        few = ", ".join(twice[:NAMED]) + (" …" if len(twice) > NAMED else "")
        raise Refusal("duplicate_code", f"These ids stand more than once on one side: {few}.", codes=twice)
    return np.array(ids, dtype=np.str_)
