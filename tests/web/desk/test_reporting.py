"""A new report at the desk: what was begun is not lost, a late answer is found, and a row that is pressed stays the row."""

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from tests import people
from tests.web.desk.dispatcher import LOADED_MS

pytestmark = pytest.mark.browser
WORDS = sa.text("SELECT description FROM incident WHERE address = '迎晖路 12 号' ORDER BY id")


def begin(dispatcher, words="路面塌陷"):
    """A report that could be sent."""
    page = dispatcher.page
    page.click("#new-report")
    page.select_option("#report-matter", dispatcher.matters()[0])
    page.click("#report-centre")
    page.fill("#report-address", "迎晖路 12 号")
    page.fill("#report-description", words)
    page.locator("#report-card h2").click()  # keys are those of the desk again


def taken(dispatcher):
    with dispatcher.engine.connect() as connection:
        return connection.execute(WORDS).scalars().all()


@pytest.mark.parametrize("how", ["a row", "Escape"])
def test_a_report_that_was_begun_is_kept_when_something_else_is_looked_at(dispatcher, how):
    no = dispatcher.report()
    page = dispatcher.open().page
    dispatcher.only(no)
    begin(dispatcher)
    if how == "a row":
        dispatcher.row(no).click()
        dispatcher.card(no)
    else:
        page.keyboard.press("Escape")
        expect(page.locator("#report-card")).to_have_count(0)
    expect(page.locator("#status-choice")).to_contain_text("继续上报")
    page.click("#new-report:has-text('继续上报')")
    expect(page.locator("#report-description")).to_have_value("路面塌陷")
    page.click("#report-send")
    expect(page.locator("#card [data-incident]")).to_contain_text("路面塌陷", timeout=LOADED_MS)
    expect(page.locator("#new-report")).to_have_text("上报事件")
    assert taken(dispatcher) == ["路面塌陷"]


def test_a_report_that_is_discarded_does_not_come_back(dispatcher):
    page = dispatcher.open().page
    begin(dispatcher)
    page.click("#report-discard")
    expect(page.locator("#new-report")).to_have_text("上报事件")
    page.click("#new-report")
    expect(page.locator("#report-description")).to_have_value("")


def test_a_report_whose_words_were_changed_after_its_answer_was_lost_is_found_and_taken_in_once(dispatcher):
    page = dispatcher.open().page
    begin(dispatcher)

    def lose(route):
        route.fetch()
        route.abort("connectionreset")

    page.route("**/api/v1/incidents", lose)
    page.click("#report-send")
    expect(page.locator("#report-error")).to_contain_text("不会重复")
    page.unroute("**/api/v1/incidents")
    page.fill("#report-description", "路面塌陷，约两米深")
    page.click("#report-send")
    expect(page.locator("#report-error")).to_contain_text("上一次按“上报”时已受理")
    assert taken(dispatcher) == ["路面塌陷"]
    page.click("#report-send")
    expect(page.locator("#card [data-incident]")).to_contain_text("约两米深", timeout=LOADED_MS)
    assert taken(dispatcher) == ["路面塌陷", "路面塌陷，约两米深"]


def test_a_report_goes_out_after_the_same_account_has_signed_in_anew_in_another_tab(dispatcher):
    page = dispatcher.open().page
    begin(dispatcher)
    body = {"name": dispatcher.name, "password": people.PASSWORD}
    assert page.request.post(f"{dispatcher.base_url}/api/v1/session", data=body).ok
    page.click("#report-send")
    expect(page.locator("#card [data-incident]")).to_contain_text("路面塌陷", timeout=LOADED_MS)
    assert taken(dispatcher) == ["路面塌陷"]


def test_candidates_of_an_address_that_stands_there_no_longer_do_not_come(dispatcher):
    page = dispatcher.open().page
    page.click("#new-report")
    page.route("**/api/v1/gazetteer*", lambda route: None)  # it does not answer
    with page.expect_request("**/api/v1/gazetteer*"):
        page.fill("#report-address", "迎晖")
    with page.expect_event("requestfailed", lambda request: "gazetteer" in request.url):  # given up, not only not shown
        page.fill("#report-address", "迎")
    expect(page.locator("#report-candidates li")).to_have_count(0)


def test_a_press_that_begins_on_a_row_ends_on_it_though_the_list_was_drawn_anew(dispatcher):
    no = dispatcher.report()
    page = dispatcher.open().page
    dispatcher.only(no)
    dispatcher.row(no).locator("strong").hover()
    page.mouse.down()
    dispatcher.act(no, "register")
    expect(dispatcher.row(no)).to_contain_text("已立案")
    page.mouse.up()
    dispatcher.card(no)


def test_who_cannot_sign_out_without_a_network_is_told_so(dispatcher):
    page = dispatcher.open().page
    page.route("**/api/v1/session", lambda route: route.abort("internetdisconnected"))
    page.click("#sign-out")
    expect(page.locator("dialog")).to_contain_text("没有退出")
    page.unroute("**/api/v1/session")
    page.click("#sign-out-again")
    expect(page.locator("#sign-in")).to_be_visible()
    expect(page.locator("dialog")).to_have_count(0)
    assert page.request.get(f"{dispatcher.base_url}/api/v1/session").json()["account"] is None
