"""The end of each term is told once when it comes near and once when it has passed, however many look for it at once."""

from pathlib import Path

import sqlalchemy as sa

from boundaries.city_settings import DUE_SOON_PERCENT, SETTINGS
from boundaries.store.statements import statement

HERE = Path(__file__).parent
BATCH = 1000
CLOCK = sa.text("SELECT now()")


def tell_deadlines(engine, *, at=None, batch=BATCH):
    """Write ``due_soon`` and ``overdue`` into the course of every open incident that calls for it.

    Parameters
    ----------
    engine : sqlalchemy.Engine
    at : datetime, optional
        Default the database's clock: of several machines' clocks it is the one that all share.
    batch : int
        Incidents in one transaction.

    Returns
    -------
    dict of str to int
        Events written, by action.

    Notes
    -----
    A second call writes nothing: the index ``told_once`` lets each end of a term be told once of each kind. An incident that
    gets another end is told of anew; one that is suspended is not told of; nor is one that has been handled told that its
    time runs out. Who has stopped in the middle leaves whole batches.
    """
    return {action: _told(engine, action, at, batch) for action in ("due_soon", "overdue")}


def _told(engine, action, at, batch):
    total = 0
    while True:
        with engine.begin() as connection:
            moment = at or connection.execute(CLOCK).scalar_one()
            values = {"at": moment, "limit": batch, "due_soon_percent": SETTINGS[DUE_SOON_PERCENT].default}
            written = connection.execute(statement(HERE, action), values).rowcount
        total += written
        if written < batch:
            return total
