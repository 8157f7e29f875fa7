"""The shapes of what is answered about reports that come in."""

from typing import Literal

from pydantic import Field

from api.models import Answer, Unit
from incidents.states import STATES

NO = "5105022026050200017"
REPORTED_AT = "2026-05-02T09:41:07+08:00"


class ResponsibleWorker(Answer):
    name: str = Field(examples=["王芳"])
    work_phone: str = Field(examples=["0830-3101234"])


class ReportTaken(Answer):
    """An incident as it came in, or, when it was sent before, as it is now."""

    no: str = Field(examples=[NO])
    state: Literal[STATES] = Field(examples=["reported"])
    reported_at: str = Field(examples=[REPORTED_AT])
    grid: Unit | None = Field(description="Null outside every grid.")
    micro_grid: Unit | None
    village: Unit | None = Field(description="Of the grid; outside every grid the one that holds the place, if any does.")
    on_border: bool = Field(examples=[False])
    also: list[Unit] = Field(description="The other grids on whose border it lies.")
    distance_m: float = Field(examples=[0], description="To the nearest grid; 0 inside one.")
    nearest: Unit | None = Field(description="Outside every grid: the nearest one.")
    reason: Literal["village_not_divided", "outside_every_village"] | None = Field(description="Why it has no grid.")
    worker: ResponsibleWorker | None = Field(description="Who is responsible for the grid.")
    urgent: bool = Field(examples=[False])
    department: str | None = Field(examples=["urban_management"], description="The competent one.")
    photos: list[int] = Field(examples=[[31]], description="Their numbers.")


class PublicReceipt(Answer):
    no: str = Field(examples=[NO])
    token: str = Field(examples=["mB0fV3m1o0H4kqz5c2pY8w7D"], description="For GET /api/v1/reports/{no}.")


class PublicStatus(Answer):
    no: str = Field(examples=[NO])
    state: Literal[STATES] = Field(examples=["handling"])
    grid: str | None = Field(examples=["大山坪社区第一网格"], description="Its name; null outside every grid.")
    reported_at: str = Field(examples=[REPORTED_AT])
    registered_at: str | None = Field(examples=[REPORTED_AT])
    dispatched_at: str | None = Field(examples=[REPORTED_AT])
    handled_at: str | None = Field(examples=[None])
    closed_at: str | None = Field(examples=[None])


class Unassigned(Answer):
    no: str = Field(examples=[NO])
    matter: str = Field(examples=["0406"])
    matter_zh: str = Field(examples=["道路破损"])
    matter_en: str = Field(examples=["Damaged road"])
    state: Literal[STATES] = Field(examples=["reported"])
    urgent: bool = Field(examples=[False])
    reported_at: str = Field(examples=[REPORTED_AT])
    lon: float = Field(examples=[105.4412])
    lat: float = Field(examples=[28.8803])
    reason: Literal["village_not_divided", "outside_every_village"] = Field(examples=["village_not_divided"])
    village_code: str | None = Field(examples=["510502001002"])
    nearest_code: str | None = Field(examples=["510502001001002"])
    distance_m: float = Field(examples=[412.7])


class UnassignedQueue(Answer):
    incidents: list[Unassigned]
    total: int = Field(examples=[1])


class Duplicate(Answer):
    no: str = Field(examples=[NO])
    state: Literal[STATES] = Field(examples=["reported"])
    reported_at: str = Field(examples=[REPORTED_AT])
    grid_code: str | None = Field(examples=["510502001001001"])
    distance_m: float = Field(examples=[12.5])
    description: str | None = Field(examples=["路面塌陷，约一米宽"])


class Duplicates(Answer):
    duplicates: list[Duplicate]


class PhotoOf(Answer):
    id: int = Field(examples=[31])
    at: str = Field(examples=[REPORTED_AT])
    stage: Literal["report", "feedback", "note"] = Field(examples=["feedback"])
    event_id: int | None = Field(examples=[1047], description="The feedback or note of the course that it came with.")
    media_type: str = Field(examples=["image/jpeg"])
    width: int = Field(examples=[1600])
    height: int = Field(examples=[1200])


class Photos(Answer):
    photos: list[PhotoOf]


class Contact(Answer):
    contact: str = Field(examples=["139 0000 0000"])
