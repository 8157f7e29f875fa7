"""Files of lines, read for the page to draw along; nothing of them is kept."""

from typing import Annotated

import shapely
from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, ConfigDict, Field

from api.answers import GEOJSON, GUARDED
from api.json_text import feature
from api.models import Answer
from api.parameters import parse_box
from api.slots import Slots
from api.uploads import Upload, form_body, uploaded
from boundaries.imports.drawn import lines_of
from gis.datum import DATUMS

router = APIRouter(tags=["layers"], responses=GUARDED)
READING = Slots(2, patience_s=1)  # a large file takes a core for some seconds, and some hundred megabytes


class LinesWish(BaseModel):
    """How the file is to be read."""

    model_config = ConfigDict(extra="forbid")

    bbox: str | None = Field(
        default=None,
        max_length=200,
        examples=["105.43,28.88,105.46,28.91"],
        description="West, south, east, north in degrees: what lies outside is cut away.",
    )
    kind_field: str | None = Field(
        default=None, max_length=200, examples=["class"], description="Column that says what a line is."
    )
    datum: str | None = Field(
        default=None,
        max_length=20,
        examples=["gcj02"],
        description=f"One of {', '.join(DATUMS)}, where the file does not say or says wrongly.",
    )


class LineShape(Answer):
    type: str = Field(examples=["MultiLineString"])
    coordinates: list = Field(examples=[[[[105.4461, 28.9432], [105.4479, 28.9466]]]])


class LineProperties(Answer):
    kind: str = Field(examples=["road"])


class LineFeature(Answer):
    type: str = Field(examples=["Feature"])
    id: int = Field(examples=[0])
    geometry: LineShape
    properties: LineProperties


class Lines(Answer):
    type: str = Field(examples=["FeatureCollection"])
    features: list[LineFeature]


@router.post(
    "/layers/lines",
    response_model=Lines,
    responses={200: {"content": {GEOJSON: {}}, "description": "GeoJSON in degrees on CGCS2000."}},
    openapi_extra=form_body(LinesWish, example="roads.gpkg"),
    summary="Lines of a file, to draw along",
)
def lines(upload: Annotated[Upload, Depends(uploaded)]):
    """Roads, rivers, walls; of polygons the outline. At most 2,000 lines with 200,000 vertices. Nothing is stored."""
    wish = upload.wish(LinesWish)
    box = None if wish.bbox is None else parse_box(wish.bbox)
    with READING.one(), upload.on_disk() as path:
        found = lines_of(path, wish.kind_field, box=box, datum=wish.datum)
    texts = shapely.to_geojson(found.lines)
    features = [feature(row, text, {"kind": kind}) for row, (text, kind) in enumerate(zip(texts, found.kinds, strict=True))]
    return Response(f'{{"type":"FeatureCollection","features":[{",".join(features)}]}}', media_type=GEOJSON)
