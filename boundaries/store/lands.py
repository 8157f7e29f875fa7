"""The units of a place in force at an instant, as a land to carry changes out on, and what is to be known of their versions."""

from dataclasses import dataclass
from pathlib import Path

import shapely

from boundaries.changes.land import Land, Unit
from boundaries.changes.replays import Base
from boundaries.changes.surroundings import require_size
from boundaries.store.statements import statement
from boundaries.store.writing import BUSY
from gis.errors import Refusal

HERE = Path(__file__).parent
ATTEMPTS = 5  # others may commit between two looks; then everything is read anew


@dataclass(frozen=True, slots=True)
class Version:
    """What is known of a version beside its unit: its number, where it comes from, and whether it is the last of its unit."""

    id: int
    source: str
    is_last: bool


def land_around(connection, codes, at):
    """The units in force at an instant that meet the box around the land of some units.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    codes : sequence of str
    at : datetime

    Returns
    -------
    land : boundaries.changes.land.Land
    versions : dict of str to Version
        By code.
    """
    rows = connection.execute(statement(HERE, "land"), {"codes": codes, "at": at}).all()
    shapes = shapely.from_wkb([bytes(row.wkb) for row in rows])
    units = [
        Unit(row.code, row.name, row.kind, row.households, row.divided, shape, population=row.population)
        for row, shape in zip(rows, shapes, strict=True)
    ]
    return Land(units), {row.code: Version(row.id, row.source, row.is_last) for row in rows}


def base_around(connection, codes, at, *, kept, scope=None):
    """The same, from what is kept as long as it is what the register holds.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    codes : sequence of str
    at : datetime
    kept : boundaries.changes.replays.Replays
    scope : str, optional
        Code of a unit that has to be small enough to be opened.

    Returns
    -------
    boundaries.changes.replays.Base
        Its identity is made of the number, the transaction and the time of writing of every version in it.

    Raises
    ------
    Refusal
        ``place_too_large``; ``busy`` where others write all the time.
    """
    values = {"codes": list(codes), "at": at, "scope": scope or "none"}
    found = _identity(connection, values)
    require_size(found.own)
    base = kept.base(found.identity)
    for _ in range(ATTEMPTS):
        if base is not None:
            return base
        read, was = land_around(connection, codes, at), found.identity
        found = _identity(connection, values)
        if found.identity == was:  # nobody has written in between
            base = Base(was, *read, bool(found.synthetic))
            kept.keep(base)
    raise Refusal("busy", BUSY)


def _identity(connection, values):
    return connection.execute(statement(HERE, "land_identity"), values).one()


def grids_in(connection, box, at, *, limit):
    """Codes of the grids in force at an instant that meet a box, ascending.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    box : sequence of float
        West, south, east, north in degrees.
    at : datetime
    limit : int

    Returns
    -------
    list of str
    """
    values = dict(zip(("west", "south", "east", "north"), box, strict=True)) | {"at": at, "limit": limit}
    return list(connection.execute(statement(HERE, "land_grids"), values).scalars())
