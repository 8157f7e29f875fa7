"""Time on the page: the register of another day, and the history of a unit, played by keys."""

from datetime import datetime, timedelta

import pytest
from playwright.sync_api import expect

from boundaries.clock import CITY_ZONE
from tests.web.workbench.planner import OPENED, middle_line, on_lattice, splittable, vertices

pytestmark = [pytest.mark.browser, pytest.mark.database]

STEP_MS = 1200


def split_of(shapes, unit):
    ends = [[point.x, point.y] for point in middle_line(shapes[unit])]
    return {"op": "split", "unit": unit, "lines": {"type": "LineString", "coordinates": ends}}


def shown(bench, unit):
    """Vertices of a unit as the page has it."""
    return {on_lattice(one) for one in bench.handles(unit) if one["kind"] != "middle"}


def go_to(bench, day):
    page = bench.page
    page.click("#tab-time")
    page.fill("#as-of", day.isoformat())
    page.press("#as-of", "Enter")
    page.wait_for_url(f"**at={day.isoformat()}*")
    page.wait_for_function(OPENED)


def test_the_date_field_shows_the_register_of_another_day_for_looking_only(bench):
    page, unit = bench.page, splittable(bench.before)
    today = datetime.now(CITY_ZONE).date()
    bench.decided_by_others([split_of(bench.before, unit)], on=today + timedelta(days=2))
    go_to(bench, today + timedelta(days=1))
    assert shown(bench, unit) == vertices(bench.before[unit])
    go_to(bench, today + timedelta(days=2))
    later = shown(bench, unit)
    assert later and later != vertices(bench.before[unit])
    expect(page.locator(".time .notice")).to_contain_text("不能编辑")
    page.click("#back-to-now")
    bench.ready()
    assert shown(bench, unit) == vertices(bench.before[unit])
    page.wait_for_url(f"**set={bench.number}*")
    bench.split(max(set(bench.before) - {unit}, key=lambda code: bench.before[code].area))
    bench.saved(1)


def test_the_history_of_a_grid_plays_and_pauses_by_the_keyboard(bench):
    page, unit = bench.page, splittable(bench.before)
    bench.decided_by_others([{"op": "rename", "unit": unit, "name": "旧名网格"}])
    bench.decided_by_others([split_of(bench.before, unit)])
    page.reload()
    bench.ready()
    bench.click(bench.before[unit].representative_point())
    page.click("#tab-time")
    page.focus("#show-history")
    page.keyboard.press("Enter")
    stage, play = page.locator("#past-stage"), page.locator("#past-play")
    expect(stage).to_contain_text("3 / 3")
    page.clock.install()
    play.focus()
    page.keyboard.press("Enter")
    expect(stage).to_contain_text("1 / 3")
    expect(play).to_have_attribute("aria-label", "暂停")
    page.clock.run_for(STEP_MS + 50)
    expect(stage).to_contain_text("2 / 3")
    expect(play).to_be_focused()
    page.keyboard.press("Space")
    expect(play).to_have_attribute("aria-label", "播放")
    page.clock.run_for(4 * STEP_MS)
    expect(stage).to_contain_text("2 / 3")
    expect(stage).to_contain_text("旧名网格")
    page.keyboard.press("Enter")
    page.clock.run_for(2 * STEP_MS)
    expect(stage).to_contain_text("3 / 3")
    expect(play).to_have_attribute("aria-label", "播放")
    page.focus("#past-at")
    page.keyboard.press("Home")
    expect(stage).to_contain_text("1 / 3")
    page.focus("#past-close")
    page.keyboard.press("Enter")
    expect(stage).to_have_count(0)
