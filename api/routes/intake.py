"""Reports of the staff, and what comes with them: photos, a contact, likely duplicates, the queue of those without a grid."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response

from api import intake_answers
from api.answers import GUARDED_ACTS, NO_STORE, unstored
from api.authorising import Asking
from api.intake_forms import Sent, StaffReport, body_of, idempotency_key, sent_as, submission
from api.intake_models import Contact, Duplicates, Photos, ReportTaken, UnassignedQueue
from api.json_text import moment
from api.parameters import PRINTABLE
from api.resources import Resources, resources
from api.seals import blinding, seal_of
from boundaries.clock import now
from incidents.cases import case_of, place_of
from incidents.flow import require_sight
from incidents.store import contacts, doubtful, flow, photos
from incidents.store.intake import shown, take_in

router = APIRouter(tags=["intake"], responses=GUARDED_ACTS)
Held = Annotated[Resources, Depends(resources)]
No = Annotated[str, Path(max_length=40, pattern=PRINTABLE, examples=["5105022026050200017"])]
PhotoNo = Annotated[int, Path(ge=1, le=2**62, examples=[31])]
Key = Annotated[str | None, Depends(idempotency_key)]
Reported = Annotated[Sent, Depends(sent_as(StaffReport))]
AGAIN = {200: {"model": ReportTaken, "description": "It was sent before, under the same Idempotency-Key."}}
# A picture is a picture: whatever a browser would make of its bytes, no script of it runs and nothing frames it.
AS_PICTURE = NO_STORE | {"Content-Disposition": "inline", "Content-Security-Policy": "default-src 'none'; sandbox"}


@router.post(
    "/incidents",
    status_code=201,
    response_model=ReportTaken,
    responses=AGAIN,
    openapi_extra=body_of(StaffReport),
    summary="Report an incident 上报",
)
def report(asking: Asking, held: Held, key: Key, sent: Reported):
    """As JSON, or as a form with up to five photos, each called ``photo``. It has its village, grid, micro-grid and
    responsible worker at once; what is urgent goes to the competent department. Send an Idempotency-Key, and send the report
    again under it whenever the answer is lost."""
    said = sent.body.report(sent.body.source)
    drawn = sent.redrawn()
    snapshot = held.snapshots.at(now())
    again = submission(f"account:{asking.actor.account_id}", key, sent, said, blind=blinding(held.settings))
    alone = not (said.contact or drawn)
    with held.alone() if alone else held.engine.begin() as connection:
        taken = take_in(
            connection,
            said,
            snapshot=snapshot,
            by=asking.by,
            actor=asking.actor.name,
            may=lambda code: asking.require_at(code) if code else None,
            submission=again,
        )
        answer = shown(connection, taken)
        if not taken.repeated:
            answer["photos"] = attach(connection, taken, said, drawn, held=held, by=asking.by)
    return unstored(intake_answers.taken(answer, snapshot), status=200 if taken.repeated else 201)


def attach(connection, taken, said, drawn, *, held, by):
    """Store what comes with a report that is new, its photos and its contact sealed; the numbers of the photos."""
    if said.contact:
        contacts.add_contact(connection, taken.incident_id, taken.no, said.contact, seal_of(held.settings))
    return [photos.add_photo(connection, taken.incident_id, photo, by=by) for photo in drawn]


@router.get("/incidents/unassigned", response_model=UnassignedQueue, summary="Incidents without a grid, and why")
def unassigned(asking: Asking, held: Held, limit: Annotated[int, Query(ge=1, le=1000)] = 200):
    """Open ones whose nearest grid one may act for, the longest waiting first."""
    with held.reading() as connection:
        rows = doubtful.unassigned(connection, asking.scopes(), limit=limit)
    listed = [_queued(row) for row in rows]
    return unstored({"incidents": listed, "total": rows[0].total if rows else 0})


@router.get("/incidents/{no}/duplicates", response_model=Duplicates, summary="Incidents that may be the same")
def duplicates(
    no: No,
    asking: Asking,
    held: Held,
    within_m: Annotated[float | None, Query(gt=0, le=5000, description="Default: the city's setting, 50 m.")] = None,
    hours: Annotated[float | None, Query(gt=0, le=8760, description="Default: the city's setting, 48 hours.")] = None,
):
    """Of the same matter, near, reported shortly before or after, and not ended. Merge with POST /incidents/{no}/merge."""
    with held.reading() as connection:
        row = _mine(connection, asking, no)
        rows = doubtful.duplicates(connection, row, now(), scopes=asking.scopes(), within_m=within_m, hours=hours)
    found = [row._asdict() | {"reported_at": moment(row.reported_at), "distance_m": round(row.distance_m, 1)} for row in rows]
    return unstored({"duplicates": found})


@router.get("/incidents/{no}/photos", response_model=Photos, summary="The photos of an incident")
def photos_of(no: No, asking: Asking, held: Held):
    """Their numbers and sizes."""
    with held.reading() as connection:
        _seen(connection, asking, no)
        rows = photos.photos_of(connection, no)
    return unstored({"photos": [row._asdict() | {"at": moment(row.at)} for row in rows]})


@router.get(
    "/incidents/{no}/photos/{photo_id}",
    response_class=Response,
    responses={200: {"content": {"image/jpeg": {}}, "description": "The picture, drawn anew, without metadata."}},
    summary="A photo",
)
def photo(no: No, photo_id: PhotoNo, asking: Asking, held: Held):
    """At most 1,600 pixels a side."""
    with held.reading() as connection:
        _seen(connection, asking, no)
        row = photos.photo_of(connection, no, photo_id)
    return Response(row.content, media_type=row.media_type, headers=AS_PICTURE)


@router.post("/incidents/{no}/contact", response_model=Contact, summary="See how to reach who reported")
def contact(no: No, asking: Asking, held: Held):
    """Each look stands in the audit trail. POST, because it leaves a trace."""
    with held.engine.begin() as connection:
        _mine(connection, asking, no)
        return unstored({"contact": contacts.contact_of(connection, no, seal_of(held.settings), by=asking.by)})


def _mine(connection, asking, no):
    """The incident, for who has the route's right where it lies."""
    row = flow.one(connection, no)
    asking.require_at(place_of(row))
    return row


def _seen(connection, asking, no):
    """Refuse who may not see the incident whole."""
    row = _mine(connection, asking, no)
    require_sight(case_of(row, flow.course(connection, no)), asking.actor)


def _queued(row):
    said = row._asdict() | {"reported_at": moment(row.reported_at), "distance_m": round(row.distance_m, 2)}
    del said["total"]
    return said
