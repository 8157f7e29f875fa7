"""Which version of which grid and micro-grid a report belongs to."""

from dataclasses import dataclass, fields

import numpy as np


@dataclass(frozen=True, slots=True)
class Assignment:
    """Where each of n reports belongs.

    Attributes
    ----------
    grid_version_id, micro_grid_version_id : ndarray of int64
        -1 outside every grid or micro-grid.
    grid_code, micro_grid_code : ndarray of str
        Empty outside.
    nearest_code : ndarray of str
        The grid, or the nearest one.
    on_border : ndarray of bool
    also : ndarray of str
        The other grids on whose border the report lies, as an array literal of PostgreSQL.
    distance_m : ndarray of float64
    """

    grid_version_id: np.ndarray
    micro_grid_version_id: np.ndarray
    grid_code: np.ndarray
    micro_grid_code: np.ndarray
    nearest_code: np.ndarray
    on_border: np.ndarray
    also: np.ndarray
    distance_m: np.ndarray

    def take(self, index):
        """The rows of an index."""
        return Assignment(*(getattr(self, field.name)[index] for field in fields(self)))


def assign(snapshot, lonlat):
    """Find the grid and micro-grid of each report.

    Parameters
    ----------
    snapshot : boundaries.store.snapshots.Snapshot
    lonlat : ndarray of float64, shape (n, 2)
        On the lattice.

    Returns
    -------
    Assignment

    Raises
    ------
    Refusal
        ``nothing_at_instant`` when the register holds no grid then.
    """
    grids, micro = snapshot.require("grid"), snapshot.index("micro_grid")
    found = grids.locate(lonlat)
    inner = np.full(len(lonlat), -1) if micro.locator is None else micro.locate(lonlat, distances=False).face
    return Assignment(
        _versions(grids, found.face),
        _versions(micro, inner),
        grids.codes_of(found.face),
        micro.codes_of(inner),
        grids.codes[found.nearest],
        found.on_border,
        _array_literals(grids.codes, found.also),
        found.distance_m,
    )


def _versions(index, faces):
    return np.where(faces >= 0, index.version_ids[faces] if len(index.version_ids) else -1, -1)


def _array_literals(codes, also):
    """Codes are digits: nothing to quote."""
    literals = np.full(len(also), "{}", dtype=object)
    for point in np.unique(also.point) if len(also.point) else ():
        literals[point] = "{" + ",".join(codes[also[point]].tolist()) + "}"
    return literals
