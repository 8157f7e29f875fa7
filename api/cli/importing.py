"""`wangge import`: a layer of one level becomes versions in the register. A dry run unless told to commit."""

import csv
from datetime import datetime
from enum import StrEnum
from pathlib import Path

import typer
from rich.console import Console
from rich.table import Table

from api.database import open_register
from api.settings import load_settings
from boundaries.clock import CITY_ZONE, start_of_day
from boundaries.codes import LEVELS, level_of, parent_of
from boundaries.imports.layers import read_layer
from boundaries.imports.plan import make_plan
from boundaries.store import tiles
from boundaries.store.units import units_at
from boundaries.store.writing import carry_out, open_change_set, prove_now
from boundaries.units import units_from
from gis.errors import Refusal

Level = StrEnum("Level", {level: level for level in LEVELS})
Reason = StrEnum(
    "Reason",
    {r: r for r in ("first_division", "village_resized", "demolition", "population_change", "correction", "other")},
)
OPTIONAL = {"name": "name", "kind": "kind", "households": "households"}


def import_layer(
    layer: str = typer.Argument(help="GeoPackage, zipped Shapefile, GeoJSON, KML, FlatGeobuf or Parquet."),
    level: Level = typer.Option(help="What the features are."),
    id_field: str = typer.Option("code", help="Column of the codes."),
    name_field: str | None = typer.Option(None, help="Column of the names; `name` where there is one."),
    kind_field: str | None = typer.Option(None, help="Column of the kinds; without one, by the numbers."),
    households_field: str | None = typer.Option(None, help="Column of the households; `households` where there is one."),
    names: Path | None = typer.Option(None, help="CSV with the columns code and name, for parents the layer does not name."),
    datum: str | None = typer.Option(None, help="cgcs2000, wgs84, gcj02 or bd09, where the file does not say."),
    effective_on: datetime | None = typer.Option(None, formats=["%Y-%m-%d"], help="Day of the change; default today."),
    reason: Reason = typer.Option(Reason.first_division, help="Why the map changes."),
    commit: bool = typer.Option(False, "--commit", help="Write it. Without this nothing is changed."),
):
    """Plan to make a layer the units of its level, show what would change, and with --commit do it.

    The layer replaces all children of the parents that its codes name. Parents that the register does not hold are made
    by uniting their children. Nothing is written unless every parent is tiled exactly.
    """
    console = Console()
    fields = {"name": name_field, "kind": kind_field, "households": households_field}
    incoming = _units(read_layer(layer, id_field=id_field, datum=datum), fields, Path(layer).name)
    _require_level(incoming, level)
    day = effective_on.date() if effective_on else datetime.now(CITY_ZONE).date()
    engine = open_register(load_settings())
    with engine.begin() as connection:
        plan = make_plan(incoming, _held(connection, incoming, start_of_day(day)), names=_names(names))
        _show(console, plan, level, day)
        if plan.untiled:
            _explain(console, plan)
            raise typer.Exit(1)
        if plan.is_empty:
            return
        _write(connection, plan, layer=Path(layer).name, reason=reason, day=day)
        if not commit:
            connection.rollback()
            console.print("Dry run: nothing was changed. Add --commit to write it.")
            return
        _redraw(console, connection, plan)
    console.print(f"Written. The change takes effect on {day}.")


def _units(layer, fields, file_name):
    columns = {name: _column(layer.attributes, wanted, OPTIONAL[name], file_name) for name, wanted in fields.items()}
    codes = [str(code).strip() for code in layer.ids]
    given = columns["name"] if columns["name"] is not None else codes
    return units_from(
        code=codes,
        name=[str(name).strip() if name is not None else code for name, code in zip(given, codes, strict=True)],
        kind=columns["kind"],
        households=_whole_numbers(columns["households"], codes),
        geometry=layer.geometries,
    )


def _column(attributes, wanted, default, file_name):
    name = wanted or (default if default in attributes.columns else None)
    if name is None:
        return None
    if name not in attributes.columns:
        known = ", ".join(map(str, attributes.columns))
        raise Refusal("unknown_column", f"{file_name} has no column {name!r}; it has {known or 'none'}.")
    values = attributes[name]
    return [None if missing else value for value, missing in zip(values, values.isna(), strict=True)]


def _whole_numbers(values, codes):
    if values is None:
        return None
    return [None if value is None else _whole_number(value, code) for value, code in zip(values, codes, strict=True)]


def _whole_number(value, code):
    try:
        number = int(value)
        if number == float(value) and 0 <= number < 2**31:
            return number
    except (TypeError, ValueError, OverflowError):
        pass
    raise Refusal("bad_households", f"The households of {code}, {str(value)[:40]!r}, are no whole number from 0 up.")


def _names(path):
    if path is None:
        return {}
    try:
        with open(path, encoding="utf-8-sig", newline="") as lines:
            rows = list(csv.DictReader(lines))
        return {row["code"].strip(): row["name"].strip() for row in rows}
    except OSError as error:
        raise Refusal("unreadable_file", f"The names in {path} cannot be read: {error.strerror}.") from error
    except (KeyError, UnicodeDecodeError, AttributeError) as error:
        raise Refusal("bad_names", f"{path} must be a UTF-8 CSV with the columns code and name.") from error


def _require_level(incoming, level):
    for code in incoming.code:
        if level_of(code) != level:
            raise Refusal("wrong_level", f"{code} is the code of a {level_of(code)}, not of a {level.value}.")


def _held(connection, incoming, at):
    """What the plan has to know: the parents, all levels up, and their children."""
    ancestors, codes = set(), set(incoming.code)
    while codes:
        codes = {parent_of(code) for code in codes} - {None}
        ancestors |= codes
    return units_at(connection, codes=ancestors | set(incoming.code), children_of=ancestors, at=at)


def _write(connection, plan, *, layer, reason, day):
    title = f"import of {layer}"[:200]
    change = open_change_set(connection, title=title, reason=reason.value, effective_on=day)
    carry_out(connection, plan, begin=start_of_day(day), source=f"import:{layer}"[:200], change_set_id=change)
    prove_now(connection)


def _show(console, plan, level, day):
    if plan.is_empty:
        console.print(f"The register holds all {len(plan.unchanged)} already; nothing to change.")
        return
    table = Table(title=f"What the import changes on {day}", show_header=True)
    for heading in ("what", "count", "codes"):
        table.add_column(heading, justify="right" if heading == "count" else "left", overflow="fold")
    created = set(plan.created)
    for each in LEVELS:
        _row(table, f"new {each}", [code for code in created if level_of(code) == each])
    _row(table, "changed", plan.replaced)
    _row(table, "retired", plan.retired)
    _row(table, "unchanged", plan.unchanged)
    _row(table, "divided for the first time", plan.divided)
    console.print(table)


def _row(table, what, codes):
    if codes:
        shown = ", ".join(sorted(codes)[:3])
        table.add_row(what, str(len(codes)), shown + (" …" if len(codes) > 3 else ""))


def _explain(console, plan):
    console.print(f"[bold]Not possible:[/bold] {len(plan.untiled)} parents would not be tiled exactly:")
    for code in plan.untiled[:20]:
        console.print(f"  {level_of(code)} {code}")
    console.print("`wangge check LAYER --within PARENT` shows each overlap and gap.")


def _redraw(console, connection, plan):
    levels = [level for level in LEVELS if level in set(plan.begin.levels()) | {level_of(code) for code in plan.retired}]
    with console.status("Drawing the map tiles …"):
        for level in levels:
            if level in tiles.STORED_ZOOMS:
                tiles.rebuild(connection, level)
