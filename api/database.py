"""The register's database as the settings say: one of your own, or the private cluster."""

from contextlib import contextmanager

from api.settings import load_settings
from boundaries.store.cluster import Cluster
from boundaries.store.connecting import engine_for
from boundaries.store.migrate import migrate


def private_cluster(settings):
    """The private cluster of these settings, whether or not it runs."""
    return Cluster(settings.home.expanduser().absolute())


def register_url(settings, *, owner=False):
    """Address of the register; of the private cluster, as the application or as the owner of the tables."""
    return settings.database_url or private_cluster(settings).url(owner=owner)


def open_register(settings):
    """Start the private cluster if there is no other database, bring the schema up to date, and connect.

    Returns
    -------
    sqlalchemy.Engine

    Raises
    ------
    Refusal
        ``postgresql_missing``, ``home_unusable``, ``database_unavailable`` and others: what is wrong and what to do.
    """
    if not settings.database_url:
        private_cluster(settings).start()
    migrate_register(settings)
    return engine_for(register_url(settings), pool_size=settings.pool_size)


def migrate_register(settings):
    """Bring the schema up to date as the owner of the tables."""
    owner = engine_for(register_url(settings, owner=True), pool_size=1)
    try:
        migrate(owner)
    finally:
        owner.dispose()


@contextmanager
def writing():
    """A transaction on the register that the settings name: committed at the end, undone by any error."""
    engine = open_register(load_settings())
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


@contextmanager
def reading():
    """A connection for reading the register that the settings name."""
    engine = open_register(load_settings())
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()
