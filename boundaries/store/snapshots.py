"""The register in memory, as of an instant: labels of all units and a locator for each level asked for."""

import threading
import time
from bisect import bisect_right
from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from boundaries.store.reading import coverage, labels, moments, stamp
from gis.errors import Refusal
from gis.locating.locate import Locator

KEPT = 2  # the present and a date that somebody is looking at; 58,000 micro-grids of 1.8 million vertices take 770 MB


@dataclass(frozen=True, slots=True)
class Index:
    """One level ready to be looked up: row i of each array is one face. No locator where there is no face."""

    version_ids: np.ndarray
    codes: np.ndarray
    locator: Locator | None

    def locate(self, lonlat, *, distances=True):
        """Find the owner of every point; see ``gis.locating.locate.Locator.locate``."""
        return self.locator.locate(lonlat, distances=distances)

    def codes_of(self, faces):
        """Codes of faces; empty text for -1."""
        return np.where(faces >= 0, self.codes[faces] if len(self.codes) else "", "")


class Snapshot:
    """The register between two of its moments, read when asked for and then kept.

    Parameters
    ----------
    engine : sqlalchemy.Engine
    at : datetime
        Any instant in that time.
    """

    def __init__(self, engine, at):
        self.at = at
        self._engine = engine
        self._indexes = {}
        self._lock = threading.Lock()

    @cached_property
    def labels(self):
        """Code to ``Label`` of every unit."""
        with self._engine.connect() as connection:
            return labels(connection, self.at)

    def index(self, level):
        """The ``Index`` of one level."""
        with self._lock:
            if level not in self._indexes:
                self._indexes[level] = self._read(level)
            return self._indexes[level]

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
            raise Refusal("nothing_at_instant", f"The register holds no {name} at {self.at.isoformat()}.", level=level)
        return found

    def _read(self, level):
        with self._engine.connect() as connection:
            faces = coverage(connection, level, self.at)
        locator = Locator(faces.geometries, faces.codes) if len(faces.codes) else None
        return Index(faces.version_ids, faces.codes, locator)


class Snapshots:
    """The snapshots in use, dropped as soon as the register has changed.

    Parameters
    ----------
    engine : sqlalchemy.Engine
    stamp_seconds : float
        The register is asked no more often whether it has changed; 0 asks every time.
    """

    def __init__(self, engine, *, stamp_seconds=1.0):
        self._engine = engine
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
                self._kept[era] = Snapshot(self._engine, instant)
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
