"""The workbook that a county fills in: the lines that hold, under the columns that are read, and what the cells may hold."""

import openpyxl
from openpyxl.styles import Font

from incidents.clocks import CLOCKS
from incidents.matter_lists import COLUMNS

TABLE, WORDS = "事项清单", "填写说明"
WIDTH = 18
NO_REASON = "默认清单"  # a line of the default has none
HELP = (
    ("自有事项的编码以区县代码加“-”开头，如 510502-01，并须填写事项类别和事项名称。",),
    ("退出清单的事项：填写事项编码和退出理由，其余留空。",),
    ("行政许可、行政处罚、行政强制不得列入清单（条例第十五条）。",),
)


def write_template(path, lines, *, departments, families):
    """Write a workbook that :func:`incidents.matter_lists.read_list` reads.

    Parameters
    ----------
    path : pathlib.Path
    lines : iterable of object
        Of :func:`incidents.store.matter_lists.lines`.
    departments, families : dict of str to str
        Names in Chinese by code.
    """
    book = openpyxl.Workbook()
    _fill(book.active, lines, departments, families)
    _explain(book.create_sheet(WORDS), departments, families)
    book.save(path)


def _fill(sheet, lines, departments, families):
    sheet.title = TABLE
    sheet.append([names[0] for names in COLUMNS.values()])
    for line in lines:
        sheet.append(_cells(line, departments, families))
    for cell in sheet[1]:
        cell.font = Font(bold=True)
        sheet.column_dimensions[cell.column_letter].width = WIDTH
    sheet.freeze_panes = "A2"


def _cells(line, departments, families):
    words = families[line.family], line.name_zh, line.name_en, departments[line.department], CLOCKS[line.clock][0]
    return [line.matter_code, *words, line.clock_limit, "是" if line.urgent else "否", line.reason or NO_REASON, None]


def _explain(sheet, departments, families):
    for row in HELP:
        sheet.append(row)
    for title, names in (
        (COLUMNS["family"][0], families.values()),
        (COLUMNS["department"][0], departments.values()),
        (COLUMNS["clock"][0], [zh for zh, _ in CLOCKS.values()]),
        (COLUMNS["urgent"][0], ["是", "否"]),
    ):
        sheet.append([title, *names])
