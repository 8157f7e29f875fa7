"""`wangge gazetteer`: places, roads and door numbers of a city, by source; and what an address may mean."""

import csv
import json
from collections import Counter
from enum import StrEnum
from pathlib import Path

import typer
from rich.console import Console
from rich.table import Table

from api.database import open_register, writing
from api.gazetteer_answers import found_answer, limit_at, position
from api.instants import parse_as_of
from api.settings import load_settings
from boundaries.clock import now
from boundaries.imports.output import in_one_piece, require_place
from boundaries.store.reading import city
from boundaries.store.snapshots import Snapshots
from gis.datum import DATUMS
from gis.errors import Refusal
from incidents.gazetteer.entries import KINDS
from incidents.gazetteer.files import COLUMNS, read_said
from incidents.gazetteer.rows import RefusedRow, taken
from incidents.store.gazetteer import bring_in, sources
from incidents.store.geocoding import geocode

app = typer.Typer(no_args_is_help=True)
Format = StrEnum("Format", {"table": "table", "json": "json"})
Datum = StrEnum("Datum", {name: name for name in DATUMS})
Kind = StrEnum("Kind", {name: name for name in KINDS})
FORMAT = typer.Option(Format.table, "--format", help="A table, or JSON for programs.")
TOLD = 20  # refused rows
AROUND_DEG = 0.2  # of the city: some twenty kilometres


@app.command("import")
def import_gazetteer(
    file: Path = typer.Argument(help="CSV, XLSX, GeoJSON, GeoPackage or Parquet."),
    source: str | None = typer.Option(
        None, help="What the source is called; what it held and the file lacks, ends. Default the file's name."
    ),
    kind: Kind | None = typer.Option(None, help="Of the rows that say none."),
    datum: Datum | None = typer.Option(None, help="Of columns of numbers, or of a geometry that says it wrongly."),
    column: list[str] = typer.Option([], help=f"Name of a column, as road=街路巷; for {', '.join(COLUMNS)}."),
    generated: bool = typer.Option(False, help="The entries are made up, not surveyed."),
    refused: Path | None = typer.Option(None, help="CSV for the rows that are refused, with the reasons."),
    commit: bool = typer.Option(False, help="Store it; without this nothing is written."),
    form: Format = FORMAT,
):
    """Make a source hold what a file holds, from now on. Exit status 1 where rows are refused."""
    if refused is not None:
        require_place(refused, "--refused", suffixes=(".csv",), source=file)
    columns = dict(_pair(each) for each in column)
    with writing() as connection:
        box = _around_the_city(connection)
        said = read_said(file, columns=columns, datum=datum and datum.value, kind=kind and kind.value)
        rows = [taken(each, box=box) for each in said]
        bad = [row for row in rows if isinstance(row, RefusedRow)]
        good = [row for row in rows if not isinstance(row, RefusedRow)]
        if not good:
            raise Refusal("nothing_to_import", f"No row of {file} can be used; row {bad[0].row}: {bad[0].sentence}.")
        done = bring_in(connection, source or file.stem, good, is_generated=generated, dry_run=not commit)
    if refused is not None:
        _write(bad, refused)
    told = {"source": source or file.stem, "committed": commit, "rows": len(rows), "begun": done.begun, "ended": done.ended}
    told |= {"unchanged": done.unchanged, "doubled": len(good) - done.begun - done.unchanged, "refused": len(bad)}
    _tell(told, bad, form)
    raise typer.Exit(1 if bad else 0)


@app.command()
def find(
    text: str = typer.Argument(help="An address, or the name of a place."),
    near: str | None = typer.Option(None, help="LON,LAT in CGCS2000: what lies near goes before its namesakes."),
    within: str = typer.Option("", help="Code of a unit; nothing outside is found."),
    at: str | None = typer.Option(None, help="As of this date or RFC 3339 instant; default now."),
    limit: int = typer.Option(5, min=1, max=50),
    form: Format = FORMAT,
):
    """Tell what an address may mean, how sure that is, and why."""
    engine = open_register(load_settings())
    try:
        moment = now() if at is None else parse_as_of(at, "at")
        snapshot = Snapshots(engine).at(moment)
        with engine.connect() as connection:
            found = geocode(connection, snapshot, text, at=moment, near=position(near), within=within, limit=limit)
            answer = found_answer(text, found, snapshot, limit=limit_at(connection, within, moment))
    finally:
        engine.dispose()
    if form is Format.json:
        typer.echo(json.dumps(answer, ensure_ascii=False))
        return
    _show(answer)


@app.command("list")
def list_sources(
    at: str | None = typer.Option(None, help="As of this date or RFC 3339 instant; default now."), form: Format = FORMAT
):
    """Tell the sources and how many entries of which kind each holds."""
    with writing() as connection:
        rows = sources(connection, now() if at is None else parse_as_of(at, "at"))
    if form is Format.json:
        typer.echo(
            json.dumps([dict(row._mapping) | {"recorded_at": row.recorded_at.isoformat()} for row in rows], ensure_ascii=False)
        )
        return
    table = Table("source", "kind", "generated", "entries", "last brought in")
    for row in rows:
        table.add_row(
            row.source, row.kind, "yes" if row.is_generated else "", f"{row.count:,}", f"{row.recorded_at:%Y-%m-%d %H:%M}"
        )
    Console().print(table)


def _pair(text):
    what, sign, name = text.partition("=")
    if not sign or not name:
        raise Refusal("bad_option", f"--column {text[:60]} lacks the name; write --column road=NAME.")
    return what, name


def _around_the_city(connection):
    """The city's box and some room about it; None as long as there is no city."""
    try:
        found = city(connection, now())
    except Refusal:
        return None
    west, south, east, north = found.west, found.south, found.east, found.north
    return west - AROUND_DEG, south - AROUND_DEG, east + AROUND_DEG, north + AROUND_DEG


def _tell(told, bad, form):
    if form is Format.json:
        rows = [{"row": row.row, "code": row.code, "sentence": row.sentence} for row in bad]
        typer.echo(json.dumps(told | {"refused_rows": rows}, ensure_ascii=False))
        return
    words = "{rows:,} rows: {begun:,} new, {unchanged:,} unchanged, {ended:,} end, {doubled:,} doubled, {refused:,} refused"
    typer.echo(f"{told['source']}: {words.format(**told)}.")
    for code, count in sorted(Counter(row.code for row in bad).items()):
        typer.echo(f"  {code}: {count:,}")
    for row in bad[:TOLD]:
        typer.echo(f"  row {row.row}: {row.sentence}.")
    if len(bad) > TOLD:
        typer.echo(f"  … and {len(bad) - TOLD:,} more; --refused FILE.csv writes them all.")
    typer.echo("Stored." if told["committed"] else "Nothing is written; --commit stores it.")


def _write(bad, out):
    with in_one_piece(out) as part, part.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["row", "code", "sentence"])
        writer.writerows([row.row, row.code, row.sentence] for row in bad)


def _show(answer):
    table = Table("confidence", "kind", "name", "position", "grid", "why")
    for each in answer["candidates"]:
        why = ", ".join(f"{reason['code']} {reason['factor']:g}" for reason in each["why"])
        sure = f"{each['confidence']:.2f}{' ?' if each['confirm'] else ''}"
        table.add_row(sure, each["kind"], each["name"], f"{each['lon']}, {each['lat']}", each["grid"] or "", why)
    Console().print(table)
    typer.echo("A person has to confirm the place." if answer["confirm"] else "The first is taken as sure.")
