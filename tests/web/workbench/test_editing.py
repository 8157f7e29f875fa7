"""The planner's workbench in a real browser: what mouse and keys did there is read from the register and proven whole."""

from itertools import combinations

import pytest
import shapely
from playwright.sync_api import expect

from tests.web.access import AXE, AXE_FINDINGS, TOO_WIDE
from tests.web.workbench.planner import VILLAGE, freest, on_lattice, piece_over_a_border, splittable

pytestmark = [pytest.mark.browser, pytest.mark.database]


def test_a_dragged_junction_moves_in_all_its_grids_and_the_register_is_whole(bench):
    unit = max(bench.before, key=lambda code: (len(bench.junctions(code)), bench.before[code].area))
    handle = freest(bench.hold(unit), lambda one: one["kind"] == "node" and len(bench.holders(on_lattice(one))) > 2)
    bench.drag(handle, bench.toward(handle, unit, 7))
    bench.saved(1)
    bench.decide()
    holders = bench.moved(on_lattice(handle))
    assert unit in holders and len(holders) > 2
    bench.agrees(holders)


def test_a_split_undone_redone_and_handed_in_is_one_more_grid(bench):
    page, unit = bench.page, splittable(bench.before)
    bench.split(unit)
    bench.saved(1)
    page.keyboard.press("Control+z")
    bench.saved(0)
    page.keyboard.press("Control+y")
    bench.saved(1)
    page.click("#tab-review")
    page.click("#hand-in")
    expect(page.locator("#verdict.is-good")).to_be_visible(timeout=30_000)
    bench.decide()
    after = bench.children(VILLAGE)
    assert len(after) == len(bench.before) + 1
    pieces = [shape for code, shape in after.items() if code == unit or code not in bench.before]
    assert len(pieces) == 2
    assert shapely.union_all(pieces).symmetric_difference(bench.before[unit]).area < 1e-4 * bench.before[unit].area


def test_two_micro_grids_merged_are_one(bench):
    page = bench.page
    micro = {grid: bench.children(grid) for grid in bench.before}
    pairs = [
        (min(a[1].area, b[1].area), a, b, grid)
        for grid, parts in micro.items()
        for a, b in combinations(parts.items(), 2)
        if shapely.intersection(a[1].boundary, b[1].boundary).length > 0 and len(parts) > 2
    ]
    _, (_, first_shape), (_, second_shape), grid = max(pairs, key=lambda pair: pair[0])
    page.locator("#level-micro_grid").check(force=True)
    page.click("#tool-merge")
    bench.click(first_shape.representative_point())
    bench.click(second_shape.representative_point())
    page.keyboard.press("Enter")
    bench.saved(1)
    bench.decide()
    after = bench.children(grid)
    assert len(after) == len(micro[grid]) - 1
    merged = shapely.union_all([first_shape, second_shape])
    assert any(shapely.equals(shape, merged) for shape in after.values())


def test_a_drawn_piece_goes_from_one_grid_to_its_neighbour(bench):
    shapes = bench.before
    giver, taker, piece = piece_over_a_border(shapes)
    bench.draw("transfer", shapely.points(shapely.get_coordinates(piece)[:-1]))
    bench.click(shapes[taker].representative_point())
    bench.saved(1)
    bench.decide()
    after = bench.children(VILLAGE)
    assert after[taker].area > shapes[taker].area and after[giver].area < shapes[giver].area
    assert after[taker].area + after[giver].area == pytest.approx(shapes[taker].area + shapes[giver].area, rel=1e-9)
    bench.agrees([giver, taker])


def test_axe_finds_nothing_with_a_change_set_open(new_bench):
    """Only axe is let past the content policy; the other tests are under it."""
    bench = new_bench(bypass_csp=True)
    page = bench.page
    bench.split(splittable(bench.before))
    bench.saved(1)
    page.add_script_tag(path=AXE)
    for tab in ("work", "review", "units", "import", "time"):
        page.click(f"#tab-{tab}")
        assert page.evaluate(AXE_FINDINGS) == [] and page.evaluate(TOO_WIDE) == [], tab


def test_a_vertex_moves_by_the_keyboard_alone(bench):
    page, press = bench.page, bench.page.keyboard.press
    page.focus("#map")
    press("v")
    press("Enter")
    press("n")
    stops = [one for one in page.evaluate("() => window.wanggeEditor.handles()") if one["kind"] != "middle"]
    steps = next(i for i, one in enumerate(stops) if one["kind"] == "node")
    for key in ["Home", *["ArrowRight"] * steps, "Enter", *["ArrowDown"] * 3, "Enter"]:
        press(key)
    bench.saved(1)
    bench.decide()
    bench.agrees(bench.moved(on_lattice(stops[steps])))
