"""SQL statements, each read once from its own file."""

import re
from functools import cache
from pathlib import Path

import psycopg
from psycopg.rows import namedtuple_row
from sqlalchemy import text
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.exc import DBAPIError

DIALECT = PGDialect_psycopg()
PART = re.compile(r"\{([a-z_]+)\}")


@cache
def statement(folder, name):
    """The statement in ``folder/name.sql``, with its ``:parameters`` to be bound.

    What several statements say alike stands once, in ``folder/parts/part.sql``, and is put where they say ``{part}``.

    Parameters
    ----------
    folder : Path
    name : str

    Returns
    -------
    TextClause

    Examples
    --------
    >>> sorted(statement(HERE, "history").compile().params)
    ['code', 'levels']
    """
    return text(_composed(folder, (folder / f"{name}.sql").read_text(encoding="utf-8")))


def part(folder, name):
    """What stands in ``folder/parts/name.sql``, for a statement that is written in Python.

    Returns
    -------
    str
    """
    said = (folder / "parts" / f"{name}.sql").read_text(encoding="utf-8")
    lines = [line for line in said.splitlines() if not line.startswith("--")]
    return _composed(folder, "\n".join(lines))


def _composed(folder, said):
    return PART.sub(lambda found: part(folder, found[1]), said)


def prepared(connection, statement, values):
    """At most one row of a statement that each connection plans once and keeps: for look-ups by key, and what is written then.

    Whatever is asked for by a box or a period is planned with its values; see :mod:`boundaries.store.connecting`.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    statement : TextClause
        Always the same object, with a type said for each parameter that may be None.
    values : dict

    Returns
    -------
    namedtuple or None

    Raises
    ------
    sqlalchemy.exc.DBAPIError
        As from any other statement.
    """
    if not connection.in_transaction():
        connection.begin()  # which only the engine's own statements do by themselves
    driver = connection.connection.driver_connection
    try:
        with driver.cursor(row_factory=namedtuple_row) as cursor:
            return cursor.execute(_spelt(statement), values, prepare=True).fetchone()
    except psycopg.Error as error:
        raise DBAPIError.instance(None, None, error, psycopg.Error, dialect=DIALECT) from error


@cache
def _spelt(statement):
    """As the driver takes it."""
    return str(statement.compile(dialect=DIALECT))


HERE = Path(__file__).parent
