"""The shapes of answers, as the OpenAPI document shows them. The tests hold live answers against them."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Level = Literal["city", "county", "town", "village", "grid", "micro_grid"]
Bounds = tuple[float, float, float, float]


class Answer(BaseModel):
    """Nothing that is not declared."""

    model_config = ConfigDict(extra="forbid")


class Problem(BaseModel):
    """RFC 9457."""

    type: str = Field(examples=["urn:wangge:problem:unknown_unit"])
    title: str = Field(examples=["Unknown unit"])
    status: int = Field(examples=[404])
    code: str = Field(examples=["unknown_unit"], description="Stable; the same in every language of the interface.")
    detail: str = Field(examples=["The register has no grid with the code 510502001001999."])
    instance: str = Field(examples=["/api/v1/grids/510502001001999"])
    details: dict | None = None


class Unit(Answer):
    code: str = Field(examples=["510502001001001"])
    level: Level = Field(examples=["grid"])
    name: str = Field(examples=["第一网格"])
    kind: str | None = Field(default=None, examples=["comprehensive"])
    households: int | None = Field(default=None, examples=[412])


class Place(Answer):
    """The answer for one point; ``lon`` and ``lat`` are on the lattice in CGCS2000."""

    lon: float = Field(examples=[105.44])
    lat: float = Field(examples=[28.88])
    grid: Unit | None
    micro_grid: Unit | None
    village: Unit | None
    town: Unit | None
    county: Unit | None
    on_border: bool
    also: list[Unit] = Field(description="The other grids that hold a point on a border.")
    distance_m: float = Field(description="To the nearest grid; 0 inside one.")
    nearest: Unit | None = Field(description="The nearest grid of a point outside every grid.")


class PlaceCodes(Answer):
    grid: str | None
    micro_grid: str | None
    on_border: bool
    also: list[str]
    distance_m: float


class Places(Answer):
    results: list[PlaceCodes]


class UnitSummary(Unit):
    population: int | None = Field(examples=[1204])
    area_m2: float
    divided: bool
    source: str
    valid_from: str
    valid_to: str | None
    change_set_id: int


class Neighbour(Answer):
    code: str
    name: str
    shared_border_m: float


class Children(Answer):
    level: Level | None
    count: int


class SizeRule(Answer):
    min: int
    max: int
    ok: bool | None


class UnitProperties(UnitSummary):
    path: list[Unit] = Field(description="The units above, the city first.")
    neighbours: list[Neighbour] = Field(description="Units of the same level that share an edge, the longest border first.")
    children: Children
    size_rule: SizeRule | None
    incidents_30d: int


class PolygonShape(Answer):
    type: Literal["Polygon", "MultiPolygon"]
    coordinates: list


class PointShape(Answer):
    type: Literal["Point"]
    coordinates: tuple[float, float]


class UnitFeature(Answer):
    type: Literal["Feature"]
    id: str
    geometry: PolygonShape
    properties: UnitProperties


class UnitSummaryFeature(Answer):
    type: Literal["Feature"]
    id: str
    geometry: PolygonShape
    properties: UnitSummary


class UnitCollection(Answer):
    type: Literal["FeatureCollection"]
    features: list[UnitSummaryFeature]
    total: int
    truncated: bool


class Version(Answer):
    version_id: int
    name: str
    kind: str | None
    households: int | None
    population: int | None
    area_m2: float
    valid_from: str
    valid_to: str | None
    change_set_id: int
    source: str


class History(Answer):
    code: str
    versions: list[Version]


class Match(Answer):
    type: Literal["county", "town", "village", "grid", "micro_grid", "place", "road", "door", "community", "building", "poi"]
    code: str | None
    name: str
    path: str
    lon: float
    lat: float
    bbox: Bounds | None


class Matches(Answer):
    results: list[Match]


class IncidentProperties(Answer):
    no: str = Field(examples=["5105022026050200017"])
    matter: str
    family: str
    state: str
    reported_at: str
    grid_code: str | None
    on_border: bool
    distance_m: float


class IncidentFeature(Answer):
    type: Literal["Feature"]
    id: str
    geometry: PointShape
    properties: IncidentProperties


class IncidentCollection(Answer):
    type: Literal["FeatureCollection"]
    features: list[IncidentFeature]
    total: int
    truncated: bool


class Heat(Answer):
    zoom: int
    cell_px: int = Field(description="Side of a cell in pixels of web mercator at that zoom.")
    bins: list[tuple[int, int, int]] = Field(
        description="Column, row from the north, and number of incidents of each cell that holds any.",
        examples=[[[6650, 3491, 12]]],
    )
    total: int = Field(description="Incidents in all cells that the box meets; the sum of the bins.")
    max: int
    compared: list[tuple[int, int, int, int, int, float | None]] | None = Field(
        default=None,
        description="Column, row, count, count of the period compared with, difference, and ratio (null where there was none).",
    )
    before: int | None = Field(default=None, description="Incidents in the box in the period compared with.")
    months: tuple[str, str] | None = Field(
        default=None,
        description="For the public: begin of the first whole month counted, and end of the last.",
    )
    coarser: int | None = Field(
        default=None,
        description="For the public: incidents in the city that are only told at a lower zoom, where more of them are together.",
    )


class City(Answer):
    code: str
    name: str
    bbox: Bounds


class NamedCode(Answer):
    code: str
    name_zh: str
    name_en: str


class Matter(NamedCode):
    family: str
    urgent: bool


class IncidentPeriod(Answer):
    since: str | None = Field(alias="from")
    until: str | None = Field(alias="to")


class BaseMapShown(Answer):
    layers: list[str] = Field(examples=[["vec_w", "cva_w"]], description="For /tiles/base/{layer}/{z}/{x}/{y}.")
    attribution: str = Field(examples=["© 天地图 Tianditu"])
    min_zoom: int = Field(examples=[1])
    max_zoom: int = Field(examples=[18])


class Meta(Answer):
    city: City
    home: Bounds = Field(description="Box of the land that is divided into grids; of the city as long as none is.")
    counts: dict[str, int]
    synthetic: bool = Field(description="Whether any unit in force was generated instead of surveyed.")
    incident_period: IncidentPeriod
    families: list[NamedCode] = Field(description="Families of matters in force now, of the code table matter_family.")
    change_reasons: list[NamedCode] = Field(description="Reasons that a change may have now, of the code table change_reason.")
    matters: list[Matter]
    base_map: BaseMapShown | None = Field(description="Null where none is set up.")
    version: str


class Health(Answer):
    status: Literal["ok"]


class Readiness(Answer):
    ready: bool
    checks: dict[str, bool]
