"""The register in memory, as of an instant: labels of all units and a locator for each level asked for."""

import threading
import time
from bisect import bisect_right
from collections import OrderedDict

from boundaries.clock import spoken
from boundaries.store.indexes import KEPT, Indexes
from boundaries.store.reading import labels, moments, stamp
from gis.errors import Refusal


class Snapshot:
    """The register between two of its moments, read when asked for and then kept.

    Parameters
    ----------
    engine : sqlalchemy.Engine
    at : datetime
        Any instant in that time.
    indexes : Indexes
    """

    def __init__(self, engine, at, *, indexes):
        self.at = at
        self._engine = engine
        self._indexes = indexes
        self._found = {}
        self._labels = None
        self._lock = threading.Lock()

    @property
    def labels(self):
        """Code to ``Label`` of every unit."""
        with self._lock:
            if self._labels is None:
                with self._engine.connect() as connection:
                    self._labels = labels(connection, self.at)
            return self._labels

    def index(self, level):
        """The ``boundaries.store.indexes.Index`` of one level."""
        if level not in self._found:
            self._found[level] = self._indexes.index(self._engine, level, self.at)
        return self._found[level]

    def require(self, level):
        """The ``Index`` of one level that has to hold something.

        Raises
        ------
        Refusal
            ``nothing_at_instant``.
        """
        found = self.index(level)
        if found.locator is None:
            name = level.replace("_", "-")
            raise Refusal("nothing_at_instant", f"The register holds no {name} on {spoken(self.at)}.", level=level)
        return found


class Snapshots:
    """The snapshots in use, dropped as soon as the register has changed.

    Parameters
    ----------
    engine : sqlalchemy.Engine
    stamp_seconds : float
        The register is asked no more often whether it has changed; 0 asks every time.
    index_folder : pathlib.Path, optional
        Where indexes are kept in files; see ``boundaries.store.indexes.Indexes``.
    """

    def __init__(self, engine, *, stamp_seconds=1.0, index_folder=None):
        self._engine = engine
        self._indexes = Indexes(index_folder)
        self._stamp_seconds = stamp_seconds
        self._lock = threading.Lock()
        self._asked_at = None
        self._stamp = None
        self._moments = []
        self._kept = OrderedDict()

    def at(self, instant):
        """The snapshot of an instant.

        Parameters
        ----------
        instant : datetime

        Returns
        -------
        Snapshot
        """
        with self._lock:
            self._refresh()
            era = bisect_right(self._moments, instant)
            if era not in self._kept:
                self._kept[era] = Snapshot(self._engine, instant, indexes=self._indexes)
            self._kept.move_to_end(era)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
            return self._kept[era]

    def key(self, instant):
        """Equal for two instants between which the map did not change, until the register changes.

        Parameters
        ----------
        instant : datetime

        Returns
        -------
        tuple
        """
        with self._lock:
            self._refresh()
            return self._stamp, bisect_right(self._moments, instant)

    def _refresh(self):
        now = time.monotonic()
        if self._asked_at is not None and now - self._asked_at < self._stamp_seconds:
            return
        with self._engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
            current = stamp(connection)
            if current != self._stamp:
                self._moments = moments(connection)
                self._kept.clear()
                self._stamp = current
        self._asked_at = now
