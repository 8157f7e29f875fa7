"""One unit through time: its versions with their shapes, and whom its land came from and went to."""

from pathlib import Path

from boundaries.codes import level_of
from boundaries.store.statements import statement
from gis.errors import Refusal

HERE = Path(__file__).parent
MOST_VERTICES = 500_000  # of all shapes together, some 12 MB; a grid has a hundred


def shapes_in_time(connection, code, *, limit):
    """The newest versions of a unit, the oldest of them first.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    code : str
    limit : int

    Returns
    -------
    rows : list of Row
        ``geometry`` is GeoJSON in degrees on CGCS2000, None where the newer ones have many vertices already.
    total : int
        How many versions there are.

    Raises
    ------
    Refusal
        ``bad_code``, ``unknown_unit``.
    """
    level = level_of(code)
    values = {"code": code, "limit": limit, "vertices": MOST_VERTICES}
    rows = connection.execute(statement(HERE, "shapes_in_time"), values).all()
    if not rows:
        sentence = f"The register has no {level.replace('_', '-')} with the code {code}."
        raise Refusal("unknown_unit", sentence, unit=code)
    return rows[::-1], rows[0].total


def relatives(connection, code, version_ids):
    """Other units that gave land to versions of a unit, or got some of theirs.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    code : str
    version_ids : list of int

    Returns
    -------
    dict of (int, str) to list of Row
        By version and side, ``from`` or ``to``; ``code name area_m2 households population``, the most land first.
    """
    found = {}
    for row in connection.execute(statement(HERE, "relatives"), {"code": code, "ids": version_ids}):
        found.setdefault((row.version_id, row.side), []).append(row)
    return found
