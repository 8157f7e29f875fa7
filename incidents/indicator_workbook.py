"""Indicators as a workbook: the numbers on one sheet, on the other what they mean and what they were made of."""

from io import BytesIO
from math import isnan

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font

from boundaries.clock import spoken
from boundaries.spreadsheets import harmless
from incidents.indicators import INDICATORS, NUMBERS, values

FORMATS = {"share": "0.0%", "hours": "0.00"}
WIDTH, WIDE = 18, 60
BY_WORDS = {
    "grid": ("网格", "grid"),
    "village": ("村(社区)", "village or community"),
    "town": ("乡镇(街道)", "town or sub-district"),
    "county": ("县区", "county or district"),
    "department": ("部门", "department"),
    "matter": ("事项", "matter"),
    "family": ("事项类别", "family of matters"),
    "day": ("日", "day"),
    "week": ("周", "week"),
    "month": ("月", "month"),
}
WITHOUT_CODE = {"department": ("未派部门", "given to no department")}
OUTSIDE = ("网格之外", "outside every grid")
TOTAL = ("合计", "Whole")
FILTER_WORDS = {
    "within": ("范围", "Within"),
    "matter": ("事项", "Matter"),
    "family": ("事项类别", "Family"),
    "department": ("部门", "Department"),
}


def workbook(rows, total, *, by, at, period, filters):
    """A workbook of indicators.

    Parameters
    ----------
    rows : list of incidents.store.indicators.Row
    total : incidents.store.indicators.Row
    by : str
        What a row is of.
    at : datetime
        When it was made.
    period : (datetime or None, datetime or None)
    filters : dict of str to str
        What the incidents are narrowed to: ``within``, ``matter``, ``family``, ``department``.

    Returns
    -------
    bytes
        XLSX. No cell holds a formula, whatever the names in the register are.
    """
    book = openpyxl.Workbook(write_only=True)
    _write_numbers(book.create_sheet("指标 Indicators"), rows, total, by)
    _write_meanings(book.create_sheet("说明 Definitions"), by=by, at=at, period=period, filters=filters)
    made = BytesIO()
    book.save(made)
    return made.getvalue()


def _write_numbers(sheet, rows, total, by):
    headings = ["编码 Code", "名称", "Name"]
    for formula in INDICATORS.values():
        headings += [f"{formula.name_zh} {formula.name_en}", "分子 Numerator", "分母 Denominator"]
    sheet.freeze_panes = "D2"
    for place in range(1, len(headings) + 1):
        sheet.column_dimensions[openpyxl.utils.get_column_letter(place)].width = WIDTH
    sheet.append([_heading(sheet, text) for text in headings])
    counts = {name: [row.counts[name] for row in (*rows, total)] for name in NUMBERS}
    found = {code: values(code, counts).tolist() for code in INDICATORS}
    for place, row in enumerate((*rows, total)):
        named = _named(row, by) if row is not total else ("", *TOTAL)
        cells = [harmless(text) for text in named]
        for code, formula in INDICATORS.items():
            cells += [_number(sheet, found[code][place], FORMATS[formula.unit])]
            cells += [row.counts[formula.numerator], row.counts[formula.denominator]]
        sheet.append(cells)


def _named(row, by):
    if row.code is None:
        return ("", *WITHOUT_CODE.get(by, OUTSIDE))
    return row.code, row.name_zh or "", row.name_en or ""


def _number(sheet, value, form):
    """Empty where nothing is counted in the denominator."""
    cell = WriteOnlyCell(sheet, None if isnan(value) else value)
    cell.number_format = form
    return cell


def _heading(sheet, text):
    cell = WriteOnlyCell(sheet, text)
    cell.font, cell.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="top")
    return cell


def _write_meanings(sheet, *, by, at, period, filters):
    for column, width in zip("ABCDEF", (WIDTH, WIDTH + 10, WIDE, WIDE, WIDE, WIDE), strict=True):
        sheet.column_dimensions[column].width = width
    since, until = (instant and spoken(instant) for instant in period)
    sheet.append(["期间 Period", f"{since or '—'} … {until or '—'}", "北京时间，含起不含止 Beijing time, the end excluded"])
    sheet.append(["制作时间 Made at", spoken(at), "未结束的期间止于此刻 A period that is not over ends at this time"])
    sheet.append(["分组 By", " ".join(BY_WORDS[by])])
    for name, value in filters.items():
        sheet.append([" ".join(FILTER_WORDS[name]), harmless(value)])
    sheet.append([])
    headings = ("指标", "Indicator", "分子", "Numerator", "分母", "Denominator")
    sheet.append([_heading(sheet, text) for text in headings])
    for formula in INDICATORS.values():
        above, below = NUMBERS[formula.numerator], NUMBERS[formula.denominator]
        sheet.append([formula.name_zh, formula.name_en, above.zh, above.en, below.zh, below.en])
    sheet.append([])
    sheet.append(["", "", "分母为 0 时指标为空，不是 0。", "Where the denominator is 0 the indicator is empty, not 0."])
