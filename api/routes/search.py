"""Find a unit by code or name, or a place by its coordinates."""

import re
import unicodedata
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from api.answers import PROBLEMS, answer
from api.gazetteer_answers import where
from api.models import Matches
from api.parameters import LONGEST_TEXT, PRINTABLE, instant, parse_numbers, require_lonlat
from api.resources import Resources, resources
from api.routes.locate import on_lattice
from boundaries.store.places import place_at
from boundaries.store.search import find_units
from gis.errors import Refusal
from incidents.gazetteer.parts import LONGEST_TEXT as LONGEST_ADDRESS
from incidents.store.geocoding import geocode

LEAST_CONFIDENCE = 0.3  # below it the gazetteer guesses, which is a help with an address and a hindrance in a search
router = APIRouter(tags=["search"], responses=PROBLEMS)


@router.get("/search", response_model=Matches, summary="Search by code, name, address or coordinates")
def search(
    q: Annotated[
        str,
        Query(
            max_length=LONGEST_TEXT,
            pattern=PRINTABLE,
            description="A code or its beginning, a name or a part of it, an address, or longitude and latitude in CGCS2000.",
            openapi_examples={"name": {"value": "江阳"}, "code": {"value": "510502"}, "place": {"value": "105.44,28.88"}},
        ),
    ],
    at: Annotated[datetime, Depends(instant)],
    held: Annotated[Resources, Depends(resources)],
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
):
    """The best match first: the code itself, the name itself, a code's beginning, a name's beginning, a part of a name; then
    the higher level, then the code. Then what the gazetteer has of the text as an address: roads, doors, places. For coordinates
    the place itself and then the units that hold it."""
    text = q.strip()
    if not text:
        raise Refusal("empty_query", "The search is empty; give a code, a name or an address, or longitude,latitude.")
    position = coordinates(text)
    found = _place(held, position, at) if position else _units(held, [plain_digits(text)], at, limit)
    if position is None and not plain_digits(text).isdigit():
        found = _mixed(found, _addresses(held, text, at, limit), limit)
    return answer({"results": found[:limit]})


def _mixed(units, addresses, limit):
    """Units first, but not so many that no address is left."""
    kept = units[: max(limit - min(len(addresses), limit // 2), 1)]
    return kept + addresses


def _addresses(held, text, at, limit):
    if len(text) > LONGEST_ADDRESS or not held.snapshots.at(at).labels:
        return []
    snapshot = held.snapshots.at(at)
    with held.reading() as connection:
        try:
            found = geocode(connection, snapshot, text, at=at, limit=limit)
        except Refusal:  # nothing that could be an address
            return []
    return [_address(candidate, snapshot) for candidate in found.candidates if candidate.confidence >= LEAST_CONFIDENCE]


def _address(candidate, snapshot):
    place = where(candidate.code, candidate.lonlat, snapshot)
    said = {"type": candidate.entry.kind, "code": None, "name": candidate.entry.name, "path": place["path"], "bbox": None}
    return said | {"lon": place["lon"], "lat": place["lat"]}


def coordinates(text):
    """Longitude and latitude out of a search, or None; a Chinese comma or blanks separate as well.

    Examples
    --------
    >>> coordinates("105.44，28.88"), coordinates("105.44 28.88"), coordinates("510502")
    ((105.44, 28.88), (105.44, 28.88), None)
    """
    plain = unicodedata.normalize("NFKC", text).replace("、", ",")
    numbers = parse_numbers(re.sub(r"\s*[,;\s]\s*", ",", plain.strip()))
    return numbers if numbers and len(numbers) == 2 else None


def plain_digits(text):
    """Full-width digits as plain ones where the text is a code; names stay as they are.

    Examples
    --------
    >>> plain_digits("５１０５"), plain_digits("第１网格")
    ('5105', '第１网格')
    """
    plain = unicodedata.normalize("NFKC", text)
    return plain if plain.isascii() and plain.isdigit() else text


def _units(held, texts, at, limit):
    with held.reading() as connection:
        return [_match(row) for text in texts for row in find_units(connection, text, at, limit=limit)]


def _place(held, position, at):
    require_lonlat(*position, name="q")
    lon, lat = on_lattice([position], "cgcs2000")[0].tolist()
    place = place_at(held.snapshots.at(at), (lon, lat))
    held_by = [label.code for label in place.units.values() if label]
    matches = _units(held, held_by, at, 1)
    path = max((_full_path(match) for match in matches), key=len, default="")
    return [
        {"type": "place", "code": None, "name": f"{lon}, {lat}", "path": path, "lon": lon, "lat": lat, "bbox": None},
        *matches,
    ]


def _full_path(match):
    return " / ".join(part for part in (match["path"], match["name"]) if part)


def _match(row):
    return {
        "type": row.type,
        "code": row.code,
        "name": row.name,
        "path": row.path or "",
        "lon": row.lon,
        "lat": row.lat,
        "bbox": row.bbox,
    }
