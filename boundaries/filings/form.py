"""The filing form 备案表 as a page of HTML: what was decided, maps, tables, turning points, steps, digests."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import jinja2
import numpy as np

from boundaries.clock import CITY_ZONE
from boundaries.filings import vocabulary
from boundaries.filings.borders import borders, moved
from boundaries.filings.drawing import Land, draw, short
from boundaries.filings.effects import drawn_level, effects, summary, technical_codes
from boundaries.filings.payload import is_synthetic, thawed
from boundaries.filings.sheet import sheet_around
from gis.crs import METRIC_EPSG

HERE = Path(__file__).parent
MOST_UNITS, MOST_POINTS = 600, 1000  # beyond, the form refers to the electronic record, whose digest it bears
WIDE = {"width_mm": 178, "height_mm": 120}
HALF = {"width_mm": 87, "height_mm": 92}
PAGES = jinja2.Environment(loader=jinja2.FileSystemLoader(HERE), autoescape=True, trim_blocks=True, lstrip_blocks=True)


@dataclass(frozen=True, slots=True, eq=False)
class Borders:
    """New and old borders of a form, with the numbers of their turning points."""

    new: list
    gone: list
    numbers: dict

    @property
    def shown(self):
        """Tables of points: what the line is, and its rows; whole lines until there is no room."""
        room, tables = MOST_POINTS, []
        for title, lines in (("new", self.new), ("gone", self.gone)):
            for line in lines:
                room -= len(line.units)
                if room >= 0 or not tables:
                    tables.append((title, line, _rows(line, self.numbers)))
        return tables

    @property
    def lines_left_out(self):
        """Number of lines for which there was no room."""
        return len(self.new) + len(self.gone) - len(self.shown)

    @property
    def count(self):
        """Number of turning points."""
        return len(self.numbers)


def form(filed):
    """The form as HTML.

    Parameters
    ----------
    filed : Filed

    Returns
    -------
    str
        Self-contained, every text escaped; the same text for the same filing.
    """
    change = thawed(filed.payload)
    rows = effects(change)
    level = drawn_level(rows)
    lines = _borders(change, level)
    values = {
        "filed": filed,
        "change": change.set,
        "place": {each["level"]: each["name"] for each in filed.payload["place"]},
        "due": filed.payload["due"],
        "rows": rows[:MOST_UNITS],
        "rows_left_out": max(len(rows) - MOST_UNITS, 0),
        "shares": [share for share in change.shares if share.old != share.new][:MOST_UNITS],
        "names": _names(change),
        "summary": summary(rows, level),
        "level": level,
        "peopled": any(each.population is not None for each in (*change.before, *change.after)),
        "technical": technical_codes(change),
        "maps": _maps(filed, change, level, lines),
        "borders": lines,
        "synthetic": is_synthetic(change),
        "metric_epsg": METRIC_EPSG,
        "first": filed.steps[0],
        "last": filed.steps[-1],
        "step_of": {step["kind"]: step for step in filed.steps},
        "css": (HERE / "form.css").read_text(encoding="utf-8"),
        "words": vocabulary,
        "short": short,
        "day": _day,
        "moment": _moment,
    }
    return PAGES.get_template("form.html").render(values)


def _names(change):
    """Name of every unit, the new one where it has changed."""
    return {each.code: each.name for each in (*change.before, *change.after)}


def _of(versions, level):
    return [each for each in versions if each.level == level and not each.technical]


def _borders(change, level):
    new, gone = borders(_of(change.before, level), _of(change.after, level))
    numbers = {}
    for line in (*new, *gone):
        for point in map(tuple, line.units.tolist()):
            numbers.setdefault(point, len(numbers) + 1)
    return Borders(new, gone, numbers)


def _maps(filed, change, level, lines):
    """The map of the change, and those before and after it."""
    before, after = _of(change.before, level), _of(change.after, level)
    sides = [each.geometry for each in (*before, *after)]
    codes = sorted({each.code for each in (*before, *after)})
    parent = vocabulary.LEVEL_ABOVE[level]
    wide, half = sheet_around(sides, **WIDE), sheet_around(sides, **HALF)

    def lands(sheet, of_level, left_out=()):
        return [Land(*each) for each in filed.around(of_level, sheet.bounds, left_out)] if of_level else []

    given = {"neighbours": lands(wide, level, codes), "parents": lands(wide, parent)}
    numbered = {point: lines.numbers[point] for line in lines.new for point in map(tuple, line.units.tolist())}
    land_moved = moved(before, after, change.shares)
    both = {
        "change": draw(wide, faces=_lands(after), new=lines.new, gone=lines.gone, moved=land_moved, numbered=numbered, **given)
    }
    below = vocabulary.LEVEL_BELOW[level]
    for name, versions, inner in (("before", before, change.before), ("after", after, change.after)):
        own = {"inner": _lands(_of(inner, below)) if below else ()}
        both[name] = draw(half, faces=_lands(versions), **own, **given)
    return both


def _lands(versions):
    return [Land(each.code, each.name, each.geometry) for each in versions]


def _rows(line, numbers):
    """Number, longitude, latitude, north and east of each turning point, and the way to the next in metres."""
    metric = line.metric
    ways = [*np.hypot(*np.diff(metric, axis=0).T).tolist(), None]
    columns = zip(line.units.tolist(), line.lonlat.tolist(), metric.tolist(), ways, strict=True)
    return [(numbers[tuple(unit)], *lonlat, *reversed(east_north), way) for unit, lonlat, east_north, way in columns]


def _day(text):
    """A date of an instant's or a date's text, as people write it: 2026年5月1日."""
    moment = datetime.fromisoformat(text)
    moment = moment.astimezone(CITY_ZONE) if moment.tzinfo else moment
    return f"{moment.year}年{moment.month}月{moment.day}日"


def _moment(text):
    return datetime.fromisoformat(text).astimezone(CITY_ZONE).strftime("%Y-%m-%d %H:%M:%S")
