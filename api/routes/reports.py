"""Reports of the public, without signing in; and how they go."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request

from api.answers import PROBLEMS, unstored
from api.authorising import Asking
from api.intake_forms import PublicReport, Sent, body_of, idempotency_key, sent_as, submission
from api.intake_models import PublicReceipt, PublicStatus
from api.json_text import moment
from api.models import Problem
from api.parameters import PRINTABLE
from api.resources import Resources, resources
from api.routes.intake import attach
from api.seals import blinding, seal_of
from boundaries.clock import now
from boundaries.rights import PUBLIC
from gis.errors import Refusal
from incidents.store.intake import take_in
from incidents.store.reading import public_status

MORE = {
    409: {"model": Problem, "description": "The key was used for another report."},
    429: {"model": Problem, "description": "Too many reports from one address; Retry-After says when again."},
}
router = APIRouter(tags=["intake"], responses=PROBLEMS | MORE)
Held = Annotated[Resources, Depends(resources)]
No = Annotated[str, Path(max_length=40, pattern=PRINTABLE, examples=["5105022026050200017"])]
AGAIN = {200: {"model": PublicReceipt, "description": "It was sent before, under the same Idempotency-Key."}}
SHORTEST_KEY = 16  # of the public, who share one drawer: nobody guesses another's


async def allowance(request: Request, asking: Asking):
    """Take one of the address's reports of this hour; before the report is read."""
    request.app.state.rates.take(asking.origin)


async def public_key(key: Annotated[str | None, Depends(idempotency_key)]) -> str | None:
    """The Idempotency-Key of the public, long enough not to be another's."""
    if key is not None and len(key) < SHORTEST_KEY:
        raise Refusal("bad_idempotency_key", f"The Idempotency-Key is too short; make up {SHORTEST_KEY} random characters.")
    return key


@router.post(
    "/reports",
    status_code=201,
    response_model=PublicReceipt,
    responses=AGAIN,
    dependencies=[Depends(allowance)],
    openapi_extra=body_of(PublicReport),
    summary="Report something, without signing in",
)
def report(
    asking: Asking,
    held: Held,
    key: Annotated[str | None, Depends(public_key)],
    sent: Annotated[Sent, Depends(sent_as(PublicReport))],
):
    """As JSON, or as a form with up to five photos, each called ``photo``. The answer is the number and the token that shows
    how it goes; nothing of who reports is kept but the contact, if there is one, encrypted."""
    said = sent.body.report("public")
    drawn = sent.redrawn()
    by = (None, "public")
    again = submission("public", key, sent, said, blind=blinding(held.settings))
    with held.engine.begin() as connection:
        snapshot = held.snapshots.at(now())
        taken = take_in(connection, said, snapshot=snapshot, by=by, actor=PUBLIC.name, submission=again)
        if not taken.repeated:
            attach(connection, taken, said, drawn, held=held, by=by)
    receipt = {"no": taken.no, "token": seal_of(held.settings).token(taken.no)}
    return unstored(receipt, status=200 if taken.repeated else 201)


@router.get("/reports/{no}", response_model=PublicStatus, summary="How a report goes")
def status(no: No, held: Held, token: Annotated[str, Query(max_length=100, pattern=PRINTABLE)]):
    """State, grid and dates, for who has the token of the receipt."""
    with held.reading() as connection:
        row = public_status(connection, no) if seal_of(held.settings).fits(token, no) else None
    if row is None:
        raise Refusal("unknown_report", "There is no report with this number and token; look at the receipt again.")
    label = held.snapshots.at(now()).labels.get(row.grid_code)
    dates = ("reported_at", "registered_at", "dispatched_at", "handled_at", "closed_at")
    return unstored(
        {"no": row.no, "state": row.state, "grid": label and label.name} | {name: moment(getattr(row, name)) for name in dates}
    )
