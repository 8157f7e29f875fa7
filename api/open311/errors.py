"""Errors as GeoReport v2 tells them, in the format that was asked for."""

import json

from fastapi import Response
from fastapi.routing import APIRoute

from api import problems
from api.answers import NO_STORE
from api.open311.xml_text import json_text, xml_text
from gis.errors import Refusal

MOST_BODY_BYTES = 64 << 10
WRITERS = {"xml": (xml_text, "text/xml"), "json": (json_text, "application/json")}
# "Always 404 for resources that don't exist, 403 for errors because of wrong or missing api_key and basically 400 for any
# other error": but who has to wait, or cannot help it, is told so by HTTP's own codes, which every client knows.
KEPT = (404, 413, 429)
MISSING = ("unknown_matter", "matter_not_listed")


class GeoReportRoute(APIRoute):
    """A route whose refusals are answers of GeoReport."""

    def get_route_handler(self):
        answer = super().get_route_handler()

        async def answer_or_tell(request):
            try:
                return await answer(request)
            except Exception as error:
                return await _told(request, error)

        return answer_or_tell


def written(root, value, format, *, status=200, headers=None):
    """An answer in a format, of which nobody keeps a copy.

    Parameters
    ----------
    root : str
    value : dict or list
    format : {"xml", "json"}
    status : int
    headers : dict, optional

    Returns
    -------
    Response
    """
    write, media_type = WRITERS[format]
    return Response(write(root, value), status, headers=NO_STORE | (headers or {}), media_type=f"{media_type}; charset=utf-8")


def status_of(code, status):
    """The HTTP status of GeoReport for a refusal.

    Parameters
    ----------
    code : str
    status : int
        That the refusal has elsewhere.

    Returns
    -------
    int

    Examples
    --------
    >>> status_of("bad_token", 401), status_of("unknown_matter", 422), status_of("key_used", 409), status_of("busy", 503)
    (403, 404, 400, 503)
    """
    if code in MISSING:
        return 404
    if status in (401, 403):
        return 403
    return status if status in KEPT or status >= 500 else 400


async def _told(request, error):
    """An error in GeoReport's words: the status, and a sentence that ends with the code of docs/errors.md."""
    if getattr(error, "status_code", None) == 413:
        error = Refusal("body_too_large", f"A request has at most {MOST_BODY_BYTES >> 10} KB; send less.")
    handlers = request.app.exception_handlers
    handler = next((handlers[kind] for kind in type(error).__mro__ if kind in handlers), problems.unforeseen)
    answer = await handler(request, error)
    said = json.loads(answer.body)
    status = status_of(said["code"], said["status"])
    wait = {name: answer.headers[name] for name in ("retry-after",) if name in answer.headers}
    format = request.path_params.get("format")
    told = [{"code": status, "description": f"{said['detail']} ({said['code']})"}]
    return written("errors", told, format if format in WRITERS else "xml", status=status, headers=wait)
