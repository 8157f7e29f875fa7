"""The codes of jurisdictions, grids and micro-grids.

A code is the identity of a unit and is never given to another. Its length tells the level, its beginning the parent:
GB/T 2260 for counties (6 digits), the statistical division codes for towns (9) and villages (12), and after the
pattern of DB11/T 2157-2023 three digits more for a grid (15) and two more for a micro-grid (17).
"""

import re

from gis.errors import Refusal

LENGTH_OF_LEVEL = {"city": 4, "county": 6, "town": 9, "village": 12, "grid": 15, "micro_grid": 17}
LEVELS = tuple(LENGTH_OF_LEVEL)
LEVEL_OF_LENGTH = {length: level for level, length in LENGTH_OF_LEVEL.items()}
FIRST_EXCLUSIVE = 801
PATTERN = re.compile(r"(?:\d{4}|\d{6}|\d{9}|\d{12}|\d{12}(?!000)\d{3}|\d{12}(?!000)\d{3}(?!00)\d{2})", re.ASCII)


def level_of(code):
    """Level of a code.

    Raises
    ------
    Refusal
        ``bad_code`` when it is none.

    Examples
    --------
    >>> level_of("510502"), level_of("510502001001001")
    ('county', 'grid')
    """
    if not isinstance(code, str) or not PATTERN.fullmatch(code):
        raise Refusal("bad_code", f"{str(code)[:40]!r} is not a code: 4, 6, 9, 12, 15 or 17 digits (city … micro-grid).")
    return LEVEL_OF_LENGTH[len(code)]


def parent_of(code):
    """Code of the unit one level up; None for a city.

    Examples
    --------
    >>> parent_of("51050200100100103"), parent_of("5105")
    ('510502001001001', None)
    """
    position = LEVELS.index(level_of(code))
    return code[: LENGTH_OF_LEVEL[LEVELS[position - 1]]] if position else None


def usual_kind(code):
    """Kind that a code's number usually stands for: grids up to 799 comprehensive, from 801 exclusive.

    Examples
    --------
    >>> usual_kind("510502001001801"), usual_kind("51050200100100103"), usual_kind("510502")
    ('exclusive', 'micro', None)
    """
    level = level_of(code)
    if level == "grid":
        return "exclusive" if int(code[-3:]) >= FIRST_EXCLUSIVE else "comprehensive"
    return "micro" if level == "micro_grid" else None
