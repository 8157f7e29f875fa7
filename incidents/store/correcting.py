"""The matter of an incident corrected after intake: what follows from the matter follows from the right one from then on."""

import sqlalchemy as sa

from gis.errors import Refusal
from incidents.store import terms
from incidents.store.matter_lists import line_for

CORRECT = sa.text("""
    UPDATE incident SET
        matter_code = :matter, urgent = :urgent, department = :department,
        clock = NULL, clock_limit = NULL, due_at = NULL, due_supposed = false
    WHERE id = :id""")
BEFORE_DISPATCH = ("reported", "registered")


def line_to(connection, row, matter):
    """The line of another matter that held in the county when the incident was reported.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    row : Row
        Of :func:`incidents.store.flow.one`.
    matter : str

    Returns
    -------
    incidents.store.matter_lists.Line

    Raises
    ------
    Refusal
        ``same_matter``, ``unknown_matter``, ``matter_not_listed``.
    """
    if matter == row.matter_code:
        raise Refusal("same_matter", f"Incident {row.no} is of the matter {matter} already; choose another.", matter=matter)
    return line_for(connection, row.no[:6], matter, row.reported_at)


def department_of(row, line):
    """Whose it is with its new matter: the competent department's as at intake, until somebody has dispatched it."""
    return line.department if row.state in BEFORE_DISPATCH else row.department


def correct(connection, row, line, course):
    """Give an incident another matter, and the term that it would have had with it from the start.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    row : Row
        As it was, with its row locked.
    line : incidents.store.matter_lists.Line
    course : sequence of Row
        All its events.

    Notes
    -----
    The term is that of the list when the incident was reported. It runs from the registration, of what is urgent from the report,
    without the time of suspensions; what is neither registered nor urgent has none yet.
    """
    values = {"matter": line.matter_code, "urgent": line.urgent, "department": department_of(row, line)}
    connection.execute(CORRECT, values | {"id": row.id})
    dispatched = row.state != "reported"
    begin = row.reported_at if line.urgent and dispatched else row.registered_at
    if begin is not None:
        terms.begin(connection, row.id, line, begin=begin, course=course)
