"""`wangge code-tables`: kinds of exclusive grids, reasons of changes, families of matters; what each code means from when on."""

import json
from datetime import datetime
from enum import StrEnum

import typer
from rich.console import Console
from rich.table import Column, Table

from api.code_table_answers import tables
from api.database import writing
from api.instants import parse_as_of
from boundaries.clock import now
from boundaries.code_tables import TABLES, Entry, require_table
from boundaries.store import code_tables as store
from gis.errors import Refusal

app = typer.Typer(no_args_is_help=True)
Format = StrEnum("Format", {"table": "table", "json": "json"})
TABLE = typer.Argument(help=f"{', '.join(TABLES)}.")
CODE = typer.Argument(help="Small letters, digits and underscores.")
SINCE = typer.Option(None, "--from", formats=["%Y-%m-%d"], help="Today or a later day; default now.")


@app.command("list")
def list_codes(
    table: str | None = typer.Argument(None, help=f"{', '.join(TABLES)}; default all."),
    at: str | None = typer.Option(None, help="As of this date or RFC 3339 instant; default now."),
    form: Format = typer.Option(Format.table, "--format", help="A table, or JSON for programs."),
):
    """Tell what the codes mean."""
    if table is not None:
        require_table(table)
    with writing() as connection:
        found = tables(connection, now() if at is None else parse_as_of(at, "at"))
    found["tables"] = [each for each in found["tables"] if table in (None, each["table"])]
    if form is Format.json:
        typer.echo(json.dumps(found, ensure_ascii=False))
        return
    shown = Table(Column("table", no_wrap=True), Column("code", no_wrap=True), "name", "English", "from", "detail")
    for each in found["tables"]:
        for entry in each["entries"]:
            since = "default" if entry["default"] else entry["valid_from"][:10]
            detail = "; ".join(entry["detail"].values())
            shown.add_row(each["table"], entry["code"], entry["name"], entry["name_en"], since, detail)
    Console().print(shown)


@app.command("set")
def put(
    table: str = TABLE,
    code: str = CODE,
    name: str = typer.Argument(help="In Chinese."),
    name_en: str = typer.Option(..., help="In English."),
    detail: str = typer.Option("{}", help='JSON; of an exclusive kind \'{"department": "health", "standard": "…"}\'.'),
    since: datetime | None = SINCE,
):
    """Say what a code means from a day on."""
    with writing() as connection:
        store.put(connection, table, code, Entry(name, name_en, _json(detail)), since=since and since.date())
    typer.echo(f"{code} of {table} means {name}.")


@app.command()
def end(table: str = TABLE, code: str = CODE, since: datetime | None = SINCE):
    """End a code from a day on; what has used it keeps its name."""
    with writing() as connection:
        store.end(connection, table, code, since=since and since.date())
    typer.echo(f"{code} of {table} has ended, or will.")


def _json(text):
    try:
        found = json.loads(text)
    except ValueError as error:
        raise Refusal("bad_code_entry", f"{text[:60]!r} is not JSON: {error}.") from error
    if not isinstance(found, dict):
        raise Refusal("bad_code_entry", f"{text[:60]!r} is no JSON object; write one such as {{}}.")
    return found
