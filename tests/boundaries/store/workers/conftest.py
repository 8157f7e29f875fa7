"""The small register, a new worker, and two of whom one serves."""

import pytest

from boundaries.store.workers import add_worker
from tests.api import town
from tests.boundaries.store.workers.acts import DATABASE, GRID, VILLAGE
from tests.registers import register_of_module
from tests.workers import CONTACT, qualified, serving


@pytest.fixture(scope="module")
def engine(cluster, _template):
    """The small register; what a test does in it is undone."""
    with register_of_module(cluster, _template, DATABASE) as engine:
        town.store(engine)
        yield engine


@pytest.fixture
def one(connection):
    """A new worker with no record."""
    return add_worker(connection, scope=VILLAGE, **CONTACT)


@pytest.fixture
def pair(connection):
    """Who is responsible for the grid, and a colleague."""
    return serving(connection, GRID), qualified(connection, scope=VILLAGE, name="李强")
