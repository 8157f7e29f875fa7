"""What is asked about counted incidents, found and put into answers."""

from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np

from api.json_text import moment
from boundaries.clock import CITY_ZONE, now
from boundaries.rights import denied
from boundaries.store import reading
from gis.errors import Refusal
from incidents.heat.months import begin_of_month, months_between
from incidents.store.choropleth import PER_HOUSEHOLDS, shown
from incidents.store.filters import Filter
from incidents.store.generated import all_generated
from incidents.store.heat import DEEPEST_ZOOM, Bins, Heat
from incidents.store.reading import period, require_known

CELLS = "cells"
STEPS = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(days=7)}
MOST_SPANS = 20_000
MONDAY = datetime(2026, 1, 5, tzinfo=CITY_ZONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is to be counted.

    Attributes
    ----------
    wanted : Filter
    against : Filter or None
        The same of the period compared with.
    by : str
        ``cells`` or a level.
    box : Box
    zoom : int
    """

    wanted: Filter
    against: Filter | None
    by: str
    box: tuple
    zoom: int


@dataclass(frozen=True, slots=True)
class Found:
    """Cells of a question, and how they were cut for the public.

    Attributes
    ----------
    bins, before : Bins
        `before` is None without a comparison.
    months : tuple of datetime or None
        For the public: begin and end of the whole months counted.
    coarser : int or None
    """

    bins: Bins
    before: Bins | None = None
    months: tuple | None = None
    coarser: int | None = None


@contextmanager
def counting(held, wanted):
    """Counts of now, and the connection they may need.

    Raises
    ------
    Refusal
        ``unknown_matter``, ``unknown_family``.
    """
    view = held.rollups.view()
    with held.reading() as connection:
        require_known(connection, wanted)
        yield Heat(connection, view), connection


def sees_all(actor, connection):
    """Whether somebody sees every count: by the right to read incidents, or because all of them are generated."""
    return actor.may("incident.read") or actor.may("incident.read", demo=all_generated(connection))


def cells(heat, question):
    """Cells of a question of somebody who sees all."""
    before = question.against and heat.bins(question.box, question.zoom, question.against)
    return Found(heat.bins(question.box, question.zoom, question.wanted), before)


def public_cells(heat, connection, held, question, actor):
    """Cells of a question of the public: whole months, all matters together, groups of five and more.

    Raises
    ------
    Refusal
        ``not_signed_in``, ``forbidden`` for what only those see who may read incidents.
    """
    wanted = question.wanted
    if question.by != CELLS or wanted.matter or wanted.family or wanted.state:
        raise denied(actor, "incident.read")
    at = now()
    city = reading.city(connection, at)
    told = {"city_box": (city.west, city.south, city.east, city.north), "at": at}

    def of(asked):
        first = asked.since or period(connection)[0] or at
        begin, end = months_between(begin_of_month(first) if asked.since is None else first, asked.until, at=at)
        return held.released.bins(heat, question.box, question.zoom, begin=begin, end=end, **told), (begin, end)

    (bins, coarser), months = of(wanted)
    before = question.against and of(question.against)[0][0]
    return Found(bins, before, months, coarser)


def cells_answer(found):
    """The answer for cells; see :class:`api.models.Heat`."""
    bins = found.bins
    answer = {"zoom": bins.zoom, "cell_px": bins.cell_px, "bins": bins.cells.tolist(), "total": bins.total, "max": bins.most}
    if found.before is not None:
        answer |= {"compared": compared(bins.cells, found.before.cells), "before": found.before.total}
    if found.months is not None:
        answer |= {"months": [moment(each) for each in found.months], "coarser": found.coarser}
    return answer


def compared(now_cells, before_cells):
    """Cells of two periods side by side.

    Returns
    -------
    list of list
        Column, row, count, count before, difference, ratio or None; by row and column.

    Examples
    --------
    >>> compared(np.array([[3, 1, 6]]), np.array([[3, 1, 4], [0, 2, 1]]))
    [[3, 1, 6, 4, 2, 1.5], [0, 2, 0, 1, -1, 0.0]]
    """
    counts = {}
    for side, rows in enumerate((now_cells, before_cells)):
        for x, y, count in rows.tolist():
            counts.setdefault((y, x), [0, 0])[side] = count
    return [[x, y, new, old, new - old, ratio(new, old)] for (y, x), (new, old) in sorted(counts.items())]


def ratio(new, old):
    """How many times as many; None where there were none."""
    return round(new / old, 4) if old else None


def units(heat, connection, question, *, within=None):
    """Units of a question with their counts.

    Returns
    -------
    list of Shown
    elsewhere : int
    """
    counts = heat.grids(question.wanted)
    before = None if question.against is None else heat.grids(question.against)
    found = shown(connection, question.by, counts, at=now(), before=before, box=question.box, within=within)
    return found, sum(counts.values()) - sum(each.count for each in found)


def units_answer(question, found, elsewhere):
    """The answer for units; see :class:`api.heat_models.HeatUnits`."""
    return {
        "by": question.by,
        "units": [unit_answer(each) for each in found],
        "total": sum(each.count for each in found),
        "elsewhere": elsewhere,
        "max": max((each.count for each in found), default=0),
        "period": span(question.wanted),
        "against": question.against and span(question.against),
        "before": None if question.against is None else sum(each.before for each in found),
    }


def unit_answer(each):
    """One unit; see :class:`api.heat_models.HeatUnit`."""
    answer = {"code": each.code, "name": each.name, "count": each.count, "households": each.households, "rate": each.rate}
    if each.before is not None:
        answer |= {"before": each.before, "difference": each.count - each.before, "ratio": ratio(each.count, each.before)}
    return answer


def hottest(found, *, order, limit):
    """The units with the most incidents, or the most per 1,000 households; the smaller code first where they are equal."""
    some = [each for each in found if each.count and (order == "count" or each.rate is not None)]
    return sorted(some, key=lambda each: (-(each.count if order == "count" else each.rate), each.code))[:limit]


def edges(wanted, step, *, first, last):
    """The spans of time of a series, whole ones in the city's time.

    Parameters
    ----------
    wanted : Filter
    step : str
        Of `STEPS`.
    first, last : datetime or None
        Of the incidents there are, where the period is open.

    Returns
    -------
    list of datetime

    Raises
    ------
    Refusal
        ``too_many_spans``.
    """
    length = STEPS[step]
    since = wanted.since or first or now()
    until = wanted.until or (max(last, since) + timedelta(microseconds=1) if last else since + length)
    begin = MONDAY + (since - MONDAY) // length * length
    count = -((begin - until) // length)
    if count > MOST_SPANS:
        sentence = f"The period has {count} spans of a {step}; ask for longer ones or a shorter period, at most {MOST_SPANS}."
        raise Refusal("too_many_spans", sentence, most=MOST_SPANS)
    return [begin + k * length for k in range(count + 1)]


def span(wanted):
    """The period of a filter."""
    return {"from": moment(wanted.since), "to": moment(wanted.until)}


def csv_rows(question, found):
    """Heading and rows of a table of what was counted.

    Parameters
    ----------
    question : Question
    found : Found or list of Shown

    Returns
    -------
    list of sequence
    """
    if question.by == CELLS:
        return [_cells_heading(found), *_cells_rows(found)]
    heading = ["code", "name", "count", "households", f"per_{PER_HOUSEHOLDS}_households"]
    rows = [[each.code, each.name, each.count, each.households, each.rate] for each in found]
    if question.against is None:
        return [heading, *rows]
    more = [[each.before, each.count - each.before, ratio(each.count, each.before)] for each in found]
    return [[*heading, "before", "difference", "ratio"], *(row + rest for row, rest in zip(rows, more, strict=True))]


def _cells_heading(found):
    return [
        "column",
        "row",
        "west",
        "south",
        "east",
        "north",
        "count",
        *(["before", "difference", "ratio"] if found.before else []),
    ]


def _cells_rows(found):
    shift = DEEPEST_ZOOM - found.bins.zoom
    rows = found.bins.cells.tolist() if found.before is None else compared(found.bins.cells, found.before.cells)
    side = 360 / ((1 << 25) >> shift)
    latitude = {row: _latitude(row, shift) for x, y, *_ in rows for row in (y, y + 1)}
    for x, y, *counts in rows:
        corners = (x * side - 180, latitude[y + 1], (x + 1) * side - 180, latitude[y])
        yield [x, y, *(f"{value:.7f}" for value in corners), *counts]


def _latitude(row, shift):
    """Of the upper side of a row of cells, in degrees."""
    return float(np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * row / ((1 << 25) >> shift))))))


def compared_filter(wanted, since, until):
    """The same filter of another period; None where there is none."""
    return None if since is None and until is None else replace(wanted, since=since, until=until)
