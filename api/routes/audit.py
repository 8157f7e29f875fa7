"""The audit trail, by record and by person."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from pydantic import Field

from api.answers import GUARDED
from api.json_text import dumps, moment
from api.models import Answer
from api.parameters import PRINTABLE, Period, period
from api.resources import Resources, resources
from boundaries.store import audit

router = APIRouter(tags=["audit"], responses=GUARDED)


class Line(Answer):
    id: int
    at: str
    actor: str = Field(examples=["li.ming"])
    action: str = Field(examples=["role.grant"])
    record: str = Field(examples=["account:wang.fang"])
    origin: str = Field(examples=["192.0.2.7"])
    detail: dict


class Lines(Answer):
    lines: list[Line]
    truncated: bool = Field(description="More lines follow; ask for those before the last one's id.")


@router.get("/audit", response_model=Lines, summary="Who did what")
def trail(
    held: Annotated[Resources, Depends(resources)],
    within: Annotated[Period, Depends(period)],
    record: Annotated[str | None, Query(max_length=200, pattern=PRINTABLE, examples=["account:li.ming"])] = None,
    account: Annotated[str | None, Query(max_length=60, pattern=PRINTABLE, description="Name of who did it.")] = None,
    before: Annotated[int | None, Query(ge=1, le=2**62, description="Lines with a smaller id only.")] = None,
    limit: Annotated[int, Query(ge=1, le=audit.MOST_LINES)] = 100,
):
    """The newest first: of one record, of one person, of a time, or all."""
    wanted = {"record": record, "account": account, "since": within.since, "until": within.until, "before": before}
    with held.reading() as connection:
        rows = audit.read(connection, limit=limit + 1, **wanted)
    body = {"lines": [_shown(row) for row in rows[:limit]], "truncated": len(rows) > limit}
    return Response(dumps(body), media_type="application/json", headers={"Cache-Control": "no-store"})


def _shown(row):
    return row._asdict() | {"at": moment(row.at)}
