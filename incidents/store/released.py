"""What the public may see of incidents, out of the counts; see :mod:`incidents.heat.release`."""

import threading
from collections import OrderedDict

import numpy as np

from incidents.heat.months import end_of_month, months_of
from incidents.heat.release import FINEST_ZOOM, released, summed
from incidents.pixels import cells_of_box
from incidents.store.filters import Filter
from incidents.store.heat import CELL_PX, DEEPEST_ZOOM, Bins, window_of

KEPT_MONTHS = 120


class Released:
    """Groups of whole months, kept for the rest of the day, so that nobody sees a month grow by one report."""

    def __init__(self):
        self._lock = threading.Lock()
        self._kept = OrderedDict()

    def bins(self, heat, box, zoom, *, city_box, begin, end, today):
        """Counts in the cells that a box meets, of whole months.

        Parameters
        ----------
        heat : Heat
        box, city_box : sequence of float
            West, south, east, north in degrees; what lies outside of the city is never told.
        zoom : int
        begin, end : datetime
            Of :func:`incidents.heat.months.months_between`.
        today : date

        Returns
        -------
        bins : Bins
            At zoom 13 where a deeper one was asked for.
        coarser : int
            Incidents in the city that are only told at a lower zoom.
        """
        zoom = min(zoom, FINEST_ZOOM)
        (left, top, right, bottom), _ = window_of(box, zoom)
        months = [self._month(heat, city_box, month, today) for month in months_of(begin, end)]
        told = [month[zoom] for month in months]
        whole = sum(int(month[0][:, 2].sum()) for month in months)
        meant = [
            part[(part[:, 0] >= left) & (part[:, 0] <= right) & (part[:, 1] >= top) & (part[:, 1] <= bottom)] for part in told
        ]
        return Bins(zoom, CELL_PX, summed(meant)), whole - sum(int(part[:, 2].sum()) for part in told)

    def _month(self, heat, city_box, begin, today):
        with self._lock:
            key = (begin, today)
            if key not in self._kept:
                shift = DEEPEST_ZOOM - FINEST_ZOOM
                wanted = Filter(since=begin, until=end_of_month(begin))
                found = released(heat.cells(cells_of_box(city_box, shift), shift, wanted))
                self._kept[key] = [part.astype(np.int32) for part in found]
            self._kept.move_to_end(key)
            while len(self._kept) > KEPT_MONTHS:
                self._kept.popitem(last=False)
            return self._kept[key]
