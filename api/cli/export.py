"""`wangge export`: a level of the register on a date, as a file for other programs."""

from datetime import datetime
from pathlib import Path

import typer
from rich.console import Console

from api.database import open_register
from api.settings import load_settings
from boundaries.clock import end_of_day, now
from boundaries.exports.extract import LEVEL_OF_LAYER, level_of_layer
from boundaries.exports.files import WRITERS, format_of, write_extract
from boundaries.imports.output import require_place
from boundaries.store.extracting import extract


def export(
    layer: str = typer.Option(help=f"What to export: {', '.join(LEVEL_OF_LAYER)}."),
    out: Path = typer.Option(..., "-o", "--out", help=f"Where it goes; its name tells the format: .{', .'.join(WRITERS)}."),
    at: datetime | None = typer.Option(None, formats=["%Y-%m-%d"], help="Day as of which the register is read; default now."),
    within: str | None = typer.Option(None, help="Code of a unit above: only what lies below it."),
):
    """Write every unit of a level that is in force on a date, with its attributes, and print the digest of them all.

    The digest is a SHA-256 of codes, attributes and exact coordinates, the same in every format; the file states it too.
    Importing the file again changes nothing.
    """
    level_of_layer(layer, within)
    format_of(out.name)
    require_place(out, "-o")
    notices = Console(stderr=True)
    with notices.status(f"Reading {layer} …"):
        engine = open_register(load_settings())
        with engine.connect() as connection:
            chosen = extract(connection, layer, at=end_of_day(at.date()) if at else now(), within=within)
        engine.dispose()
    with notices.status(f"Writing {len(chosen.attributes):,} {layer} …"):
        said = write_extract(chosen, out)
    Console(soft_wrap=True).print(
        f"{int(said['units']):,} {layer} as of {said['at']} written to {out}.", markup=False, highlight=False
    )
    Console(soft_wrap=True).print(said["digest"], markup=False, highlight=False)
