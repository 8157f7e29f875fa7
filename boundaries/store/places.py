"""What the register says of places."""

from dataclasses import dataclass

import numpy as np

from boundaries.codes import LENGTH_OF_LEVEL
from boundaries.store.reading import Label

ABOVE = ("village", "town", "county")


@dataclass(frozen=True, slots=True)
class Place:
    """The units of one place.

    Attributes
    ----------
    units : dict of str to Label or None
        By level: ``grid micro_grid village town county``.
    on_border : bool
    also : list of Label
        The other grids that hold a place on a border.
    distance_m : float
        To the nearest grid; 0 inside one.
    nearest : Label or None
        The nearest grid of a place outside every grid.
    """

    units: dict
    on_border: bool
    also: list
    distance_m: float
    nearest: Label | None


@dataclass(frozen=True, slots=True)
class Codes:
    """Codes for n places: empty text outside; ``also`` holds lists."""

    grid: np.ndarray
    micro_grid: np.ndarray
    on_border: np.ndarray
    also: list
    distance_m: np.ndarray


def codes_at(snapshot, lonlat):
    """Grid and micro-grid of many places.

    Parameters
    ----------
    snapshot : Snapshot
    lonlat : array_like of float, shape (n, 2)
        Degrees, longitude first.

    Returns
    -------
    Codes

    Raises
    ------
    Refusal
        ``nothing_at_instant`` when the register holds no grid then.
    """
    grids = snapshot.require("grid")
    found = grids.locate(lonlat)
    micro = snapshot.index("micro_grid")
    inner = micro.locate(lonlat).face if micro.locator else np.full(len(lonlat), -1)
    also = [[]] * len(lonlat)
    for point in np.unique(found.also.point):
        also[point] = grids.codes[found.also[point]].tolist()
    return Codes(grids.codes_of(found.face), micro.codes_of(inner), found.on_border, also, found.distance_m)


def place_at(snapshot, lonlat):
    """All that is said of one place.

    Parameters
    ----------
    snapshot : Snapshot
    lonlat : array_like of float, shape (2,)

    Returns
    -------
    Place

    Raises
    ------
    Refusal
        ``nothing_at_instant`` when the register holds no grid then.
    """
    codes = codes_at(snapshot, [lonlat])
    label = snapshot.labels.get
    grid = str(codes.grid[0])
    units = {"grid": label(grid), "micro_grid": label(str(codes.micro_grid[0])), **_above(snapshot, grid, lonlat)}
    return Place(
        units,
        bool(codes.on_border[0]),
        [label(code) for code in codes.also[0]],
        float(codes.distance_m[0]),
        None if grid else _nearest(snapshot, lonlat),
    )


def _above(snapshot, grid, lonlat):
    """Village, town and county: of the grid, or, where a village is not divided into grids yet, of the place itself."""
    if grid:
        return {level: snapshot.labels.get(grid[: LENGTH_OF_LEVEL[level]]) for level in ABOVE}
    return {level: _holder(snapshot, level, lonlat) for level in ABOVE}


def _holder(snapshot, level, lonlat):
    index = snapshot.index(level)
    if index.locator is None:
        return None
    return snapshot.labels.get(str(index.codes_of(index.locate([lonlat]).face)[0]))


def _nearest(snapshot, lonlat):
    grids = snapshot.index("grid")
    return snapshot.labels.get(str(grids.codes[grids.locate([lonlat]).nearest[0]]))
