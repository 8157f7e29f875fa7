"""Vector tiles."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response

from api.answers import PROBLEMS
from api.parameters import PRINTABLE, instant
from api.resources import Resources, resources
from api.routes.incidents import Family, Matter, Reported, State, filter_for
from api.tile_cache import cached_tile
from boundaries.store import tiles as unit_tiles
from gis.errors import Refusal
from incidents.store import tiles as incident_tiles
from incidents.store.reading import require_known

MEDIA_TYPE = "application/vnd.mapbox-vector-tile"
LEVEL_OF_LAYER = {"counties": "county", "towns": "town", "villages": "village", "grids": "grid", "micro-grids": "micro_grid"}
LAYERS = (*LEVEL_OF_LAYER, "incidents")

router = APIRouter(tags=["tiles"], responses=PROBLEMS)


@router.get(
    "/tiles/{layer}/{z}/{x}/{y}.mvt",
    summary="A vector tile",
    response_class=Response,
    responses={200: {"content": {MEDIA_TYPE: {}}}, 304: {"description": "The tile has not changed."}},
)
def tile(
    request: Request,
    layer: Annotated[str, Path(max_length=20, pattern=PRINTABLE, json_schema_extra={"enum": list(LAYERS)})],
    z: Annotated[int, Path(examples=[14])],
    x: Annotated[int, Path(examples=[12989])],
    y: Annotated[int, Path(examples=[6681])],
    held: Annotated[Resources, Depends(resources)],
    at: Annotated[datetime, Depends(instant)],
    reported: Reported,
    matter: Matter = None,
    family: Family = None,
    state: State = None,
):
    """A Mapbox Vector Tile with one layer of the same name; y from the north. Units carry ``code name kind households``,
    incidents ``no family matter state`` and take the filters ``from to matter family state``. Nothing is left out of a
    tile: a zoom at which a layer would be too dense is refused."""
    if layer == "incidents":
        wanted = filter_for(reported, matter=matter, family=family, state=state)
        made = cached_tile(_incidents(held, z, x, y, wanted))
    elif layer in LEVEL_OF_LAYER:
        made = _units(held, layer, z, x, y, at)
    else:
        raise Refusal("unknown_layer", f"There is no such layer; the layers are {', '.join(LAYERS)}.")
    return _send(request, made)


def _units(held, layer, z, x, y, at):
    level = LEVEL_OF_LAYER[layer]
    unit_tiles.require_tile(level, z, x, y)

    def make():
        with held.reading() as connection:
            return unit_tiles.tile(connection, level, z, x, y, layer=layer, at=at)

    return held.tiles.get((layer, z, x, y, held.snapshots.key(at)), make)


def _incidents(held, z, x, y, wanted):
    with held.reading() as connection:
        require_known(connection, wanted)
        return incident_tiles.tile(connection, z, x, y, wanted)


def _send(request, made):
    """A tile is asked for again each time, and answered in a few bytes while it has not changed."""
    headers = {"ETag": made.etag, "Cache-Control": "no-cache", "Vary": "Accept-Encoding"}
    if made.etag in _tags(request.headers.get("if-none-match", "")):
        return Response(status_code=304, headers=headers)
    if made.compressed and "gzip" in request.headers.get("accept-encoding", ""):
        return Response(made.compressed, headers=headers | {"Content-Encoding": "gzip"}, media_type=MEDIA_TYPE)
    return Response(made.body, headers=headers, media_type=MEDIA_TYPE)


def _tags(header):
    """The tags of an If-None-Match header; a weak tag matches as well (RFC 9110, 13.1.2).

    Examples
    --------
    >>> sorted(_tags('W/"a", "b"'))
    ['"a"', '"b"']
    """
    return {tag.strip().removeprefix("W/") for tag in header.split(",")}
