"""The raster of cells that an index lays over a layer: where its cells lie and how large they are."""

from dataclasses import dataclass
from itertools import count

import numpy as np

CELLS_PER_EDGE = 16
FEWEST_CELLS, MOST_CELLS = 1 << 12, 1 << 24


@dataclass(frozen=True, slots=True)
class Raster:
    """Where cells lie. Cell (column, row) holds the lattice points with ``(x - x0) >> x_shift == column``.

    A margin of one empty cell surrounds the layer: whatever lies outside is moved there.

    Attributes
    ----------
    x0, y0 : int
        Lower left corner, lattice units.
    x_shift, y_shift : int
        Binary logarithms of a cell's width and height in lattice units.
    columns, rows : int
        Cells from west to east and from south to north, the margin included.

    Examples
    --------
    >>> raster = Raster(-4, -8, 2, 3, columns=3, rows=3)
    >>> raster.cell_of(np.array([0, 3, 99]), np.array([7, 8, -99])), raster.bottom_of(5)
    (array([4, 5, 6]), 8)
    """

    x0: int
    y0: int
    x_shift: int
    y_shift: int
    columns: int
    rows: int

    def cell_of(self, x, y):
        """Number of the cell of each lattice point; points beyond the raster get an empty one on its margin."""
        column = np.minimum(np.maximum((x - self.x0) >> self.x_shift, 0), self.columns - 1)
        row = np.minimum(np.maximum((y - self.y0) >> self.y_shift, 0), self.rows - 1)
        return column * self.rows + row

    def as_array(self):
        """The six numbers as an array of int64."""
        return np.array([self.x0, self.y0, self.x_shift, self.y_shift, self.columns, self.rows], dtype=np.int64)

    def bottom_of(self, cell):
        """Height of the lowest lattice points of a cell."""
        return self.y0 + ((cell % self.rows) << self.y_shift)


def plan(edges):
    """Choose cells whose sides are powers of two units, with a margin of one cell around the layer.

    Parameters
    ----------
    edges : gis.locating.undirected.UndirectedEdges

    Returns
    -------
    Raster
        Of ``CELLS_PER_EDGE`` cells an edge at most, but up to ``FEWEST_CELLS`` in any case and never more than ``MOST_CELLS``.

    Examples
    --------
    >>> import shapely
    >>> from gis.locating.undirected import undirected
    >>> raster = plan(undirected([shapely.box(105, 28, 106, 29)]))
    >>> raster.columns, raster.rows
    (41, 79)
    """
    if not len(edges):
        return Raster(0, 0, 0, 0, 1, 1)
    wanted = min(max(CELLS_PER_EDGE * len(edges), FEWEST_CELLS), MOST_CELLS)
    far = edges.x + edges.dx
    west, east = int(min(edges.x.min(), far.min())), int(max(edges.x.max(), far.max()))
    south, north = int(edges.y.min()), int((edges.y + edges.dy).max())
    x_shift, y_shift = next(
        shifts
        for shifts in ((n - n // 2, n // 2) for n in count())
        if _size(east - west, shifts[0]) * _size(north - south, shifts[1]) <= wanted
    )
    columns, rows = _size(east - west, x_shift), _size(north - south, y_shift)
    return Raster(west - (1 << x_shift), south - (1 << y_shift), x_shift, y_shift, columns, rows)


def _size(extent, shift):
    return (extent >> shift) + 3
