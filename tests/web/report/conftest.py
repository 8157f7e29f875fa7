"""A server of its own with a demo town, and people with phones before it, for each test."""

import pytest

from tests.web.report.reporter import Reporter


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
