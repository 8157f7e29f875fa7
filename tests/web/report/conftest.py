"""A server of its own with a demo town, and people with phones before it, for each test."""

import pytest

from tests.serving import stoppable
from tests.web.report.reporter import Reporter


@pytest.fixture
def server(demo_copy_url):
    """Address of a server with a demo town of the test's own, and a function that stops it."""
    with stoppable(demo_copy_url) as running:
        yield running


@pytest.fixture
def base_url(server):
    """Address of that server."""
    return server[0]


@pytest.fixture
def new_reporter(watched, demo_copy, base_url):
    """Somebody with a phone; options are those of a page."""
    return lambda **options: Reporter(watched, demo_copy, base_url, **options)


@pytest.fixture
def reporter(new_reporter):
    return new_reporter()
