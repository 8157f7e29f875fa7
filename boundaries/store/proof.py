"""The proof of the whole register: every parent, at every instant."""

from pathlib import Path

from boundaries.store.statements import statement

HERE = Path(__file__).parent


def broken_instants(connection):
    """Parents that are not tiled exactly, with the instant at which that begins or changes.

    Returns
    -------
    list of (str, datetime)
        Empty for a register that is whole. Only the stored signatures are summed, one pass over the table.
    """
    return [tuple(row) for row in connection.execute(statement(HERE, "proof"))]
