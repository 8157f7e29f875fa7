"""`wangge account`: accounts and their roles, for the operator at the machine, who makes the first administrator."""

import json
import sys
from enum import StrEnum

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from api.database import writing
from boundaries.accounts.names import scope_of
from boundaries.rights import GRANTABLE
from boundaries.store import accounts as store
from boundaries.store.audit import BY_OPERATOR
from gis.errors import Refusal

app = typer.Typer(no_args_is_help=True)
Role = StrEnum("Role", {role: role for role in GRANTABLE})
Format = StrEnum("Format", {"table": "table", "json": "json"})
NAME = typer.Argument(help="Name of the account: letters a-z, digits, . _ - @.")
SCOPE = typer.Option("", help="Beginning of the codes it reaches, such as 510502; none for the whole city.")


@app.command()
def create(
    name: str = NAME,
    display_name: str = typer.Option(help="What people know the post as, such as 江阳区 规划员."),
    without_password: bool = typer.Option(False, help="For who signs in at an identity provider."),
):
    """Make an account. The password is asked for, or read as one line from the standard input."""
    password = None if without_password else read_password()
    with writing() as connection:
        store.create_account(connection, name, display_name=display_name, password=password, by=BY_OPERATOR)
    typer.echo(f"The account is made; give it a role: wangge account grant {name} ROLE --scope CODE")


@app.command()
def password(name: str = NAME):
    """Give an account a new password, asked for or read from the standard input; its sessions end."""
    chosen = read_password()
    with writing() as connection:
        store.set_password(connection, name, chosen, by=BY_OPERATOR)
    typer.echo("The password is changed.")


@app.command()
def grant(name: str = NAME, role: Role = typer.Argument(help="The role."), scope: str = SCOPE):
    """Give an account a role for all codes that begin with a scope."""
    with writing() as connection:
        store.grant_role(connection, name, role=role.value, scope=scope_of(scope), by=BY_OPERATOR)
    typer.echo(f"{name} is {role.value} {_where(scope)}.")


@app.command()
def revoke(name: str = NAME, role: Role = typer.Argument(help="The role."), scope: str = SCOPE):
    """Take a role back, as it was given."""
    with writing() as connection:
        store.revoke_role(connection, name, role=role.value, scope=scope_of(scope), by=BY_OPERATOR)
    typer.echo(f"{name} is no longer {role.value} {_where(scope)}.")


@app.command()
def disable(name: str = NAME):
    """Close an account: its sessions end and its tokens are of no use."""
    with writing() as connection:
        store.disable_account(connection, name, by=BY_OPERATOR)
    typer.echo(f"{name} is disabled.")


@app.command()
def enable(name: str = NAME):
    """Open a disabled account again."""
    with writing() as connection:
        store.disable_account(connection, name, disabled=False, by=BY_OPERATOR)
    typer.echo(f"{name} is enabled.")


@app.command()
def link(
    name: str = NAME,
    issuer: str = typer.Option(help="Address of the identity provider, as WANGGE_OIDC_ISSUER."),
    subject: str = typer.Option(help="What the identity provider knows the person by (its claim sub)."),
):
    """Tie an account to a person of an identity provider."""
    with writing() as connection:
        store.link_account(connection, name, issuer=issuer, subject=subject, by=BY_OPERATOR)
    typer.echo(f"{name} is linked.")


@app.command()
def unlink(name: str = NAME):
    """Undo `link`."""
    with writing() as connection:
        store.unlink_account(connection, name, by=BY_OPERATOR)
    typer.echo(f"{name} is no longer linked.")


@app.command()
def department(name: str = NAME, code: str = typer.Argument("", help="Of the department it works for; none ends it.")):
    """Say which department an account works for, to whose incidents its role `department` is bound."""
    with writing() as connection:
        store.assign_department(connection, name, code or None, by=BY_OPERATOR)
    typer.echo(f"{name} works for {code or 'no department'}.")


@app.command("list")
def list_accounts(form: Format = typer.Option(Format.table, "--format", help="A table, or JSON for programs.")):
    """All accounts with their roles."""
    with writing() as connection:
        rows = [_shown(row) for row in store.accounts(connection)]
    if form is Format.json:
        typer.echo(json.dumps(rows, ensure_ascii=False))
    else:
        Console().print(_table(rows))


def read_password():
    """A password from the terminal, unseen and twice, or one line of the standard input; never an argument, which
    everybody on the machine could see."""
    if sys.stdin.isatty():
        return typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    line = sys.stdin.readline().rstrip("\r\n")
    if not line:
        raise Refusal("no_password", "The standard input holds no password; write it there as one line.")
    return line


def _where(scope):
    return f"for {scope}" if scope else "for the whole city"


def _shown(row):
    roles = [{"role": grant["role"], "scope": grant["scope"]} for grant in row.grants]
    state = {"disabled": row.disabled_at is not None, "has_password": row.has_password, "linked": row.oidc_subject is not None}
    return {"name": row.name, "display_name": row.display_name, "grants": roles} | state


def _table(rows):
    table = Table("account", "display name", "roles", "state")
    for row in rows:
        roles = ", ".join(f"{grant['role']} {grant['scope'] or '(city)'}" for grant in row["grants"])
        table.add_row(row["name"], Text(row["display_name"]), roles, "disabled" if row["disabled"] else "")
    return table
