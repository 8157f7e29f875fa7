"""Codes for new grids and micro-grids: from west to east and from north to south, and never a number twice.

After the pattern of DB11/T 2157-2023 the grids of a village are numbered from west to east and from north to south. A
number that was ever issued under a parent is never issued there again, so that an old document means one place for good.
"""

import numpy as np
import shapely

from boundaries.codes import FIRST_EXCLUSIVE, LENGTH_OF_LEVEL, level_of
from gis.errors import Refusal

LAST_COMPREHENSIVE = 799
LAST_EXCLUSIVE = 999
LAST_MICRO_GRID = 99


def issue_codes(parent, geometries, *, used, exclusive=False):
    """Codes for new units of one parent, the first number to the unit in the north-west.

    The numbers follow the highest one ever issued under the parent; only where those do not suffice, numbers are taken
    that were left out before.

    Parameters
    ----------
    parent : str
        Code of a village, whose grids are numbered 001 to 799 or, exclusive ones, 801 to 999; or of a grid, whose
        micro-grids are numbered 01 to 99.
    geometries : sequence of Polygon or MultiPolygon, length n
        Degrees. Their order does not matter.
    used : iterable of str
        Every code ever issued under the parent, those of retired units too; others in it do not matter.
    exclusive : bool
        Whether these are exclusive grids 专属网格.

    Returns
    -------
    list of str
        Of each geometry, in the order given.

    Raises
    ------
    Refusal
        ``bad_code``; ``wrong_level`` for any other parent; ``codes_used_up`` when the parent has too few numbers left.

    Examples
    --------
    >>> west, east = shapely.box(105.0, 28, 105.1, 28.1), shapely.box(105.1, 28, 105.2, 28.1)
    >>> issue_codes("510502001001", [east, west], used=[])
    ['510502001001002', '510502001001001']
    >>> issue_codes("510502001001", [west], used=["510502001001007"], exclusive=True)
    ['510502001001801']
    """
    digits, first, last = _numbers_under(parent, exclusive)
    codes = [f"{parent}{number:0{digits}}" for number in _free(parent, digits, (first, last), used, count=len(geometries))]
    issued = np.empty(len(geometries), dtype=object)
    issued[_order(geometries)] = codes
    return issued.tolist()


def reading_order(middles):
    """Order of places from west to east in rows that follow each other from north to south.

    Parameters
    ----------
    middles : ndarray of float, shape (n, 2)
        Longitude and latitude. There are about √n rows of equally many places.

    Returns
    -------
    ndarray of int, shape (n,)

    Examples
    --------
    >>> reading_order(np.array([[1, 0], [0, 0.1], [1, 1], [0, 1.1]])).tolist()
    [3, 2, 1, 0]
    """
    southward = np.lexsort((middles[:, 0], -middles[:, 1]))
    rows = np.array_split(southward, max(round(np.sqrt(len(middles))), 1))
    return np.concatenate([row[np.argsort(middles[row, 0], kind="stable")] for row in rows])


def _numbers_under(parent, exclusive):
    """How many digits a number has under a parent, the first number and the last."""
    level = level_of(parent)
    if level == "grid":
        return 2, 1, LAST_MICRO_GRID
    if level == "village":
        return (3, FIRST_EXCLUSIVE, LAST_EXCLUSIVE) if exclusive else (3, 1, LAST_COMPREHENSIVE)
    raise Refusal("wrong_level", f"{parent} is the code of a {level}; codes are issued below villages and grids.", unit=parent)


def _free(parent, digits, numbers, used, *, count):
    first, last = numbers
    taken = _taken(parent, digits, used) & set(range(first, last + 1))
    after = range(max(taken, default=first - 1) + 1, last + 1)
    free = after if len(after) >= count else sorted(set(range(first, last + 1)) - taken)
    if len(free) < count:
        raise Refusal(
            "codes_used_up",
            f"{parent} has {len(free)} numbers left from {first:0{digits}} to {last}, and {count} are wanted; numbers are "
            "never used again, so make fewer units of it.",
            unit=parent,
            left=len(free),
        )
    return free[:count]


def _taken(parent, digits, used):
    length = LENGTH_OF_LEVEL[level_of(parent)]
    return {int(code[length:]) for code in used if code[:length] == parent and len(code) == length + digits}


def _order(geometries):
    """Rows from north-west to south-east; of two at one place, the one whose shape comes first as bytes."""
    shapes = shapely.normalize(np.asarray(geometries, dtype=object))  # or the first vertex would decide roundings
    bytewise = np.argsort(np.array([shape.wkb.hex() for shape in shapes], dtype=object), kind="stable").astype(np.int64)
    return bytewise[reading_order(shapely.get_coordinates(shapely.centroid(shapes[bytewise])))]
