"""Figures of grid workers and the incidents behind each: for the bodies that keep them; never public, and no ranking."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query

from api.answers import GUARDED, unstored
from api.authorising import Asking
from api.indicator_answers import incident_answer
from api.json_text import moment
from api.parameters import PRINTABLE, Period, period
from api.resources import Resources, resources
from api.routes.duties import LONGEST_LIST, Within, within_reach
from api.worker_models import CountedOfWorker, WorkerFigures
from boundaries.clock import now
from boundaries.store import workers as store
from incidents.store.indicators import Question
from incidents.store.worker_figures import MEASURES, behind_figure, figures

router = APIRouter(tags=["duties"], responses=GUARDED)
Held = Annotated[Resources, Depends(resources)]
Counted = Annotated[Period, Depends(period)]
Measure = Annotated[str, Query(max_length=20, pattern=PRINTABLE, json_schema_extra={"enum": list(MEASURES)})]


@router.get("/grid-workers/figures", response_model=WorkerFigures, summary="Figures of grid workers, from incidents")
def show(asking: Asking, held: Held, counted: Counted, within: Within = None):
    """Of the workers within one's own scopes, by place and name: how many incidents were theirs in the period and what became of
    them, as the indicators count (docs/indicators.md). See docs/workers.md for what they may be used for."""
    reach = within_reach(asking, within)
    with held.reading_once() as connection:
        rows = store.workers(connection, asking.scopes(), within=reach, limit=LONGEST_LIST + 1)
        told = figures(connection, rows[:LONGEST_LIST], _question(asking, counted), at=now())
    return unstored(_span(counted) | {"workers": told, "truncated": len(rows) > LONGEST_LIST})


@router.get("/grid-workers/{worker_id}/incidents", response_model=CountedOfWorker, summary="The incidents behind a figure")
def behind(
    worker_id: Annotated[int, Path(ge=1, le=2**62, examples=[12])],
    asking: Asking,
    held: Held,
    counted: Counted,
    measure: Measure = "responsible",
    after: Annotated[str, Query(max_length=40, pattern=PRINTABLE, description="`next` of the page before.")] = "",
    limit: Annotated[int, Query(ge=1, le=5000)] = 500,
):
    """Exactly as many as the figure says. `finished` are behind the mean handling time; `open` are all that are open now, those
    of whom the worker stands in for included."""
    with held.reading_once() as connection:
        asking.require_at(store.worker(connection, worker_id).scope)
        question = _question(asking, counted)
        rows, total = behind_figure(connection, worker_id, measure, question, at=now(), after=after, limit=limit)
    following = rows[-1].no if len(rows) == limit else None
    told = {"measure": measure, "total": total, "incidents": [incident_answer(row) for row in rows], "next": following}
    return unstored(told)


def _question(asking, counted):
    return Question(since=counted.since, until=counted.until, scopes=asking.scopes())


def _span(counted):
    return {"from": moment(counted.since), "to": moment(counted.until)}
