"""`wangge jobs`: timers, worked on alone and looked at."""

import asyncio
import json
import signal
from enum import StrEnum

import typer
from rich.console import Console
from rich.table import Table

from api.database import open_register, private_cluster, reading, register_url
from api.jobs import end, keep_working, work_on
from api.logs import log_to_stderr
from api.resources import STATEMENT_TIMEOUT_S
from api.settings import load_settings
from boundaries.clock import CITY_ZONE
from boundaries.store.connecting import engine_for
from incidents.store.jobs import SCHEDULE, job_states, workers

app = typer.Typer(no_args_is_help=True)
Format = StrEnum("Format", {"table": "table", "json": "json"})
FORM = typer.Option(Format.table, "--format", help="Table for people, one JSON object for programs.")


@app.command()
def run():
    """Work on timers until Ctrl-C, beside servers that leave it to others (WANGGE_JOBS=false) or together with them."""
    settings = load_settings()
    open_register(settings).dispose()
    log_to_stderr(settings.log_level)
    url = register_url(settings)
    engine = engine_for(url, pool_size=6, statement_timeout_s=STATEMENT_TIMEOUT_S)
    typer.echo("Working on timers  (Ctrl-C stops it)")
    asyncio.run(_until_told(url, work_on(engine, index_folder=private_cluster(settings).indexes)))
    engine.dispose()
    typer.echo("Stopped.")


@app.command()
def status(form: Format = FORM):
    """Tell what ran, failed and waits; exit status 1 when nobody works or something went wrong the last time."""
    with reading() as connection:
        jobs, active = [_shown(row) for row in job_states(connection)], [row for row in workers(connection) if row.alive]
    if form is Format.json:
        typer.echo(json.dumps({"workers": len(active), "jobs": jobs}))
    else:
        _show(jobs, len(active))
    raise typer.Exit(0 if active and not any(job["went_wrong"] for job in jobs) else 1)


async def _until_told(url, work):
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, end, stop, work)
    await keep_working(url, work, stop)


def _shown(row):
    """With whether the last one that ended went wrong."""
    wrong = row.failed_at is not None and (row.done_at is None or row.failed_at > row.done_at)
    times = {name: each and each.astimezone(CITY_ZONE).isoformat() for name, each in _times(row)}
    counts = {"failed": row.failed, "waiting": row.waiting, "running": row.running}
    return {"name": row.name, "schedule": SCHEDULE[row.name]} | times | counts | {"went_wrong": wrong}


def _times(row):
    return ("done_at", row.done_at), ("failed_at", row.failed_at)


def _show(jobs, active):
    table = Table()
    for heading in ("job", "schedule", "done", "failed", "times failed", "waiting", "running"):
        table.add_column(heading)
    for job in jobs:
        times = [(job[name] or "")[:19].replace("T", " ") for name in ("done_at", "failed_at")]
        table.add_row(job["name"], job["schedule"], *times, *(str(job[name]) for name in ("failed", "waiting", "running")))
    console = Console()
    console.print(table)
    console.print(f"Workers: {active}" if active else "Nobody works on timers: start `wangge serve` or `wangge jobs run`.")
