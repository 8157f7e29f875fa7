"""The shapes of answers about counted incidents."""

from typing import Literal

from pydantic import Field

from api.models import Answer, Bounds


class Span(Answer):
    since: str | None = Field(alias="from", description="RFC 3339; null is open.")
    until: str | None = Field(alias="to")


class HeatUnit(Answer):
    code: str = Field(examples=["510502001001001"])
    name: str
    count: int
    households: int | None = Field(description="Null where that of some grid is not known.")
    rate: float | None = Field(description="Incidents per 1,000 households; null where these are not known.")
    before: int | None = Field(default=None, description="In the period compared with.")
    difference: int | None = None
    ratio: float | None = Field(default=None, description="Count over that before; null where there was none.")


class HeatUnits(Answer):
    by: Literal["grid", "village", "town", "county"]
    units: list[HeatUnit] = Field(description="All that meet the box, by code.")
    total: int = Field(description="The sum of the units.")
    elsewhere: int = Field(description="Incidents of the period that lie in none of these units.")
    max: int
    period: Span
    against: Span | None
    before: int | None = Field(description="The sum in the period compared with.")


class HeatSeries(Answer):
    step: Literal["hour", "day", "week"]
    first: str = Field(description="Begin of the first span, in the city's time; each is one step after the one before.")
    counts: list[int]
    total: int
    max: int
    period: Span


class HotGrid(HeatUnit):
    lon: float
    lat: float
    bbox: Bounds


class HotGrids(Answer):
    grids: list[HotGrid]
    total: int = Field(description="Incidents of the period in all grids.")
    period: Span
