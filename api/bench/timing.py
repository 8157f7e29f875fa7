"""Ratios of times, taken in turns in one run so that a busy machine slows both sides alike.

Every benchmark is a module with ``run()``, which gives a :class:`Report`, and is refused with ``peers_disagree`` where the
two sides do not give the same answer or ours is not the known one.
"""

import os
import platform
import statistics
import time
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from gis.errors import Refusal

PACKAGES = ("numpy", "shapely", "geopandas", "pyproj")
OPTIONAL = ("numba", "duckdb", "sedonadb")


@dataclass(frozen=True, slots=True)
class Ratio:
    """One line of the table.

    Attributes
    ----------
    work : str
        What was done.
    peer : str
        What it is measured against.
    ours_s, peer_s : float
        Medians.
    ours_runs, peer_runs : int
        How many runs the medians are of.
    at_least, at_most : float or None
        What the ratio ``peer_s / ours_s`` should reach, or ``ours_s / peer_s`` should stay under.
    """

    work: str
    peer: str
    ours_s: float
    peer_s: float
    ours_runs: int
    peer_runs: int
    at_least: float | None = None
    at_most: float | None = None

    @property
    def times_as_fast(self):
        """The peer's time over ours."""
        return self.peer_s / self.ours_s

    @property
    def met(self):
        """Whether the goal is reached; None where there is none."""
        if self.at_least is not None:
            return self.times_as_fast >= self.at_least
        return None if self.at_most is None else self.ours_s < self.at_most * self.peer_s


@dataclass(frozen=True, slots=True)
class Report:
    """Lines of one benchmark and what else should be said of it."""

    name: str
    ratios: tuple
    remarks: tuple


def require_agreement(holds, fault):
    """Refuse to time work that is not right.

    Parameters
    ----------
    holds : bool
    fault : str
        What is the case where it does not hold.

    Raises
    ------
    Refusal
        ``peers_disagree``.

    Examples
    --------
    >>> require_agreement(False, "Two and two are five")
    Traceback (most recent call last):
    gis.errors.Refusal: Two and two are five: no time is worth telling.
    """
    if not holds:
        raise Refusal("peers_disagree", f"{fault}: no time is worth telling.")


def in_turns(ours, peer, *, runs=5, peer_runs=None):
    """Time two functions in turns, each once beforehand to warm up.

    Parameters
    ----------
    ours, peer : callable
    runs : int
    peer_runs : int, optional
        Fewer runs of a slow peer.

    Returns
    -------
    tuple of (float, float, int, int)
        Medians in seconds and how many runs they are of.

    Examples
    --------
    >>> in_turns(lambda: None, lambda: None)[2:]
    (5, 5)
    """
    peer_runs = peer_runs or runs
    ours_s, peer_s = [], []
    ours(), peer()
    for turn in range(max(runs, peer_runs)):
        if turn < peer_runs:
            peer_s.append(seconds(peer))
        if turn < runs:
            ours_s.append(seconds(ours))
    return statistics.median(ours_s), statistics.median(peer_s), runs, peer_runs


def median_s(work, *, runs=50):
    """Seconds that a function takes: the median of some runs after one to warm up.

    Parameters
    ----------
    work : callable
    runs : int

    Returns
    -------
    float

    Examples
    --------
    >>> median_s(lambda: None) < 1
    True
    """
    work()
    return statistics.median(seconds(work) for _ in range(runs))


def seconds(work):
    """Seconds that a function takes."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def machine():
    """What the numbers were measured on.

    Returns
    -------
    dict of str
    """
    return {
        "processor": _processor(),
        "cores": str(len(os.sched_getaffinity(0))),
        "system": platform.platform(),
        "python": platform.python_version(),
        **{name: version(name) for name in PACKAGES},
        **{name: version(name) if find_spec(name) else "not installed" for name in OPTIONAL},
        "load average": f"{os.getloadavg()[0]:.1f}",
    }


def _processor():
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()
