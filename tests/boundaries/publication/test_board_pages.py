"""Boards and cards as pages and as PDF: whatever a grid looks like and however much is to be said of it."""

import re
from datetime import datetime
from xml.etree import ElementTree

import numpy as np
import pypdfium2
import pytest
import segno
import shapely

from boundaries.clock import CITY_ZONE
from boundaries.filings.drawing import Land
from boundaries.filings.pdf import pdf_of
from boundaries.filings.sheet import METRIC
from boundaries.publication.board import PAGE_MM, Board, page_of_boards, page_of_cards, pdf_of_boards, sheet_on
from boundaries.publication.code import code_svg, matrix_of, page_of
from boundaries.publication.contents import Contents, MicroGrid, Server
from boundaries.publication.grid_map import Around
from boundaries.publication.letters import fit

CODE = "510502001001001"
AT = datetime(2026, 12, 1, 9, 30, tzinfo=CITY_ZONE)
HOSTILE = '<script>alert("x")</script>&amp;<img src=x onerror=alert(1)>'
PLACE = {
    "village": (CODE[:12], "大山坪社区"),
    "town": (CODE[:9], "南城街道"),
    "county": (CODE[:6], "江阳区"),
    "city": ("5105", "泸州市"),
}


def box(west, south, east, north):
    return shapely.box(105 + west / 1000, 28 + south / 1000, 105 + east / 1000, 28 + north / 1000)


SHAPES = {
    "plain": box(0, 0, 4, 3),
    "with a hole": shapely.Polygon(box(0, 0, 6, 6).exterior.coords, [box(2, 2, 4, 4).exterior.coords]),
    "in parts": shapely.MultiPolygon([box(0, 0, 2, 2), box(6, 5, 9, 7)]),
    "long and thin": shapely.Polygon([(105, 28), (105.09, 28.0004), (105.09, 28.0006), (105, 28.0003)]),
    "tiny": box(0, 0, 0.01, 0.01),
}


def worker(number, **given):
    said = {"name": f"王{number}", "kind": "full_time", "role": "responsible", "work_phone": f"0830-310{number:04}"} | given
    return Server(**said)


def board(*, geometry=SHAPES["plain"], workers=(worker(1),), around=None, **given):
    said = {
        "code": CODE,
        "name": "大山坪社区第一网格",
        "kind": "comprehensive",
        "exclusive_kind": None,
        "place": PLACE,
        "area_m2": 123_456.0,
        "sides": {"east": ("第二网格",), "south": ("",), "west": (), "north": ("前进社区", "第三网格")},
        "micro_grids": (MicroGrid(f"{CODE}01", "一号微网格", "x"),),
        "supervision_phone": "0830-12345678",
        "how_to_report": {"zh": "拨打电话。", "en": "Call."},
        "review_number": None,
        "synthetic": False,
    } | given
    beside = around or Around(
        grids=(Land("510502001001002", "第二网格", box(4, 0, 9, 3)),),
        above=(Land(CODE[:12], "大山坪社区", box(-9, -9, 19, 19)),),
        micro_grids=(Land(f"{CODE}01", "一号微网格", box(0, 0, 2, 3)),),
        roads=(Land("", "江阳路", shapely.LineString([(104.99, 28.001), (105.02, 28.002)])),),
        places=(Land("", "中心公园", shapely.Point(105.0048, 28.0024)),),
    )
    return Board(Contents(geometry=geometry, workers=tuple(workers), **said), "https://wangge.example", AT, beside)


def pages_of(content):
    """Text and size in millimetres of each page."""
    document = pypdfium2.PdfDocument(content)
    try:
        found = [
            (page.get_textpage().get_text_range(), [round(each * 25.4 / 72) for each in page.get_size()]) for page in document
        ]
    finally:
        document.close()
    return found


def picture_of(content):
    """The first page in grey, (rows, columns)."""
    document = pypdfium2.PdfDocument(content)
    try:
        return np.asarray(document[0].render(scale=1).to_pil().convert("L"))
    finally:
        document.close()


@pytest.mark.parametrize("size", PAGE_MM)
def test_a_board_is_one_page_whatever_the_grid_looks_like(size):
    pages = pages_of(pdf_of_boards([board(geometry=each) for each in SHAPES.values()], "board", size))
    assert [each for _, each in pages] == [list(map(round, PAGE_MM[size]))] * len(SHAPES)
    for wanted in ("大山坪社区第一网格", "0830-3100001", "0830-12345678", CODE, "2026年12月1日", "江阳区"):
        assert all(wanted in text for text, _ in pages), wanted


def test_however_many_serve_it_stays_one_page_and_says_who():
    counts = (0, 1, 2, 3, 6, 8, 30)
    pages = pages_of(pdf_of_boards([board(workers=[worker(k) for k in range(count)]) for count in counts], "board", "A4"))
    for count, (text, _) in zip(counts, pages, strict=True):
        assert all(f"0830-310{k:04}" in text for k in range(min(count, 8)))
        assert ("暂无在岗网格员" in text) == (count == 0) and ("另有" in text) == (count > 8)


def test_a_substitute_is_told_with_who_is_absent():
    assert "代 李四" in page_of_boards([board(workers=[worker(1, substitutes_for="李四")])], "A4")


def test_names_of_two_hundred_characters_fit():
    long = board(
        name="网" * 200,
        workers=[worker(k, name="王" * 100, work_phone="+86 0830 3101 2345 678 999") for k in range(6)],
        supervision_phone="+86 0830 3101 2345 678 999",
        how_to_report={"zh": "报" * 200, "en": "call " * 40},
        sides=dict.fromkeys(("east", "south", "west", "north"), ("网" * 100,) * 3),
        review_number="川S" + "9" * 58,
    )
    for kind in ("board", "card"):
        pages = pages_of(pdf_of_boards([long], kind, "A4"))
        assert len(pages) == 1 and pages[0][0].replace("\r\n", "").count("网") >= 200


def test_the_line_of_the_review_number_and_the_mark_are_there_only_when_they_are_meant():
    plain, marked = (
        page_of_boards([board(**said)], "A3") for said in ({}, {"review_number": "川S(2026)00012号", "synthetic": True})
    )
    assert "审图号" not in plain and "演示数据" not in plain
    assert "审图号：川S(2026)00012号" in marked and "演示数据" in marked


@pytest.mark.parametrize("page", [lambda each: page_of_boards([each], "A3"), lambda each: page_of_cards([each])])
def test_nothing_that_is_said_becomes_markup(page):
    said = {
        "name": HOSTILE,
        "supervision_phone": HOSTILE,
        "review_number": HOSTILE,
        "how_to_report": {"zh": HOSTILE, "en": HOSTILE},
    }
    said |= {"sides": dict.fromkeys(("east", "south", "west", "north"), (HOSTILE,)), "exclusive_kind": {"name": HOSTILE}}
    said |= {"place": {level: (code, HOSTILE) for level, (code, _) in PLACE.items()}}
    around = Around(roads=(Land("", HOSTILE, shapely.LineString([(104.99, 28.001), (105.02, 28.002)])),), grids=())
    text = page(board(workers=[worker(1, name=HOSTILE, work_phone=HOSTILE, substitutes_for=HOSTILE)], around=around, **said))
    assert "<script" not in text and "<img" not in text


def test_the_map_is_well_formed_and_the_grid_is_filled():
    svg = re.search(r'<svg[^>]*class="map".*?</svg>', page_of_boards([board()], "A3"), re.DOTALL).group()
    ElementTree.fromstring(svg)
    assert "1 : " in svg and "北 N" in svg and "江阳路" in svg and "中心公园" in svg and 'fill="#ffe7a6"' in svg


def test_what_only_touches_the_edge_of_the_sheet_does_no_harm():
    """A road that ends at the very edge, and land of which a bump comes in and the rest lies along it."""
    sheet = sheet_on(board().contents, "A3")

    def at(x_mm, y_mm):
        metric = shapely.Point(
            sheet.east_m + (x_mm - 131) * sheet.scale / 1000, sheet.north_m + (y_mm - 91.5) * sheet.scale / 1000
        )
        return shapely.get_coordinates(METRIC.to_storage(metric))[0]

    road = shapely.LineString([at(-60, 90), at(0, 90)])
    land = shapely.Polygon([at(-50, 20), at(60, 20), at(60, 60), at(0, 60), at(0, 120), at(-50, 120)])
    assert shapely.intersection(sheet.lay(land), sheet.frame).geom_type == "GeometryCollection"
    alongside = shapely.Polygon([at(-50, 20), at(0, 20), at(0, 60), at(-50, 60)])
    lands = (Land("510502001001002", "邻网格", land), Land("510502001001003", "不见网格", alongside))
    beside = Around(grids=lands, roads=(Land("", "边路", road),))
    svg = board(around=beside).map("A3")
    assert "邻网格" in svg and "边路" not in svg and "不见网格" not in svg


def test_the_hole_of_a_grid_is_not_filled():
    """The middle of the map is the middle of the hole: grey or paper, not the colour of the grid."""
    alone = Around()
    whole, holed = (
        picture_of(pdf_of_boards([board(geometry=SHAPES[name], around=alone)], "board", "A4"))
        for name in ("plain", "with a hole")
    )
    rows, columns = whole.shape
    spot = slice(int(rows * 0.46), int(rows * 0.48)), slice(int(columns * 0.36), int(columns * 0.38))
    assert whole[spot].mean() != holed[spot].mean()


def test_the_same_board_gives_the_same_bytes():
    page = page_of_boards([board()], "A4")
    assert page == page_of_boards([board()], "A4")
    assert pdf_of.__wrapped__(page, "0" * 64) == pdf_of.__wrapped__(page, "0" * 64)


def test_ten_cards_are_on_a_sheet_with_marks_to_cut_along():
    pages = pages_of(pdf_of_boards([board(), board()], "card", "A4"))
    assert [size for _, size in pages] == [[210, 297]] * 2
    assert pages[0][0].count(CODE) == 10 and 'class="marks"' in page_of_cards([board()])


# --- the QR code -------------------------------------------------------------------------------------------------------


def test_the_code_on_the_page_is_that_of_the_address_module_by_module():
    address = page_of("https://wangge.example", CODE)
    svg = ElementTree.fromstring(code_svg(address))
    path = svg.find("{http://www.w3.org/2000/svg}path").get("d")
    drawn = {(int(x) + k, int(y)) for x, y, wide in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", path) for k in range(int(wide))}
    wanted = segno.make(address, error="m", micro=False).matrix
    assert drawn == {(x + 4, y + 4) for y, row in enumerate(wanted) for x, dark in enumerate(row) if dark}
    assert svg.get("viewBox") == f"0 0 {len(wanted) + 8} {len(wanted) + 8}"


@pytest.mark.parametrize("text", [page_of("https://wangge.example", CODE), page_of("http://10.0.0.7:8000", CODE)])
def test_the_code_reads_back_as_the_address(text):
    assert decoded(matrix_of(text)) == text


def decoded(matrix):
    """Read a code of bytes as ISO/IEC 18004 has it: format, mask, the way of the words, without mending errors.

    Only codes of one block of words, and of versions that tell no version of their own; ours are those.
    """
    side = len(matrix)
    version = (side - 17) // 4
    taken = functional(side, version)
    mask = mask_of(matrix)
    bits = [matrix[y][x] ^ mask(y, x) for x, y in way(side) if not taken[y][x]]
    words = [int("".join(map(str, bits[k : k + 8])), 2) for k in range(0, len(bits) // 8 * 8, 8)]
    words = interleaved(words, version, matrix)
    stream = "".join(f"{word:08b}" for word in words)
    assert stream[:4] == "0100", "bytes"
    count = int(stream[4:12], 2)
    return bytes(int(stream[12 + 8 * k : 20 + 8 * k], 2) for k in range(count)).decode("utf-8")


# Data words of each block by version and level, ISO/IEC 18004 table 9.
BLOCKS = {
    (3, "M"): [44],
    (3, "Q"): [17, 17],
    (4, "M"): [32, 32],
    (4, "Q"): [24, 24],
    (5, "M"): [43, 43],
    (3, "L"): [55],
    (4, "L"): [80],
}
LEVELS = {0b00: "M", 0b01: "L", 0b10: "H", 0b11: "Q"}


def interleaved(words, version, matrix):
    blocks = BLOCKS[version, LEVELS[format_of(matrix) >> 13]]
    if len(blocks) == 1:
        return words[: blocks[0]]
    columns = [words[k :: len(blocks)][: blocks[k]] for k in range(len(blocks))]
    return [word for column in columns for word in column]


def format_of(matrix):
    """Fifteen bits beside the upper left finder."""
    places = [(8, x) for x in (0, 1, 2, 3, 4, 5, 7, 8)] + [(y, 8) for y in (7, 5, 4, 3, 2, 1, 0)]
    return int("".join(str(matrix[y][x]) for y, x in places), 2) ^ 0b101010000010010


def mask_of(matrix):
    rules = [
        lambda y, x: (y + x) % 2,
        lambda y, x: y % 2,
        lambda y, x: x % 3,
        lambda y, x: (y + x) % 3,
        lambda y, x: (y // 2 + x // 3) % 2,
        lambda y, x: y * x % 2 + y * x % 3,
        lambda y, x: (y * x % 2 + y * x % 3) % 2,
        lambda y, x: ((y + x) % 2 + y * x % 3) % 2,
    ]
    rule = rules[format_of(matrix) >> 10 & 7]
    return lambda y, x: int(rule(y, x) == 0)


def functional(side, version):
    """Which modules hold no data: finders with formats, timing, and for these versions one alignment pattern."""
    taken = np.zeros((side, side), dtype=bool)
    taken[:9, :9] = taken[:9, -8:] = taken[-8:, :9] = True
    taken[6, :] = taken[:, 6] = True
    if version > 1:
        middle = side - 7
        taken[middle - 2 : middle + 3, middle - 2 : middle + 3] = True
    return taken


def way(side):
    """Columns in pairs from the right, up and down by turns, around the vertical timing."""
    up = True
    for right in (*range(side - 1, 6, -2), 5, 3, 1):
        for y in range(side - 1, -1, -1) if up else range(side):
            yield from ((right, y), (right - 1, y))
        up = not up


def test_letters_shrink_with_what_is_said_and_never_vanish():
    sizes = [int(fit("网" * count, 10, 2, 2)[1:]) for count in (1, 5, 20, 100, 200)]
    assert sizes == sorted(sizes, reverse=True) and sizes[-1] >= 15
