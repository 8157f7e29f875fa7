"""Refusals as RFC 9457 problem details: one table from code to HTTP status, one shape for every error."""

import http
import logging

from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException

from api.logs import told_path
from gis.errors import Refusal

MEDIA_TYPE = "application/problem+json"

# A refusal whose code is not listed is bad input: 422.
STATUS_OF = {
    "not_signed_in": 401,
    "sign_in_failed": 401,
    "bad_token": 401,
    "forbidden": 403,
    "forged_request": 403,
    "right_not_held": 403,
    "oidc_refused": 403,
    "not_given_to_you": 403,
    "account_taken": 409,
    "illegal_step": 409,
    "course_went_on": 409,
    "bad_merge": 409,
    "unknown_incident": 404,
    "unknown_action": 404,
    "filing_is_kept": 409,
    "attachment_taken": 409,
    "filed_once": 409,
    "illegal_transition": 409,
    "stale_base": 409,
    "stale_revision": 409,
    "changed_later": 409,
    "built_upon": 409,
    "change_set_is_kept": 409,
    "busy": 503,
    "unknown_change_set": 404,
    "link_taken": 409,
    "too_many_tokens": 409,
    "too_many_attempts": 429,
    "edition_taken": 409,
    "edition_out_of_order": 409,
    "nothing_set": 409,
    "unknown_code_table": 404,
    "unknown_code": 404,
    "code_in_use": 409,
    "code_name_taken": 409,
    "not_exclusive": 409,
    "list_is_kept": 409,
    "list_not_approved": 409,
    "later_list": 409,
    "matter_is_kept": 409,
    "unknown_list": 404,
    "unknown_county": 404,
    "sheet_too_large": 413,
    "one_duty_at_a_time": 409,
    "no_edition": 404,
    "unknown_division": 404,
    "no_grid_here": 404,
    "grid_retired": 410,
    "unknown_print_job": 404,
    "no_print_file": 404,
    "nothing_to_print": 409,
    "no_supervision_phone": 409,
    "unknown_duty": 404,
    "unknown_city_setting": 404,
    "unknown_worker": 404,
    "unknown_badge": 404,
    "unknown_record": 404,
    "unknown_absence": 404,
    "record_is_kept": 409,
    "overlapping_duty": 409,
    "one_absence_at_a_time": 409,
    "account_of_another": 409,
    "too_many_checks": 429,
    "unknown_unit": 404,
    "unknown_account": 404,
    "unknown_token": 404,
    "no_such_grant": 404,
    "oidc_off": 404,
    "unknown_layer": 404,
    "no_base_map": 404,
    "no_geocoder": 404,
    "geocoder_unavailable": 502,
    "base_map_unavailable": 502,
    "unknown_filing": 404,
    "unknown_photo": 404,
    "unknown_report": 404,
    "unknown_service_word": 404,
    "word_answered": 409,
    "unknown_service": 404,
    "unknown_jurisdiction": 404,
    "no_contact": 404,
    "key_used": 409,
    "file_taken": 409,
    "photo_too_large": 413,
    "photo_too_many_pixels": 413,
    "too_many_reports": 429,
    "key_unusable": 503,
    "bad_key": 503,
    "contact_unreadable": 503,
    "unknown_attachment": 404,
    "unknown_route": 404,
    "unknown_tile": 404,
    "nothing_at_instant": 404,
    "no_grids_there": 404,
    "method_not_allowed": 405,
    "body_too_large": 413,
    "attachment_too_large": 413,
    "layer_too_large": 413,
    "import_changed": 409,
    "mends_open": 409,
    "unreadable_body": 400,
    "bad_request": 400,
    "internal_error": 500,
    "database_unavailable": 503,
    "not_migrated": 503,
    "schema_too_new": 503,
    "too_slow": 503,
    "too_busy": 503,
    "oidc_unavailable": 503,
    "front_end_missing": 503,
}
_CODE_OF_STATUS = {400: "bad_request", 404: "unknown_route", 405: "method_not_allowed", 413: "body_too_large"}
# RFC 9110, 11.6.1: an answer 401 names a way to identify oneself.
_HEADERS = {503: {"Retry-After": "5"}, 401: {"WWW-Authenticate": "Bearer"}}

LONGEST_INSTANCE = 200  # a client's own address is not worth repeating to the end

# SQLSTATE codes of PostgreSQL, appendix A.
CANCELLED = "57014"
UNDEFINED_TABLE = "42P01"

log = logging.getLogger("wangge.http")


def status_of(code):
    """The HTTP status of a refusal's code.

    Examples
    --------
    >>> status_of("unknown_unit"), status_of("swapped_bbox")
    (404, 422)
    """
    return STATUS_OF.get(code, 422)


def problem(request, refusal, *, headers=None):
    """The answer for one refusal.

    Parameters
    ----------
    request : Request
    refusal : Refusal
    headers : dict, optional

    Returns
    -------
    JSONResponse
        ``application/problem+json`` with ``type title status code detail instance`` and, where there are any, ``details``.
    """
    status = status_of(refusal.code)
    body = {
        "type": f"urn:wangge:problem:{refusal.code}",
        "title": refusal.code.replace("_", " ").capitalize(),
        "status": status,
        "code": refusal.code,
        "detail": refusal.message,
        "instance": request.url.path[:LONGEST_INSTANCE],
    }
    if refusal.details:
        body["details"] = refusal.details
    sent = {**_HEADERS.get(status, {}), **_wait(refusal), **(headers or {})}
    return JSONResponse(body, status, media_type=MEDIA_TYPE, headers=sent)


def _wait(refusal):
    return {"Retry-After": str(refusal.details["wait_s"])} if "wait_s" in refusal.details else {}


def install(app):
    """Give the application its error handlers.

    Parameters
    ----------
    app : FastAPI
    """
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(PoolTimeout, _unavailable)
    app.add_exception_handler(DBAPIError, _database)


async def _refused(request, error):
    return problem(request, error)


async def _invalid(request, error):
    """FastAPI's own findings; the value itself is never echoed, for it may be anything."""
    faults = [{"parameter": _parameter(fault["loc"]), "reason": fault["msg"]} for fault in error.errors()[:10]]
    unreadable = any(fault["type"] == "json_invalid" for fault in error.errors())
    code = "unreadable_body" if unreadable else "invalid_parameter"
    first = faults[0]
    return problem(request, Refusal(code, f"{first['parameter']}: {first['reason']}.", errors=faults))


def _parameter(location):
    """The name of the parameter at fault, without a name the client made up.

    >>> _parameter(("query", "lon")), _parameter(("body", "points", 3, "lat"))
    ('lon', 'points.3.lat')
    """
    return ".".join(str(part)[:40] for part in location[1:]) or str(location[0])


async def _http(request, error):
    code = _CODE_OF_STATUS.get(error.status_code, "bad_request")
    sentences = {
        "unknown_route": "Nothing is served at this address; the addresses are listed in /api/v1/openapi.json.",
        "method_not_allowed": "This address does not answer that method.",
        "body_too_large": "The request is larger than this address takes (4 MB, lines 8 MB, a file 20 MB, a report with its "
        "photos 60 MB, a layer 100 MB); send less at a time.",
    }
    phrase = http.HTTPStatus(error.status_code).phrase
    return problem(request, Refusal(code, sentences.get(code, f"{phrase}.")), headers=error.headers)


async def _database(request, error):
    if _sqlstate(error) == CANCELLED:
        log.error("statement given up after its time limit at %s", told_path(request.url.path))
        return problem(request, Refusal("too_slow", "The answer takes too long to find; ask for a smaller box or period."))
    if isinstance(error, (OperationalError, InterfaceError)) or error.connection_invalidated:
        return await _unavailable(request, error)
    if _sqlstate(error) == UNDEFINED_TABLE:
        log.error("database is not migrated")
        return problem(request, Refusal("not_migrated", "The database lacks Wangge's tables; run: wangge db migrate."))
    return await unforeseen(request, error)


def _sqlstate(error):
    return getattr(error.orig, "sqlstate", None)


async def _unavailable(request, error):
    log.error("database unavailable: %s", type(error).__name__)
    return problem(request, Refusal("database_unavailable", "The database does not answer; try again in a moment."))


async def unforeseen(request, error):
    """The answer to an error that is nobody's refusal: it goes to the log, not to the client."""
    log.error("unforeseen error at %s", told_path(request.url.path), exc_info=error)
    return problem(request, Refusal("internal_error", "The server met an error it did not expect; it is in the log."))
