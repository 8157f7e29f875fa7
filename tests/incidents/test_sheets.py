"""Lists of matters out of spreadsheets: what is wrong is told by row and column, and no file hurts."""

import csv
import io
import zipfile

import openpyxl
import pytest

from gis.errors import Refusal
from incidents.matter_lists import COLUMNS, DraftLine, OwnMatter, read_list
from incidents.sheets import read_sheet

HEADER = [names[0] for names in COLUMNS.values()]
ROAD = ["0406", "", "道路破损", "", "城市管理", "工作日", 3, "否", "群众反映集中", ""]
FISHING = ["510502-01", "安全隐患排查", "江边钓鱼隐患", "Fishing", "emergency", "work_hour", 4, "是", "汛期多发", ""]
GONE = ["0502", "", "", "", "", "", "", "", "", "由市级平台受理"]
DEPARTMENTS = {"urban_management": "城市管理", "emergency": "应急管理"}
FAMILIES = {"hazard": "安全隐患排查", "livelihood": "民生事项服务"}
MATTERS = {"0406": "道路破损", "0502": "噪声扰民"}


def workbook(path, rows, header=HEADER):
    book = openpyxl.Workbook()
    for row in [header, *rows]:
        book.active.append(row)
    book.save(path)
    return path


def table(path, rows, *, encoding="utf-8-sig", delimiter=","):
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows([HEADER, *rows])
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def read(path):
    return read_list(path, "510502", departments=DEPARTMENTS, matters=MATTERS, families=FAMILIES)


def refused(path):
    with pytest.raises(Refusal) as refusal:
        read(path)
    return refusal.value


def test_a_workbook_holds_lines_own_matters_and_exits(tmp_path):
    sheet = read(workbook(tmp_path / "a.xlsx", [ROAD, [None] * 10, FISHING, GONE]))
    assert sheet.lines == (
        DraftLine("0406", "urban_management", "work_day", 3, False, "群众反映集中"),
        DraftLine("510502-01", "emergency", "work_hour", 4, True, "汛期多发"),
    )
    assert sheet.own == (OwnMatter("510502-01", "hazard", "江边钓鱼隐患", "Fishing"),)
    assert sheet.exits == {"0502": "由市级平台受理"}


@pytest.mark.parametrize(("encoding", "delimiter"), [("utf-8", ","), ("utf-8-sig", ";"), ("gb18030", "\t")])
def test_a_csv_holds_the_same(tmp_path, encoding, delimiter):
    path = table(tmp_path / "a.csv", [ROAD, FISHING, GONE], encoding=encoding, delimiter=delimiter)
    assert read(path) == read(workbook(tmp_path / "a.xlsx", [ROAD, FISHING, GONE]))


def changed(row, column, value):
    return [value if name == column else old for name, old in zip(COLUMNS, row, strict=True)]


@pytest.mark.parametrize(
    ("row", "column", "what"),
    [
        (changed(ROAD, "code", "0999"), "事项编码", "no matter '0999'"),
        (changed(ROAD, "code", 406), "事项编码", "have to be text"),
        (changed(ROAD, "code", ""), "事项编码", "no matter"),
        (changed(ROAD, "name_zh", "道路损坏"), "事项名称", "matter 0406 is 道路破损"),
        (changed(ROAD, "department", "城管"), "主管部门", "none of 城市管理, 应急管理"),
        (changed(ROAD, "clock", "小时"), "计时方式", "none of 紧急工作时"),
        (changed(ROAD, "limit", 0), "时限", "from 1 to 1000"),
        (changed(ROAD, "limit", 1001), "时限", "from 1 to 1000"),
        (changed(ROAD, "limit", 2.5), "时限", "from 1 to 1000"),
        (changed(ROAD, "limit", "三"), "时限", "from 1 to 1000"),
        (changed(ROAD, "urgent", "可能"), "是否紧急", "must be 是 or 否"),
        (changed(ROAD, "reason", ""), "准入理由", "must have 1 to"),
        (changed(ROAD, "reason", "看\u202e反"), "准入理由", "cannot be seen"),
        (changed(FISHING, "family", "其他"), "事项类别", "none of"),
        (changed(FISHING, "name_zh", "违章 处罚"), "事项名称", "about 处罚"),
        (changed(FISHING, "name_zh", ""), "事项名称", "must have 1 to"),
        (changed(FISHING, "code", "510503-01"), "事项编码", "no matter '510503-01'"),
        (changed(GONE, "code", "0999"), "事项编码", "no matter '0999'"),
    ],
)
def test_what_is_no_line_is_refused_with_its_row_and_column(tmp_path, row, column, what):
    for path in (workbook(tmp_path / "a.xlsx", [ROAD[:], row] if row[0] != "0406" else [row]), table(tmp_path / "a.csv", [row])):
        refusal = refused(path)
        if path.suffix == ".csv" and what == "have to be text":
            what = "no matter '406'"
        assert refusal.code == "bad_sheet_cell"
        assert what in refusal.message
        assert refusal.details["column"] == column
        assert refusal.details["row"] == (3 if path.suffix == ".xlsx" and row[0] != "0406" else 2)


@pytest.mark.parametrize("text", ["=1+1", '=HYPERLINK("http://example.org")', "@SUM(A1)", "+1", "-1", "=cmd|' /C calc'!A0"])
def test_what_would_be_carried_out_when_the_table_is_opened_is_refused(tmp_path, text):
    row = changed(ROAD, "reason", text)
    for path in (workbook(tmp_path / "a.xlsx", [row]), table(tmp_path / "a.csv", [row])):
        refusal = refused(path)
        assert (refusal.code, refusal.details) == ("bad_sheet_cell", {"row": 2, "column": "I"})


def test_an_error_value_is_refused(tmp_path):
    assert "holds an error, #REF!" in refused(workbook(tmp_path / "a.xlsx", [changed(ROAD, "limit", "#REF!")])).message


def test_a_matter_that_stands_twice_is_refused(tmp_path):
    refusal = refused(workbook(tmp_path / "a.xlsx", [ROAD, FISHING, ROAD]))
    assert refusal.details["row"] == 4
    assert "stands in row 2 already" in refusal.message


@pytest.mark.parametrize(
    ("header", "what"),
    [
        (HEADER[1:], "lacks the column 事项编码"),
        ([*HEADER[:4], "备注", *HEADER[5:]], "'备注' is no column"),
        ([*HEADER[:4], "事项名称", *HEADER[5:]], "there twice"),
        (["", *HEADER[1:]], "lacks the column 事项编码"),
        (["x"], "'x' is no column"),
    ],
)
def test_a_header_that_is_none_is_refused(tmp_path, header, what):
    refusal = refused(workbook(tmp_path / "a.xlsx", [ROAD], header))
    assert refusal.code == "bad_sheet_header"
    assert what in refusal.message


def test_something_beside_the_table_is_refused(tmp_path):
    refusal = refused(workbook(tmp_path / "a.xlsx", [[*ROAD, None, "?"]]))
    assert refusal.details == {"row": 2, "column": "L"}


@pytest.mark.parametrize("rows", [[], [[None] * 10]])
def test_a_table_without_a_row_is_refused(tmp_path, rows):
    assert refused(workbook(tmp_path / "a.xlsx", rows)).code == "empty_file"
    assert refused(table(tmp_path / "a.csv", [])).code == "empty_file"


def test_a_table_of_a_hundred_thousand_rows_is_refused_before_they_are_read(tmp_path):
    rows = [["0406", *ROAD[1:]]] * 100_000
    assert refused(table(tmp_path / "a.csv", rows)).code == "sheet_too_large"
    assert "more than 2,000 rows" in refused(long_workbook(tmp_path, len(rows))).message


def repacked(source, path, **members):
    """A copy of a workbook with some members replaced."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, members.get(name.rpartition("/")[2].partition(".")[0], old.read(name)))
    return path


def long_workbook(folder, count):
    source = workbook(folder / "one.xlsx", [ROAD])
    with zipfile.ZipFile(source) as archive:
        text = archive.read("xl/worksheets/sheet1.xml").decode()
    row = text[text.index('<row r="2"') : text.index("</sheetData>")]
    rows = "".join(row.replace('"2"', f'"{number}"', 1) for number in range(2, count + 2))
    return repacked(source, folder / "long.xlsx", sheet1=text.replace(row, rows))


def with_sheet(folder, change):
    source = workbook(folder / "one.xlsx", [ROAD])
    with zipfile.ZipFile(source) as archive:
        text = archive.read("xl/worksheets/sheet1.xml").decode()
    return repacked(source, folder / "changed.xlsx", sheet1=change(text))


def test_a_zip_bomb_is_refused(tmp_path):
    path = with_sheet(tmp_path, lambda text: text.replace("</sheetData>", "</sheetData>" + " " * (65 << 20)))
    assert path.stat().st_size < 1 << 20
    assert refused(path).code == "sheet_too_large"


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + "".join(
    f'<!ENTITY {chr(98 + each)} "{f"&{chr(97 + each)};" * 10}">' for each in range(9)
)


@pytest.mark.parametrize(
    "change",
    [
        lambda text: BOMB + "]>" + text.replace("</sheetData>", '<row r="3"><c r="A3" t="str"><v>&j;</v></c></row></sheetData>'),
        lambda text: text[: len(text) // 2],
        lambda text: "",
        lambda text: text.replace("<v>3", "<v>drei"),
        lambda text: text.replace('t="n"><v>3', 't="s"><v>99'),
        lambda text: text.replace('r="A2"', 'r="ÄÄ2"'),
        lambda text: text.replace('row r="2"', 'row r="zwei"'),
    ],
)
def test_a_broken_workbook_is_refused_in_a_sentence(tmp_path, change):
    assert refused(with_sheet(tmp_path, change)).code in ("unreadable_file", "bad_sheet_cell", "bad_sheet_header")


def test_what_a_sheet_says_of_its_size_is_not_believed(tmp_path):
    path = with_sheet(tmp_path, lambda text: text.replace('ref="A1:J2"', 'ref="A1:XFD1048576"'))
    assert len(read(path).lines) == 1


def test_a_row_far_below_is_refused_at_once(tmp_path):
    far = '<row r="1048576"><c r="A1048576" t="str"><v>0406</v></c></row></sheetData>'
    assert refused(with_sheet(tmp_path, lambda text: text.replace("</sheetData>", far))).code == "sheet_too_large"


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.xlsx", b"", "unreadable_file"),
        ("a.xlsx", b"PK\x03\x04nothing", "unreadable_file"),
        ("a.xls", b"x", "unknown_format"),
        ("a.csv", b"", "empty_file"),
        ("a.csv", b"\xff\xfe\x00", "unreadable_file"),
        ("a.csv", b'code\n"open', "unreadable_file"),
        ("a.csv", b"x" * (9 << 20), "sheet_too_large"),
        ("a.csv", b"code\n" + b"x" * 2000, "bad_sheet_cell"),
    ],
)
def test_a_file_that_is_no_table_is_refused(tmp_path, name, content, code):
    (tmp_path / name).write_bytes(content)
    assert refused(tmp_path / name).code == code


def test_a_file_that_is_not_there_is_refused(tmp_path):
    assert refused(tmp_path / "a.csv").code == "unreadable_file"


def rows_of(path):
    return [
        (row.number, row.cells["code"], row.cells["text"])
        for row in read_sheet(path, {"code": (), "text": ()}, required=["code"])
    ]


def test_rows_are_called_as_the_sheet_calls_them_after_blank_rows_too(tmp_path):
    book = openpyxl.Workbook()
    for place, value in {"A1": "code", "B1": "text", "A3": "a", "A7": "b", "B7": "x"}.items():
        book.active[place] = value
    book.save(tmp_path / "a.xlsx")
    assert rows_of(tmp_path / "a.xlsx") == [(3, "a", ""), (7, "b", "x")]
    (tmp_path / "a.csv").write_text("code,text\n\na,\n\n\n\nb,x\n", encoding="utf-8")
    assert rows_of(tmp_path / "a.csv") == [(3, "a", ""), (7, "b", "x")]


def test_a_csv_breaks_its_rows_where_csv_does_and_nowhere_else(tmp_path):
    text = 'code,text\r\na\x0bb,one\u2028two\x85three\r\n"c","one\ntwo"\r\nd,"one\r\ntwo"\n'
    (tmp_path / "a.csv").write_bytes(text.encode())
    assert rows_of(tmp_path / "a.csv") == [(2, "a\x0bb", "one\u2028two\x85three"), (3, "c", "one\ntwo"), (4, "d", "one\r\ntwo")]
