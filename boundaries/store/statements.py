"""SQL statements, each read once from its own file."""

from functools import cache
from pathlib import Path

from sqlalchemy import text


@cache
def statement(folder, name):
    """The statement in ``folder/name.sql``, with its ``:parameters`` to be bound.

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
    return text((folder / f"{name}.sql").read_text(encoding="utf-8"))


HERE = Path(__file__).parent
