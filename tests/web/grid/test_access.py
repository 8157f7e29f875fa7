"""My grid for everybody: axe in both languages, narrow phones, large targets, the keyboard, the page's own content policy."""

import pytest
from playwright.sync_api import expect

from tests.web.access import AXE, AXE_FINDINGS, CHINESE_TEXTS, DESKTOP, PHONE
from tests.web.grid.resident import LOADED_MS, NARROW
from tests.web.test_map_page import TILES_READY

pytestmark = pytest.mark.browser
SMALL_TARGETS = """() => [...document.querySelectorAll('a[href], button, summary, input, textarea')]
  .filter((one) => one.checkVisibility() && !one.closest('.skip, .leaflet-control-attribution, .segment'))
  .map((one) => [one.id || one.textContent.trim(), one.getBoundingClientRect()])
  .filter(([, box]) => Math.min(box.height, box.width) < 24).map(([name]) => name)"""
HIDDEN_FOCUS = """() => {
  const box = document.activeElement.getBoundingClientRect();
  const [x, y] = [(box.left + box.right) / 2, (Math.max(box.top, 0) + Math.min(box.bottom, innerHeight)) / 2];
  const over = document.elementFromPoint(x, y);
  return !over || !(document.activeElement.contains(over) || over.contains(document.activeElement));
}"""


def shown_states(resident):
    """The empty page, the candidates of an address, the card, every box opened, one after another."""
    page = resident.open().page
    page.wait_for_function(TILES_READY, timeout=LOADED_MS)
    yield "start"
    resident.ask_address("龘")
    expect(page.locator("#spot-error:not(:empty)")).to_be_visible(timeout=LOADED_MS)
    yield "no address"
    resident.ask_address(resident.community())
    expect(page.locator("#address-count")).to_be_visible(timeout=LOADED_MS)
    yield "addresses"
    resident.find_by_position()
    yield "card"
    for area in ("words", "follow", "badge"):
        resident.open_area(area)
    page.fill("#words-text", "谢谢")
    page.click("#words-send")
    expect(page.locator("#words-done")).to_be_visible(timeout=LOADED_MS)
    page.click("#words-follow")
    page.fill("#badge-no", "W0")
    page.click("#badge-ask")
    expect(page.locator("#badge-found")).to_have_attribute("data-badge", "failed", timeout=LOADED_MS)
    expect(page.locator("#followed dl")).to_be_visible(timeout=LOADED_MS)
    yield "boxes"


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_axe_finds_nothing(new_resident, viewport, language):
    resident = new_resident(bypass_csp=True, viewport=viewport)
    resident.page.add_init_script(f"localStorage.setItem('wangge.language', '{language}')")
    for state in shown_states(resident):
        resident.page.add_script_tag(path=AXE)
        assert resident.page.evaluate(AXE_FINDINGS) == [], state


@pytest.mark.parametrize("viewport", [NARROW, PHONE], ids=["360", "390"])
def test_on_a_phone_nothing_runs_over_the_edge_targets_are_large_and_english_is_whole(new_resident, viewport):
    resident = new_resident(viewport=viewport)
    resident.page.add_init_script("localStorage.setItem('wangge.language', 'en')")
    for state in shown_states(resident):
        for box in ("document.documentElement", "document.querySelector('main')"):
            assert resident.page.evaluate(f"() => {box}.scrollWidth") <= viewport["width"], state
        assert resident.page.evaluate(SMALL_TARGETS) == [], state
        assert resident.page.evaluate(CHINESE_TEXTS) == [], state


def test_the_page_breaks_no_rule_of_its_content_policy(resident):
    page = resident.page
    page.add_init_script("window.broken = []; addEventListener('securitypolicyviolation', (e) => broken.push(e.blockedURI))")
    for state in shown_states(resident):
        assert page.evaluate("() => window.broken") == [], state


def test_the_keyboard_alone_finds_the_grid_complains_and_loses_no_focus(new_resident):
    resident = new_resident(viewport=NARROW, has_touch=False, is_mobile=False)
    page = resident.open().page
    reached = walk(page, until="#locate")
    assert page.locator(".skip").first.evaluate("one => one === document.body.firstElementChild") and reached
    page.keyboard.press("Enter")
    resident.sees(resident.home.code)
    assert walk(page, until="#words-area > summary")
    page.keyboard.press("Enter")
    assert walk(page, until="#words-text")
    page.keyboard.type("三次没有来")
    assert walk(page, until="#words-send")
    page.keyboard.press("Enter")
    expect(page.locator("#words-done")).to_be_focused(timeout=LOADED_MS)


def walk(page, *, until):
    """Go on by Tab; on the way every focus is seen and nothing lies over it."""
    for _ in range(60):
        page.keyboard.press("Tab")
        assert not page.evaluate(HIDDEN_FOCUS), page.evaluate("() => document.activeElement.outerHTML")
        assert page.evaluate("() => getComputedStyle(document.activeElement).outlineStyle") != "none" or page.evaluate(
            "() => document.activeElement.matches('input[type=radio]')"
        )
        if page.evaluate("(wanted) => document.activeElement.matches(wanted)", until):
            return True
    return False
