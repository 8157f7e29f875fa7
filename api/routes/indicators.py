"""Indicators of how incidents are dealt with: as JSON, as a workbook, and the incidents behind each number."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from api.answers import GUARDED, NO_STORE, unstored
from api.authorising import Asking
from api.indicator_answers import indicators_answer, list_answer
from api.indicator_models import CountedIncidents, Indicators
from api.parameters import PRINTABLE, Period, period
from api.resources import Resources, resources
from api.routes.events import audience_of
from api.routes.incidents import Family, Matter
from api.slots import Slots
from boundaries.clock import now
from boundaries.codes import level_of
from boundaries.spreadsheets import XLSX
from gis.errors import Refusal
from incidents.indicator_workbook import workbook
from incidents.indicators import BREAKDOWNS, INDICATORS, SIDES, listed
from incidents.store.indicators import Question, behind, breakdown, require_department
from incidents.store.reading import require_known

router = APIRouter(tags=["indicators"], responses=GUARDED)
Held = Annotated[Resources, Depends(resources)]
WRITING = Slots(2, patience_s=20)  # a workbook of ten thousand grids is the work of seconds
NONE = "-"  # in an address: the row that has no code

By = Annotated[
    str, Query(max_length=20, pattern=PRINTABLE, description="What a row is of.", json_schema_extra={"enum": list(BREAKDOWNS)})
]
Named = Annotated[
    str,
    Query(max_length=40, pattern=PRINTABLE, description="Code of an indicator.", json_schema_extra={"enum": list(INDICATORS)}),
]
Side = Annotated[str, Query(max_length=20, pattern=PRINTABLE, json_schema_extra={"enum": list(SIDES)})]
OfRow = Annotated[
    str | None,
    Query(
        alias="row",
        max_length=40,
        pattern=PRINTABLE,
        description=f"`code` of a row, `{NONE}` of the row without one; left out, those of the whole.",
    ),
]


async def question(
    asking: Asking,
    counted: Annotated[Period, Depends(period)],
    within: Annotated[
        str | None, Query(max_length=20, pattern=PRINTABLE, description="Code of a unit: only what lies in it.")
    ] = None,
    matter: Matter = None,
    family: Family = None,
    department: Annotated[
        str | None, Query(max_length=40, pattern=PRINTABLE, description="Code of the department that handles it.")
    ] = None,
) -> Question:
    """Which incidents are counted, of those within the scopes of whoever asks.

    Raises
    ------
    Refusal
        ``bad_code``.
    """
    if within is not None and level_of(within) == "micro_grid":
        raise Refusal("bad_code", "The parameter 'within' takes a grid or a unit above it, not a micro-grid.")
    audience = audience_of(asking, within)
    return Question(
        since=counted.since,
        until=counted.until,
        within=audience.unit,
        matter=matter,
        family=family,
        department=department,
        scopes=audience.scopes,
        own_department=audience.department,
        own_scopes=audience.department_scopes,
        generated_only=audience.generated_only,
    )


Asked = Annotated[Question, Depends(question)]


@router.get("/indicators", response_model=Indicators, summary="How incidents are dealt with, in numbers")
def show_indicators(held: Held, asked: Asked, by: By = "county"):
    """Each indicator with its numerator and denominator, for every unit, department, matter, family, day, week or month that
    counts anything, and for the whole. The books of a period are closed at its end: what happens later does not count in it. A
    period that is not over ends now. See docs/indicators.md."""
    return unstored(indicators_answer(asked, *_counted(held, asked, by, at := now()), by=by, at=at))


@router.get(
    "/indicators.xlsx",
    response_class=Response,
    responses={200: {"content": {XLSX: {}}, "description": "The workbook."}},
    summary="The same as a workbook",
)
def write_indicators(held: Held, asked: Asked, by: By = "county"):
    """One sheet with the numbers, one with what they mean, the period and the time of making; in Chinese and English."""
    rows, total = _counted(held, asked, by, at := now())
    with WRITING.one():
        content = workbook(rows, total, by=by, at=at, period=(asked.since, asked.until), filters=_filters(asked))
    headers = {"Content-Disposition": f'attachment; filename="indicators-{by}.xlsx"', **NO_STORE}
    return Response(content, media_type=XLSX, headers=headers)


@router.get("/indicators/list", response_model=CountedIncidents, summary="The incidents behind a number")
def list_indicator(
    held: Held,
    asked: Asked,
    indicator: Named,
    part: Side = "numerator",
    by: By = "county",
    row: OfRow = None,
    after: Annotated[
        str, Query(max_length=40, pattern=PRINTABLE, description="`next` of the page before.", examples=["5105022026050200017"])
    ] = "",
    limit: Annotated[int, Query(ge=1, le=5000, description="Most incidents; 'total' counts them all.")] = 500,
):
    """Exactly as many as the number says, as long as nothing happens in between. Behind the mean handling time stand the
    incidents closed in the period, each with its hours."""
    if indicator not in INDICATORS:
        raise Refusal("unknown_indicator", f"The indicator is not known; give one of {', '.join(INDICATORS)}.")
    if part not in SIDES:
        raise Refusal("bad_part", f"A number is an indicator's {' or '.join(SIDES)}; give one of these as 'part'.")
    of_row = {"of_row": row is not None, "code": None if row == NONE else row}
    with held.reading_once() as connection:
        _require_known(connection, asked)
        number = listed(indicator, part)
        rows, total = behind(connection, asked, number, by=by, at=now(), after=after, limit=limit, **of_row)
    return unstored(list_answer(rows, total, indicator=indicator, part=part, limit=limit))


def _counted(held, asked, by, at):
    with held.reading_once() as connection:
        _require_known(connection, asked)
        return breakdown(connection, asked, by=by, at=at)


def _require_known(connection, asked):
    require_known(connection, asked)
    require_department(connection, asked.department)


def _filters(asked):
    """What the numbers are narrowed to, by name of the parameter."""
    named = {"within": asked.within, "matter": asked.matter, "family": asked.family, "department": asked.department}
    return {name: value for name, value in named.items() if value}
