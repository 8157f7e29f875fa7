"""What the public may see of incidents, out of the counts; see :mod:`incidents.heat.release`."""

import threading
from collections import OrderedDict

import numpy as np
import sqlalchemy as sa

from boundaries.clock import CITY_ZONE
from incidents.heat.months import edition_at, end_of_month, months_of
from incidents.heat.release import FINEST_ZOOM, entered_since, released, summed
from incidents.pixels import cells_of_box
from incidents.store.filters import Filter
from incidents.store.heat import CELL_PX, DEEPEST_ZOOM, Bins, window_of

KEPT_MONTHS = 120
STORED = np.dtype("<i4")
EDITIONS = sa.text("SELECT edition, cells FROM heat_release WHERE month = :month AND edition <= :edition ORDER BY edition")
RELEASE = sa.text("INSERT INTO heat_release (month, edition, cells) VALUES (:month, :edition, :cells) ON CONFLICT DO NOTHING")


class Released:
    """Groups of whole months: each is cut once, and what is entered later comes as groups of its own with the next edition.

    Parameters
    ----------
    engine : sqlalchemy.Engine
        The register keeps what was released, so that no restart and no other process cuts it anew.
    """

    def __init__(self, engine):
        self._engine = engine
        self._lock = threading.Lock()
        self._kept = OrderedDict()

    def bins(self, heat, box, zoom, *, city_box, begin, end, at):
        """Counts in the cells that a box meets, of whole months.

        Parameters
        ----------
        heat : Heat
        box, city_box : sequence of float
            West, south, east, north in degrees; what lies outside of the city is never told.
        zoom : int
        begin, end : datetime
            Of :func:`incidents.heat.months.months_between`.
        at : datetime
            Now.

        Returns
        -------
        bins : Bins
            At zoom 13 where a deeper one was asked for.
        coarser : int
            Incidents in the city that are only told at a lower zoom.
        """
        zoom = min(zoom, FINEST_ZOOM)
        (left, top, right, bottom), _ = window_of(box, zoom)
        edition = edition_at(at)
        months = [self._month(heat, city_box, month, edition) for month in months_of(begin, end)]
        told = [month[zoom] for month in months]
        whole = sum(int(month[0][:, 2].sum()) for month in months)
        meant = [
            part[(part[:, 0] >= left) & (part[:, 0] <= right) & (part[:, 1] >= top) & (part[:, 1] <= bottom)] for part in told
        ]
        return Bins(zoom, CELL_PX, summed(meant)), whole - sum(int(part[:, 2].sum()) for part in told)

    def _month(self, heat, city_box, begin, edition):
        with self._lock:
            key = (begin, edition)
            if key not in self._kept:
                parts = [released(part) for part in self._editions(heat, city_box, begin, edition)]
                self._kept[key] = [summed(each).astype(np.int32) for each in zip(*parts, strict=True)]
            self._kept.move_to_end(key)
            while len(self._kept) > KEPT_MONTHS:
                self._kept.popitem(last=False)
            return self._kept[key]

    def _editions(self, heat, city_box, begin, edition):
        """What each edition of a month has of its own, the present one cut now unless it is cut already."""
        key = {"month": begin.astimezone(CITY_ZONE).date(), "edition": edition}
        with self._engine.begin() as connection:
            rows = connection.execute(EDITIONS, key).all()
            if not rows or rows[-1].edition != edition:
                fresh = entered_since([_read(row.cells) for row in rows], _counted(heat, city_box, begin))
                connection.execute(RELEASE, key | {"cells": fresh.astype(STORED).tobytes()})
        with self._engine.connect() as connection:  # another process may have been first
            return [_read(row.cells) for row in connection.execute(EDITIONS, key)]


def _counted(heat, city_box, begin):
    shift = DEEPEST_ZOOM - FINEST_ZOOM
    return heat.cells(cells_of_box(city_box, shift), shift, Filter(since=begin, until=end_of_month(begin)))


def _read(cells):
    return np.frombuffer(cells, dtype=STORED).reshape(-1, 3).astype(np.int64)
