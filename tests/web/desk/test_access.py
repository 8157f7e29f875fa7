"""The desk for everybody: both languages, axe, a phone's width, the page's own content policy."""

import pytest
from playwright.sync_api import expect

from tests.web.access import AXE, AXE_FINDINGS, CHINESE_TEXTS, DESKTOP, PHONE

pytestmark = pytest.mark.browser


def shown_states(dispatcher):
    """The page with its list, a card, a window, the form and the help, one after another."""
    no = dispatcher.report(description="路面塌陷", address="迎晖路 12 号")
    dispatcher.report(description="路上有个坑")
    page = dispatcher.open().page
    yield "list"
    dispatcher.choose(no)
    yield "card"
    page.click("#act-consult" if page.locator("#act-consult").count() else "#act-note")
    yield "window"
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.click("#new-report")
    yield "form"
    page.locator("#card-close").click()
    if page.locator("#help").is_visible():
        page.click("#help")
        yield "help"


def test_in_english_nothing_but_data_is_chinese(new_dispatcher):
    dispatcher = new_dispatcher()
    dispatcher.page.add_init_script("localStorage.setItem('wangge.language', 'en')")
    for state in shown_states(dispatcher):
        assert dispatcher.page.evaluate(CHINESE_TEXTS) == [], state


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_axe_finds_nothing(new_dispatcher, viewport):
    dispatcher = new_dispatcher(bypass_csp=True, viewport=viewport)
    for state in shown_states(dispatcher):
        dispatcher.page.add_script_tag(path=AXE)
        assert dispatcher.page.evaluate(AXE_FINDINGS) == [], state


def test_on_a_phone_one_view_is_seen_at_a_time_and_nothing_runs_over_the_edge(new_dispatcher):
    dispatcher = new_dispatcher(viewport=PHONE)
    page = dispatcher.page
    for state in shown_states(dispatcher):
        assert page.evaluate("() => document.documentElement.scrollWidth") <= PHONE["width"], state
    page.click("#views [data-view=map]")
    expect(page.locator("#map")).to_be_visible()
    expect(page.locator("#list-area")).to_be_hidden()
    page.click("#views [data-view=list]")
    expect(page.locator("#map")).to_be_hidden()


def test_the_page_breaks_no_rule_of_its_content_policy(dispatcher):
    page = dispatcher.page
    page.add_init_script("window.broken = []; addEventListener('securitypolicyviolation', (e) => broken.push(e.blockedURI))")
    for state in shown_states(dispatcher):
        assert page.evaluate("() => window.broken") == [], state
