"""Notice boards 公示牌 and contact cards 联系卡: looked at, printed, and which of them are no longer right."""

from types import SimpleNamespace
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from api.answers import GUARDED_ACTS, NO_STORE, unstored
from api.authorising import Asking
from api.json_text import moment
from api.models import Problem
from api.parameters import PRINTABLE
from api.printing import boards_of
from api.public_address import public_base
from api.public_models import Boards, PrintJob
from api.resources import Resources, resources
from api.slots import Slots
from boundaries.clock import now
from boundaries.publication.board import board_css, page_of_boards, pdf_of_boards, style_source
from boundaries.store import printed, printing
from boundaries.store.publication import grid_codes, require_grid
from gis.errors import Refusal
from incidents.store.jobs import wake

router = APIRouter(
    tags=["publication"],
    responses=GUARDED_ACTS
    | {410: {"model": Problem, "description": "The grid is no longer in force; `successors` have its land."}},
)
Held = Annotated[Resources, Depends(resources)]
Code = Annotated[str, Path(max_length=20, pattern=PRINTABLE, examples=["510502001001001"])]
Within = Annotated[str, Query(max_length=20, pattern=PRINTABLE, description="Code of a unit; empty for all of one's own.")]
Size = Annotated[Literal[printing.SIZES], Query(description="Of the paper; landscape.")]
JobId = Annotated[int, Path(ge=1, le=2**31 - 1)]
PDF = "application/pdf"
PDF_ANSWER = {200: {"content": {PDF: {}}, "description": "Fit to be printed, fonts embedded."}}
SETTING = Slots(2, patience_s=20)
MOST_NAMED = printing.MOST_GRIDS


class PrintWish(BaseModel):
    """Grids, or a unit whose grids are all meant."""

    model_config = ConfigDict(extra="forbid")

    within: str | None = Field(default=None, max_length=20, pattern=PRINTABLE, examples=["510502001"])
    grids: list[Annotated[str, Field(max_length=20, pattern=PRINTABLE)]] | None = Field(
        default=None, max_length=MOST_NAMED, examples=[["510502001001001"]]
    )
    kind: Literal[printing.KINDS] = Field(default="board", examples=["board"])
    size: Literal[printing.SIZES] = Field(default="A3", examples=["A3"], description="Of boards; cards are on A4.")


@router.get("/boards", response_model=Boards, summary="What hangs, and what is to be printed again")
def listed(request: Request, asking: Asking, held: Held, within: Within = "", stale: bool | None = None):
    """The last print of each grid, held against what is published now; and grids without a board."""
    address = held.settings.public_url or ""
    with held.reading_once() as connection:
        prints, never, truncated = printed.boards(connection, within=within, scopes=asking.scopes(), address=address)
    shown = [_shown(each) for each in prints if stale is None or stale == bool(each.changed)]
    return unstored({"boards": shown, "never": [row._asdict() for row in never], "truncated": truncated})


@router.post("/boards", response_model=PrintJob, status_code=202, summary="Have boards or cards made, all in one file")
def ask(body: PrintWish, request: Request, asking: Asking, held: Held):
    """They are made by the jobs, and go on after a restart. What was on them is written down when the file is ready."""
    address, is_set = public_base(request, held.settings)
    with held.engine.begin() as connection:
        codes = _codes(connection, asking, body)
        size = body.size if body.kind == "board" else "A4"
        wanted = {"kind": body.kind, "size": size, "address": address, "is_public_address": is_set}
        job_id = printing.ask(connection, codes, by=asking.by, **wanted)
        wake(connection, "boards")
        return unstored(_job(printing.job(connection, job_id)), status=202)


@router.get(
    "/boards/jobs/{job_id}.pdf",
    response_class=Response,
    responses=PDF_ANSWER,
    summary="The boards or cards of a job, in one file",
)
def file(job_id: JobId, asking: Asking, held: Held):
    """By the code of the grid."""
    with held.reading() as connection:
        row = _mine(connection, asking, job_id)
        return _file(printing.file_of(connection, job_id), f"{row.kind}s-{row.scope}-{job_id}.pdf", save=True)


@router.get("/boards/jobs/{job_id}", response_model=PrintJob, summary="How far a job is")
def job(job_id: JobId, asking: Asking, held: Held):
    """Asked again and again until it is done or failed."""
    with held.reading() as connection:
        return unstored(_job(_mine(connection, asking, job_id)))


@router.get("/grids/{code}/board.pdf", response_class=Response, responses=PDF_ANSWER, summary="The board of a grid, to look at")
def board(code: Code, request: Request, asking: Asking, held: Held, size: Size = "A3"):
    """Looking is not printing: it is not written down. POST /boards is what counts."""
    boards = _boards(held, request, asking, code, kind="board", size=size)
    with SETTING.one():
        return _file(pdf_of_boards(boards, "board", size), f"board-{code}-{size}.pdf")


@router.get(
    "/grids/{code}/card.pdf", response_class=Response, responses=PDF_ANSWER, summary="The contact cards of a grid, to look at"
)
def card(code: Code, request: Request, asking: Asking, held: Held):
    """A sheet of A4 with ten of the same, 90 × 54 mm each."""
    boards = _boards(held, request, asking, code, kind="card", size="A4")
    with SETTING.one():
        return _file(pdf_of_boards(boards, "card", "A4"), f"cards-{code}.pdf")


@router.get(
    "/grids/{code}/board.html",
    response_class=Response,
    responses={200: {"content": {"text/html": {}}, "description": "A page of vectors that a browser prints."}},
    summary="The board of a grid as a page",
)
def page(code: Code, request: Request, asking: Asking, held: Held, size: Size = "A3"):
    """Nothing on it comes from anywhere else, and nothing on it runs."""
    boards = _boards(held, request, asking, code, kind="board", size=size)
    policy = f"default-src 'none'; style-src {style_source(board_css(size))}; base-uri 'none'; frame-ancestors 'none'"
    headers = NO_STORE | {"Content-Security-Policy": policy}
    return Response(page_of_boards(boards, size), media_type="text/html; charset=utf-8", headers=headers)


def _codes(connection, asking, body):
    """Codes of the grids that are meant, each in force and within one's right."""
    if (body.within is None) == (body.grids is None):
        raise Refusal("missing_parameter", "Give either 'within' or 'grids'.")
    if body.within is not None:
        asking.require_at(body.within)
        rows = grid_codes(connection, within=body.within, at=now(), limit=printing.MOST_GRIDS + 1)
        return [row.code for row in rows]
    for code in body.grids:
        asking.require_at(code)
    held = {row.code for code in body.grids for row in grid_codes(connection, within=code, at=now(), limit=2)}
    for code in sorted(set(body.grids) - held):
        require_grid(connection, code, now())
    return body.grids


def _boards(held, request, asking, code, *, kind, size):
    asking.require_at(code)
    address, _ = public_base(request, held.settings)
    with held.reading_once() as connection:
        require_grid(connection, code, now())
        return boards_of(connection, [code], SimpleNamespace(kind=kind, size=size, address=address))


def _mine(connection, asking, job_id):
    row = printing.job(connection, job_id)
    asking.require_at(row.scope)
    return row


def _shown(each):
    said = {name: getattr(each, name) for name in ("grid_code", "name", "kind", "size", "changed")}
    return said | {"printed_at": moment(each.printed_at), "stale": bool(each.changed)}


def _job(row):
    file = f"/api/v1/boards/jobs/{row.id}.pdf" if row.has_file else None
    return {name: getattr(row, name) for name in ("id", "state", "done", "total", "error")} | {"file": file}


def _file(content, name, *, save=False):
    disposition = f'{"attachment" if save else "inline"}; filename="{name}"'
    return Response(content, media_type=PDF, headers=NO_STORE | {"Content-Disposition": disposition})
