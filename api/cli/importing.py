"""`wangge import`: a layer of one level becomes versions in the register. A dry run unless told to commit."""

import csv
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path

import shapely
import typer
from rich.console import Console

from api.cli.import_shown import explain, show_lineage, show_mends, show_plan
from api.database import open_register, private_cluster
from api.deciding import filed_import
from api.settings import load_settings
from boundaries.clock import CITY_ZONE, start_of_day
from boundaries.code_tables import FIRST_DIVISION
from boundaries.codes import LEVELS, level_of, parent_of
from boundaries.imports.fitting import Fitted, fit
from boundaries.imports.incoming import codes_in, issued, units_of
from boundaries.imports.layers import Layer, read_layer
from boundaries.imports.mapping import Mapping, chosen_mapping, fingerprint, recall, remember
from boundaries.imports.plan import make_plan
from boundaries.store import tiles
from boundaries.store.audit import BY_OPERATOR
from boundaries.store.carrying_out import instant_of
from boundaries.store.indexes import Indexes
from boundaries.store.units import codes_under, units_at, units_near
from boundaries.store.writing import carry_out, open_change_set, prove_now
from gis.errors import Refusal

Level = StrEnum("Level", {level: level for level in LEVELS})
FILED = (Level.grid, Level.micro_grid)  # whose division is filed with the city, Art. 8
REMEMBERED = "import-mappings.json"  # in the data directory


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be imported, and how."""

    layer: Layer
    level: str
    day: date
    at: datetime  # the instant of the change
    mapping: Mapping
    rules: dict | None  # of conforming; None: the layer is taken as it is


def import_layer(
    layer: str = typer.Argument(help="GeoPackage, zipped Shapefile, GeoJSON, KML, FlatGeobuf or Parquet. FILE::LAYER names one."),
    level: Level = typer.Option(help="What the features are."),
    id_field: str | None = typer.Option(None, help="Column of the codes; default `code`."),
    name_field: str | None = typer.Option(None, help="Column of the names; `name` where there is one."),
    kind_field: str | None = typer.Option(None, help="Column of the kinds; without one, by the numbers."),
    households_field: str | None = typer.Option(None, help="Column of the households; `households` where there is one."),
    population_field: str | None = typer.Option(None, help="Column of the population; `population` where there is one."),
    number_within: str | None = typer.Option(
        None,
        help="Column of the parents' codes, or one code for all, for units without codes: they are issued west to east, "
        "north to south.",
    ),
    names: Path | None = typer.Option(None, help="CSV with the columns code and name, for parents the layer does not name."),
    datum: str | None = typer.Option(None, help="cgcs2000, wgs84, gcj02 or bd09, where the file does not say."),
    conform: bool = typer.Option(False, "--conform", help="Mend the layer on the way, to tile the register's parents exactly."),
    snap_m: float = typer.Option(0.5, help="With --conform: borders beside a fault are moved together up to this many metres."),
    gap_width_m: float = typer.Option(2.0, help="With --conform: gaps up to this width in metres are filled."),
    effective_on: datetime | None = typer.Option(None, formats=["%Y-%m-%d"], help="Day of the change; default today."),
    reason: str = typer.Option(FIRST_DIVISION, help="Why the map changes: a code of `wangge code-tables list change_reason`."),
    commit: bool = typer.Option(False, "--commit", help="Write it. Without this nothing is changed."),
):
    """Plan to make a layer the units of its level, show what would change, and with --commit do it.

    The layer replaces all children of the parents that its codes name. Parents that the register does not hold are made
    by uniting their children. Nothing is written unless every parent is tiled exactly. Which columns were named is
    remembered: the next layer with the same columns needs no options.

    Exit status: 0 when it can be done, 1 when a parent would not be tiled or something needs a person, 2 when the input
    cannot be used.
    """
    console, settings = Console(), load_settings()
    with Console(stderr=True).status("Reading …"):
        read = read_layer(layer, datum=datum)
    given = Mapping(id_field, name_field, kind_field, households_field, population_field, number_within)
    memory, key = settings.home.expanduser() / REMEMBERED, fingerprint(level.value, read.attributes.columns)
    mapping = _mapping(console, read, given, recall(memory, key))
    day = effective_on.date() if effective_on else datetime.now(CITY_ZONE).date()
    rules = {"snap_m": snap_m, "gap_width_m": gap_width_m} if conform else None
    for note in read.notes:
        console.print(f"Note: {note}", markup=False, soft_wrap=True)
    engine = open_register(settings)
    with engine.begin() as connection:
        wish = Wish(read, level.value, day, _instant(connection, day), mapping, rules)
        plan = _plan(console, connection, wish, _names(names))
        if plan.is_empty:
            return
        number = _write(connection, plan, wish, reason)
        filed = filed_import(connection, number, by=BY_OPERATOR) if level in FILED else None
        if not commit:
            connection.rollback()
            console.print("Dry run: nothing was changed. Add --commit to write it.")
            return
        _redraw(console, connection, plan, wish.at)
        _index(console, connection, private_cluster(settings).indexes, wish.at)
    console.print(f"Written as change set {number}. The change takes effect on {day}.")
    if filed:
        console.print(f"Its filing is {filed}: wangge filings show {filed}")
    if given != Mapping():
        remember(memory, key, mapping)
        console.print("The columns are remembered for layers with the same columns.")


def _mapping(console, read, given, remembered):
    mapping = chosen_mapping(given, read.attributes.columns, remembered=remembered, file=read.path.name)
    if mapping == remembered:
        console.print(f"Columns as remembered: {mapping}.", markup=False, soft_wrap=True)
    return mapping


def _plan(console, connection, wish, names):
    """The plan, shown; does not come back where it cannot be carried out."""
    at = wish.at
    codes, parents = codes_in(wish.layer, wish.mapping, wish.level)
    fitted = _fitted(console, connection, wish, codes, parents)
    if fitted.open:
        raise typer.Exit(1)
    if codes is None:
        codes = _issued(connection, wish, fitted.faces, parents)
    incoming = units_of(wish.layer, wish.mapping, fitted.faces, codes)
    noded = () if fitted.noded is None else fitted.noded.code
    held = _held(connection, {*incoming.code, *noded}, at)
    plan = make_plan(incoming, held, names=names, noded=fitted.noded)
    show_plan(console, plan, wish.day)
    if plan.untiled:
        explain(console, plan)
        raise typer.Exit(1)
    show_lineage(console, plan, held, wish.level)
    return plan


def _fitted(console, connection, wish, codes, parents):
    faces, at = wish.layer.geometries, wish.at
    if wish.rules is None:
        return Fitted(faces, ())
    if wish.level == LEVELS[0]:
        raise Refusal("excluded_option", "A city has no parent to be conformed to; leave out --conform.")
    above = units_at(connection, codes=set(parents), children_of=(), at=at)
    with Console(stderr=True).status(f"Conforming {len(faces):,} features …"):
        fitted = fit(
            faces,
            codes or [f"row {row}" for row in range(1, len(faces) + 1)],
            parents,
            held=dict(zip(above.code, above.geometry, strict=True)),
            near=lambda box: units_near(connection, box, at=at),
            **wish.rules,
        )
    show_mends(console, fitted)
    return fitted


def _issued(connection, wish, faces, parents):
    """Codes for a layer without; a parent that has units already gets no second division by oversight."""
    missing = int(shapely.is_missing(faces).sum())
    if missing:
        raise Refusal("invalid_geometry", f"{missing} features of {wish.layer.path.name} have no polygon; draw or drop them.")
    divided = units_at(connection, codes=(), children_of=set(parents), at=wish.at).code
    if len(divided):
        raise Refusal(
            "divided_already",
            f"{parent_of(divided[0])} is divided already; give the features the codes that stay in force, in a column of "
            "their own, and name it with --id-field.",
            unit=parent_of(divided[0]),
        )
    return issued(wish.layer, wish.mapping, faces, parents, used=codes_under(connection, set(parents)))


def _held(connection, incoming, at):
    """What the plan has to know: the parents, all levels up, and their children."""
    ancestors, codes = set(), set(incoming)
    while codes:
        codes = {parent_of(code) for code in codes} - {None}
        ancestors |= codes
    return units_at(connection, codes=ancestors | set(incoming), children_of=ancestors, at=at)


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


def _instant(connection, day):
    """The instant of the change; a first division may be dated back."""
    past = day < datetime.now(CITY_ZONE).date()
    return start_of_day(day) if past else instant_of(connection, day)


def _write(connection, plan, wish, reason):
    layer = wish.layer.path.name.encode(errors="replace").decode()  # a name of a file may be any bytes
    number = open_change_set(
        connection,
        title=f"import of {layer}"[:200],
        reason=reason,
        effective_on=wish.day,
        effective_at=wish.at,
    )
    carry_out(connection, plan, begin=wish.at, source=f"import:{layer}"[:200], change_set_id=number)
    prove_now(connection)
    return number


def _redraw(console, connection, plan, at):
    levels = [level for level in LEVELS if level in set(plan.begin.levels()) | {level_of(code) for code in plan.retired}]
    with console.status("Drawing the map tiles …"):
        for level in levels:
            if level in tiles.STORED_ZOOMS:
                tiles.rebuild(connection, level, at=at)


def _index(console, connection, folder, at):
    """Have the look-up of points ready before the change can be seen."""
    with console.status("Indexing …"):
        for level in ("grid", "micro_grid"):
            Indexes(folder).prepare(connection, level, at)
