"""Reasons of the city's own at the workbench."""

import pytest
from playwright.sync_api import expect

from boundaries.code_tables import Entry
from boundaries.store import changes, code_tables
from tests.web.workbench.planner import VILLAGE

pytestmark = [pytest.mark.browser, pytest.mark.database]


def test_a_reason_of_the_city_s_own_is_chosen_and_keeps_its_name_when_it_has_ended(bench):
    page = bench.page
    with bench.engine.begin() as connection:
        code_tables.put(connection, "change_reason", "flood", Entry("洪涝灾害", "Flood", {}))
    page.goto("about:blank")
    page.goto(f"{bench.base_url}/workbench.html#place={VILLAGE}")
    page.fill("#new-title", "灾后调整")
    page.select_option("#new-reason", label="洪涝灾害")
    page.click("#new-open")
    expect(page.locator(".set-head")).to_contain_text("洪涝灾害")
    with bench.engine.begin() as connection:
        assert changes.changes(connection)[0].reason == "flood"
        code_tables.end(connection, "change_reason", "flood")
    page.reload()
    expect(page.locator(".set-head")).to_contain_text("洪涝灾害")
    page.click("#edit-set")
    expect(page.locator("#set-reason")).to_have_value("flood")
    expect(page.locator("#set-reason option:checked")).to_have_text("洪涝灾害")
    page.select_option("#set-reason", "correction")
    page.click(".set-head button[type=submit]")
    expect(page.locator("#edit-set")).to_be_visible()
    expect(page.locator(".set-head")).to_contain_text("更正")
    page.click("#edit-set")
    expect(page.locator("#set-reason option[value=flood]")).to_have_count(0)
