"""What tests of code tables do, each act in a transaction of its own."""

from datetime import timedelta

import pytest

from boundaries.clock import CITY_ZONE, now
from boundaries.code_tables import Entry
from boundaries.store import code_tables as store
from gis.errors import Refusal
from tests.api import town

FLOOD = Entry("洪涝灾害", "flood", {})
PORT = Entry("港口", "Port", {"department": "emergency", "standard": "一港一格"})


def day(days):
    return now().astimezone(CITY_ZONE).date() + timedelta(days=days)


def put(engine, table, code, entry, **how):
    with engine.begin() as connection:
        store.put(connection, table, code, entry, **how)


def end(engine, table, code, **how):
    with engine.begin() as connection:
        store.end(connection, table, code, **how)


def names(engine, table, at=None):
    with engine.connect() as connection:
        return store.names(connection, table, at)


def refusal(act, *arguments, **how):
    with pytest.raises(Refusal) as refused:
        act(*arguments, **how)
    return refused.value.code


def put_kind(engine, kind, *, grid=town.EAST_GRID, since=None):
    with engine.begin() as connection:
        store.put_exclusive_kind(connection, grid, kind, since=since)
