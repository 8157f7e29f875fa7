"""Reporting by phone, signed in and not: what was pressed stands in the register, once."""

import io

import httpx
import pytest
from PIL import Image
from playwright.sync_api import expect

from tests import people
from tests.web.report.reporter import LOADED_MS

pytestmark = pytest.mark.browser
NOISE = (3000, 2000)
DRAFT_PHOTO = """() => new Promise((done) => {
  const opening = indexedDB.open('wangge.report', 1);
  opening.onsuccess = () => {
    const asked = opening.result.transaction('page').objectStore('page').get('draft');
    asked.onsuccess = () => done([...new Uint8Array(asked.result?.photos[0] ?? [])]);
  };
})"""


def picture(**options):
    """A large photo as a phone makes it, with a place in it."""
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (28.0, 52.0, 0.0)}
    file = io.BytesIO()
    Image.effect_noise(NOISE, 60).convert("RGB").save(file, "JPEG", exif=exif, quality=95)
    return {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": file.getvalue()} | options


def lose_answers(page, path):
    """The server takes in what is sent, and its answer never arrives; those that were lost."""
    lost = []

    def lose(route):
        lost.append(route.fetch().status)
        route.abort("connectionreset")

    page.route(path, lose)
    return lost


def test_the_public_reports_by_gps_with_a_photo_and_follows_it_by_number_and_code(reporter):
    page = reporter.open().page
    page.locator("#privacy summary").click()
    expect(page.locator("#privacy")).to_contain_text("90 天")
    page.set_input_files("#report-gallery", [picture()])
    expect(page.locator("#report-thumbs img")).to_have_count(1)
    page.fill("#report-contact", "139 0000 0000")
    reporter.send("路面<b>塌陷</b>")
    sent = reporter.rows("sent")
    expect(sent).to_have_count(1, timeout=LOADED_MS)
    (row,) = reporter.taken()
    assert (row.source, row.description, row.photos, row.contacts) == ("public", "路面<b>塌陷</b>", 1, 1)
    assert row.grid_code == reporter.town["code"]
    assert (row.lon, row.lat) == (pytest.approx(reporter.town["lon"], abs=1e-6), pytest.approx(reporter.town["lat"], abs=1e-6))
    expect(sent).to_contain_text(row.no)
    sent.get_by_role("button", name="查进度").click()
    expect(page.locator("#followed [data-state]")).to_have_attribute("data-state", row.state)
    page.fill("#follow-token", "wrong")
    page.click("#follow-ask")
    expect(page.locator("#follow-error")).to_have_text("没有这个编号和查询码的上报，请再核对。")


def test_a_photo_is_scaled_down_before_it_is_sent_and_what_is_no_photo_is_left_out(reporter):
    page = reporter.open().page
    page.set_input_files("#report-gallery", [picture(), {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"no photo"}])
    expect(page.locator("#photo-error")).to_contain_text("notes.txt")
    expect(page.locator("html")).to_have_attribute("data-draft", "kept")
    kept = Image.open(io.BytesIO(bytes(page.evaluate(DRAFT_PHOTO))))
    assert max(kept.size) == 1600 and not kept.getexif()
    reporter.send("路面塌陷")
    expect(reporter.rows("sent")).to_have_count(1, timeout=LOADED_MS)
    assert reporter.taken()[0].photos == 1


def test_a_report_whose_answer_is_lost_is_taken_in_once(reporter):
    page = reporter.as_worker().open().page
    lost = lose_answers(page, "**/api/v1/incidents")
    page.set_input_files("#report-gallery", [picture()])
    reporter.send("路面塌陷")
    expect(page.locator("#retry-now")).to_be_visible(timeout=LOADED_MS)
    expect(reporter.rows("waiting")).to_have_count(1)
    assert lost == [201] and len(reporter.taken()) == 1
    page.unroute("**/api/v1/incidents")
    page.click("#retry-now")
    expect(reporter.rows("sent")).to_contain_text(reporter.taken()[0].no, timeout=LOADED_MS)
    (row,) = reporter.taken()
    assert (row.source, row.photos) == ("phone", 1)
    assert row.detail["noted_at"]


def test_where_the_position_is_denied_the_page_says_so_and_a_tap_on_the_map_sets_it(new_reporter):
    reporter = new_reporter(permissions=[])
    page = reporter.open().page
    page.click("#locate")
    expect(page.locator("#place-error")).to_contain_text("没有定位权限")
    page.click("#report-send")
    expect(page.locator("#report-error")).to_have_text("请选择事项。")
    expect(page.locator("#report-matter")).to_be_focused()
    reporter.choose_matter("道路")
    page.click("#report-send")
    expect(page.locator("#report-error")).to_have_text("请先定位，或在地图上点击位置。")
    page.wait_for_function("() => document.documentElement.dataset.tiles === 'ready'", timeout=LOADED_MS)
    page.locator("#map").tap()
    expect(page.locator("#report-place")).to_contain_text("CGCS2000")
    page.click("#report-send")
    expect(page.locator("#report-error")).to_have_text("请填写情况描述。")


def test_a_position_of_the_phone_shows_how_far_it_may_be_off_and_is_moved_on_the_map(new_reporter):
    reporter = new_reporter()
    reporter.page.context.set_geolocation({"longitude": reporter.town["lon"], "latitude": reporter.town["lat"], "accuracy": 80})
    page = reporter.open().page
    expect(page.locator("#report-place")).to_contain_text("误差约 80 m", timeout=LOADED_MS)
    expect(page.locator("#report-place")).to_contain_text("请在地图上核对")
    expect(page.locator("#map .leaflet-pane path")).to_have_count(2)
    box = page.locator("#map").bounding_box()
    page.locator("#map").tap(position={"x": box["width"] / 2 + 40, "y": box["height"] / 2})
    expect(page.locator("#report-place")).to_contain_text("CGCS2000")
    expect(page.locator("#map .leaflet-pane path")).to_have_count(1)


def test_what_the_server_refuses_is_shown_with_its_sentence_and_goes_again_when_changed(new_reporter):
    reporter = new_reporter(at={"longitude": 2.35, "latitude": 48.85, "accuracy": 5})
    page = reporter.open().page
    reporter.send("路面塌陷")
    refused = reporter.rows("refused")
    expect(refused).to_contain_text("位置离本市太远", timeout=LOADED_MS)
    expect(refused).to_contain_text("km from the nearest grid")
    page.context.set_geolocation({"longitude": reporter.town["lon"], "latitude": reporter.town["lat"], "accuracy": 5})
    refused.get_by_role("button", name="修改后再报").click()
    expect(page.locator("#report-description")).to_have_value("路面塌陷")
    page.click("#locate")
    expect(page.locator("#report-place")).to_contain_text(f"{reporter.town['lon']:.6f}")
    page.click("#report-send")
    expect(reporter.rows("sent")).to_have_count(1, timeout=LOADED_MS)
    assert [row.description for row in reporter.taken()] == ["路面塌陷"]


def test_the_keyboard_alone_finds_an_urgent_matter_and_reports(reporter):
    page = reporter.as_worker().open().page
    page.focus("#report-matter")
    page.keyboard.type("没有的")
    expect(page.locator("#matter-list")).to_be_hidden()
    page.keyboard.press("Control+A")
    urgent = next(one for one in httpx.get(f"{reporter.base_url}/api/v1/meta").json()["matters"] if one["urgent"])
    page.keyboard.type(urgent["name_zh"])
    expect(page.locator("#matter-list .badge.urgent").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#matter-note")).to_contain_text("立即转主管部门")
    expect(page.locator("#report-place")).to_contain_text("WGS84")
    page.focus("#report-send")
    page.keyboard.press("Enter")
    expect(reporter.rows("sent")).to_have_count(1, timeout=LOADED_MS)
    (row,) = reporter.taken()
    assert (row.matter_code, row.state) == (urgent["code"], "dispatched")


def test_a_worker_accepts_a_task_and_feeds_back_and_the_register_holds_it(reporter):
    page = reporter.as_worker().page
    dispatcher = people.as_role(reporter.engine, "dispatcher")
    place = {"lon": reporter.town["lon"], "lat": reporter.town["lat"], "datum": "cgcs2000"}
    body = place | {"matter": "0406", "description": "路面塌陷", "address": "迎晖路 12 号"}
    no = httpx.post(f"{reporter.base_url}/api/v1/incidents", json=body, headers=dispatcher).json()["no"]
    reporter.ask(dispatcher, no, "register")
    reporter.open().look("tasks")
    task = page.locator(f"[data-no='{no}']")
    expect(page.locator("#tasks")).to_have_attribute("data-link", "live", timeout=LOADED_MS)
    expect(task).to_have_count(0)
    reporter.ask(dispatcher, no, "dispatch", department=None)
    expect(task).to_contain_text("迎晖路 12 号")
    task.click()
    page.click("#act-accept")
    page.click("#act-submit")
    expect(page.locator("#act-feed_back")).to_be_visible(timeout=LOADED_MS)
    expect(page.locator("#act-send_back")).to_be_visible()
    page.click("#act-feed_back")
    page.click("#act-submit")
    expect(page.locator("dialog")).to_have_count(1)
    page.fill("#act-words", "已修补")
    page.click("#act-submit")
    expect(page.locator("dialog")).to_have_count(0)
    seen = httpx.get(f"{reporter.base_url}/api/v1/incidents/{no}", headers=dispatcher).json()
    assert (seen["state"], seen["events"][-1]["note"]) == ("handled", "已修补")
    page.click("#task-back")
    expect(task).to_have_count(0)
