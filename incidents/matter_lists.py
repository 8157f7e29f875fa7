"""Lists of matters 事项清单 as counties draft them: what a line holds, and the table of a spreadsheet that holds lines."""

import re
from contextlib import contextmanager
from dataclasses import dataclass

from boundaries.names import checked_name
from gis.errors import Refusal
from incidents.clocks import CLOCKS, require_term
from incidents.matters import barred_word
from incidents.sheets import bad_cell, read_sheet

LONGEST_REASON, LONGEST_NAME_ZH, LONGEST_NAME_EN = 400, 60, 100
OWN_CODE = re.compile(r"\d{6}-[A-Za-z0-9_.-]{1,33}", re.ASCII)
COLUMNS = {
    "code": ("事项编码",),
    "family": ("事项类别",),
    "name_zh": ("事项名称",),
    "name_en": ("英文名称",),
    "department": ("主管部门",),
    "clock": ("计时方式",),
    "limit": ("时限",),
    "urgent": ("是否紧急",),
    "reason": ("准入理由",),
    "exit_reason": ("退出理由",),
}
REQUIRED = ("code", "department", "clock", "limit", "urgent", "reason")
YES_OR_NO = {"是": True, "yes": True, "true": True, "1": True, "否": False, "no": False, "false": False, "0": False}


@dataclass(frozen=True, slots=True)
class OwnMatter:
    """A matter of the county's own.

    Attributes
    ----------
    code : str
        The county's, a hyphen, and what the county calls it.
    family : str
    name_zh, name_en : str
    """

    code: str
    family: str
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True)
class DraftLine:
    """A matter on a list.

    Attributes
    ----------
    matter_code : str
    department : str
        Code of the competent one.
    clock : str
    limit : int
        Of hours or days.
    urgent : bool
    reason : str
        Why it entered.
    """

    matter_code: str
    department: str
    clock: str
    limit: int
    urgent: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a spreadsheet holds.

    Attributes
    ----------
    lines : tuple of DraftLine
    own : tuple of OwnMatter
        Matters that the county adds.
    exits : dict of str to str
        Reasons by the code of the matter that leaves.
    """

    lines: tuple
    own: tuple
    exits: dict


def checked_own(county, matter, families):
    """A county's own matter, as it is stored.

    Parameters
    ----------
    county : str
    matter : OwnMatter
    families : collection of str
        Codes of the families in force.

    Returns
    -------
    OwnMatter

    Raises
    ------
    Refusal
        ``bad_own_matter``, ``barred_matter``.

    Examples
    --------
    >>> checked_own("510502", OwnMatter("510502-01", "hazard", " 江边钓鱼隐患", "Fishing on the river bank"), ["hazard"]).name_zh
    '江边钓鱼隐患'
    """
    if not (OWN_CODE.fullmatch(matter.code) and matter.code.startswith(f"{county}-")):
        raise _bad_own(f"its code must be {county}- and letters or digits")
    if matter.family not in families:
        raise _bad_own(f"its family must be one of {', '.join(families)}")
    try:
        names = checked_name(matter.name_zh, longest=LONGEST_NAME_ZH), checked_name(matter.name_en, longest=LONGEST_NAME_EN)
    except ValueError as error:
        raise _bad_own(f"its name {error}") from error
    word = barred_word(*names)
    if word:
        raise Refusal("barred_matter", f"Matter {matter.code} {names[0]} is about {word}: no list may hold it.")
    return OwnMatter(matter.code, matter.family, *names)


def checked_line(line):
    """A line, as it is stored.

    Raises
    ------
    Refusal
        ``bad_clock``, ``bad_clock_limit``, ``bad_reason``.
    """
    require_term(line.clock, line.limit)
    return DraftLine(line.matter_code, line.department, line.clock, line.limit, line.urgent, checked_reason(line.reason))


def checked_reason(text):
    """Why a matter enters or leaves.

    Raises
    ------
    Refusal
        ``bad_reason``.
    """
    try:
        return checked_name(text, longest=LONGEST_REASON)
    except ValueError as error:
        raise Refusal("bad_reason", f"The reason of a matter's entry or exit {error}.") from error


def read_list(path, county, *, departments, matters, families):
    """The list that a spreadsheet holds.

    Parameters
    ----------
    path : pathlib.Path
    county : str
        A matter whose code begins with it is one of the county's own, and has family and names.
    departments : dict of str to str
        Names in Chinese by code. A cell may hold either.
    matters : dict of str to str
        Names in Chinese by code, of those there are.
    families : dict of str to str
        Names in Chinese by code, of those in force. A cell may hold either.

    Returns
    -------
    Sheet

    Raises
    ------
    Refusal
        Those of :func:`incidents.sheets.read_sheet`; ``bad_sheet_cell`` for what is no line.
    """
    rows = read_sheet(path, COLUMNS, required=REQUIRED)
    _require_once(path, rows)
    reading = _Reading(path, county, departments, matters, families)
    gone = {row.cells["code"]: reading.exit_of(row) for row in rows if row.cells.get("exit_reason")}
    lines = [row for row in rows if not row.cells.get("exit_reason")]
    own = tuple(reading.own(row) for row in lines if row.cells["code"].startswith(f"{county}-"))
    return Sheet(tuple(map(reading.line, lines)), own, gone)


@dataclass(frozen=True, slots=True)
class _Reading:
    path: object
    county: str
    departments: dict
    matters: dict
    families: dict

    def line(self, row):
        cell = row.cells
        self._require_known(row)
        department = self._chosen(row, "department", {code: (name,) for code, name in self.departments.items()})
        clock = self._chosen(row, "clock", {code: names[:1] for code, names in CLOCKS.items()})
        self._require(row, "limit", re.fullmatch(r"[0-9]{1,4}", cell["limit"], re.ASCII), "is no whole number from 1 to 1000")
        self._require(row, "urgent", cell["urgent"].lower() in YES_OR_NO, "must be 是 or 否")
        with _in_cell(self.path, row, {"bad_clock_limit": "limit", "bad_reason": "reason"}):
            urgent = YES_OR_NO[cell["urgent"].lower()]
            return checked_line(DraftLine(cell["code"], department, clock, int(cell["limit"]), urgent, cell["reason"]))

    def own(self, row):
        cell = row.cells
        family = self._chosen(row, "family", {code: (name,) for code, name in self.families.items()})
        name_zh = cell.get("name_zh", "")
        with _in_cell(self.path, row, {"bad_own_matter": "name_zh", "barred_matter": "name_zh"}):
            return checked_own(
                self.county, OwnMatter(cell["code"], family, name_zh, cell.get("name_en") or name_zh), self.families
            )

    def exit_of(self, row):
        self._require_known(row)
        with _in_cell(self.path, row, {"bad_reason": "exit_reason"}):
            return checked_reason(row.cells["exit_reason"])

    def _require_known(self, row):
        """The matter is one of the city's or the county's own, and called what it is called."""
        code, name = row.cells["code"], row.cells.get("name_zh")
        if code.startswith(f"{self.county}-"):
            return
        self._require(row, "code", code in self.matters, f"there is no matter {code[:40]!r}; codes such as 0401 have to be text")
        self._require(row, "name_zh", name in (None, "", self.matters[code]), f"matter {code} is {self.matters[code]}")

    def _chosen(self, row, column, known):
        text = row.cells.get(column, "")
        found = next((code for code, names in known.items() if text == code or text in names), None)
        self._require(row, column, found, f"{text[:40]!r} is none of {', '.join(names[0] for names in known.values())}")
        return found

    def _require(self, row, column, holds, what):
        if not holds:
            raise bad_cell(self.path, row.number, COLUMNS[column][0], what)


@contextmanager
def _in_cell(path, row, columns):
    """Context manager: refusals of a value become refusals of its cell."""
    try:
        yield
    except Refusal as refusal:
        if refusal.code not in columns:
            raise
        raise bad_cell(path, row.number, COLUMNS[columns[refusal.code]][0], refusal.message.rstrip(".")) from refusal


def _require_once(path, rows):
    seen = {}
    for row in rows:
        first = seen.setdefault(row.cells["code"], row.number)
        if first != row.number:
            raise bad_cell(path, row.number, COLUMNS["code"][0], f"{row.cells['code'][:40]!r} stands in row {first} already")


def _bad_own(what):
    return Refusal("bad_own_matter", f"A county's own matter cannot be kept: {what}.")
