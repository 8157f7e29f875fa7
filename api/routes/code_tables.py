"""The code tables that the city keeps, and of which kind an exclusive grid is."""

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query

from api import code_table_answers as answers
from api.answers import GUARDED_ACTS, answer, unstored
from api.authorising import Asking
from api.code_table_models import CodeHistory, CodeTables, EntryWish, GridKind, KindWish
from api.parameters import PRINTABLE, instant
from api.resources import Resources, resources
from boundaries.clock import now
from boundaries.code_tables import Entry
from boundaries.store import code_tables as store
from incidents.store.following import departments

router = APIRouter(tags=["code tables"], responses=GUARDED_ACTS)
Held = Annotated[Resources, Depends(resources)]
Table = Annotated[str, Path(max_length=40, pattern=PRINTABLE, examples=["exclusive_kind"])]
EntryCode = Annotated[str, Path(max_length=40, pattern=PRINTABLE, examples=["market"])]
Code = Annotated[str, Path(max_length=20, pattern=PRINTABLE, examples=["510503001001801"])]
At = Annotated[datetime, Depends(instant)]
Since = Annotated[date | None, Query(alias="from", examples=["2027-01-01"], description="The first day without it; default now.")]


@router.get("/code-tables", response_model=CodeTables, summary="What the codes mean")
def tables(at: At, held: Held):
    """Kinds of exclusive grids, reasons of changes and families of matters in force as of a date, with since when and by whom."""
    with held.reading() as connection:
        linked = [{"code": row.code, "name": row.name_zh, "name_en": row.name_en} for row in departments(connection)]
        return answer(answers.tables(connection, at) | {"departments": linked})


@router.get("/code-tables/{table}/history", response_model=CodeHistory, summary="What a code table said and is to say")
def history(table: Table, held: Held):
    """What was taken back before its day stands in the audit trail alone."""
    with held.reading() as connection:
        return unstored(answers.history(connection, table))


@router.put("/code-tables/{table}/{code}", response_model=CodeHistory, summary="Say what a code means")
def put(table: Table, code: EntryCode, body: EntryWish, asking: Asking, held: Held):
    """From a day on; what it meant before stays as it was said."""
    entry = Entry(body.name, body.name_en, body.detail)
    with held.engine.begin() as connection:
        store.put(connection, table, code, entry, since=body.since, by=asking.by)
        return unstored(answers.history(connection, table))


@router.delete("/code-tables/{table}/{code}", response_model=CodeHistory, summary="End a code")
def end(table: Table, code: EntryCode, asking: Asking, held: Held, since: Since = None):
    """Nothing new can use it from that day on; what has used it keeps its name. Refused while something needs it."""
    with held.engine.begin() as connection:
        store.end(connection, table, code, since=since, by=asking.by)
        return unstored(answers.history(connection, table))


@router.get("/grids/{code}/exclusive-kind", response_model=GridKind, summary="Of which kind an exclusive grid is")
def kind(code: Code, at: At, held: Held):
    """With the competent department and the standard, as they were called then."""
    with held.reading() as connection:
        store.require_grid(connection, code)
        return answer(answers.grid_kind(connection, code, at))


@router.put("/grids/{code}/exclusive-kind", response_model=GridKind, summary="Say of which kind an exclusive grid is")
def put_kind(code: Code, body: KindWish, asking: Asking, held: Held):
    """From a day on; it holds as long as the grid is exclusive."""
    asking.require_at(code)
    with held.engine.begin() as connection:
        store.put_exclusive_kind(connection, code, body.kind, since=body.since, by=asking.by)
        return unstored(answers.grid_kind(connection, code, now()))
