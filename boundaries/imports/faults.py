"""What is wrong with the rows of a file of points, gathered over all its batches and said in one sentence."""

import math

import numpy as np

from gis.errors import Refusal

NO_POSITION = ("", "nan", "null", "none", "na", "n/a")
FEW, ROWS_TOLD = 5, 100  # rows that a sentence names, and its details


class Faults:
    """What is wrong with the rows read so far, to be refused when all are read: the first kind in the order of KINDS."""

    KINDS = (
        ("not_a_point", "a geometry that is no point"),
        ("not_finite", "an infinite coordinate"),
        ("outside_lonlat", "numbers that are no longitude and latitude in degrees"),
    )

    def __init__(self):
        self._rows = {code: [] for code, _ in self.KINDS}
        self._counts = dict.fromkeys(self._rows, 0)
        self._no_number = None
        self._is_placed, self._fits_swapped = False, True

    @property
    def any(self):
        """Whether some row is at fault."""
        return self._no_number is not None or any(self._counts.values())

    def add(self, code, bad, begin):
        """Note the rows of a batch that are bad; the batch begins at a row, counted from 0."""
        self._counts[code] += int(np.count_nonzero(bad))
        room = ROWS_TOLD - len(self._rows[code])
        self._rows[code] += (np.flatnonzero(bad)[:room] + begin + 1).tolist()

    def not_numbers(self, columns, names, begin):
        """Note the first row with a text that is no number."""
        if self._no_number is None:
            self._no_number = min((_first_bad(columns.column(name), name, begin) for name in names), key=lambda bad: bad[0])[1]

    def look_at(self, declared, frame, begin):
        """Note what is wrong with the numbers of a batch."""
        self.add("not_finite", np.isinf(declared).any(axis=1), begin)
        placed = ~np.isnan(declared).any(axis=1)
        self._is_placed |= bool(placed.any())
        if frame.is_lonlat:
            lon, lat = np.abs(declared).T
            self._fits_swapped &= bool(((lat <= 180) & (lon <= 90))[placed].all())
            self.add("outside_lonlat", placed & ((lon > 180) | (lat > 90)), begin)

    def refuse(self, path):
        """Refuse the file, if anything is wrong with it."""
        if self._no_number is not None:
            raise self._no_number
        if not self._is_placed and not self.any:
            raise Refusal("no_position", f"No row of {path} has a position.", path=str(path))
        for code, what in self.KINDS:
            if code == "outside_lonlat" and self._counts[code] and self._fits_swapped:
                sentence = f"Longitude and latitude of {path} are swapped: give the columns the other way round."
                raise Refusal("swapped_lonlat", sentence)
            if self._counts[code]:
                raise _rows_refused(code, what, self._counts[code], self._rows[code])


def _first_bad(column, name, begin):
    """The first row of a column that is no number, and the refusal of it."""
    for row, value in enumerate(column.to_pylist(), start=begin + 1):
        if value is not None and not _is_number(value):
            sentence = f"Row {row} has {str(value)!r} in column {name}, which is no number."
            return row, Refusal("not_a_number", sentence, row=row)
    return math.inf, Refusal("not_a_number", f"Column {name} does not hold numbers but {column.type}.", column=name)


def _is_number(value):
    if isinstance(value, str) and value.strip().lower() in NO_POSITION:
        return True
    try:
        float(value)
    except (TypeError, ValueError):
        return False
    return True


def _rows_refused(code, what, count, rows):
    named = ", ".join(map(str, rows[:FEW])) + (" …" if count > FEW else "")
    return Refusal(code, f"{count} rows have {what}; mend or drop them: {named}.", rows=rows)
