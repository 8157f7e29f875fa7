"""Filings 备案: listed, handed in, received, returned, recorded, proven; their forms as PDF."""

from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from api import filing_answers
from api.answers import GEOJSON, GUARDED_ACTS, NO_STORE, unstored
from api.authorising import Asking
from api.filing_models import (
    Attachment,
    Attachments,
    Corrections,
    FilingDetail,
    Filings,
    ProofAnswer,
    Recording,
    Words,
)
from api.parameters import PRINTABLE
from api.resources import Resources, resources
from api.slots import Slots
from boundaries.filings.attachments import LONGEST_NAME
from boundaries.filings.form import form as form_of
from boundaries.filings.pdf import pdf_of
from boundaries.filings.states import STATES
from boundaries.store import filing_reading, filings
from boundaries.store.filing_chain import entries
from boundaries.store.filing_proof import require_digests, verify

router = APIRouter(tags=["filings"], responses=GUARDED_ACTS)
Held = Annotated[Resources, Depends(resources)]
No = Annotated[str, Path(max_length=40, pattern=PRINTABLE, examples=["BA510502-2026-0001"])]
Name = Annotated[str, Path(max_length=LONGEST_NAME, pattern=PRINTABLE, examples=["批复.pdf"])]
SETTING = Slots(2, patience_s=20)
PDF = "application/pdf"
FILE_BODY = {"requestBody": {"required": True, "content": {"application/octet-stream": {"schema": {"type": "string"}}}}}


@router.get("/filings", response_model=Filings, summary="Filings")
def several(
    asking: Asking,
    held: Held,
    state: Annotated[str | None, Query(max_length=20, pattern=PRINTABLE, json_schema_extra={"enum": list(STATES)})] = None,
    overdue: Annotated[bool | None, Query(description="Only those that should have been handed in, or only the others.")] = None,
    county: Annotated[str | None, Query(pattern=r"^[0-9]{6}$", examples=["510502"])] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
):
    """Those that one may see, the newest first."""
    wanted = {"scopes": asking.scopes(), "state": state, "overdue": overdue, "county": county, "limit": limit + 1}
    with held.reading() as connection:
        rows = filing_reading.filings(connection, **wanted)
    return unstored({"filings": [filing_answers.shown(row) for row in rows[:limit]], "truncated": len(rows) > limit})


@router.get("/filings/verify", response_model=ProofAnswer, summary="Prove all filings")
def prove(
    held: Held,
    digest: Annotated[list[str], Query(max_length=20, description="Digests from stamped forms.")] = [],  # noqa: B006
):
    """Every digest anew, every filing held against the register and its files; says which record is not as it was filed."""
    printed = require_digests(digest)
    with held.engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        return unstored(filing_answers.proof(verify(connection, printed=printed)))


@router.get(
    "/filings/{no}.pdf",
    response_class=Response,
    responses={200: {"content": {PDF: {}}, "description": "The form, A4."}},
    summary="The form of a filing, fit to be stamped",
)
def form(no: No, asking: Asking, held: Held):
    """The same bytes as long as no step is added."""
    with held.reading() as connection:
        _mine(connection, asking, no)
        filed = filing_reading.filed(connection, no)
        page = form_of(filed)
    content = _set(page, filed.digest)
    return Response(content, media_type=PDF, headers=NO_STORE | {"Content-Disposition": f'inline; filename="{no}.pdf"'})


@router.get("/filings/{no}", response_model=FilingDetail, summary="A filing")
def one(no: No, asking: Asking, held: Held):
    """What it changes, its steps and its files."""
    with held.reading() as connection:
        _mine(connection, asking, no)
        return unstored(filing_answers.detail(connection, no))


@router.get(
    "/filings/{no}/payload",
    response_class=Response,
    responses={200: {"content": {"application/json": {}}, "description": "Canonical JSON (RFC 8785)."}},
    summary="What was frozen, byte for byte",
)
def payload(no: No, asking: Asking, held: Held):
    """The SHA-256 of ``X-Previous-Digest``, as 32 bytes, and this body is ``X-Digest``."""
    with held.reading() as connection:
        _mine(connection, asking, no)
        first = entries(connection, no)[0]
    digests = {"X-Digest": first.digest.hex(), "X-Previous-Digest": first.previous_digest.hex()}
    return Response(first.body, media_type="application/json", headers=NO_STORE | digests)


@router.get(
    "/filings/{no}/map/{side}",
    response_class=Response,
    responses={200: {"content": {GEOJSON: {}}, "description": "Units in degrees."}},
    summary="The units before or after",
)
def side_of(no: No, side: Literal["before", "after"], asking: Asking, held: Held):
    """GeoJSON with the very coordinates that were frozen; units that only got nodes have no geometry."""
    with held.reading() as connection:
        _mine(connection, asking, no)
        return Response(filing_answers.collection(connection, no, side), media_type=GEOJSON, headers=NO_STORE)


NO_WORDS, NO_CORRECTIONS = Words(), Corrections()  # a step needs no body where there is nothing to say


@router.post("/filings/{no}/submit", response_model=FilingDetail, summary="Hand in")
def submit(no: No, asking: Asking, held: Held, body: Words = NO_WORDS):
    """By the county."""
    return _step(held, asking, no, "submit", note=body.note)


@router.post("/filings/{no}/receive", response_model=FilingDetail, summary="Receive")
def receive(no: No, asking: Asking, held: Held, body: Words = NO_WORDS):
    """By the city body."""
    return _step(held, asking, no, "receive", note=body.note)


@router.post("/filings/{no}/return", response_model=FilingDetail, summary="Return")
def return_filing(no: No, body: Corrections, asking: Asking, held: Held):
    """With what is to correct, unit by unit or in a note."""
    return _step(held, asking, no, "return", note=body.note, corrections=_pairs(body))


@router.post("/filings/{no}/resubmit", response_model=FilingDetail, summary="Hand in again")
def resubmit(no: No, asking: Asking, held: Held, body: Corrections = NO_CORRECTIONS):
    """With what was done about each unit."""
    return _step(held, asking, no, "resubmit", note=body.note, corrections=_pairs(body))


@router.post("/filings/{no}/record", response_model=FilingDetail, summary="Record for good")
def record(no: No, body: Recording, asking: Asking, held: Held):
    """Under the official document number; nothing can be added to it afterwards."""
    return _step(held, asking, no, "record", note=body.note, document_no=body.document_no)


@router.get("/filings/{no}/attachments", response_model=Attachments, summary="Files of a filing")
def files(no: No, asking: Asking, held: Held):
    """Their names, sizes and digests."""
    with held.reading() as connection:
        _mine(connection, asking, no)
        rows = filing_reading.attachments(connection, no)
    return unstored({"attachments": [row._asdict() for row in rows]})


async def whole_body(request: Request) -> bytes:
    """The body as it came, whatever its type."""
    return await request.body()


@router.post(
    "/filings/{no}/attachments",
    response_model=Attachment,
    status_code=201,
    openapi_extra=FILE_BODY,
    summary="Attach a file",
)
def attach(
    no: No,
    asking: Asking,
    held: Held,
    content: Annotated[bytes, Depends(whole_body)],
    name: Annotated[str, Query(max_length=2 * LONGEST_NAME, examples=["批复.pdf"])],
):
    """The body is the file, at most 20 MB. It is stored and never opened; while the filing is prepared or returned."""
    with held.engine.begin() as connection:
        _mine(connection, asking, no)
        stored = filings.attach(connection, no, name, content, by=asking.by)
    return unstored(stored.described(), status=201)


@router.get(
    "/filings/{no}/attachments/{name}",
    response_class=Response,
    responses={200: {"content": {"application/octet-stream": {}}, "description": "The file, to be saved."}},
    summary="One file",
)
def file(no: No, name: Name, asking: Asking, held: Held):
    """Never shown in the page: it comes from people."""
    with held.reading() as connection:
        _mine(connection, asking, no)
        row = filing_reading.attachment(connection, no, name)
    disposition = f"attachment; filename*=UTF-8''{quote(row.name, safe='')}"
    return Response(bytes(row.content), media_type=row.media_type, headers=NO_STORE | {"Content-Disposition": disposition})


def _set(page, digest):
    """Without a connection: setting a long form takes a while, and only a few at once."""
    with SETTING.one():
        return pdf_of(page, digest)


def _step(held, asking, no, action, **said):
    with held.engine.begin() as connection:
        _mine(connection, asking, no)
        filings.take_step(connection, no, action, by=asking.by, **said)
        return unstored(filing_answers.detail(connection, no))


def _mine(connection, asking, no):
    """The filing, or the refusal to who has no right where it lies."""
    row = filing_reading.filing(connection, no)
    asking.require_at(row.scope)
    return row


def _pairs(body):
    return [(each.unit, each.text) for each in body.corrections]
