"""What was printed, held against what is published now: nothing here is stored by hand."""

from dataclasses import dataclass
from pathlib import Path

from boundaries.clock import now
from boundaries.codes import level_of
from boundaries.publication.contents import changed, digests
from boundaries.store.publication import contents_of, grid_codes
from boundaries.store.statements import statement

HERE = Path(__file__).parent
LONGEST_LIST = 5000


@dataclass(frozen=True, slots=True)
class Printed:
    """A board or card that hangs somewhere.

    Attributes
    ----------
    grid_code, name, kind, size : str
    printed_at : datetime
    changed : list of str
        What has changed since; empty while it is right.
    """

    grid_code: str
    name: str
    kind: str
    size: str
    printed_at: object
    changed: list


def boards(connection, *, within="", scopes=("",), address="", limit=LONGEST_LIST):
    """The last print of each grid, kind and size, held against what is published now; and grids without a board.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Best one that sees the register of one moment.
    within : str
        Code of a unit; empty for the whole city.
    scopes : sequence of str
        Beginnings of codes.
    address : str
        What the server's setting says now; empty where it says nothing.
    limit : int

    Returns
    -------
    prints : list of Printed
        By grid, kind and size.
    never : list of Row
        ``code name`` of grids in force of which no board was ever printed.
    truncated : bool
        Whether there is more than was read.

    Raises
    ------
    Refusal
        ``bad_code``.
    """
    if within:
        level_of(within)
    at = now()
    wanted = {"within": within, "scopes": list(scopes), "at": at, "limit": limit}
    rows = connection.execute(statement(HERE, "printed_last"), wanted).all()
    grids = grid_codes(connection, within=within, scopes=scopes, at=at, limit=limit)
    current = {
        code: digests(each, address) for code, each in contents_of(connection, {row.grid_code for row in rows}, at).items()
    }
    prints = [
        Printed(row.grid_code, row.name, row.kind, row.size, row.printed_at, changed(row.digests, current.get(row.grid_code)))
        for row in rows
    ]
    has_board = {row.grid_code for row in rows if row.kind == "board"}
    return prints, [row for row in grids if row.code not in has_board], max(len(rows), len(grids)) >= limit
