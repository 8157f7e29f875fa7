"""What a running application holds: its settings, its connections and what it remembers."""

import logging
from dataclasses import dataclass

from fastapi import Request
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from api.database import private_cluster
from api.settings import Settings
from api.tile_cache import TileCache
from boundaries.changes.replays import Replays
from boundaries.clock import now
from boundaries.store.connecting import engine_for
from boundaries.store.snapshots import Snapshots
from gis import engine
from gis.errors import Refusal
from incidents.store.released import Released
from incidents.store.rollups import Rollups

STATEMENT_TIMEOUT_S = 30

log = logging.getLogger("wangge")


@dataclass(frozen=True, slots=True)
class Resources:
    """One per application."""

    settings: Settings
    engine: Engine
    snapshots: Snapshots
    tiles: TileCache
    replays: Replays
    rollups: Rollups
    released: Released

    def reading(self):
        """A connection for reading, to be used in a ``with``: each statement stands alone, so nothing is begun or ended."""
        return self.engine.connect().execution_options(isolation_level="AUTOCOMMIT")

    def alone(self):
        """A connection for one statement that writes, to be used in a ``with``: it is committed at its end."""
        return self.reading()

    def reading_once(self):
        """A connection for reading, to be used in a ``with``: all statements see the register of one moment."""
        return self.engine.connect().execution_options(isolation_level="REPEATABLE READ")

    def warm(self):
        """Read what the first look-up of a point needs, then load the compiled loops, then the counts of incidents."""
        self._read_ahead()
        engine.warm()
        try:
            self.rollups.load()
        except (Refusal, DBAPIError) as error:
            log.warning("incidents are not counted in memory: %s", type(error).__name__)

    def _read_ahead(self):
        try:
            snapshot = self.snapshots.at(now())
            _ = snapshot.labels
            for level in ("grid", "micro_grid"):
                snapshot.index(level)
        except (Refusal, DBAPIError) as error:
            log.warning("not read ahead: %s", type(error).__name__)


def resources_for(settings):
    """Open what an application needs; no connection is made yet.

    Parameters
    ----------
    settings : Settings
        With a ``database_url``.

    Returns
    -------
    Resources
    """
    register = engine_for(settings.database_url, pool_size=settings.pool_size, statement_timeout_s=STATEMENT_TIMEOUT_S)
    folder = private_cluster(settings).indexes
    snapshots = Snapshots(register, stamp_seconds=settings.stamp_seconds, index_folder=folder)
    rollups = Rollups(register, limit_mb=settings.heat_memory_mb)
    tiles = TileCache(limit_bytes=settings.tile_cache_mb << 20)
    return Resources(settings, register, snapshots, tiles, Replays(), rollups, Released(register))


async def resources(request: Request) -> Resources:
    """The resources of the application that answers a request."""
    return request.app.state.resources
