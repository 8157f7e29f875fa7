"""What became of faces, read off the land they have in common: which belong together, and what to call it."""

from dataclasses import dataclass

import numpy as np

from gis.comparing.overlay import NOTHING

MAJORITY = 0.5 + 1e-9  # an exact half is none, however it was rounded


@dataclass(frozen=True, slots=True)
class Family:
    """Faces that come out of each other: positions on both sides, ascending, and the name of what happened.

    Attributes
    ----------
    kind : str
        One of :data:`gis.comparing.comparison.KINDS`.
    old, new : tuple of int
    """

    kind: str
    old: tuple[int, ...]
    new: tuple[int, ...]


def families(pieces, noise, same, *, old_area, new_area):
    """Group changed faces into families and name what happened to each.

    Parameters
    ----------
    pieces : gis.comparing.overlay.Pieces
        Of n old and m new faces.
    noise : ndarray of bool, shape (k,)
        Pieces that are no more than a border drawn anew.
    same : ndarray of bool, shape (k,)
        Pieces whose old and new face have one id.
    old_area, new_area : ndarray of float64, shapes (n,) and (m,)
        Square lattice units.

    Returns
    -------
    list of Family
        Every face in exactly one, ordered by their first old, then new face.

    Notes
    -----
    A piece *ties* its faces if they have one id, or if it is more than half of one of them and not both have found
    themselves again by id. Families are the parts that hang together by ties. A piece that goes from one family to
    another, or to nowhere, is a transfer if it is more than noise. Turning time round turns ``split`` into ``merge`` and
    ``created`` into ``removed`` and leaves the rest.

    Examples
    --------
    >>> from gis.comparing.overlay import Pieces
    >>> pieces = Pieces(np.array([0, 0]), np.array([0, 1]), np.empty(2), np.array([3.0, 5.0]))
    >>> nothing = np.array([False, False])
    >>> families(pieces, nothing, nothing, old_area=np.array([8.0]), new_area=np.array([3.0, 5.0]))
    [Family(kind='split', old=(0,), new=(0, 1))]
    """
    old_area, new_area = np.append(old_area, np.inf), np.append(new_area, np.inf)  # of NOTHING, which is -1
    most = (pieces.area >= MAJORITY * old_area[pieces.old]) | (pieces.area >= MAJORITY * new_area[pieces.new])
    found = _both_found(pieces, same, len(old_area), len(new_area))
    ties = (pieces.old != NOTHING) & (pieces.new != NOTHING) & (same | (most & ~found))
    labels = _parts(pieces.old[ties], pieces.new[ties], len(old_area) - 1, len(new_area) - 1)
    left, reached = (np.append(label, NOTHING)[side] for label, side in zip(labels, (pieces.old, pieces.new), strict=True))
    transfer = ~noise & (left != reached)
    trading = set(left[transfer].tolist()) | set(reached[transfer].tolist())
    return _named(*labels, trading)


def _both_found(pieces, found, old_count, new_count):
    """Pieces whose faces both have found themselves again by id."""
    old_found, new_found = np.zeros(old_count, dtype=bool), np.zeros(new_count, dtype=bool)
    old_found[pieces.old[found]] = new_found[pieces.new[found]] = True
    return old_found[pieces.old] & new_found[pieces.new]


def _parts(old, new, old_count, new_count):
    """Labels of the connected parts of a graph between old and new faces."""
    parent = list(range(old_count + new_count))

    def root(k):
        while parent[k] != k:
            parent[k] = k = parent[parent[k]]
        return k

    for one, other in zip(old.tolist(), (new + old_count).tolist(), strict=True):
        first, second = sorted((root(one), root(other)))
        parent[second] = first
    labels = np.array([root(k) for k in range(len(parent))], dtype=np.int64)
    return labels[:old_count], labels[old_count:]


def _named(label_old, label_new, trading):
    members = {}
    for side, labels in enumerate((label_old, label_new)):
        for position, label in enumerate(labels.tolist()):
            members.setdefault(label, ([], []))[side].append(position)
    return [Family(_kind(*sides, label in trading), *map(tuple, sides)) for label, sides in sorted(members.items())]


def _kind(old, new, is_trading):
    match min(len(old), 2), min(len(new), 2):
        case 0, _:
            return "created"
        case _, 0:
            return "removed"
        case 1, 1:
            return "modified" if is_trading else "re-digitised"
        case 1, 2:
            return "complex" if is_trading else "split"
        case 2, 1:
            return "complex" if is_trading else "merge"
        case _:
            return "complex"
