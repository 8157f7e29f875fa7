"""JSON and GeoJSON answers."""

from fastapi import Response

from api.json_text import dumps
from api.models import Problem

GEOJSON = "application/geo+json"
NO_STORE = {"Cache-Control": "no-store"}

_PROBLEMS = {
    404: "There is no such thing at that instant.",
    422: "A parameter cannot be used.",
    503: "The database or the front end is not there.",
}
# For every route's `responses`: the errors it may answer with.
PROBLEMS = {status: {"model": Problem, "description": description} for status, description in _PROBLEMS.items()}
# For routes that not everybody may use.
GUARDED = PROBLEMS | {
    401: {"model": Problem, "description": "Nobody is signed in, or the password or token is wrong."},
    403: {"model": Problem, "description": "Whoever is signed in has not the right."},
}
# For routes whose acts depend on what others did before.
GUARDED_ACTS = GUARDED | {409: {"model": Problem, "description": "The state of things does not allow it; `code` tells why."}}


def answer(value, *, media_type="application/json"):
    """A JSON answer."""
    return Response(dumps(value), media_type=media_type)


def unstored(value, *, status=200):
    """A JSON answer of which neither browsers nor what lies between keep a copy."""
    return Response(dumps(value), status, media_type="application/json", headers=NO_STORE)


def collection(features, *, total, limit):
    """A GeoJSON answer of features as text, which says how many there are without the limit."""
    tail = dumps({"total": total, "truncated": total > limit})[1:]
    return Response(f'{{"type":"FeatureCollection","features":[{",".join(features)}],{tail}', media_type=GEOJSON)
