"""Answers about what is published of a grid."""

from typing import Any, Literal

from pydantic import Field

from api.models import Answer
from boundaries.duties import ROLES
from boundaries.workers import KINDS


class PlaceName(Answer):
    code: str = Field(examples=["510502001001"])
    name: str = Field(examples=["大山坪社区"])


class PlaceNames(Answer):
    village: PlaceName
    town: PlaceName
    county: PlaceName


class ExclusiveKind(Answer):
    code: str = Field(examples=["market"])
    name: str = Field(examples=["商圈市场"])
    name_en: str = Field(examples=["market"])
    department: str = Field(examples=["market_supervision"])
    standard: str


class Sides(Answer):
    """Names of what borders on the grid, by the direction that its border faces there; empty text is land outside the city."""

    east: list[str] = Field(examples=[["大山坪社区第二网格"]])
    south: list[str]
    west: list[str]
    north: list[str]


class PublicGridUnit(Answer):
    code: str = Field(examples=["510502001001001"])
    name: str = Field(examples=["大山坪社区第一网格"])
    kind: str = Field(examples=["comprehensive"])
    exclusive_kind: ExclusiveKind | None
    place: PlaceNames
    area_m2: float = Field(examples=[151200.5], description="Geodesic.")
    micro_grids: list[PlaceName]
    extent: Sides
    geometry: dict[str, Any] = Field(description="GeoJSON MultiPolygon, degrees on CGCS2000.")
    bbox: list[float] = Field(min_length=4, max_length=4, description="West, south, east, north.")


class PublicWorker(Answer):
    """Work contact, and nothing else about the person."""

    name: str = Field(examples=["王芳"])
    kind: Literal[KINDS] = Field(examples=["full_time"])
    role: Literal[ROLES] = Field(examples=["responsible"])
    work_phone: str = Field(examples=["0830-3101234"])
    substitutes_for: str | None = Field(examples=[None], description="Name of who is absent.")


class BothLanguages(Answer):
    zh: str = Field(examples=["拨打网格员电话，或扫描二维码上报。"])
    en: str = Field(examples=["Call the grid worker, or scan the code to report."])


class PublicGrid(Answer):
    grid: PublicGridUnit
    workers: list[PublicWorker] = Field(description="The responsible first; nobody where nobody is on duty at this minute.")
    supervision_phone: str | None = Field(examples=["0830-12345678"])
    how_to_report: BothLanguages
    review_number: str | None = Field(examples=["川S(2026)00012号"])
    as_of: str = Field(examples=["2026-12-01T09:30:00+08:00"])
    synthetic: bool = Field(description="Generated for a demo.")
    on_border: bool = Field(description="The place asked for lies on a border; the grid with the smallest code owns it.")


class BoardState(Answer):
    """The last print of a grid in a kind and size."""

    grid_code: str = Field(examples=["510502001001001"])
    name: str = Field(examples=["大山坪社区第一网格"])
    kind: Literal["board", "card"]
    size: Literal["A3", "A4"]
    printed_at: str = Field(examples=["2026-12-01T09:30:00+08:00"])
    stale: bool
    changed: list[str] = Field(examples=[["contact"]], description="What is no longer as it was printed.")


class Boards(Answer):
    boards: list[BoardState]
    never: list[PlaceName] = Field(description="Grids in force of which no board was ever printed.")
    truncated: bool


class PrintJob(Answer):
    id: int = Field(examples=[7])
    state: Literal["waiting", "running", "done", "failed"]
    done: int = Field(examples=[120])
    total: int = Field(examples=[500])
    file: str | None = Field(examples=[None], description="Address of the PDF, for some days after it is done.")
    error: str | None = Field(examples=[None], description="Code of what went wrong.")
