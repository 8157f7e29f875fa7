"""Files of reports over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from api.answers import GUARDED_ACTS, unstored
from api.authorising import Asking
from api.models import Answer
from api.parameters import PRINTABLE
from api.resources import Resources, resources
from api.slots import Slots
from api.uploads import Upload, form_body, upload_of
from boundaries.clock import now
from incidents.report_files import Wish
from incidents.store.bulk_files import take_in_file

router = APIRouter(tags=["intake"], responses=GUARDED_ACTS)
Held = Annotated[Resources, Depends(resources)]
SUFFIXES = (".csv", ".xlsx", ".geojson", ".json", ".gpkg")
Sent = Annotated[Upload, Depends(upload_of(SUFFIXES))]
Column = Annotated[str | None, Field(default=None, max_length=100, pattern=PRINTABLE)]
MOST_BODY_BYTES = 21 << 20
MOST_TOLD = 1000
IMPORTING = Slots(1, patience_s=5)


class ImportWish(BaseModel):
    """What the file does not say of itself."""

    model_config = ConfigDict(extra="forbid")

    datum: str | None = Field(default=None, max_length=20, examples=["gcj02"], description="Of the positions.")
    lon: Column
    lat: Column
    matter: Column
    time: Column
    description: Column
    address: Column
    skip_bad: bool = Field(default=False, description="Take the others where some rows cannot be taken; else all or nothing.")


class RefusedRow(Answer):
    row: int = Field(examples=[17], description="From 1, without the header.")
    code: str = Field(examples=["unknown_matter"])
    sentence: str = Field(examples=["The list of matters has no '9999'."])


class ImportOutcome(Answer):
    stored: int = Field(examples=[1200])
    first_no: str | None = Field(examples=["5105022026050200017"])
    last_no: str | None = Field(examples=["5105042026050200003"])
    refused: int = Field(examples=[1])
    rows: list[RefusedRow] = Field(description=f"The first {MOST_TOLD} rows that cannot be taken.")


@router.post(
    "/incidents/imports",
    response_model=ImportOutcome,
    openapi_extra=form_body(ImportWish, example="reports.csv", about="CSV, XLSX, GeoJSON or GeoPackage, at most 20 MB."),
    summary="Take in a file of reports",
)
def take_in(asking: Asking, held: Held, upload: Sent):
    """All rows or, where some cannot be taken, none, unless ``skip_bad``; a row in a grid that one may not report for is such
    a row. The same file is taken once."""
    wish = upload.wish(ImportWish).model_dump()
    skip_bad = wish.pop("skip_bad")
    with IMPORTING.one(), upload.on_disk() as path:
        outcome = take_in_file(
            held.engine,
            path,
            Wish(**wish),
            snapshot=held.snapshots.at(now()),
            by=asking.by,
            actor=asking.actor.name,
            scopes=asking.actor.scopes("incident.report"),
            skip_bad=skip_bad,
        )
    rows = [{"row": fault.row, "code": fault.code, "sentence": fault.sentence} for fault in outcome.faults[:MOST_TOLD]]
    numbers = {"stored": outcome.stored, "first_no": outcome.first_no, "last_no": outcome.last_no}
    return unstored(numbers | {"refused": len(outcome.faults), "rows": rows})
