"""One unit through time, with its shapes: for an animation of how a grid came to be what it is."""

import json
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from pydantic import Field

from api.answers import PROBLEMS, answer
from api.json_text import moment
from api.models import Answer, Level, PolygonShape
from api.parameters import PRINTABLE
from api.resources import Resources, resources
from boundaries.store import tracing

router = APIRouter(tags=["register"], responses=PROBLEMS)


class Relative(Answer):
    code: str = Field(examples=["510504001001002"])
    name: str = Field(examples=["杜家街社区第2网格"])
    area_m2: float = Field(examples=[21654.72])
    households: int | None = Field(examples=[171])
    population: int | None = Field(examples=[466])


class Stage(Answer):
    version_id: int = Field(examples=[417])
    valid_from: str = Field(examples=["2026-01-01T00:00:00+08:00"])
    valid_to: str | None = Field(examples=[None])
    name: str = Field(examples=["杜家街社区第1网格"])
    kind: str | None = Field(examples=["comprehensive"])
    households: int | None = Field(examples=[312])
    population: int | None = Field(examples=[851])
    area_m2: float = Field(examples=[80211.5])
    source: str = Field(examples=["change_set:7"])
    change_set_id: int = Field(examples=[7])
    filing: str | None = Field(examples=["BA510504-2026-0001"])
    technical: bool = Field(description="It only got nodes on its border, where a neighbour's border ends.", examples=[False])
    came_from: list[Relative] = Field(description="Other units that gave it land when it began.")
    became: list[Relative] = Field(description="Other units that got land of it when it ended.")
    geometry: PolygonShape | None = Field(description="Degrees on CGCS2000; null in old ones of a unit with very many vertices.")


class UnitHistory(Answer):
    code: str = Field(examples=["510504001001001"])
    level: Level
    versions: list[Stage] = Field(description="The oldest first.")
    truncated: bool = Field(description="There are older ones; only the newest are told.", examples=[False])


@router.get("/units/{code}/history", response_model=UnitHistory, summary="A unit through time, with its shapes")
def through_time(
    held: Annotated[Resources, Depends(resources)],
    code: Annotated[str, Path(max_length=20, pattern=PRINTABLE, examples=["510504001001001"])],
    limit: Annotated[int, Query(ge=1, le=500, description="Most versions told; the newest.")] = 100,
):
    """Of any level. What is decided for a later day is told too."""
    with held.reading() as connection:
        rows, total = tracing.shapes_in_time(connection, code, limit=limit)
        relatives = tracing.relatives(connection, code, [row.version_id for row in rows])
    versions = [_stage(row, relatives) for row in rows]
    return answer({"code": code, "level": rows[0].level, "versions": versions, "truncated": total > len(rows)})


def _stage(row, relatives):
    return {
        "version_id": row.version_id,
        "valid_from": moment(row.valid_from),
        "valid_to": moment(row.valid_to),
        "name": row.name,
        "kind": row.kind,
        "households": row.households,
        "population": row.population,
        "area_m2": round(row.area_m2, 1),
        "source": row.source,
        "change_set_id": row.change_set_id,
        "filing": row.filing,
        "technical": row.technical,
        "came_from": [_relative(each) for each in relatives.get((row.version_id, "from"), ())],
        "became": [_relative(each) for each in relatives.get((row.version_id, "to"), ())],
        "geometry": row.geometry and json.loads(row.geometry),
    }


def _relative(row):
    return {
        "code": row.code,
        "name": row.name,
        "area_m2": round(row.area_m2, 1),
        "households": row.households,
        "population": row.population,
    }
