"""The planner's workbench in a real browser: what mouse and keys did there is read from the register and proven whole."""

from itertools import combinations

import numpy as np
import pytest
import shapely
from playwright.sync_api import expect

from tests.web.workbench.planner import AXE, AXE_FINDINGS, STILL, UNTIL, VILLAGE, on_lattice, splittable, vertices

pytestmark = [pytest.mark.browser, pytest.mark.database]


def free_junction(bench, handles):
    """A vertex at which three grids meet, apart from every other handle."""
    places = np.array([(one["x"], one["y"]) for one in handles])
    gaps = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1))
    np.fill_diagonal(gaps, np.inf)
    junctions = [i for i, one in enumerate(handles) if one["kind"] == "node" and len(bench.holders(on_lattice(one))) > 2]
    return handles[max(junctions, key=lambda i: gaps[i].min())]


def expect_moved(bench, old):
    """The vertex has left its place in all units that had it, for the same new place in all of them."""
    holders = bench.holders(old)
    after = bench.children(VILLAGE)
    assert set(after) == set(bench.before)
    new = [vertices(after[code]) - vertices(bench.before[code]) for code in holders]
    assert holders
    assert all(old not in vertices(shape) for shape in after.values())
    assert len(new[0]) == 1 and all(one == new[0] for one in new)
    return holders


def test_a_dragged_junction_moves_in_all_its_grids_and_the_register_is_whole(bench):
    page = bench.page
    unit = max(bench.before, key=lambda code: (len(bench.junctions(code)), bench.before[code].area))
    page.click("#tool-vertex")
    bench.click(bench.before[unit].representative_point())
    page.locator(f".unit-card[data-unit='{unit}'] .icon-only").first.click()
    page.evaluate(UNTIL % STILL)
    handle = free_junction(bench, bench.handles(unit))
    start = np.array((handle["x"], handle["y"]))
    way = bench.pixel(bench.before[unit].representative_point()) - start
    target = start + way / np.hypot(*way) * 7
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*target, steps=4)
    page.wait_for_function("() => document.documentElement.dataset.dragging === 'true'")
    page.mouse.up()
    bench.saved(1)
    bench.decide()
    holders = expect_moved(bench, on_lattice(handle))
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
    page, shapes = bench.page, bench.before
    giver, taker, piece = piece_over_a_border(shapes)
    page.click("#tool-transfer")
    page.keyboard.down("Control")
    for corner in shapely.points(shapely.get_coordinates(piece)[:-1]):
        bench.click(corner)
    page.keyboard.up("Control")
    page.keyboard.press("Enter")
    bench.click(shapes[taker].representative_point())
    bench.saved(1)
    bench.decide()
    after = bench.children(VILLAGE)
    assert after[taker].area > shapes[taker].area and after[giver].area < shapes[giver].area
    assert after[taker].area + after[giver].area == pytest.approx(shapes[taker].area + shapes[giver].area, rel=1e-9)
    bench.agrees([giver, taker])


def piece_over_a_border(shapes):
    """Two neighbours, and a square within them over the middle of their longest border."""
    borders = [(shapely.intersection(shapes[a].boundary, shapes[b].boundary), a, b) for a, b in combinations(sorted(shapes), 2)]
    for border, a, b in sorted(borders, key=lambda one: -one[0].length):
        line = max(shapely.get_parts(shapely.line_merge(border)), key=shapely.length)
        centre = shapely.line_interpolate_point(line, 0.5, normalized=True)
        both = shapely.union(shapes[a], shapes[b])
        for share in (0.3, 0.2, 0.1):
            square = shapely.box(*(centre.buffer(line.length * share).bounds))
            parts = [shapely.difference(shapes[one], square) for one in (a, b)]
            taken = shapely.intersection(shapes[a], square)
            if shapely.contains_properly(both, square) and all(
                one.geom_type == "Polygon" or len(one.geoms) == 1 for one in (*parts, taken)
            ):
                return a, b, square
    raise AssertionError("no border of the village has room for a piece")


def test_axe_finds_nothing_with_a_change_set_open(new_bench):
    """Only axe is let past the content policy; the other tests are under it."""
    bench = new_bench(bypass_csp=True)
    page = bench.page
    bench.split(splittable(bench.before))
    bench.saved(1)
    page.add_script_tag(path=AXE)
    for tab in ("work", "review", "units", "import", "time"):
        page.click(f"#tab-{tab}")
        assert page.evaluate(AXE_FINDINGS) == [], tab


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
    bench.agrees(expect_moved(bench, on_lattice(stops[steps])))
