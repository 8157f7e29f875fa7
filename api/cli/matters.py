"""`wangge matters`: lists of matters 事项清单 of a county, from the spreadsheet to the publication."""

import json
from datetime import datetime
from enum import StrEnum
from pathlib import Path

import typer
from rich.console import Console
from rich.table import Table

from api import matter_answers
from api.database import writing
from boundaries.clock import now, spoken
from incidents.list_template import write_template
from incidents.matter_lists import read_list
from incidents.store import drafting
from incidents.store import matter_lists as store

app = typer.Typer(no_args_is_help=True)
Format = StrEnum("Format", {"table": "table", "json": "json"})
FORMAT = typer.Option(Format.table, "--format", help="A table, or JSON for programs.")
COUNTY = typer.Argument(help="Six digits.")
VERSION = typer.Argument(help="Of the list; `wangge matters list COUNTY --versions` tells them.")
DAY = ["%Y-%m-%d"]
OF_LIST = ("version", "state", "valid_from", "valid_to", "approval_document")
OF_LINE = ("matter", "name_zh", "department", "clock", "limit", "urgent")


@app.command("list")
def list_matters(
    county: str = COUNTY,
    version: int | None = typer.Option(None, help="This list, in whatever state; default the one that holds now."),
    versions: bool = typer.Option(False, help="All lists of the county instead of one."),
    form: Format = FORMAT,
):
    """Tell which matters hold in a county, or its lists."""
    with writing() as connection:
        drafting.require_county(connection, county)
        if versions:
            _show(matter_answers.versions(connection, county), form, OF_LIST)
            return
        whole = version is not None
        found = matter_answers.whole(connection, county, version) if whole else matter_answers.held(connection, county, now())
    if form is Format.json:
        _show(found, form)
        return
    _show(found["lines"], form, OF_LINE)
    typer.echo(
        f"List {found['version']}." if found["version"] else "The default of the product: the county has published no list."
    )


@app.command()
def template(
    county: str = COUNTY,
    output: Path = typer.Option(..., "-o", "--output", help="XLSX to write."),
):
    """Write a workbook to fill in, with the lines that hold in a county now."""
    with writing() as connection:
        drafting.require_county(connection, county)
        found = store.in_force(connection, county, now())
        write_template(
            output,
            store.lines(connection, found and found.id),
            departments=store.names(connection)[0],
            families=store.family_names(connection),
        )
    typer.echo(f"{output} is written.")


@app.command("import")
def import_list(
    file: Path = typer.Argument(help="XLSX or CSV with the columns of the template."),
    county: str = typer.Option(..., help="Six digits."),
    commit: bool = typer.Option(False, help="Store it as a draft; without this nothing is written."),
):
    """Read a spreadsheet and make it a draft."""
    with writing() as connection:
        drafting.require_county(connection, county)
        departments, matters = store.names(connection)
        families = store.family_names(connection)
        sheet = read_list(file, county, departments=departments, matters=matters, families=families)
        typer.echo(f"{len(sheet.lines)} matters, {len(sheet.own)} of the county's own, {len(sheet.exits)} leave.")
        if not commit:
            typer.echo("Nothing is written; --commit stores it.")
            return
        version = drafting.draft(connection, county, sheet=sheet, source=file.name)
    typer.echo(f"List {version} of {county} is a draft.")


@app.command()
def approve(
    county: str = COUNTY,
    version: int = VERSION,
    document: str = typer.Option(..., help="Number or title of the county government's document."),
    on: datetime = typer.Option(..., formats=DAY, help="The day of its approval."),
):
    """Record that the county government has approved a draft."""
    with writing() as connection:
        drafting.approve(connection, county, version, document=document, day=on.date())
    typer.echo(f"List {version} of {county} is approved.")


@app.command()
def publish(
    county: str = COUNTY,
    version: int = VERSION,
    since: datetime | None = typer.Option(None, "--from", formats=DAY, help="Today or a later day; default now."),
):
    """Publish an approved list; it ends the one before."""
    with writing() as connection:
        begin = drafting.publish(connection, county, version, since=since and since.date())
    typer.echo(f"List {version} of {county} holds from {spoken(begin)} on.")


def _show(rows, form, columns=()):
    if form is Format.json:
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    table = Table(*columns)
    for row in rows:
        table.add_row(*("" if row[name] is None else str(row[name]) for name in columns))
    Console().print(table)
