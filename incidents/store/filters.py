"""Which incidents are meant: one filter for lists, counts, heat and tiles."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from gis.crs import STORAGE_EPSG
from incidents.store.tables import incident, matter

AFTER_DIGITS = ":"  # the character after "9": codes below a prefix p are those from p up to p + ":"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Conditions that all hold; None asks for nothing.

    Attributes
    ----------
    since, until : datetime
        Reported at or after, and before.
    matter, family, state : str
    grid : str
        Code of a grid, or of a unit above it: incidents keep the grid they were assigned to.
    """

    since: datetime | None = None
    until: datetime | None = None
    matter: str | None = None
    family: str | None = None
    state: str | None = None
    grid: str | None = None

    def conditions(self):
        """The conditions in SQL.

        Returns
        -------
        list of sqlalchemy.ColumnElement
        """
        made = {
            "since": lambda value: incident.c.reported_at >= value,
            "until": lambda value: incident.c.reported_at < value,
            "matter": lambda value: incident.c.matter_code == value,
            "family": lambda value: incident.c.matter_code.in_(sa.select(matter.c.code).where(matter.c.family == value)),
            "state": lambda value: incident.c.state == value,
            "grid": lambda value: _below(incident.c.grid_code, value),
        }
        wanted = {name: getattr(self, name) for name in made}
        return [made[name](value) for name, value in wanted.items() if value is not None]


def in_box(box):
    """The condition that an incident lies in a box, its sides included.

    Parameters
    ----------
    box : sequence of float
        West, south, east, north in degrees.

    Returns
    -------
    sqlalchemy.ColumnElement
    """
    return incident.c.geom.op("&&", is_comparison=True)(sa.func.ST_MakeEnvelope(*box, STORAGE_EPSG))


def _below(column, code):
    return sa.and_(column >= code, column < f"{code}{AFTER_DIGITS}")
