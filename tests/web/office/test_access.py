"""The office page for everybody: both languages, axe, a phone's width, keys, and the page's own content policy."""

import pytest
from playwright.sync_api import expect

from boundaries.store.filings import take_step
from tests.web import access
from tests.web.access import AXE, AXE_FINDINGS, CHINESE_TEXTS

pytestmark = [pytest.mark.browser, pytest.mark.database]

DESKTOP = {"viewport": access.DESKTOP}
PHONE = {"viewport": access.PHONE, "has_touch": True, "is_mobile": True}


def shown_states(office, filed):
    """The page with its inbox, a filing, a return being written, and each of its tabs, one after another."""
    page = office.page
    page.wait_for_selector(":root[data-inbox=told]")
    yield "inbox"
    office.open_filing(filed.no)
    page.wait_for_selector("#findings")
    yield "filing"
    office.step("receive")
    page.click("#act-return")
    page.select_option("#correct-unit", filed.split)
    yield "return"
    for tab, ready in {
        "yearbook": "[data-book=told]",
        "codes": "[data-codes=told]",
        "map": "[data-tiles=ready]",
        "chain": "[data-chain=told]",
    }.items():
        page.click(f"#tab-{tab}")
        page.wait_for_selector(f":root{ready}")
        yield tab


@pytest.fixture
def handed_in(demo_copy, filed):
    """The filing, waiting to be received."""
    with demo_copy.begin() as connection:
        take_step(connection, filed.no, "submit")
    return filed


@pytest.mark.parametrize("options", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_in_both_languages_axe_finds_nothing_and_nothing_runs_over_the_edge(new_office, handed_in, options):
    office = new_office(bypass_csp=True, **options)
    page = office.page
    for state in shown_states(office, handed_in):
        page.add_script_tag(path=AXE)
        for language in ("en", "zh-CN"):
            page.click("#language")
            assert page.evaluate("() => document.documentElement.lang") == language
            assert page.evaluate(AXE_FINDINGS) == [], (state, language)
            assert page.evaluate("() => document.documentElement.scrollWidth") <= page.viewport_size["width"], (state, language)
            assert language != "en" or page.evaluate(CHINESE_TEXTS) == [], state


def test_the_page_breaks_no_rule_of_its_content_policy(new_office, handed_in):
    office = new_office()
    office.page.add_init_script(
        "window.broken = []; addEventListener('securitypolicyviolation', (e) => broken.push(e.blockedURI))"
    )
    office.page.reload()
    for state in shown_states(office, handed_in):
        assert office.page.evaluate("() => window.broken") == [], state


def test_a_filing_is_received_by_keys_alone(new_office, handed_in):
    office = new_office()
    page = office.page
    page.wait_for_selector(f"#row-{handed_in.no}")
    page.focus("#inbox-county")
    page.keyboard.press("Tab")
    expect(page.locator(f"#row-{handed_in.no}")).to_be_focused()
    page.keyboard.press("Enter")
    office.shown()
    page.focus("#act-receive")
    page.keyboard.press("Enter")
    expect(page.locator("#note")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#steps > li")).to_have_count(3)
    assert office.held(handed_in.no)[0].state == "received"
