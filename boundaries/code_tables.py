"""Code tables that the city keeps: kinds of exclusive grids, reasons of changes, families of matters. What an entry may say.

Entries are dated (boundaries/store/code_tables.py); those a new register begins with stand in 0015_code_tables.sql.
"""

import re
from dataclasses import dataclass

from boundaries.names import checked_name
from gis.errors import Refusal

TABLES = ("exclusive_kind", "change_reason", "matter_family")
CODE = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
LONGEST_NAME, LONGEST_NAME_EN, LONGEST_STANDARD = 60, 100, 400
# Article 2 of the regulation. The product's own matters are of these (incidents/matters.py).
FAMILIES = ("publicity", "base_information", "public_opinion", "hazard", "dispute", "livelihood")
# Under these the product itself writes changes; the database keeps them too (guard_code_needed in 0015_code_tables.sql).
FIRST_DIVISION, CORRECTION = "first_division", "correction"
# What a table's entry says beside its names, and what it is called in a sentence.
DETAIL = {"exclusive_kind": ("department", "standard"), "change_reason": (), "matter_family": ()}
NOUN = {"exclusive_kind": "kind of exclusive grids", "change_reason": "reason", "matter_family": "family"}
UNKNOWN = {"exclusive_kind": "unknown_exclusive_kind", "change_reason": "unknown_reason", "matter_family": "unknown_family"}


@dataclass(frozen=True, slots=True)
class Entry:
    """What a code means.

    Attributes
    ----------
    name : str
        In Chinese.
    name_en : str
    detail : dict of str to str
        Of an exclusive kind its competent ``department``, a code, and its ``standard``; else empty.
    """

    name: str
    name_en: str
    detail: dict


def require_table(table):
    """Refuse what is no code table.

    Raises
    ------
    Refusal
        ``unknown_code_table``.
    """
    if table not in TABLES:
        raise Refusal("unknown_code_table", f"There is no code table {table[:40]!r}; there are: {', '.join(TABLES)}.")


def checked_entry(table, code, entry):
    """An entry as it is stored.

    Parameters
    ----------
    table : str
        One of `TABLES`.
    code : str
    entry : Entry

    Returns
    -------
    Entry

    Raises
    ------
    Refusal
        ``unknown_code_table``, ``bad_code_entry``.

    Examples
    --------
    >>> checked_entry("change_reason", "flood", Entry(" 洪涝灾害", "flood", {})).name
    '洪涝灾害'
    >>> checked_entry("exclusive_kind", "port", Entry("港口", "Port", {"department": "emergency"}))
    Traceback (most recent call last):
    gis.errors.Refusal: port of exclusive_kind cannot be kept: its detail must hold department, standard and nothing else.
    """
    require_table(table)
    if not CODE.fullmatch(code):
        raise _bad(table, code, "its code must be 1 to 40 small letters, digits and underscores, a letter first")
    try:
        names = checked_name(entry.name, longest=LONGEST_NAME), checked_name(entry.name_en, longest=LONGEST_NAME_EN)
    except ValueError as error:
        raise _bad(table, code, f"its name {error}") from error
    return Entry(*names, _checked_detail(table, code, entry.detail))


def _checked_detail(table, code, detail):
    wanted = DETAIL[table]
    if set(detail) != set(wanted):
        holds = f"hold {', '.join(wanted)} and nothing else" if wanted else "be empty"
        raise _bad(table, code, f"its detail must {holds}")
    if not wanted:
        return {}
    if not isinstance(detail["department"], str) or not CODE.fullmatch(detail["department"]):
        raise _bad(table, code, "its department must be the code of one")
    try:
        return {"department": detail["department"], "standard": checked_name(detail["standard"], longest=LONGEST_STANDARD)}
    except ValueError as error:
        raise _bad(table, code, f"its standard {error}") from error


def _bad(table, code, what):
    return Refusal("bad_code_entry", f"{code[:40]} of {table} cannot be kept: {what}.")


def unknown(table, code, known):
    """The refusal of a code that is not in force.

    Parameters
    ----------
    table, code : str
    known : iterable of str
        Codes that are.

    Returns
    -------
    Refusal
        ``unknown_exclusive_kind``, ``unknown_reason``, ``unknown_family``.

    Examples
    --------
    >>> unknown("change_reason", "flood", ["demolition", "other"]).message
    "'flood' is no reason in force; choose one of demolition, other."
    """
    return Refusal(UNKNOWN[table], f"{code[:40]!r} is no {NOUN[table]} in force; choose one of {', '.join(sorted(known))}.")
