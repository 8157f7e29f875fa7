"""Two editions of a random coverage on one board, with the flow of land known square by square."""

from dataclasses import dataclass

import numpy as np
import shapely
from hypothesis import strategies as st

from gis.lattice import from_lattice
from tests.gis.coverages import ORIGIN

NAMES = "ABCD"


@dataclass(frozen=True, slots=True)
class Edition:
    """Faces and ids; `owner` is the face of every square of the board, -1 for none."""

    faces: np.ndarray
    ids: list
    owner: np.ndarray


@st.composite
def boards(draw, *, largest=5, steps=(1000, 100_000)):
    """Quadrilaterals of a bent checkerboard, as ndarray of Polygon."""
    width, height = draw(st.integers(1, largest)), draw(st.integers(1, largest))
    step = draw(st.sampled_from(steps))
    shift = draw(st.lists(st.integers(-step // 4, step // 4), min_size=2 * (width + 1) * (height + 1), max_size=100))
    nodes = np.stack(np.meshgrid(np.arange(width + 1), np.arange(height + 1), indexing="ij"), axis=-1) * step
    return squares_of(nodes + np.resize(shift, nodes.shape) + ORIGIN)


def squares_of(nodes):
    corners = [nodes[:-1, :-1], nodes[1:, :-1], nodes[1:, 1:], nodes[:-1, 1:]]
    rings = np.stack(corners, axis=2).reshape(-1, 4, 2)
    return shapely.polygons(from_lattice(rings.reshape(-1, 2)).reshape(-1, 4, 2))


@st.composite
def owners(draw, count, *, least=-1, most=3):
    return np.array(draw(st.lists(st.integers(least, most), min_size=count, max_size=count)))


def edition(squares, owner, names=NAMES):
    kept = np.unique(owner[owner >= 0])
    faces = np.empty(len(kept), dtype=object)
    faces[:] = [shapely.coverage_union_all(squares[owner == face]) for face in kept]
    return Edition(faces, [names[face] for face in kept], owner)


@st.composite
def editions(draw, *, names=(NAMES, NAMES)):
    """Two editions of one board, and the board."""
    squares = draw(boards())
    pair = [edition(squares, draw(owners(len(squares))), one) for one in names]
    return *pair, squares
