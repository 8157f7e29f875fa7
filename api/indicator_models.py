"""The shapes of answers about indicators."""

from typing import Literal

from pydantic import Field

from api.heat_models import Span
from api.models import Answer
from incidents.indicators import BREAKDOWNS


class IndicatorValue(Answer):
    value: float | None = Field(
        examples=[0.9375], description="A share from 0 to 1, or hours; null, not 0, where nothing is counted in the denominator."
    )
    numerator: float = Field(examples=[15], description="Incidents; of the mean handling time the sum of their hours.")
    denominator: int = Field(examples=[16])


class IndicatorRow(Answer):
    code: str | None = Field(
        examples=["510502001001001"],
        description="Of the unit, department, matter or family, or the first day of the span; null outside every grid, of no "
        "department, and of the whole.",
    )
    name_zh: str | None = Field(examples=["大山坪社区第一网格"])
    name_en: str | None = Field(examples=["大山坪社区第一网格"], description="Units have only a Chinese name.")
    values: dict[str, IndicatorValue] = Field(
        description="By the code of the indicator.",
        examples=[{"closing_rate": {"value": 0.9375, "numerator": 15, "denominator": 16}}],
    )


class IndicatorMeaning(Answer):
    code: str = Field(examples=["closing_rate"])
    name_zh: str = Field(examples=["结案率"])
    name_en: str = Field(examples=["Closing rate"])
    unit: Literal["share", "hours"]
    numerator_zh: str = Field(examples=["其中期末前已结案的，含超期结案"])
    numerator_en: str = Field(examples=["of these, those closed before the end of the period, late or not"])
    denominator_zh: str = Field(examples=["应结案：办理时限在期内届满的事件"])
    denominator_en: str = Field(examples=["due to close: incidents whose term ends in the period"])


class Indicators(Answer):
    by: Literal[BREAKDOWNS]
    period: Span = Field(examples=[{"from": "2026-05-01T00:00:00+08:00", "to": "2026-06-01T00:00:00+08:00"}])
    made_at: str = Field(examples=["2026-06-02T09:00:00+08:00"])
    indicators: list[IndicatorMeaning] = Field(description="What each indicator means.")
    rows: list[IndicatorRow] = Field(description="By code; only what counts anything.")
    total: IndicatorRow


class CountedIncident(Answer):
    no: str = Field(examples=["5105022026050200017"])
    matter: str = Field(examples=["0406"])
    family: str = Field(examples=["hazard"])
    matter_zh: str = Field(examples=["道路破损"])
    matter_en: str = Field(examples=["Damaged road"])
    state: str = Field(examples=["closed"])
    urgent: bool
    reported_at: str = Field(examples=["2026-05-02T08:30:00+08:00"])
    registered_at: str | None
    handled_at: str | None
    due_at: str | None
    closed_at: str | None
    grid_code: str | None = Field(examples=["510502001001001"])
    department: str | None = Field(examples=["urban_management"])
    hours: float | None = Field(examples=[5.25], description="Of the mean handling time: the hours of this incident.")


class CountedIncidents(Answer):
    indicator: str = Field(examples=["closing_rate"])
    part: Literal["numerator", "denominator"]
    total: int = Field(examples=[15], description="On all pages: exactly as many as the indicator says.")
    incidents: list[CountedIncident] = Field(description="By number.")
    next: str | None = Field(description="`after` of the next page; null where there is none.")
