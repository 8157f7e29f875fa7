"""The division codes 行政区划代码 as of a date, and what became of a division."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query
from pydantic import Field

from api.answers import PROBLEMS, answer
from api.division_answers import edition, step
from api.models import Answer
from api.parameters import PRINTABLE, instant
from api.resources import Resources, resources
from boundaries.divisions.lineage import BY, DOUBTS, KINDS, LEVELS
from boundaries.store import divisions as store
from gis.errors import Refusal

router = APIRouter(tags=["divisions"], responses=PROBLEMS)
Held = Annotated[Resources, Depends(resources)]
Code = Annotated[str, Path(max_length=20, pattern=PRINTABLE, examples=["510502104"])]
Parent = Annotated[str | None, Query(max_length=20, pattern=PRINTABLE, description="A division above, at any distance.")]
Level = Annotated[str | None, Query(max_length=20, pattern=PRINTABLE, json_schema_extra={"enum": list(LEVELS)})]
MOST = 5000


class Division(Answer):
    code: str = Field(examples=["510502103"])
    name: str = Field(examples=["黄舣镇"])
    level: Literal[LEVELS] = Field(examples=["town"])


class Edition(Answer):
    name: str = Field(examples=["2023"])
    in_force_on: str = Field(examples=["2023-06-30"])
    source: str = Field(examples=["areas.csv, streets.csv, villages.csv"])


class Divisions(Answer):
    edition: Edition
    divisions: list[Division]
    total: int = Field(examples=[126])
    truncated: bool = Field(examples=[False])


class NamedDivision(Answer):
    code: str = Field(examples=["510502104"])
    name: str = Field(examples=["弥陀镇"])


class Share(NamedDivision):
    villages: int = Field(examples=[8])


class Step(Answer):
    edition: str = Field(description="The later edition of the two.")
    from_: NamedDivision | None = Field(alias="from")
    to: NamedDivision | None
    kind: Literal[KINDS] = Field(examples=["recoded"])
    by: Literal[BY] = Field(examples=["name_in_county"], description="How it was found.")
    villages: int | None = Field(description="Of a county or town that ended or was created: how many villages it had or has.")
    shares: list[Share] = Field(description="Where those villages went or came from, as far as it was found.")
    doubt: Literal[DOUBTS] | None
    note: str


class DatedName(NamedDivision):
    edition: str = Field(examples=["2016"])
    in_force_on: str = Field(examples=["2016-07-31"])


class DivisionHistory(Answer):
    names: list[DatedName]
    steps: list[Step]


@router.get("/divisions", response_model=Divisions, summary="Division codes as of a date")
def divisions(
    at: Annotated[datetime, Depends(instant)],
    held: Held,
    parent: Parent = None,
    level: Level = None,
    limit: Annotated[int, Query(ge=1, le=MOST, description="Most divisions returned; 'total' counts them all.")] = MOST,
):
    """Those of the edition in force, by code."""
    if level is not None and level not in LEVELS:
        raise Refusal("unknown_level", f"The level is not known; give one of {', '.join(LEVELS)}.")
    with held.reading() as connection:
        row, rows, total = store.divisions_at(connection, at, parent=parent, level=level, limit=limit)
    listed = [{"code": each.code, "name": each.name, "level": each.level} for each in rows]
    return answer({"edition": edition(row), "divisions": listed, "total": total, "truncated": total > limit})


@router.get("/divisions/{code}/history", response_model=DivisionHistory, summary="What a division came from and became")
def history(code: Code, held: Held):
    """Its names and codes in every edition, and the steps between them with how each was found."""
    with held.reading() as connection:
        names, steps = store.history(connection, code)
    named = [
        {"edition": row.edition, "in_force_on": row.in_force_on.isoformat(), "code": row.code, "name": row.name} for row in names
    ]
    return answer({"names": named, "steps": [step(row) for row in steps]})
