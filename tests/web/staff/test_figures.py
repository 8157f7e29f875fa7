"""Assessment figures at the page of grid staff: each number opens exactly the incidents that it counts."""

from datetime import timedelta

import httpx
import pytest
from playwright.sync_api import expect

from boundaries.clock import CITY_ZONE, now
from tests import people
from tests.api.town import MIDDLE_GRID, WEST_GRID
from tests.web.staff.officer import VILLAGE

pytestmark = [pytest.mark.database, pytest.mark.browser]

FIGURES = f"tab=figures&place={VILLAGE}"
ROAD, PLACE_IN_WEST_GRID = "0406", {"lon": 105.41, "lat": 28.805, "datum": "cgcs2000"}


def report(officer):
    """Number of an incident that a dispatcher takes down in the western grid."""
    headers = people.as_role(officer.engine, "dispatcher")
    body = {"matter": ROAD, "source": "phone", **PLACE_IN_WEST_GRID}
    answer = httpx.post(f"{officer.base_url}/api/v1/incidents", json=body, headers=headers, timeout=60)
    assert answer.status_code == 201, answer.text
    return answer.json()["no"]


def test_a_number_opens_the_incidents_that_it_counts(officer):
    first, second = officer.serving("示例网格员 001", WEST_GRID), officer.serving("示例网格员 002", MIDDLE_GRID)
    taken = sorted(report(officer) for _ in range(3))
    page = officer.open(FIGURES)
    assert officer.rows("figures") == [str(first), str(second)]
    row = page.locator(f"#figures [data-key='{first}']")
    expect(row.locator("td")).to_have_text(["—", "3", "0", "0", "0", "0", "—"])
    row.locator("button.number").click()
    expect(page.locator("#behind tbody th")).to_have_text(taken)
    assert page.locator("#behind a").first.get_attribute("href") == f"/desk.html#{taken[0]}"
    page.keyboard.press("Escape")
    expect(row.locator("button.number")).to_be_focused()


def test_the_period_is_chosen_and_stands_in_the_address(officer):
    worker = officer.serving("示例网格员 001", WEST_GRID)
    report(officer)
    page = officer.open(FIGURES)
    yesterday = str(now().astimezone(CITY_ZONE).date() - timedelta(days=1))
    page.fill("#figures-first", yesterday)
    page.fill("#figures-last", yesterday)
    expect(page.locator(f"#figures [data-key='{worker}'] td").nth(1)).to_have_text("0")
    assert page.url.endswith(f"&first={yesterday}&last={yesterday}")
    page.reload()
    officer.wait()
    expect(page.locator("#figures-first")).to_have_value(yesterday)
    page.fill("#figures-last", "2020-01-01")
    expect(page.locator("#figures-error")).to_contain_text("起始日期不能晚于截止日期")
