"""Duties of grid workers. Name and work contact of who serves a grid are public (Art. 10 of the regulation)."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query

from api.answers import GUARDED_ACTS, unstored
from api.authorising import Asking
from api.json_text import moment
from api.parameters import PRINTABLE, instant
from api.resources import Resources, resources
from api.worker_models import Duties, DutyEnd, NewDuty, UnstaffedGrids
from boundaries.clock import now, start_of_day
from boundaries.codes import level_of
from boundaries.rights import WHOLE_CITY
from boundaries.store import duties as store

router = APIRouter(tags=["duties"], responses=GUARDED_ACTS)
Held = Annotated[Resources, Depends(resources)]
Code = Annotated[str, Path(max_length=20, pattern=PRINTABLE, examples=["510502001001001"])]
Number = Annotated[int, Path(ge=1, le=2**62)]
Within = Annotated[str | None, Query(max_length=20, pattern=PRINTABLE, description="Code of a unit: only what lies in it.")]
LONGEST_LIST = 1000


def within_reach(asking, within):
    """The unit that a list is narrowed to, which has to lie in one's own scopes; empty for all of them.

    Raises
    ------
    Refusal
        ``bad_code``, ``forbidden``.
    """
    if not within:
        return WHOLE_CITY
    level_of(within)
    asking.require_at(within)
    return WHOLE_CITY if len(within) == len("5105") else within  # a register holds one city


@router.get("/grids/unstaffed", response_model=UnstaffedGrids, summary="Grids that nobody serves")
def unstaffed(asking: Asking, held: Held, within: Within = None):
    """Grids in force for which nobody is responsible at this very moment: nobody ever was, the duty has ended, or who has it is
    absent and nobody stands in."""
    reach = within_reach(asking, within)
    with held.reading() as connection:
        rows = store.unstaffed(connection, asking.scopes(), within=reach, limit=LONGEST_LIST + 1)
    grids = [row._asdict() | {"since": moment(row.since)} for row in rows[:LONGEST_LIST]]
    return unstored({"within": within or "", "grids": grids, "truncated": len(rows) > LONGEST_LIST})


@router.get("/grids/{code}/duties", response_model=Duties, summary="Who serves a grid")
def duties(code: Code, at: Annotated[datetime, Depends(instant)], held: Held):
    """As of a date, the responsible first; of an absent worker who stands in. The contact is that of today."""
    level_of(code)
    with held.reading() as connection:
        return _duties(connection, code, at)


@router.post("/grids/{code}/duties", response_model=Duties, status_code=201, summary="Have a worker serve a grid")
def begin(code: Code, body: NewDuty, asking: Asking, held: Held):
    """From today or a later day on; the grid has to be in force then, in the worker's own place, and the worker trained and
    assessed by then. A full-time worker is responsible for one grid at a time. Answers as of that day."""
    asking.require_at(code)
    with held.engine.begin() as connection:
        store.begin_duty(connection, body.worker_id, code, role=body.role, since=body.since, by=asking.by)
        begun = now() if body.since is None else max(now(), start_of_day(body.since))
        return _duties(connection, code, begun, status=201)


@router.patch("/grids/{code}/duties/{duty_id}", response_model=Duties, summary="End a duty")
def end(code: Code, duty_id: Number, body: DutyEnd, asking: Asking, held: Held):
    """Today or on a later day; one that has not begun is taken back."""
    asking.require_at(code)
    with held.engine.begin() as connection:
        store.end_duty(connection, duty_id, code, until=body.until, by=asking.by)
        return _duties(connection, code, now())


def _duties(connection, code, at, *, status=200):
    rows = store.duties_of(connection, [code], at)
    return unstored({"grid": code, "duties": [_duty(row) for row in rows]}, status=status)


def _duty(row):
    names = ("duty_id", "worker_id", "role", "name", "work_phone", "kind", "substitutes_for")
    times = {"valid_from": moment(row.valid_from), "valid_to": moment(row.valid_to)}
    return {name: getattr(row, name) for name in names} | times
