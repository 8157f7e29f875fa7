"""Change sets on the page: two tabs, withdrawal, the way back, findings, effects, the comparison, and the work of others."""

import io
import re
from itertools import combinations

import httpx
import numpy as np
import pytest
import shapely
import shapely.ops
from PIL import Image
from playwright.sync_api import expect

from boundaries.clock import now
from boundaries.store import accounts, changes
from boundaries.store.audit import BY_OPERATOR
from boundaries.store.units import units_at
from tests import people
from tests.web.workbench.planner import COUNTY, OPENED, STILL, UNTIL, VILLAGE, middle_line, splittable, vertices

pytestmark = [pytest.mark.browser, pytest.mark.database]

ORANGE, BLUE, GRID_LINE = (0xE6, 0x9F, 0x00), (0x00, 0x72, 0xB2), (0x4D, 0x79, 0x75)


def second_tab(bench):
    """Another tab of the same browser, at the same change set."""
    page = bench.page.context.new_page()
    page.goto(bench.page.url)
    expect(page.locator("[data-notice=other_tab]")).to_be_visible()
    return page


def test_a_second_tab_looks_only_until_it_takes_over_and_then_the_first_one_does(bench):
    first, unit = bench.page, splittable(bench.before)
    bench.split(unit)
    bench.saved(1)
    second = second_tab(bench)
    expect(second.locator("[data-notice=other_tab]")).to_contain_text("只能查看")
    expect(second.locator("#list-undo")).to_be_disabled()
    second.keyboard.press("Control+z")
    assert second.locator("#commands .command").count() == 1
    second.click("#take-over")
    expect(first.locator("[data-notice=other_tab]")).to_be_visible()
    expect(first.locator("#list-undo")).to_be_disabled()
    bench.page = second
    bench.ready()
    second.keyboard.press("Control+z")
    bench.saved(0)
    second.keyboard.press("Control+y")
    bench.saved(1)
    first.keyboard.press("Control+z")
    assert [one["op"] for one in bench.commands()] == ["split"]
    bench.decide()
    assert len(bench.children(VILLAGE)) == len(bench.before) + 1


def test_what_a_tab_could_not_send_is_sent_once_by_the_tab_that_takes_over(bench):
    first, unit = bench.page, splittable(bench.before)
    first.route("**/commands", lambda route: route.abort())
    bench.split(unit)
    first.wait_for_function("() => document.documentElement.dataset.saving === 'waiting'")
    second = second_tab(bench)
    assert second.locator("#commands .command").count() == 0
    second.click("#take-over")
    expect(first.locator("[data-notice=other_tab]")).to_be_visible()
    bench.page = second
    bench.saved(1)
    expect(second.locator("[data-notice=restored]")).to_be_visible()
    first.unroute("**/commands")
    first.click("#take-over")
    expect(second.locator("[data-notice=other_tab]")).to_be_visible()
    bench.page = first
    bench.saved(1)
    assert [(one["op"], one["unit"]) for one in bench.commands()] == [("split", unit)]
    bench.decide()
    assert len(bench.children(VILLAGE)) == len(bench.before) + 1


def confirm(page):
    page.click("dialog button[type=submit]")


def state_of(bench):
    return bench.page.locator(".set-line .state")


def test_a_change_set_withdrawn_on_the_page_leaves_the_register_as_it_was(bench):
    page = bench.page
    bench.split(splittable(bench.before))
    bench.saved(1)
    page.click("#tab-review")
    page.click("#withdraw")
    confirm(page)
    page.click("#tab-work")
    expect(state_of(bench)).to_have_text("已撤回")
    bench.ready()
    page.keyboard.press("Control+z")
    expect(page.locator("#commands .command")).to_have_count(1)
    assert len(bench.commands()) == 1
    assert alike(bench.children(VILLAGE), bench.before)
    page.click("#tab-review")
    expect(page.locator("#hand-in, #withdraw, #reverse")).to_have_count(0)


def alike(these, those):
    """The same units with the same vertices in the same order, wherever their rings begin."""
    if these.keys() != those.keys():
        return False
    pairs = [(shapely.normalize(these[code]), shapely.normalize(those[code])) for code in those]
    return all(shapely.equals_exact(a, b, tolerance=0) for a, b in pairs)


def test_a_decided_change_set_reversed_on_the_page_gives_every_unit_its_very_shape_back(bench):
    page, micro = bench.page, {grid: bench.children(grid) for grid in bench.before}
    with bench.engine.begin() as connection:
        accounts.grant_role(connection, bench.account, role="county_officer", scope=COUNTY, by=BY_OPERATOR)
    page.reload()
    bench.ready()
    unit, chord = chord_between_vertices(bench.before)
    page.click("#tool-split")
    for end in shapely.points(chord.coords):
        bench.click(end)
    page.keyboard.press("Enter")
    bench.saved(1)
    decide_on_the_page(bench)
    assert len(bench.children(VILLAGE)) == len(bench.before) + 1
    first, decided = page.url, bench.number
    page.click("#tab-review")
    page.click("#reverse")
    confirm(page)
    page.wait_for_url(lambda url: url != first)
    bench.number = int(page.url.split("set=")[1].split("&")[0])
    bench.ready()
    page.click("#tab-work")
    expect(page.locator(".set-head")).to_contain_text(f"撤销变更单 #{decided}")
    decide_on_the_page(bench)
    assert alike(bench.children(VILLAGE), bench.before)
    others = {grid: parts for grid, parts in micro.items() if grid != unit}
    assert all(alike(bench.children(grid), others[grid]) for grid in others)
    assert rings(bench.children(unit), of=micro[unit]) == rings(micro[unit], of=micro[unit])


def chord_between_vertices(shapes):
    """A unit and a straight line within it from one of its vertices to another, which leaves neither part small."""
    found = []
    for unit, shape in shapes.items():
        corners = shapely.points(shapely.get_coordinates(shape)[:-1:3])
        chords = [shapely.LineString([a, b]) for a, b in combinations(corners, 2)]
        within = [one for one in chords if shapely.covers(shape, one) and shapely.touches(shape.boundary, one)]
        areas = [(min(part.area for part in shapely.ops.split(shape, one).geoms), unit, one) for one in within]
        found += areas
    _, unit, chord = max(found, key=lambda one: one[0])
    return unit, chord


def rings(shapes, *, of):
    """Micro-grids that were retired come back under new codes, and vertices that borders got on the way stay on them."""
    known = set().union(*map(vertices, of.values()))
    return {shapely.to_wkb(shapely.normalize(_only(shape, known))) for shape in shapes.values()}


def _only(shape, known):
    (part,) = shape.geoms
    kept = [place for place in part.exterior.coords if tuple(np.rint(np.array(place) * 1e7).astype(int).tolist()) in known]
    return shapely.Polygon(kept)


def decide_on_the_page(bench):
    page = bench.page
    page.click("#tab-review")
    page.click("#hand-in")
    confirm(page)
    page.click("#tab-work")
    expect(state_of(bench)).to_have_text("已生效", timeout=30_000)
    bench.ready()


def test_a_click_on_a_finding_goes_to_its_unit_and_its_help_takes_the_tool(bench):
    page, unit = bench.page, splittable(bench.before)
    bench.split(unit)
    bench.saved(1)
    page.click("#tab-review")
    warning = page.locator(".finding.is-warning").first
    code = warning.locator(".muted").inner_text().split("·")[1].strip()
    shape = bench.before[unit]
    page.focus("#map")
    for _ in range(3):
        page.keyboard.press("-")
        page.evaluate(UNTIL % STILL)
    before = page.evaluate("() => window.wanggeEditor.view()")
    warning.locator(".link").click()
    page.evaluate(UNTIL % STILL)
    after = page.evaluate("() => window.wanggeEditor.view()")
    assert after["zoom"] > before["zoom"]
    assert shapely.box(*shape.bounds).contains(shapely.Point(after["lon"], after["lat"]))
    page.click("#tab-work")
    expect(page.locator(f".unit-card[data-unit='{code}']")).to_be_visible()


def test_what_the_effects_foretell_is_what_the_register_has_once_it_is_decided(bench):
    page, unit = bench.page, splittable(bench.before)
    bench.split(unit)
    bench.saved(1)
    page.click("#tab-review")
    expect(page.locator(f".effect[data-code='{unit}'] .before").first).to_be_visible(timeout=30_000)
    moves = page.locator(".effect-table tbody tr").all_inner_texts()
    foretold = {row.get_attribute("data-code"): row.inner_text() for row in page.locator(".effect").all()}
    bench.decide()
    with bench.engine.connect() as connection:
        now_there = units_at(connection, codes=[], children_of=[VILLAGE], at=now())
    households = dict(zip(now_there.code.tolist(), now_there.households.tolist(), strict=True))
    changed = households.keys() & foretold.keys()
    assert changed == {unit, *(households.keys() - bench.before.keys())}
    assert all(str(households[code]) in foretold[code] for code in changed)
    new = (changed - {unit}).pop()  # its name is that of the unit that it was split off
    assert any(unit in row and new in row for row in moves)


def seen(page, pixels):
    """Colours of the page at some pixels of the view."""
    picture = np.asarray(Image.open(io.BytesIO(page.screenshot())).convert("RGB")).astype(int)
    return picture[pixels[:, 1], pixels[:, 0]]


def along(bench, start, end):
    """Pixels along a line, without its ends, where it meets others."""
    points = [
        shapely.line_interpolate_point(shapely.LineString([start, end]), one, normalized=True)
        for one in np.arange(0.2, 0.8, 0.005)
    ]
    return np.rint([bench.pixel(point) for point in points]).astype(int)


def share_of(colours, colour):
    return float((np.abs(colours - colour).max(axis=-1) < 40).mean())


def longest_edge_of_a_junction(bench, *units):
    """A junction, the other end of an edge of it, and the grid; of some grids or of all."""
    found = []
    for shape in [bench.before[code] for code in units or bench.before]:
        ring = [tuple(one) for one in np.rint(np.array(shape.geoms[0].exterior.coords[:-1]) * 1e7).astype(int).tolist()]
        for k, vertex in enumerate(ring):
            ends = [ring[k - 1], ring[(k + 1) % len(ring)]]
            length = np.hypot(*(np.array(ends[0]) - vertex))
            if len(bench.holders(vertex)) > 2 and all(len(bench.holders(end)) > 1 for end in ends):
                found.append((length, vertex, ends[0], shape))
    return max(found, key=lambda one: one[0])[1:]


def degrees(vertex):
    return [vertex[0] / 1e7, vertex[1] / 1e7]


def beside(start, end, shape):
    """A point off the start of an edge, at a right angle to it and into a grid."""
    along_it = np.subtract(end, start)
    sides = [shapely.Point(start + 0.3 * np.array([-along_it[1], along_it[0]]) * way) for way in (1, -1)]
    return next(side for side in sides if shape.contains(side))


def zoom_in(bench, place):
    for _ in range(3):
        bench.page.mouse.move(*bench.pixel(place))
        bench.page.mouse.wheel(0, -120)
        bench.page.evaluate(UNTIL % STILL)


def test_the_comparison_dashes_what_was_and_draws_what_is_in_full(bench):
    page = bench.page
    at, end, shape = longest_edge_of_a_junction(bench)
    to = beside(degrees(at), degrees(end), shape)
    answer = httpx.post(
        f"{bench.base_url}/api/v1/change-sets/{bench.number}/commands",
        headers=people.headers_of(bench.engine, bench.account),
        json={"commands": [{"op": "move_vertex", "parent": VILLAGE, "at": degrees(at), "to": [to.x, to.y]}]},
        timeout=60,
    )
    assert answer.is_success, answer.text
    page.reload()
    bench.ready()
    page.locator("#compare-overlay").check(force=True)
    expect(page.locator(".compare-key")).to_be_visible()
    zoom_in(bench, shapely.Point(degrees(at)))
    was, now_there = seen(page, along(bench, degrees(at), degrees(end))), seen(page, along(bench, to, degrees(end)))
    assert 0.3 < share_of(was, BLUE) < 0.8
    assert share_of(now_there, ORANGE) > 0.8
    page.locator("#compare-off").check(force=True)
    page.evaluate(UNTIL % STILL)
    assert share_of(seen(page, along(bench, to, degrees(end))), ORANGE) == 0


def test_the_swipe_shows_today_left_of_its_bar_by_mouse_and_by_keys(bench):
    page, unit = bench.page, splittable(bench.before)
    bench.split(unit)
    bench.saved(1)
    page.click("#tool-select")  # the outline of what is chosen would lie over the border
    bench.click(max(bench.before.values(), key=bench.before[unit].distance).representative_point())
    page.locator("#compare-swipe").check(force=True)
    bar = page.get_by_role("slider")
    line = shapely.intersection(bench.before[unit], shapely.LineString(middle_line(bench.before[unit])))
    west, middle, east = (shapely.line_interpolate_point(line, share, normalized=True) for share in (0, 0.5, 1))
    left, right = along(bench, west, middle), along(bench, middle, east)
    box = bar.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 3)
    page.mouse.down()
    page.mouse.move(bench.pixel(middle)[0], box["y"] + box["height"] / 3, steps=3)
    page.mouse.up()
    page.evaluate(UNTIL % STILL)
    assert share_of(seen(page, left), GRID_LINE) < 0.3
    assert share_of(seen(page, right), GRID_LINE) > 0.7
    bar.focus()
    page.keyboard.press("End")
    expect(bar).to_have_attribute("aria-valuenow", "100")
    page.evaluate(UNTIL % STILL)
    assert share_of(seen(page, right), GRID_LINE) < 0.3
    for key, stands in (("Home", "0"), ("ArrowRight", "2"), ("PageUp", "12"), ("ArrowLeft", "10")):
        page.keyboard.press(key)
        expect(bar).to_have_attribute("aria-valuenow", stands)
    page.evaluate(UNTIL % STILL)
    assert share_of(seen(page, left), GRID_LINE) > 0.7


def test_the_note_of_a_change_set_is_saved_beside_work_that_is_not_sent_yet(bench):
    page, unit = bench.page, splittable(bench.before)
    bench.split(unit)
    page.click("#edit-set")
    page.fill("#set-note", "经村民代表会议讨论")
    page.fill("#set-title", "拆分过大的网格")
    page.click(".set-head button[type=submit]")
    expect(page.locator(".set-note")).to_have_text("经村民代表会议讨论")
    bench.saved(1)
    with bench.engine.connect() as connection:
        held = changes.change(connection, bench.number)
    assert (held.title, held.note, len(held.commands)) == ("拆分过大的网格", "经村民代表会议讨论", 1)
    page.reload()
    bench.ready()
    expect(page.locator(".set-note")).to_have_text("经村民代表会议讨论")


def come_back(page):
    """As when the tab is shown again after it was hidden."""
    page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")


def test_a_stale_tab_names_who_changed_the_grid_and_puts_its_commands_on_the_map_of_now(bench):
    page, unit = bench.page, splittable(bench.before)
    bench.split(unit)
    bench.saved(1)
    at, end, shape = longest_edge_of_a_junction(bench, unit)
    to = beside(degrees(at), degrees(end), shape)
    officer = bench.decided_by_others([{"op": "move_vertex", "parent": VILLAGE, "at": degrees(at), "to": [to.x, to.y]}])
    come_back(page)
    notice = page.locator("[data-notice=disagreed]")
    expect(notice).to_contain_text(officer, timeout=30_000)
    expect(notice).to_contain_text("他人的调整")
    expect(notice).to_contain_text(unit)
    notice.locator("button").click()
    expect(page.locator("#commands .command")).to_have_count(1)
    bench.saved(1)
    bench.decide()
    after = bench.children(VILLAGE)
    assert len(after) == len(bench.before) + 1
    assert all(at not in vertices(one) for one in after.values())


def test_a_command_that_works_no_more_is_taken_back_once_the_page_has_named_who_was_first(bench):
    page, unit = bench.page, splittable(bench.before)
    bench.split(unit)
    bench.saved(1)
    neighbour = max(
        (code for code in bench.before if code != unit),
        key=lambda code: shapely.intersection(bench.before[code].boundary, bench.before[unit].boundary).length,
    )
    officer = bench.decided_by_others([{"op": "merge", "units": [unit, neighbour], "into": neighbour}])
    come_back(page)
    notice = page.locator("[data-notice=stale]")
    expect(notice).to_contain_text(officer, timeout=30_000)
    expect(notice).to_contain_text(unit)
    page.click("#take-back-from")
    expect(notice).to_have_count(0)
    page.wait_for_function("(unit) => window.wanggeEditor.handles(unit).length === 0", arg=unit)
    assert bench.commands() == ()
    now_there = bench.children(VILLAGE)
    assert unit not in now_there
    bench.before = now_there
    page.locator("[data-notice=disagreed] button").click()
    bench.split(splittable(now_there))
    bench.saved(1)
    bench.decide()


def test_a_check_names_who_changed_the_same_grid_since_the_last_one(bench):
    page, unit = bench.page, splittable(bench.before)
    bench.split(unit)
    bench.saved(1)
    officer = bench.decided_by_others([{"op": "rename", "unit": unit, "name": "他人起的名字"}])
    page.click("#tab-review")
    page.click("#check")
    expect(page.locator("#verdict.is-good")).to_be_visible(timeout=30_000)
    expect(page.locator(".findings .notice")).to_contain_text(officer)
    expect(page.locator(".findings .notice")).to_contain_text("最新地图")


def test_who_hands_in_is_told_that_the_county_has_it_now_also_after_a_reload(bench):
    page = bench.page
    bench.split(splittable(bench.before))
    bench.saved(1)
    page.click("#tab-review")
    page.click("#hand-in")
    expect(page.locator("#verdict.is-good")).to_contain_text("已可由县区决定", timeout=30_000)
    page.reload()
    bench.ready()
    page.click("#tab-review")
    expect(page.locator("#verdict.is-good")).to_contain_text("已可由县区决定")


def test_a_place_is_found_and_opened_by_the_keyboard_alone(bench):
    page = bench.page
    page.goto(f"{bench.base_url}/workbench.html")
    page.fill("#place-search", VILLAGE)
    page.keyboard.press("Enter")  # several are found: the first is at hand
    expect(page.locator("button.choice").first).to_be_focused(timeout=30_000)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"#place={VILLAGE}$"))
    page.wait_for_function(OPENED)
