"""Filings at the office page: handed in, received, returned with what to correct, handed in again, recorded."""

import re

import pytest
from playwright.sync_api import expect

from boundaries.store.filing_proof import verify
from tests import people
from tests.web.office.officer import COUNTY, share_of

pytestmark = [pytest.mark.browser, pytest.mark.database]

ORANGE = (0xE6, 0x9F, 0x00)
NUMBER = "泸网格备〔2026〕12号"


def test_a_filing_is_returned_with_a_correction_comes_back_and_is_recorded(new_office, filed):
    county, city = new_office("county_officer", COUNTY), new_office()
    expect(county.page.locator("#lane-prepared .lane-count")).to_have_text("1")
    expect(city.page.locator("#lane-prepared")).to_have_count(0)
    county.page.click("#lane-prepared")
    county.page.click(f"#row-{filed.no}")
    county.shown()
    county.page.set_input_files("#attach", {"name": "批复.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 approval"})
    expect(county.page.locator("#files a")).to_have_text("批复.pdf")
    county.step("submit", note="请予备案")
    expect(county.page.locator("#attach")).to_have_count(0)

    city.page.reload()
    expect(city.page.locator("#lane-new .lane-count")).to_have_text("1")
    city.page.click(f"#row-{filed.no}")
    city.shown()
    city.step("receive")
    expect(city.page.locator("#lane-received .lane-count")).to_have_text("1")
    city.page.click("#act-return")
    expect(city.page.locator("#take-step")).to_be_disabled()
    city.page.locator("#comparison-overlay").check(force=True)
    city.click_map(*filed.inside)
    city.step("return", **{f"text-{filed.split}": "界线走向不清，请沿道路中心线调整"})
    returned, said = city.held(filed.no)
    assert returned.state == "returned"
    assert said["corrections"] == [{"unit": filed.split, "text": "界线走向不清，请沿道路中心线调整"}]

    county.open_filing(filed.no)
    expect(county.page.locator("#lane-returned[aria-pressed=true] .lane-count")).to_have_text("1")
    expect(county.page.locator(f"#units tr[data-code='{filed.split}'] .correction-mark")).to_contain_text("1")
    county.page.click("#act-resubmit")
    expect(county.page.locator("#corrections")).to_contain_text("请沿道路中心线调整")
    county.step("resubmit", **{f"text-{filed.split}": "已按道路中心线说明界线走向"})
    assert county.held(filed.no)[1]["corrections"] == [{"unit": filed.split, "text": "已按道路中心线说明界线走向"}]

    city.open_filing(filed.no)
    city.step("receive")
    city.step("record", **{"document-no": NUMBER})
    recorded, said = city.held(filed.no)
    assert (recorded.state, said["document_no"]) == ("recorded", NUMBER)
    expect(city.page.locator("#actions")).to_have_count(0)
    expect(city.page.locator("#steps > li")).to_have_count(8)
    expect(city.page.locator("#units .correction-mark")).to_have_count(0)
    with city.engine.connect() as connection:
        assert verify(connection).faults == []


def test_the_swipe_goes_by_keys_by_mouse_and_shows_the_new_border_right_of_its_bar(new_office, filed):
    office = new_office()
    office.open_filing(filed.no)
    bar = office.slider()
    for key, stands in (("Home", "0"), ("ArrowRight", "2"), ("PageUp", "12"), ("ArrowLeft", "10"), ("End", "100")):
        bar.press(key)
        expect(bar).to_have_attribute("aria-valuenow", stands)
    assert share_of(office.picture(), ORANGE) == 0
    bar.press("Home")
    whole = share_of(office.picture(), ORANGE)
    assert whole > 0
    box = office.page.locator("#filing-map").bounding_box()
    grip = bar.bounding_box()
    office.page.mouse.move(grip["x"] + grip["width"] / 2, box["y"] + 40)
    office.page.mouse.down()
    office.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 40, steps=4)
    office.page.mouse.up()
    expect(bar).to_have_attribute("aria-valuenow", "50")
    assert 0 < share_of(office.picture(), ORANGE) < whole


def test_the_swipe_follows_a_finger(new_office, filed):
    office = new_office(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    office.open_filing(filed.no)
    office.page.locator("#filing-map").scroll_into_view_if_needed()
    box, bar = office.page.locator("#filing-map").bounding_box(), office.slider()
    touch = office.page.context.new_cdp_session(office.page)
    y = box["y"] + 30

    def finger(kind, x):
        points = [] if kind == "touchEnd" else [{"x": x, "y": y}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    finger("touchStart", box["x"] + box["width"] / 2)
    for share in (0.4, 0.3, 0.2):
        finger("touchMove", box["x"] + box["width"] * share)
    finger("touchEnd", 0)
    expect(bar).to_have_attribute("aria-valuenow", "20")


def test_what_changes_and_who_gave_what_to_whom_is_told_as_it_was_frozen(new_office, filed, base_url):
    office = new_office()
    office.open_filing(filed.no)
    told = office.page.request.get(f"{base_url}/api/v1/filings/{filed.no}").json()
    shown = office.page.locator("#units tbody tr").evaluate_all("rows => rows.map((row) => row.dataset.code)")
    assert shown == [unit["code"] for unit in told["units"]]
    moved = [one for one in told["lineage"] if one["from"] != one["to"]]
    rows = office.page.locator("#moves tbody tr").all_inner_texts()
    assert len(rows) == len(moved) > 0
    assert all(any(one["from"] in row and one["to"] in row for row in rows) for one in moved)
    digests = office.page.locator("#steps .digest code").all_inner_texts()
    assert digests == [step["digest"] for step in told["steps"]]
    office.page.click(f"[id='unit-{filed.split}']")
    expect(office.page.locator(f"#units tr[data-code='{filed.split}']")).to_have_class("is-chosen")


def test_a_step_taken_in_another_tab_is_told_and_nothing_typed_is_lost(new_office, filed):
    county = new_office("county_officer", COUNTY)
    county.open_filing(filed.no)
    county.page.click("#act-submit")
    county.page.fill("#note", "第一个窗口写的说明")
    other = county.page.context.new_page()
    other.goto(county.page.url)
    other.wait_for_selector(":root[data-filing=told] #act-submit")
    other.click("#act-submit")
    other.click("#take-step")
    expect(other.locator("#steps > li")).to_have_count(2)
    county.page.click("#take-step")
    expect(county.page.locator("[data-failure=illegal_transition]")).to_contain_text("别处")
    expect(county.page.locator("#note")).to_have_value("第一个窗口写的说明")
    county.page.click("#reload-filing")
    expect(county.page.locator("#steps > li")).to_have_count(2)
    expect(county.page.locator(".overtaken")).to_have_count(0)
    assert county.held(filed.no)[0].state == "submitted"


def test_an_expired_sign_in_loses_nothing_that_was_typed(new_office, filed):
    county = new_office("county_officer", COUNTY)
    county.open_filing(filed.no)
    county.page.click("#act-submit")
    county.page.fill("#note", "请予备案")
    county.sign_out_elsewhere()
    county.page.click("#take-step")
    county.page.fill("#sign-in-password", people.PASSWORD)
    county.page.keyboard.press("Enter")
    expect(county.page.locator("dialog")).to_have_count(0)
    expect(county.page.locator("#note")).to_have_value("请予备案")
    county.page.reload()
    county.shown()
    expect(county.page.locator("#note")).to_have_value("请予备案")
    county.page.click("#take-step")
    expect(county.page.locator("#steps > li")).to_have_count(2)
    assert county.held(filed.no)[1]["note"] == "请予备案"


@pytest.mark.parametrize(("role", "scope"), [("worker", "510504001"), ("department", "")])
def test_who_may_not_see_filings_is_told_so_in_a_sentence(new_office, filed, role, scope):
    office = new_office(role, scope, at=f"#filing={filed.no}")
    expect(office.page.locator("[data-failure=forbidden]")).to_contain_text("没有查看备案的权限")
    expect(office.page.locator("#tab-chain")).to_have_count(0)
    expect(office.page.locator(".filing-row")).to_have_count(0)


def test_a_county_is_told_that_a_filing_is_not_its_own(new_office, filed):
    office = new_office("county_officer", "510502", at=f"#filing={filed.no}")
    expect(office.page.locator(".filing [data-failure=forbidden]")).to_be_visible()
    expect(office.page.locator(".filing-row")).to_have_count(0)


def test_who_is_not_signed_in_is_asked_to_and_then_sees_the_filing_of_the_address(new_office, filed):
    office = new_office(None, at=f"#filing={filed.no}")
    name = people.someone(office.engine, ("city_office", ""), password=people.PASSWORD)
    office.page.click("#sign-in-here")
    office.page.fill("#sign-in-name", name)
    office.page.fill("#sign-in-password", people.PASSWORD)
    office.page.keyboard.press("Enter")
    office.shown()
    expect(office.page.locator(".filing-no").last).to_have_text(filed.no)


def test_without_a_network_the_page_says_so_and_tries_again(new_office, filed):
    office = new_office()
    office.page.route("**/api/v1/filings**", lambda route: route.abort())
    office.page.reload()
    expect(office.page.locator(".inbox [data-failure=network]")).to_contain_text("连不上服务器")
    office.page.unroute("**/api/v1/filings**")
    office.page.locator(".inbox [data-failure=network] button").click()
    expect(office.page.locator("#lane-new .lane-count")).to_have_text("0")


def test_the_lanes_are_those_of_the_county_that_is_chosen(new_office, filed):
    office = new_office("county_officer", "")
    expect(office.page.locator("#lane-prepared .lane-count")).to_have_text("1")
    office.page.select_option("#inbox-county", "510502")
    expect(office.page.locator("#lane-prepared .lane-count")).to_have_text("0")
    expect(office.page).to_have_url(re.compile("county=510502"))
    office.page.go_back()
    expect(office.page.locator("#lane-prepared .lane-count")).to_have_text("1")


def test_the_print_is_the_filing_alone_with_its_map_as_vectors(new_office, filed):
    office = new_office()
    office.open_filing(filed.no)
    office.page.emulate_media(media="print")
    for hidden in (".top", ".inbox", "#filing-map", ".acting"):
        expect(office.page.locator(hidden).first).to_be_hidden()
    expect(office.page.locator(".print-map")).to_be_visible()
    assert office.page.locator(".print-map .print-after").get_attribute("d").startswith("M")
    expect(office.page.locator("#steps")).to_be_visible()
