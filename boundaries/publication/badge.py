"""The badge 工作证 of a grid worker, the size of an identity card: for a resident to check by its number or code (Art. 12)."""

from dataclasses import dataclass
from pathlib import Path

import jinja2

from boundaries.publication.code import code_svg

HERE = Path(__file__).parent
PAGES = jinja2.Environment(loader=jinja2.FileSystemLoader(HERE), autoescape=True, trim_blocks=True, lstrip_blocks=True)
KINDS = {
    "full_time": ("专职网格员", "Full-time grid worker"),
    "part_time": ("兼职网格员", "Part-time grid worker"),
    "stationed": ("下沉工作人员", "Stationed staff"),
}
LONG_NAME, LONG_PLACE = 8, 14  # characters, beyond which letters get smaller


@dataclass(frozen=True, slots=True)
class Badge:
    """What stands on a badge.

    Attributes
    ----------
    number, name, kind : str
    place : str
        Name of the village, town or county.
    synthetic : bool
        Generated for a demo, which the badge says.
    """

    number: str
    name: str
    kind: str
    place: str
    synthetic: bool = False


def address_of(base, number):
    """Where the badge is checked.

    Examples
    --------
    >>> address_of("https://wangge.example/", "W7QH2M9XKC4")
    'https://wangge.example/grid.html#badge=W7QH2M9XKC4'
    """
    return f"{base.rstrip('/')}/grid.html#badge={number}"


def badge_page(badge, base):
    """A badge as a page of 86 × 54 mm.

    Parameters
    ----------
    badge : Badge
    base : str
        Address of the server.

    Returns
    -------
    str
        Self-contained HTML, every text escaped.
    """
    values = {
        "it": badge,
        "kind": KINDS[badge.kind],
        "code": code_svg(address_of(base, badge.number)),
        "spoken": f"{badge.number[0]} {badge.number[1:6]} {badge.number[6:]}",
        "name_class": _size(badge.name, LONG_NAME),
        "place_class": _size(badge.place, LONG_PLACE),
        "css": (HERE / "badge.css").read_text(encoding="utf-8"),
    }
    return PAGES.get_template("badge.html").render(values)


def _size(text, long):
    return "tiny" if len(text) > 3 * long else "small" if len(text) > long else "plain"
