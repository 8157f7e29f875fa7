"""Codes and names for the faces of a county, from west to east and from north to south."""

import numpy as np

from boundaries.numbering import issue_codes
from boundaries.synthetic.plan import short_name
from boundaries.units import concatenate, units_from
from gis.dissolve import dissolve


def numbered(geometries, leaves, plans):
    """Number the grids in every village and the micro-grids in every grid, and name them.

    Parameters
    ----------
    geometries : ndarray of Polygon or MultiPolygon, shape (n,)
        Of the micro-grids.
    leaves : ndarray of int, shape (n, 4)
        Indices of town, village in it, grid in it and micro-grid in it.
    plans : sequence of list of VillagePlan
        By town.

    Returns
    -------
    grids, micro_grids : boundaries.units.Units
    """
    if not len(leaves):
        none = units_from(code=[], name=[], geometry=[])
        return none, none
    keys, grid_of_leaf = np.unique(leaves[:, :3], axis=0, return_inverse=True)
    grid_geometries = dissolve(geometries, grid_of_leaf.ravel())[0]
    leaves_of_grid = _groups(grid_of_leaf.ravel())
    grids, micro_grids = [], []
    for rows in _groups(np.unique(keys[:, :2], axis=0, return_inverse=True)[1].ravel()):
        village = plans[keys[rows[0], 0]][keys[rows[0], 1]]
        for row, code, name in _grids(rows, keys[rows, 2], grid_geometries, village):
            plan, own = village.grids[keys[row, 2]], leaves_of_grid[row]
            grids.append((code, name, plan.kind, sum(plan.households), grid_geometries[row]))
            micro_grids.append(_micro_grids(code, name, geometries[own], leaves[own, 3], plan))
    code, name, kind, households, geometry = zip(*grids, strict=True)
    united = units_from(code=code, name=name, kind=kind, households=households, divided=True, geometry=geometry)
    return united, concatenate(micro_grids)


def _grids(rows, numbers, geometries, village):
    """Row, code and name of the grids of a village, the comprehensive ones first."""
    short = short_name(village.name)
    plans = np.array([village.grids[number] for number in numbers], dtype=object)
    for kind in ("comprehensive", "exclusive"):
        own = np.array([plan.kind == kind for plan in plans])
        codes = issue_codes(village.code, geometries[rows[own]], used=(), exclusive=kind == "exclusive")
        for code, row, plan in sorted(zip(codes, rows[own].tolist(), plans[own], strict=True)):
            name = f"{short}{plan.place}专属网格" if plan.place else f"{short}第{int(code[-3:])}网格"
            yield row, code, name


def _micro_grids(code, name, geometries, numbers, plan):
    codes = issue_codes(code, geometries, used=())
    order = np.argsort(codes)
    return units_from(
        code=np.array(codes, dtype=object)[order],
        name=[f"{name}微网格{codes[row][-2:]}" for row in order],
        kind=["micro"] * len(order),
        households=[plan.households[number] for number in numbers[order].tolist()],
        geometry=geometries[order],
    )


def _groups(labels):
    """Rows of each label, ascending."""
    order = np.argsort(labels, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(labels[order])) + 1)
