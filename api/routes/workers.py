"""Grid workers: their work contact, training and assessment, absences. For those who keep them; never public."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Response

from api.answers import GUARDED_ACTS, unstored
from api.authorising import Asking
from api.json_text import moment
from api.resources import Resources, resources
from api.routes.duties import LONGEST_LIST, Within, within_reach
from api.worker_models import (
    Annulment,
    GridWorker,
    GridWorkers,
    NewAbsence,
    NewAssessment,
    NewTraining,
    NewWorker,
    WorkerChange,
    WorkerDetail,
)
from boundaries.store import absences, standing, worker_records
from boundaries.store import workers as store

router = APIRouter(tags=["duties"], responses=GUARDED_ACTS)
Held = Annotated[Resources, Depends(resources)]
Number = Annotated[int, Path(ge=1, le=2**62, examples=[12])]
KINDS_OF_RECORD = {"training": "training", "assessments": "assessment"}


@router.get("/grid-workers", response_model=GridWorkers, summary="Grid workers")
def workers(asking: Asking, held: Held, within: Within = None):
    """Those within one's own scopes, by place and name."""
    reach = within_reach(asking, within)
    with held.reading() as connection:
        rows = store.workers(connection, asking.scopes(), within=reach, limit=LONGEST_LIST + 1)
    return unstored({"workers": [_worker(row) for row in rows[:LONGEST_LIST]], "truncated": len(rows) > LONGEST_LIST})


@router.post("/grid-workers", response_model=GridWorker, status_code=201, summary="Enter a grid worker")
def add(body: NewWorker, asking: Asking, held: Held):
    """For a village, town or county; duties are inside it."""
    asking.require_at(body.scope)
    with held.engine.begin() as connection:
        worker_id = store.add_worker(connection, by=asking.by, **body.model_dump())
        return unstored(_worker(store.worker(connection, worker_id)), status=201)


@router.get("/grid-workers/{worker_id}", response_model=WorkerDetail, summary="A grid worker with all that is recorded")
def show(worker_id: Number, asking: Asking, held: Held):
    """Training, assessments, absences and duties."""
    with held.reading_once() as connection:
        return unstored(_detail(connection, _within_reach(connection, asking, worker_id)))


@router.patch("/grid-workers/{worker_id}", response_model=GridWorker, summary="Change a grid worker")
def change(worker_id: Number, body: WorkerChange, asking: Asking, held: Held):
    """The contact of before is not kept."""
    given = {name: value for name, value in body.model_dump().items() if value is not None}
    with held.engine.begin() as connection:
        _within_reach(connection, asking, worker_id)
        standing.change_worker(connection, worker_id, by=asking.by, **given)
        return unstored(_worker(store.worker(connection, worker_id)))


@router.post("/grid-workers/{worker_id}/training", response_model=WorkerDetail, status_code=201, summary="Enter a training")
def add_training(worker_id: Number, body: NewTraining, asking: Asking, held: Held):
    """Only added to: what was entered wrongly is annulled."""
    with held.engine.begin() as connection:
        row = _within_reach(connection, asking, worker_id)
        worker_records.add_training(connection, worker_id, by=asking.by, **body.model_dump())
        return unstored(_detail(connection, row), status=201)


@router.post("/grid-workers/{worker_id}/assessments", response_model=WorkerDetail, status_code=201, summary="Enter an assessment")
def add_assessment(worker_id: Number, body: NewAssessment, asking: Asking, held: Held):
    """The latest one counts. One that was failed takes back duties that were to begin after it."""
    with held.engine.begin() as connection:
        row = _within_reach(connection, asking, worker_id)
        worker_records.add_assessment(connection, worker_id, by=asking.by, **body.model_dump())
        return unstored(_detail(connection, row), status=201)


@router.post(
    "/grid-workers/{worker_id}/{records}/{record_id}/annul",
    response_model=WorkerDetail,
    summary="Annul a training or an assessment",
)
def annul(
    worker_id: Number,
    records: Literal["training", "assessments"],
    record_id: Number,
    body: Annulment,
    asking: Asking,
    held: Held,
):
    """It stays in the list with the reason and counts for nothing: duties that began on it alone end."""
    with held.engine.begin() as connection:
        row = _within_reach(connection, asking, worker_id)
        worker_records.annul(connection, KINDS_OF_RECORD[records], worker_id, record_id, reason=body.reason, by=asking.by)
        return unstored(_detail(connection, row))


@router.post("/grid-workers/{worker_id}/absences", response_model=WorkerDetail, status_code=201, summary="Enter an absence")
def add_absence(worker_id: Number, body: NewAbsence, asking: Asking, held: Held):
    """From today or a later day on. The substitute, where there is one, serves the worker's grids meanwhile; reports that come in
    then are the substitute's, and open ones stay in the list of both."""
    with held.engine.begin() as connection:
        row = _within_reach(connection, asking, worker_id)
        if body.substitute_id is not None:
            _within_reach(connection, asking, body.substitute_id)
        absences.add_absence(connection, worker_id, by=asking.by, **body.model_dump())
        return unstored(_detail(connection, row), status=201)


@router.delete("/grid-workers/{worker_id}/absences/{absence_id}", status_code=204, summary="End an absence")
def end_absence(worker_id: Number, absence_id: Number, asking: Asking, held: Held):
    """At once; one that has not begun is taken back."""
    with held.engine.begin() as connection:
        _within_reach(connection, asking, worker_id)
        absences.end_absence(connection, worker_id, absence_id, by=asking.by)
    return Response(status_code=204)


def _within_reach(connection, asking, worker_id):
    """A worker whose place one has the route's right for."""
    row = store.worker(connection, worker_id)
    asking.require_at(row.scope)
    return row


def _worker(row):
    return row._asdict() | {name: _day(getattr(row, name)) for name in ("trained_on", "assessed_on")}


def _detail(connection, row):
    worker_id = row.id
    return _worker(store.worker(connection, worker_id)) | {
        "training": [_record(each) for each in worker_records.trainings(connection, worker_id)],
        "assessments": [_record(each) for each in worker_records.assessments(connection, worker_id)],
        "absences": [_absence(each) for each in absences.absences(connection, worker_id)],
        "duties": [_duty(each) for each in store.duties_of_worker(connection, worker_id)],
    }


def _record(row):
    return row._asdict() | {"held_on": _day(row.held_on)}


def _absence(row):
    substitute = {"id": row.substitute_id, "name": row.substitute_name} if row.substitute_id else None
    return {"id": row.id, "from": moment(row.begins), "until": moment(row.ends), "substitute": substitute}


def _duty(row):
    return row._asdict() | {"valid_from": moment(row.valid_from), "valid_to": moment(row.valid_to)}


def _day(value):
    return value and value.isoformat()
