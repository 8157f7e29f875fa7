"""The borders between labels on a mesh, as lines that cross the mesh's edges.

A border crosses every edge between two labels once, and every triangle at most once: straight from edge to edge, or,
where three labels meet, as a star of three lines. Wherever on its edge a crossing lies, and wherever in its triangle a
star has its middle, no two lines meet but at their ends. So the lines can be smoothed freely along the edges and
always bound faces that fill the parent.
"""

from dataclasses import dataclass

import numpy as np

ROUNDS = 24
MARGIN = 0.1  # crossings keep away from the ends of their edge by this share of it


@dataclass(frozen=True, slots=True)
class Network:
    """Border lines inside an outline.

    Attributes
    ----------
    xy_m : ndarray of float, shape (v, 2)
        Positions of the vertices; those on the outline are not final.
    tail, head : ndarray of int64, shape (s,)
        Vertices of each line.
    left, right : ndarray of int64, shape (s,)
        Labels on its two sides.
    gate : ndarray of int64, shape (g,)
        Vertices on the outline.
    gate_from : ndarray of int64, shape (g,)
        The mesh vertex on the outline that the piece with the gate begins at.
    """

    xy_m: np.ndarray
    tail: np.ndarray
    head: np.ndarray
    left: np.ndarray
    right: np.ndarray
    gate: np.ndarray
    gate_from: np.ndarray


@dataclass(frozen=True, slots=True)
class Stars:
    """Triangles of three labels.

    Attributes
    ----------
    crossing : ndarray of int64, shape (k, 3)
    arms : ndarray of float, shape (k, 3, 1)
        Weight of each crossing in the middle of the star.
    """

    crossing: np.ndarray
    arms: np.ndarray

    def middles(self, xy_m):
        """Middles of the stars, given the crossings."""
        return (xy_m[self.crossing] * self.arms).sum(axis=1)


def network(mesh, labels, ranks):
    """Trace and smooth the borders between labels.

    Parameters
    ----------
    mesh : Mesh
    labels : ndarray of int, shape (n,)
        Of the mesh's vertices.
    ranks : ndarray of int, shape (k, levels)
        Of every label, its ancestors from the highest level on. Where a border of a high level is met by one of a
        lower level, the high one runs on smoothly.

    Returns
    -------
    Network
    """
    a, b = mesh.triangles, np.roll(mesh.triangles, -1, axis=1)
    crossed = labels[a] != labels[b]
    mixed = crossed.any(axis=1)
    a, b, crossed = a[mixed], b[mixed], crossed[mixed]
    low, high = np.minimum(a, b)[crossed], np.maximum(a, b)[crossed]
    keys, index, uses = np.unique(low << 32 | high, return_inverse=True, return_counts=True)
    crossing = np.full(a.shape, -1)
    crossing[crossed] = index
    star = np.flatnonzero(crossed.all(axis=1))
    pair = np.flatnonzero(~crossed.all(axis=1))
    straight = _straight(crossing[pair], labels[a[pair]])
    stars = _stars(crossing[star], labels[a[star]], len(keys))
    tail, head, left, right = (np.concatenate(columns) for columns in zip(straight, stars, strict=True))
    ends = np.column_stack([keys >> 32, keys & 0xFFFFFFFF])
    gate = np.flatnonzero(uses == 1)
    stars = Stars(crossing[star], _arms(crossing[star], labels[ends], ranks))
    xy_m = _smoothed(mesh.xy_m[ends], tail, head, stars, uses == 1)
    on_outline = crossed & (uses[crossing] == 1)
    gate_from = np.empty(len(keys), dtype=np.int64)
    gate_from[crossing[on_outline]] = a[on_outline]
    return Network(xy_m, tail, head, left, right, gate, gate_from[gate])


def _straight(crossing, labels):
    """Lines through triangles of two labels: left of each is the label that has one corner only."""
    first = np.flatnonzero(crossing >= 0).reshape(-1, 2) % 3
    row = np.arange(len(crossing))
    # The two crossed edges share the lone corner: edges 0,1 → corner 1; 1,2 → corner 2; 0,2 → corner 0.
    lone = np.where(first[:, 1] - first[:, 0] == 2, 0, first[:, 1])
    after, before = crossing[row, lone], crossing[row, (lone + 2) % 3]
    return after, before, labels[row, lone], labels[row, (lone + 1) % 3]


def _stars(crossing, labels, first_star):
    """Three lines from the edges of each triangle of three labels to its middle."""
    middle = np.repeat(first_star + np.arange(len(crossing)), 3)
    return crossing.ravel(), middle, labels.ravel(), np.roll(labels, -1, axis=1).ravel()


def _arms(crossing, labels, ranks):
    """Weights of a star's three crossings in its middle: the arm of the lowest level hardly pulls."""
    depth = (ranks[labels[:, 0]] == ranks[labels[:, 1]]).sum(axis=1)[crossing]
    deepest = depth == depth.max(axis=1, keepdims=True)
    alone = deepest.sum(axis=1, keepdims=True) == 1
    weights = np.where(alone, np.where(deepest, 0.12, 0.44), 1 / 3)
    return weights[:, :, None]


def _smoothed(ends_m, tail, head, stars, fixed):
    """Let each crossing slide along its edge towards the middle of its two neighbours, a few times."""
    count = len(ends_m)
    step = ends_m[:, 1] - ends_m[:, 0]
    length2 = (step**2).sum(axis=1)
    t = np.full(count, 0.5)
    for _ in range(ROUNDS):
        xy = ends_m[:, 0] + t[:, None] * step
        xy = np.vstack([xy, stars.middles(xy)])
        pull = (
            np.column_stack(
                [np.bincount(tail, xy[head, axis], len(xy)) + np.bincount(head, xy[tail, axis], len(xy)) for axis in (0, 1)]
            )[:count]
            / 2
        )
        wanted = ((pull - ends_m[:, 0]) * step).sum(axis=1) / length2
        t = np.where(fixed, 0.5, np.clip(t + 0.7 * (wanted - t), MARGIN, 1 - MARGIN))
    xy = ends_m[:, 0] + t[:, None] * step
    return np.vstack([xy, stars.middles(xy)])
