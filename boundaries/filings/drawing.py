"""Maps of a change as SVG: what there was, what there is, and the one over the other."""

from dataclasses import dataclass
from xml.sax.saxutils import escape

import numpy as np
import shapely

from boundaries.filings.sheet import bar_length_m, graticule
from gis.lattice import from_lattice

FILLS = ("#dbe8f4", "#e6f0da", "#fbeed3", "#efe3f1", "#dff0ee", "#f6e2dc")
NEIGHBOUR_FILL, NEIGHBOUR_LINE = "#f2f1ee", "#b9b6ae"
INK, OLD_LINE, NEW_LINE, PARENT_LINE = "#222222", "#1d4f8f", "#c1121f", "#55524a"
FONT = 'font-family="Noto Sans CJK SC"'  # said on the element itself: SVG text does not take it from the page
HATCH_MM = 1.7
LABEL_MM, NEIGHBOUR_LABEL_MM = 2.7, 2.1
BESIDE_BAR_MM = 21
CLEAR_MM = 4.2  # between the numbers of turning points
MOST_POINT_NUMBERS = 80
MOST_POINTS = 300  # beyond, circles would hide the borders that they are on
FINE, BOLD = 0.35, 0.65  # of new borders; fine where there are many
MANY_LINES = 60


@dataclass(frozen=True, slots=True, eq=False)
class Land:
    """A face on a map.

    Attributes
    ----------
    code, name : str
    geometry : Geometry
        Degrees.
    """

    code: str
    name: str
    geometry: shapely.Geometry


def draw(sheet, *, faces, neighbours=(), parents=(), inner=(), new=(), gone=(), moved=(), numbered=None):
    """A map.

    Parameters
    ----------
    sheet : boundaries.filings.sheet.Sheet
    faces, neighbours, parents, inner : sequence of Land
        Changed units; those around them, grey; those above them, of which only the outline is drawn; those inside.
    new, gone : sequence of Line
        New borders, solid; old ones, dashed.
    moved : sequence of Moved
        Hatched.
    numbered : dict of (int, int) to int, optional
        Numbers of turning points by lattice position.

    Returns
    -------
    str
        An ``<svg>`` element, the same bytes for the same change.
    """
    layers = [
        *(_face(sheet, each, NEIGHBOUR_FILL, NEIGHBOUR_LINE, 0.15) for each in neighbours),
        *(_face(sheet, each, FILLS[k % len(FILLS)], INK, 0.25) for k, each in enumerate(faces)),
        *(_outline(sheet, each.geometry, "#8d8a82", 0.12) for each in inner),
        *_grid_lines(sheet),
        *(_hatch(sheet, each.geometry) for each in moved),
        *(_outline(sheet, each.geometry, PARENT_LINE, 0.7, dash="4 1.2 0.8 1.2") for each in parents),
        *(_line(sheet, each, OLD_LINE, 0.55, dash="1.8 1.1") for each in gone),
        *(_line(sheet, each, NEW_LINE, FINE if len(new) > MANY_LINES else BOLD) for each in new),
        *_labels(sheet, neighbours, NEIGHBOUR_LABEL_MM, "#8a877f"),
        *_labels(sheet, faces, LABEL_MM, INK),
        *_points(sheet, numbered or {}),
    ]
    clip = f'<clipPath id="sheet"><rect width="{sheet.width_mm}" height="{sheet.height_mm}"/></clipPath>'
    body = f'<g clip-path="url(#sheet)">{"".join(layers)}</g>'
    edge = f'<rect width="{sheet.width_mm}" height="{sheet.height_mm}" fill="none" stroke="{INK}" stroke-width="0.35"/>'
    size = f'width="{sheet.width_mm}mm" height="{sheet.height_mm}mm" viewBox="0 0 {sheet.width_mm} {sheet.height_mm}" {FONT}'
    marks = "".join([*_grid_texts(sheet), _north(sheet), _bar(sheet)])
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}><defs>{clip}</defs>{body}{edge}{marks}</svg>'


def _face(sheet, land, fill, stroke, width_mm):
    path = path_of(shapely.get_parts(sheet.lay(land.geometry)))
    return f'<path d="{path}" fill="{fill}" fill-rule="evenodd" stroke="{stroke}" stroke-width="{width_mm}"/>'


def _outline(sheet, geometry, stroke, width_mm, *, dash="none"):
    path = path_of(shapely.get_parts(sheet.lay(geometry)))
    style = f'stroke="{stroke}" stroke-width="{width_mm}" stroke-dasharray="{dash}" stroke-linejoin="round"'
    return f'<path d="{path}" fill="none" {style}/>'


def _line(sheet, line, stroke, width_mm, *, dash="none"):
    return _stroke(sheet.place(line.lonlat), stroke, width_mm, dash=dash)


def _stroke(points, stroke, width_mm, *, dash="none"):
    style = f'stroke="{stroke}" stroke-width="{width_mm}" stroke-dasharray="{dash}" stroke-linejoin="round"'
    return f'<path d="M{_steps(points)}" fill="none" stroke-linecap="butt" {style}/>'


def path_of(polygons):
    """What an SVG path says of polygons in millimetres, holes included."""
    rings = [ring for polygon in polygons for ring in (polygon.exterior, *polygon.interiors)]
    return "".join(f"M{_steps(shapely.get_coordinates(ring)[:-1])}Z" for ring in rings)


def _steps(points):
    """Points that differ on paper, as a path says them."""
    points = np.asarray(points)
    kept = points[np.r_[True, (np.diff(points, axis=0) != 0).any(axis=1)]]
    return "L".join(f"{x:g} {y:g}" for x, y in kept.tolist())


def _hatch(sheet, geometry):
    """Slanting lines over land, cut to it: no viewer has to know patterns."""
    land = shapely.intersection(shapely.buffer(sheet.lay(geometry), 0), sheet.frame)
    if land.is_empty:
        return ""
    west, north, east, south = land.bounds
    first = np.floor((west - south) / HATCH_MM) * HATCH_MM
    offsets = np.arange(first, east - north + HATCH_MM, HATCH_MM)
    lines = shapely.linestrings([[(offset + north, north), (offset + south, south)] for offset in offsets.tolist()])
    parts = shapely.get_parts(shapely.intersection(shapely.multilinestrings(lines), land))
    lines = [np.round(shapely.get_coordinates(part), 2) for part in parts if part.geom_type == "LineString"]
    path = "".join(f"M{_steps(line)}" for line in lines if len(line) > 1)
    return f'<path d="{path}" fill="none" stroke="{NEW_LINE}" stroke-width="0.18" stroke-opacity="0.75"/>' if path else ""


def _labels(sheet, lands, size_mm, ink):
    """Number and name where there is room for them."""
    for land in lands:
        shape = shapely.intersection(shapely.buffer(sheet.lay(land.geometry), 0), sheet.frame)
        if shape.is_empty or shape.area < (3 * size_mm) ** 2:
            continue
        place = shapely.maximum_inscribed_circle(shape, tolerance=0.5)
        (x, y), room = shapely.get_coordinates(place)[0].tolist(), place.length
        if room < size_mm * 0.9:
            continue
        wide = len(land.name) * size_mm * 0.85
        fits = wide < 3 * room and wide / 2 < x < sheet.width_mm - wide / 2
        yield text_at(x, y + (0 if fits else size_mm * 0.35), short(land.code), size_mm, ink, weight="bold")
        if fits:
            yield text_at(x, y + size_mm * 1.15, land.name, size_mm * 0.85, ink)


def short(code):
    """The last digits of a code, as a map shows them.

    Examples
    --------
    >>> short("510502001001002"), short("51050200100100203"), short("510502001001")
    ('002', '002-03', '001')
    """
    return f"{code[-5:-2]}-{code[-2:]}" if len(code) == 17 else code[-3:] if len(code) > 6 else code


def text_at(x, y, text, size_mm, ink, *, weight="normal", anchor="middle"):
    """A word on a map, with a white halo so that it can be read on lines."""
    said = f'x="{x:.2f}" y="{y:.2f}" font-size="{size_mm:.2f}" font-weight="{weight}" text-anchor="{anchor}"'
    halo = f'<text {said} fill="white" stroke="white" stroke-width="{size_mm * 0.28:.2f}">{escape(text)}</text>'
    return f'{halo}<text {said} fill="{ink}">{escape(text)}</text>'


def _points(sheet, numbered):
    """Turning points; numbers where they do not run into one another."""
    if not 0 < len(numbered) <= MOST_POINTS:
        return
    places = sheet.place(from_lattice(list(numbered)))
    written = []
    for (x, y), number in zip(places.tolist(), numbered.values(), strict=True):
        yield f'<circle cx="{x}" cy="{y}" r="0.55" fill="white" stroke="{NEW_LINE}" stroke-width="0.2"/>'
        clear = all((x - a) ** 2 + (y - b) ** 2 >= CLEAR_MM**2 for a, b in written)
        if clear and len(written) < MOST_POINT_NUMBERS:
            written.append((x, y))
            yield text_at(x + 0.9, y - 0.8, f"J{number}", 1.9, NEW_LINE, anchor="start")


def _grid_lines(sheet):
    for _, _, line in graticule(sheet):
        yield _stroke(shapely.get_coordinates(line).round(2), "#7d8fa3", 0.08)


def _grid_texts(sheet):
    for text, axis, line in graticule(sheet):
        ends = shapely.get_coordinates(line)
        if axis == "lon":
            x, y = max(ends.tolist(), key=lambda end: end[1])
            if 22 < x < sheet.width_mm - BESIDE_BAR_MM - _bar_mm(sheet):
                yield text_at(x, y - 0.8, text, 1.8, "#44566b")
        else:
            x, y = min(ends.tolist())
            if 14 < y < sheet.height_mm - 14:
                yield text_at(x + 0.8, y - 0.5, text, 1.8, "#44566b", anchor="start")


def _north(sheet):
    x, y = sheet.width_mm - 7, 4
    back = f'<rect x="{x - 4}" y="{y - 2}" width="8" height="14" fill="white" fill-opacity="0.85"/>'
    arrow = f'<path d="M{x} {y + 3.4}L{x + 2.2} {y + 10.6}L{x} {y + 8.8}L{x - 2.2} {y + 10.6}Z" fill="{INK}"/>'
    return back + arrow + text_at(x, y + 2.4, "北 N", 2.2, INK)


def _bar_mm(sheet):
    return bar_length_m(sheet) * 1000 / sheet.scale


def _bar(sheet):
    length_m, length = bar_length_m(sheet), _bar_mm(sheet)
    x, y = sheet.width_mm - length - 8, sheet.height_mm - 3.6
    back = f'<rect x="{x - 4:.2f}" y="{y - 6.6:.2f}" width="{length + 10:.2f}" height="9" fill="white" fill-opacity="0.88"/>'
    halves = (
        f'<rect x="{x:.2f}" y="{y:.2f}" width="{length / 2:.2f}" height="0.9" fill="{INK}" stroke="{INK}" stroke-width="0.15"/>'
        f'<rect x="{x + length / 2:.2f}" y="{y:.2f}" width="{length / 2:.2f}" height="0.9" fill="white" stroke="{INK}" '
        f'stroke-width="0.15"/>'
    )
    texts = text_at(x, y - 0.7, "0", 1.9, INK) + text_at(x + length, y - 0.7, f"{length_m:,} m", 1.9, INK)
    return back + halves + texts + text_at(x + length / 2, y - 3.4, f"1 : {sheet.scale:,}", 2.1, INK, weight="bold")
