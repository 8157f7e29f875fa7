"""The units a change set works on, as a value: every command takes a land and returns another.

A unit that the register knows is called by its code. One that a command makes is called after its parent, the position of
the command and its place among what the command made, ``510502001001+3.1``, so that later commands can name it and a
replay finds it again. It gets its code when the change is decided.
"""

from dataclasses import dataclass, replace

import numpy as np
import shapely

from boundaries.codes import LEVELS, level_of, parent_of
from boundaries.units import COUNTS
from gis.editing.coverage import coverage_from
from gis.editing.insertion import rows_with, with_nodes
from gis.errors import Refusal

NEW = "+"
NOT_COUNTED = dict.fromkeys(COUNTS)  # of a unit whose land has changed, until it is counted anew


@dataclass(frozen=True, slots=True, eq=False)
class Unit:
    """A unit of the register, or one to be.

    Attributes
    ----------
    id : str
        Its code, or what a new one is called until it has one.
    name : str
    kind : str or None
    households, population : int or None
        Of a unit whose land a command has changed: None, until they are counted anew.
    divided : bool
    geometry : Polygon or MultiPolygon
        Degrees, on the lattice.
    """

    id: str
    name: str
    kind: str | None
    households: int | None
    divided: bool
    geometry: shapely.Geometry
    population: int | None = None

    @property
    def level(self):
        """Level of the unit."""
        return level_of_id(self.id)


class Land:
    """Units by id, with what lies above and below each.

    Parameters
    ----------
    units : iterable of Unit
    """

    def __init__(self, units):
        self._units = {unit.id: unit for unit in sorted(units, key=lambda unit: unit.id)}
        self._below = {}
        for name in self._units:
            self._below.setdefault(parent_of_id(name), []).append(name)

    def __iter__(self):
        return iter(self._units.values())

    def __len__(self):
        return len(self._units)

    def __contains__(self, name):
        return name in self._units

    def __getitem__(self, name):
        if name not in self._units:
            raise Refusal("unknown_unit", f"The register has no unit {name} on that day; name one it has.", unit=name)
        return self._units[name]

    def get(self, name):
        """The unit, or None."""
        return self._units.get(name)

    def children(self, name):
        """Ids of the units one level down, ascending."""
        return list(self._below.get(name, ()))

    def paths(self, name):
        """Ids from below a unit down to each undivided unit: one tuple a leaf; ``()`` alone if it is not divided."""
        below = self.children(name)
        return [(child, *path) for child in below for path in self.paths(child)] if below else [()]

    def subtree(self, name):
        """A unit's id and those of all units below it."""
        return [name, *(each for child in self.children(name) for each in self.subtree(child))]

    def coverage(self, names):
        """The shapes of some units as a coverage."""
        return coverage_from({name: self[name].geometry for name in names})

    def with_units(self, *, gone=(), placed=()):
        """The land without some units and with others, which take the place of those with the same id."""
        kept = {name: unit for name, unit in self._units.items() if name not in set(gone)}
        return Land((kept | {unit.id: unit for unit in placed}).values())

    def with_nodes(self, nodes, *, apart_from=()):
        """The land with nodes put on every edge that has some, on all levels."""
        others = self.coverage(name for name in self._units if name not in set(apart_from))
        rows, _ = rows_with(others, nodes)
        names = others.ids[rows].tolist()
        noded = zip(names, with_nodes(others.faces[rows], nodes), strict=True)
        return self.with_units(placed=[replace(self[name], geometry=shape) for name, shape in noded])


def land_of(units):
    """The land of a table of units.

    Parameters
    ----------
    units : boundaries.units.Units

    Returns
    -------
    Land

    Examples
    --------
    >>> from boundaries.units import units_from
    >>> square = shapely.box(105, 28, 106, 29)
    >>> land = land_of(units_from(code=["510502", "5105"], name=["江阳区", "泸州市"], geometry=[square, square]))
    >>> land.children("5105"), land["510502"].level
    (['510502'], 'county')
    """
    columns = (units.code, units.name, units.kind, units.households, units.divided.tolist(), units.geometry, units.population)
    return Land(Unit(str(code), *rest) for code, *rest in zip(*columns, strict=True))


def is_new(name):
    """Whether an id is that of a unit which has no code yet.

    Examples
    --------
    >>> is_new("510502001001+3.1"), is_new("510502001001004")
    (True, False)
    """
    return NEW in name


def new_id(parent, position, place):
    """What a new unit is called until it has a code.

    Examples
    --------
    >>> new_id("510502001001", 3, 1)
    '510502001001+3.1'
    """
    return f"{parent}{NEW}{position}.{place}"


def parent_of_id(name):
    """Id of the unit one level up; None for a city.

    Examples
    --------
    >>> parent_of_id("510502001001+3.1+4.2"), parent_of_id("510502001001004")
    ('510502001001+3.1', '510502001001')
    """
    return name.rpartition(NEW)[0] if NEW in name else parent_of(name)


def up_to_city(name):
    """Ids of a unit and of all above it, the city first.

    Examples
    --------
    >>> up_to_city("510502001+1.1")
    ['5105', '510502', '510502001', '510502001+1.1']
    """
    above = parent_of_id(name)
    return [*(up_to_city(above) if above else ()), name]


def level_of_id(name):
    """Level of a unit by its id.

    Examples
    --------
    >>> level_of_id("510502001001+3.1"), level_of_id("510502001001+3.1+4.2")
    ('grid', 'micro_grid')
    """
    if NEW not in name:
        return level_of(name)
    code, *steps = name.split(NEW)
    position = LEVELS.index(level_of(code)) + len(steps)
    if position >= len(LEVELS):
        raise Refusal("bad_code", f"{name[:40]!r} is no unit: nothing lies below a micro-grid.")
    return LEVELS[position]


def faces(units):
    """The shapes of units as a column."""
    column = np.empty(len(units), dtype=object)
    column[:] = [unit.geometry for unit in units]
    return column
