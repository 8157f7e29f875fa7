"""The register as of an instant: units, their versions, their neighbours, whole coverages."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
import shapely

from boundaries.clock import spoken
from boundaries.codes import LENGTH_OF_LEVEL, LEVELS
from boundaries.store.statements import statement
from gis.errors import Refusal

HERE = Path(__file__).parent
JURISDICTIONS = ("city", "county", "town", "village")


@dataclass(frozen=True, slots=True)
class Coverage:
    """One level of the register at one instant, ascending by code."""

    version_ids: np.ndarray
    codes: np.ndarray
    geometries: np.ndarray


@dataclass(frozen=True, slots=True)
class Label:
    """What is said of a unit beside its shape."""

    code: str
    level: str
    name: str
    kind: str | None
    households: int | None


def stamp(connection):
    """A value that differs from the one before whenever the register or its tile shapes have changed.

    Parameters
    ----------
    connection : sqlalchemy.Connection

    Returns
    -------
    tuple
    """
    return tuple(connection.execute(statement(HERE, "stamp")).one())


def moments(connection):
    """Every instant at which some version begins or ends, ascending.

    Parameters
    ----------
    connection : sqlalchemy.Connection

    Returns
    -------
    list of datetime
    """
    return list(connection.execute(statement(HERE, "moments")).scalars())


def labels(connection, at):
    """The labels of all units in force at an instant.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    at : datetime

    Returns
    -------
    dict of str to Label
    """
    rows = connection.execute(statement(HERE, "labels"), {"at": at})
    return {row.code: Label(*row) for row in rows}


def coverage(connection, level, at):
    """All faces of one level in force at an instant.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    level : str
    at : datetime

    Returns
    -------
    Coverage
    """
    rows = connection.execute(statement(HERE, "coverage"), {"level": level, "at": at}).all()
    ids, codes, wkb = zip(*rows, strict=True) if rows else ((), (), ())
    geometries = shapely.from_wkb(np.array([bytes(item) for item in wkb], dtype=object))
    return Coverage(np.array(ids, dtype=np.int64), np.array(codes, dtype=np.str_), geometries)


def digest(connection, level, at):
    """What :func:`coverage` would give, in one value: equal only where the versions and their land are the same.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    level : str
    at : datetime

    Returns
    -------
    str
        SHA-256 in hexadecimal.
    """
    return connection.execute(statement(HERE, "digest"), {"level": level, "at": at}).scalar_one()


def units(connection, levels, at, *, bbox=None, parent=None, kind=None, limit):
    """Units of some levels in force at an instant, ascending by code.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    levels : sequence of str
    at : datetime
    bbox : Box, optional
        Units that meet it, their borders included.
    parent : str, optional
        Code of a unit above, at any distance.
    kind : str, optional
    limit : int

    Returns
    -------
    rows : list of Row
        At most ``limit``.
    total : int
        How many there are without the limit.
    """
    west, south, east, north = bbox or (None, None, None, None)
    parameters = {
        "levels": list(levels),
        "at": at,
        "parent": parent,
        "kind": kind,
        "limit": limit,
        "west": west,
        "south": south,
        "east": east,
        "north": north,
    }
    rows = connection.execute(statement(HERE, "units"), parameters).all()
    return rows, rows[0].total if rows else 0


def unit(connection, code, levels, at):
    """The version of one unit in force at an instant.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    code : str
    levels : sequence of str
        Levels the unit may have.
    at : datetime

    Returns
    -------
    Row

    Raises
    ------
    Refusal
        ``unknown_unit``.
    """
    row = connection.execute(statement(HERE, "unit"), {"code": code, "levels": list(levels), "at": at}).one_or_none()
    if row is None:
        raise _unknown(code, levels, at=at.isoformat())
    return row


def history(connection, code, levels):
    """All versions of one unit, the oldest first.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    code : str
    levels : sequence of str

    Returns
    -------
    list of Row

    Raises
    ------
    Refusal
        ``unknown_unit``.
    """
    rows = connection.execute(statement(HERE, "history"), {"code": code, "levels": list(levels)}).all()
    if not rows:
        raise _unknown(code, levels)
    return rows


def path(connection, code, at):
    """Labels of the units above a unit, the city first.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    code : str
    at : datetime

    Returns
    -------
    list of Label
    """
    return named(connection, ancestors(code), at)


def named(connection, codes, at):
    """Labels of some units, the higher level first.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    codes : sequence of str
    at : datetime

    Returns
    -------
    list of Label
    """
    rows = connection.execute(statement(HERE, "named"), {"codes": list(codes), "at": at})
    return [Label(*row) for row in rows]


def ancestors(code):
    """Codes of the units above a unit, the city first.

    Examples
    --------
    >>> ancestors("510502001001")
    ['5105', '510502', '510502001']
    """
    return [code[: LENGTH_OF_LEVEL[level]] for level in LEVELS if LENGTH_OF_LEVEL[level] < len(code)]


def children(connection, code, at):
    """Level and number of the units right below a unit; None where there are none.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    code : str
    at : datetime

    Returns
    -------
    Row or None
        ``level``, ``count``.
    """
    return connection.execute(statement(HERE, "children"), {"code": code, "at": at}).one_or_none()


def neighbours(connection, version_id, level, at):
    """Units of the same level that share an edge with one version, the longest border first.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    version_id : int
    level : str
        Of that version.
    at : datetime

    Returns
    -------
    list of Row
        ``code``, ``name``, ``shared_border_m`` (geodesic).
    """
    parameters = {"version_id": version_id, "level": level, "at": at}
    return connection.execute(statement(HERE, "neighbours"), parameters).all()


def counts(connection, at):
    """Number of units in force by level, and whether any of them is generated.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    at : datetime

    Returns
    -------
    counts : dict of str to int
    synthetic : bool
    """
    rows = connection.execute(statement(HERE, "counts"), {"at": at}).all()
    return {level: 0 for level in LEVELS[1:]} | {row.level: row.count for row in rows}, any(row.synthetic for row in rows)


def city(connection, at):
    """The city: code, name and box.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    at : datetime

    Returns
    -------
    Row
        ``code``, ``name``, ``west``, ``south``, ``east``, ``north`` in degrees.

    Raises
    ------
    Refusal
        ``nothing_at_instant`` when the register holds no city at that instant.
    """
    row = connection.execute(statement(HERE, "city"), {"at": at}).one_or_none()
    if row is None:
        raise Refusal("nothing_at_instant", f"The register holds no city on {spoken(at)}.", at=at.isoformat())
    return row


def home(connection, at):
    """Box of the land that is divided into grids.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    at : datetime

    Returns
    -------
    Row or None
        ``west``, ``south``, ``east``, ``north`` in degrees; None as long as nothing is divided.
    """
    return connection.execute(statement(HERE, "home"), {"at": at}).one_or_none()


def _unknown(code, levels, **details):
    when = f" on {spoken(datetime.fromisoformat(details['at']))}" if details else ""
    names = " or ".join(level.replace("_", "-") for level in levels)
    return Refusal("unknown_unit", f"The register has no {names} with the code {code}{when}.", unit=code, **details)
