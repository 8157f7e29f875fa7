"""A picture of what was counted as SVG, a page in A4 landscape: the map, its legend with real counts, and what it shows."""

import math
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

import numpy as np
import shapely

from incidents.pixels import positions

PAGE_MM = (297, 210)
MAP_MM = (10, 24, 205, 172)  # left, top, width, height
LEGEND_MM = 222
FONT = 'font-family="Noto Sans CJK SC"'
INK, PALE, PAPER, NOTHING = "#222222", "#8d8a82", "#f2f1ee", "#ffffff"
EARTH_M = 2 * math.pi * 6_378_137


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """What is drawn.

    Attributes
    ----------
    title : str
    lines : tuple of str
        What it shows: period, matter, totals.
    legend : tuple of (str, str, str)
        Colour of each class, its range, and how many are in it.
    box : tuple of float
        West, south, east, north in degrees.
    squares : tuple of (str, ndarray of float64, shape (n, 4))
        Colour, and left, top, right and bottom in pixels of zoom 17.
    faces : tuple of (str, Geometry)
        Colour and shape in degrees.
    outlines : tuple of (float, Geometry)
        Width in mm and shape in degrees, drawn over the rest.
    source : str
    """

    title: str
    lines: tuple
    legend: tuple
    box: tuple
    squares: tuple = ()
    faces: tuple = ()
    outlines: tuple = ()
    source: str = ""
    legend_title: str = field(default="")


@dataclass(frozen=True, slots=True)
class _Frame:
    """How pixels of zoom 17 come to lie on paper."""

    left: float
    top: float
    mm: float  # of a pixel

    def place(self, pixels):
        return np.round((np.asarray(pixels) - (self.left, self.top)) * self.mm + MAP_MM[:2], 2)


def draw(picture):
    """The page.

    Parameters
    ----------
    picture : Picture

    Returns
    -------
    str
        An ``<svg>`` element, the same for the same picture.

    Examples
    --------
    >>> text = draw(Picture("Heat <1>", ("all",), (("#fee838", "1–2", "7"),), (105.4, 28.8, 105.5, 28.9)))
    >>> text.startswith("<svg"), "Heat &lt;1&gt;" in text, "1–2" in text
    (True, True, True)
    """
    frame = _frame(picture.box)
    layers = [
        *(f'<path d="{_faces(frame, shape)}" fill="{colour}" fill-rule="evenodd"/>' for colour, shape in picture.faces),
        *(f'<path d="{_squares(frame, rows)}" fill="{colour}"/>' for colour, rows in picture.squares if len(rows)),
        *(
            f'<path d="{_faces(frame, shape)}" fill="none" stroke="{PALE}" stroke-width="{width}" stroke-linejoin="round"/>'
            for width, shape in picture.outlines
        ),
    ]
    left, top, width, height = MAP_MM
    rect = f'x="{left}" y="{top}" width="{width}" height="{height}"'
    body = (
        f'<clipPath id="map"><rect {rect}/></clipPath><rect {rect} fill="{PAPER}"/><g clip-path="url(#map)">{"".join(layers)}</g>'
        f'<rect {rect} fill="none" stroke="{INK}" stroke-width="0.35"/>'
    )
    words = [_text(left, 17, picture.title, 6.2, weight="bold"), *_legend(picture), *_bar(picture.box, frame)]
    words.append(_text(left, PAGE_MM[1] - 7, picture.source, 2.6, ink=PALE))
    size = f'width="{PAGE_MM[0]}mm" height="{PAGE_MM[1]}mm" viewBox="0 0 {PAGE_MM[0]} {PAGE_MM[1]}" {FONT}'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{body}{"".join(words)}</svg>'


def page(picture):
    """The page as HTML, to be set by :func:`boundaries.filings.pdf.pdf_of`."""
    style = f"@page{{size:{PAGE_MM[0]}mm {PAGE_MM[1]}mm;margin:0}}body{{margin:0}}svg{{display:block}}"
    return f"<!doctype html><meta charset=utf-8><title>{escape(picture.title)}</title><style>{style}</style>{draw(picture)}"


def merged(cells, classes, cell_px):
    """Squares of equal class, those side by side in a row as one.

    Parameters
    ----------
    cells : ndarray of int64, shape (n, 2)
        Column and row, by row and column.
    classes : ndarray of int, shape (n,)
    cell_px : float
        Side in pixels of zoom 17.

    Returns
    -------
    dict of int to ndarray of float64, shape (k, 4)

    Examples
    --------
    >>> {k: rows.tolist() for k, rows in merged(np.array([[0, 0], [1, 0], [2, 0]]), np.array([1, 1, 0]), 10).items()}
    {0: [[20.0, 0.0, 30.0, 10.0]], 1: [[0.0, 0.0, 20.0, 10.0]]}
    """
    if not len(cells):
        return {}
    apart = (np.diff(cells[:, 0]) != 1) | (np.diff(cells[:, 1]) != 0) | (np.diff(classes) != 0)
    first, last = np.flatnonzero(np.r_[True, apart]), np.flatnonzero(np.r_[apart, True])
    rows = np.column_stack([cells[first], cells[last] + 1]) * float(cell_px)
    return {int(each): rows[classes[first] == each] for each in np.unique(classes)}


def smooth(cells, finer=3):
    """Counts spread over their neighbours by binomial weights, on a grid some times finer; the sum stays, per cell.

    Parameters
    ----------
    cells : ndarray of int64, shape (n, 3)
        Column, row and count.
    finer : int

    Returns
    -------
    place : ndarray of int64, shape (k, 2)
        Column and row on the finer grid, by row and column.
    value : ndarray of float64, shape (k,)
        As a count of a whole cell.

    Examples
    --------
    >>> place, value = smooth(np.array([[10, 10, 16]]))
    >>> float(round(value.sum() / 9, 6))
    16.0
    """
    if not len(cells):
        return np.empty((0, 2), dtype=np.int64), np.empty(0)
    reach, margin = finer, 4
    least = cells[:, :2].min(axis=0) - margin
    wide, high = (cells[:, :2].max(axis=0) - least + margin + 1) * finer
    field_of = np.zeros((high, wide))
    for dy in range(finer):
        for dx in range(finer):
            field_of[(cells[:, 1] - least[1]) * finer + dy, (cells[:, 0] - least[0]) * finer + dx] = cells[:, 2]
    weight = np.array([math.comb(4 * reach, k) for k in range(4 * reach + 1)]) / 2 ** (4 * reach)
    for axis in (0, 1):
        field_of = np.apply_along_axis(np.convolve, axis, field_of, weight, "same")
    row, column = np.nonzero(field_of > 1e-9)
    return np.column_stack([column, row]) + least * finer, field_of[row, column]


def _frame(box):
    (left, top), (right, bottom) = positions([[box[0], box[3]], [box[2], box[1]]])
    mm = min(MAP_MM[2] / (right - left), MAP_MM[3] / (bottom - top))
    return _Frame((left + right) / 2 - MAP_MM[2] / mm / 2, (top + bottom) / 2 - MAP_MM[3] / mm / 2, mm)


def _squares(frame, rows):
    corner, far = frame.place(rows[:, :2]), frame.place(rows[:, 2:])
    return "".join(
        f"M{x:g} {y:g}H{right:g}V{low:g}H{x:g}Z" for (x, y), (right, low) in zip(corner.tolist(), far.tolist(), strict=True)
    )


def _faces(frame, shape):
    laid = shapely.simplify(shapely.transform(shape, lambda lonlat: frame.place(positions(lonlat))), 0.05)
    rings = [ring for part in shapely.get_parts(laid) for ring in (part.exterior, *part.interiors)]
    return "".join(
        f"M{'L'.join(f'{x:g} {y:g}' for x, y in shapely.get_coordinates(ring)[:-1].round(2).tolist())}Z" for ring in rings
    )


def _legend(picture):
    top = MAP_MM[1] + 3
    for line in picture.lines:
        yield _text(LEGEND_MM, top, line, 3.1)
        top += 5.2
    top += 5
    if picture.legend_title:
        yield _text(LEGEND_MM, top, picture.legend_title, 3.3, weight="bold")
        top += 3
    for colour, words, held in picture.legend:
        yield f'<rect x="{LEGEND_MM}" y="{top}" width="7" height="4.6" fill="{colour}" stroke="{PALE}" stroke-width="0.1"/>'
        yield _text(LEGEND_MM + 9.5, top + 3.6, words, 3.1)
        yield _text(PAGE_MM[0] - 14, top + 3.6, held, 3.1, ink=PALE, anchor="end")
        top += 6


def _bar(box, frame):
    """A scale bar, true in the middle of the map."""
    metre_mm = frame.mm * (1 << 25) / EARTH_M / math.cos(math.radians((box[1] + box[3]) / 2))
    most = 0.25 * MAP_MM[2] / metre_mm
    power = 10 ** math.floor(math.log10(most))
    length = max(step * power for step in (1, 2, 5) if step * power <= most)
    mm = length * metre_mm
    x, y = MAP_MM[0] + MAP_MM[2] - mm - 6, MAP_MM[1] + MAP_MM[3] - 4
    words = f"{length / 1000:g} km" if length >= 1000 else f"{length:g} m"
    yield f'<rect x="{x - 3:.2f}" y="{y - 5:.2f}" width="{mm + 6:.2f}" height="8" fill="{NOTHING}" fill-opacity="0.85"/>'
    yield f'<rect x="{x:.2f}" y="{y:.2f}" width="{mm:.2f}" height="0.9" fill="{INK}"/>'
    yield _text(x + mm / 2, y - 1.2, words, 2.6, anchor="middle")


def _text(x, y, text, size_mm, *, ink=INK, weight="normal", anchor="start"):
    said = f'x="{x:.2f}" y="{y:.2f}" font-size="{size_mm}" font-weight="{weight}" text-anchor="{anchor}"'
    return f'<text {said} fill="{ink}">{escape(text)}</text>'
