"""Badges of grid workers: the card to print, and the check that anybody may make (Art. 12 of the regulation)."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response

from api.answers import GUARDED, NO_STORE, PROBLEMS, unstored
from api.authorising import Asking
from api.models import Problem
from api.parameters import PRINTABLE
from api.public_address import public_base
from api.resources import Resources, resources
from api.worker_models import Badge as BadgeAnswer
from boundaries.filings.pdf import pdf_of
from boundaries.publication.badge import Badge, badge_page
from boundaries.store import workers as store

router = APIRouter(tags=["duties"])
Held = Annotated[Resources, Depends(resources)]
TOO_MANY = {429: {"model": Problem, "description": "Too many checks from one address; Retry-After says when again."}}
PDF = "application/pdf"


async def allowance(request: Request, asking: Asking):
    """Take one of the address's checks of this hour."""
    request.app.state.badge_rates.take(asking.origin)


@router.get(
    "/badges/{badge_no}",
    response_model=BadgeAnswer,
    responses=PROBLEMS | TOO_MANY,
    dependencies=[Depends(allowance)],
    summary="Whether a badge is a grid worker's",
)
def check(badge_no: Annotated[str, Path(max_length=40, pattern=PRINTABLE, examples=["W7QH2M9XKC4"])], held: Held):
    """The number as it stands on the badge; small letters, blanks and hyphens are read alike. Of a badge that is no longer valid
    nothing is told but that. Name and place are those that are published with the grids (Art. 10)."""
    with held.reading() as connection:
        row = store.worker_of_badge(connection, badge_no)
        if not (row.active and row.qualified):
            nothing = {"name": None, "kind": None, "place": None, "grids": []}
            return unstored({"badge_no": row.badge_no, "valid": False} | nothing)
        grids = [each._asdict() for each in store.grids_served(connection, row.id)]
        place = store.place_of_worker(connection, row)
    told = {"badge_no": row.badge_no, "valid": True, "name": row.name, "kind": row.kind}
    return unstored(told | {"place": {"code": row.scope, "name": place.name if place else row.scope}, "grids": grids})


@router.get(
    "/grid-workers/{worker_id}/badge.pdf",
    response_class=Response,
    responses=GUARDED | {200: {"content": {PDF: {}}, "description": "The card, 86 × 54 mm."}},
    summary="The badge of a grid worker as a card to print",
)
def card(worker_id: Annotated[int, Path(ge=1, le=2**62, examples=[12])], request: Request, asking: Asking, held: Held):
    """Name, number, kind, place, and the code of the page on which a resident checks it."""
    with held.reading() as connection:
        row = store.worker(connection, worker_id)
        asking.require_at(row.scope)
        place = store.place_of_worker(connection, row)
    badge = Badge(row.badge_no, row.name, row.kind, place.name if place else row.scope, bool(place and place.is_synthetic))
    address, _ = public_base(request, held.settings)
    content = pdf_of(badge_page(badge, address), row.badge_no)
    headers = {"Content-Disposition": f'attachment; filename="badge-{row.badge_no}.pdf"', **NO_STORE}
    return Response(content, media_type=PDF, headers=headers)
