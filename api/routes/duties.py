"""Grid workers and their duties. Name and work contact of who serves a grid are public (Art. 10 of the regulation)."""

from datetime import date, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Response
from pydantic import BaseModel, ConfigDict, Field

from api.answers import GUARDED_ACTS
from api.authorising import Asking
from api.json_text import dumps, moment
from api.models import Answer
from api.parameters import PRINTABLE, instant
from api.resources import Resources, resources
from boundaries.clock import now, start_of_day
from boundaries.codes import level_of
from boundaries.duties import KINDS, ROLES
from boundaries.store import duties as store

router = APIRouter(tags=["duties"], responses=GUARDED_ACTS)
Held = Annotated[Resources, Depends(resources)]
Code = Annotated[str, Path(max_length=20, pattern=PRINTABLE, examples=["510502001001001"])]
Number = Annotated[int, Path(ge=1, le=2**62)]
Name = Annotated[str, Field(min_length=1, max_length=100, examples=["王芳"])]
Phone = Annotated[str, Field(min_length=4, max_length=30, examples=["0830-3101234"])]
LONGEST_LIST = store.MOST_WORKERS


class Wish(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class NewWorker(Wish):
    """Work contact, as it is published with the grid; nothing else about the person."""

    scope: str = Field(max_length=12, pattern=PRINTABLE, examples=["510502001001"], description="Village, town or county.")
    name: Name
    work_phone: Phone
    kind: Literal[KINDS] = Field(examples=["full_time"])


class WorkerChange(Wish):
    """What is given changes, the rest stays."""

    name: Name | None = None
    work_phone: Phone | None = None
    kind: Literal[KINDS] | None = None
    active: bool | None = Field(default=None, description="False ends all duties.")


class NewDuty(Wish):
    worker_id: int = Field(ge=1, le=2**62, examples=[12])
    role: Literal[ROLES] = Field(default="responsible", examples=["responsible"])
    since: date | None = Field(default=None, alias="from", examples=["2026-12-01"], description="Today or later; default now.")


class DutyEnd(Wish):
    until: date | None = Field(
        default=None, examples=["2027-01-01"], description="The first day on which it no longer holds; default now."
    )


class GridWorker(Answer):
    id: int = Field(examples=[12])
    scope: str = Field(examples=["510504001001"])
    name: str = Field(examples=["王芳"])
    work_phone: str = Field(examples=["0830-3101234"])
    kind: Literal[KINDS] = Field(examples=["full_time"])
    active: bool = Field(examples=[True])


class GridWorkers(Answer):
    workers: list[GridWorker]
    truncated: bool


class Duty(Answer):
    duty_id: int = Field(examples=[5])
    worker_id: int = Field(examples=[12])
    role: Literal[ROLES] = Field(examples=["responsible"])
    name: str = Field(examples=["王芳"])
    work_phone: str = Field(examples=["0830-3101234"])
    kind: Literal[KINDS] = Field(examples=["full_time"])
    valid_from: str = Field(examples=["2026-12-01T00:00:00+08:00"])
    valid_to: str | None = Field(examples=[None], description="At the latest the end of the grid.")


class Duties(Answer):
    grid: str = Field(examples=["510504001001002"])
    duties: list[Duty]


@router.get("/grids/{code}/duties", response_model=Duties, summary="Who serves a grid")
def duties(code: Code, at: Annotated[datetime, Depends(instant)], held: Held):
    """As of a date, the responsible first. The contact is that of today."""
    level_of(code)
    with held.reading() as connection:
        return _duties(connection, code, at)


@router.post("/grids/{code}/duties", response_model=Duties, status_code=201, summary="Have a worker serve a grid")
def begin(code: Code, body: NewDuty, asking: Asking, held: Held):
    """From today or a later day on; the grid has to be in force then, and in the worker's own place. Answers as of that day."""
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


@router.get("/grid-workers", response_model=GridWorkers, summary="Grid workers")
def workers(asking: Asking, held: Held):
    """Those within one's own scopes, by place and name."""
    with held.reading() as connection:
        rows = store.workers(connection, asking.scopes(), limit=LONGEST_LIST + 1)
    return _private({"workers": [row._asdict() for row in rows[:LONGEST_LIST]], "truncated": len(rows) > LONGEST_LIST})


@router.post("/grid-workers", response_model=GridWorker, status_code=201, summary="Enter a grid worker")
def add(body: NewWorker, asking: Asking, held: Held):
    """For a village, town or county; duties are inside it."""
    asking.require_at(body.scope)
    with held.engine.begin() as connection:
        worker_id = store.add_worker(connection, by=asking.by, **body.model_dump())
        return _private(store.worker(connection, worker_id)._asdict(), 201)


@router.patch("/grid-workers/{worker_id}", response_model=GridWorker, summary="Change a grid worker")
def change(worker_id: Number, body: WorkerChange, asking: Asking, held: Held):
    """The contact of before is not kept."""
    with held.engine.begin() as connection:
        asking.require_at(store.worker(connection, worker_id).scope)
        given = {name: value for name, value in body.model_dump().items() if value is not None}
        store.change_worker(connection, worker_id, by=asking.by, **given)
        return _private(store.worker(connection, worker_id)._asdict())


def _duties(connection, code, at, *, status=200):
    rows = store.duties_of(connection, [code], at)
    return _private({"grid": code, "duties": [_duty(row) for row in rows]}, status)


def _duty(row):
    names = ("duty_id", "worker_id", "role", "name", "work_phone", "kind")
    times = {"valid_from": moment(row.valid_from), "valid_to": moment(row.valid_to)}
    return {name: getattr(row, name) for name in names} | times


def _private(value, status=200):
    return Response(dumps(value), status, media_type="application/json", headers={"Cache-Control": "no-store"})
