"""The map of a grid for a board that hangs on a wall: the grid filled, all else grey, names where there is room."""

from dataclasses import dataclass, field, replace

import numpy as np
import shapely

from boundaries.filings.drawing import path_of, text_at
from boundaries.filings.sheet import bar_length_m, sheet_around

PAPER, GREY, GREY_LINE, VILLAGE_LINE = "#f4f3ef", "#e9e7e1", "#c3c0b7", "#9b978d"
FILL, BORDER, INNER = "#ffe7a6", "#c8321f", "#a9741d"
INK, GREY_INK, INNER_INK, ROAD_INK, PLACE_INK = "#20242a", "#77746c", "#7d5310", "#5d5a53", "#31506b"
ROAD, ROAD_CASING = "#ffffff", "#cfccc3"
MOST_WORDS = 60  # beyond, no map of this size is read any more
LONGEST_WORD = 16
ALONG = np.array([0.5, 0.3, 0.7, 0.15, 0.85])  # shares of a road where its name is tried
SEEN_SHARE = 0.72  # of the sheet's width and height: the grid itself; the rest shows what is around it


@dataclass(frozen=True, slots=True, eq=False)
class Around:
    """What a map shows beside the grid itself, in degrees.

    Attributes
    ----------
    grids, above : sequence of Land
        Grids around it; villages, towns and counties, where each is drawn as far as nothing below it is.
    micro_grids : sequence of Land
    roads, places : sequence of Land
        Of the gazetteer, where there are any; lines and points, without a code.
    """

    grids: tuple = ()
    above: tuple = ()
    micro_grids: tuple = ()
    roads: tuple = ()
    places: tuple = ()

    @property
    def whole(self):
        """Units above grids that nothing on the map divides: they bear their own name."""
        codes = [each.code for each in (*self.grids, *self.above)]
        return [each for each in self.above if not any(code != each.code and code.startswith(each.code) for code in codes)]


@dataclass(slots=True)
class Words:
    """Words on a map that do not run into one another: the first come, first written.

    Attributes
    ----------
    sheet : boundaries.filings.sheet.Sheet
    taken : list of (float, float, float, float)
        Boxes in millimetres.
    """

    sheet: object
    taken: list = field(default_factory=list)

    def write(self, x, y, text, size_mm, ink, *, weight="normal"):
        """The word at a place, or nothing where there is no room."""
        text = text if len(text) <= LONGEST_WORD else text[: LONGEST_WORD - 1] + "…"
        half, high = width_of(text) * size_mm / 2, size_mm
        box = (x - half - 0.6, y - high, x + half + 0.6, y + 0.35 * high)
        if box[0] < 1 or box[1] < 1 or box[2] > self.sheet.width_mm - 1 or box[3] > self.sheet.height_mm - 1:
            return ""
        if len(self.taken) >= MOST_WORDS or any(_meet(box, other) for other in self.taken):
            return ""
        self.taken.append(box)
        return text_at(x, y, text, size_mm, ink, weight=weight)


def width_of(text):
    """Width of a word in its own size: a Chinese character is as wide as it is high.

    Examples
    --------
    >>> width_of("网格A1")
    3.2
    """
    return round(sum(1.0 if ord(each) > 0x2E7F else 0.6 for each in text), 2)


def sheet_of(contents, *, width_mm, height_mm):
    """The sheet of a grid's map: the grid whole, and what is around it on all sides.

    Parameters
    ----------
    contents : boundaries.publication.contents.Contents
    width_mm, height_mm : float
        On paper.

    Returns
    -------
    boundaries.filings.sheet.Sheet
    """
    close = sheet_around([contents.geometry], width_mm=width_mm * SEEN_SHARE, height_mm=height_mm * SEEN_SHARE)
    return replace(close, width_mm=width_mm, height_mm=height_mm)


def map_of(contents, sheet, *, around, unit=1.0):
    """The map of a grid.

    Parameters
    ----------
    contents : boundaries.publication.contents.Contents
    sheet : boundaries.filings.sheet.Sheet
        Of :func:`sheet_of`.
    around : Around
        What lies in the sheet's ``bounds``.
    unit : float
        By what letters and lines are larger or smaller than on A3.

    Returns
    -------
    str
        An ``<svg>`` element with class ``map``, the same for the same register.
    """
    words = Words(sheet, taken=[_north_box(sheet, unit), _bar_box(sheet, unit)])
    written = [*_own_words(words, contents, around, unit), *_words_around(words, around, unit)]
    body = "".join([*_land(sheet, contents, around, unit), *written])
    edge = _box(0, 0, sheet.width_mm, sheet.height_mm, f'fill="none" stroke="{INK}" stroke-width="{0.5 * unit:g}"')
    clip = f'<defs><clipPath id="m{contents.code}">{_box(0, 0, sheet.width_mm, sheet.height_mm, "")}</clipPath></defs>'
    size = f'width="{sheet.width_mm:g}mm" height="{sheet.height_mm:g}mm" viewBox="0 0 {sheet.width_mm:g} {sheet.height_mm:g}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="map" {size} font-family="Noto Sans CJK SC">{clip}'
        f'<g clip-path="url(#m{contents.code})">{body}</g>{edge}{_north(sheet, unit)}{_bar(sheet, unit)}</svg>'
    )


def _land(sheet, contents, around, unit):
    """From the ground up: paper, what is around, the grid, roads over it, borders over these."""
    yield f'<rect width="{sheet.width_mm:g}" height="{sheet.height_mm:g}" fill="{PAPER}"/>'
    yield from (_area(sheet, each.geometry, GREY, GREY_LINE, 0.25 * unit) for each in (*around.above, *around.grids))
    yield _area(sheet, contents.geometry, FILL, "none", 0)
    roads = [_line(sheet, each.geometry) for each in around.roads]
    for colour, width in ((ROAD_CASING, 2.3), (ROAD, 1.6)):
        yield from (_stroked(path, colour, width * unit) for path in roads)
    yield from (
        _stroked(_rings(sheet, each.geometry), VILLAGE_LINE, 0.5 * unit, dash=(3, 1, 0.8, 1), unit=unit) for each in around.above
    )
    yield from (
        _stroked(_rings(sheet, each.geometry), INNER, 0.3 * unit, dash=(1.6, 1.1), unit=unit) for each in around.micro_grids
    )
    yield _stroked(_rings(sheet, contents.geometry), "#ffffff", 2.4 * unit)
    yield _stroked(_rings(sheet, contents.geometry), BORDER, 1.3 * unit)


def _own_words(words, contents, around, unit):
    """The grid's own name in its largest part, or over it where it would cover it; then its micro-grids."""
    parts = sorted(shapely.get_parts(words.sheet.lay(contents.geometry)), key=lambda part: -part.area)
    x, y, room = _roomiest(parts[0])
    size = float(np.clip(2.6 * room / max(width_of(contents.name[:LONGEST_WORD]), 1), 3.2 * unit, 8 * unit))
    west, top, east, _ = parts[0].bounds
    if 2 * room < size or width_of(contents.name[:LONGEST_WORD]) * size > 2 * (east - west):
        x, y = (west + east) / 2, top - size
    yield words.write(x, y + 0.35 * size, contents.name, size, INK, weight="bold")
    for each in around.micro_grids:
        x, y, room = _roomiest(_laid(words.sheet, each.geometry))
        if room > 2.4 * unit:
            yield words.write(x, y + 0.9 * unit, each.name.removeprefix(contents.name), 2.6 * unit, INNER_INK)


def _words_around(words, around, unit):
    for each in sorted(around.roads, key=lambda road: -road.geometry.length):
        tried = (words.write(x, y + unit, each.name, 2.8 * unit, ROAD_INK) for x, y in _along(words.sheet, each.geometry))
        yield next(filter(None, tried), "")
    for each in (*around.grids, *around.whole):
        shape = _laid(words.sheet, each.geometry)
        if shape.area > (12 * unit) ** 2:
            x, y, room = _roomiest(shape)
            yield words.write(x, y + 1.3 * unit, each.name, 3.4 * unit, GREY_INK) if room > 3 * unit else ""
    for each in around.places:
        x, y = words.sheet.place([each.geometry.coords[0]])[0].tolist()
        word = words.write(x, y - 1.3 * unit, each.name, 2.6 * unit, PLACE_INK)
        yield (
            word
            and f'<circle cx="{x:g}" cy="{y:g}" r="{0.75 * unit:g}" fill="{PLACE_INK}" stroke="#fff" stroke-width="0.25"/>{word}'
        )


def _laid(sheet, geometry):
    """What is seen of an area, in millimetres; not where it only touches the edge of the sheet."""
    return shapely.MultiPolygon(_parts(shapely.buffer(sheet.lay(geometry), 0), sheet, "Polygon"))


def _parts(geometry, sheet, kind):
    return [part for part in shapely.get_parts(shapely.intersection(geometry, sheet.frame)) if part.geom_type == kind]


def _roomiest(shape):
    """Middle and radius of the largest circle inside an area, millimetres."""
    if shape.is_empty or shape.area < 1:
        return 0.0, 0.0, 0.0
    circle = shapely.maximum_inscribed_circle(shape, tolerance=0.5)
    return (*shapely.get_coordinates(circle)[0].tolist(), circle.length)


def _along(sheet, line):
    """Places along the longest part of a line that is seen, from its middle outwards."""
    seen = _parts(sheet.lay(line), sheet, "LineString")
    if not seen:
        return []
    places = shapely.line_interpolate_point(max(seen, key=shapely.length), ALONG, normalized=True)
    return shapely.get_coordinates(places).tolist()


def _area(sheet, geometry, fill, stroke, width_mm):
    path = path_of(shapely.get_parts(sheet.lay(geometry)))
    return f'<path d="{path}" fill="{fill}" fill-rule="evenodd" stroke="{stroke}" stroke-width="{width_mm:g}"/>'


def _rings(sheet, geometry):
    return path_of(shapely.get_parts(sheet.lay(geometry)))


def _line(sheet, geometry):
    parts = [sheet.place(shapely.get_coordinates(part)) for part in shapely.get_parts(geometry)]
    return "".join("M" + "L".join(f"{x:g} {y:g}" for x, y in part.tolist()) for part in parts)


def _stroked(path, stroke, width_mm, *, dash=(), unit=1.0):
    dashes = f' stroke-dasharray="{" ".join(f"{each * unit:g}" for each in dash)}"' if dash else ""
    style = f'fill="none" stroke="{stroke}" stroke-width="{width_mm:g}" stroke-linejoin="round" stroke-linecap="round"'
    return f'<path d="{path}" {style}{dashes}/>'


def _meet(one, other):
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _north_box(sheet, unit):
    return (sheet.width_mm - 17 * unit, 0, sheet.width_mm, 22 * unit)


def _north(sheet, unit):
    x, y = sheet.width_mm - 9 * unit, 4 * unit
    points = [(0, 4.4), (3, 14), (0, 11.6), (-3, 14)]
    arrow = "L".join(f"{x + a * unit:g} {y + b * unit:g}" for a, b in points)
    disc = f'<circle cx="{x:g}" cy="{y + 6 * unit:g}" r="{8.4 * unit:g}" fill="#fff" fill-opacity="0.9"/>'
    return f'{disc}<path d="M{arrow}Z" fill="{INK}"/>' + text_at(x, y + 3.2 * unit, "北 N", 3.4 * unit, INK, weight="bold")


def _bar_mm(sheet):
    return bar_length_m(sheet) * 1000 / sheet.scale


def _bar_box(sheet, unit):
    return (sheet.width_mm - _bar_mm(sheet) - 16 * unit, sheet.height_mm - 14 * unit, sheet.width_mm, sheet.height_mm)


def _bar(sheet, unit):
    long, metres = _bar_mm(sheet), f"{bar_length_m(sheet):,} m"
    x, y = sheet.width_mm - long - 9 * unit, sheet.height_mm - 5 * unit
    back = _box(x - 5 * unit, y - 8 * unit, long + 13 * unit, 12 * unit, 'fill="#fff" fill-opacity="0.9"')
    line = f'stroke="{INK}" stroke-width="{0.2 * unit:g}"'
    halves = _box(x, y, long / 2, 1.2 * unit, f'fill="{INK}" {line}') + _box(
        x + long / 2, y, long / 2, 1.2 * unit, f'fill="#fff" {line}'
    )
    ends = text_at(x, y - unit, "0", 2.5 * unit, INK) + text_at(x + long, y - unit, metres, 2.5 * unit, INK)
    return back + halves + ends + text_at(x + long / 2, y - 4.4 * unit, f"1 : {sheet.scale:,}", 2.8 * unit, INK, weight="bold")


def _box(x, y, wide, high, style):
    return f'<rect x="{x:g}" y="{y:g}" width="{wide:g}" height="{high:g}" {style}/>'
