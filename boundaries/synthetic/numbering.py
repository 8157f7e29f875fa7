"""Codes and names for the faces of a county, from west to east and from north to south."""

import numpy as np
import shapely

from boundaries.synthetic.plan import FIRST_EXCLUSIVE, short_name
from boundaries.units import concatenate, units_from
from gis.dissolve import dissolve


def reading_order(middles):
    """Order of places from west to east in rows that follow each other from north to south.

    Parameters
    ----------
    middles : ndarray of float, shape (n, 2)
        Longitude and latitude. There are about √n rows of equally many places.

    Returns
    -------
    ndarray of int, shape (n,)

    Examples
    --------
    >>> reading_order(np.array([[1, 0], [0, 0.1], [1, 1], [0, 1.1]])).tolist()
    [3, 2, 1, 0]
    """
    southward = np.lexsort((middles[:, 0], -middles[:, 1]))
    rows = np.array_split(southward, max(round(np.sqrt(len(middles))), 1))
    return np.concatenate([row[np.argsort(middles[row, 0], kind="stable")] for row in rows])


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
    middles = shapely.get_coordinates(shapely.centroid(grid_geometries))
    leaves_of_grid = _groups(grid_of_leaf.ravel())
    grids, micro_grids = [], []
    for rows in _groups(np.unique(keys[:, :2], axis=0, return_inverse=True)[1].ravel()):
        village = plans[keys[rows[0], 0]][keys[rows[0], 1]]
        for row, code, name in _grids(rows, keys[rows, 2], middles, village):
            plan, own = village.grids[keys[row, 2]], leaves_of_grid[row]
            grids.append((code, name, plan.kind, sum(plan.households), grid_geometries[row]))
            micro_grids.append(_micro_grids(code, name, geometries[own], leaves[own, 3], plan))
    code, name, kind, households, geometry = zip(*grids, strict=True)
    united = units_from(code=code, name=name, kind=kind, households=households, divided=True, geometry=geometry)
    return united, concatenate(micro_grids)


def _grids(rows, numbers, middles, village):
    """Row, code and name of the grids of a village: comprehensive ones from 001, exclusive ones from 801."""
    short = short_name(village.name)
    kinds = np.array([village.grids[number].kind for number in numbers])
    number_of_row = dict(zip(rows.tolist(), numbers.tolist(), strict=True))
    for kind, first in (("comprehensive", 1), ("exclusive", FIRST_EXCLUSIVE)):
        own = rows[kinds == kind]
        for place, row in enumerate(own[reading_order(middles[own])].tolist()):
            purpose = village.grids[number_of_row[row]].place
            name = f"{short}{purpose}专属网格" if purpose else f"{short}第{place + 1}网格"
            yield row, f"{village.code}{first + place:03}", name


def _micro_grids(code, name, geometries, numbers, plan):
    order = reading_order(shapely.get_coordinates(shapely.centroid(geometries)))
    places = range(1, len(order) + 1)
    return units_from(
        code=[f"{code}{place:02}" for place in places],
        name=[f"{name}微网格{place:02}" for place in places],
        kind=["micro"] * len(order),
        households=[plan.households[number] for number in numbers[order].tolist()],
        geometry=geometries[order],
    )


def _groups(labels):
    """Rows of each label, ascending."""
    order = np.argsort(labels, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(labels[order])) + 1)
