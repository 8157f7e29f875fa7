"""A register for all tests of a module: making a database takes longer than most of them."""

from contextlib import contextmanager

import psycopg

from boundaries.store.connecting import engine_for


@contextmanager
def register_of_module(cluster, template, name):
    """Engine on a new register, as the application connects to it; its database is dropped in the end."""
    with psycopg.connect(cluster.url(owner=True, database="postgres"), autocommit=True) as owner:
        owner.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        engine = engine_for(cluster.url(database=name))
        yield engine
        engine.dispose()
        owner.execute(f"DROP DATABASE {name} WITH (FORCE)")
