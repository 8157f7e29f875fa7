"""Random coverages on the lattice: what the laws of gis/ are tried on."""

import numpy as np
import shapely
from hypothesis import strategies as st

from gis.lattice import from_lattice

ORIGIN = np.array([1_054_000_000, 288_000_000])


@st.composite
def coverages(draw, *, largest=6, steps=(2, 4, 1000, 100_000)):
    """Faces, edge-matched, with parent, as merged squares of a bent checkerboard.

    Squares of a small board are given to faces at random, so that faces have holes, islands, enclaves, several parts,
    four-way nodes and touch at single vertices; the nodes are then moved, so that edges run in all directions. Squares
    are some `steps` units wide: with the smallest, edges are as long as the lattice is fine.

    Returns
    -------
    faces : ndarray of Polygon or MultiPolygon
    parent : Polygon or MultiPolygon
        Has holes where squares belong to no face.
    """
    width, height = draw(st.integers(1, largest)), draw(st.integers(1, largest))
    step = draw(st.sampled_from(steps))
    owner = draw(st.lists(st.integers(-1, 3), min_size=width * height, max_size=width * height))
    shift = draw(st.lists(st.integers(-step // 4, step // 4), min_size=2 * (width + 1) * (height + 1), max_size=200))
    nodes = np.stack(np.meshgrid(np.arange(width + 1), np.arange(height + 1), indexing="ij"), axis=-1) * step
    nodes = nodes + np.resize(shift, nodes.shape) + ORIGIN
    squares = [
        shapely.Polygon(from_lattice([nodes[i, j], nodes[i + 1, j], nodes[i + 1, j + 1], nodes[i, j + 1]]))
        for i in range(width)
        for j in range(height)
    ]
    owner = np.array(owner)
    kept = np.unique(owner[owner >= 0])
    faces = [shapely.coverage_union_all([squares[k] for k in np.flatnonzero(owner == face)]) for face in kept]
    column = np.empty(len(faces), dtype=object)
    column[:] = faces
    return column, shapely.coverage_union_all([squares[k] for k in np.flatnonzero(owner >= 0)])
