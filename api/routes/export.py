"""Downloads: a level of the register on a date as one file."""

import os
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import fastapi
from fastapi import APIRouter, Depends, Query
from fastapi.responses import StreamingResponse

from api.answers import PROBLEMS
from api.parameters import PRINTABLE, instant
from api.resources import Resources, resources
from api.slots import Slots
from boundaries.exports.extract import LEVEL_OF_LAYER, level_of_layer
from boundaries.exports.files import MEDIA_TYPES, write_extract
from boundaries.store.extracting import extract
from gis.errors import Refusal

PIECE_BYTES = 1 << 18
DESCRIPTION = (
    "Every unit of the layer in force at the instant, with its attributes. The file states the date, the source and the "
    "digest (SHA-256 of codes, attributes and exact coordinates, the same in every format), which is the ETag too."
)
ANSWER = {"description": "The file.", "content": {media: {} for media in dict.fromkeys(MEDIA_TYPES.values())}}

router = APIRouter(tags=["register"], responses=PROBLEMS)
MAKING = Slots(2, patience_s=10)  # a city's micro-grids take 0.5 GB while they are written

At = Annotated[datetime, Depends(instant)]
Held = Annotated[Resources, Depends(resources)]
Layer = Annotated[
    str, fastapi.Path(max_length=20, pattern=PRINTABLE, examples=["grids"], json_schema_extra={"enum": list(LEVEL_OF_LAYER)})
]
Format = Annotated[
    str,
    Query(alias="format", max_length=20, pattern=PRINTABLE, examples=["gpkg"], json_schema_extra={"enum": list(MEDIA_TYPES)}),
]
Within = Annotated[str | None, Query(max_length=20, pattern=PRINTABLE, description="Code of a unit above: only what lies below.")]


@router.get(
    "/export/{layer}",
    response_class=StreamingResponse,
    responses={200: ANSWER},
    summary="A layer as a file",
    description=DESCRIPTION,
)
def export_layer(layer: Layer, at: At, held: Held, form: Format = "geojson", within: Within = None):
    level_of_layer(layer, within)
    if form not in MEDIA_TYPES:
        raise Refusal("unknown_format", f"The format is not known; give one of {', '.join(MEDIA_TYPES)}.")
    name = f"{layer}.{form}"
    with TemporaryDirectory(prefix="wangge-export-") as folder:
        said = _make(held, Path(folder, name), layer, at, within)
        size = os.stat(Path(folder, name)).st_size
        # Without a name from here on: gone with its only reader, or with the process.
        file = open(Path(folder, name), "rb")  # noqa: SIM115
    headers = {
        "ETag": f'"{said["digest"]}"',
        "Content-Length": str(size),
        "Content-Disposition": f'attachment; filename="{name}"',
    }
    return StreamingResponse(_pieces(file), media_type=MEDIA_TYPES[form], headers=headers)


def _pieces(file):
    with file:
        while piece := file.read(PIECE_BYTES):
            yield piece


def _make(held, out, layer, at, within):
    with MAKING.one(), held.reading() as connection:
        return write_extract(extract(connection, layer, at=at, within=within), out)
