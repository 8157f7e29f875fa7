"""The year book as a workbook: totals, filings, and how they are counted."""

from dataclasses import astuple
from io import BytesIO

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from boundaries.clock import spoken
from boundaries.filings.vocabulary import STATES
from boundaries.filings.yearbook_rules import RULES
from boundaries.spreadsheets import harmless

CHANGES = ("新设 created", "撤销 retired", "界线 land", "更名 renamed", "转类 kind", "户数 recounted")
OF_COUNTY = (
    *("县区代码 County", "县（区） Name", "备案 Filings", "已备案 Recorded", "退回 Returned", "办理中 Open", "撤回 Withdrawn"),
    *("逾期 Overdue", "迟报 Late"),
    *(f"网格{each}" for each in CHANGES),
    *(f"微网格{each}" for each in CHANGES),
    *("归属变更面积 Land moved (m²)", "归属变更户数 Households moved", "年初网格 Grids, begin", "年末网格 Grids, end"),
)
OF_FILING = (
    *("备案编号 Number", "县区代码 County", "调整事项 Subject", "调整事由 Reason", "状态 State", "决定日期 Decided"),
    *("生效日期 In force", "备案日期 Recorded", "文号 Document", "逾期 Overdue", "迟报 Late", "调整前 Units before"),
    *("调整后 Units after", "归属变更面积 Land moved (m²)", "归属变更户数 Households moved"),
)
TOTAL = "合计 Total"
WIDTH, WIDE = 15, 80


def workbook(book):
    """A workbook of a year book.

    Parameters
    ----------
    book : boundaries.filings.yearbook.YearBook

    Returns
    -------
    bytes
        XLSX. No cell holds a formula, whatever people have written into titles.
    """
    made = openpyxl.Workbook(write_only=True)
    _sheet(made, "统计 Totals", OF_COUNTY, [*map(_county, book.counties), _county(book.totals)])
    _sheet(made, "备案目录 Filings", OF_FILING, map(_filing, book.filings))
    _explain(made.create_sheet("说明 How it is counted"), book)
    content = BytesIO()
    made.save(content)
    return content.getvalue()


def _sheet(made, title, headings, rows):
    sheet = made.create_sheet(title)
    sheet.freeze_panes = "B2"
    for place in range(1, len(headings) + 1):
        sheet.column_dimensions[get_column_letter(place)].width = WIDTH * (2 if place in (1, 3) else 1)
    sheet.append([_heading(sheet, text) for text in headings])
    for row in rows:
        sheet.append([harmless(value) if isinstance(value, str) else value for value in row])


def _heading(sheet, text):
    cell = WriteOnlyCell(sheet, text)
    cell.font, cell.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="top")
    return cell


def _county(line):
    states = (line.filings, line.recorded, line.returned, line.open, line.withdrawn, line.overdue, line.late)
    moved = (round(line.moved_m2, 2), line.households_moved, line.grids_begin, line.grids_end)
    return (line.county or TOTAL, line.name, *states, *astuple(line.changes), *astuple(line.micro_changes), *moved)


def _filing(each):
    days = (each.decided_on, each.effective_on, each.recorded_on)
    said = (each.no, each.county, each.title, " ".join(each.reason_names), " ".join(STATES[each.state]), *days, each.document_no)
    told = ("是" if each.overdue else "否", "是" if each.late else "否", each.units_before, each.units_after)
    return (*said, *told, round(each.moved_m2, 2), each.households_moved)


def _explain(sheet, book):
    sheet.column_dimensions["A"].width = sheet.column_dimensions["B"].width = WIDE
    sheet.append([_heading(sheet, "年度 Year"), book.year])
    sheet.append([_heading(sheet, "统计时间 As of"), spoken(book.at)])
    sheet.append([_heading(sheet, f"全市备案链第 {book.chain_seq} 条 Last entry of the chain"), book.chain_digest])
    if book.synthetic:
        sheet.append(["演示数据：登记册含有程序生成的区划，不得用于行政管理。", "Generated data, not for administrative use."])
    sheet.append([])
    for rule in RULES:
        sheet.append(list(rule))
