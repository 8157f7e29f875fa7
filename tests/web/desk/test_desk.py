"""The dispatcher's desk: what arrives is seen, what is done there stands in the database."""

import json
import re

import pytest
import sqlalchemy as sa
from PIL import Image
from playwright.sync_api import expect

from tests import people, workers
from tests.web.desk.dispatcher import LOADED_MS

pytestmark = pytest.mark.browser

# A tab goes into the background and comes back: what Chromium itself says cannot be set in a page that is seen.
VISIBILITY = """(seen) => {
  Object.defineProperty(document, 'visibilityState', { value: seen ? 'visible' : 'hidden', configurable: true });
  document.dispatchEvent(new Event('visibilitychange'));
}"""


def test_who_is_not_signed_in_is_told_so_and_sees_the_desk_after_signing_in(dispatcher):
    no = dispatcher.report()
    page = dispatcher.page
    page.goto(f"{dispatcher.base_url}/desk.html")
    expect(page.locator("#offline")).to_contain_text("请登录")
    page.click("#sign-in-here")
    page.fill("#sign-in-name", dispatcher.name)
    page.fill("#sign-in-password", people.PASSWORD)
    page.keyboard.press("Enter")
    dispatcher.live()
    expect(dispatcher.row(no)).to_be_visible()
    expect(page.locator("#offline")).to_be_hidden()
    page.click("#sign-out")
    expect(page.locator("#offline")).to_be_visible()


def test_a_report_from_elsewhere_appears_by_itself_and_leaves_when_it_has_ended(dispatcher):
    dispatcher.open()
    before = int(dispatcher.page.locator("#lane-all strong").inner_text())
    no = dispatcher.report(urgent=True, address="迎晖路 12 号")
    row = dispatcher.row(no)
    expect(row).to_be_visible()
    expect(row).to_contain_text("迎晖路 12 号")
    expect(row).to_contain_text("紧急")
    expect(dispatcher.page.locator("#lane-all strong")).to_have_text(str(before + 1))
    expect(dispatcher.page.locator("#status-incidents")).to_contain_text("事件")
    dispatcher.page.click("#lane-urgent")
    assert dispatcher.page.locator("#rows [data-no]").first.get_attribute("data-no") == no
    ended = dispatcher.report()
    dispatcher.page.click("#lane-all")
    expect(dispatcher.row(ended)).to_be_visible()
    dispatcher.act(ended, "cancel", note="试报")
    expect(dispatcher.row(ended)).to_have_count(0)


def test_the_keyboard_alone_registers_dispatches_and_urges(dispatcher):
    no = dispatcher.report()
    page = dispatcher.open().page
    page.keyboard.press("/")
    page.keyboard.type(no)
    expect(page.locator("#rows [data-no]")).to_have_count(1)
    page.focus("#lane-all")
    page.keyboard.press("j")
    expect(dispatcher.row(no)).to_be_focused()
    page.keyboard.press("Enter")
    dispatcher.card(no)
    for key, action in (("r", "register"), ("d", "dispatch"), ("u", "urge")):
        expect(page.locator(f"#act-{action}")).to_be_visible()
        page.keyboard.press(key)
        page.focus("#act-submit")
        page.keyboard.press("Enter")
        expect(page.locator("dialog")).to_have_count(0)
    assert dispatcher.incident(no).state == "dispatched"
    assert dispatcher.actions(no) == ["report", "register", "dispatch", "urge"]
    expect(page.locator("#card .course li").first).to_contain_text("督办")
    page.keyboard.press("Escape")
    expect(page.locator("#side")).to_be_hidden()


def test_a_dispatch_goes_to_the_department_that_was_chosen(dispatcher):
    no = dispatcher.report()
    dispatcher.act(no, "register")
    page = dispatcher.open().page
    dispatcher.choose(no)
    page.click("#act-dispatch")
    page.select_option("#act-department", "health")
    page.fill("#act-words", "请尽快到场")
    dispatcher.submit()
    assert (dispatcher.incident(no).state, dispatcher.incident(no).department) == ("dispatched", "health")
    assert dispatcher.course(no)[-1].note == "请尽快到场"
    expect(page.locator("#card")).to_contain_text("交 卫生健康")


def test_what_needs_a_reason_is_not_sent_without_one(dispatcher):
    no = dispatcher.report()
    page = dispatcher.open().page
    dispatcher.choose(no)
    page.click("#act-reject")
    page.click("#act-submit")
    expect(page.locator("dialog")).to_have_count(1)
    assert dispatcher.incident(no).state == "reported"
    page.fill("#act-words", "不属于网格事项")
    dispatcher.submit()
    assert dispatcher.incident(no).state == "rejected"
    expect(page.locator("#card")).to_contain_text("不属于网格事项")


def test_a_duplicate_is_merged_into_the_one_before(dispatcher):
    matter = dispatcher.matters()[0]
    first, second = (dispatcher.report(matter=matter, description=text) for text in ("路面塌陷", "路上有个坑"))
    page = dispatcher.open().page
    dispatcher.choose(second)
    page.locator(f"[data-duplicate='{first}']").get_by_role("button", name="合并到此件").click()
    expect(page.locator("#act-into")).to_have_value(first)
    dispatcher.submit()
    assert dispatcher.incident(second).state == "merged" and dispatcher.incident(second).merged
    assert dispatcher.actions(first)[-1] == "absorb"
    page.locator("#card .notice .link").click()
    dispatcher.card(first)


def test_an_incident_on_a_border_is_given_to_the_other_grid(dispatcher):
    no = dispatcher.report(at=dispatcher.border())
    before = dispatcher.incident(no).grid_code
    page = dispatcher.open().page
    page.click("#lane-on_border")
    dispatcher.choose(no)
    page.click("#act-reroute")
    other = page.input_value("#act-to")
    page.fill("#act-words", "由对面网格员处理")
    dispatcher.submit()
    assert dispatcher.incident(no).grid_code == other != before
    assert dispatcher.course(no)[-1].detail["to"] == other


def test_what_somebody_else_does_shows_on_the_open_card(dispatcher):
    no = dispatcher.report()
    dispatcher.open()
    dispatcher.choose(no)
    dispatcher.act(no, "register", note="电话核实")
    expect(dispatcher.card(no).locator(".course")).to_contain_text("电话核实")
    expect(dispatcher.page.locator("#act-register")).to_have_count(0)


def test_a_click_on_a_grid_shows_who_is_on_duty_there_and_what_is_open(dispatcher):
    code = dispatcher.grid["code"]
    with dispatcher.engine.begin() as connection:
        workers.taking_over(connection, code)
    no = dispatcher.report()
    page = dispatcher.open().page
    dispatcher.choose(no)
    expect(page.locator("#card .phone")).to_have_attribute("href", "tel:08303101234")
    page.locator("#card .facts .link", has_text=code).click()
    card = page.locator(f"#card [data-code='{code}']")
    expect(card).to_contain_text("王芳")
    expect(card.locator(".unit-button", has_text=no)).to_be_visible()
    page.keyboard.press("Escape")
    box = page.locator("#map").bounding_box()
    page.wait_for_function("() => document.documentElement.dataset.tiles === 'ready'")
    page.fill("#filter-text", "无此编号")
    expect(page.locator("html")).to_have_attribute("data-shown", "0")
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.locator("#card [data-code]")).to_be_visible(timeout=LOADED_MS)


def photo(tmp_path):
    path = tmp_path / "photo.jpg"
    Image.new("RGB", (640, 480), "#448866").save(path)
    return path


def test_a_new_report_by_map_click_words_and_photo_is_taken_in_once_though_the_answer_was_lost(dispatcher, tmp_path):
    dispatcher.report()
    page = dispatcher.open().page
    page.wait_for_function("() => document.documentElement.dataset.tiles === 'ready'")
    page.click("#new-report")
    page.click("#report-send")
    expect(page.locator("#report-error")).to_have_text("请选择事项。")
    page.select_option("#report-matter", dispatcher.matters()[0])
    page.click("#report-send")
    expect(page.locator("#report-error")).to_have_text("请在地图上点击位置。")
    box = page.locator("#map").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.locator("#report-place")).to_contain_text(re.compile(r"\d+\.\d{6}"))
    page.fill("#report-address", "迎晖路 12 号")
    page.fill("#report-description", "路面<b>塌陷</b>")
    page.set_input_files("#report-photos", photo(tmp_path))

    def lose(route):
        route.fetch()
        route.abort("connectionreset")

    page.route("**/api/v1/incidents", lose)
    page.click("#report-send")
    expect(page.locator("#report-error")).to_contain_text("不会重复")
    page.unroute("**/api/v1/incidents")
    page.click("#report-send")
    card = page.locator("#card [data-incident]")
    expect(card).to_contain_text("路面<b>塌陷</b>", timeout=LOADED_MS)
    expect(card.locator(".photos img")).to_have_count(1)
    with dispatcher.engine.connect() as connection:
        taken = connection.execute(
            sa.text("""
            SELECT no, source, (SELECT count(*) FROM incident_photo WHERE incident_id = incident.id) AS photos
            FROM incident WHERE address = '迎晖路 12 号'""")
        ).all()
    assert [(row.no, row.source, row.photos) for row in taken] == [(card.get_attribute("data-incident"), "phone", 1)]


def test_a_hidden_tab_has_no_stream_and_hears_what_it_missed_when_it_comes_back(dispatcher):
    page = dispatcher.open().page
    page.evaluate(VISIBILITY, False)
    expect(page.locator("html")).to_have_attribute("data-link", "closed")
    missed = dispatcher.report()
    assert dispatcher.row(missed).count() == 0
    with page.expect_request(lambda request: "/api/v1/events?after=" in request.url):
        page.evaluate(VISIBILITY, True)
    expect(dispatcher.row(missed)).to_be_visible()
    dispatcher.live()


def test_a_server_that_cannot_be_reached_is_told_and_a_retry_brings_the_list(dispatcher):
    no = dispatcher.report()
    page = dispatcher.page
    page.route("**/api/v1/desk*", lambda route: route.abort("connectionrefused"))
    people.let_in(page.context, dispatcher.headers, dispatcher.base_url)
    page.goto(f"{dispatcher.base_url}/desk.html")
    expect(page.locator("#offline")).to_contain_text("连接中断")
    page.unroute("**/api/v1/desk*")
    page.click("#retry-now")
    dispatcher.live()
    expect(dispatcher.row(no)).to_be_visible()


def test_filters_and_lanes_show_what_the_server_holds_in_an_area(dispatcher):
    dispatcher.report()
    page = dispatcher.open().page
    desk = dispatcher.ask("/desk")
    area = dispatcher.grid["code"][:9]
    page.locator("#filter-box summary").click()
    with page.expect_response(lambda response: f"/desk?unit={area}" in response.url):
        page.select_option("#filter-area", area)
    inside = [row for row in desk["incidents"] if (row["grid"] or row["nearest"] or row["no"]).startswith(area)]
    expect(page.locator("#lane-all strong")).to_have_text(str(len(inside)))
    family = inside[0]["family"]
    page.select_option("#filter-family", family)
    page.select_option("#filter-state", inside[0]["state"])
    fitting = [row for row in inside if (row["family"], row["state"]) == (family, inside[0]["state"])]
    expect(page.locator("#rows [data-no]")).to_have_count(len(fitting))
    page.click("#filter-clear")
    expect(page.locator("#lane-all strong")).to_have_text(str(desk["total"]))


def test_single_keys_can_be_switched_off(dispatcher):
    dispatcher.report()
    page = dispatcher.open().page
    page.keyboard.press("?")
    page.uncheck("#keys-on")
    page.click("#help-close")
    page.keyboard.press("n")
    expect(page.locator("#report-form")).to_have_count(0)
    page.click("#help")
    page.check("#keys-on")
    page.click("#help-close")
    page.keyboard.press("n")
    expect(page.locator("#report-form")).to_be_visible()
    assert json.loads(page.evaluate("() => JSON.stringify(localStorage.getItem('wangge.desk.keys'))")) == "on"
