"""Units of the register as columns: the form in which they are generated, imported, planned and stored."""

from dataclasses import dataclass, fields

import numpy as np

from boundaries.codes import level_of

COUNTS = ("households", "population")  # how many of each live in a unit: sums, never records of anybody


@dataclass(frozen=True, slots=True)
class Units:
    """A table of units, one array a column, all of length n.

    Attributes
    ----------
    code, name : ndarray of str
    kind : ndarray of object
        ``comprehensive`` or ``exclusive`` for grids, ``micro`` or ``remainder`` for micro-grids, else None.
    households, population : ndarray of object
        Whole numbers, or None where not known.
    divided : ndarray of bool
        Whether the children of the unit tile it.
    geometry : ndarray of Polygon or MultiPolygon
        Degrees, on the lattice.
    """

    code: np.ndarray
    name: np.ndarray
    kind: np.ndarray
    households: np.ndarray
    population: np.ndarray
    divided: np.ndarray
    geometry: np.ndarray

    def __len__(self):
        return len(self.code)

    def take(self, index):
        """The rows of an index or mask."""
        return Units(*(getattr(self, field.name)[index] for field in fields(self)))

    def levels(self):
        """Level of each row."""
        return np.array([level_of(str(code)) for code in self.code], dtype=object)


def units_from(*, code, name, geometry, kind=None, households=None, population=None, divided=False):
    """Make a table from sequences; what is not given is None, or False for `divided`.

    Examples
    --------
    >>> import shapely
    >>> units_from(code=["510502"], name=["江阳区"], geometry=[shapely.box(105, 28, 106, 29)]).levels().tolist()
    ['county']
    """
    count = len(code)
    return Units(
        np.asarray(code, dtype=object),
        np.asarray(name, dtype=object),
        _objects(kind, count),
        _objects(households, count),
        _objects(population, count),
        np.broadcast_to(np.asarray(divided, dtype=bool), count),
        _objects(geometry, count),
    )


def concatenate(tables):
    """One table out of several."""
    return Units(*(np.concatenate([getattr(table, field.name) for table in tables]) for field in fields(Units)))


def _objects(values, count):
    column = np.empty(count, dtype=object)
    if values is not None:
        column[:] = list(values)
    return column
