"""A decided change set with all that it did, as the register has it now: what a filing freezes and is held against."""

from pathlib import Path

import shapely
import sqlalchemy as sa

from boundaries.filings.payload import Change, Share, Version, commands_from, instant_text
from boundaries.store.statements import statement
from gis.errors import Refusal

HERE = Path(__file__).parent
COMMANDS = sa.text("SELECT command::text FROM change_command WHERE change_set_id = :id ORDER BY position")


def change_of(connection, change_set_id):
    """A decided change set with all that it did, as the register has it now.

    Returns
    -------
    boundaries.filings.payload.Change
    Row
        The change set.

    Raises
    ------
    Refusal
        ``not_decided``.
    """
    held = connection.execute(statement(HERE, "filing_set"), {"id": change_set_id}).one_or_none()
    if held is None or held.decided_at is None:
        raise Refusal("not_decided", f"Change set {change_set_id} is not decided, and only what is decided is filed.")
    rows = connection.execute(statement(HERE, "filing_versions"), {"id": change_set_id}).all()
    sides = {side: [_version(row) for row in rows if row.side == side] for side in ("before", "after")}
    shares = [Share(*row) for row in connection.execute(statement(HERE, "filing_shares"), {"id": change_set_id})]
    commands = commands_from(connection.execute(COMMANDS, {"id": change_set_id}).scalars())
    return Change(_set(held), commands, sides["before"], sides["after"], shares), held


def _set(held):
    said = {name: getattr(held, name) for name in ("id", "title", "reason", "note", "scope", "reverses")}
    said |= {"opened_by": held.opened_by, "decided_by": held.decided_by, "effective_on": held.effective_on.isoformat()}
    return said | {name: instant_text(getattr(held, name)) for name in ("created_at", "decided_at", "effective_at")}


def _version(row):
    named = {name: value for name, value in row._mapping.items() if name not in ("side", "wkb")}
    return Version(**named, geometry=shapely.from_wkb(bytes(row.wkb)))
