"""The code tables over HTTP: what is asked and answered."""

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.models import Answer
from api.parameters import PRINTABLE
from boundaries.code_tables import LONGEST_NAME, LONGEST_NAME_EN, TABLES

SINCE = Field(default=None, alias="from", examples=["2027-01-01"], description="Today or later; default now.")
STANDARD = {"department": "market_regulation", "standard": "一个市场一个网格"}
DETAIL = "Of an exclusive kind its competent department, a code, and its standard; else empty."
SET_BY = "Display name of the account; null for a proposal of the product and for the operator at the machine."


class Entry(Answer):
    code: str = Field(examples=["market"])
    name: str = Field(examples=["商贸市场"])
    name_en: str = Field(examples=["Market"])
    detail: dict[str, str] = Field(examples=[STANDARD], description=DETAIL)
    default: bool = Field(examples=[False], description="A proposal of the product, which no law prescribes.")
    valid_from: str | None = Field(examples=["2027-01-01T00:00:00+08:00"], description="Null for a proposal of the product.")
    valid_to: str | None = Field(examples=[None])
    set_by: str | None = Field(examples=["市网格化工作机构"], description=SET_BY)


class CodeTable(Answer):
    table: Literal[TABLES] = Field(examples=["exclusive_kind"])
    entries: list[Entry]


class Department(Answer):
    code: str = Field(examples=["market_regulation"])
    name: str = Field(examples=["市场监管"])
    name_en: str = Field(examples=["Market regulation"])


class CodeTables(Answer):
    at: str = Field(examples=["2026-11-24T10:00:00+08:00"])
    tables: list[CodeTable]
    departments: list[Department] = Field(description="The linked departments, which a kind of exclusive grid names.")


class CodeChange(Entry):
    recorded_at: str = Field(examples=["2026-11-24T10:00:00+08:00"])


class CodeHistory(Answer):
    table: Literal[TABLES] = Field(examples=["exclusive_kind"])
    changes: list[CodeChange] = Field(description="The latest begin first.")
    truncated: bool


class Wish(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class EntryWish(Wish):
    name: str = Field(max_length=LONGEST_NAME, pattern=PRINTABLE, examples=["商贸市场"])
    name_en: str = Field(max_length=LONGEST_NAME_EN, pattern=PRINTABLE, examples=["Market"])
    detail: dict[str, Any] = Field(default={}, examples=[STANDARD], description=DETAIL)
    since: date | None = SINCE


class KindWish(Wish):
    kind: str | None = Field(max_length=40, pattern=PRINTABLE, examples=["market"], description="Null takes back what was said.")
    since: date | None = SINCE


class ExclusiveKind(Answer):
    code: str = Field(examples=["market"])
    name: str = Field(examples=["商贸市场"])
    name_en: str = Field(examples=["Market"])
    department: str = Field(examples=["market_regulation"])
    department_name: str = Field(examples=["市场监管"])
    department_name_en: str = Field(examples=["Market regulation"])
    standard: str = Field(examples=[STANDARD["standard"]])


class GridKind(Answer):
    grid: str = Field(examples=["510503001001801"])
    exclusive_kind: ExclusiveKind | None = Field(description="Null where nobody has said, or the grid is not exclusive then.")
    valid_from: str | None = Field(examples=["2027-01-01T00:00:00+08:00"])
    valid_to: str | None = Field(examples=[None])
    set_by: str | None = Field(examples=["江阳区网格中心"], description="Display name of the account.")
