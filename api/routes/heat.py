"""Incidents counted: in the cells of the map, by unit, over time; as JSON, CSV, PDF and PNG."""

import csv
from io import StringIO
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from api import heat_answers, heat_picture
from api.answers import GUARDED, NO_STORE, answer
from api.authorising import Asking
from api.heat_answers import CELLS, STEPS, Question
from api.heat_models import HeatSeries, HeatUnits, HotGrids
from api.instants import parse_instant
from api.json_text import moment
from api.models import Heat
from api.parameters import PRINTABLE, Box, Period, optional_box, required_box
from api.routes.incidents import Family, Held, Matter, Reported, State, filter_for
from api.slots import Slots
from boundaries.clock import CITY_ZONE, now
from boundaries.codes import level_of
from boundaries.store import code_tables
from gis.errors import Refusal
from incidents.store.choropleth import LEVELS, places, shown
from incidents.store.heat import DEEPEST_ZOOM, OUTSIDE
from incidents.store.reading import matters, period

router = APIRouter(tags=["incidents"], responses=GUARDED)
DRAWING = Slots(2, patience_s=20)
MEDIA = {"csv": "text/csv; charset=utf-8", "pdf": "application/pdf", "png": "image/png"}
STYLES = ("bins", "smooth", "count", "rate")
MOST_DRAWN = 60_000  # cells of a picture, which has 205 x 172 mm for them

By = Annotated[
    str,
    Query(
        max_length=20, pattern=PRINTABLE, description="Cells of the map or a level.", json_schema_extra={"enum": [CELLS, *LEVELS]}
    ),
]
Within = Annotated[str | None, Query(max_length=20, pattern=PRINTABLE, description="Code of a unit above: only what lies below.")]
Zoom = Annotated[int, Query(ge=0, le=DEEPEST_ZOOM, description="Zoom of the map; a cell is 8 of its pixels wide.")]


async def compared_period(
    since: Annotated[
        str | None, Query(alias="against_from", max_length=40, description="Compare with the incidents from this instant on.")
    ] = None,
    until: Annotated[
        str | None, Query(alias="against_to", max_length=40, description="Compare with the incidents before this instant.")
    ] = None,
) -> Period:
    """The period of the parameters ``against_from`` and ``against_to``."""
    named = ((since, "against_from"), (until, "against_to"))
    found = Period(*(None if text is None else parse_instant(text, name) for text, name in named))
    if found.since and found.until and found.since >= found.until:
        raise Refusal("empty_period", "The period ends before it begins: 'against_from' has to be earlier than 'against_to'.")
    return found


async def question(
    bbox: Annotated[Box, Depends(required_box)],
    zoom: Zoom,
    reported: Reported,
    against: Annotated[Period, Depends(compared_period)],
    matter: Matter = None,
    family: Family = None,
    state: State = None,
    by: By = CELLS,
) -> Question:
    """What the parameters ask for.

    Raises
    ------
    Refusal
        ``bad_level``, ``unknown_state``.
    """
    if by not in (CELLS, *LEVELS):
        raise Refusal("bad_level", f"Incidents are counted by {CELLS}, {', '.join(LEVELS)}; give one of these as 'by'.")
    wanted = filter_for(reported, matter=matter, family=family, state=state)
    return Question(wanted=wanted, against=heat_answers.compared_filter(wanted, *against), by=by, box=bbox, zoom=zoom)


Asked = Annotated[Question, Depends(question)]


@router.get("/heat", response_model=Heat | HeatUnits, summary="Incidents by cell of the map, or by unit")
def heat(asking: Asking, held: Held, asked: Asked, within: Within = None):
    """Real counts: the box is widened to whole cells, every count is that of a whole cell, and their sum, ``total``, is the
    number of incidents in the widened box. Nothing is sampled or smoothed. By grid, village, town or county: every unit that
    meets the box, whole, with its rate per 1,000 households.

    Who may not read incidents is told of whole months that are over, of all matters together, by cells of zoom 13 or less,
    and of groups of five and more; see docs/heat.md."""
    with heat_answers.counting(held, asked.wanted) as (counts, connection):
        if not heat_answers.sees_all(asking.actor, connection):
            return _kept_private(heat_answers.cells_answer(_public(counts, connection, held, asked, asking)))
        if asked.by == CELLS:
            return answer(heat_answers.cells_answer(heat_answers.cells(counts, asked)))
        found, elsewhere = heat_answers.units(counts, connection, asked, within=_unit_above(within))
    return answer(heat_answers.units_answer(asked, found, elsewhere))


@router.get("/heat/series", response_model=HeatSeries, summary="Incidents over time")
def series(
    held: Held,
    bbox: Annotated[Box | None, Depends(optional_box)],
    reported: Reported,
    step: Annotated[str, Query(max_length=10, pattern=PRINTABLE, json_schema_extra={"enum": list(STEPS)})] = "day",
    matter: Matter = None,
    family: Family = None,
    state: State = None,
):
    """How many were reported in each hour, day or week (from Monday) of the city's time, in the box exactly; without a box
    everywhere. The first and the last span hold only what lies in the period."""
    if step not in STEPS:
        raise Refusal("bad_step", f"A series goes by {', '.join(STEPS)}; give one of these as 'step'.")
    wanted = filter_for(reported, matter=matter, family=family, state=state)
    with heat_answers.counting(held, wanted) as (counts, connection):
        first, last = period(connection)
        edges = heat_answers.edges(wanted, step, first=first, last=last)
        found = counts.moments(bbox, edges, wanted)
    said = {"step": step, "first": moment(edges[0].astimezone(CITY_ZONE)), "counts": found, "total": sum(found)}
    return answer(said | {"max": max(found, default=0), "period": heat_answers.span(wanted)})


@router.get("/heat/hot-grids", response_model=HotGrids, summary="The grids with the most incidents")
def hot_grids(
    held: Held,
    reported: Reported,
    matter: Matter = None,
    family: Family = None,
    state: State = None,
    within: Within = None,
    order: Annotated[str, Query(max_length=10, pattern=PRINTABLE, json_schema_extra={"enum": ["count", "rate"]})] = "count",
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
):
    """Those of now, by the number of incidents that were assigned to them, or by the rate per 1,000 households."""
    if order not in ("count", "rate"):
        raise Refusal("bad_order", "Grids are ordered by count or by rate; give one of these as 'order'.")
    wanted = filter_for(reported, matter=matter, family=family, state=state)
    at = now()
    with heat_answers.counting(held, wanted) as (counts, connection):
        by_grid = counts.grids(wanted)
        hottest = heat_answers.hottest(
            shown(connection, "grid", by_grid, at=at, within=_unit_above(within)), order=order, limit=limit
        )
        where = places(connection, [each.code for each in hottest], at=at)
    grids = [_hot_grid(each, *where[each.code]) for each in hottest if each.code in where]
    total = sum(count for code, count in by_grid.items() if code != OUTSIDE)
    return answer({"grids": grids, "total": total, "period": heat_answers.span(wanted)})


@router.get(
    "/heat/file",
    response_class=Response,
    responses={
        200: {"content": {media.split(";")[0]: {} for media in MEDIA.values()}, "description": "The table or the picture."}
    },
    summary="What is counted as CSV, PDF or PNG",
)
def file(
    asking: Asking,
    held: Held,
    asked: Asked,
    within: Within = None,
    form: Annotated[
        str, Query(alias="format", max_length=10, pattern=PRINTABLE, json_schema_extra={"enum": list(MEDIA)})
    ] = "csv",
    style: Annotated[
        str | None,
        Query(max_length=10, pattern=PRINTABLE, description="Of a picture.", json_schema_extra={"enum": list(STYLES)}),
    ] = None,
    lang: Annotated[str, Query(pattern="^(zh|en)$", description="Language of a picture.")] = "zh",
):
    """The same numbers as GET /heat. A picture of cells is drawn at a lower zoom where it could not show so many."""
    if form not in MEDIA:
        raise Refusal("unknown_format", f"The format is not known; give one of {', '.join(MEDIA)}.")
    if style is not None and style not in STYLES:
        raise Refusal("bad_style", f"A picture is drawn as {', '.join(STYLES)}; give one of these as 'style'.")
    with heat_answers.counting(held, asked.wanted) as (counts, connection):
        everything = heat_answers.sees_all(asking.actor, connection)
        if form != "csv" and asked.by == CELLS:
            asked = _drawable(asked)
        if not everything:
            found = _public(counts, connection, held, asked, asking)
        elif asked.by == CELLS:
            found = heat_answers.cells(counts, asked)
        else:
            found, _ = heat_answers.units(counts, connection, asked, within=_unit_above(within))
        if form == "csv":
            return _file(_csv(heat_answers.csv_rows(asked, found)), form)
        picture = heat_picture.picture_of(
            connection,
            asked,
            found,
            style=style or ("bins" if asked.by == CELLS else "rate"),
            language=lang,
            named=_named(connection, asked.wanted, lang),
            public=not everything,
        )
    with DRAWING.one():
        return _file(getattr(heat_picture, form)(picture), form)


def _public(counts, connection, held, asked, asking):
    return heat_answers.public_cells(counts, connection, held, asked, asking.actor)


def _kept_private(value):
    """Whose answer depends on who asks is not to be kept for the next one."""
    made = answer(value)
    made.headers.update(NO_STORE)
    return made


def _drawable(asked):
    zoom = min(asked.zoom, DEEPEST_ZOOM)
    while zoom > 0 and _cells_across(asked.box, zoom) > MOST_DRAWN:
        zoom -= 1
    return Question(wanted=asked.wanted, against=asked.against, by=asked.by, box=asked.box, zoom=zoom)


def _cells_across(box, zoom):
    wide = (box.east - box.west) / 360 * (32 << zoom)
    return wide * wide * max((box.north - box.south) / (box.east - box.west), 0.1)


def _unit_above(code):
    if code is not None:
        level_of(code)
    return code


def _named(connection, wanted, lang):
    """Names of what the incidents are filtered by."""
    found = []
    if wanted.family:
        found.append(code_tables.names(connection, "matter_family")[wanted.family][lang == "en"])
    if wanted.matter:
        found += [getattr(each, f"name_{lang}") for each in matters(connection) if each.code == wanted.matter]
    if wanted.state:
        found.append(heat_picture.STATE_WORDS[lang][wanted.state])
    return found


def _hot_grid(each, point, box):
    return heat_answers.unit_answer(each) | {"lon": round(point[0], 7), "lat": round(point[1], 7), "bbox": list(box)}


def _csv(rows):
    out = StringIO()
    out.write("\ufeff")  # without it Excel takes UTF-8 for the machine's own encoding
    csv.writer(out).writerows([_harmless(value) for value in row] for row in rows)
    return out.getvalue().encode("utf-8")


def _harmless(value):
    """A name that a spreadsheet would take for a formula begins with an apostrophe."""
    return f"'{value}" if isinstance(value, str) and value[:1] in "=+@\t" else value


def _file(content, form):
    headers = {"Content-Disposition": f'attachment; filename="heat.{form}"', **NO_STORE}
    return Response(content, media_type=MEDIA[form], headers=headers)
