"""A deterministic jagged coverage on the lattice, of any size, in no time: what the benchmarks run on."""

from dataclasses import dataclass

import numpy as np
import shapely

from gis.lattice import from_lattice

WEST, SOUTH = 1_051_000_000, 278_000_000
SIDE = 20_000  # lattice units from node to node: about 200 m
NODE_SHIFT, BEND_SHIFT = 0.15, 0.06  # of SIDE; small enough that borders never cross


@dataclass(frozen=True, slots=True)
class Nested:
    """Faces that tile their parents; every border is jagged and shared vertex by vertex.

    Attributes
    ----------
    faces, parents : ndarray of Polygon
        Degrees, on the lattice.
    codes : ndarray of str
        Of the faces.
    parent_of : ndarray of int64
        Index of each face's parent.
    """

    faces: np.ndarray
    codes: np.ndarray
    parent_of: np.ndarray
    parents: np.ndarray


def nested(columns, rows, *, bends=6, block=10, seed=2026):
    """Make ``columns * rows`` faces, each of four nodes with ``bends`` vertices between two, in parents of block².

    Parameters
    ----------
    columns, rows : int
        Multiples of ``block``.
    bends : int
        Vertices of a border between its two nodes.
    block : int
        A parent is made of block by block faces.
    seed : int

    Returns
    -------
    Nested

    Examples
    --------
    >>> small = nested(20, 10)
    >>> len(small.faces), len(small.parents), bool(shapely.is_valid(small.faces).all())
    (200, 2, True)
    """
    lines = _borders(columns, rows, bends, np.random.default_rng(seed))
    column, row = (axis.ravel() for axis in np.meshgrid(np.arange(columns), np.arange(rows), indexing="ij"))
    faces = _around(lines, column, row, 1)
    at = np.arange(columns // block * (rows // block))
    parents = _around(lines, at // (rows // block) * block, at % (rows // block) * block, block)
    parent_of = column // block * (rows // block) + row // block
    codes = np.char.add("510502001001", np.char.zfill(np.arange(len(faces)).astype(str), 5))
    return Nested(faces, codes, parent_of, parents)


def _borders(columns, rows, bends, rng):
    """Nodes, and level and upright borders as runs of vertices: first node included, last one left to the next run."""
    step = np.array([SIDE, SIDE])
    node = np.stack(np.meshgrid(np.arange(columns + 1), np.arange(rows + 1), indexing="ij"), axis=-1) * step
    node = node + rng.uniform(-NODE_SHIFT, NODE_SHIFT, node.shape) * SIDE
    level, upright = _runs(node[:-1], node[1:], bends, rng), _runs(node[:, :-1], node[:, 1:], bends, rng)
    return _placed(node), level, upright


def _runs(start, end, bends, rng):
    share = np.arange(bends + 1)[:, None] / (bends + 1)
    run = start[..., None, :] + (end - start)[..., None, :] * share
    run[..., 1:, :] += rng.uniform(-BEND_SHIFT, BEND_SHIFT, run[..., 1:, :].shape) * SIDE
    return _placed(run)


def _placed(xy):
    return np.rint(xy).astype(np.int64) + np.array([WEST, SOUTH])


def _around(lines, column, row, size):
    """Polygons along the borders around squares of size² meshes whose lower left nodes are given."""
    node, level, upright = lines
    along = np.arange(size)
    bottom = _joined(level[column[:, None] + along, row[:, None]])
    right = _joined(upright[column[:, None] + size, row[:, None] + along])
    top = _joined(level[column[:, None] + along, row[:, None] + size])
    left = _joined(upright[column[:, None], row[:, None] + along])
    corner, other = node[column + size, row + size][:, None], node[column, row + size][:, None]
    # a run lacks its last node, so one that is walked backwards begins with it and drops its first
    ring = [bottom, right, corner, top[:, :0:-1], other, left[:, :0:-1], bottom[:, :1]]
    vertices = from_lattice(np.concatenate(ring, axis=1).reshape(-1, 2))
    return shapely.polygons(vertices.reshape(len(column), -1, 2))


def _joined(runs):
    return runs.reshape(len(runs), -1, 2)
