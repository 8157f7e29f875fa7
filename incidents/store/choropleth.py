"""Units as a choropleth needs them: named, with their households and what was counted in them."""

from dataclasses import dataclass

import shapely
import sqlalchemy as sa

from boundaries.codes import LENGTH_OF_LEVEL
from boundaries.store.tables import unit_version
from gis.crs import STORAGE_EPSG
from gis.errors import Refusal
from incidents.store.heat import OUTSIDE

LEVELS = ("grid", "village", "town", "county")
PER_HOUSEHOLDS = 1000


@dataclass(frozen=True, slots=True)
class Shown:
    """A unit and the incidents in it.

    Attributes
    ----------
    code, name : str
    households : int or None
        Its own number, else that of its grids; None where that of a grid is not known.
    count : int
    before : int or None
        In the period it is compared with.
    """

    code: str
    name: str
    households: int | None
    count: int
    before: int | None = None

    @property
    def rate(self):
        """Incidents per 1,000 households; None where these are unknown or there are none."""
        return round(self.count * PER_HOUSEHOLDS / self.households, 2) if self.households else None


def shown(connection, level, counts, *, at, before=None, box=None, within=None):
    """The units of a level that meet a box, with counts by grid summed up.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    level : str
        One of `LEVELS`.
    counts, before : dict of str to int
        By code of the grid; `before` of the period compared with, or None.
    at : datetime
    box : sequence of float, optional
        West, south, east, north in degrees.
    within : str, optional
        Code of a unit above.

    Returns
    -------
    list of Shown
        By code; units without an incident too.

    Raises
    ------
    Refusal
        ``bad_level``.
    """
    if level not in LEVELS:
        raise Refusal("bad_level", f"Incidents are counted by {', '.join(LEVELS)}, not by {level[:40]!r}.")
    length = LENGTH_OF_LEVEL[level]
    sums, old = _summed(counts, length), None if before is None else _summed(before, length)
    below = _households(connection, length, at)
    return [
        Shown(
            row.code,
            row.name,
            row.households if row.households is not None else below.get(row.code),
            sums.get(row.code, 0),
            None if old is None else old.get(row.code, 0),
        )
        for row in connection.execute(_units(level, at, box, within))
    ]


def places(connection, codes, *, at):
    """Where units are.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    codes : sequence of str
    at : datetime

    Returns
    -------
    dict of str to (tuple of float, tuple of float)
        A point in the unit, and its box: west, south, east, north in degrees.
    """
    version = unit_version.c
    query = sa.select(version.code, version.geom.ST_AsBinary()).where(
        version.code.in_(list(codes)), version.lifespan.contains(at)
    )
    shapes = {code: shapely.from_wkb(bytes(wkb)) for code, wkb in connection.execute(query)}
    return {
        code: (shapely.get_coordinates(shape.representative_point())[0].tolist(), shape.bounds) for code, shape in shapes.items()
    }


def shapes(connection, level, box, *, at):
    """Shapes of the units of a level that meet a box.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    level : str
    box : sequence of float
        West, south, east, north in degrees.
    at : datetime

    Returns
    -------
    dict of str to Geometry
        By code, in degrees.
    """
    version = unit_version.c
    meets = version.geom.op("&&")(sa.func.ST_MakeEnvelope(*box, STORAGE_EPSG))
    query = sa.select(version.code, version.geom.ST_AsBinary()).where(
        version.level == level, version.lifespan.contains(at), meets
    )
    return {code: shapely.from_wkb(bytes(wkb)) for code, wkb in connection.execute(query.order_by(version.code))}


def _units(level, at, box, within):
    version = unit_version.c
    conditions = [version.level == level, version.lifespan.contains(at)]
    if box is not None:
        conditions.append(version.geom.op("&&")(sa.func.ST_MakeEnvelope(*box, STORAGE_EPSG)))
    if within is not None:
        conditions.append(version.code.startswith(within, autoescape=True))
    return sa.select(version.code, version.name, version.households).where(*conditions).order_by(version.code)


def _households(connection, length, at):
    """By the beginning of the codes of grids; None where one of them is not known."""
    version = unit_version.c
    above = sa.func.substr(version.code, 1, length)
    known = sa.case((sa.func.count(version.households) == sa.func.count(), sa.func.sum(version.households)))
    query = sa.select(above, known).where(version.level == "grid", version.lifespan.contains(at)).group_by(above)
    return {code: households for code, households in connection.execute(query)}


def _summed(counts, length):
    found = {}
    for code, count in counts.items():
        if code != OUTSIDE:
            found[code[:length]] = found.get(code[:length], 0) + count
    return found
