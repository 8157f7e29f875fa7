"""Every tool of the workbench, used with a real mouse; what it made is read from the register and proven whole."""

import itertools

import numpy as np
import pytest
import shapely

from tests.web.workbench.planner import (
    VILLAGE,
    children,
    freest,
    longest_border,
    middle_line,
    on_lattice,
    piece_over_a_border,
    splittable,
    vertices,
)

pytestmark = [pytest.mark.browser, pytest.mark.database]

LATTICE_UNIT = 1e-7


def is_exclusive(grid):
    return grid[len(VILLAGE) :] > "800"


def same_land(one, other):
    """But for what a vertex put on a border moves it: less than a lattice unit along its length."""
    return shapely.symmetric_difference(one, other).area <= LATTICE_UNIT * one.length


def expect_split(bench, unit):
    """The unit became two, which together are its land; nobody else got or lost any."""
    after = bench.children(VILLAGE)
    made = set(after) - set(bench.before)
    assert len(made) == 1 and set(bench.before) < set(after)
    assert same_land(shapely.union(after[unit], after[made.pop()]), bench.before[unit])
    assert all(same_land(after[code], shape) for code, shape in bench.before.items() if code != unit)
    bench.agrees([code for code in after if code in bench.before])
    return after


def test_an_exclusive_grid_is_carved_out_of_two(bench):
    page, shapes = bench.page, bench.before
    first, second, piece = piece_over_a_border({code: shape for code, shape in shapes.items() if not is_exclusive(code)})
    bench.draw("carve", shapely.points(shapely.get_coordinates(piece)[:-1]))
    page.fill("#asked-text", "农贸市场")
    page.keyboard.press("Enter")
    bench.saved(1)
    bench.decide()
    after = bench.children(VILLAGE)
    (made,) = set(after) - set(shapes)
    assert made == max(filter(is_exclusive, after))
    for giver in (first, second):
        assert same_land(after[giver], shapely.difference(shapes[giver], after[made]))
    assert after[made].area == pytest.approx(piece.area, rel=0.1)
    bench.agrees([first, second])


def test_a_border_moves_to_a_line_drawn_between_two_of_its_points(bench):
    shapes = bench.before
    first, second, line = new_border(shapes)
    start, over, end = shapely.points(shapely.get_coordinates(line))
    bench.page.click("#tool-border")
    bench.click(start)
    bench.page.keyboard.down("Control")
    bench.click(over)
    bench.page.keyboard.up("Control")
    bench.click(end)
    bench.page.keyboard.press("Enter")
    bench.saved(1)
    assert [(one["op"], set(one["units"])) for one in bench.commands()] == [("move_border", {first, second})]
    bench.decide()
    after = bench.children(VILLAGE)
    assert set(after) == set(shapes)
    new = vertices(after[first]) - vertices(shapes[first])
    assert new == vertices(after[second]) - vertices(shapes[second])
    way = shapely.LineString(np.array(sorted(new)) / 1e7) if len(new) > 1 else shapely.Point(np.array(*new) / 1e7)
    assert shapely.distance(way, over) < 3 * bench.degrees_per_pixel()
    assert not same_land(after[first], shapes[first])
    assert same_land(shapely.union(after[first], after[second]), shapely.union(shapes[first], shapes[second]))
    assert all(same_land(after[code], shape) for code, shape in shapes.items() if code not in (first, second))
    bench.agrees([first, second])


def new_border(shapes):
    """Two neighbours, and a line through both between two points of their border, which it does not meet elsewhere."""
    for first, second, border in longest_border(shapes):
        both = shapely.union(shapes[first], shapes[second])
        ends = shapely.line_interpolate_point(border, [0.25, 0.75], normalized=True)
        along = shapely.get_coordinates(ends[1])[0] - shapely.get_coordinates(ends[0])[0]
        middle = shapely.get_coordinates(ends).mean(axis=0)
        for aside in (0.5, -0.5, 0.35, -0.35):
            over = middle + aside * np.array([-along[1], along[0]])
            line = shapely.LineString([*shapely.get_coordinates(ends[:1]), over, *shapely.get_coordinates(ends[1:])])
            inner = shapely.line_interpolate_point(line, np.linspace(0.1, 0.9, 40), normalized=True)
            room = shapely.length(line) / 40
            if shapely.contains_properly(both, line) and (shapely.distance(inner, border) > room).all():
                return first, second, line
    raise AssertionError("no border of the village has room for another line")


def test_a_grid_with_a_hole_is_split_by_a_line_through_the_hole(new_bench, demo_copy):
    shapes = children(demo_copy, VILLAGE)
    unit = splittable(shapes)
    around = shapely.maximum_inscribed_circle(shapes[unit])
    centre = shapely.get_point(around, 0)
    market = shapely.box(*centre.buffer(shapely.length(around) / 2).bounds)
    carve = {"op": "carve", "parent": VILLAGE, "polygon": shapely.geometry.mapping(market), "name": "农贸市场"}
    bench = new_bench(carve)
    (hole,) = set(bench.before) - set(shapes)
    assert len(bench.before[unit].geoms[0].interiors) == 1
    bench.draw("split", line_through(centre, shapes[unit]))
    bench.saved(1)
    assert [(one["op"], one["unit"], one["lines"]["type"]) for one in bench.commands()] == [("split", unit, "MultiLineString")]
    bench.decide()
    after = expect_split(bench, unit)
    assert all(len(part.interiors) == 0 for code in after if code != hole for part in after[code].geoms)


def line_through(centre, shape):
    """From outside of a shape to outside, crossing its border twice, also where it runs a little beside."""
    reach = np.hypot(*np.ptp(np.reshape(shape.bounds, (2, 2)), axis=0))
    for angle in np.linspace(0, np.pi, 24, endpoint=False):
        way = np.array([np.cos(angle), np.sin(angle)])
        whole = shapely.LineString([centre.coords[0] - reach * way, centre.coords[0] + reach * way])
        crossed = shapely.intersection(shape, whole)
        if all(shapely.get_num_geometries(shapely.intersection(shape, beside(whole, reach * k))) == 1 for k in (-0.01, 0, 0.01)):
            ends = shapely.get_coordinates(crossed)[[0, -1]]
            return shapely.points(ends + np.array([-1, 1])[:, None] * np.sign((ends[1] - ends[0]) @ way) * way * reach / 30)
    raise AssertionError("every line through the middle crosses the border more than twice")


def beside(line, far):
    return shapely.offset_curve(line, far) if far else line


def test_one_part_of_a_multipart_grid_is_split_and_the_other_stays_with_it(new_bench, demo_copy):
    unit, transfer = in_two_parts(children(demo_copy, VILLAGE))
    bench = new_bench(transfer)
    parts = sorted(bench.before[unit].geoms, key=shapely.area)
    assert len(parts) == 2
    bench.draw("split", middle_line(parts[-1]))
    bench.saved(1)
    bench.decide()
    after = expect_split(bench, unit)
    assert any(same_land(part, parts[0]) for part in after[unit].geoms)
    assert sum(len(shape.geoms) for code, shape in after.items() if code == unit or code not in bench.before) == 3


def in_two_parts(shapes):
    """A grid, and the command that gives a strip across it to a neighbour; the larger part can be split from west to east."""
    for unit in sorted(shapes, key=lambda code: -shapes[code].area):
        west, south, east, north = shapes[unit].bounds
        for low in np.linspace(0.1, 0.8, 15):
            strip = shapely.box(west - 1, south + low * (north - south), east + 1, south + (low + 0.08) * (north - south))
            piece, rest = shapely.intersection(shapes[unit], strip), shapely.difference(shapes[unit], strip)
            if piece.geom_type != "Polygon" or shapely.get_num_geometries(rest) != 2:
                continue
            touched = {code: shapely.intersection(piece, shape).length for code, shape in shapes.items() if code != unit}
            to = max(touched, key=touched.get)
            if touched[to] > 0 and splittable_parts(rest):
                return unit, {"op": "transfer", "piece": shapely.geometry.mapping(piece), "to": to}
    raise AssertionError("no grid of the village can be parted by a strip")


def splittable_parts(rest):
    try:
        return splittable(dict(enumerate(rest.geoms))) == int(np.argmax(shapely.area(list(rest.geoms))))
    except ValueError:
        return False


def test_the_middle_of_an_edge_is_dragged_and_becomes_a_vertex_of_both_sides(bench):
    unit = max(bench.before, key=lambda code: bench.before[code].area)
    middle = middle_of(bench, unit, longest_edge(bench, bench.hold(unit)))
    bench.drag(middle, bench.toward(middle, unit, 12))
    bench.saved(2)
    assert [one["op"] for one in bench.commands()] == ["insert_vertex", "move_vertex"]
    bench.decide()
    after = bench.children(VILLAGE)
    new = {code: vertices(after[code]) - vertices(shape) for code, shape in bench.before.items()}
    holders = [code for code, found in new.items() if found]
    assert unit in holders and len(holders) == 2
    assert all(len(new[code]) == 1 for code in holders) and len(set.union(*new.values())) == 1
    bench.agrees(bench.before)


def longest_edge(bench, handles):
    """Middle of the longest edge between two grids, in pixels."""
    inner = [one for one in handles if len(bench.holders(on_lattice(one))) > 1]
    edges = [(one, other) for one, other in itertools.pairwise(handles) if one in inner and other in inner]
    places = np.array([[(one["x"], one["y"]) for one in edge] for edge in edges])
    return places[np.hypot(*np.diff(places, axis=1)[:, 0].T).argmax()].mean(axis=0)


def middle_of(bench, unit, place):
    """Turns the wheel at the middle of an edge until there is room for its handle."""
    bench.page.mouse.move(*place)
    while not (middles := [one for one in bench.handles(unit) if one["kind"] == "middle"]):
        bench.wheel()
    return min(middles, key=lambda one: np.hypot(*(np.array((one["x"], one["y"])) - place)))


def test_a_double_click_takes_a_vertex_out_of_both_sides(bench):
    unit = max(bench.before, key=lambda code: bench.before[code].area)
    vertex = freest(bench.hold(unit), lambda one: one["kind"] == "vertex")
    bench.page.mouse.dblclick(vertex["x"], vertex["y"])
    bench.saved(1)
    assert [one["op"] for one in bench.commands()] == ["remove_vertex"]
    bench.decide()
    after = bench.children(VILLAGE)
    gone = {code: vertices(shape) - vertices(after[code]) for code, shape in bench.before.items()}
    holders = bench.holders(on_lattice(vertex))
    assert unit in holders and len(holders) == 2
    assert all(found == ({on_lattice(vertex)} if code in holders else set()) for code, found in gone.items())
    bench.agrees(bench.before)


def test_a_line_drawn_near_a_vertex_and_a_border_ends_on_them(bench):
    page = bench.page
    unit = splittable(bench.before)
    vertex, (start, end) = chord(bench.hold(unit))
    page.click("#tool-split")
    page.mouse.click(vertex["x"] + 4, vertex["y"] - 4)
    ends = np.array([(one["x"], one["y"]) for one in (start, end)])
    way = np.diff(ends, axis=0)[0]
    page.mouse.dblclick(*(ends.mean(axis=0) + 5 * way[::-1] * (1, -1) / np.hypot(*way)))
    bench.saved(1)
    bench.decide()
    after = expect_split(bench, unit)
    pieces = [shape for code, shape in after.items() if code == unit or code not in bench.before]
    assert all(on_lattice(vertex) in vertices(piece) for piece in pieces)
    (new,) = set.union(*map(vertices, pieces)) - vertices(bench.before[unit])
    edge = shapely.LineString([on_lattice(start), on_lattice(end)])
    assert shapely.distance(edge, shapely.Point(new)) < 1


def chord(handles):
    """A vertex, and the ends of an edge to whose middle a line goes within the grid; the room that they have is the widest."""
    ring = [one for one in handles if one["kind"] != "middle"]
    places = np.array([(one["x"], one["y"]) for one in ring])
    following = np.roll(places, -1, axis=0)
    shape, room = shapely.Polygon(places), np.hypot(*(places - following).T)
    found = []
    for i in range(len(ring)):
        starts, ends = 0.98 * places[i] + 0.01 * (places + following), 0.02 * places[i] + 0.49 * (places + following)
        inner = shapely.linestrings(np.stack([starts, ends], axis=1))
        near = min(room[i], room[i - 1])
        found += [(min(near, room[j] / 2), i, j) for j in np.flatnonzero(shapely.contains_properly(shape, inner))]
    widest, i, j = max(found)
    assert widest > 20, "no vertex of the grid has room around it"
    return ring[i], (ring[j], ring[(j + 1) % len(ring)])
