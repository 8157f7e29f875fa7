"""Out of reach: what was pressed is kept, goes out once when the network is back, and a closed page loses nothing."""

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from tests import people
from tests.web.report.reporter import LOADED_MS

pytestmark = pytest.mark.browser
KEPT_PATHS = """() => caches.open('wangge-report-page')
  .then((cache) => cache.keys()).then((all) => all.map((one) => new URL(one.url).pathname))"""


def test_reports_written_out_of_reach_go_out_once_each_when_the_network_is_back(reporter):
    page = reporter.as_worker().open().page
    page.context.set_offline(True)
    for words in ("第一件", "第二件"):
        reporter.look("form")
        reporter.send(words)
    expect(reporter.rows("waiting")).to_have_count(2)
    expect(page.locator("#box")).to_contain_text("没有网络")
    assert reporter.taken() == []
    page.context.set_offline(False)
    expect(reporter.rows("sent")).to_have_count(2, timeout=LOADED_MS)
    assert [row.description for row in reporter.taken()] == ["第一件", "第二件"]


def test_a_page_that_was_closed_out_of_reach_sends_when_it_is_opened_again_and_keeps_what_was_being_written(reporter):
    page = reporter.open().page
    page.context.set_offline(True)
    reporter.send("路面塌陷")
    expect(reporter.rows("waiting")).to_have_count(1)
    reporter.look("form")
    reporter.write("还没写完", locate=False)
    expect(page.locator("html")).to_have_attribute("data-draft", "kept")
    page.close()
    page.context.set_offline(False)
    reporter.page = page.context.new_page()
    reporter.open()
    expect(reporter.page.locator("#report-description")).to_have_value("还没写完")
    reporter.look("box")
    expect(reporter.rows("sent")).to_have_count(1, timeout=LOADED_MS)
    assert [row.description for row in reporter.taken()] == ["路面塌陷"]


def test_a_worker_whose_session_has_ended_signs_in_again_and_the_queue_goes_on(reporter):
    page = reporter.as_worker(password=people.PASSWORD).open().page
    with reporter.engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM session"))
    reporter.send("路面塌陷")
    expect(reporter.rows("waiting")).to_contain_text(f"等 {reporter.name} 登录后发送", timeout=LOADED_MS)
    expect(page.locator("#ended")).to_contain_text("登录已到期")
    assert reporter.taken() == []
    page.click("#sign-in-again")
    page.fill("#sign-in-name", reporter.name)
    page.fill("#sign-in-password", people.PASSWORD)
    page.keyboard.press("Enter")
    expect(reporter.rows("sent")).to_have_count(1, timeout=LOADED_MS)
    expect(page.locator("#ended")).to_be_hidden()
    assert [row.source for row in reporter.taken()] == ["phone"]


def test_what_one_account_has_not_sent_yet_is_not_shown_to_the_next(reporter):
    page = reporter.as_worker().open().page
    page.context.set_offline(True)
    reporter.send("路面塌陷")
    expect(reporter.rows("waiting")).to_have_count(1)
    with reporter.engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM session"))
    page.context.set_offline(False)  # only now: it would be sent at once
    page.reload()
    page.click("#forget")
    reporter.look("box")
    expect(page.locator("#box")).to_contain_text("另有 1 件等其他账号登录后发送")
    expect(page.locator("#box")).not_to_contain_text("路面塌陷")
    assert reporter.taken() == []


def test_the_page_opens_without_a_server_once_it_was_opened_with_one(new_reporter, server):
    reporter = new_reporter(service_workers="allow")
    page = reporter.open().page
    page.wait_for_function("() => navigator.serviceWorker.controller !== null", timeout=LOADED_MS)
    _, stop = server
    stop()
    page.reload()
    expect(page.locator("#report-send")).to_be_visible()
    reporter.send("路面塌陷")
    expect(reporter.rows("waiting")).to_have_count(1)
    kept = page.evaluate(
        "() => caches.open('wangge-report-page').then((c) => c.keys()).then((all) => all.map((r) => new URL(r.url).pathname))"
    )
    assert "/report.html" in kept and not [path for path in kept if path.startswith(("/api", "/tiles"))]
