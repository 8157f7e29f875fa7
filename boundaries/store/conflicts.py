"""What other change sets have decided on the units that one changes: whose came first, when, and on which units."""

from itertools import groupby
from operator import attrgetter
from pathlib import Path

from boundaries.changes.commands import parents_of
from boundaries.store.statements import statement
from boundaries.store.writing import BUSY
from gis.errors import Refusal

HERE = Path(__file__).parent
MOST_NAMED = 5


def require_last(connection, found):
    """Refuse when somebody has already decided a later version of a unit that changes.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    found : boundaries.store.carrying_out.Checked

    Raises
    ------
    Refusal
        ``changed_later``.
    """
    stuck = [unit.id for unit in found.outcome.before if not found.versions[unit.id].is_last]
    if stuck:
        rows = connection.execute(statement(HERE, "change_later"), {"codes": stuck, "at": found.at}).all()
        raise conflict("changed_later", rows, "changes them on a later day; choose a day after it, or withdraw that one")


def require_fresh(connection, found):
    """Refuse when another change set has changed a unit since the check, in more than nodes on its border.

    Parameters and refusals as of :func:`require_last`, but ``stale_base``.
    """
    ids = {unit.id: found.versions[unit.id].id for unit in found.outcome.before}
    values = {"id": found.change.id, "codes": list(ids), "versions": list(ids.values())}
    rows = connection.execute(statement(HERE, "change_stale"), values).all()
    if rows:
        raise conflict("stale_base", rows, "came first; check this one again to see it on the new map")


def conflict(code, rows, what):
    """The refusal that tells whose change set came first.

    Parameters
    ----------
    code : str
    rows : list of Row
        ``code id title decided_at decided_by``: a unit and the change set that changed it; by change set.
    what : str
        The end of the sentence.

    Returns
    -------
    Refusal
        With the details ``units``, ``change_set`` (the first) and ``conflicts`` (all, as :func:`told`).
    """
    if not rows:  # withdrawn meanwhile
        return Refusal("busy", BUSY)
    units = sorted({row.code for row in rows})
    first = rows[0]
    who = f" by {first.decided_by}" if first.decided_by else ""
    when = f", decided {first.decided_at:%Y-%m-%d}" if first.decided_at else ""
    named = ", ".join(units[:MOST_NAMED]) + (f" and {len(units) - MOST_NAMED} more" if len(units) > MOST_NAMED else "")
    sentence = f"{named}: change set {first.id} ({first.title}{who}{when}) {what}."
    return Refusal(code, sentence, units=units, change_set=first.id, conflicts=told(rows))


def told(rows):
    """Change sets with the units that each changed.

    Parameters
    ----------
    rows : list of Row
        As of :func:`conflict`.

    Returns
    -------
    list of dict
        ``change_set title decided_by decided_at units``.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> rows = [SimpleNamespace(code=code, id=7, title="x", decided_by="li.ming", decided_at=None) for code in ("5105", "510502")]
    >>> told(rows)
    [{'change_set': 7, 'title': 'x', 'decided_by': 'li.ming', 'decided_at': None, 'units': ['5105', '510502']}]
    """
    return [_told(list(own)) for _, own in groupby(rows, key=attrgetter("id"))]


def _told(rows):
    first = rows[0]
    when = first.decided_at and first.decided_at.isoformat()
    units = sorted({row.code for row in rows})
    return {"change_set": first.id, "title": first.title, "decided_by": first.decided_by, "decided_at": when, "units": units}


def came_between(connection, held, found=None, *, command=None):
    """What others have decided on the same units since a change set was last checked, or else since it was opened.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    held : boundaries.store.changes.ChangeSet
        As it was before it is checked now.
    found : boundaries.store.carrying_out.Checked, optional
        What it does now; else the units among which its commands work stand for those that it would change.
    command : int, optional
        Of the command that fails: only the units among which this one works.

    Returns
    -------
    list of dict
        As :func:`told`.
    """
    commands = held.commands if command is None else [held.commands[command - 1]]
    codes = [unit.id for unit in found.outcome.before] if found else []
    parents = [] if found else sorted(set().union(*map(parents_of, commands)))
    values = {"id": held.id, "since": held.checked_at or held.created_at, "codes": codes, "parents": parents}
    return told(connection.execute(statement(HERE, "change_between"), values).all())
