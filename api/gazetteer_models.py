"""The shapes of the gazetteer's answers, as the OpenAPI document shows them."""

from typing import Literal

from pydantic import Field

from api.models import Answer
from incidents.gazetteer.entries import Kind


class Reason(Answer):
    code: str = Field(examples=["number_between"], description="Stable; docs/gazetteer.md tells what each means.")
    factor: float = Field(ge=0, le=1, examples=[0.738], description="The confidence is the product of the factors.")
    detail: str = Field(examples=["7: 5–9"], description="The name, the numbers, the code … that it is about.")


class PlaceFound(Answer):
    name: str = Field(examples=["江阳中路7号"])
    kind: Kind = Field(examples=["door"])
    confidence: float = Field(ge=0, le=1, examples=[0.738])
    confirm: bool = Field(examples=[True], description="Whether a person has to confirm it: the confidence is under the limit.")
    lon: float = Field(examples=[105.4404], description="On the lattice in CGCS2000; of a road its middle.")
    lat: float = Field(examples=[28.8049])
    grid: str | None = Field(examples=["510502001001001"], description="The grid it lies in; null outside every grid.")
    unit: str | None = Field(examples=["510502001001001"], description="The smallest unit from grid to county it lies in.")
    path: str = Field(examples=["江阳区 / 南城街道 / 大山坪社区 / 大山坪社区第一网格"])
    source: str = Field(examples=["doors-2026"])
    is_generated: bool = Field(examples=[False], description="Made up for a demo, not surveyed.")
    is_interpolated: bool = Field(examples=[True], description="Between two doors, or at one: no door of that number is known.")
    why: list[Reason]


class SaidOfDivisions(Answer):
    county: list[str] = Field(examples=[["510502"]], description="Codes that the address's words may mean.")
    town: list[str] = Field(examples=[[]])
    village: list[str] = Field(examples=[[]])


class PlacesFound(Answer):
    query: str = Field(examples=["江阳区江阳中路七号"])
    normal: str = Field(examples=["江阳区江阳中路7号"], description="The form in which it was compared.")
    divisions: SaidOfDivisions
    vague: str = Field(examples=[""], description="附近, 对面 and the like.")
    limit: float = Field(examples=[0.8], description="The city's setting gazetteer.confirm_below.")
    confirm: bool = Field(examples=[True], description="Whether nothing was found that is sure enough without a person.")
    candidates: list[PlaceFound] = Field(description="The surest first; what fits equally well is listed, none is guessed.")


class OutsidePlace(Answer):
    name: str = Field(examples=["泸州市江阳区江阳中路7号"])
    level: str = Field(examples=["门址"], description="What the geocoder says that it has found.")
    confidence: float = Field(ge=0, le=1, examples=[0.56])
    confirm: Literal[True] = Field(description="A stranger's word is always confirmed.")
    lon: float = Field(examples=[105.4404])
    lat: float = Field(examples=[28.8049])
    grid: str | None = Field(examples=["510502001001001"])
    unit: str | None = Field(examples=["510502001001001"])
    path: str = Field(examples=["江阳区 / 南城街道 / 大山坪社区 / 大山坪社区第一网格"])
    geocoder: str = Field(examples=["tianditu"])
    why: list[Reason]


class OutsidePlaces(Answer):
    query: str = Field(examples=["江阳中路七号"])
    candidates: list[OutsidePlace]
