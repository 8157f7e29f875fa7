"""Find units by code, by the beginning of a code or by a part of the name."""

from pathlib import Path

from boundaries.store.statements import statement

HERE = Path(__file__).parent


def find_units(connection, text, at, *, limit):
    """Units whose code begins with a text or whose name holds it, the best match first.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    text : str
        Taken literally: ``%`` and ``_`` are no wildcards.
    at : datetime
    limit : int

    Returns
    -------
    list of Row
        ``type`` (the level), ``code``, ``name``, ``path`` ("city / county / …"), ``lon`` and ``lat`` of a point inside,
        ``bbox`` (west, south, east, north).
    """
    prefix = text if text.isascii() and text.isdigit() else None
    parameters = {"text": text, "prefix": prefix, "pattern": f"%{_literal(text)}%", "at": at, "limit": limit}
    return connection.execute(statement(HERE, "search"), parameters).all()


def _literal(text):
    r"""A text for LIKE in which nothing is a wildcard.

    >>> _literal("50%_a")
    '50\\%\\_a'
    """
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
