"""The command `wangge`. Exit status: 0 clean, 1 findings, 2 unusable input, with a sentence that says what to do."""

import os
import sys
from importlib import import_module

import typer

from gis.errors import Refusal

COMMANDS = {
    "check": "api.cli.check:check",
    "conform": "api.cli.conform:conform",
    "locate": "api.cli.locate:locate",
    "diff": "api.cli.diff:diff",
    "import": "api.cli.importing:import_layer",
    "export": "api.cli.export:export",
    "demo": "api.cli.demo:demo",
    "serve": "api.cli.serve:serve",
    "bench": "api.cli.bench:bench",
}
GROUPS = {
    "change": ("api.cli.change:app", "Change sets: open, edit, check, decide, withdraw, reverse."),
    "filings": ("api.cli.filings:app", "Filings 备案: list, hand in, record, prove."),
    "incidents": ("api.cli.incidents:app", "Incidents: files of reports taken in."),
    "account": ("api.cli.account:app", "Accounts and their roles."),
    "token": ("api.cli.token:app", "Tokens for programs."),
    "divisions": ("api.cli.divisions:app", "Editions of the division codes and their lineage."),
    "gazetteer": ("api.cli.gazetteer:app", "Places, roads and door numbers; what an address may mean."),
    "matters": ("api.cli.matters:app", "Lists of matters 事项清单 of the counties."),
    "calendar": ("api.cli.calendar:app", "Days that the city sets as worked or free."),
    "setting": ("api.cli.setting:app", "The city's settings and from when they hold."),
    "code-tables": ("api.cli.code_tables:app", "Kinds of exclusive grids, reasons of changes, families of matters."),
    "jobs": ("api.cli.jobs:app", "Timers: work on them, and see what they did."),
    "db": ("api.cli.db:app", "The private database."),
}


def application(only=None):
    """The commands, all or one of them: each is loaded with all that it needs, which takes a second for them together.

    Parameters
    ----------
    only : str, optional
        Name of the command that is wanted; all where there is none of that name.

    Returns
    -------
    typer.Typer
    """
    app = typer.Typer(
        name="wangge",
        help="The register of a city's service grids.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    app.callback()(_wangge)
    known = only in COMMANDS or only in GROUPS
    for name, place in COMMANDS.items():
        if not known or name == only:
            app.command(name)(_loaded(place))
    for name, (place, help_text) in GROUPS.items():
        if not known or name == only:
            app.add_typer(_loaded(place), name=name, help=help_text)
    return app


def run():
    """Entry point: a refusal becomes one sentence on the error stream and exit status 2."""
    try:
        application(only=sys.argv[1] if len(sys.argv) > 1 else None)()
    except Refusal as refusal:
        _leave(f"wangge: {refusal.message}", 2)
    except BrokenPipeError:  # the reader of our output has gone, as in `wangge … | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except KeyboardInterrupt:
        _leave("wangge: stopped", 130)


def _wangge():
    """The register of a city's service grids."""


def _loaded(place):
    module, name = place.split(":")
    return getattr(import_module(module), name)


def _leave(sentence, status):
    print(sentence, file=sys.stderr)
    sys.exit(status)
