"""Open incidents follow the borders of grids: after a decision at once, and each minute."""

import logging

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from boundaries.store.snapshots import Snapshots
from gis.errors import Refusal
from incidents.store.reassigning import reassign

log = logging.getLogger("wangge.jobs")


def follow_borders(engine, *, index_folder=None):
    """Give open incidents to the grids that contain them now.

    Parameters
    ----------
    engine : sqlalchemy.Engine
    index_folder : pathlib.Path, optional
        Where indexes are kept in files.

    Returns
    -------
    int
        How many have moved; none where the register holds no grid, whoever waits for one goes on waiting.
    """
    snapshots = Snapshots(engine, stamp_seconds=0, index_folder=index_folder)
    with engine.begin() as connection:
        at = connection.execute(text("SELECT now()")).scalar_one()
        try:
            return len(reassign(connection, snapshots.at(at)))
        except Refusal as refusal:
            if refusal.code != "nothing_at_instant":
                raise
            return 0


def follow_decision(engine, *, index_folder=None):
    """The same after a decision that stands already: what goes wrong is left to the job of the next minute."""
    try:
        follow_borders(engine, index_folder=index_folder)
    except (Refusal, DBAPIError) as error:
        log.warning("incidents do not follow the decision yet: %s", type(error).__name__)
