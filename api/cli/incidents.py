"""`wangge incidents`: files of reports taken in."""

import csv
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from api.database import open_register, private_cluster
from api.settings import load_settings
from boundaries.clock import now
from boundaries.imports.output import in_one_piece, require_place
from boundaries.store.audit import BY_OPERATOR, OPERATOR
from boundaries.store.snapshots import Snapshots
from gis.errors import Refusal
from incidents.report_files import Wish
from incidents.store.bulk_files import take_in_file

app = typer.Typer(no_args_is_help=True)
TOLD = 5  # rows that a sentence names


@app.callback()
def incidents():
    """Incidents: bulk files."""


@app.command("import")
def import_reports(
    path: Path = typer.Argument(metavar="FILE", help="CSV, XLSX, GeoJSON, GeoPackage or Parquet."),
    datum: str | None = typer.Option(None, help="Of the positions: cgcs2000, wgs84, gcj02 or bd09, where the file does not say."),
    lon: str | None = typer.Option(None, help="Column of the longitude."),
    lat: str | None = typer.Option(None, help="Column of the latitude."),
    matter: str | None = typer.Option(None, help="Column of the matter's code; default `matter`."),
    time: str | None = typer.Option(None, help="Column of the time of the report; default `reported_at`, else now."),
    description: str | None = typer.Option(None, help="Column of the description."),
    address: str | None = typer.Option(None, help="Column of the address."),
    skip_bad: bool = typer.Option(False, "--skip-bad", help="Take the others where some rows cannot be taken."),
    refused: Path | None = typer.Option(None, help="CSV to which the rows that cannot be taken are written, with the reason."),
):
    """Take the reports of a file in: located, numbered, given to their workers. All or nothing, unless --skip-bad.

    Exit status 1 where some rows could not be taken.
    """
    if refused is not None:
        require_place(refused, "--refused", suffixes=(".csv",), source=path)
    wish = Wish(matter=matter, time=time, description=description, address=address, lon=lon, lat=lat, datum=datum)
    outcome = _taken(path, wish, skip_bad=skip_bad)
    if refused is not None:
        write_refused(outcome.faults, refused)
    _tell(outcome, refused)
    raise typer.Exit(1 if outcome.faults else 0)


def write_refused(faults, out):
    """Write rows that could not be taken as CSV: row, code and sentence.

    Parameters
    ----------
    faults : iterable of incidents.report_files.Fault
    out : pathlib.Path
    """
    with in_one_piece(out) as part, part.open("w", encoding="utf-8-sig", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(("row", "code", "sentence"))
        lines.writerows((fault.row, fault.code, fault.sentence) for fault in faults)


def _taken(path, wish, *, skip_bad):
    if not path.is_file():
        raise Refusal("missing_file", f"There is no file {path}.", path=str(path))
    settings, console = load_settings(), Console(stderr=True)
    engine = open_register(settings)
    try:
        snapshot = Snapshots(engine, index_folder=private_cluster(settings).indexes).at(now())
        shown = TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed:,.0f} rows"), TimeElapsedColumn()
        with Progress(*shown, console=console, transient=True, disable=not console.is_terminal) as progress:
            bar = progress.add_task("Reading", total=None)
            moved = lambda what, rows: progress.update(bar, description=what, completed=rows)  # noqa: E731
            doing = {"by": BY_OPERATOR, "actor": OPERATOR, "skip_bad": skip_bad, "on_progress": moved}
            return take_in_file(engine, path, wish, snapshot=snapshot, **doing)
    finally:
        engine.dispose()


def _tell(outcome, refused):
    if outcome.stored:
        print(f"{outcome.stored:,} reports taken in, {outcome.first_no} to {outcome.last_no}.")
    if outcome.faults:
        print(f"{len(outcome.faults):,} rows cannot be taken" + (f"; they stand in {refused}." if refused else "."))
        for fault in outcome.faults[:TOLD]:
            print(f"  row {fault.row}: {fault.sentence}")
        if not outcome.stored:
            print("Nothing was stored; mend them, or take the others with --skip-bad.")
