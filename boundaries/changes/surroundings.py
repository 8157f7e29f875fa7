"""A place to be worked in: the units that can be edited, and around them one ring of neighbours that cannot."""

from dataclasses import dataclass

import numpy as np
import shapely

from boundaries.changes.land import Unit, faces, up_to_city
from boundaries.changes.shared_vertices import keys
from gis.errors import Refusal
from gis.lattice import to_lattice

MOST_UNITS = 20_000
MOST_VERTICES = 2_000_000


@dataclass(frozen=True, slots=True)
class Place:
    """Units to be edited and their neighbours.

    Attributes
    ----------
    scope : str
        Id of the smallest unit that holds all units that can be edited; it is among them.
    units : tuple of Unit
        That can be edited: those below the scope, and those above them up to it. By id.
    locked : tuple of Unit
        The lowest units of others that share a vertex with the lowest of these. By id.
    """

    scope: str
    units: tuple[Unit, ...]
    locked: tuple[Unit, ...]

    @property
    def bounds(self):
        """West, south, east, north of the lowest units that can be edited, in degrees."""
        return tuple(shapely.total_bounds(faces([unit for unit in self.units if not unit.divided])).tolist())


def place_of(land, scope):
    """A unit with all below it.

    Parameters
    ----------
    land : boundaries.changes.land.Land
        That holds whatever touches the unit.
    scope : str

    Returns
    -------
    Place

    Raises
    ------
    Refusal
        ``unknown_unit``, ``place_too_large``.
    """
    land[scope]
    return _place(land, scope, land.subtree(scope))


def place_in_box(land, box):
    """The grids that meet a box, with their micro-grids and all units above them up to the smallest that holds them all.

    Parameters
    ----------
    land : boundaries.changes.land.Land
        That holds whatever touches these grids.
    box : sequence of float
        West, south, east, north in degrees.

    Returns
    -------
    Place

    Raises
    ------
    Refusal
        ``no_grids_there``, ``place_too_large``.
    """
    every = [unit for unit in land if unit.level == "grid"]
    meets = shapely.intersects(faces(every), shapely.box(*box)) if every else ()
    grids = [unit.id for unit, met in zip(every, meets, strict=True) if met]
    if not grids:
        raise Refusal("no_grids_there", "No grid meets the box; choose one where grids are, or a unit by its code.")
    lines = [up_to_city(name) for name in grids]
    common = [line[0] for line in zip(*lines, strict=True) if len(set(line)) == 1]
    between = {name for line in lines for name in line[len(common) :]}
    below = {name for grid in grids for name in land.subtree(grid)}
    return _place(land, common[-1], sorted({common[-1]} | between | below))


def require_size(units, vertices=0):
    """Refuse a place of more than the page can hold.

    Raises
    ------
    Refusal
        ``place_too_large``.

    Examples
    --------
    >>> require_size(20_001)
    Traceback (most recent call last):
    gis.errors.Refusal: The place has over 20,000 units or 2,000,000 vertices; open a smaller unit or box.
    """
    if units > MOST_UNITS or vertices > MOST_VERTICES:
        sentence = f"The place has over {MOST_UNITS:,} units or {MOST_VERTICES:,} vertices; open a smaller unit or box."
        raise Refusal("place_too_large", sentence)


def _place(land, scope, names):
    require_size(len(names))
    units = tuple(land[name] for name in sorted(names))
    found = Place(scope, units, _neighbours(land, units))
    every = faces([*found.units, *found.locked])
    require_size(len(every), int(shapely.get_num_coordinates(every).sum()))
    return found


def _neighbours(land, units):
    """The lowest units of others that share a vertex with the lowest of these."""
    own = {unit.id for unit in units}
    inside = faces([unit for unit in units if not unit.divided])
    others = [unit for unit in land if not unit.divided and unit.id not in own]
    west, south, east, north = shapely.total_bounds(inside)
    bounds = shapely.bounds(faces(others)).reshape(-1, 4)
    near = (bounds[:, :2] <= (east, north)).all(axis=1) & (bounds[:, 2:] >= (west, south)).all(axis=1)
    others = [others[k] for k in np.flatnonzero(near)]
    lonlat, owner = shapely.get_coordinates(faces(others), return_index=True)
    shared = np.isin(keys(to_lattice(lonlat)), keys(to_lattice(shapely.get_coordinates(inside))))
    return tuple(others[k] for k in np.unique(owner[shared]))
