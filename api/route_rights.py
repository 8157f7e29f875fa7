"""The right that each route needs. A route without a line keeps the application from being made."""

from fastapi.routing import APIRoute

from boundaries.rights import RIGHTS
from incidents.flow import ACTIONS, BY_PEOPLE

# Method and address → right (boundaries/rights.py). An address with one value of {layer} filled in goes before the pattern.
ROUTE_RIGHTS = {
    "GET /healthz": "register.read",
    "GET /readyz": "register.read",
    "GET /api/v1/meta": "register.read",
    "GET /api/v1/locate": "register.read",
    "POST /api/v1/locate": "register.read",
    "GET /api/v1/search": "register.read",
    "GET /api/v1/gazetteer": "register.read",
    "GET /api/v1/gazetteer/outside": "geocode.outside",
    "GET /api/v1/grids": "register.read",
    "GET /api/v1/grids/{code}": "register.read",
    "GET /api/v1/grids/{code}/history": "register.read",
    "GET /api/v1/micro-grids": "register.read",
    "GET /api/v1/micro-grids/{code}": "register.read",
    "GET /api/v1/micro-grids/{code}/history": "register.read",
    "GET /api/v1/jurisdictions": "register.read",
    "GET /api/v1/jurisdictions/{code}": "register.read",
    "GET /api/v1/jurisdictions/{code}/history": "register.read",
    "GET /api/v1/units/{code}/history": "register.read",
    "GET /api/v1/land": "register.read",
    "GET /api/v1/divisions": "register.read",
    "GET /api/v1/divisions/{code}/history": "register.read",
    "GET /api/v1/settings": "register.read",
    "PUT /api/v1/settings/{key}": "settings.edit",
    "GET /api/v1/settings/{key}/history": "settings.history",
    "GET /api/v1/code-tables": "register.read",
    "GET /api/v1/code-tables/{table}/history": "settings.history",
    "PUT /api/v1/code-tables/{table}/{code}": "settings.edit",
    "DELETE /api/v1/code-tables/{table}/{code}": "settings.edit",
    "GET /api/v1/grids/{code}/exclusive-kind": "register.read",
    "PUT /api/v1/grids/{code}/exclusive-kind": "exclusive_kind.set",
    "GET /api/v1/calendar": "register.read",
    "PUT /api/v1/calendar": "settings.edit",
    "GET /api/v1/calendar/history": "settings.history",
    "GET /api/v1/matter-lists/{county}": "register.read",
    "GET /api/v1/matter-lists/{county}/versions": "matter_list.read",
    "POST /api/v1/matter-lists/{county}/versions": "matter_list.edit",
    "POST /api/v1/matter-lists/{county}/imports": "matter_list.edit",
    "GET /api/v1/matter-lists/{county}/versions/{version}": "matter_list.read",
    "DELETE /api/v1/matter-lists/{county}/versions/{version}": "matter_list.edit",
    "PUT /api/v1/matter-lists/{county}/versions/{version}/lines/{matter}": "matter_list.edit",
    "DELETE /api/v1/matter-lists/{county}/versions/{version}/lines/{matter}": "matter_list.edit",
    "POST /api/v1/matter-lists/{county}/versions/{version}/approve": "matter_list.approve",
    "POST /api/v1/matter-lists/{county}/versions/{version}/publish": "matter_list.publish",
    "GET /api/v1/grids/{code}/duties": "register.read",
    "POST /api/v1/grids/{code}/duties": "duty.edit",
    "PATCH /api/v1/grids/{code}/duties/{duty_id}": "duty.edit",
    "GET /api/v1/grids/unstaffed": "duty.read",
    "GET /api/v1/grid-workers": "duty.read",
    "POST /api/v1/grid-workers": "duty.edit",
    "GET /api/v1/grid-workers/figures": "duty.read",
    "GET /api/v1/grid-workers/{worker_id}": "duty.read",
    "PATCH /api/v1/grid-workers/{worker_id}": "duty.edit",
    "POST /api/v1/grid-workers/{worker_id}/training": "duty.edit",
    "POST /api/v1/grid-workers/{worker_id}/assessments": "duty.edit",
    "POST /api/v1/grid-workers/{worker_id}/{records}/{record_id}/annul": "duty.edit",
    "POST /api/v1/grid-workers/{worker_id}/absences": "duty.edit",
    "DELETE /api/v1/grid-workers/{worker_id}/absences/{absence_id}": "duty.edit",
    "GET /api/v1/grid-workers/{worker_id}/badge.pdf": "duty.read",
    "GET /api/v1/grid-workers/{worker_id}/incidents": "duty.read",
    "GET /api/v1/badges/{badge_no}": "badge.check",
    "GET /api/v1/public/grid": "register.read",
    "GET /api/v1/grids/{code}/board.pdf": "board.print",
    "GET /api/v1/grids/{code}/board.html": "board.print",
    "GET /api/v1/grids/{code}/card.pdf": "board.print",
    "GET /api/v1/boards": "board.print",
    "POST /api/v1/boards": "board.print",
    "GET /api/v1/boards/jobs/{job_id}": "board.print",
    "GET /api/v1/boards/jobs/{job_id}.pdf": "board.print",
    "GET /api/v1/export/{layer}": "register.export",
    "GET /tiles/{layer}/{z}/{x}/{y}.mvt": "register.read",
    "GET /tiles/incidents/{z}/{x}/{y}.mvt": "incident.read",
    "GET /tiles/base/{layer}/{z}/{x}/{y}": "register.read",
    "GET /api/v1/incidents": "incident.read",
    "POST /api/v1/incidents": "incident.report",
    "GET /api/v1/incidents/unassigned": "incident.dispatch",
    "GET /api/v1/incidents/{no}/duplicates": "incident.register",
    "GET /api/v1/incidents/{no}/photos": "incident.view",
    "GET /api/v1/incidents/{no}/photos/{photo_id}": "incident.view",
    "POST /api/v1/incidents/imports": "incident.import",
    "POST /api/v1/incidents/{no}/contact": "incident.contact",
    "POST /api/v1/reports": "report.send",
    "GET /api/v1/reports/{no}": "report.follow",
    "POST /api/v1/service-words": "service_word.send",
    "GET /api/v1/service-words": "service_word.read",
    "GET /api/v1/service-words/mine": "service_word.follow",
    "GET /api/v1/service-words/answered": "service_word.see_answered",
    "POST /api/v1/service-words/{no}/contact": "service_word.contact",
    "POST /api/v1/service-words/{no}/answer": "service_word.answer",
    "GET /open311/v2/discovery.{format}": "register.read",
    "GET /open311/v2/services.{format}": "register.read",
    "GET /open311/v2/services/{service_code}.{format}": "register.read",
    "POST /open311/v2/requests.{format}": "report.send",
    "GET /open311/v2/tokens/{token}.{format}": "report.follow",
    "GET /open311/v2/requests.{format}": "report.follow",
    "GET /open311/v2/requests/{service_request_id}.{format}": "report.follow",
    "GET /api/v1/incidents/{no}": "incident.view",
    **{f"POST /api/v1/incidents/{{no}}/{name}": ACTIONS[name].right for name in BY_PEOPLE},
    "GET /api/v1/desk": "incident.read",
    "GET /api/v1/events": "incident.read",
    "GET /api/v1/indicators": "incident.read",
    "GET /api/v1/indicators.xlsx": "incident.read",
    "GET /api/v1/indicators/list": "incident.read",
    "GET /api/v1/heat": "heat.read",
    "GET /api/v1/heat/file": "heat.read",
    "GET /api/v1/heat/series": "incident.read",
    "GET /api/v1/heat/hot-grids": "incident.read",
    "POST /api/v1/change-sets": "change_set.open",
    "GET /api/v1/change-sets": "change_set.read",
    "GET /api/v1/change-sets/{number}": "change_set.read",
    "PATCH /api/v1/change-sets/{number}": "change_set.edit",
    "POST /api/v1/change-sets/{number}/commands": "change_set.edit",
    "DELETE /api/v1/change-sets/{number}/commands/last": "change_set.edit",
    "POST /api/v1/change-sets/{number}/check": "change_set.check",
    "GET /api/v1/change-sets/{number}/effects": "change_set.read",
    "POST /api/v1/change-sets/{number}/effects": "change_set.read",
    "GET /api/v1/change-sets/{number}/diff": "change_set.read",
    "GET /api/v1/change-sets/{number}/land": "change_set.read",
    "POST /api/v1/change-sets/{number}/decide": "change_set.decide",
    "POST /api/v1/change-sets/{number}/withdraw": "change_set.withdraw",
    "POST /api/v1/change-sets/{number}/reverse": "change_set.open",
    "POST /api/v1/change-sets/{number}/imports": "change_set.edit",
    "POST /api/v1/change-sets/{number}/imports/apply": "change_set.edit",
    "POST /api/v1/layers/lines": "layer.read",
    "GET /api/v1/filings": "filing.read",
    "GET /api/v1/filings/verify": "audit.read",
    "GET /api/v1/filings/yearbook": "filing.read",
    "GET /api/v1/filings/yearbook.pdf": "filing.read",
    "GET /api/v1/filings/yearbook.xlsx": "filing.read",
    "GET /api/v1/filings/{no}.pdf": "filing.read",
    "GET /api/v1/filings/{no}": "filing.read",
    "GET /api/v1/filings/{no}/payload": "filing.read",
    "GET /api/v1/filings/{no}/map/{side}": "filing.read",
    "POST /api/v1/filings/{no}/submit": "filing.submit",
    "POST /api/v1/filings/{no}/receive": "filing.receive",
    "POST /api/v1/filings/{no}/return": "filing.return",
    "POST /api/v1/filings/{no}/resubmit": "filing.submit",
    "POST /api/v1/filings/{no}/record": "filing.record",
    "GET /api/v1/filings/{no}/attachments": "filing.read",
    "POST /api/v1/filings/{no}/attachments": "filing.submit",
    "GET /api/v1/filings/{no}/attachments/{name}": "filing.read",
    "POST /api/v1/session": "session.open",
    "GET /api/v1/session": "session.own",
    "DELETE /api/v1/session": "session.own",
    "PUT /api/v1/session/password": "password.change",
    "GET /api/v1/oidc/start": "session.open",
    "GET /api/v1/oidc/callback": "session.open",
    "GET /api/v1/tokens": "token.make",
    "POST /api/v1/tokens": "token.make",
    "DELETE /api/v1/tokens/{token_id}": "token.make",
    "GET /api/v1/accounts": "account.manage",
    "POST /api/v1/accounts": "account.manage",
    "PATCH /api/v1/accounts/{name}": "account.manage",
    "POST /api/v1/accounts/{name}/grants": "role.grant",
    "DELETE /api/v1/accounts/{name}/grants": "role.grant",
    "GET /api/v1/audit": "audit.read",
}

SIGN_IN = (
    "The cookie that POST /api/v1/session sets. Every request but GET and HEAD also sends the `csrf_token` of its answer as the "
    "header X-CSRF-Token."
)
SCHEMES = {
    "session": {"type": "apiKey", "in": "cookie", "name": "wangge_session", "description": SIGN_IN},
    "token": {"type": "http", "scheme": "bearer", "description": "Of POST /api/v1/tokens, for programs."},
}


class RouteWithoutRight(LookupError):
    """A fault of ours: `ROUTE_RIGHTS` lacks a line, or names a right that does not exist."""


def rights_of(routers):
    """The right of each route, by its method and its function.

    Parameters
    ----------
    routers : iterable of (str, APIRouter)
        Each with the beginning of its addresses.

    Returns
    -------
    dict of (str, callable) to str

    Raises
    ------
    RouteWithoutRight
    """
    return {
        (method, route.endpoint): _right_of(f"{method} {prefix}{route.path}")
        for prefix, router in routers
        for route in map(_plain, router.routes)
        for method in route.methods
    }


def right_for(rights, method, endpoint, values):
    """The right that a request needs.

    Parameters
    ----------
    rights : dict
        Of :func:`rights_of`.
    method : str
    endpoint : callable
    values : dict
        Of the address; a ``layer`` may have a line of its own.
    """
    if values.get("layer") == "incidents":
        return ROUTE_RIGHTS["GET /tiles/incidents/{z}/{x}/{y}.mvt"]
    return rights[method, endpoint]


def declare(document):
    """Say in an OpenAPI document which right each operation needs, and how one shows who one is.

    Parameters
    ----------
    document : dict
        Changed in place.
    """
    document.setdefault("components", {})["securitySchemes"] = SCHEMES
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            operation["x-right"] = right = _right_of(f"{method.upper()} {path}")
            if "public" not in RIGHTS[right].roles:
                operation["security"] = [{name: []} for name in SCHEMES]


def _right_of(line):
    if ROUTE_RIGHTS.get(line) not in RIGHTS:
        raise RouteWithoutRight(f"{line} has no right; give it a line in api/route_rights.py.")
    return ROUTE_RIGHTS[line]


def _plain(route):
    if not isinstance(route, APIRoute):
        raise RouteWithoutRight(f"{route} is no plain route; list every router in api/app.py.")
    return route
