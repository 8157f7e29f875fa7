"""Tables in the workbooks of spreadsheets (XLSX), row by row however long they are."""

from contextlib import contextmanager
from datetime import date, datetime, time
from itertools import islice
from zipfile import BadZipFile

import openpyxl
import pyarrow as pa
from openpyxl.utils.exceptions import InvalidFileException

from boundaries.imports.archives import require_sound_archive
from gis.errors import Refusal

# What openpyxl raises of a broken or hostile file.
ERRORS = (BadZipFile, InvalidFileException, LookupError, ValueError, SyntaxError, EOFError)
ERRORS += (TypeError, OverflowError, AttributeError)


@contextmanager
def open_workbook(path, rows):
    """Context manager: the first sheet of a workbook as batches of text.

    Parameters
    ----------
    path : pathlib.Path
        ``.xlsx``. The first row names the columns; formulas count as the values that were saved with them.
    rows : int
        In a batch.

    Returns
    -------
    pyarrow.Schema, iterator of pyarrow.RecordBatch, list of int
        The list fills as one goes: places below the header, from 0, of the rows that are left out because they are blank.

    Raises
    ------
    Refusal
        ``unreadable_file``, ``archive_too_large``, ``empty_file``, ``ambiguous_column``.
    """
    try:
        require_sound_archive(path)
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except ERRORS as error:
        raise _unreadable(path) from error
    except Refusal as refusal:
        if refusal.code != "unreadable_layer":
            raise
        raise _unreadable(path) from refusal
    try:
        lines = _lines(book, path)
        schema = pa.schema([(name, pa.string()) for name in _names(next(lines, ()), path)])
        blank = []
        yield schema, _batches(lines, schema, rows, blank), blank
    finally:
        book.close()


def text_of(value):
    """A cell as text: whole numbers without a point, instants in ISO 8601.

    Examples
    --------
    >>> text_of(406.0), text_of(datetime(2026, 5, 1, 8, 30)), text_of(None), text_of("  x")
    ('406', '2026-05-01T08:30:00', '', '  x')
    """
    if value is None:
        return ""
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    return str(value)


def _lines(book, path):
    """Rows of texts; read_only sheets are XML that is read as one goes, so any row may turn out broken."""
    rows = _rows(book.worksheets[0]) if book.worksheets else iter(())
    while True:
        try:
            row = next(rows, None)
        except ERRORS as error:
            raise _unreadable(path) from error
        if row is None:
            return
        yield [text_of(value) for value in row]


def _rows(sheet):
    """What a file says of its own size may be untrue, and what lies beyond would be left out without a word."""
    sheet.reset_dimensions()
    return sheet.iter_rows(values_only=True)


def _names(header, path):
    names = [name.strip() for name in header]
    while names and not names[-1]:
        names.pop()
    if not names:
        raise Refusal("empty_file", f"{path} has no header line.", path=str(path))
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise Refusal("ambiguous_column", f"{path} has several columns {twice[0]!r}; give each its own name.", columns=twice)
    return names


def _batches(lines, schema, rows, blank):
    """Rows without any value are none: sheets end in them."""
    width = len(schema)
    filled = ((line + [""] * width)[:width] for line in _filled(lines, blank))
    while block := list(islice(filled, rows)):
        yield pa.RecordBatch.from_arrays([pa.array(column, pa.string()) for column in zip(*block, strict=True)], schema=schema)


def _filled(lines, blank):
    for place, line in enumerate(lines):
        if any(line):
            yield line
        else:
            blank.append(place)


def _unreadable(path):
    return Refusal("unreadable_file", f"{path} cannot be read as a workbook; save it as XLSX again.", path=str(path))
