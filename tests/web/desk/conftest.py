"""A server of its own with a demo town, and a dispatcher at the desk, for each test."""

import pytest

from tests.serving import serving
from tests.web.desk.dispatcher import Dispatcher


@pytest.fixture
def base_url(demo_copy_url):
    """Address of a server with a demo town of the test's own, to be changed."""
    with serving(demo_copy_url, public_reports_per_hour=3600) as url:
        yield url


@pytest.fixture
def new_dispatcher(watched, demo_copy, base_url):
    """Opens the desk for a new dispatcher; options are those of a page."""
    return lambda **options: Dispatcher(watched(**options), demo_copy, base_url)


@pytest.fixture
def dispatcher(new_dispatcher):
    return new_dispatcher()
