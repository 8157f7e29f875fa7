"""What cannot be done on the map is said at once, in the reader's language, and nothing comes of it."""

import numpy as np
import pytest
import shapely
from playwright.sync_api import expect

from tests.web.workbench.planner import freest, middle_line, on_lattice

pytestmark = [pytest.mark.browser, pytest.mark.database]

OUTSIDE = ("在地图之外松开，没有改动；请拖到地图之内再松开。", "Let go outside the map: nothing has changed; let go within it.")
BREAKS = ("这样会使单元交叉或没有面积，不能这样改。", "A unit would cross itself or lose its area.")
NO_LENGTH = ("线没有长度，请从一处画到另一处。", "The line has no length; draw it from one place to another.")
NO_POLYGON = ("画的不是多边形；至少要三个点。", "What was drawn is no polygon; it takes three corners.")
OUT_OF_SCOPE = ("这超出了变更单的范围。", "This lies outside the scope of the change set.")
NODE = ("这里有三条以上的边界相接，不能删去。", "Three borders or more meet here; only a vertex between two can go.")


def expect_refused(bench, sentences):
    """Both languages say why; page and register have the land that they had, and there is nothing to be sent."""
    note = bench.page.locator("#map .editor-refusal")
    for sentence in sentences:
        expect(note).to_have_text(sentence)
        expect(note).to_be_in_viewport(ratio=0.99)
        bench.page.click("#language")
    assert bench.page.evaluate("() => document.documentElement.dataset.commands") == "0"
    assert bench.commands() == ()
    bench.agrees(bench.before)


def junction(bench):
    """A grid in hand and its freest vertex where three grids meet."""
    unit = max(bench.before, key=lambda code: (len(bench.junctions(code)), bench.before[code].area))
    return unit, freest(bench.hold(unit), lambda one: one["kind"] == "node" and len(bench.holders(on_lattice(one))) > 2)


@pytest.mark.parametrize(
    "target", [(700, 20), (-60, 300), (600, 900)], ids=["on the header", "left of the window", "below the window"]
)
def test_a_vertex_let_go_outside_the_map_stays_where_it_was(bench, target):
    bench.drag(junction(bench)[1], target)
    assert bench.page.evaluate("() => document.documentElement.dataset.dragging") == "false"
    expect_refused(bench, OUTSIDE)


def test_a_mouse_let_go_outside_in_one_jerk_holds_nothing_when_it_comes_back(bench):
    page, (unit, handle) = bench.page, junction(bench)
    page.mouse.move(handle["x"], handle["y"])
    page.mouse.down()
    page.mouse.move(1300, 20)
    page.mouse.up()
    page.mouse.move(*bench.toward(handle, unit, 30), steps=4)
    assert page.evaluate("() => document.documentElement.dataset.dragging") == "false"
    expect_refused(bench, OUTSIDE)


def test_a_vertex_dragged_across_a_border_is_refused_before_it_is_let_go_and_stays(bench):
    unit, handle = junction(bench)
    start = np.array((handle["x"], handle["y"]))
    ways = [(one["x"], one["y"]) - start for one in bench.handles(unit)]
    bench.take(handle, start + 1.05 * max(ways, key=np.linalg.norm), steps=1)
    expect(bench.page.locator("#map .editor-refusal")).to_have_text(BREAKS[0])
    expect(bench.page.locator("#status")).to_contain_text(BREAKS[0])
    bench.page.mouse.up()
    expect_refused(bench, BREAKS)


def test_a_double_click_on_a_junction_takes_nothing_away(bench):
    _, handle = junction(bench)
    bench.page.mouse.dblclick(handle["x"], handle["y"])
    expect_refused(bench, NODE)


@pytest.mark.parametrize(
    "tool, sentences", [("split", NO_LENGTH), ("border", NO_LENGTH), ("transfer", NO_POLYGON), ("carve", NO_POLYGON)]
)
def test_a_double_click_draws_nothing(bench, tool, sentences):
    unit = next(iter(bench.before))
    bench.page.click(f"#tool-{tool}")
    bench.page.mouse.dblclick(*bench.pixel(bench.before[unit].representative_point()))
    expect_refused(bench, sentences)


def test_a_line_without_length_splits_nothing(bench):
    start, _ = middle_line(next(iter(bench.before.values())))
    bench.draw("split", [start, start])
    expect_refused(bench, NO_LENGTH)


def test_a_line_that_begins_and_ends_outside_and_crosses_nothing_splits_nothing(bench):
    west, south, _, north = shapely.total_bounds(list(bench.before.values()))
    aside = west - 30 * bench.degrees_per_pixel()
    bench.draw("split", shapely.points([(aside, south), (aside, (south + north) / 2)]))
    expect_refused(bench, OUT_OF_SCOPE)


def test_a_line_that_ends_inside_is_kept_to_be_drawn_on(bench):
    unit, shape = max(bench.before.items(), key=lambda one: one[1].area)
    start, end = middle_line(shape)
    bench.draw("split", [start, shape.representative_point()])
    expect_refused(bench, ("线的一端停在单元内部，请画到边界。", "The line ends inside the unit; draw it to a border."))
    bench.page.keyboard.down("Control")
    bench.click(end)
    bench.page.keyboard.up("Control")
    bench.page.keyboard.press("Enter")
    bench.saved(1)
    assert [(one["op"], one["unit"]) for one in bench.commands()] == [("split", unit)]
