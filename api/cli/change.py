"""`wangge change`: change sets from the command line, by the operator at the machine."""

import json
import sys
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from api import change_answers
from api.borders import follow_decision
from api.database import open_register, reading, writing
from api.deciding import checked, decided, effects_of, noted, reversed_set, withdrawn
from api.settings import load_settings
from boundaries.changes.reference import NO_LINES
from boundaries.clock import CITY_ZONE
from boundaries.imports.output import write_whole
from boundaries.store import changes
from boundaries.store.audit import BY_OPERATOR
from boundaries.store.recorded import inspect
from gis.errors import Refusal

app = typer.Typer(no_args_is_help=True)
Format = StrEnum("Format", {"table": "table", "json": "json"})
NUMBER = typer.Argument(help="Number of the change set.")
FORM = typer.Option(Format.table, "--format", help="Table for people, one JSON object for programs.")
DAY = ["%Y-%m-%d"]


@app.command("open")
def open_one(
    title: str = typer.Argument(help="What it is about, such as 杜家街社区第1网格分设."),
    scope: str = typer.Option(help="Code of the unit that the change stays within."),
    reason: str = typer.Option(help="Why the map changes: a code of `wangge code-tables list change_reason`."),
    note: str = typer.Option("", help="More about it."),
):
    """Open a change set and print its number."""
    with writing() as connection:
        number = changes.open_change(connection, title=title, reason=reason, scope=scope, note=note)
        noted(connection, number, "open", by=BY_OPERATOR)
    typer.echo(number)


@app.command()
def add(
    number: int = NUMBER,
    commands: str = typer.Argument(help="One command or a list of them in JSON; @FILE reads a file, - the standard input."),
):
    """Add commands; docs/changes.md tells them all."""
    with writing() as connection:
        given = _commands(commands)
        changes.add_commands(connection, number, given)
        noted(connection, number, "edit", by=BY_OPERATOR, added=len(given))
        held = changes.change(connection, number)
    typer.echo(f"Commands of change set {number}: {len(held.commands)}. Check it: wangge change check {number}")


@app.command()
def divide(
    number: int = NUMBER,
    parent: str = typer.Option(help="Code of the unit that the faces divide."),
    layer: str = typer.Option(help="Layer of the faces, which tile the unit exactly; `wangge conform` makes such a layer."),
    name_field: str | None = typer.Option(None, help="Column of the names."),
    kind_field: str | None = typer.Option(None, help="Column of the kinds."),
    households_field: str | None = typer.Option(None, help="Column of the households."),
    population_field: str | None = typer.Option(None, help="Column of the population."),
    unit_field: str | None = typer.Option(None, help="Column of the codes of units that stay."),
    datum: str | None = typer.Option(None, help="cgcs2000, wgs84, gcj02 or bd09, where the file does not say."),
):
    """Add the command that divides a unit into the faces of a layer: its first division, or another one."""
    from boundaries.imports.drawn import faces_of  # noqa: PLC0415 - no other command here reads layers

    columns = {"name": name_field, "kind": kind_field, "unit": unit_field}
    columns |= {"households": households_field, "population": population_field}
    command = {"op": "divide", "parent": parent, "faces": faces_of(layer, columns, datum=datum)}
    with writing() as connection:
        changes.add_commands(connection, number, [command])
        noted(connection, number, "edit", by=BY_OPERATOR, added=1)
    typer.echo(f"{len(command['faces'])} faces are to divide {parent}; check it: wangge change check {number}")


@app.command()
def undo(number: int = NUMBER):
    """Take the last command back."""
    with writing() as connection:
        changes.remove_last_command(connection, number)
        noted(connection, number, "edit", by=BY_OPERATOR, taken_back=1)
    typer.echo("The last command is taken back.")


@app.command()
def check(number: int = NUMBER, form: Format = FORM):
    """Check it on the map as it is now; again after others have changed the map. Exit status 1 when it cannot be decided."""
    with writing() as connection:
        answer = checked(connection, number, by=BY_OPERATOR)
    if form is Format.json:
        typer.echo(json.dumps(answer, ensure_ascii=False))
    else:
        _show_check(answer)
    raise typer.Exit(0 if answer["ok"] else 1)


@app.command("show")
def show(
    number: int = NUMBER,
    lines: str | None = typer.Option(None, help="Layer of roads, rivers, walls: how much of each border runs along them."),
    kind_field: str | None = typer.Option(None, help="Column of that layer that tells roads from rivers."),
    datum: str | None = typer.Option(None, help="Of that layer: cgcs2000, wgs84, gcj02 or bd09, where the file does not say."),
    form: Format = FORM,
):
    """Show a change set with its effects."""
    along = NO_LINES if lines is None else _lines(lines, kind_field, datum)
    with reading() as connection:
        held = changes.change(connection, number)
        answer = {"change_set": change_answers.shown(held), "effects": None}
        if held.commands:
            answer["effects"] = effects_of(connection, inspect(connection, number), reference=along)
    if form is Format.json:
        typer.echo(json.dumps(answer, ensure_ascii=False))
    else:
        _show(answer)


@app.command("list")
def several(
    scope: str = typer.Option("", help="Code of a unit."),
    state: list[str] = typer.Option([], help="State; may be given several times."),
    form: Format = FORM,
):
    """List change sets, the newest first."""
    with reading() as connection:
        found = changes.changes(connection, scope=scope, states=state)
    if form is Format.json:
        typer.echo(json.dumps({"change_sets": [change_answers.shown(held) for held in found]}, ensure_ascii=False))
        return
    table = Table()
    for heading in ("no", "title", "scope", "state", "commands", "day"):
        table.add_column(heading)
    for held in found:
        table.add_row(
            str(held.id), Text(held.title), held.scope, held.state, str(len(held.commands)), str(held.effective_on or "")
        )
    Console().print(table)


@app.command()
def diff(number: int = NUMBER, out: Path = typer.Option(..., "-o", "--out", help="GeoJSON file.")):
    """Write the shapes before and after as one GeoJSON file; each feature says which of both it is."""
    with reading() as connection:
        answer = change_answers.difference(inspect(connection, number))
    features = [
        feature | {"id": f"{when}:{feature['id']}", "properties": feature["properties"] | {"when": when}}
        for when in ("before", "after")
        for feature in answer[when]["features"]
    ]
    write_whole(json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False) + "\n", out)


@app.command()
def decide(
    number: int = NUMBER,
    effective_on: datetime | None = typer.Option(None, formats=DAY, help="Day of the change; default today, from now on."),
):
    """Decide a checked change set; its filing is prepared."""
    day = effective_on.date() if effective_on else _today()
    with writing() as connection:
        decided(connection, number, effective_on=day, by=BY_OPERATOR)
        held = changes.change(connection, number)
    engine = open_register(load_settings())
    follow_decision(engine)
    engine.dispose()
    typer.echo(f"Change set {number} is decided; it takes effect at {held.effective_at:%Y-%m-%d %H:%M}.")


@app.command()
def withdraw(number: int = NUMBER):
    """Withdraw a change set that is not in force."""
    with writing() as connection:
        withdrawn(connection, number, by=BY_OPERATOR)
    typer.echo(f"Change set {number} is withdrawn.")


@app.command()
def reverse(number: int = NUMBER):
    """Open the change set that gives the land back, and print its number."""
    with writing() as connection:
        made = reversed_set(connection, number, by=BY_OPERATOR)
    typer.echo(made)


def _commands(text):
    try:
        if text == "-":
            text = sys.stdin.read()
        elif text.startswith("@"):
            text = Path(text[1:]).read_text(encoding="utf-8")
        given = json.loads(text)
    except OSError as error:
        raise Refusal("unreadable_file", f"The commands in {text[1:]} cannot be read: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise Refusal(
            "bad_command", f"The commands are no JSON ({error}); docs/changes.md tells how they are written."
        ) from error
    return given if isinstance(given, list) else [given]


def _lines(layer, column, datum):
    from boundaries.imports.drawn import reference_of  # noqa: PLC0415 - as above

    return reference_of(layer, column, datum=datum)


def _today() -> date:
    return datetime.now(CITY_ZONE).date()


def _show_check(answer):
    console = Console()
    for finding in answer["findings"]:
        console.print(f"{finding['severity']}: {finding['message']}", markup=False, soft_wrap=True)
    for each in answer["conflicts"]:
        who = f"change set {each['change_set']} ({each['title']}, decided by {each['decided_by'] or 'the operator'})"
        console.print(f"Meanwhile {who} changed {', '.join(each['units'])}.", markup=False, soft_wrap=True)
    table = Table(title="What it would begin")
    for heading in ("code", "name", "kind", "households"):
        table.add_column(heading)
    for unit in answer["begun"]:
        table.add_row(
            unit["code"],
            Text(unit["name"]),
            unit["kind"] or "",
            str(unit["households"] if unit["households"] is not None else ""),
        )
    if answer["begun"]:
        console.print(table)
    gone = sorted(set(answer["ended"]) - {unit["code"] for unit in answer["begun"]})
    if gone:
        console.print(f"It would end {', '.join(gone)}.")
    console.print("It can be decided." if answer["ok"] else "It cannot be decided.")


def _show(answer):
    console, held = Console(), answer["change_set"]
    console.print(f"{held['id']} {held['title']} · {held['state']} · {held['scope']}", markup=False)
    for position, command in enumerate(held["commands"], start=1):
        console.print(f"  {position}. {command['op']} {_place(command)}".rstrip(), markup=False, soft_wrap=True)
    if answer["effects"]:
        table = Table(title="Who gets what from whom")
        for heading in ("from", "to", "area m²", "households"):
            table.add_column(heading, justify="right" if heading in ("area m²", "households") else "left")
        for row in answer["effects"]["moves"]:
            if row["moved"]:
                table.add_row(
                    row["from"], row["to"], f"{row['area_m2']:,.1f}", "" if row["households"] is None else str(row["households"])
                )
        console.print(table)
        for unit in answer["effects"]["units"]:
            _show_clarity(console, unit)
            for warning in unit["warnings"]:
                console.print(f"warning: {unit['code']} {unit['after']['name']}: {warning}", markup=False, soft_wrap=True)


def _show_clarity(console, unit):
    """How much of its border runs along the lines, before and after, where lines were given."""
    sides = [unit[side] and unit[side]["clarity"] for side in ("before", "after")]
    if sides != [None, None]:
        told = " → ".join("–" if share is None else f"{share:.0%}" for share in sides)
        console.print(f"clear border: {unit['code']} {told}", markup=False, soft_wrap=True)


def _place(command):
    """The units that a command names, for one line."""
    named = command.get("unit") or command.get("units") or command.get("parent") or command.get("to")
    return ", ".join(named) if isinstance(named, list) else named
