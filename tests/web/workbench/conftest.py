"""A server of its own and a planner with a change set open, for each test of the workbench."""

import pytest

from tests.web.conftest import serving
from tests.web.workbench.planner import VILLAGE, Workbench


@pytest.fixture
def base_url(demo_copy_url):
    """Address of a server with a demo town of the test's own, to be changed."""
    with serving(demo_copy_url) as url:
        yield url


@pytest.fixture
def new_bench(watched, demo_copy, base_url):
    """Opens the page for a new planner, with a new change set in a village, where others have decided some commands before."""

    def opened(*decided, **options):
        bench = Workbench(watched(**options), demo_copy, base_url)
        if decided:
            bench.decided_by_others(decided)
            bench.before = bench.children(VILLAGE)
        bench.sign_in()
        bench.begin()
        return bench

    return opened


@pytest.fixture
def bench(new_bench):
    return new_bench()
