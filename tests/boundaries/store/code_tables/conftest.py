"""The small register, one of whose grids is exclusive."""

import pytest

from tests.api import town


@pytest.fixture
def small(register):
    """The small register, whose east grid is exclusive."""
    town.store(register)
    return register
