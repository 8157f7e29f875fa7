"""Open311 GeoReport v2, in XML and JSON."""

from functools import partial
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query, Request

from api.authorising import Asking
from api.open311 import answers, models
from api.open311.errors import GeoReportRoute, written
from api.open311.forms import given, report_of, said_in
from api.open311.questions import ids_of, question_of
from api.resources import Resources, resources
from api.routes.reports import public_key
from api.seals import blinding, seal_of
from boundaries.accounts.secrets import TOKEN_PREFIX
from boundaries.clock import now
from boundaries.rights import PUBLIC, denied
from boundaries.store import code_tables
from boundaries.store.sessions import actor_of_token
from gis.errors import Refusal
from incidents.intake import digest
from incidents.store import open311
from incidents.store.contacts import add_contact
from incidents.store.generated import all_generated
from incidents.store.intake import Submission, take_in

PREFIX = "/open311/v2"
BOTH = {"text/xml": {}, "application/json": {"schema": {"type": "array", "items": models.Fault.model_json_schema()}}}
FAULTS = {
    400: "The request cannot be used; the description says why.",
    403: "The api_key is unknown, or may not report there.",
    404: "There is no such service, request, token or jurisdiction.",
    "4XX": "Anything else; 413 too large, 429 too many, with Retry-After.",
}
router = APIRouter(
    tags=["open311"],
    route_class=GeoReportRoute,
    responses={status: {"description": text, "content": BOTH} for status, text in FAULTS.items()},
)
Held = Annotated[Resources, Depends(resources)]
Format = Annotated[Literal["xml", "json"], Path()]
Id = Annotated[str, Path(max_length=100, examples=[models.NO])]
Code = Annotated[str, Path(max_length=40, examples=["0406"])]
Jurisdiction = Annotated[
    str, Query(max_length=40, examples=["5105"], description="Code of the city, which is the default, or of a county.")
]
IN_XML = {200: {"content": {"text/xml": {}}}}
SENT = {
    "requestBody": {
        "required": True,
        "content": {
            kind: {"schema": models.NewRequest.model_json_schema()}
            for kind in ("application/x-www-form-urlencoded", "application/json")
        },
    }
}
RIGHT = "incident.report"  # that an api_key carries
PARAMETERS = {
    "service_request_id": "Numbers separated by commas, 100 at most; nothing else is then looked at.",
    "service_code": "Codes separated by commas.",
    "start_date": "Requested at or after; an instant with its zone. Default: the last 90 days.",
    "end_date": "Requested at or before; at most 90 days after start_date.",
    "status": "open, closed, or both separated by a comma.",
    "updated_after": "State changed at or after; without start_date and end_date of all requests.",
    "updated_before": "State changed at or before.",
    "bbox": "West,south,east,north in degrees, around the position that is shown.",
    "page": "From 1.",
    "page_size": "1 to 1,000, which is the default.",
}
IN_QUERY = {"in": "query", "required": False, "schema": {"type": "string"}}
ASKED = {"parameters": [{"name": name, "description": text} | IN_QUERY for name, text in PARAMETERS.items()]}


async def asked_in(request: Request) -> dict[str, str]:
    """The parameters of the address that are not empty; of one that comes again, all values."""
    names = dict.fromkeys(request.query_params)
    return given({name: ",".join(request.query_params.getlist(name)) for name in names})


Asked = Annotated[dict, Depends(asked_in)]


@router.get("/discovery.{format}", response_model=models.Discovery, responses=IN_XML, summary="GeoReport: where it is")
def discovery(format: Format, held: Held, request: Request):
    """The service discovery of Open311."""
    at = now()
    labels = held.snapshots.at(at).labels.values()
    with held.reading() as connection:
        published = open311.last_publication(connection, at)
        kind = "test" if all_generated(connection) else "production"
    changed_at = max(filter(None, (published, request.app.state.begun_at)))  # a new version may bring other defaults
    city = next((label.name for label in labels if label.level == "city"), "")
    url = f"{str(request.base_url).rstrip('/')}{PREFIX}"
    return written("discovery", answers.discovery(city, url, changed_at=changed_at, kind=kind), format)


@router.get("/services.{format}", response_model=list[models.Service], responses=IN_XML, summary="GeoReport: services")
def services(format: Format, held: Held, jurisdiction_id: Jurisdiction = ""):
    """The matters that may be reported."""
    found = _services(held, jurisdiction_id)
    with held.reading() as connection:
        families = code_tables.names(connection, "matter_family")
    return written("services", [answers.service(row, families) for row in found.values()], format)


@router.get(
    "/services/{service_code}.{format}", response_model=models.Definition, responses=IN_XML, summary="GeoReport: a service"
)
def definition(service_code: Code, format: Format, held: Held, jurisdiction_id: Jurisdiction = ""):
    """What who reports is told: what everybody sees of such a request."""
    row = _services(held, jurisdiction_id).get(service_code)
    if row is None:
        raise Refusal("unknown_service", "There is no service with this service_code; look at the list of services again.")
    return written("service_definition", answers.definition(row), format)


@router.post(
    "/requests.{format}",
    status_code=201,
    response_model=list[models.Taken],
    responses={200: {"description": "It was sent before, under the same Idempotency-Key.", "content": {"text/xml": {}}}},
    openapi_extra=SENT,
    summary="GeoReport: report something",
)
def submit(
    format: Format,
    asking: Asking,
    held: Held,
    request: Request,
    key: Annotated[str | None, Depends(public_key)],
    said: Annotated[dict, Depends(said_in)],
):
    """As a form or as JSON, without signing in. With an api_key, a token of an account, no allowance is used up."""
    actor = _sender(held, said.get("api_key"), lambda: request.app.state.rates.take(asking.origin))
    snapshot = held.snapshots.at(now())
    report = report_of(said, held, county=_county(snapshot, said.get("jurisdiction_id", "")))
    by = (actor.account_id, asking.origin if actor.account_id else PUBLIC.name)
    with held.engine.begin() as connection:
        taken = _take(connection, report, held=held, snapshot=snapshot, actor=actor, by=by, key=key)
        family = open311.family_of(connection, report.matter_code)
    number = taken.no if family in open311.LISTED_FAMILIES else _with_token(held, taken.no)
    told = answers.taken(number, family, media="media_url" in said)
    return written("service_requests", told, format, status=200 if taken.repeated else 201)


@router.get("/tokens/{token}.{format}", response_model=list[models.TokenAnswer], responses=IN_XML, summary="GeoReport: a token")
def token(token: Id, format: Format, held: Held, jurisdiction_id: Jurisdiction = ""):
    """The request of a token: of the number and the token of any receipt, with a hyphen between them."""
    _county(held.snapshots.at(now()), jurisdiction_id)
    with held.reading() as connection:
        row = _one(connection, held, token) if "-" in token else None
        listed = row and open311.one(connection, row.no, by_token=False)
    if row is None:
        raise _unknown("token")
    return written("service_requests", [{"service_request_id": row.no if listed else token, "token": token}], format)


@router.get(
    "/requests.{format}",
    response_model=list[models.ServiceRequest],
    responses=IN_XML,
    openapi_extra=ASKED,
    summary="GeoReport: requests",
)
def requests(format: Format, held: Held, asked: Asked, jurisdiction_id: Jurisdiction = ""):
    """Those that came in by Open311 and are about things, not people, in the order in which they came: what is new stands at
    the end, so that nobody who turns the pages misses one or sees one twice."""
    labels = held.snapshots.at(now()).labels
    county = _county(held.snapshots.at(now()), jurisdiction_id)
    ids = ids_of(asked)
    question = None if ids else question_of(asked, county=county)
    with held.reading() as connection:
        if ids:
            found = [(row, each) for each in ids if (row := _one(connection, held, each))]
        else:
            found = [(row, row.no) for row in open311.listed(connection, question)]
    return written("service_requests", [answers.request(row, number, labels) for row, number in found], format)


@router.get(
    "/requests/{service_request_id}.{format}",
    response_model=list[models.ServiceRequest],
    responses=IN_XML,
    summary="GeoReport: a request",
)
def request(service_request_id: Id, format: Format, held: Held, jurisdiction_id: Jurisdiction = ""):
    """One that is listed by its number; any other by its number, a hyphen and its token."""
    snapshot = held.snapshots.at(now())
    _county(snapshot, jurisdiction_id)
    with held.reading() as connection:
        row = _one(connection, held, service_request_id)
    if row is None:
        raise _unknown("service_request_id")
    return written("service_requests", [answers.request(row, service_request_id, snapshot.labels)], format)


def _services(held, jurisdiction_id):
    at = now()
    snapshot = held.snapshots.at(at)
    county = _county(snapshot, jurisdiction_id)
    counties = [county] if county else [code for code, label in snapshot.labels.items() if label.level == "county"]
    with held.reading() as connection:
        return open311.offered(connection, counties, at)


def _county(snapshot, jurisdiction_id):
    """The county that is meant; empty for the whole city."""
    wanted = jurisdiction_id.strip()
    label = snapshot.labels.get(wanted)
    if wanted and (label is None or label.level not in ("city", "county")):
        raise Refusal("unknown_jurisdiction", "There is no such jurisdiction_id here; give the city's code, or none.")
    return wanted if wanted and label.level == "county" else ""


def _sender(held, key, take_allowance):
    """Who reports: the account of a key, or the public, for whom an allowance is taken; as for a key that is none."""
    if key is None:
        take_allowance()
        return PUBLIC
    with held.reading() as connection:
        actor = actor_of_token(connection, key) if key.startswith(TOKEN_PREFIX) else None
    if actor is None:
        take_allowance()
        raise Refusal("bad_token", "The api_key is unknown, has expired or was revoked; leave it out, or make a new token.")
    if not actor.may(RIGHT):
        raise denied(actor, RIGHT)
    return actor


def _take(connection, report, *, held, snapshot, actor, by, key):
    """Take a report in, with its contact sealed. The public shares one drawer of keys."""
    sender = open311.SOURCE if actor is PUBLIC else f"account:{actor.account_id}"
    again = Submission(sender, key, digest(report, blind=blinding(held.settings))) if key else None
    may = None if actor is PUBLIC else partial(_require_at, actor)
    open311.one_at_a_time(connection)
    taken = take_in(connection, report, snapshot=snapshot, by=by, actor=actor.name, may=may, submission=again)
    if report.contact and not taken.repeated:
        add_contact(connection, taken.incident_id, taken.no, report.contact, seal_of(held.settings))
    return taken


def _require_at(actor, code):
    if code and not actor.may(RIGHT, code):
        raise denied(actor, RIGHT, code)


def _one(connection, held, number):
    """The request of a number, or of a number and its token; None where there is none that may be seen."""
    no, hyphen, sign = number.partition("-")
    if not (no.isascii() and no.isdigit() and sign.isascii()) or (hyphen and not seal_of(held.settings).fits(sign, no)):
        return None
    return open311.one(connection, no, by_token=bool(hyphen))


def _with_token(held, no):
    return f"{no}-{seal_of(held.settings).token(no)}"


def _unknown(name):
    return Refusal("unknown_report", f"There is no request with this {name} that is shown; look at the answer to it again.")
