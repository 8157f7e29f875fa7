"""The shape of the desk."""

from pydantic import Field

from api.models import Answer, NamedCode


class DeskIncident(Answer):
    no: str = Field(examples=["5105022026050200017"])
    matter: str
    family: str
    state: str
    urgent: bool
    reported_at: str
    registered_at: str | None
    handled_at: str | None
    due_at: str | None
    due_supposed: bool = Field(description="Part of the term lies where holidays are not decreed yet.")
    grid: str | None = Field(description="Null outside every grid; then `nearest` is the nearest one.")
    on_border: bool
    also: list[str] = Field(description="The other grids on whose border it lies.")
    nearest: str | None
    distance_m: float
    department: str | None
    address: str | None
    lon: float
    lat: float


class DeskAnswer(Answer):
    position: str = Field(
        description="As of which; for `after` of GET /api/v1/events.", examples=["7711499292911573316.16385:795:799:795,797"]
    )
    total: int
    incidents: list[DeskIncident]
    areas: list[tuple[str, str]] = Field(
        description="Counties, towns and villages in one's reach: code and name.", examples=[[["510502001", "南城街道"]]]
    )
    departments: list[NamedCode]
