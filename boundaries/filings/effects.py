"""What a change means unit by unit, out of what its filing froze."""

from dataclasses import dataclass

import shapely

from boundaries.codes import LEVELS
from boundaries.filings.payload import Version
from boundaries.units import COUNTS


@dataclass(frozen=True, slots=True, eq=False)
class Effect:
    """One unit before and after.

    Attributes
    ----------
    what : tuple of str
        ``new``, ``retired``, ``land``, ``name``, ``kind``, ``households``, ``population``, ``divided``.
    """

    code: str
    level: str
    before: Version | None
    after: Version | None
    what: tuple[str, ...]


def effects(change):
    """Every unit that changes in more than nodes, the higher level first.

    Parameters
    ----------
    change : Change

    Returns
    -------
    list of Effect
    """
    before, after = ({each.code: each for each in side if not each.technical} for side in (change.before, change.after))
    codes = sorted(before.keys() | after.keys(), key=lambda code: (len(code), code))
    return [_effect(code, before.get(code), after.get(code)) for code in codes]


def _effect(code, before, after):
    return Effect(code, (before or after).level, before, after, _what(before, after))


def _what(before, after):
    if before is None or after is None:
        return ("new",) if before is None else ("retired",)
    land = () if shapely.equals_exact(before.geometry, after.geometry, normalize=True) else ("land",)
    names = ("name", "kind", *COUNTS, "divided")
    return land + tuple(name for name in names if getattr(before, name) != getattr(after, name))


def technical_codes(change):
    """Codes of units that only got nodes on their border."""
    return sorted({each.code for each in (*change.before, *change.after) if each.technical}, key=lambda code: (len(code), code))


def drawn_level(rows):
    """The level that a map of the change shows: the highest whose land changes; where none does, the highest there is.

    Parameters
    ----------
    rows : sequence of Effect

    Returns
    -------
    str
    """
    moved = [row for row in rows if set(row.what) & {"land", "new", "retired"}]
    return min((row.level for row in moved or rows), key=LEVELS.index)


def summary(rows, level):
    """How many units of a level are new, retired and so on, and their counts and area before and after.

    Returns
    -------
    dict
        ``new retired changed before after`` counts, ``households``, ``population`` and ``area_m2`` as (before, after); None
        where some are not known.
    """
    own = [row for row in rows if row.level == level]
    sides = ([row.before for row in own if row.before], [row.after for row in own if row.after])
    counted = {"new": sum("new" in row.what for row in own), "retired": sum("retired" in row.what for row in own)}
    counted["changed"] = len(own) - counted["new"] - counted["retired"]
    return counted | {
        "before": len(sides[0]),
        "after": len(sides[1]),
        **{count: tuple(_total(side, count) for side in sides) for count in COUNTS},
        "area_m2": tuple(sum(each.area_m2 for each in side) for side in sides),
    }


def _total(versions, count):
    counts = [getattr(each, count) for each in versions]
    return None if None in counts or not counts else sum(counts)
