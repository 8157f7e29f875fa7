"""Throw-away database clusters to measure on, the same for every benchmark of the store."""

import os
import tempfile
from contextlib import contextmanager
from pathlib import Path

from boundaries.store.cluster import Cluster
from boundaries.store.connecting import engine_for
from boundaries.store.migrate import migrate


@contextmanager
def private_cluster(*, durable=False):
    """A cluster of its own, gone in the end.

    Parameters
    ----------
    durable : bool
        With fsync; without it the disk does not hide what is measured.

    Yields
    ------
    boundaries.store.cluster.Cluster
    """
    with tempfile.TemporaryDirectory(prefix="wangge-bench-", ignore_cleanup_errors=True) as folder:
        os.chmod(folder, 0o755)  # PostgreSQL runs as another user
        cluster = Cluster(Path(folder) / "home", durable=durable)
        cluster.start()
        try:
            yield cluster
        finally:
            cluster.stop()


@contextmanager
def private_register(*, durable=False):
    """A cluster of its own whose database holds the schema and nothing else.

    Yields
    ------
    boundaries.store.cluster.Cluster
    """
    with private_cluster(durable=durable) as cluster:
        owner = engine_for(cluster.url(owner=True), pool_size=1)
        migrate(owner)
        owner.dispose()
        yield cluster
