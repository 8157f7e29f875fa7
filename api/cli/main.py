"""The command `wangge`. Exit status: 0 clean, 1 findings, 2 unusable input, with a sentence that says what to do."""

import os
import sys

import typer

from api.cli import db, demo, importing
from api.cli.bench import bench
from api.cli.check import check
from api.cli.conform import conform
from api.cli.diff import diff
from api.cli.locate import locate
from api.cli.serve import serve
from gis.errors import Refusal

app = typer.Typer(
    name="wangge",
    help="The register of a city's service grids.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(check)
app.command()(conform)
app.command()(locate)
app.command()(diff)
app.command("import")(importing.import_layer)
app.command()(demo.demo)
app.command()(serve)
app.command()(bench)
app.add_typer(db.app, name="db", help="The private database.")


def run():
    """Entry point: a refusal becomes one sentence on the error stream and exit status 2."""
    try:
        app()
    except Refusal as refusal:
        _leave(f"wangge: {refusal.message}", 2)
    except BrokenPipeError:  # the reader of our output has gone, as in `wangge … | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except KeyboardInterrupt:
        _leave("wangge: stopped", 130)


def _leave(sentence, status):
    print(sentence, file=sys.stderr)
    sys.exit(status)
