"""Lists of matters and the calendar over HTTP: what is asked and answered."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.models import Answer
from boundaries.store.workdays import MOST_DAYS
from incidents.clocks import CLOCKS, LONGEST

FAMILY = "A code of the table matter_family; GET /api/v1/code-tables tells them."
Clock = Annotated[Literal[tuple(CLOCKS)], Field(examples=["work_day"])]
Limit = Annotated[int, Field(ge=1, le=LONGEST, examples=[3], description="Hours or days.")]
Department = Annotated[str, Field(min_length=1, max_length=40, examples=["urban_management"])]
Reason = Annotated[str, Field(min_length=1, max_length=400, examples=["群众反映集中"])]


class Wish(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class LineWish(Wish):
    """A matter's line. Family and names only of a matter of the county's own, whose code begins with the county and a hyphen."""

    department: Department
    clock: Clock
    limit: Limit
    urgent: bool = Field(examples=[False])
    reason: Reason
    family: str | None = Field(default=None, max_length=40, examples=["hazard"], description=FAMILY)
    name_zh: str | None = Field(default=None, max_length=60, examples=["江边钓鱼隐患"])
    name_en: str | None = Field(default=None, max_length=100, examples=["Fishing on the river bank"])


class Approval(Wish):
    document: str = Field(min_length=1, max_length=200, examples=["江阳府发〔2026〕12号"])
    on: date = Field(examples=["2026-11-20"], description="The day on which the county government approved it.")


class Publication(Wish):
    since: date | None = Field(default=None, alias="from", examples=["2027-01-01"], description="Today or later; default now.")


class ImportFields(Wish):
    """Nothing goes with the file."""


class Line(Answer):
    matter: str = Field(examples=["0406"])
    family: str = Field(examples=["hazard"], description=FAMILY)
    name_zh: str = Field(examples=["道路破损"])
    name_en: str = Field(examples=["Damaged road"])
    is_default: bool = Field(
        examples=[True], description="The matter is one of the product's own proposal; no law prescribes it."
    )
    department: Department
    clock: Clock
    limit: Limit
    urgent: bool = Field(examples=[False], description="Goes to the department at once.")
    reason: str | None = Field(examples=["群众反映集中"], description="Of its entry; null in the default.")


class MatterList(Answer):
    county: str = Field(examples=["510502"])
    version: int | None = Field(examples=[3], description="Null where the county has published none and the default holds.")
    approval_document: str | None = Field(examples=["江阳府发〔2026〕12号"])
    approved_on: str | None = Field(examples=["2026-11-20"])
    valid_from: str | None = Field(examples=["2027-01-01T00:00:00+08:00"])
    valid_to: str | None = Field(examples=[None])
    lines: list[Line]


class Exit(Answer):
    matter: str = Field(examples=["0502"])
    reason: str = Field(examples=["由市级平台受理"])


class ListInMaking(MatterList):
    state: Literal["draft", "approved", "published"] = Field(examples=["draft"])
    source: str = Field(examples=["事项清单2027.xlsx"])
    exits: list[Exit] = Field(description="Matters of the list before that leave with this one.")


class Version(Answer):
    version: int = Field(examples=[3])
    state: Literal["draft", "approved", "published"] = Field(examples=["published"])
    source: str = Field(examples=["事项清单2027.xlsx"])
    made_at: str = Field(examples=["2026-11-18T09:12:00+08:00"])
    approval_document: str | None = Field(examples=["江阳府发〔2026〕12号"])
    approved_on: str | None = Field(examples=["2026-11-20"])
    valid_from: str | None = Field(examples=["2027-01-01T00:00:00+08:00"])
    valid_to: str | None = Field(examples=[None])


class Versions(Answer):
    county: str = Field(examples=["510502"])
    lists: list[Version]


class DayWish(Wish):
    day: date = Field(examples=["2027-02-06"])
    is_workday: bool | None = Field(
        examples=[False], description="Null takes back what the city said: the decreed calendar holds."
    )
    name: str = Field(default="", max_length=60, examples=["春节"])


class CalendarWish(Wish):
    days: list[DayWish] = Field(min_length=1, max_length=MOST_DAYS)


class Day(Answer):
    day: str = Field(examples=["2027-02-06"])
    is_workday: bool = Field(examples=[False])
    supposed: bool = Field(examples=[False], description="No holidays are decreed for it yet; Monday to Friday are supposed.")
    set_by_city: str | None = Field(examples=["春节"], description="The name that the city gave; null where it said nothing.")
    set_from: str | None = Field(examples=["2026-11-24T10:00:00+08:00"], description="Since when the city says so.")
    set_by: str | None = Field(examples=["市网格化工作机构"], description="Display name of the account; null for the operator.")


class DayChange(Answer):
    day: str = Field(examples=["2027-02-06"])
    is_workday: bool = Field(examples=[False])
    name: str = Field(examples=["春节"])
    valid_from: str = Field(examples=["2026-11-24T10:00:00+08:00"])
    valid_to: str | None = Field(examples=[None], description="Since when the city says otherwise, or nothing.")
    set_by: str | None = Field(examples=["市网格化工作机构"])
    recorded_at: str = Field(examples=["2026-11-24T10:00:00+08:00"])


class CalendarHistory(Answer):
    changes: list[DayChange] = Field(description="The latest said first.")
    truncated: bool


class CalendarAnswer(Answer):
    days: list[Day]


class CalendarChanged(Answer):
    changed: list[str] = Field(examples=[["2027-02-06"]], description="Days that are said otherwise now than before.")
