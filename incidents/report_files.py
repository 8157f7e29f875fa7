"""Reports in files, read in blocks: sound rows, and apart from them those that cannot be taken, each with the reason."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from boundaries.imports import tables
from boundaries.imports.points import LAT, LON, column_named, declared_frame
from gis.datum import DATUMS
from gis.errors import Refusal
from incidents.intake import LONGEST_ADDRESS, LONGEST_DESCRIPTION, Report, checked, position
from incidents.report_columns import degrees, moment_of, of_geometry, strings, texts_of, utc
from incidents.reports import Reports

ROWS = 50_000  # in a block
# What each column holds, the option that names it, and what it is usually called.
MATTER = ("matter", "--matter", ("matter", "matter_code", "事项", "事项编码"))
TIME = ("time of the report", "--time", ("reported_at", "time", "上报时间", "时间"))
DESCRIPTION = ("description", "--description", ("description", "描述", "问题描述"))
ADDRESS = ("address", "--address", ("address", "地址", "位置"))
DATUM = ("datum", "--datum", ("datum", "坐标系"))
SUSPECT = r"[\x00-\x1f\x7f-\x{9f}]|^\s|\s$"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What whoever sends a file says of it; None leaves it to the file.

    Attributes
    ----------
    matter, time, description, address, lon, lat : str or None
        Names of columns.
    datum : str or None
        Of all rows; else the file's CRS or a column tells.
    """

    matter: str | None = None
    time: str | None = None
    description: str | None = None
    address: str | None = None
    lon: str | None = None
    lat: str | None = None
    datum: str | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """A row that cannot be taken, counted from 1 without the header as the file counts, and why."""

    row: int
    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Block:
    """Some rows of a file.

    Attributes
    ----------
    reports : Reports
        Those that can be taken as far as the file alone tells.
    rows : ndarray of int64
        Their numbers in the file.
    faults : list of Fault
        The others.
    """

    reports: Reports
    rows: np.ndarray
    faults: list


@dataclass(frozen=True, slots=True)
class ReportFile:
    """A file being read: how many rows it says it has, and its blocks, to be taken once."""

    count: int | None
    blocks: Iterator


@contextmanager
def opened(path, wish, *, matters, now, rows=ROWS):
    """Context manager: open a file of reports.

    Parameters
    ----------
    path : path-like
    wish : Wish
    matters : collection of str
        Codes of all matters there are.
    now : datetime
        Time of the reports that say none; later ones are refused.
    rows : int
        In a block.

    Returns
    -------
    ReportFile

    Raises
    ------
    Refusal
        Of :func:`boundaries.imports.tables.opened`; ``unknown_column``, ``ambiguous_column``, ``undeclared_datum``,
        ``unknown_datum``, ``datum_contradicts_crs``.
    """
    with tables.opened(Path(path), rows=rows) as source:
        yield ReportFile(source.count, _Reading(source, path, wish, frozenset(matters), now).blocks())


class _Reading:
    """What is known of a file before its rows are read."""

    def __init__(self, source, path, wish, matters, now):
        self._source, self._matters, self._now = source, matters, now
        names = [name for name in source.schema.names if name != source.geometry]
        self._matter = column_named(names, wish.matter, MATTER, path)
        optional = {"time": TIME, "description": DESCRIPTION, "address": ADDRESS}
        self._columns = {name: _optional(names, getattr(wish, name), axis, path) for name, axis in optional.items()}
        self._lonlat = self._datum = self._frame = None
        if source.geometry is not None and wish.lon is None and wish.lat is None:
            self._frame = declared_frame(source.crs, wish.datum, path)
        else:
            self._lonlat = column_named(names, wish.lon, LON, path), column_named(names, wish.lat, LAT, path)
            self._datum = wish.datum
            self._datum_column = None if wish.datum else _optional(names, None, DATUM, path)
            _require_datum(self._datum, self._datum_column, path)

    def blocks(self):
        begin = 0
        for batch in self._source.batches:
            columns, geometry = tables.split(self._source, batch)
            yield self._block(columns, geometry, tables.numbers(self._source, begin, len(columns)))
            begin += len(columns)

    def _block(self, columns, geometry, numbers):
        faults = {}  # the first of each row
        lonlat, datum = self._positions(columns, geometry, faults)
        matter = self._matter_codes(columns, faults)
        moments = self._moments(columns, faults)
        texts = {name: texts_of(columns, self._columns[name]) for name in ("description", "address")}
        for row in _suspects(self._columns, lonlat, datum, texts):
            if row not in faults:
                _look_at(row, matter, lonlat, datum, texts, faults)
        sound = np.setdiff1d(np.arange(len(columns)), sorted(faults))
        reports = Reports(
            matter_code=matter[sound].astype(str),
            state=np.full(len(sound), "reported"),
            reported_at=moments[sound],
            closed_at=np.full(len(sound), np.datetime64("NaT", "us")),
            lonlat=lonlat[sound],
            datum=datum[sound].astype(str),
            source="file",
            **{name: column[sound] for name, column in texts.items()},
        )
        told = [Fault(int(numbers[row]), *faults[row]) for row in sorted(faults)]
        return Block(reports, numbers[sound], told)

    def _positions(self, columns, geometry, faults):
        """Degrees as declared, NaN where there is no number, and their datum."""
        count = len(columns)
        if self._frame is not None:
            return of_geometry(geometry, self._frame, faults)
        lonlat = np.column_stack([degrees(columns.column(name), name, faults) for name in self._lonlat])
        if self._datum:
            return lonlat, np.full(count, self._datum, dtype=object)
        said = [(text or "").strip().lower() for text in strings(columns.column(self._datum_column))]
        return lonlat, np.array(said, dtype=object)

    def _matter_codes(self, columns, faults):
        """Codes; spreadsheets take the noughts from the front of what looks like a number."""
        known = {}
        codes = np.empty(len(columns), dtype=object)
        for row, text in enumerate(strings(columns.column(self._matter))):
            if text not in known:
                plain = (text or "").strip()
                known[text] = next((code for code in (plain, plain.zfill(4)) if code in self._matters), None)
            codes[row] = known[text]
            if known[text] is None:
                said = (text or "").strip()[:40]
                faults.setdefault(row, ("unknown_matter", f"The list of matters has no {said!r}."))
        return codes

    def _moments(self, columns, faults):
        name = self._columns["time"]
        if name is None:
            return np.full(len(columns), utc(self._now), dtype="datetime64[us]")
        moments = np.empty(len(columns), dtype="datetime64[us]")
        for row, value in enumerate(columns.column(name).to_pylist()):
            try:
                moments[row] = utc(moment_of(value, self._now))
            except ValueError as error:
                moments[row] = utc(self._now)
                faults.setdefault(row, ("bad_report_time", f"The time of the report {error}."))
        return moments


def _optional(names, wanted, axis, path):
    """A column that need not be there; one that was asked for has to."""
    usual = [name for name in names if name.strip().lower() in axis[2]]
    return column_named(names, wanted, axis, path) if wanted or usual else None


def _require_datum(datum, column, path):
    if datum is None and column is None:
        sentence = f"{path} does not say on which datum its positions are; say cgcs2000, wgs84, gcj02 (AMap) or bd09 (Baidu)."
        raise Refusal("undeclared_datum", sentence, path=str(path))
    if datum is not None and datum not in DATUMS:
        raise Refusal("unknown_datum", f"{datum!r} is not a datum; give one of {', '.join(DATUMS)}.", datum=datum)


def _suspects(names, lonlat, datum, texts):
    """Rows that need a closer look: all that the rules of a single report might refuse or change."""
    lon, lat = lonlat.T
    odd = ~np.isin(datum, DATUMS)
    odd |= ~(np.isfinite(lonlat).all(axis=1) & (np.abs(lon) <= 180) & (np.abs(lat) <= 90)) | ((lon == 0) & (lat == 0))
    for name, most in (("description", LONGEST_DESCRIPTION), ("address", LONGEST_ADDRESS)):
        if names[name] is not None:
            column = pa.array(texts[name], pa.string())
            bad = pc.or_(pc.match_substring_regex(column, SUSPECT), pc.greater(pc.utf8_length(column), most))
            odd |= pc.fill_null(bad, False).to_numpy(zero_copy_only=False)
    return np.flatnonzero(odd).tolist()


def _look_at(row, matter, lonlat, datum, texts, faults):
    """A row as a single report: refused as that is, or its texts made plain."""
    if np.isnan(lonlat[row]).any():
        faults[row] = ("no_position", "There is no position.")
        return
    lon, lat = lonlat[row].tolist()
    said = {name: column[row] for name, column in texts.items()}
    try:
        report = checked(Report(matter_code=matter[row], lon=lon, lat=lat, datum=datum[row], **said))
        position(report)
    except Refusal as refusal:
        faults[row] = (refusal.code, refusal.message)
        return
    for name, column in texts.items():
        column[row] = getattr(report, name)
