"""A server of its own with a demo town, and residents with phones before it, for each test."""

import pytest

from tests.web.grid.resident import Resident


@pytest.fixture
def base_url(server):
    """Address of that server."""
    return server[0]


@pytest.fixture
def new_resident(watched, demo_copy, base_url):
    """Somebody with a phone; options are those of a page."""
    return lambda **options: Resident(watched, demo_copy, base_url, **options)


@pytest.fixture
def resident(new_resident):
    return new_resident()
