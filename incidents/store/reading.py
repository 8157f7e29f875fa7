"""Incidents and matters, read."""

from datetime import timedelta

import sqlalchemy as sa

from boundaries.store.code_tables import require_in_force
from boundaries.store.tables import unit_version
from gis.errors import Refusal
from incidents.store.filters import Filter, in_box
from incidents.store.tables import incident, matter

SHOWN = (
    incident.c.no,
    incident.c.matter_code.label("matter"),
    matter.c.family,
    incident.c.state,
    incident.c.reported_at,
    incident.c.grid_code,
    incident.c.on_border,
    incident.c.distance_m,
    sa.func.ST_X(incident.c.geom).label("lon"),
    sa.func.ST_Y(incident.c.geom).label("lat"),
)


def matters(connection):
    """The list of matters, by code.

    Parameters
    ----------
    connection : sqlalchemy.Connection

    Returns
    -------
    list of Row
        ``code family name_zh name_en urgent``.
    """
    columns = matter.c
    return connection.execute(
        sa.select(columns.code, columns.family, columns.name_zh, columns.name_en, columns.urgent).order_by(columns.code)
    ).all()


def require_known(connection, wanted):
    """Refuse a matter or family that is not there, which else would silently count nothing.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    wanted : object
        ``matter`` and ``family``, codes; None is none and passes.

    Raises
    ------
    Refusal
        ``unknown_matter``, ``unknown_family``.
    """
    known = sa.select(sa.exists().where(matter.c.code == wanted.matter))
    if wanted.matter is not None and not connection.execute(known).scalar_one():
        raise Refusal("unknown_matter", "The list of matters has no such code; /api/v1/meta shows the list.")
    if wanted.family is not None:
        require_in_force(connection, "matter_family", wanted.family)


def incidents(connection, wanted, *, box=None, limit):
    """The latest incidents of a filter.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    wanted : Filter
    box : sequence of float, optional
        West, south, east, north in degrees.
    limit : int

    Returns
    -------
    rows : list of Row
        The latest reported first, at most ``limit``.
    total : int
        How many there are without the limit.
    """
    conditions = [*wanted.conditions(), *([in_box(box)] if box else [])]
    found = sa.select(*SHOWN).join(matter).where(*conditions)
    latest = found.order_by(incident.c.reported_at.desc(), incident.c.no).limit(limit)
    rows = connection.execute(latest).all()
    if len(rows) < limit:
        return rows, len(rows)
    return rows, connection.execute(sa.select(sa.func.count()).select_from(incident).where(*conditions)).scalar_one()


def count(connection):
    """Number of all incidents.

    Parameters
    ----------
    connection : sqlalchemy.Connection

    Returns
    -------
    int
    """
    return connection.execute(sa.select(sa.func.count()).select_from(incident)).scalar_one()


def period(connection):
    """When the first and the last incident were reported; None and None where there is none.

    Parameters
    ----------
    connection : sqlalchemy.Connection

    Returns
    -------
    tuple of datetime or None
    """
    reported = incident.c.reported_at
    first = sa.select(sa.func.min(reported)).scalar_subquery()
    last = sa.select(sa.func.max(reported)).scalar_subquery()
    return tuple(connection.execute(sa.select(first, last)).one())


def count_recent(connection, code, level, *, until, days):
    """Incidents assigned to a unit that were reported in the days before an instant.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    code, level : str
    until : datetime
    days : int

    Returns
    -------
    int
    """
    recent = Filter(since=until - timedelta(days=days), until=until, grid=None if level == "micro_grid" else code)
    conditions = recent.conditions()
    if level == "micro_grid":
        versions = sa.select(unit_version.c.id).where(unit_version.c.code == code)
        conditions.append(incident.c.micro_grid_version_id.in_(versions))
    return connection.execute(sa.select(sa.func.count()).select_from(incident).where(*conditions)).scalar_one()


def public_status(connection, no):
    """What whoever reported an incident may know of it.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    no : str

    Returns
    -------
    Row or None
        ``no state grid_code reported_at registered_at dispatched_at handled_at closed_at``.
    """
    columns = ("no", "state", "grid_code", "reported_at", "registered_at", "dispatched_at", "handled_at", "closed_at")
    return connection.execute(sa.select(*(incident.c[name] for name in columns)).where(incident.c.no == no)).one_or_none()
