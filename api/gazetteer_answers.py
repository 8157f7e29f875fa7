"""What an address may mean, as the interface and the command line tell it."""

from api.parameters import parse_numbers, require_lonlat
from boundaries.codes import LENGTH_OF_LEVEL
from boundaries.store.city_settings import effective
from gis.errors import Refusal
from incidents.gazetteer.matching import LEVELS

LIMIT = "gazetteer.confirm_below"
TOLD_LEVELS = ("county", "town", "village", "grid")


def limit_at(connection, code, at):
    """The confidence under which a person confirms, as the city has set it for a place.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    code : str
        Empty for the whole city.
    at : datetime

    Returns
    -------
    float
    """
    return float(effective(connection, code, at)[LIMIT][0])


def position(text):
    """Longitude and latitude of the parameter ``near``; None where it is not given.

    Raises
    ------
    Refusal
        ``bad_position``, ``swapped_lonlat``, ``outside_lonlat``.
    """
    if text is None:
        return None
    numbers = parse_numbers(text)
    if numbers is None or len(numbers) != 2:
        raise Refusal("bad_position", "A position is longitude,latitude in degrees, such as 105.44,28.88.")
    require_lonlat(*numbers, name="near")
    return numbers


def found_answer(text, found, snapshot, *, limit):
    """The answer for an address.

    Parameters
    ----------
    text : str
    found : incidents.store.geocoding.Found
    snapshot : boundaries.store.snapshots.Snapshot
    limit : float

    Returns
    -------
    dict
        As ``api.gazetteer_models.PlacesFound``.
    """
    candidates = [_candidate(each, snapshot, limit) for each in found.candidates]
    return {
        "query": text,
        "normal": found.parts.text,
        "divisions": {level: list(found.parts.said.get(level, ())) for level in LEVELS},
        "vague": found.parts.vague,
        "limit": limit,
        "confirm": not candidates or candidates[0]["confirm"],
        "candidates": candidates,
    }


def where(code, lonlat, snapshot):
    """Where a place lies: its position, its grid and all units above."""
    labels = (snapshot.labels.get(code[: LENGTH_OF_LEVEL[level]]) for level in TOLD_LEVELS if len(code) >= LENGTH_OF_LEVEL[level])
    return {
        "lon": lonlat[0],
        "lat": lonlat[1],
        "grid": code if len(code) == LENGTH_OF_LEVEL["grid"] else None,
        "unit": code or None,
        "path": " / ".join(label.name for label in labels if label),
    }


def reasons(why):
    """The evidence of a confidence."""
    return [{"code": each.code, "factor": each.factor, "detail": each.detail} for each in why]


def _candidate(candidate, snapshot, limit):
    entry = candidate.entry
    return {
        "name": entry.name,
        "kind": entry.kind,
        "confidence": candidate.confidence,
        "confirm": candidate.confidence < limit,
        **where(candidate.code, candidate.lonlat, snapshot),
        "source": entry.source,
        "is_generated": entry.is_generated,
        "is_interpolated": entry.id is None,
        "why": reasons(candidate.why),
    }
