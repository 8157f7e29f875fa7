"""A server of its own with a demo town and a filing, for each test of the office page."""

import pytest

from tests.serving import serving
from tests.web.office.officer import Office, file_a_split


@pytest.fixture
def base_url(demo_copy_url):
    """Address of a server with a demo town of the test's own, to be changed."""
    with serving(demo_copy_url) as url:
        yield url


@pytest.fixture
def filed(demo_copy):
    """A filing of a grid that was split, and renamed in the same change."""
    return file_a_split(demo_copy)


@pytest.fixture
def new_office(watched, demo_copy, base_url):
    """Opens the page for a new account with a role and its scope; options are those of a browser."""

    def opened(role="city_office", scope="", *, at="", **options):
        office = Office(watched(**options), demo_copy, base_url)
        if role is not None:
            office.sign_in(role, scope)
        office.open(at)
        return office

    return opened
