"""Tiles of the base map, fetched by the server from where the settings say."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from api.answers import PROBLEMS
from api.base_map import FIRST_BYTES, LASTS_S, LAYERS
from api.models import Problem
from api.parameters import PRINTABLE

router = APIRouter(tags=["tiles"], responses=PROBLEMS | {502: {"model": Problem, "description": "The base map does not answer."}})


@router.get(
    "/tiles/base/{layer}/{z}/{x}/{y}",
    summary="A tile of the base map",
    response_class=Response,
    responses={200: {"content": {kind: {} for kind in FIRST_BYTES}, "description": "A picture of 256 pixels square."}},
)
def base_tile(
    request: Request,
    layer: Annotated[str, Path(max_length=20, pattern=PRINTABLE, json_schema_extra={"enum": list(LAYERS)}, examples=["vec_w"])],
    z: Annotated[int, Path(examples=[14])],
    x: Annotated[int, Path(examples=[12989])],
    y: Annotated[int, Path(examples=[6681])],
):
    """``vec_w`` is the map, ``cva_w`` its labels. 404 where none is set up; `base_map` of `/api/v1/meta` says whether one is."""
    found = request.app.state.base_map.tile(layer, z, x, y)
    return Response(found.body, media_type=found.media_type, headers={"Cache-Control": f"public, max-age={LASTS_S}"})
