"""Where an address is: candidates of the city's own gazetteer, and of an outside geocoder where one is set up."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request

from api.answers import GUARDED, PROBLEMS, answer, unstored
from api.gazetteer_answers import found_answer, limit_at, position, reasons, where
from api.gazetteer_models import OutsidePlaces, PlacesFound
from api.parameters import PRINTABLE, instant
from api.resources import Resources, resources
from api.routes.locate import on_lattice
from boundaries.clock import now
from boundaries.codes import level_of
from gis.errors import Refusal
from incidents.gazetteer.matching import Evidence, confidence_of, outside_evidence
from incidents.gazetteer.parts import LONGEST_TEXT, parse
from incidents.store.geocoding import codes_of, divisions, geocode

router = APIRouter(tags=["gazetteer"], responses=PROBLEMS)
Held = Annotated[Resources, Depends(resources)]
Text = Annotated[
    str,
    Query(
        max_length=LONGEST_TEXT,
        pattern=PRINTABLE,
        description="An address, or the name of a place.",
        openapi_examples={"a door": {"value": "江阳区江阳中路十二号"}, "a building": {"value": "佳乐世纪城3号楼2单元501"}},
    ),
]


@router.get("/gazetteer", response_model=PlacesFound, summary="Places that an address may mean")
def gazetteer(
    q: Text,
    at: Annotated[datetime, Depends(instant)],
    held: Held,
    near: Annotated[
        str | None,
        Query(
            max_length=60,
            description="Longitude,latitude in CGCS2000: what lies near goes before its namesakes.",
            examples=["105.44,28.88"],
        ),
    ] = None,
    within: Annotated[
        str, Query(max_length=15, pattern=PRINTABLE, description="Code of a unit; nothing outside is found.", examples=["510502"])
    ] = "",
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
):
    """The surest first, each with a confidence between 0 and 1 and the evidence that it is the product of. Where ``confirm``
    is true, a person confirms the place before anything is done by it. Nothing is sent to anybody outside."""
    if within:
        level_of(within)
    snapshot = held.snapshots.at(at)
    with held.reading() as connection:
        found = geocode(connection, snapshot, q, at=at, near=position(near), within=within, limit=limit)
        return answer(found_answer(q, found, snapshot, limit=limit_at(connection, within, at)))


@router.get("/gazetteer/outside", response_model=OutsidePlaces, summary="Ask the outside geocoder", responses=GUARDED)
def outside(q: Text, held: Held, request: Request):
    """Sends the address to the geocoder that the city has set up; what it answers in the city, always to be confirmed."""
    geocoder = request.app.state.geocoder
    if geocoder is None:
        raise Refusal("no_geocoder", "No outside geocoder is set up; the city's own gazetteer answers at /api/v1/gazetteer.")
    snapshot = held.snapshots.at(now())
    parts = parse(q, divisions(snapshot))
    if not parts.text:
        raise Refusal("empty_query", "The address holds no letter and no digit.")
    places = geocoder.ask(q)
    found = [_outside(place, parts, snapshot, geocoder.name) for place in places]
    return unstored({"query": q, "candidates": [each for each in found if each]})


def _outside(place, parts, snapshot, name):
    """A place as it is answered; None outside of the register."""
    lonlat = tuple(on_lattice([(place.lon, place.lat)], "cgcs2000")[0].tolist())
    code = str(codes_of(snapshot, [lonlat])[0])
    if not code:
        return None
    why = outside_evidence(parts, code, Evidence("outside_score", place.score, f"{name} {place.level}".strip()))
    told = {"name": place.name, "level": place.level, "confidence": confidence_of(why), "confirm": True, "geocoder": name}
    return told | where(code, lonlat, snapshot) | {"why": reasons(why)}
