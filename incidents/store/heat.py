"""Incidents counted in square cells of the map."""

from dataclasses import dataclass

import numpy as np
import sqlalchemy as sa

from gis.errors import Refusal
from incidents.pixels import PIXEL_ZOOM, cells_of_box
from incidents.store.tables import incident

CELL_PX, CELL_BITS = 8, 3
DEEPEST_ZOOM = PIXEL_ZOOM + CELL_BITS  # there a cell is one stored pixel
MOST_CELLS = 1 << 19  # eight screens of 4096 x 2160


@dataclass(frozen=True, slots=True)
class Bins:
    """Counts by cell.

    Attributes
    ----------
    zoom : int
    cell_px : int
        Side of a cell in pixels of that zoom.
    cells : ndarray of int64, shape (n, 3)
        Column, row (from the north) and count, never 0; ascending by row and column.
    """

    zoom: int
    cell_px: int
    cells: np.ndarray

    @property
    def total(self):
        """Incidents in all cells."""
        return int(self.cells[:, 2].sum())

    @property
    def most(self):
        """Incidents in the fullest cell; 0 where there is none."""
        return int(self.cells[:, 2].max(initial=0))


def bins(connection, box, zoom, wanted):
    """Count the incidents of a filter in each cell that a box meets.

    The box is widened to whole cells, so every count is that of a whole cell and their sum is the number of incidents in
    the widened box: nothing is cut, sampled or smoothed.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    box : sequence of float
        West, south, east, north in degrees.
    zoom : int
        0 to 20; a cell is 8 pixels of it wide.
    wanted : Filter

    Returns
    -------
    Bins

    Raises
    ------
    Refusal
        ``zoom_out_of_range``; ``too_many_cells`` when the box holds more cells than any screen shows.
    """
    if not 0 <= zoom <= DEEPEST_ZOOM:
        raise Refusal(
            "zoom_out_of_range",
            f"Heat is counted at zoom 0 to {DEEPEST_ZOOM}, not at {zoom}.",
            lowest=0,
            deepest=DEEPEST_ZOOM,
        )
    shift = DEEPEST_ZOOM - zoom
    left, top, right, bottom = window = cells_of_box(box, shift)
    if (right - left + 1) * (bottom - top + 1) > MOST_CELLS:
        raise Refusal(
            "too_many_cells", f"The box holds more than {MOST_CELLS} cells at zoom {zoom}; ask for a smaller box or zoom."
        )
    query = _query(shift, window, wanted)
    rows = connection.execute(query).all()
    return Bins(zoom, CELL_PX, np.array([tuple(row) for row in rows], dtype=np.int64).reshape(-1, 3))


def _query(shift, window, wanted):
    left, top, right, bottom = window
    first_px, last_px, first_py, last_py = (
        left << shift,
        ((right + 1) << shift) - 1,
        top << shift,
        ((bottom + 1) << shift) - 1,
    )
    column, row = (sa.literal_column(f"{axis} >> {int(shift)}") for axis in ("px", "py"))
    conditions = [
        incident.c.px.between(first_px, last_px),
        incident.c.py.between(first_py, last_py),
        *wanted.conditions(),
    ]
    return (
        sa.select(column.label("x"), row.label("y"), sa.func.count())
        .select_from(incident)
        .where(*conditions)
        .group_by(sa.text("1"), sa.text("2"))
        .order_by(sa.text("2"), sa.text("1"))
    )
