"""`wangge db`: the private database."""

import typer
from rich import print as show

from api.database import migrate_register, open_register, private_cluster, register_url
from api.settings import load_settings
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


def _own_database():
    settings = load_settings()
    if settings.database_url:
        raise Refusal(
            "not_private",
            "DATABASE_URL is set: the database is not started or stopped by Wangge. Unset it, or ask its operator.",
        )
    return settings
