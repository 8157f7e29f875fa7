"""Editions of the division codes 行政区划代码 and the steps between them. An edition is brought in whole and stays as it is."""

import json
from pathlib import Path

import sqlalchemy as sa

from boundaries.clock import CITY_ZONE, spoken
from boundaries.codes import level_of
from boundaries.divisions.naming import Division
from boundaries.divisions.telling import evidence
from boundaries.names import checked_name
from boundaries.store import audit
from boundaries.store.audit import BY_OPERATOR
from boundaries.store.statements import statement
from boundaries.store.writing import refusals
from gis.errors import Refusal

HERE = Path(__file__).parent
LONGEST_NAME, LONGEST_SOURCE = 40, 400
EDITIONS = sa.text("SELECT id, name, in_force_on, source, imported_at FROM division_edition ORDER BY in_force_on")
IN_FORCE = sa.text("""
    SELECT id, name, in_force_on, source, imported_at FROM division_edition
    WHERE in_force_on <= :day ORDER BY in_force_on DESC LIMIT 1""")
DIVISIONS = sa.text("SELECT code, name FROM division WHERE edition_id = :edition ORDER BY length(code), code")
ONE_AT_A_TIME = sa.text("SELECT pg_advisory_xact_lock(hashtext('division_edition'))")
ADD = sa.text("INSERT INTO division_edition (name, in_force_on, source) VALUES (:name, :in_force_on, :source) RETURNING id")


def editions(connection):
    """All editions, the earliest first.

    Parameters
    ----------
    connection : sqlalchemy.Connection

    Returns
    -------
    list of Row
        ``id name in_force_on source imported_at``.
    """
    return connection.execute(EDITIONS).all()


def edition_at(connection, at):
    """The edition in force at an instant.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    at : datetime

    Returns
    -------
    Row
        As of :func:`editions`.

    Raises
    ------
    Refusal
        ``no_edition`` before the first.
    """
    row = connection.execute(IN_FORCE, {"day": at.astimezone(CITY_ZONE).date()}).one_or_none()
    if row is None:
        raise Refusal("no_edition", f"No edition of the division codes is in force on {spoken(at)}; import one.")
    return row


def edition_named(connection, name):
    """One edition.

    Raises
    ------
    Refusal
        ``unknown_edition``.
    """
    rows = editions(connection)
    found = [row for row in rows if row.name == name]
    if not found:
        known = ", ".join(row.name for row in rows) or "none yet"
        raise Refusal("unknown_edition", f"There is no edition {name[:LONGEST_NAME]!r} of the division codes; known: {known}.")
    return found[0]


def divisions_of(connection, edition_id):
    """All divisions of an edition.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    edition_id : int

    Returns
    -------
    tuple of Division
        By level and code.
    """
    return tuple(Division(*row) for row in connection.execute(DIVISIONS, {"edition": edition_id}))


def before(connection, in_force_on):
    """The edition that a new one follows; until the transaction ends, nobody else imports one.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        In a transaction.
    in_force_on : date
        Of the new one.

    Returns
    -------
    Row or None
        None for the first.

    Raises
    ------
    Refusal
        ``edition_out_of_order`` when a later one is here already.
    """
    connection.execute(ONE_AT_A_TIME)
    rows = editions(connection)
    if rows and rows[-1].in_force_on >= in_force_on:
        raise Refusal(
            "edition_out_of_order",
            f"Edition {rows[-1].name} is in force from {rows[-1].in_force_on} and editions are imported in their order; "
            "give a later day.",
        )
    return rows[-1] if rows else None


def import_edition(connection, name, *, in_force_on, source, divisions, steps=(), by=BY_OPERATOR):
    """Store an edition with the steps that lead to it from the one before.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        In a transaction.
    name : str
        Such as ``2023``.
    in_force_on : date
    source : str
        Where the codes are from.
    divisions : iterable of Division
    steps : iterable of boundaries.divisions.lineage.Step
        From the edition of :func:`before`; none for the first.
    by : (int or None, str)

    Returns
    -------
    int

    Raises
    ------
    Refusal
        ``bad_edition``, ``edition_taken``, ``edition_out_of_order``.
    """
    name, source = _checked(name, LONGEST_NAME), _checked(source, LONGEST_SOURCE)
    earlier = before(connection, in_force_on)
    if any(row.name == name for row in editions(connection)):
        raise Refusal("edition_taken", f"There is an edition {name} already, and editions stay as they are; choose another name.")
    divisions, steps = list(divisions), list(steps)
    old = divisions_of(connection, earlier.id) if earlier else ()
    _require_whole(old, divisions, steps)
    with refusals():
        edition = connection.execute(ADD, {"name": name, "in_force_on": in_force_on, "source": source}).scalar_one()
        _copy(connection, "division (edition_id, code, name)", ((edition, each.code, each.name) for each in divisions))
        if earlier:
            _copy_steps(connection, (edition, earlier.id), (old, divisions), steps)
    account_id, origin = by
    detail = {"in_force_on": in_force_on.isoformat(), "divisions": len(divisions), "steps": len(steps)}
    record = f"division_edition:{name}"
    audit.record(connection, account_id=account_id, action="division.import", record=record, origin=origin, detail=detail)
    return edition


def divisions_at(connection, at, *, parent=None, level=None, limit):
    """Divisions of the edition in force at an instant.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    at : datetime
    parent : str, optional
        Code of a division above, at any distance.
    level : {"county", "town", "village"}, optional
    limit : int

    Returns
    -------
    edition : Row
    rows : list of Row
        ``code name level``, by code; at most ``limit``.
    total : int

    Raises
    ------
    Refusal
        ``no_edition``, ``bad_code``.
    """
    if parent is not None:
        level_of(parent)
    edition = edition_at(connection, at)
    wanted = {"edition": edition.id, "parent": parent, "level": level, "limit": limit}
    rows = connection.execute(statement(HERE, "divisions"), wanted).all()
    return edition, rows, rows[0].total if rows else 0


def history(connection, code):
    """A code through all editions, with what it came from and became.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    code : str

    Returns
    -------
    names : list of Row
        ``edition in_force_on code name``: the division in each edition, under whatever code; the earliest first.
    steps : list of Row
        As of :func:`steps_between`: those it stands in, and those of divisions whose villages it got or gave.

    Raises
    ------
    Refusal
        ``bad_code``, ``unknown_division``.
    """
    level_of(code)
    names = connection.execute(statement(HERE, "division_names"), {"code": code}).all()
    if not names:
        raise Refusal("unknown_division", f"No edition of the division codes has {code}.")
    wanted = {"editions": [row.edition_id for row in names], "codes": [row.code for row in names]}
    return names, connection.execute(statement(HERE, "division_steps"), wanted).all()


def steps_between(connection, earlier, later):
    """All steps after one edition up to another.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    earlier, later : str
        Names of editions.

    Returns
    -------
    list of Row
        ``edition from_code from_name to_code to_name kind found_by evidence``.

    Raises
    ------
    Refusal
        ``unknown_edition``, ``edition_out_of_order``.
    """
    first, last = edition_named(connection, earlier), edition_named(connection, later)
    if first.in_force_on >= last.in_force_on:
        raise Refusal("edition_out_of_order", f"Edition {earlier} is not before {later}; give the earlier one first.")
    days = {"after": first.in_force_on, "until": last.in_force_on}
    return connection.execute(statement(HERE, "division_lineage"), days).all()


def _checked(text, longest):
    try:
        return checked_name(text, longest=longest)
    except ValueError as error:
        raise Refusal("bad_edition", f"The name or the source of the edition {error}.") from error


def _require_whole(old, new, steps):
    """A fault of ours, should it ever be: every division of both editions stands in a step, or a history would end in nothing."""
    stand = {step.old for step in steps} - {None}, {step.new for step in steps} - {None}
    if old and stand != ({each.code for each in old}, {each.code for each in new}):
        raise ValueError("the steps are not those between the two editions")


def _copy_steps(connection, edition_ids, editions, steps):
    names_before, names_now = ({each.code: each.name for each in edition} for edition in editions)
    rows = (
        (*edition_ids, step.old, step.new, step.kind, step.by, json.dumps(_told(step, names_before, names_now))) for step in steps
    )
    _copy(connection, "division_step (edition_id, earlier_id, from_code, to_code, kind, found_by, evidence)", rows)


def _told(step, names_before, names_now):
    return evidence(step, names_now if step.new is None else names_before)


def _copy(connection, table, rows):
    with connection.connection.driver_connection.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
