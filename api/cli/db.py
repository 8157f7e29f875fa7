"""`wangge db`: the private database."""

from pathlib import Path

import typer
from rich import print as show
from rich.console import Console

from api.database import migrate_register, open_register, private_cluster, register_url
from api.settings import load_settings
from api.version import product_version
from boundaries.imports.output import require_place
from boundaries.store.backing_up import back_up
from boundaries.store.proof import broken_instants
from boundaries.store.restoring import restore as restore_register
from gis.errors import Refusal

app = typer.Typer(no_args_is_help=True)


@app.command()
def start():
    """Create the private database where there is none, and start it."""
    settings = _own_database()
    open_register(settings).dispose()
    show(f"The database runs in {settings.home}.")


@app.command()
def stop():
    """Stop the private database."""
    settings = _own_database()
    stopped = private_cluster(settings).stop()
    show(f"The database in {settings.home} {'is stopped' if stopped else 'was not running'}.")


@app.command()
def status():
    """Say whether the private database runs; exit status 1 when not."""
    settings = _own_database()
    running = private_cluster(settings).is_running()
    show(f"The database in {settings.home} {'runs' if running else 'does not run'}.")
    raise typer.Exit(0 if running else 1)


@app.command()
def url(owner: bool = typer.Option(False, help="As the owner of the tables, for administrators.")):
    """Print the address for psql, QGIS and other clients."""
    print(register_url(load_settings(), owner=owner))


@app.command()
def migrate():
    """Bring the schema up to date."""
    settings = load_settings()
    if not settings.database_url:
        private_cluster(settings).start()
    migrate_register(settings)
    show("The schema is up to date.")


@app.command()
def backup(out: Path = typer.Argument(help="File for the backup, such as register.backup.")):
    """Write the whole register, as it is at this instant, into one file; others may go on working meanwhile."""
    require_place(out, "OUT")
    settings = load_settings()
    open_register(settings).dispose()
    with Console(stderr=True).status("Backing up …"):
        manifest = back_up(register_url(settings, owner=True), out.absolute(), version=product_version())
    rows = sum(manifest["counts"].values())
    show(f"{rows:,} rows of {len(manifest['counts'])} tables, as of {manifest['made_at']}, are in {out}.")


@app.command()
def restore(
    file: Path = typer.Argument(help="A file of `wangge db backup`."),
    replace: bool = typer.Option(False, "--replace", help="Put a register that holds something aside and take its place."),
):
    """Make the register that of a backup: restored beside the one in use, verified, and only then put in its place.

    Verified are the schema's state, the number of rows of every table, all constraints and triggers, and that every parent
    is tiled exactly at every instant.
    """
    settings = load_settings()
    if not settings.database_url:
        private_cluster(settings).start()
    with Console(stderr=True).status("Restoring and verifying …"):
        done = restore_register(register_url(settings, owner=True), file, replace=replace)
    show(f"The register is that of {done.manifest['made_at']}; it is verified.")
    if done.kept:
        show(f"What it was before is kept as the database {done.kept}; when you no longer need it, drop it with psql.")


@app.command()
def verify():
    """Prove the whole register: every parent tiled exactly, at every instant. Exit status 1 when one is not."""
    engine = open_register(load_settings())
    with Console(stderr=True).status("Proving the map …"), engine.connect() as connection:
        broken = broken_instants(connection)
    engine.dispose()
    for parent, instant in broken:
        print(f"{parent} is not tiled exactly from {instant:%Y-%m-%d %H:%M} on.")
    if broken:
        raise typer.Exit(1)
    show("Every parent is tiled exactly, at every instant.")


def _own_database():
    settings = load_settings()
    if settings.database_url:
        raise Refusal(
            "not_private",
            "DATABASE_URL is set: the database is not started or stopped by Wangge. Unset it, or ask its operator.",
        )
    return settings
