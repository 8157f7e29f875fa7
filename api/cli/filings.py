"""`wangge filings`: list, hand in, receive, return, record and prove filings 备案; their forms as PDF."""

import json
import sys
from enum import StrEnum
from pathlib import Path

import typer
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from api import filing_answers
from api.database import open_register, writing
from api.settings import load_settings
from boundaries.filings.attachments import MOST_BYTES
from boundaries.filings.pdf import pdf_of
from boundaries.filings.states import STATES
from boundaries.imports.output import in_one_piece, require_place
from boundaries.store import filing_reading, filings
from boundaries.store.filing_proof import require_digests, verify
from gis.errors import Refusal

app = typer.Typer(no_args_is_help=True)
Format = StrEnum("Format", {"table": "table", "json": "json"})
State = StrEnum("State", {state: state for state in STATES})
SHOWN = 40
NO = typer.Argument(help="Number of the filing, such as BA510502-2026-0001.")
FORMAT = typer.Option(Format.table, "--format", help="A table, or JSON for programs.")
NOTE = typer.Option("", help="Words that go with the step.")
CORRECTIONS = typer.Option([], "--correct", help="A unit and what is to correct in it, CODE=TEXT; may stand several times.")


@app.command("list")
def list_filings(
    state: State | None = typer.Option(None, help="Only those in this state."),
    overdue: bool | None = typer.Option(None, "--overdue/--not-overdue", help="Only those that should have been handed in."),
    county: str | None = typer.Option(None, help="Only those numbered for this county, six digits."),
    form: Format = FORMAT,
):
    """Filings with their state and due date, the newest first."""
    with writing() as connection:
        rows = filing_reading.filings(connection, state=state and state.value, overdue=overdue, county=county, limit=10_000)
    if form is Format.json:
        typer.echo(json.dumps([filing_answers.shown(row) for row in rows], ensure_ascii=False))
    else:
        Console().print(_table(rows))


@app.command()
def show(no: str = NO, form: Format = FORMAT):
    """What a filing changes, its steps and its files."""
    with writing() as connection:
        said = filing_answers.detail(connection, no)
    if form is Format.json:
        typer.echo(json.dumps(said, ensure_ascii=False))
        return
    names = ("no", "state", "title", "reason", "effective_on", "due_on", "due_provisional", "overdue")
    lines = [f"{name}: {said[name]}" for name in names]
    lines += [f"{unit['code']} {unit['name']}: {', '.join(unit['what'])}" for unit in said["units"][:SHOWN]]
    if len(said["units"]) > SHOWN:
        lines.append(f"… and {len(said['units']) - SHOWN:,} more; --format json names all {len(said['units']):,} units.")
    lines += [
        f"{step['seq']} {step['at'][:19]} {step['kind']} {step['account']} {step.get('note', '')}".rstrip()
        for step in said["steps"]
    ]
    typer.echo("\n".join([*lines, *(f"file {file['name']} {file['bytes']} bytes" for file in said["attachments"])]))


@app.command()
def submit(no: str = NO, note: str = NOTE):
    """Hand a filing in to the city body."""
    _step(no, "submit", note=note)


@app.command()
def receive(no: str = NO, note: str = NOTE):
    """Receive what was handed in."""
    _step(no, "receive", note=note)


@app.command("return")
def return_filing(no: str = NO, note: str = NOTE, correct: list[str] = CORRECTIONS):
    """Return a filing with what is to correct."""
    _step(no, "return", note=note, corrections=_pairs(correct))


@app.command()
def resubmit(no: str = NO, note: str = NOTE, correct: list[str] = CORRECTIONS):
    """Hand a returned filing in again, and say what was done about each unit."""
    _step(no, "resubmit", note=note, corrections=_pairs(correct))


@app.command()
def record(no: str = NO, document_no: str = typer.Option(help="The official document number 文号."), note: str = NOTE):
    """Record a filing for good."""
    _step(no, "record", note=note, document_no=document_no)


@app.command()
def attach(no: str = NO, file: Path = typer.Argument(help="A file of at most 20 MB."), name: str | None = typer.Option(None)):
    """Add a file to a filing that is not handed in, or was returned."""
    content = _read(file)
    with writing() as connection:
        stored = filings.attach(connection, no, name or file.name, content)
    typer.echo(f"{stored.name} is attached to {no}: SHA-256 {stored.sha256.hex()}.")


@app.command()
def pdf(no: str = NO, out: Path = typer.Option(..., "-o", "--out", help="Where the form goes, a .pdf.")):
    """Write the form of a filing, fit to be stamped."""
    from boundaries.filings.form import form as form_of  # noqa: PLC0415 - with the typesetting that no other command here needs

    require_place(out, "-o", suffixes=(".pdf",))
    with writing() as connection:
        filed = filing_reading.filed(connection, no)
        page = form_of(filed)
    with Console(stderr=True).status("Setting the form …"):
        content = pdf_of(page, filed.digest)
    with in_one_piece(out) as part:
        part.write_bytes(content)
    typer.echo(f"The form of {no} is written to {out}.")


@app.command("verify")
def verify_filings(
    digest: list[str] = typer.Option([], help="A digest from a stamped form, which the chain has to hold."),
    form: Format = FORMAT,
):
    """Prove every filing: digests, order, the register's own versions and the files. Exit status 1 when any is not sound."""
    printed = require_digests(digest)
    engine = open_register(load_settings())
    proving = Console(stderr=True).status("Proving filings …")
    with proving, engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        proof = verify(connection, printed=printed)
    engine.dispose()
    if form is Format.json:
        typer.echo(json.dumps(filing_answers.proof(proof), ensure_ascii=False))
    else:
        _tell(proof)
    sys.exit(1 if proof.faults else 0)


def _read(file):
    """A file, and no more of it than tells that it is too large."""
    try:
        with file.open("rb") as opened:
            return opened.read(MOST_BYTES + 1)
    except OSError as error:
        raise Refusal("unreadable_file", f"{file} cannot be read: {error.strerror}.") from error


def _tell(proof):
    for fault in proof.faults:
        where = f"{fault.filing or 'chain'}{f', entry {fault.entry}' if fault.entry else ''}"
        typer.echo(f"{where}: {fault.rule}: {fault.what}")
    told = f"{len(proof.faults)} faults" if proof.faults else "all sound"
    typer.echo(f"{proof.filings} filings, {proof.entries} entries: {told}. Last digest {proof.head}")


def _step(no, action, **said):
    with writing() as connection:
        row = filings.take_step(connection, no, action, **said)
    typer.echo(f"{no} is {row.state}.")


def _pairs(texts):
    pairs = [text.partition("=") for text in texts]
    for code, equals, _ in pairs:
        if not equals:
            raise Refusal("bad_option", f"--correct {code[:40]} lacks the text; write --correct CODE=TEXT.")
    return [(code.strip(), text) for code, _, text in pairs]


def _table(rows):
    table = Table(*(Column(heading, no_wrap=True) for heading in ("filing", "state")), "due", "in force", "subject")
    for row in rows:
        due = f"{row.due_on}{' (provisional)' if row.due_provisional else ''}{' OVERDUE' if row.overdue else ''}"
        table.add_row(row.no, row.state, due, str(row.effective_on), Text(row.title))
    return table
