"""The year book of filings: JSON for the page, a PDF to print, a workbook to count on."""

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from api.answers import GUARDED, NO_STORE, unstored
from api.authorising import Asking, Caller
from api.json_text import moment
from api.resources import Resources, resources
from api.routes.filings import PDF
from api.slots import Slots
from api.yearbook_models import YearBookAnswer
from boundaries.filings.pdf import pdf_of
from boundaries.filings.yearbook import digest_of_page, page
from boundaries.filings.yearbook_workbook import workbook
from boundaries.rights import denied
from boundaries.spreadsheets import XLSX
from boundaries.store.yearbook import yearbook

router = APIRouter(tags=["filings"], responses=GUARDED)
Held = Annotated[Resources, Depends(resources)]
Year = Annotated[int, Query(ge=2000, le=2199, examples=[2026], description="Of the numbers, which is that of the decision.")]
County = Annotated[
    str | None, Query(pattern=r"^[0-9]{6}$", examples=["510502"], description="Only this one; 510500 is what touches several.")
]
SETTING = Slots(1, patience_s=20)  # a full book takes a core for a quarter of a minute, and forms must not wait for it
PLAIN = ("no", "county", "title", "reason", "state", "document_no", "overdue", "late", "units_before", "units_after")
DAYS = ("decided_on", "effective_on", "recorded_on")


@router.get("/filings/yearbook", response_model=YearBookAnswer, summary="The year book")
def show(year: Year, asking: Asking, held: Held, county: County = None):
    """Filings of a year and what they did, county by county, within one's scopes; docs/filings.md says how it is counted."""
    book = _book(held, asking, year, county)
    return unstored(
        {
            "year": book.year,
            "at": moment(book.at),
            "counties": [_line(line) for line in book.counties],
            "filings": [_filing(each) for each in book.filings],
            "totals": {name: value for name, value in _line(book.totals).items() if name not in ("county", "name")},
            "chain": {"seq": book.chain_seq, "digest": book.chain_digest},
            "synthetic": book.synthetic,
        }
    )


@router.get(
    "/filings/yearbook.pdf",
    response_class=Response,
    responses={200: {"content": {PDF: {}}, "description": "The year book, A4 landscape."}},
    summary="The year book, to print",
)
def print_book(year: Year, asking: Asking, held: Held, county: County = None):
    """With the digest of the last entry of the chain on every page. At most 1,000 filings are listed."""
    text = page(_book(held, asking, year, county))
    with SETTING.one():
        content = pdf_of(text, digest_of_page(text))
    return _file(content, PDF, f"yearbook-{year}.pdf", shown="inline")


@router.get(
    "/filings/yearbook.xlsx",
    response_class=Response,
    responses={200: {"content": {XLSX: {}}, "description": "Totals, filings, and how they are counted."}},
    summary="The year book as a workbook",
)
def write_book(year: Year, asking: Asking, held: Held, county: County = None):
    """No cell holds a formula."""
    book = _book(held, asking, year, county)
    with SETTING.one():
        content = workbook(book)
    return _file(content, XLSX, f"yearbook-{year}.xlsx", shown="attachment")


def _book(held, asking, year, county):
    scopes = _narrowed(asking, county)
    with held.reading_once() as connection:
        return yearbook(connection, year, scopes=scopes, county=county)


def _narrowed(asking: Caller, county):
    """One's scopes, of which one has to reach into the county that is asked for."""
    scopes = asking.scopes()
    if county is not None and not any(scope.startswith(county) or county.startswith(scope) for scope in scopes):
        raise denied(asking.actor, asking.right, county)
    return scopes


def _line(line):
    return asdict(line) | {"moved_m2": round(line.moved_m2, 2)}


def _filing(each):
    days = {name: value and value.isoformat() for name, value in ((name, getattr(each, name)) for name in DAYS)}
    names = dict(zip(("reason_zh", "reason_en"), each.reason_names, strict=True))
    return {name: getattr(each, name) for name in PLAIN} | days | names


def _file(content, media_type, name, *, shown):
    return Response(content, media_type=media_type, headers=NO_STORE | {"Content-Disposition": f'{shown}; filename="{name}"'})
