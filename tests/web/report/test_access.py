"""The report page for everybody: both languages, axe, narrow phones, large targets, the page's own content policy."""

import httpx
import pytest
from playwright.sync_api import expect

from tests.web.access import AXE, AXE_FINDINGS, CHINESE_TEXTS, DESKTOP, PHONE
from tests.web.report.reporter import LOADED_MS

pytestmark = pytest.mark.browser
NARROW = {"width": 320, "height": 640}
# What is pressed and is neither a link in a text, nor the map's own small print, nor hidden behind its label.
PRESSED = "button, summary, textarea, input:not([type=file]), label.button, a.button"
SMALL_TARGETS = """(pressed) => [...document.querySelectorAll(pressed)]
  .filter((one) => one.checkVisibility() && !one.classList.contains('link'))
  .map((one) => [one.id || one.textContent.trim(), Math.round(one.getBoundingClientRect().height)])
  .filter(([, height]) => height < 44)"""


def shown_states(reporter, *, signed_in):
    """The form, the list of matters, the outbox, and the tasks or the public's following, one after another."""
    page = reporter.page
    if signed_in:
        reporter.as_worker()
        body = {"matter": "0406", "lon": reporter.town["lon"], "lat": reporter.town["lat"], "datum": "cgcs2000"}
        urgent = next(one["code"] for one in httpx.get(f"{reporter.base_url}/api/v1/meta").json()["matters"] if one["urgent"])
        httpx.post(f"{reporter.base_url}/api/v1/reports", json=body | {"matter": urgent, "description": "试"})
    reporter.open()
    yield "form"
    page.click("#report-matter")
    expect(page.locator("#matter-list")).to_be_visible()
    yield "matters"
    reporter.send("路面塌陷")
    expect(reporter.rows("sent")).to_have_count(1, timeout=LOADED_MS)
    yield "outbox"
    reporter.rows("sent").get_by_role("button").first.click()
    if signed_in:
        expect(page.locator("[data-incident]")).to_be_visible(timeout=LOADED_MS)
    else:
        expect(page.locator("#followed [data-state]")).to_be_visible()
    yield "course"
    if not signed_in:
        page.click("#sign-in")
        yield "window"


@pytest.mark.parametrize("signed_in", [False, True], ids=["public", "worker"])
def test_in_english_nothing_but_data_is_chinese(new_reporter, signed_in):
    reporter = new_reporter()
    reporter.page.add_init_script("localStorage.setItem('wangge.language', 'en')")
    for state in shown_states(reporter, signed_in=signed_in):
        assert reporter.page.evaluate(CHINESE_TEXTS) == [], state


@pytest.mark.parametrize("signed_in", [False, True], ids=["public", "worker"])
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_axe_finds_nothing(new_reporter, viewport, signed_in):
    reporter = new_reporter(bypass_csp=True, viewport=viewport)
    for state in shown_states(reporter, signed_in=signed_in):
        reporter.page.add_script_tag(path=AXE)
        assert reporter.page.evaluate(AXE_FINDINGS) == [], state


@pytest.mark.parametrize("signed_in", [False, True], ids=["public", "worker"])
@pytest.mark.parametrize("viewport", [PHONE, NARROW], ids=["390", "320"])
def test_on_a_phone_nothing_runs_over_the_edge_and_every_target_is_large(new_reporter, viewport, signed_in):
    reporter = new_reporter(viewport=viewport)
    reporter.page.add_init_script("localStorage.setItem('wangge.language', 'en')")
    for state in shown_states(reporter, signed_in=signed_in):
        assert reporter.page.evaluate("() => document.documentElement.scrollWidth") <= viewport["width"], state
        assert reporter.page.evaluate("() => document.querySelector('main').scrollWidth") <= viewport["width"], state
        assert reporter.page.evaluate(SMALL_TARGETS, PRESSED) == [], state


def test_the_page_breaks_no_rule_of_its_content_policy_with_its_service_worker(new_reporter):
    reporter = new_reporter(service_workers="allow")
    page = reporter.page
    page.add_init_script("window.broken = []; addEventListener('securitypolicyviolation', (e) => broken.push(e.blockedURI))")
    for state in shown_states(reporter, signed_in=False):
        assert page.evaluate("() => window.broken") == [], state
    assert page.evaluate("() => navigator.serviceWorker.ready.then((one) => new URL(one.scope).pathname)") == "/report.html"


def test_the_map_page_leads_to_it(reporter):
    reporter.page.goto(reporter.base_url)
    reporter.page.click("#to-report")
    expect(reporter.page.locator("#report-form")).to_be_visible()
