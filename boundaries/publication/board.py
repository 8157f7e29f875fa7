"""Notice boards 公示牌 and contact cards 联系卡 as pages of HTML, for the printer and for the browser."""

import base64
import hashlib
from dataclasses import dataclass
from functools import cache
from math import sqrt
from pathlib import Path

import jinja2

from boundaries.clock import CITY_ZONE
from boundaries.filings.pdf import pdf_of
from boundaries.filings.vocabulary import KINDS
from boundaries.publication import letters
from boundaries.publication.code import code_svg, page_of
from boundaries.publication.contents import Contents
from boundaries.publication.grid_map import Around, map_of, sheet_of

HERE = Path(__file__).parent
PAGE_MM = {"A3": (420.0, 297.0), "A4": (297.0, 210.0)}  # landscape
UNIT = {"A3": 1.0, "A4": 1 / sqrt(2)}  # the same board, smaller
MAP_MM = (262.0, 183.0)  # on A3
MOST_WORKERS = 8  # on a board; the page behind the code names all
MOST_ON_CARD = 2
CARDS_ON_SHEET = 10  # two columns of five, 90 x 54 mm each, on A4 upright
PAGES = jinja2.Environment(loader=jinja2.FileSystemLoader(HERE), autoescape=True, trim_blocks=True, lstrip_blocks=True)
WORKER_KINDS = {
    "full_time": ("专职网格员", "full-time"),
    "part_time": ("兼职网格员", "part-time"),
    "stationed": ("派驻人员", "stationed"),
}
ROLES = {"responsible": ("负责", "responsible"), "assisting": ("协助", "assisting"), "stationed": ("派驻", "stationed")}
SIDE_WORDS = {"east": ("东", "E"), "south": ("南", "S"), "west": ("西", "W"), "north": ("北", "N")}
OUTSIDE = "市域外"
NOTHING_AROUND = Around()


@dataclass(frozen=True, slots=True, eq=False)
class Board:
    """One grid as it is to be printed.

    Attributes
    ----------
    contents : Contents
    address : str
        Beginning of the address that the QR code holds.
    at : datetime
        As of when.
    around : Around
        What the map shows beside it; a card has no map.
    """

    contents: Contents
    address: str
    at: object
    around: Around = NOTHING_AROUND

    @property
    def code(self):
        """The QR code as SVG."""
        return code_svg(page_of(self.address, self.contents.code))

    @property
    def day(self):
        """The date as people write it."""
        day = self.at.astimezone(CITY_ZONE)
        return f"{day.year}年{day.month}月{day.day}日"

    @property
    def kind(self):
        """Comprehensive, or which exclusive kind, in words."""
        exclusive = self.contents.exclusive_kind
        return exclusive["name"] if exclusive else KINDS[self.contents.kind]

    @property
    def sides(self):
        """Direction, its letter, and what lies there."""
        return [
            (*SIDE_WORDS[name], "、".join(each or OUTSIDE for each in found) or "—")
            for name, found in self.contents.sides.items()
        ]

    def map(self, size):
        """The map as SVG, to the millimetre of the paper."""
        return map_of(self.contents, sheet_on(self.contents, size), around=self.around, unit=UNIT[size])


def sheet_on(contents, size):
    """The sheet of the map on a board; its ``bounds`` say what the map shows.

    Parameters
    ----------
    contents : Contents
    size : {"A3", "A4"}

    Returns
    -------
    boundaries.filings.sheet.Sheet
    """
    wide, high = (round(each * UNIT[size], 2) for each in MAP_MM)
    return sheet_of(contents, width_mm=wide, height_mm=high)


def page_of_boards(boards, size):
    """Notice boards, a page each.

    Parameters
    ----------
    boards : sequence of Board
    size : {"A3", "A4"}

    Returns
    -------
    str
        HTML that needs nothing from anywhere, every text escaped.
    """
    drawn = [(board, board.map(size)) for board in boards]
    said = {"drawn": drawn, "css": board_css(size), "most": MOST_WORKERS}
    return PAGES.get_template("board.html").render(said | _words())


def page_of_cards(boards):
    """Contact cards, a sheet of A4 with `CARDS_ON_SHEET` of the same for each grid, and marks to cut along.

    Parameters
    ----------
    boards : sequence of Board

    Returns
    -------
    str
    """
    said = {"boards": boards, "css": card_css(), "count": CARDS_ON_SHEET, "most": MOST_ON_CARD}
    return PAGES.get_template("card.html").render(said | _words())


def pdf_of_boards(boards, kind, size):
    """Boards or cards as PDF.

    Parameters
    ----------
    boards : sequence of Board
    kind : {"board", "card"}
    size : {"A3", "A4"}
        Of boards.

    Returns
    -------
    bytes
        The same for the same boards, with the same fonts installed.
    """
    page = page_of_boards(boards, size) if kind == "board" else page_of_cards(boards)
    return pdf_of(page, hashlib.sha256(page.encode("utf-8")).hexdigest())


@cache
def board_css(size):
    """The style of a board; one rem is a centimetre on A3, so that A4 is the same board made smaller."""
    wide, high = PAGE_MM[size]
    page = f"@page {{ size: {wide:g}mm {high:g}mm; margin: 0 }}\nhtml {{ font-size: {10 * UNIT[size]:.4f}mm }}\n"
    return page + letters.css() + (HERE / "board.css").read_text(encoding="utf-8")


@cache
def card_css():
    """The style of a sheet of cards; one rem is a centimetre."""
    return letters.css() + (HERE / "card.css").read_text(encoding="utf-8")


def style_source(css):
    """What a content security policy calls a style that stands in the page itself.

    Parameters
    ----------
    css : str

    Returns
    -------
    str

    Examples
    --------
    >>> style_source("p { margin: 0 }")[:12]
    "'sha256-7IWh"
    """
    return f"'sha256-{base64.b64encode(hashlib.sha256(css.encode('utf-8')).digest()).decode('ascii')}'"


def _words():
    return {"fit": letters.fit, "worker_kinds": WORKER_KINDS, "roles": ROLES}
