"""The workbench when something goes wrong: no network, somebody else's work, a session that has ended. Nothing is lost."""

import httpx
import pytest
from playwright.sync_api import expect

from tests import people
from tests.web.workbench.planner import TOWN, VILLAGE, splittable

pytestmark = [pytest.mark.browser, pytest.mark.database]


def test_work_without_network_outlives_the_page(bench):
    page, unit = bench.page, splittable(bench.before)
    page.context.set_offline(True)
    bench.split(unit)
    page.wait_for_function("() => document.documentElement.dataset.saving === 'waiting'")
    expect(page.locator("#saving")).to_contain_text("修改已留在本浏览器")
    assert bench.commands() == ()
    address, context = page.url, page.context
    page.close()
    context.set_offline(False)
    bench.page = context.new_page()
    bench.page.goto(address)
    bench.ready()
    bench.saved(1)
    assert [(one["op"], one["unit"]) for one in bench.commands()] == [("split", unit)]
    bench.decide()
    assert len(bench.children(VILLAGE)) == len(bench.before) + 1


def test_the_page_names_who_else_edited_the_set_and_puts_the_work_on_top(bench):
    page, unit = bench.page, splittable(bench.before)
    other = people.someone(bench.engine, ("town_planner", TOWN))
    renamed = next(code for code in bench.before if code != unit)
    answer = httpx.post(
        f"{bench.base_url}/api/v1/change-sets/{bench.number}/commands",
        headers=people.headers_of(bench.engine, other),
        json={"commands": [{"op": "rename", "unit": renamed, "name": "另一网格"}]},
        timeout=60,
    )
    assert answer.is_success, answer.text
    bench.split(unit)
    expect(page.locator("[data-notice=conflict]")).to_contain_text(other, timeout=30_000)
    page.click("#rebase")
    bench.saved(2)
    assert [one["op"] for one in bench.commands()] == ["rename", "split"]
    bench.decide()
    assert len(bench.children(VILLAGE)) == len(bench.before) + 1


def test_whoever_is_signed_out_in_the_middle_of_work_loses_nothing(bench):
    page, unit = bench.page, splittable(bench.before)
    page.context.clear_cookies()
    bench.split(unit)
    page.fill("#sign-in-password", people.PASSWORD)
    page.keyboard.press("Enter")
    bench.saved(1)
    assert [(one["op"], one["unit"]) for one in bench.commands()] == [("split", unit)]
    bench.decide()
    assert len(bench.children(VILLAGE)) == len(bench.before) + 1
