"""The shapes of what is asked and answered about faces of a file that are to divide a unit."""

import json
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from api.change_models import STALE
from api.models import Answer
from boundaries.changes.commands import ID
from boundaries.imports.arriving import Wishes
from gis.conforming.mend import STRATEGIES
from gis.datum import DATUMS

MOST_ANSWERS = 20_000
LONGEST_COLUMN = 200
UNASKED = tuple(strategy for strategy in STRATEGIES if strategy != "priority")  # which needs an order of the faces
MEND = "3f9c02ab41d7"


def _column(of, example):
    return Field(default=None, max_length=LONGEST_COLUMN, description=f"Column of the {of}.", examples=[example])


class ImportWish(BaseModel):
    """How the file is to be read and conformed, and what a person has answered."""

    model_config = ConfigDict(extra="forbid")

    parent: str = Field(
        pattern=f"^{ID.pattern}$", max_length=60, examples=["510504001001"], description="Unit that the faces are to divide."
    )
    name_field: str | None = _column("names", "NAME")
    kind_field: str | None = _column("kinds", "KIND")
    households_field: str | None = _column("households", "HS")
    population_field: str | None = _column("population", "RK")
    unit_field: str | None = Field(
        default=None,
        max_length=LONGEST_COLUMN,
        examples=["CODE"],
        description="Column of the codes of units that stay; without it a face keeps the unit whose land it mostly is.",
    )
    id_field: str | None = Field(
        default=None, max_length=LONGEST_COLUMN, description="Column that names the faces; default: number of the row from 0."
    )
    datum: str | None = Field(
        default=None, max_length=20, description=f"One of {', '.join(DATUMS)}, where the file does not say or says wrongly."
    )
    snap_m: float = Field(default=0.5, ge=0, le=20, description="Borders beside a fault are moved together up to so far.")
    gap_width_m: float = Field(default=2.0, ge=0, le=1000, description="Gaps up to this width are filled unasked.")
    overlap_width_m: float | None = Field(default=None, ge=0, le=1000, description="Overlaps wider than this are asked about.")
    strategy: str = Field(default="longest_border", json_schema_extra={"enum": list(UNASKED)})
    answers: dict[str, Literal["accept", "refuse"] | dict[str, str]] = Field(
        default={},
        max_length=MOST_ANSWERS,
        examples=[{MEND: "accept", "77b0c1d2e3f4": {"give": "3"}}],
        description='As JSON: by the id of a mend `accept`, `refuse` or `{"give": id of a face}`.',
    )

    @field_validator("answers", mode="before")
    @classmethod
    def _read(cls, text):
        """A field of a form is a text."""
        try:
            return json.loads(text) if isinstance(text, str) else text
        except (ValueError, RecursionError):
            raise ValueError("it is no JSON object") from None

    @field_validator("strategy")
    @classmethod
    def _known(cls, strategy):
        if strategy not in UNASKED:
            raise ValueError(f"it is one of {', '.join(UNASKED)}")
        return strategy

    def wishes(self):
        """The same for `boundaries.imports`."""
        columns = {name: getattr(self, f"{name}_field") for name in ("name", "kind", "households", "population", "unit", "id")}
        metres = {name: getattr(self, name) for name in ("snap_m", "gap_width_m", "overlap_width_m")}
        columns["id_field"] = columns.pop("id")
        return Wishes(self.parent, **columns, datum=self.datum, **metres, strategy=self.strategy)


class ImportDecision(ImportWish):
    """The same, and which preview it is about."""

    digest: str = Field(
        pattern=r"^[0-9a-f]{64}$",
        examples=["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"],
        description="That of the preview: of the file, of the fields and of the land. Refused when any of them differs.",
    )
    revision: int | None = Field(default=None, ge=1, description=STALE)


CANDIDATE = {"face": "3", "border_m": 41.22}
SHAPE = {"type": "Polygon", "coordinates": [[[105.4461, 28.9432], [105.4479, 28.9432], [105.447, 28.944], [105.4461, 28.9432]]]}
FACE = {
    "id": "3",
    "unit": "510504001001004",
    "name": "杜家街社区第4网格",
    "kind": "comprehensive",
    "households": 312,
    "population": 851,
    "touched": True,
    "area_before_m2": 80_211.5,
    "area_after_m2": 80_214.75,
}
FINDING = {
    "code": "overlap",
    "severity": "error",
    "faces": ["3", "4"],
    "area_m2": 12.3,
    "width_m": 0.5,
    "lon": 105.447,
    "lat": 28.9436,
    "id": "q3k7m2x9ab",
    "within": "",
    "sentence_en": "Faces 3 and 4 overlap by 12.3 m² (0.5 m wide); decide which of them owns it.",
    "sentence_zh": "面 3 与 4 重叠 12.3 m²（宽 0.5 m），请确定重叠部分归谁所有。",
}


class MendShown(Answer):
    id: str = Field(examples=[MEND], description="The same for the same file, fields and land.")
    kind: str = Field(examples=["overlap"])
    accepted: bool = Field(examples=[True], description="It would be done.")
    faces: list[str] = Field(alias="from", examples=[["3", "4"]])
    to: str | None = Field(examples=["3"])
    area_m2: float = Field(examples=[12.3])
    width_m: float = Field(examples=[0.5])
    lon: float | None = Field(examples=[105.447])
    lat: float | None = Field(examples=[28.9436])
    even: bool = Field(examples=[False], description="Two candidates have borders of nearly one length.")
    candidates: list[dict] = Field(examples=[[CANDIDATE]], description="Faces that it could be given to.")
    question: str = Field(examples=[""], description="Why it needs an answer; empty where it does not.")
    reason: str = Field(examples=[""])
    sentence_en: str = Field(examples=["Faces 3 and 4 overlap by 12.3 m² (0.5 m wide): face 3 gets it."])
    sentence_zh: str = Field(examples=["面 3 与 4 重叠 12.3 m²（宽 0.5 m）：归面 3。"])
    geometry: dict | None = Field(examples=[SHAPE], description="The land in question, or the place of a snap.")


class ImportPreview(Answer):
    digest: str = Field(examples=["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"], description="For `apply`.")
    revision: int = Field(examples=[3], description="Of the change set.")
    parent: str = Field(examples=["510504001001"])
    ok: bool = Field(examples=[True], description="Nothing is left to answer, and the faces tile the unit exactly.")
    tiles: bool = Field(examples=[True], description="The faces as they would be tile the unit exactly.")
    max_shift_m: float = Field(examples=[0.31], description="Longest way of a snapped border.")
    noding_m: float = Field(examples=[0.008])
    nodes: int = Field(examples=[2], description="Vertices that the border of the unit gets where new borders end on it.")
    notes: list[str] = Field(examples=[["12 features of grids.gpkg lie for the most part elsewhere or have no polygon: 3, 4 …."]])
    summary: dict = Field(examples=[{"overlap": {"count": 1, "area_m2": 12.3}}], description="Of all findings, by code.")
    findings: list[dict] = Field(examples=[[FINDING]], description="On the faces as they came; the first 500.")
    mends: list[MendShown]
    needs_a_person: list[str] = Field(examples=[[MEND]], description="Ids of mends.")
    units_gone: list[str] = Field(examples=[["510504001001007"]], description="Units of today that no face keeps.")
    faces: dict = Field(
        examples=[
            {"type": "FeatureCollection", "features": [{"type": "Feature", "id": "3", "geometry": SHAPE, "properties": FACE}]}
        ],
        description="The faces as they would be; `unit` is the unit that the face keeps.",
    )
