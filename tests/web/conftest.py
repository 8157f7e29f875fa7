"""The running product with the demo town, and a browser that notices errors and strangers."""

import shutil
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import sync_playwright

from tests.serving import serving, stoppable

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def base_url(demo_database):
    """Address of a server with the demo town, for reading."""
    with serving(demo_database) as url:
        yield url


@pytest.fixture
def server(demo_copy_url):
    """Address of a server with a demo town of the test's own, and a function that stops it."""
    with stoppable(demo_copy_url) as running:
        yield running


@pytest.fixture(scope="session")
def browser():
    """Headless Chromium of the system."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield launched
        launched.close()


@pytest.fixture
def watched(browser, base_url):
    """Opens pages; at the end no page had an error, and none asked another host for anything."""
    errors, strangers, contexts = [], [], []

    def open_page(**options):
        context = browser.new_context(**({"viewport": {"width": 1366, "height": 768}, "locale": "zh-CN"} | options))
        contexts.append(context)
        context.on("weberror", lambda error: errors.append(str(error.error)))
        context.on("request", lambda request: strangers.append(request.url) if _is_strange(request.url, base_url) else None)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()
    assert errors == [] and strangers == []


@pytest.fixture
def page(watched):
    """A fresh page of 1366 by 768."""
    return watched()


def _is_strange(url, base_url):
    parts = urlsplit(url)
    return parts.scheme in ("http", "https", "ws", "wss") and parts.netloc != urlsplit(base_url).netloc
