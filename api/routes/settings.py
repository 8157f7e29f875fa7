"""The city's settings: what holds where and when, and setting it from a day on."""

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from api.answers import GUARDED_ACTS, answer, unstored
from api.authorising import Asking
from api.models import Answer
from api.parameters import PRINTABLE, instant
from api.resources import Resources, resources
from api.setting_answers import history as told
from api.setting_answers import in_force, stored
from boundaries.clock import now
from boundaries.store import city_settings as store

router = APIRouter(tags=["settings"], responses=GUARDED_ACTS)
Held = Annotated[Resources, Depends(resources)]
SET_BY = "Display name of the account; null for the operator at the machine, and where the default holds."
Key = Annotated[str, Path(max_length=60, pattern=PRINTABLE, examples=["size.comprehensive"])]
Scope = Annotated[str, Query(max_length=12, pattern=PRINTABLE, description="A county, town or village; empty for the city.")]


class InForce(Answer):
    key: str = Field(examples=["size.comprehensive"])
    value: Any = Field(examples=[{"min": 300, "max": 500}])
    set_for: str | None = Field(description="Where the value is from; empty is the city, null the default of the product.")
    valid_from: str | None = Field(examples=["2027-01-01T00:00:00+08:00"])
    valid_to: str | None = Field(examples=[None])
    set_by: str | None = Field(examples=["市网格化工作机构"], description=SET_BY)
    default: Any = Field(examples=[{"min": 300, "max": 500}])
    meaning: str = Field(examples=["households of a comprehensive grid; a warning"])


class Stored(Answer):
    key: str = Field(examples=["size.comprehensive"])
    scope: str = Field(examples=["510502"])
    value: Any = Field(examples=[{"min": 200, "max": 400}])
    valid_from: str = Field(examples=["2027-01-01T00:00:00+08:00"])
    valid_to: str | None = Field(examples=[None])
    set_by: str | None = Field(examples=["市网格化工作机构"], description=SET_BY)


class Change(Answer):
    scope: str = Field(examples=["510502"])
    value: Any = Field(examples=[{"min": 200, "max": 400}])
    valid_from: str = Field(examples=["2027-01-01T00:00:00+08:00"])
    valid_to: str | None = Field(examples=[None])
    set_by: str | None = Field(examples=["市网格化工作机构"], description=SET_BY)
    recorded_at: str = Field(examples=["2026-11-24T10:00:00+08:00"])


class SettingHistory(Answer):
    key: str = Field(examples=["size.comprehensive"])
    changes: list[Change] = Field(description="For the place and those inside it, the latest said first.")


class CitySettings(Answer):
    scope: str
    settings: list[InForce] = Field(description="What holds at the place: village before town before county before city.")
    stored: list[Stored] = Field(description="What is set for the place and those inside it, then or for later.")


class Wish(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    value: Any = Field(description="Null takes back what is set for the scope.", examples=[{"min": 200, "max": 400}])
    scope: str = Field(default="", max_length=12, pattern=PRINTABLE, examples=["510502"])
    since: date | None = Field(default=None, alias="from", examples=["2027-01-01"], description="Today or later; default now.")


@router.get("/settings", response_model=CitySettings, summary="The city's settings")
def settings(at: Annotated[datetime, Depends(instant)], held: Held, scope: Scope = ""):
    """What holds at a place as of a date, and what is set."""
    with held.reading() as connection:
        return _answer(connection, scope, at)


@router.put("/settings/{key}", response_model=CitySettings, summary="Set a value from a day on")
def put(key: Key, body: Wish, asking: Asking, held: Held):
    """The past stays as it was set."""
    with held.engine.begin() as connection:
        store.put(connection, key, body.value, scope=body.scope, since=body.since, by=asking.by)
        return _answer(connection, body.scope, now())


@router.get("/settings/{key}/history", response_model=SettingHistory, summary="What was set, when and by whom")
def history(key: Key, held: Held, scope: Scope = ""):
    """What was taken back before its day stands in the audit trail alone."""
    with held.reading() as connection:
        return unstored(told(key, store.history(connection, key, scope=scope)))


def _answer(connection, scope, at):
    rows = store.listed(connection, at, scope)  # refuses what is no place
    holding = in_force(store.effective(connection, scope, at))
    return answer({"scope": scope, "settings": holding, "stored": [stored(row) for row in rows]})
