"""Incidents counted by cell, by grid and by time: from memory where they are held there, else from the database."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import numpy as np
import sqlalchemy as sa

from gis.errors import Refusal
from incidents.heat.table import FAR_FUTURE, FAR_PAST
from incidents.pixels import PIXEL_ZOOM, SIDE, cells_of_box
from incidents.store.tables import incident, matter

CELL_PX, CELL_BITS = 8, 3
DEEPEST_ZOOM = PIXEL_ZOOM + CELL_BITS  # there a cell is one stored pixel
MOST_CELLS = 1 << 19  # eight screens of 4096 x 2160
OUTSIDE = ""  # in place of a grid's code
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


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


def window_of(box, zoom):
    """The cells that a box meets, and the bits of a cell's side.

    Parameters
    ----------
    box : sequence of float
        West, south, east, north in degrees.
    zoom : int
        0 to 20; a cell is 8 pixels of it wide.

    Returns
    -------
    window : tuple of int
        First column and row, last column and row, all included.
    shift : int

    Raises
    ------
    Refusal
        ``zoom_out_of_range``; ``too_many_cells`` when the box holds more cells than any screen shows.
    """
    if not 0 <= zoom <= DEEPEST_ZOOM:
        sentence = f"Heat is counted at zoom 0 to {DEEPEST_ZOOM}, not at {zoom}."
        raise Refusal("zoom_out_of_range", sentence, lowest=0, deepest=DEEPEST_ZOOM)
    shift = DEEPEST_ZOOM - zoom
    left, top, right, bottom = window = cells_of_box(box, shift)
    if (right - left + 1) * (bottom - top + 1) > MOST_CELLS:
        raise Refusal(
            "too_many_cells", f"The box holds more than {MOST_CELLS} cells at zoom {zoom}; ask for a smaller box or zoom."
        )
    return window, shift


class Heat:
    """Counts of one moment.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    view : incidents.store.rollups.View or None
        None asks the database for everything.
    """

    def __init__(self, connection, view=None):
        self._connection = connection
        self._view = view

    def bins(self, box, zoom, wanted):
        """Count the incidents of a filter in each cell that a box meets.

        The box is widened to whole cells, so every count is that of a whole cell and their sum is the number of incidents
        in the widened box: nothing is cut, sampled or smoothed.

        Parameters
        ----------
        box : sequence of float
            West, south, east, north in degrees.
        zoom : int
        wanted : Filter

        Returns
        -------
        Bins

        Raises
        ------
        Refusal
            As :func:`window_of`.
        """
        return Bins(zoom, CELL_PX, self.cells(*window_of(box, zoom), wanted))

    def cells(self, window, shift, wanted):
        """Counts in a window of cells; ndarray of int64, shape (n, 3), as `Bins.cells`."""
        if self._from_memory(wanted):
            return self._view.counted.cells(window, shift, keep=self._keep(wanted), **_span(wanted))
        rows = self._connection.execute(_cells(shift, window, wanted)).all()
        return np.array([tuple(row) for row in rows], dtype=np.int64).reshape(-1, 3)

    def grids(self, wanted):
        """Counts by code of the grid that incidents were assigned to.

        Parameters
        ----------
        wanted : Filter

        Returns
        -------
        dict of str to int
            Only what is not 0; what lies outside every grid under ``""``.
        """
        if self._from_memory(wanted):
            count = self._view.counted.units(len(self._view.grids), keep=self._keep(wanted), **_span(wanted))
            some = np.flatnonzero(count)
            named = zip(self._view.grids[some].tolist(), count[some].tolist(), strict=True)
            return {OUTSIDE if code < 0 else str(code): number for code, number in named}
        columns = sa.func.coalesce(incident.c.grid_code, OUTSIDE), sa.func.count()
        query = sa.select(*columns).select_from(incident).where(*wanted.conditions()).group_by(sa.text("1"))
        return {code: number for code, number in self._connection.execute(query)}

    def moments(self, box, edges, wanted):
        """Counts by span of time in a box, exactly in it.

        Parameters
        ----------
        box : sequence of float or None
            None is everywhere.
        edges : sequence of datetime
            Ascending; a span holds its begin and not its end.
        wanted : Filter
            Its own period holds too.

        Returns
        -------
        list of int
            One less than there are edges.
        """
        pixels = (0, 0, SIDE - 1, SIDE - 1) if box is None else cells_of_box(box, 0)
        edges = [_clipped(edge, wanted) for edge in edges]
        if self._from_memory(wanted):
            limits = np.array([_micros(edge) for edge in edges])
            return self._view.counted.moments(pixels, limits, keep=self._keep(wanted)).tolist()
        rows = self._connection.execute(_moments(pixels, edges, wanted)).all()
        found = dict(map(tuple, rows))
        return [found.get(span, 0) for span in range(1, len(edges))]

    def _from_memory(self, wanted):
        return self._view is not None and wanted.grid is None

    def _keep(self, wanted):
        matters = None if wanted.matter is None else {wanted.matter}
        if wanted.family is not None:
            of_family = set(self._connection.execute(sa.select(matter.c.code).where(matter.c.family == wanted.family)).scalars())
            matters = of_family if matters is None else matters & of_family
        return self._view.keep(matters, wanted.state)


def _span(wanted):
    return {
        "since": FAR_PAST if wanted.since is None else _micros(wanted.since),
        "until": FAR_FUTURE if wanted.until is None else _micros(wanted.until),
    }


def _micros(instant):
    return (instant - EPOCH) // timedelta(microseconds=1)


def _clipped(edge, wanted):
    edge = edge if wanted.since is None else max(edge, wanted.since)
    return edge if wanted.until is None else min(edge, wanted.until)


def _inside(pixels, wanted):
    left, top, right, bottom = pixels
    return [incident.c.px.between(left, right), incident.c.py.between(top, bottom), *wanted.conditions()]


def _cells(shift, window, wanted):
    left, top, right, bottom = window
    pixels = left << shift, top << shift, ((right + 1) << shift) - 1, ((bottom + 1) << shift) - 1
    column, row = (sa.literal_column(f"{axis} >> {int(shift)}") for axis in ("px", "py"))
    return (
        sa.select(column.label("x"), row.label("y"), sa.func.count())
        .select_from(incident)
        .where(*_inside(pixels, wanted))
        .group_by(sa.text("1"), sa.text("2"))
        .order_by(sa.text("2"), sa.text("1"))
    )


def _moments(pixels, edges, wanted):
    within = replace(wanted, since=edges[0], until=edges[-1])
    limits = sa.cast(edges, sa.ARRAY(sa.DateTime(timezone=True)))
    span = sa.func.width_bucket(incident.c.reported_at, limits).label("span")
    return sa.select(span, sa.func.count()).select_from(incident).where(*_inside(pixels, within)).group_by(sa.text("1"))
