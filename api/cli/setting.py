"""`wangge setting`: what the city sets for all of it, or for one county, town or village, and from when."""

import json
from datetime import datetime
from enum import StrEnum

import typer
from rich.console import Console
from rich.table import Column, Table

from api.database import writing
from api.instants import parse_as_of
from api.setting_answers import in_force, stored
from boundaries.city_settings import require_setting
from boundaries.clock import now
from boundaries.store import city_settings as store
from gis.errors import Refusal

app = typer.Typer(no_args_is_help=True)
Format = StrEnum("Format", {"table": "table", "json": "json"})
FORMAT = typer.Option(Format.table, "--format", help="A table, or JSON for programs.")
KEY = typer.Argument(help="Name of the setting; `wangge setting list` tells them.")
SCOPE = typer.Option("", help="Code of a county, town or village; none for the whole city.")
AT = typer.Option(None, help="As of this date or RFC 3339 instant; default now.")


@app.command()
def get(key: str = KEY, scope: str = SCOPE, at: str | None = AT):
    """Tell, as JSON, the value that holds at a place."""
    require_setting(key, scope)
    with writing() as connection:
        value, _ = store.effective(connection, scope, _instant(at))[key]
    typer.echo(json.dumps(value, ensure_ascii=False))


@app.command("set")
def put(
    key: str = KEY,
    value: str = typer.Argument(help='As JSON, such as \'{"min": 200, "max": 400}\'; null takes back what is set.'),
    scope: str = SCOPE,
    since: datetime | None = typer.Option(None, "--from", formats=["%Y-%m-%d"], help="Today or a later day; default now."),
):
    """Set a value from a day on."""
    with writing() as connection:
        store.put(connection, key, _json(value), scope=scope, since=since and since.date())
    typer.echo(f"{key} is set for {scope or 'the whole city'}.")


@app.command("list")
def list_settings(scope: str = SCOPE, at: str | None = AT, form: Format = FORMAT):
    """Tell what holds at a place, and what is set for it and the places inside it."""
    moment = _instant(at)
    with writing() as connection:
        rows = [stored(row) for row in store.listed(connection, moment, scope)]
        holding = in_force(store.effective(connection, scope, moment))
    if form is Format.json:
        typer.echo(json.dumps({"scope": scope, "settings": holding, "stored": rows}, ensure_ascii=False))
        return
    Console().print(_table(holding, rows))


def _table(holding, rows):
    """What holds; then what else is set: for places inside, or for later."""
    table = Table(Column("setting", no_wrap=True), "value", "set for", "from", "to")
    shown = {(row["key"], row["set_for"], row["valid_from"]) for row in holding}
    others = [row | {"set_for": row["scope"]} for row in rows if (row["key"], row["scope"], row["valid_from"]) not in shown]
    for row in holding + others:
        place = "default" if row["set_for"] is None else row["set_for"] or "city"
        table.add_row(
            row["key"], json.dumps(row["value"], sort_keys=True), place, *(_day(row[name]) for name in ("valid_from", "valid_to"))
        )
    return table


def _day(text):
    """A day, with the minute where it is not the day's first."""
    return "" if text is None else text[:16].replace("T", " ").removesuffix(" 00:00")


def _instant(text):
    return now() if text is None else parse_as_of(text, "at")


def _json(text):
    try:
        return json.loads(text)
    except ValueError as error:
        raise Refusal("bad_setting_value", f"{text[:60]!r} is not JSON: {error}.") from error
