"""Open incidents as a desk shows them, and what has happened to incidents since somebody looked.

A position is a snapshot of the database: which transactions had been committed. What has happened since is what is visible now
and was not visible then. So an event that was numbered early and committed late is neither lost nor told twice, and one long
transaction does not keep the events of others back, as reading below the oldest open transaction would.
"""

import re
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from boundaries import clock
from boundaries.city_settings import DUE_SOON_PERCENT, SETTINGS
from boundaries.store.statements import statement
from incidents.store.tables import department as department_table

HERE = Path(__file__).parent
# A number of a transaction means something in its own cluster alone, and a restored database has a number of its own. Events
# that came with a backup bear numbers of another cluster; the floor is the last of them.
FLOOR = "SELECT event_id FROM incident_event_floor WHERE place = register_place()"
PLACE = sa.text(f"SELECT register_place() || '.' || coalesce(({FLOOR}), 0) || ':' || pg_current_snapshot()")
SETTLE = sa.text("SELECT set_event_floor()")
POSITION = re.compile(r"(\d{1,20}\.\d{1,10}(?:\.\d{1,18})?):(\d{1,18}):(\d{1,18}):((?:\d{1,18}(?:,\d{1,18})*)?)", re.ASCII)
LONGEST_POSITION = 4000


@dataclass(frozen=True, slots=True)
class Happenings:
    """What has happened between two positions.

    Attributes
    ----------
    position : str
        Up to which; where the next look goes on.
    rows : list of Row
        In the order of their numbers: ``no code generated department consulted was_code was_department value``. The code says
        where, ``generated`` whether the incident is one of a demo, ``consulted`` which departments were asked about it; of an
        event that has moved it, ``was_code`` and ``was_department`` say where and whose it was before, else ``was_code`` is None.
        The value is JSON text.
    too_many : bool
        There were more than were asked for, or the position is none of this database: whoever follows has to look anew, and
        there are no rows.
    """

    position: str
    rows: list
    too_many: bool = False


@dataclass(frozen=True, slots=True)
class Desk:
    """Open incidents of some scopes.

    Attributes
    ----------
    position : str
        As of which; what happens later follows from here.
    rows : list of str
        JSON text, the most pressing first.
    total : int
    """

    position: str
    rows: list
    total: int


def position(connection):
    """Where the register is now."""
    return connection.execute(PLACE).scalar_one()


def settle(connection):
    """Note the last event that was there when the register began to live in this database, unless that is noted.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        In a transaction or committing by itself. Positions that were given out before are none of this database any more.
    """
    connection.execute(SETTLE)


def since(connection, before, *, limit, upto=None):
    """What has happened since a position.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    before : str
        Of an earlier look, perhaps from outside.
    limit : int
        Most events.
    upto : str, optional
        Only what was there at this position already.

    Returns
    -------
    Happenings
    """
    now = position(connection) if upto is None else upto
    seen = snapshot_in(before, like=now)
    if seen is None:
        return Happenings(now, [], too_many=True)
    values = {"seen": seen, "upto": upto and snapshot_in(upto, like=upto), "limit": limit + 1, "floor": _floor(now)}
    values |= {"at": clock.now(), "due_soon_percent": SETTINGS[DUE_SOON_PERCENT].default}
    rows = connection.execute(statement(HERE, "since"), values).all()
    reached = f"{now.partition(':')[0]}:{rows[0].upto}"
    if len(rows) > limit:
        return Happenings(reached, [], too_many=True)
    return Happenings(reached, [row for row in rows if row.value is not None])


def snapshot_in(text, *, like):
    """The snapshot in a position, or None where it is none of the database that another position is of.

    Parameters
    ----------
    text, like : str

    Returns
    -------
    str or None

    Examples
    --------
    >>> snapshot_in("77.5:795:799:795,797", like="77.5:801:801:")
    '795:799:795,797'
    >>> snapshot_in("78.5:795:799:", like="77.5:801:801:"), snapshot_in("77.5:9:7:", like="77.5:801:801:")
    (None, None)
    """
    found = POSITION.fullmatch(text[:LONGEST_POSITION])
    if found is None or found[1] != like.partition(":")[0]:
        return None
    low, high, *between = map(int, [found[2], found[3], *filter(None, found[4].split(","))])
    if not 0 < low <= high or between != sorted({*between}) or not all(low <= one < high for one in between):
        return None
    return text.partition(":")[2]


def _floor(position):
    """The last event that is not told of, in a position of this database."""
    return int(position.partition(":")[0].split(".")[2])


def departments(connection):
    """The linked departments: ``code name_zh name_en``."""
    columns = department_table.c
    return connection.execute(sa.select(columns.code, columns.name_zh, columns.name_en).order_by(columns.code)).all()


def desk(connection, scopes, *, unit="", department=None, department_scopes=(), generated_only=False, limit):
    """Open incidents within some scopes: those with the nearest term first, then the latest reported.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        All of whose statements see one moment.
    scopes : iterable of str
        Beginnings of codes.
    unit : str
        Only in this unit.
    department : str, optional
        What is given to it, or what it was asked about, is seen within these scopes besides.
    department_scopes : iterable of str
    generated_only : bool
        Nothing that people have reported.
    limit : int

    Returns
    -------
    Desk
    """
    values = {"scopes": list(scopes), "unit": unit, "limit": limit}
    values |= {"department": department, "department_scopes": list(department_scopes), "generated_only": generated_only}
    values |= {"at": clock.now(), "due_soon_percent": SETTINGS[DUE_SOON_PERCENT].default}
    rows = connection.execute(statement(HERE, "desk"), values).all()
    return Desk(position(connection), [row.value for row in rows], rows[0].total if rows else 0)
