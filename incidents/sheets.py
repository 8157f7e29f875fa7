"""Small tables that people fill in: the first sheet of a workbook, or a CSV. Every fault names its row and column."""

import csv
import io
from contextlib import closing
from dataclasses import dataclass
from itertools import islice

import openpyxl
from openpyxl.utils import get_column_letter

from boundaries.imports.archives import require_sound_archive
from boundaries.imports.workbooks import ERRORS, text_of
from boundaries.spreadsheets import FORMULA_SIGNS
from gis.errors import Refusal

MOST_ROWS = 2000
MOST_COLUMNS = 50
LONGEST_CELL = 1000
LARGEST_BYTES = 8 << 20
LARGEST_UNPACKED_BYTES = 64 << 20
ENCODINGS = ("utf-8-sig", "gb18030")  # GB 18030 includes GBK
SEPARATORS = ",;\t"


@dataclass(frozen=True, slots=True)
class Row:
    """A row that is not empty.

    Attributes
    ----------
    number : int
        As the spreadsheet counts: the header is 1.
    cells : dict of str to str
        By the name of the column; every column that is there, without blanks around.
    """

    number: int
    cells: dict


def read_sheet(path, columns, *, required):
    """The rows of a table.

    Parameters
    ----------
    path : pathlib.Path
        ``.xlsx``, of which the first sheet counts, or ``.csv`` in UTF-8 or GB 18030.
    columns : dict of str to tuple of str
        What each column may be called in the header.
    required : iterable of str
        Columns that have to be there.

    Returns
    -------
    list of Row

    Raises
    ------
    Refusal
        ``unreadable_file``, ``unknown_format``, ``sheet_too_large``, ``bad_sheet_header``,
        ``bad_sheet_cell``, ``empty_file``.
    """
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise Refusal("unknown_format", f"{path.name} is no spreadsheet by its name; use {', '.join(READERS)}.")
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise _too_large(path, f"is larger than {LARGEST_BYTES >> 20} MB")
        lines = reader(path)
    except OSError as error:
        raise Refusal("unreadable_file", f"{path.name} cannot be read: {error.strerror}.", path=str(path)) from error
    if len(lines) > MOST_ROWS + 1:
        raise _too_large(path, f"has more than {MOST_ROWS:,} rows")
    if not any(any(line) for line in lines[1:]):
        raise Refusal("empty_file", f"{path.name} has no row below its header.", path=str(path))
    places = _places(path, lines[0], columns, required)
    return [_row(path, number, line, places) for number, line in enumerate(lines[1:], 2) if any(line)]


def bad_cell(path, row, column, what):
    """The refusal of a cell.

    Parameters
    ----------
    path : pathlib.Path
    row : int
    column : str
        Its name in the header.
    what : str

    Returns
    -------
    Refusal
        ``bad_sheet_cell``, with ``row`` and ``column``.
    """
    return Refusal("bad_sheet_cell", f"{path.name}, row {row}, column {column}: {what}.", row=row, column=column)


def _workbook_lines(path):
    _require_workbook(path)
    return [
        [_checked(path, number, get_column_letter(place), *cell) for place, cell in enumerate(row, 1)]
        for number, row in enumerate(_cells(path), 1)
    ]


def _cells(path):
    """Kind and value of each cell, by row."""
    try:
        with closing(openpyxl.load_workbook(path, read_only=True, keep_links=False)) as book:
            sheet = book.worksheets[0]
            sheet.reset_dimensions()  # what a file says of its own size may be untrue
            rows = sheet.iter_rows(max_row=MOST_ROWS + 2, max_col=MOST_COLUMNS)
            return [[(cell.data_type, cell.value) for cell in row] for row in rows]
    except ERRORS as error:
        raise Refusal("unreadable_file", f"{path.name} cannot be read as a workbook; save it as XLSX again.") from error


def _require_workbook(path):
    try:
        require_sound_archive(path, most_bytes=LARGEST_UNPACKED_BYTES)
    except Refusal as refusal:
        if refusal.code == "archive_too_large":
            raise _too_large(path, "unpacks to far more than it should") from refusal
        raise Refusal("unreadable_file", f"{path.name} cannot be read as a workbook; save it as XLSX again.") from refusal


def _checked(path, number, column, kind, value):
    if kind == "f":
        raise bad_cell(path, number, column, "holds a formula; save its value")
    if kind == "e":
        raise bad_cell(path, number, column, f"holds an error, {str(value)[:20]}")
    return _plain(path, number, column, text_of(value))


def _csv_lines(path):
    text = _decoded(path)
    separator = max(SEPARATORS, key=text.partition("\n")[0].count)
    try:
        # A stream breaks lines where CSV does; splitlines() would at vertical tabs and separators of Unicode within a text too.
        rows = islice(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True), MOST_ROWS + 2)
        return [
            [_plain(path, number, get_column_letter(place), cell) for place, cell in enumerate(row[:MOST_COLUMNS], 1)]
            for number, row in enumerate(rows, 1)
        ]
    except csv.Error as error:
        raise Refusal("unreadable_file", f"{path.name} cannot be read as CSV: {error}.", path=str(path)) from error


def _decoded(path):
    content = path.read_bytes()
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refusal("unreadable_file", f"{path.name} is neither UTF-8 nor GB 18030; save it as UTF-8.", path=str(path))


def _plain(path, number, column, text):
    text = text.strip()
    if text.startswith(FORMULA_SIGNS):
        raise bad_cell(path, number, column, f"begins with {text[0]!r}, as a formula does; write a text")
    if len(text) > LONGEST_CELL:
        raise bad_cell(path, number, column, f"has {len(text):,} characters; {LONGEST_CELL:,} are allowed")
    return text


def _places(path, header, columns, required):
    """Where each column stands."""
    named = {alias: name for name, aliases in columns.items() for alias in (name, *aliases)}
    places = {}
    for place, text in enumerate(header):
        name = named.get(text.lower())
        if (name is None and text) or name in places:
            what = f"{text[:40]!r} is {'there twice' if name else 'no column of this table'}"
            raise Refusal("bad_sheet_header", f"{path.name}, row 1, column {get_column_letter(place + 1)}: {what}.")
        if name:
            places[name] = place
    missing = [columns[name][0] for name in required if name not in places]
    if missing:
        raise Refusal("bad_sheet_header", f"{path.name} lacks the column {', '.join(missing)} in its first row.", missing=missing)
    return places


def _row(path, number, line, places):
    over = next((place for place, text in enumerate(line) if text and place not in places.values()), None)
    if over is not None:
        raise bad_cell(path, number, get_column_letter(over + 1), "holds something below no column's name")
    return Row(number, {name: line[place] if place < len(line) else "" for name, place in places.items()})


def _too_large(path, what):
    return Refusal("sheet_too_large", f"{path.name} {what}; a list is never so long. Is it the right file?", path=str(path))


READERS = {".xlsx": _workbook_lines, ".csv": _csv_lines}
