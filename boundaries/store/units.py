"""Units in force at an instant, read as columns."""

import numpy as np
import shapely
import sqlalchemy as sa

from boundaries.store.tables import unit, unit_version
from boundaries.units import units_from
from gis.crs import STORAGE_EPSG


def units_at(connection, *, codes, children_of, at):
    """Units of `codes`, and the children of `children_of`.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    codes, children_of : iterable of str
    at : datetime

    Returns
    -------
    Units
        By code.
    """
    version = unit_version.c
    return _read(connection, sa.or_(version.code.in_(list(codes)), version.parent_code.in_(list(children_of))), at)


def units_of_level(connection, level, *, at):
    """All units of a level.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    level : str
    at : datetime

    Returns
    -------
    Units
        By code.
    """
    return _read(connection, unit_version.c.level == level, at)


def units_near(connection, box, *, at):
    """Units of all levels whose box meets a box.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    box : tuple of float
        West, south, east, north in degrees.
    at : datetime

    Returns
    -------
    Units
        By code.
    """
    return _read(connection, unit_version.c.geom.op("&&")(sa.func.ST_MakeEnvelope(*box, STORAGE_EPSG)), at)


def codes_under(connection, parents):
    """Every code ever issued under some units.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    parents : iterable of str

    Returns
    -------
    set of str
    """
    query = sa.select(unit.c.code).where(unit.c.parent_code.in_(list(parents)))
    return set(connection.execute(query).scalars())


def _read(connection, condition, at):
    version = unit_version.c
    labels = [version.code, version.name, version.kind, version.households, version.population, version.divided]
    query = sa.select(*labels, version.geom.ST_AsBinary()).where(condition, version.lifespan.contains(at)).order_by(version.code)
    rows = connection.execute(query).all()
    code, name, kind, households, population, divided, shape = zip(*rows, strict=True) if rows else ((),) * 7
    return units_from(
        code=code,
        name=name,
        kind=kind,
        households=households,
        population=population,
        divided=np.array(divided, dtype=bool),
        geometry=shapely.from_wkb([bytes(wkb) for wkb in shape]),
    )
