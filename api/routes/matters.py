"""Lists of matters 事项清单 of the counties: what holds, for everybody; drafted, approved and published by the county."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response

from api import matter_answers
from api.answers import GUARDED_ACTS, answer, unstored
from api.authorising import Asking
from api.matter_models import Approval, ImportFields, LineWish, ListInMaking, MatterList, Publication, Versions
from api.parameters import PRINTABLE, instant
from api.resources import Resources, resources
from api.slots import Slots
from api.uploads import Upload, form_body, upload_of
from gis.errors import Refusal
from incidents.matter_lists import DraftLine, OwnMatter, read_list
from incidents.sheets import READERS
from incidents.store import drafting
from incidents.store.matter_lists import family_names, names

router = APIRouter(tags=["matters"], responses=GUARDED_ACTS)
Held = Annotated[Resources, Depends(resources)]
County = Annotated[str, Path(max_length=6, pattern=PRINTABLE, examples=["510502"])]
Number = Annotated[int, Path(ge=1, le=2**31 - 1, examples=[3])]
MatterCode = Annotated[str, Path(max_length=40, pattern=PRINTABLE, examples=["0406"])]
Why = Annotated[str | None, Query(max_length=400, pattern=PRINTABLE, description="Of the exit.")]
READING = Slots(1, patience_s=5)  # a workbook of the largest size takes a core for seconds


def own_county(county: County, asking: Asking) -> str:
    """The county, for who has the right there; asked before a file is taken."""
    asking.require_at(county)
    return county


Mine = Annotated[str, Depends(own_county)]
Sent = Annotated[Upload, Depends(upload_of(tuple(READERS)))]  # after `Mine` in the route: dependencies are solved in this order


@router.get("/matter-lists/{county}", response_model=MatterList, summary="The matters that may be reported in a county")
def published(county: County, at: Annotated[datetime, Depends(instant)], held: Held):
    """The published list of the county as of a date; the default of the product, marked, where it has published none."""
    with held.reading() as connection:
        drafting.require_county(connection, county)
        return answer(matter_answers.held(connection, county, at))


@router.get("/matter-lists/{county}/versions", response_model=Versions, summary="All lists of a county")
def versions(county: Mine, held: Held):
    """Drafts too, the last version first."""
    with held.reading() as connection:
        drafting.require_county(connection, county)
        return unstored({"county": county, "lists": matter_answers.versions(connection, county)})


@router.post("/matter-lists/{county}/versions", response_model=ListInMaking, status_code=201, summary="Begin a draft")
def begin(county: Mine, asking: Asking, held: Held):
    """With the lines that were published last; else with the default."""
    with held.engine.begin() as connection:
        return _shown(connection, county, drafting.draft(connection, county, by=asking.by), status=201)


@router.post(
    "/matter-lists/{county}/imports",
    response_model=ListInMaking,
    status_code=201,
    openapi_extra=form_body(ImportFields, example="matters.xlsx", about="XLSX or CSV as `wangge matters template` writes it."),
    summary="Begin a draft with a spreadsheet",
)
def bring_in(county: Mine, asking: Asking, held: Held, upload: Sent):
    """All rows or none; what is wrong is told with its row and column."""
    upload.wish(ImportFields)
    with held.reading() as connection:
        drafting.require_county(connection, county)
        departments, matters = names(connection)
        families = family_names(connection)
    with READING.one(), upload.on_disk() as path:
        sheet = read_list(path, county, departments=departments, matters=matters, families=families)
    with held.engine.begin() as connection:
        version = drafting.draft(connection, county, sheet=sheet, source=upload.name, by=asking.by)
        return _shown(connection, county, version, status=201)


@router.get("/matter-lists/{county}/versions/{version}", response_model=ListInMaking, summary="A list in whatever state")
def one(county: Mine, version: Number, held: Held):
    """With its exits."""
    with held.reading() as connection:
        return _shown(connection, county, version)


@router.delete("/matter-lists/{county}/versions/{version}", status_code=204, summary="Discard a draft")
def discard(county: Mine, version: Number, asking: Asking, held: Held):
    """What was approved stays."""
    with held.engine.begin() as connection:
        drafting.discard(connection, county, version, by=asking.by)
    return Response(status_code=204)


@router.put(
    "/matter-lists/{county}/versions/{version}/lines/{matter}", response_model=ListInMaking, summary="Put a matter on a draft"
)
def put(county: Mine, version: Number, matter: MatterCode, body: LineWish, asking: Asking, held: Held):
    """Or change its line. With family and names a matter of the county's own is added."""
    line = DraftLine(matter, body.department, body.clock, body.limit, body.urgent, body.reason)
    with held.engine.begin() as connection:
        if (body.family, body.name_zh, body.name_en) != (None, None, None):
            drafting.put_own(connection, county, version, _own(matter, body), by=asking.by)
        drafting.put_line(connection, county, version, line, by=asking.by)
        return _shown(connection, county, version)


@router.delete(
    "/matter-lists/{county}/versions/{version}/lines/{matter}", response_model=ListInMaking, summary="Take a matter off a draft"
)
def take_off(county: Mine, version: Number, matter: MatterCode, asking: Asking, held: Held, reason: Why = None):
    """With a reason where it stands on the list before."""
    with held.engine.begin() as connection:
        drafting.take_off(connection, county, version, matter, reason=reason, by=asking.by)
        return _shown(connection, county, version)


@router.post("/matter-lists/{county}/versions/{version}/approve", response_model=ListInMaking, summary="Record the approval")
def approve(county: Mine, version: Number, body: Approval, asking: Asking, held: Held):
    """By the county government: its document and day. The list changes no more."""
    with held.engine.begin() as connection:
        drafting.approve(connection, county, version, document=body.document, day=body.on, by=asking.by)
        return _shown(connection, county, version)


@router.post("/matter-lists/{county}/versions/{version}/publish", response_model=ListInMaking, summary="Publish an approved list")
def publish(county: Mine, version: Number, body: Publication, asking: Asking, held: Held):
    """From today or a later day on; it ends the one before."""
    with held.engine.begin() as connection:
        drafting.publish(connection, county, version, since=body.since, by=asking.by)
        return _shown(connection, county, version)


def _own(matter, body):
    if body.family is None or body.name_zh is None:
        raise Refusal("bad_own_matter", "A county's own matter cannot be kept: it needs a family and a name.")
    return OwnMatter(matter, body.family, body.name_zh, body.name_en or body.name_zh)


def _shown(connection, county, version, *, status=200):
    return unstored(matter_answers.whole(connection, county, version), status=status)
