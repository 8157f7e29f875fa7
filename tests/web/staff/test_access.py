"""The page of grid staff for everybody: rights, both languages, axe, keys, a phone's width, its content policy."""

import pytest
from playwright.sync_api import expect

from tests.api.town import WEST_GRID
from tests.web.access import AXE, AXE_FINDINGS, CHINESE_TEXTS, DESKTOP, PHONE
from tests.web.staff.officer import VILLAGE

pytestmark = [pytest.mark.database, pytest.mark.browser]

GRANTS = (("county_officer", "510502"), ("city_office", ""))
TABS = ("workers", "unstaffed", "figures", "boards", "words")
WAY_END = "() => Math.max(...[...document.querySelectorAll('#way *')].map((one) => one.getBoundingClientRect().bottom))"
TABS_BEGIN = "() => document.getElementById('staff-tabs').getBoundingClientRect().top"


def shown_states(officer):
    """The page with each of its tabs, a card and a window, one after another."""
    worker = officer.serving("示例网格员 001", WEST_GRID)
    officer.worker("示例网格员 002")
    page = officer.open(f"tab=workers&place={VILLAGE}&worker={worker}")
    expect(page.locator("#worker-name")).to_be_visible()
    yield "card"
    page.click("#add-absence")
    expect(page.locator("#ask-substitute")).to_be_visible()
    yield "window"
    page.keyboard.press("Escape")
    page.click("#worker-close")
    for tab in TABS:
        officer.tab(tab)
        if tab == "boards":
            page.click("#published-summary")
            expect(page.locator("#published dl")).to_be_visible()
        yield tab


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_axe_finds_nothing_and_nothing_runs_over_the_edge_in_both_languages(new_officer, viewport):
    officer = new_officer(*GRANTS, bypass_csp=True, viewport=viewport)
    page = officer.page
    for state in shown_states(officer):
        page.add_script_tag(path=AXE)
        for language in ("zh-CN", "en"):
            assert page.evaluate("() => document.documentElement.lang") == language
            assert page.evaluate(AXE_FINDINGS) == [], (state, language)
            assert page.evaluate("() => document.documentElement.scrollWidth") <= viewport["width"], (state, language)
            page.evaluate("() => document.getElementById('language').click()")  # a window may lie over it


def test_a_way_of_several_lines_lies_above_the_tabs(new_officer):
    officer = new_officer(*GRANTS, viewport={"width": 280, "height": 640})
    for number in range(20):
        officer.worker(f"示例网格员 {number:03}")
    page = officer.open(f"tab=workers&place={VILLAGE}")
    expect(page.locator("#place-name")).to_be_visible()
    assert page.evaluate(WAY_END) <= page.evaluate(TABS_BEGIN)


def test_in_english_nothing_but_data_is_chinese(new_officer):
    officer = new_officer(*GRANTS)
    officer.page.add_init_script("try { localStorage.setItem('wangge.language', 'en') } catch {}")
    for state in shown_states(officer):
        assert officer.page.evaluate(CHINESE_TEXTS) == [], state


def test_the_page_breaks_no_rule_of_its_content_policy(officer):
    page = officer.page
    page.add_init_script("window.broken = []; addEventListener('securitypolicyviolation', (e) => broken.push(e.blockedURI))")
    for state in shown_states(officer):
        assert page.evaluate("() => window.broken") == [], state


def test_roles_decide_which_tabs_there_are_and_a_sentence_says_when_there_are_none(new_officer, base_url):
    shown = {
        (("county_officer", "510502"),): list(TABS),
        (("town_planner", "510502001"),): ["workers", "unstaffed", "figures", "boards"],
        (("community", VILLAGE),): list(TABS),
        (("worker", VILLAGE),): ["words"],
    }
    for grants, tabs in shown.items():
        page = new_officer(*grants).open()
        ids = page.locator("#staff-tabs button").evaluate_all("(tabs) => tabs.map((tab) => tab.id.slice(4))")
        assert ids == tabs, grants
    page = new_officer(("dispatcher", "")).open(state="forbidden")
    expect(page.locator("#staff-panel")).to_contain_text("没有管理网格员")
    expect(page.locator("#staff-tabs")).to_be_hidden()


def test_who_looks_without_the_right_to_keep_workers_sees_no_buttons_for_it(new_officer):
    office = new_officer(("city_office", ""))
    worker = office.serving("示例网格员 001", WEST_GRID)
    page = office.open(f"tab=workers&place={VILLAGE}&worker={worker}")
    expect(page.locator("#worker-name")).to_be_visible()
    for button in ("#add-worker", "#edit-worker", "#add-training", "#begin-duty", "#add-absence"):
        expect(page.locator(button)).to_have_count(0)


def test_signed_out_a_sentence_asks_to_sign_in_and_signing_in_shows_the_tabs(officer):
    page = officer.page
    page.goto(f"{officer.base_url}/staff.html#tab=unstaffed&place={VILLAGE}")
    officer.wait("signed_out")
    page.click("#sign-in-here")
    page.fill("#sign-in-name", officer.name)
    page.fill("#sign-in-password", "correct horse battery")
    page.keyboard.press("Enter")
    officer.wait()
    expect(page.locator("#tab-unstaffed")).to_have_attribute("aria-selected", "true")
    page.click("#sign-out")
    officer.wait("signed_out")
    expect(page.locator("#unstaffed")).to_have_count(0)


def test_the_tabs_are_one_stop_and_the_arrows_go_from_one_to_the_next(officer):
    page = officer.open(f"tab=workers&place={VILLAGE}")
    page.focus("#tab-workers")
    page.keyboard.press("ArrowRight")
    officer.wait()
    expect(page.locator("#tab-unstaffed")).to_be_focused()
    page.keyboard.press("End")
    officer.wait()
    expect(page.locator("#tab-words")).to_be_focused()
    assert page.url.endswith(f"#tab=words&place={VILLAGE}")
    assert page.locator("#staff-tabs [tabindex='0']").count() == 1


def test_a_place_is_chosen_step_by_step_and_stands_in_the_address(officer):
    page = officer.open("tab=unstaffed")
    expect(page.locator("#place-name")).to_have_text("江阳区")
    page.locator("#place").select_option(label="南城街道")
    expect(page.locator("#place-name")).to_have_text("南城街道")
    page.locator("#place").select_option(label="大山坪社区")
    expect(page.locator("#place-name")).to_have_text("大山坪社区")
    assert page.url.endswith(f"#tab=unstaffed&place={VILLAGE}")
    page.click("#way button >> text=江阳区")
    expect(page.locator("#place-name")).to_have_text("江阳区")


def test_a_lost_server_is_said_with_a_way_to_try_again(officer):
    page = officer.open(f"tab=unstaffed&place={VILLAGE}")
    page.context.set_offline(True)
    page.click("#tab-figures")
    officer.wait("failed")
    expect(page.locator("#staff-panel .problem")).to_contain_text("连不上服务器")
    page.context.set_offline(False)
    page.click("#retry")
    officer.wait()
