"""The shapes of what is asked and answered about change sets."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from api.models import Answer
from boundaries.changes.states import STEPS

REASON = "A code of the table change_reason that is in force; GET /api/v1/code-tables tells them."

MOST_AT_ONCE = 500
STALE = "Refused when the set has been edited since that revision."
RENAMING = {"op": "rename", "unit": "510504001001001", "name": "滨江路第1网格"}
SPLITTING = {
    "op": "split",
    "unit": "510504001001002",
    "lines": {"type": "LineString", "coordinates": [[105.4461, 28.9432], [105.4479, 28.9466]]},
}
FINDING = {
    "code": "line_ends_inside",
    "severity": "error",
    "message": "Command 2 (split): The line ends inside face 510504001001002; draw it to a border.",
    "details": {"command": 2},
}
BEGUN = {
    "id": "510504001001+2.1",
    "code": "510504001001014",
    "name": "杜家街社区第2网格",
    "kind": "comprehensive",
    "households": 171,
    "population": 466,
}
CONFLICT = {
    "change_set": 5,
    "title": "前进社区边界调整",
    "decided_by": "li.ming",
    "decided_at": "2026-11-24T09:12:00+08:00",
    "units": ["510504001001002"],
}
MOVE = {
    "from": "510504001001002",
    "to": "510504001001014",
    "area_m2": 21654.72,
    "households": 171,
    "population": 466,
    "moved": True,
}
ROAD = {"type": "LineString", "coordinates": [[105.4461, 28.9432], [105.4479, 28.9466]]}


class Body(BaseModel):
    """Nothing that is not declared."""

    model_config = ConfigDict(extra="forbid")


class ChangeSetWish(Body):
    title: str = Field(max_length=200, examples=["杜家街社区第1网格分设"])
    reason: str = Field(max_length=40, examples=["population_change"], description=REASON)
    scope: str = Field(max_length=15, examples=["510504001001"], description="Code of the unit that the change stays within.")
    note: str = Field(default="", max_length=4000)
    effective_on: date | None = Field(default=None, description="Day for which it is checked; the decision sets it for good.")
    commands: list[dict] = Field(default=[], max_length=MOST_AT_ONCE, examples=[[RENAMING]], description="See docs/changes.md.")


class Details(Body):
    title: str | None = Field(default=None, max_length=200, examples=["杜家街社区第1网格分设"])
    reason: str | None = Field(default=None, max_length=40, examples=["population_change"], description=REASON)
    note: str | None = Field(default=None, max_length=4000, examples=["新小区交付，户数超过规定"])
    effective_on: date | None = Field(default=None, examples=["2026-12-01"])
    revision: int | None = Field(default=None, ge=1, description=STALE)


class Commands(Body):
    commands: list[dict] = Field(
        min_length=1,
        max_length=MOST_AT_ONCE,
        examples=[[RENAMING, SPLITTING]],
        description="Carried out in their order; docs/changes.md tells every operation and its members.",
    )
    revision: int | None = Field(default=None, ge=1, description=STALE)


class Decision(Body):
    effective_on: date = Field(examples=["2026-12-01"], description="Today, from now on, or a later day.")


EFFECT = {
    "code": "510504001001014",
    "id": "510504001001+2.1",
    "level": "grid",
    "before": None,
    "after": {
        "name": "杜家街社区第2网格",
        "kind": "comprehensive",
        "area_m2": 21654.73,
        "households": 171,
        "population": 466,
        "micro_grids": 2,
        "size_rule": {"min": 300, "max": 500, "ok": False},
        "compactness": 0.478,
        "clarity": 0.62,
        "clarity_by_kind": {"river": 0.18, "road": 0.51},
        "parts": 1,
    },
    "gives": [],
    "gets": [{"from": "510504001001002", "area_m2": 21654.72, "households": 171, "population": 466}],
    "warnings": ["too_few_households", "duplicate_name"],
}
SHAPES = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "id": "510504001001014",
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[105.44, 28.94], [105.45, 28.94], [105.45, 28.95], [105.44, 28.94]]],
            },
            "properties": BEGUN | {"level": "grid", "parent": "510504001001", "divided": False},
        }
    ],
}


class ReferenceLines(BaseModel):
    """A GeoJSON FeatureCollection of roads, rivers, walls: at most 2,000 lines with 200,000 vertices, 20,000 km long.

    Degrees on CGCS2000. The property `kind` of a line is any word, of 20 at most. Of polygons the outline counts."""

    type: Literal["FeatureCollection"]
    features: list = Field(examples=[[{"type": "Feature", "properties": {"kind": "road"}, "geometry": ROAD}]])


class ChangeSetAnswer(Answer):
    id: int = Field(examples=[7], description="Its number, which the addresses of its routes hold.")
    title: str = Field(examples=["杜家街社区第1网格分设"])
    reason: str = Field(examples=["population_change"], description="A code of the table change_reason.")
    reason_zh: str = Field(examples=["人口变化"], description="As it was called at the decision, else as it is called.")
    reason_en: str = Field(examples=["population change"])
    state: str = Field(examples=["checked"], json_schema_extra={"enum": list(STEPS)})
    scope: str = Field(examples=["510504001001"])
    note: str = Field(examples=["新小区交付，户数超过规定"])
    revision: int = Field(examples=[3], description="Goes up with every edit and check.")
    effective_on: str | None = Field(examples=["2026-12-01"])
    effective_at: str | None = Field(examples=["2026-12-01T00:00:00+08:00"])
    created_at: str = Field(examples=["2026-11-24T09:30:00+08:00"])
    opened_by: str | None = Field(examples=["li.ming"], description="Null is the operator at the machine.")
    checked_at: str | None = Field(examples=["2026-11-24T09:41:00+08:00"])
    decided_at: str | None = Field(examples=["2026-11-24T10:02:00+08:00"])
    decided_by: str | None = Field(examples=["li.ming"])
    withdrawn_at: str | None = Field(examples=[None])
    reverses: int | None = Field(examples=[None], description="Number of the change set whose inverse it is.")
    commands: list[dict] = Field(examples=[[RENAMING, SPLITTING]])


class ChangeSets(Answer):
    change_sets: list[ChangeSetAnswer]


class CheckAnswer(Answer):
    ok: bool = Field(examples=[True], description="Whether it can be decided.")
    findings: list[dict] = Field(
        examples=[[], [FINDING]], description="Why it cannot be decided, with the command at fault. Warnings are in the effects."
    )
    conflicts: list[dict] = Field(
        examples=[[CONFLICT]],
        description="What others have decided on the same units since the last check, or else since the set was opened.",
    )
    ended: list[str] = Field(examples=[["510504001001002"]], description="Codes whose versions end.")
    begun: list[dict] = Field(examples=[[BEGUN]], description="Versions that begin, with the codes that they would get now.")
    technical: list[str] = Field(examples=[["510504001001003"]], description="Units that only get nodes on their border.")


class Effects(Answer):
    units: list[dict] = Field(examples=[[EFFECT]], description="Every unit but the technical ones; docs/changes.md.")
    moves: list[dict] = Field(examples=[[MOVE]], description="Who gets which land from whom; `moved` false is what a unit keeps.")
    incidents: list[dict] = Field(
        examples=[[{"level": "grid", "from": "510504001001002", "to": "510504001001014", "count": 3}]],
        description="Open incidents by the unit they lie in, before and after.",
    )
    duties: list[dict] = Field(
        examples=[[{"grid": "510504001001002", "role": "responsible", "name": "王芳", "work_phone": "0830-3101234"}]],
        description="Who serves the grids that change.",
    )


class Difference(Answer):
    at: str = Field(examples=["2026-12-01T00:00:00+08:00"])
    technical: list[str] = Field(examples=[["510504001001003"]])
    before: dict = Field(examples=[SHAPES], description="GeoJSON.")
    after: dict = Field(examples=[SHAPES], description="GeoJSON.")
