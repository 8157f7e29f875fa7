"""Grids, micro-grids and jurisdictions: lists, one with its neighbours, its history."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response

from api.answers import GEOJSON, PROBLEMS, answer, collection
from api.json_text import feature, moment
from api.models import History, UnitCollection, UnitFeature
from api.parameters import PRINTABLE, Box, instant, optional_box
from api.resources import Resources, resources
from api.routes.locate import unit_answer
from boundaries.codes import level_of
from boundaries.sizes import size_rule
from boundaries.store import reading
from boundaries.store.city_settings import size_bounds
from boundaries.store.reading import JURISDICTIONS
from gis.errors import Refusal
from incidents.store.reading import count_recent

RECENT_DAYS = 30
KINDS = ("comprehensive", "exclusive", "micro", "remainder")

At = Annotated[datetime, Depends(instant)]
Held = Annotated[Resources, Depends(resources)]
InBox = Annotated[Box | None, Depends(optional_box)]
Code = Annotated[str, Path(max_length=20, pattern=PRINTABLE, examples=["510502001001001"])]
CodeFilter = Annotated[str | None, Query(max_length=20, pattern=PRINTABLE, description="Code of a unit above, at any distance.")]
Kind = Annotated[str | None, Query(max_length=20, pattern=PRINTABLE, json_schema_extra={"enum": list(KINDS)})]
Limit = Annotated[int, Query(ge=1, le=1000, description="Most features returned; 'total' counts them all.")]


@dataclass(frozen=True, slots=True)
class Noun:
    """A word of the interface and the levels it stands for."""

    path: str
    levels: tuple[str, ...]


GRIDS = Noun("grids", ("grid",))
MICRO_GRIDS = Noun("micro-grids", ("micro_grid",))
UNITS = Noun("jurisdictions", JURISDICTIONS)

router = APIRouter(tags=["register"], responses=PROBLEMS)


@router.get("/grids", response_model=UnitCollection, summary="Grids")
def grids(at: At, held: Held, bbox: InBox, village: CodeFilter = None, kind: Kind = None, limit: Limit = 500):
    """Grids that meet a box, of a village or of any unit above, ascending by code."""
    return _list(held, GRIDS.levels, at, bbox=bbox, parent=village, kind=kind, limit=limit)


@router.get("/micro-grids", response_model=UnitCollection, summary="Micro-grids")
def micro_grids(at: At, held: Held, bbox: InBox, grid: CodeFilter = None, kind: Kind = None, limit: Limit = 500):
    """Micro-grids that meet a box, of a grid or of any unit above, ascending by code."""
    return _list(held, MICRO_GRIDS.levels, at, bbox=bbox, parent=grid, kind=kind, limit=limit)


@router.get("/jurisdictions", response_model=UnitCollection, summary="City, counties, towns and villages")
def jurisdictions(
    at: At,
    held: Held,
    bbox: InBox,
    level: Annotated[str | None, Query(max_length=20, pattern=PRINTABLE, json_schema_extra={"enum": list(JURISDICTIONS)})] = None,
    parent: CodeFilter = None,
    limit: Limit = 500,
):
    """Jurisdictions that meet a box, of one level and below one unit, ascending by code."""
    if level is not None and level not in JURISDICTIONS:
        raise Refusal("unknown_level", f"The level is not known; give one of {', '.join(JURISDICTIONS)}.")
    return _list(held, (level,) if level else UNITS.levels, at, bbox=bbox, parent=parent, kind=None, limit=limit)


def _add_noun(noun):
    """One unit, and its history, under the noun's own address."""

    def one(code: Code, at: At, held: Held):
        return _detail(held, noun.levels, code, at)

    def versions(code: Code, held: Held):
        return _history(held, noun.levels, code)

    name = noun.path.replace("-", "_").removesuffix("s")
    _add(f"/{noun.path}/{{code}}", one, UnitFeature, name, "One of them, with what is above, beside and below it")
    _add(f"/{noun.path}/{{code}}/history", versions, History, f"{name}_history", "All its versions, the oldest first")


def _add(path, endpoint, model, name, summary):
    router.add_api_route(path, endpoint, response_model=model, name=name, operation_id=f"get_{name}", summary=summary)


for _noun in (GRIDS, MICRO_GRIDS, UNITS):
    _add_noun(_noun)


def _list(held, levels, at, *, bbox, parent, kind, limit):
    if parent is not None:
        level_of(parent)
    if kind is not None and kind not in KINDS:
        raise Refusal("unknown_kind", f"The kind is not known; give one of {', '.join(KINDS)}.")
    with held.reading() as connection:
        rows, total = reading.units(connection, levels, at, bbox=bbox, parent=parent, kind=kind, limit=limit)
    features = [feature(row.code, row.geometry, _summary(row)) for row in rows]
    return collection(features, total=total, limit=limit)


def _detail(held, levels, code, at):
    level_of(code)
    with held.reading() as connection:
        row = reading.unit(connection, code, levels, at)
        below = reading.children(connection, code, at)
        rule = size_rule(row.kind, row.households, bounds=size_bounds(connection, code, at))
        properties = _summary(row) | {
            "path": [unit_answer(label) for label in reading.path(connection, code, at)],
            "neighbours": [_neighbour(each) for each in reading.neighbours(connection, row.id, row.level, at)],
            "children": {"level": below.level if below else None, "count": below.count if below else 0},
            "size_rule": rule and rule.as_dict(),
            "incidents_30d": count_recent(connection, code, row.level, until=at, days=RECENT_DAYS),
        }
    return Response(feature(code, row.geometry, properties), media_type=GEOJSON)


def _history(held, levels, code):
    level_of(code)
    with held.reading() as connection:
        rows = reading.history(connection, code, levels)
    return answer({"code": code, "versions": [_version(row) for row in rows]})


def _summary(row):
    return {
        "code": row.code,
        "level": row.level,
        "name": row.name,
        "kind": row.kind,
        "households": row.households,
        "population": row.population,
        "area_m2": round(row.area_m2, 1),
        "divided": row.divided,
        "source": row.source,
        "valid_from": moment(row.valid_from),
        "valid_to": moment(row.valid_to),
        "change_set_id": row.change_set_id,
    }


def _neighbour(row):
    return {"code": row.code, "name": row.name, "shared_border_m": round(row.shared_border_m, 1)}


def _version(row):
    return {
        "version_id": row.version_id,
        "name": row.name,
        "kind": row.kind,
        "households": row.households,
        "population": row.population,
        "area_m2": round(row.area_m2, 1),
        "valid_from": moment(row.valid_from),
        "valid_to": moment(row.valid_to),
        "change_set_id": row.change_set_id,
        "source": row.source,
    }
