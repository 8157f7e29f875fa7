"""My grid on a phone: by position, by address, on the map, by the code of a board; without signing in, keeping nothing."""

import re

import httpx
import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from boundaries.clock import CITY_ZONE, now
from boundaries.store.duties import unstaffed
from boundaries.store.standing import change_worker
from tests import people
from tests.boundaries.filings.change_sets import decided
from tests.web.grid.resident import LOADED_MS
from tests.web.test_map_page import TILES_READY

pytestmark = pytest.mark.browser
NOWHERE = {"longitude": 105.0, "latitude": 28.5, "accuracy": 8}
HOSTILE = "<img src=x onerror=alert(1)>'; DROP TABLE unit;--江阳路"
KEPT = """async () => ({
  local: Object.keys(localStorage), session: Object.keys(sessionStorage), cookies: document.cookie,
  databases: (await indexedDB.databases()).length, workers: (await navigator.serviceWorker?.getRegistrations() ?? []).length})"""


def test_by_position_the_card_has_all_that_is_published(resident):
    page = resident.open().page
    assert page.locator("#card").inner_text().count("网格信息") == 1
    card = resident.find_by_position()
    expect(card.locator("h2")).to_have_text(resident.home.name)
    expect(card.locator("#workers")).to_contain_text(resident.worker.name)
    digits = re.sub(r"[^\d+]", "", resident.worker.work_phone)
    expect(card.locator(f"#workers a[href='tel:{digits}']")).to_contain_text(resident.worker.work_phone)
    expect(card.locator("#supervision")).to_be_visible()
    expect(card.locator("#extent")).to_contain_text("至")
    expect(page.locator("#card-title")).to_be_focused()
    assert page.evaluate("() => location.hash") == f"#{resident.home.code}"
    assert page.evaluate("() => [scrollY, document.querySelector('.top').getBoundingClientRect().top]") == [0, 0]
    assert page.evaluate("() => document.documentElement.scrollHeight - innerHeight") == 0, "two things scroll"


def test_the_position_is_asked_for_by_the_button_alone_and_handed_to_the_report_page(resident):
    page, asked = resident.page, []
    page.on("request", lambda request: asked.append(request.url) if "/public/grid" in request.url else None)
    resident.open()
    page.wait_for_function(TILES_READY, timeout=LOADED_MS)
    assert asked == []
    resident.find_by_position()
    page.click("#to-report")
    expect(page.locator("#report-place")).to_contain_text(f"{resident.home.lon:.4f}"[:7], timeout=LOADED_MS)
    assert page.evaluate("() => location.hash") == ""


def test_a_position_that_is_refused_or_is_nowhere_is_told(new_resident):
    denied = new_resident(permissions=[]).open().page
    denied.click("#locate")
    expect(denied.locator("#spot-error")).to_contain_text("没有定位权限")
    away = new_resident(at=NOWHERE).open().page
    away.click("#locate")
    expect(away.locator("#card-title")).to_have_text("这里不在任何网格内")
    expect(away.locator("#card")).to_contain_text("最近的网格是")
    away.click("#show-nearest")
    expect(away.locator("#card [data-grid]")).to_be_visible(timeout=LOADED_MS)


def test_a_rough_position_says_so(new_resident):
    resident = new_resident()
    resident.page.context.set_geolocation({"longitude": resident.home.lon, "latitude": resident.home.lat, "accuracy": 900})
    resident.open().find_by_position()
    expect(resident.page.locator("#rough")).to_contain_text("900 m")


def test_an_address_offers_candidates_and_the_chosen_one_shows_its_grid(resident):
    called = resident.community()
    first = httpx.get(f"{resident.base_url}/api/v1/gazetteer", params={"q": called, "limit": 5}).json()["candidates"][0]
    page = resident.open().page
    resident.ask_address(called)
    expect(page.locator("#address-count")).to_be_focused(timeout=LOADED_MS)
    page.locator(".candidate").first.click()
    resident.sees(first["grid"])


def test_hostile_and_empty_addresses_get_a_sentence(resident):
    page = resident.open().page
    resident.ask_address("  ")
    expect(page.locator("#spot-error")).to_have_text("请输入地址。")
    for text in (HOSTILE, "%00%0a../../etc/passwd", "'; --", "龘" * 200):
        resident.ask_address(text)
        expect(page.locator("#spot-error, .candidate").filter(has_text=re.compile(r"\S"))).not_to_have_count(0, timeout=LOADED_MS)
        assert page.locator("img[src='x']").count() == 0


def test_the_map_answers_where_it_is_clicked_and_the_keyboard_asks_its_centre(resident):
    page = resident.open(f"#{resident.home.code}").page
    resident.sees(resident.home.code)
    page.wait_for_function(TILES_READY, timeout=LOADED_MS)
    box = page.locator("#map").bounding_box()
    page.mouse.click(box["x"] + 40, box["y"] + box["height"] - 60)
    expect(page.locator(f"#card [data-grid]:not([data-grid='{resident.home.code}']), #show-nearest")).to_be_visible(
        timeout=LOADED_MS
    )
    page.focus("#map")
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("data-finding", re.compile("grid|outside"), timeout=LOADED_MS)
    expect(page.locator("#map")).to_be_focused()


def test_the_code_of_a_board_opens_its_grid_and_one_that_is_none_is_told(resident):
    page = resident.open(f"#{resident.home.code}").page
    resident.sees(resident.home.code)
    page.goto(f"{resident.base_url}/grid.html#510502001001777")
    expect(page.locator("#card-title")).to_have_text("没有这个网格", timeout=LOADED_MS)
    for hash_ in ("#<script>alert(1)</script>", "#%E0%A4%A", "#badge="):
        page.goto(f"{resident.base_url}/grid.html{hash_}")
        expect(page.locator("html")).to_have_attribute("data-city", "ready")


def test_a_grid_that_was_given_up_leads_to_those_that_have_its_land(resident):
    old = resident.home.code
    unit = httpx.get(f"{resident.base_url}/api/v1/grids/{old}").json()["properties"]
    new = next(one["code"] for one in unit["neighbours"] if one["code"].startswith(old[:12]))
    with resident.engine.begin() as connection:
        today = now().astimezone(CITY_ZONE).date()
        decided(connection, {"op": "merge", "units": [old, new], "into": new}, scope=old[:12], on=today)
    page = resident.open(f"#{old}").page
    expect(page.locator("#card-title")).to_have_text("这个网格已经撤销", timeout=LOADED_MS)
    page.locator("#card .successors button").click()
    resident.sees(new)


def test_where_nobody_is_on_duty_the_page_says_whom_to_call(resident):
    with resident.engine.connect() as connection:
        empty = unstaffed(connection, [""], limit=1)[0]
    page = resident.open(f"#{empty.code}").page
    card = resident.sees(empty.code)
    expect(card.locator("#nobody")).to_contain_text("没有在岗的网格员")
    expect(page.locator("#to-report")).to_be_visible()


def test_a_contact_that_changes_is_seen_at_the_next_load_and_when_one_looks_again(resident):
    page = resident.open(f"#{resident.home.code}").page
    for phone, look in (
        ("0830-7654321", page.reload),
        ("0830-7654322", lambda: page.evaluate("() => dispatchEvent(new Event('online'))")),
    ):
        resident.sees(resident.home.code)
        with resident.engine.begin() as connection:
            change_worker(connection, resident.worker.worker_id, work_phone=phone)
        look()
        expect(page.locator("#workers")).to_contain_text(phone, timeout=LOADED_MS)


def test_without_a_network_or_with_a_failing_server_it_says_so_and_goes_on_by_itself(resident):
    page = resident.open().page
    page.context.set_offline(True)
    page.click("#locate")
    expect(page.locator("#card .problem")).to_contain_text("连不上服务器", timeout=LOADED_MS)
    resident.ask_address("江阳路")
    expect(page.locator("#spot-error")).to_contain_text("连不上服务器")
    page.context.set_offline(False)
    resident.sees(resident.home.code)


def test_a_failing_server_is_told_and_the_button_tries_again(resident, server):
    page = resident.open().page
    server[1]()
    page.click("#locate")
    expect(page.locator("#card .problem")).to_contain_text("连不上服务器", timeout=LOADED_MS)
    expect(page.locator("#card .problem button")).to_have_text("重试")


def test_a_badge_is_checked_by_its_code_and_by_its_number(resident):
    with resident.engine.connect() as connection:
        query = sa.text("SELECT badge_no FROM grid_worker WHERE id = :id")
        no = connection.execute(query, {"id": resident.worker.worker_id}).scalar_one()
    page = resident.open(f"#badge={no}").page
    found = page.locator("#badge-found")
    expect(found).to_have_attribute("data-badge", "valid", timeout=LOADED_MS)
    expect(found).to_contain_text(resident.worker.name)
    page.fill("#badge-no", "w000 0000 000")
    page.click("#badge-ask")
    expect(found).to_contain_text("没有编号为 W0000000000 的工牌")
    page.fill("#badge-no", "'; --")
    page.click("#badge-ask")
    expect(page.locator("#badge-error")).to_contain_text("只有字母和数字")
    with resident.engine.begin() as connection:
        change_worker(connection, resident.worker.worker_id, active=False)
    page.fill("#badge-no", no.lower())
    page.click("#badge-ask")
    expect(found).to_have_attribute("data-badge", "invalid", timeout=LOADED_MS)
    expect(found).not_to_contain_text(resident.worker.name)


def test_a_complaint_is_taken_in_once_and_followed_to_its_answer(resident):
    page, lost = resident.open().page, []
    resident.find_by_position()

    def lose(route):
        lost.append(route.fetch().status)
        route.abort("connectionreset")

    page.route("**/api/v1/service-words", lose, times=1)
    resident.open_area("words")
    page.click("#words-send")
    expect(page.locator("#words-error")).to_have_text("请写下内容。")
    page.fill("#words-text", HOSTILE)
    page.fill("#words-contact", "139 0000 0000")
    page.click("#words-send")
    expect(page.locator("#words-error")).to_contain_text("内容还在这里")
    page.click("#words-send")
    expect(page.locator("#words-done")).to_be_focused(timeout=LOADED_MS)
    (word,) = resident.words()
    assert lost == [201]
    assert (word.grid_code, word.worker_id, word.kind, word.contacts) == (
        resident.home.code,
        resident.worker.worker_id,
        "complaint",
        1,
    )
    assert word.text == HOSTILE
    expect(page.locator("#words-no")).to_have_text(word.no)
    page.click("#words-follow")
    expect(page.locator("#followed")).to_contain_text("等待答复", timeout=LOADED_MS)
    officer = people.as_role(resident.engine, "county_officer", resident.home.code[:6])
    answered = httpx.post(
        f"{resident.base_url}/api/v1/service-words/{word.no}/answer", json={"answer": "已约好明天上门"}, headers=officer
    )
    assert answered.status_code == 200
    page.click("#follow-ask")
    expect(page.locator("#followed")).to_contain_text("已约好明天上门", timeout=LOADED_MS)
    page.fill("#follow-token", "wrong")
    page.click("#follow-ask")
    expect(page.locator("#follow-error")).to_contain_text("没有这个编号和查询码")


def test_nothing_is_kept_of_who_looks_but_the_language(resident):
    page, cookies = resident.page, []
    page.on("response", lambda answer: cookies.append(answer.headers.get("set-cookie")))
    resident.open().find_by_position()
    assert page.evaluate(KEPT) == {"local": ["wangge.language"], "session": [], "cookies": "", "databases": 0, "workers": 0}
    assert [cookie for cookie in cookies if cookie] == [] and page.context.cookies() == []


def test_map_and_report_page_lead_to_it(resident):
    page = resident.page
    for start in ("/", "/report.html"):
        page.goto(f"{resident.base_url}{start}")
        page.click("#pages-open")
        page.click("#go-grid")
        expect(page.locator("#find-area")).to_be_visible()
    page.goto(f"{resident.base_url}/#17/{resident.home.lat}/{resident.home.lon}/{resident.home.code}")
    page.locator("#to-grid").click(timeout=LOADED_MS)
    resident.sees(resident.home.code)


def test_the_answer_is_of_this_moment(resident):
    answer = httpx.get(f"{resident.base_url}/api/v1/public/grid", params={"code": resident.home.code})
    assert answer.headers["cache-control"] == "no-store" and answer.json()["as_of"] <= now().isoformat()
