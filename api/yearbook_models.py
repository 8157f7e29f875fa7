"""The year book over HTTP."""

from typing import Literal

from pydantic import Field

from api.models import Answer
from boundaries.filings.states import STATES


class ChangeCounts(Answer):
    created: int = Field(examples=[14])
    retired: int = Field(examples=[3])
    modified: int = Field(examples=[41], description="Other land than before; not those that only got nodes.")
    renamed: int = Field(examples=[5])
    converted: int = Field(examples=[2], description="Another kind.")
    recounted: int = Field(examples=[7], description="The same land with another count of households or population.")


class Counted(Answer):
    filings: int = Field(examples=[23], description="Recorded, returned, open and withdrawn together.")
    recorded: int = Field(examples=[18])
    returned: int = Field(examples=[1])
    open: int = Field(examples=[3])
    withdrawn: int = Field(examples=[1])
    overdue: int = Field(examples=[1], description="Never handed in, though due.")
    late: int = Field(examples=[2], description="Handed in after its due date.")
    changes: ChangeCounts = Field(description="Of grids.")
    micro_changes: ChangeCounts = Field(description="Of micro-grids.")
    moved_m2: float = Field(examples=[482113.52], description="Land that went from one grid to another.")
    households_moved: int = Field(examples=[1834], description="That went with it, where they are known.")
    grids_begin: int | None = Field(examples=[512], description="In force when the year began; null for the city's own line.")
    grids_end: int | None = Field(examples=[523], description="In force when it ended, or now.")


class CountyLine(Counted):
    county: str = Field(examples=["510502"], description="Of the number; the city's own, 510500, for what touches several.")
    name: str = Field(examples=["江阳区"])


class YearBookFiling(Answer):
    no: str = Field(examples=["BA510502-2026-0001"])
    county: str = Field(examples=["510502"])
    title: str = Field(examples=["杜家街社区第1网格分设"])
    reason: str = Field(examples=["population_change"])
    reason_zh: str = Field(examples=["人口变动"], description="As it was called when the change was decided.")
    reason_en: str = Field(examples=["population change"])
    state: Literal[STATES] = Field(examples=["recorded"])
    decided_on: str = Field(examples=["2026-11-24"])
    effective_on: str = Field(examples=["2026-12-01"])
    recorded_on: str | None = Field(examples=["2026-12-03"])
    document_no: str | None = Field(examples=["泸网格备〔2026〕12号"])
    overdue: bool = Field(examples=[False])
    late: bool = Field(examples=[False])
    units_before: int = Field(examples=[2], description="Grids that changed, else micro-grids.")
    units_after: int = Field(examples=[3])


class YearBookAnswer(Answer):
    year: int = Field(examples=[2026])
    at: str = Field(examples=["2026-12-31T18:00:00+08:00"], description="States are those of this instant.")
    counties: list[CountyLine]
    filings: list[YearBookFiling] = Field(description="By number.")
    totals: Counted
    chain: dict = Field(examples=[{"seq": 61, "digest": "6387…"}], description="Last entry of the chain of filings.")
    synthetic: bool = Field(examples=[False], description="Whether the register holds generated land.")
