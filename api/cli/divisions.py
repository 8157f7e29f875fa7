"""`wangge divisions`: editions of the division codes 行政区划代码, and what became of each division from one to the next."""

import json
from datetime import datetime
from enum import StrEnum
from pathlib import Path

import typer
from rich.console import Console
from rich.table import Table

from api.database import writing
from api.division_answers import edition, reckoned, sentence, step
from boundaries.divisions.lineage import lineage
from boundaries.divisions.telling import counts, sizes
from boundaries.imports.divisions import read_correspondences, read_divisions
from boundaries.store import divisions as store
from gis.errors import Refusal

app = typer.Typer(no_args_is_help=True)
Format = StrEnum("Format", {"table": "table", "json": "json"})
FORMAT = typer.Option(Format.table, "--format", help="A table, or JSON for programs.")


@app.command("import")
def import_divisions(
    files: list[Path] = typer.Argument(help="CSV tables with the columns code and name: counties, towns and villages."),
    name: str = typer.Option(..., "--edition", help="What the edition is called, such as 2023."),
    in_force_on: datetime = typer.Option(..., formats=["%Y-%m-%d"], help="The day from which its codes are in force."),
    correspondences: Path | None = typer.Option(None, help="CSV with the columns from, to (and note): what is known; it wins."),
    within: str = typer.Option("", help="Only codes that begin so, such as 5105."),
    source: str | None = typer.Option(None, help="Where the codes are from; default the names of the files."),
    commit: bool = typer.Option(False, help="Store it; without this nothing is written."),
    form: Format = FORMAT,
):
    """Bring an edition in, after the one before it, and tell what became of each division."""
    divisions, day = read_divisions(files, within=within), in_force_on.date()
    given = read_correspondences(correspondences) if correspondences else ()
    with writing() as connection:
        earlier = store.before(connection, day)
        if given and earlier is None:
            raise Refusal("bad_correspondence", "The correspondences cannot be used: there is no edition before this one.")
        old = store.divisions_of(connection, earlier.id) if earlier else ()
        steps = lineage(old, divisions, given=given) if earlier else ()
        if commit:
            said = source or ", ".join(file.name for file in files)
            store.import_edition(connection, name, in_force_on=day, source=said, divisions=divisions, steps=steps)
    _tell_import(name, (old, divisions), steps, committed=commit, form=form)


@app.command("lineage")
def tell_lineage(
    code: str | None = typer.Argument(None, help="A division; without one, all steps between two editions."),
    earlier: str | None = typer.Option(None, "--from", help="Name of an edition."),
    later: str | None = typer.Option(None, "--to", help="Name of a later edition."),
    form: Format = FORMAT,
):
    """Tell what a division came from and became, or what every division became between two editions."""
    if (code is None) == (earlier is None or later is None):
        raise Refusal("bad_option", "Give the code of a division, or two editions with --from and --to.")
    with writing() as connection:
        names, rows = store.history(connection, code) if code else ((), store.steps_between(connection, earlier, later))
    answers = [step(row) for row in rows]
    if form is Format.json:
        _echo({"names": [_named(row) for row in names], "steps": answers})
        return
    for row in names:
        typer.echo(f"{row.edition} (from {row.in_force_on}): {row.code} {row.name}")
    for answer in answers:
        typer.echo(sentence(answer))


@app.command("list")
def list_editions(form: Format = FORMAT):
    """Tell the editions."""
    with writing() as connection:
        rows = [edition(row) for row in store.editions(connection)]
    if form is Format.json:
        _echo(rows)
        return
    table = Table("edition", "in force from", "source")
    for row in rows:
        table.add_row(*row.values())
    Console().print(table)


def _tell_import(name, editions, steps, *, committed, form):
    names = tuple({each.code: each.name for each in side} for side in editions)
    answers = [reckoned(each, names, name) for each in steps]
    doubtful = [answer for answer in answers if answer["doubt"]]
    before, now = map(sizes, editions)
    if form is Format.json:
        told = {"edition": name, "committed": committed, "before": before, "now": now, "counts": counts(steps)}
        _echo(told | {"doubtful": doubtful})
        return
    typer.echo("; ".join(f"{level} {before[level]} → {count}" for level, count in now.items()))
    table = Table("level", "what", "found by", "count")
    for row in counts(steps):
        table.add_row(row["level"], row["kind"], row["by"], str(row["count"]))
    if steps:
        Console().print(table)
    for answer in [answer for answer in answers if answer["shares"]] + doubtful:
        typer.echo(sentence(answer))
    typer.echo(f"Edition {name} is stored." if committed else "Nothing is written; --commit stores it.")


def _named(row):
    return {"edition": row.edition, "in_force_on": row.in_force_on.isoformat(), "code": row.code, "name": row.name}


def _echo(value):
    typer.echo(json.dumps(value, ensure_ascii=False))
