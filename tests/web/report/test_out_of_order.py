"""What comes late, or not at all, holds up nothing else on the report page, and takes nothing away."""

import socket
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.web.report.reporter import LOADED_MS

pytestmark = pytest.mark.browser
KEPT = "(path) => caches.open('wangge-report-page').then((cache) => cache.match(path)).then((found) => found?.text() ?? null)"
KEEP_OLD = """() => caches.open('wangge-report-page')
  .then((cache) => cache.put('/favicon.svg', new Response('old', { headers: { 'content-type': 'image/svg+xml' } })))"""
SILENT = "navigator.geolocation.watchPosition = () => 1"
NEVER = """(() => {
  const { fetch } = window;
  window.fetch = (url, ...rest) => (String(url).includes('/api/v1/reports') ? new Promise(() => undefined) : fetch(url, ...rest));
})()"""


def test_on_a_network_that_does_not_answer_the_kept_page_opens_all_the_same(new_reporter, server):
    reporter = new_reporter(service_workers="allow")
    page = reporter.open().page
    page.wait_for_function("() => navigator.serviceWorker.controller !== null", timeout=LOADED_MS)
    url, stop = server
    stop()
    with socket.create_server((urlsplit(url).hostname, urlsplit(url).port)):  # takes every connection, and says nothing
        page.reload(timeout=LOADED_MS)
        expect(page.locator("#report-send")).to_be_visible()


def test_the_kept_picture_is_fetched_anew_with_the_page(new_reporter):
    reporter = new_reporter(service_workers="allow")
    page = reporter.open().page
    page.wait_for_function("() => navigator.serviceWorker.controller !== null", timeout=LOADED_MS)
    page.evaluate(KEEP_OLD)
    page.reload()
    page.wait_for_function(f"() => ({KEPT})('/favicon.svg').then((text) => text !== null && text !== 'old')", timeout=LOADED_MS)


def test_a_position_that_is_held_stays_while_a_new_one_is_asked_for(reporter):
    page = reporter.open().page
    page.click("#locate")
    expect(page.locator("#report-place")).to_contain_text("WGS84")
    page.evaluate(SILENT)
    page.click("#locate")
    expect(page.locator("fieldset[data-locating=asking]")).to_be_visible()
    expect(page.locator("#report-place")).to_contain_text("WGS84")
    reporter.write("路面塌陷", locate=False)
    page.click("#report-send")
    reporter.look("box")
    expect(reporter.rows("sent")).to_have_count(1, timeout=LOADED_MS)


def test_the_position_is_asked_for_though_an_earlier_report_is_still_on_its_way(reporter):
    page = reporter.open().page
    page.context.set_offline(True)
    reporter.send("第一件")
    expect(reporter.rows("waiting")).to_have_count(1)
    page.add_init_script(NEVER)
    page.context.set_offline(False)
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-sending", "sending", timeout=LOADED_MS)
    expect(page.locator("#report-place")).to_contain_text("WGS84", timeout=LOADED_MS)


def test_the_city_that_could_not_be_loaded_is_asked_again_by_itself_and_hides_nothing(reporter):
    page = reporter.page
    page.route("**/api/v1/meta", lambda route: route.abort("connectionrefused"))
    page.goto(f"{reporter.base_url}/report.html")
    expect(page.locator("#no-city")).to_contain_text("城市资料没有加载成功")
    page.click("#city-retry")
    expect(page.locator("#city-retry")).to_be_focused()
    page.unroute("**/api/v1/meta")
    page.context.set_offline(True)
    page.context.set_offline(False)
    expect(page.locator("html")).to_have_attribute("data-city", "ready", timeout=LOADED_MS)
    expect(page.locator("#no-city")).to_be_hidden()


def test_who_cannot_sign_out_without_a_network_is_told_so(reporter):
    page = reporter.as_worker().open().page
    page.context.set_offline(True)
    page.click("#sign-out")
    expect(page.locator("#sign-out-failed")).to_contain_text("您仍处于登录状态")
    page.click("dialog button:has-text('关闭')")
    expect(page.locator("#sign-out")).to_be_visible()
    page.context.set_offline(False)
    page.click("#sign-out")
    expect(page.locator("#sign-in")).to_be_visible()
