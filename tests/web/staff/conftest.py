"""A server of its own with a small register, and an officer at the page, for each test."""

import pytest

from tests.api import town
from tests.serving import serving
from tests.web.staff.officer import Officer


@pytest.fixture
def base_url(register, database_url):
    """Address of a server with two villages and four grids, to be changed; it works on jobs, which print."""
    town.store(register)
    with serving(database_url, jobs=True, public_reports_per_hour=3600) as url:
        yield url


@pytest.fixture
def new_officer(watched, register, base_url):
    """Opens the page for somebody with some roles, given as ``(role, scope)``; options are those of a page."""
    return lambda *grants, **options: Officer(watched(**options), register, base_url, grants)


@pytest.fixture
def officer(new_officer):
    """Of the county that has the first village."""
    return new_officer(("county_officer", "510502"))
