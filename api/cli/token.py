"""`wangge token`: tokens for programs, made by the operator at the machine."""

import typer
from rich.console import Console
from rich.table import Table

from api.cli.account import NAME, SCOPE
from api.database import writing
from boundaries.store import sessions as store
from boundaries.store.audit import AT_THE_MACHINE

app = typer.Typer(no_args_is_help=True)


@app.command()
def make(
    name: str = NAME,
    label: str = typer.Option(help="What the token is for."),
    right: list[str] = typer.Option(help="A right that it carries; may be given several times. docs/rights.md lists them."),
    scope: str = SCOPE,
    days: int = typer.Option(90, min=1, max=store.LONGEST_DAYS, help="Until it expires."),
):
    """Make a token for an account and print it, this once."""
    with writing() as connection:
        actor = store.actor_named(connection, name)
        wish = {"name": label, "rights": right, "scope": scope, "days": days}
        secret, made = store.make_token(connection, actor, origin=AT_THE_MACHINE, **wish)
    typer.echo(f"Token {made.id} expires on {made.expires_at:%Y-%m-%d}; it is not shown again:", err=True)
    typer.echo(secret)


@app.command("list")
def list_tokens(name: str = NAME):
    """The tokens of an account that can be used."""
    table = Table("id", "name", "rights", "scope", "expires")
    with writing() as connection:
        rows = store.tokens(connection, store.actor_named(connection, name).account_id)
    for row in rows:
        table.add_row(str(row.id), row.name, ", ".join(row.rights), row.scope or "(city)", f"{row.expires_at:%Y-%m-%d}")
    Console().print(table)


@app.command()
def revoke(name: str = NAME, token_id: int = typer.Argument(min=1, help="Its number, as `wangge token list` shows it.")):
    """Make a token useless at once."""
    with writing() as connection:
        store.revoke_token(connection, store.actor_named(connection, name), token_id, origin=AT_THE_MACHINE)
    typer.echo(f"Token {token_id} is revoked.")
