"""The year book 年度汇编 of filings: what was filed in a year, county by county, and what it did; as values and as a page."""

from collections import Counter
from dataclasses import dataclass, fields
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path

import jinja2

from boundaries.clock import spoken
from boundaries.filings import vocabulary
from boundaries.filings.numbers import WHOLE_CITY_COUNTY
from boundaries.filings.yearbook_rules import RULES

HERE = Path(__file__).parent
MOST_PRINTED = 1000  # filings in the list; beyond, the workbook holds them
OPEN = ("prepared", "submitted", "received", "resubmitted")
PAGES = jinja2.Environment(loader=jinja2.FileSystemLoader(HERE), autoescape=True, trim_blocks=True, lstrip_blocks=True)


@dataclass(frozen=True, slots=True)
class Changes:
    """How many units a change set, or several, did something to. A unit that was moved and renamed counts in both.

    Attributes
    ----------
    created, retired : int
        There was none before; there is none after.
    modified : int
        Other land than before; not those that only got nodes on their border.
    renamed, converted : int
        Another name; another kind.
    recounted : int
        The same land with another count of households or population.
    """

    created: int = 0
    retired: int = 0
    modified: int = 0
    renamed: int = 0
    converted: int = 0
    recounted: int = 0

    def __add__(self, other):
        """Both together."""
        return Changes(*(getattr(self, field.name) + getattr(other, field.name) for field in fields(Changes)))


@dataclass(frozen=True, slots=True, kw_only=True)
class FiledChange:
    """A filing in the list of a year.

    Attributes
    ----------
    county : str
        Six digits of the number.
    reason_names : (str, str)
        As the reason was called when the change was decided, in Chinese and in English.
    overdue, late : bool
        Should have been handed in and was not; was handed in after its day.
    units_before, units_after : int
        Units of the highest level below villages that changed, or above where none did.
    changes, micro_changes : Changes
        Of grids, of micro-grids.
    moved_m2 : float
        Land that went from one grid to another.
    households_moved : int
        That went with it, where they are known.
    """

    no: str
    county: str
    title: str
    reason: str
    reason_names: tuple
    state: str
    decided_on: date
    effective_on: date
    recorded_on: date | None
    document_no: str | None
    overdue: bool
    late: bool
    units_before: int
    units_after: int
    changes: Changes
    micro_changes: Changes
    moved_m2: float
    households_moved: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A county in a year, or all of them.

    Attributes
    ----------
    county, name : str or None
        None for all of them.
    filings, recorded, returned, open, withdrawn : int
        The first is the sum of the others.
    overdue, late : int
    grids_begin, grids_end : int or None
        In force when the year began and when it ended, or now; None for what touches several counties.
    """

    county: str | None
    name: str | None
    filings: int
    recorded: int
    returned: int
    open: int
    withdrawn: int
    overdue: int
    late: int
    changes: Changes
    micro_changes: Changes
    moved_m2: float
    households_moved: int
    grids_begin: int | None
    grids_end: int | None


@dataclass(frozen=True, slots=True)
class YearBook:
    """All that the year book shows.

    Attributes
    ----------
    year : int
    county : str or None
        Where it is of one county alone.
    at : datetime
        When it was made: states are those of then.
    counties : list of Line
    filings : list of FiledChange
        By number.
    totals : Line
    chain_seq : int
    chain_digest : str
        Number and digest of the last entry of the chain of filings.
    synthetic : bool
        Whether the register holds generated land.
    """

    year: int
    county: str | None
    at: datetime
    counties: list
    filings: list
    totals: Line
    chain_seq: int
    chain_digest: str
    synthetic: bool


def county_lines(filings, names, grids):
    """The filings of a year counted, county by county.

    Parameters
    ----------
    filings : sequence of FiledChange
    names : dict of str to str
        Of the counties that are told of, by six digits.
    grids : dict of str to dict of str to int
        ``begin`` and ``end``: numbers of grids by county.

    Returns
    -------
    list of Line
        By code.
    Line
        Of them all.
    """
    of_county = {code: [each for each in filings if each.county == code] for code in names}
    lines = [_line(of_county[code], code, names[code], grids) for code in sorted(names)]
    told = [line for line in lines if line.grids_begin is not None]
    totals = {f"grids_{side}": sum(getattr(line, f"grids_{side}") for line in told) for side in ("begin", "end")}
    return lines, _counted(filings, county=None, name=None, **totals)


def _line(filings, code, name, grids):
    of_one = not code.endswith(WHOLE_CITY_COUNTY)
    return _counted(
        filings,
        county=code,
        name=name,
        grids_begin=grids["begin"].get(code, 0) if of_one else None,
        grids_end=grids["end"].get(code, 0) if of_one else None,
    )


def _counted(filings, **named):
    states = Counter(each.state for each in filings)
    return Line(
        filings=len(filings),
        recorded=states["recorded"],
        returned=states["returned"],
        open=sum(states[state] for state in OPEN),
        withdrawn=states["withdrawn"],
        overdue=sum(each.overdue for each in filings),
        late=sum(each.late for each in filings),
        changes=sum((each.changes for each in filings), Changes()),
        micro_changes=sum((each.micro_changes for each in filings), Changes()),
        moved_m2=sum(each.moved_m2 for each in filings),
        households_moved=sum(each.households_moved for each in filings),
        **named,
    )


def page(book):
    """The year book as HTML, to be set as a PDF.

    Parameters
    ----------
    book : YearBook

    Returns
    -------
    str
        Self-contained, every text escaped.
    """
    css = "".join((HERE / name).read_text(encoding="utf-8") for name in ("form.css", "yearbook.css"))
    names = {line.county: line.name for line in book.counties}
    values = {
        "book": book,
        "css": css,
        "words": vocabulary,
        "rules": RULES,
        "names": names,
        "made_at": spoken(book.at),
        "most": MOST_PRINTED,
    }
    return PAGES.get_template("yearbook.html").render(values)


def digest_of_page(text):
    """What identifies a PDF of a page."""
    return sha256(text.encode("utf-8")).hexdigest()
