"""Commands carried out on one village, its grids and micro-grids, and what comes of them."""

import json

import numpy as np
import pytest
import shapely

from boundaries.changes.commands import checked
from boundaries.changes.inverse import inverse_commands
from boundaries.changes.land import Land, Unit, faces
from boundaries.changes.outcome import outcome_of, replay
from boundaries.codes import LEVELS
from gis.errors import Refusal
from gis.lattice import from_lattice
from gis.tiling import prove

#        0        10        20        30     thousands of lattice units
#   20   +----+----+---------+---------+
#        | 11 | 12 |         |    B    |     village A: grids 1 (micro-grids 11 to 14), 2 and 3 (31, which is all of it)
#   10   +----+----+    2    | undivided     village B beside it is not divided
#        | 13 | 14 +---------+         |
#    0   +----+----+    3    +---------+
TOWN = "510502001"
A, B = f"{TOWN}001", f"{TOWN}002"
ONE, TWO, THREE = (f"{A}00{k}" for k in (1, 2, 3))
EAST, NORTH = 1_054_000_000, 288_000_000


def degrees(points):
    return from_lattice(np.array(points) * 1000 + (EAST, NORTH)).tolist()


def ring(*points):
    return {"type": "Polygon", "coordinates": [degrees([*points, points[0]])]}


def box(west, south, east, north):
    return ring((west, south), (east, south), (east, north), (west, north))


def line(*points):
    return {"type": "LineString", "coordinates": degrees(points)}


def unit(code, *points, kind=None, households=None, divided=False, name=None):
    shape = shapely.from_geojson(json.dumps(ring(*points)))
    return Unit(code, name or f"单元{code[-2:]}", kind, households, divided, shape)


@pytest.fixture(scope="module")
def land():
    outline = [(0, 0), (5, 0), (10, 0), (20, 0), (30, 0), (30, 20), (20, 20), (10, 20), (5, 20), (0, 20), (0, 10)]
    village = [(0, 0), (5, 0), (10, 0), (20, 0), (20, 9), (20, 20), (10, 20), (5, 20), (0, 20), (0, 10)]
    first = [(0, 0), (5, 0), (10, 0), (10, 9), (10, 10), (10, 20), (5, 20), (0, 20), (0, 10)]
    third = [(10, 0), (20, 0), (20, 9), (10, 9)]
    above = [unit(code, *outline, households=1000, divided=True) for code in ("5105", "510502", TOWN)]
    micro = {
        "01": ([(0, 10), (5, 10), (5, 20), (0, 20)], 10),
        "02": ([(5, 10), (10, 10), (10, 20), (5, 20)], 20),
        "03": ([(0, 0), (5, 0), (5, 10), (0, 10)], 30),
        "04": ([(5, 0), (10, 0), (10, 9), (10, 10), (5, 10)], 40),
    }
    return Land(
        [
            *above,
            unit(A, *village, households=700, divided=True),
            unit(B, (20, 0), (30, 0), (30, 20), (20, 20), (20, 9), households=300),
            unit(ONE, *first, kind="comprehensive", households=100, divided=True),
            unit(TWO, (10, 9), (20, 9), (20, 20), (10, 20), (10, 10), kind="comprehensive", households=400),
            unit(THREE, *third, kind="comprehensive", households=200, divided=True),
            *(unit(f"{ONE}{k}", *points, kind="micro", households=count) for k, (points, count) in micro.items()),
            unit(f"{THREE}01", *third, kind="micro", households=200),
        ]
    )


def used(parent):
    return [f"{A}{k:03}" for k in range(1, 6)] if parent == A else [f"{parent}{k:02}" for k in range(1, 5)]


def carried_out(land, *commands):
    """The land after some commands and the outcome, every unit tiled."""
    after = replay(land, [checked(command) for command in commands])
    for each in after:
        below = faces([after[name] for name in after.children(each.id)])
        assert not len(below) or prove(below, np.zeros(len(below), int), [each.geometry]).ok
    return after, outcome_of(land, after, used=used)


def households(outcome):
    return {outcome.codes[each.id]: each.households for each in outcome.after if each.id not in outcome.technical}


def refusal(land, *commands):
    with pytest.raises(Refusal) as caught:
        outcome_of(land, replay(land, [checked(command) for command in commands]), used=used)
    return caught.value


def test_micro_grids_go_with_their_grid_when_it_is_split_between_them(land):
    _, outcome = carried_out(land, {"op": "split", "unit": ONE, "lines": line((5, -5), (5, 25))})
    found = households(outcome)
    assert (found[ONE], found[f"{A}006"]) == (40, 60)
    assert sorted([found[f"{A}00601"], found[f"{A}00602"]]) == [20, 40]
    assert len(found) == 4 and not outcome.technical


def test_a_split_across_micro_grids_cuts_off_slivers_to_their_neighbours_on_the_same_side(land):
    after, outcome = carried_out(land, {"op": "split", "unit": ONE, "lines": line((6, -5), (6, 25))})
    assert sum(len(after.children(name)) for name in after.children(A)) == 5
    assert households(outcome)[ONE] + households(outcome)[f"{A}006"] == 100
    assert outcome.technical == {"5105", "510502", TOWN, A}


def test_a_line_through_vertices_and_along_micro_borders_puts_no_node_anywhere(land):
    _, outcome = carried_out(land, {"op": "split", "unit": ONE, "lines": line((0, 10), (5, 10), (5, 20))})
    assert not outcome.technical and all(heir.area_m2 > 0 for heir in outcome.heirs)


def test_a_split_needs_a_line_that_divides(land):
    assert refusal(land, {"op": "split", "unit": ONE, "lines": line((0, 0), (0, 20))}).code == "line_does_not_divide"


def test_a_merge_keeps_the_code_of_the_larger_and_all_micro_grids(land):
    after, outcome = carried_out(land, {"op": "merge", "units": [ONE, THREE]})
    assert after.children(A) == [ONE, TWO]
    assert households(outcome) == {ONE: 300, f"{ONE}05": 200}


def test_an_undivided_grid_merged_into_a_divided_one_becomes_its_remainder(land):
    after, outcome = carried_out(land, {"op": "merge", "units": [ONE, TWO], "into": ONE})
    remainder = [after[name] for name in after.children(ONE) if after[name].kind == "remainder"]
    assert len(remainder) == 1 and households(outcome) == {ONE: 500, f"{ONE}05": 400}


def test_a_divided_grid_merged_into_an_undivided_one_is_divided_as_before(land):
    after, outcome = carried_out(land, {"op": "merge", "units": [TWO, THREE], "into": TWO})
    assert sorted(after[name].kind for name in after.children(TWO)) == ["micro", "remainder"]
    assert households(outcome)[TWO] == 600


def test_a_transfer_of_all_but_one_micro_grid_leaves_that_one(land):
    piece = ring((5, 0), (10, 0), (10, 20), (0, 20), (0, 10), (5, 10))
    after, outcome = carried_out(land, {"op": "transfer", "piece": piece, "to": TWO})
    assert after.children(ONE) == [f"{ONE}03"]
    assert households(outcome)[ONE] == 30 and households(outcome)[TWO] == 470


def test_nothing_is_left_of_a_grid_only_by_merging(land):
    assert refusal(land, {"op": "transfer", "piece": box(-1, -1, 10, 21), "to": TWO}).code == "face_used_up"


def test_a_small_carve_inside_one_micro_grid_takes_a_share_of_its_households(land):
    after, outcome = carried_out(land, {"op": "carve", "parent": A, "polygon": box(1, 1, 4, 4), "name": "市场"})
    assert after[f"{A}+1.1"].kind == "exclusive" and outcome.codes[f"{A}+1.1"] == f"{A}801"
    assert households(outcome) == {f"{A}801": 5, ONE: 95, f"{ONE}03": 25}
    assert shapely.get_num_interior_rings(after[f"{ONE}03"].geometry) == 1


def test_a_carve_of_one_lattice_unit_is_carried_out_or_refused(land):
    tiny = box(1, 1, 1.001, 1.001)
    after, _ = carried_out(land, {"op": "carve", "parent": A, "polygon": tiny, "name": "点"})
    assert f"{A}+1.1" in after


def test_a_polygon_over_two_villages_takes_land_of_its_own_village_alone(land):
    after, outcome = carried_out(land, {"op": "draw", "parent": A, "polygon": box(18, 5, 25, 15), "name": "河边"})
    assert B in outcome.technical
    assert shapely.bounds(after[f"{A}+1.1"].geometry)[2] == degrees([(20, 0)])[0][0]


def test_a_village_border_moves_over_grids_and_micro_grids_below(land):
    command = {"op": "move_border", "units": [A, B], "line": line((20, 0), (18, 2), (18, 18), (20, 20))}
    after, outcome = carried_out(land, command)
    assert {A, B, TWO, THREE, f"{THREE}01"} <= outcome.changed
    assert not after.children(B)
    assert households(outcome)[A] + households(outcome)[B] == 1000


def test_land_that_comes_to_a_divided_village_joins_its_grids(land):
    command = {"op": "move_border", "units": [A, B], "line": line((20, 0), (22, 2), (22, 18), (20, 20))}
    after, outcome = carried_out(land, command)
    assert after.children(A) == [ONE, TWO, THREE]
    grids = sum(households_of(land, outcome, name) for name in after.children(A))
    assert grids - 700 == households(outcome)[A] - 700 > 0


def households_of(base, outcome, name):
    """Households of a unit once the outcome is decided."""
    changed = {each.id: each for each in outcome.after}
    return (changed[name] if name in changed else base[name]).households


def test_new_units_can_be_named_by_later_commands(land):
    after, outcome = carried_out(
        land,
        {"op": "split", "unit": TWO, "lines": line((15, 0), (15, 30)), "keep": True},
        {"op": "rename", "unit": f"{A}+1.1", "name": "新网格"},
        {"op": "divide", "parent": f"{A}+1.1", "faces": [{"geometry": json.loads(shapely.to_geojson(east_of(land)))}]},
        {"op": "count_households", "unit": f"{A}+1.1+3.1", "households": 50},
    )
    assert after[f"{A}+1.1"].name == "新网格" and outcome.codes[f"{A}+1.1+3.1"].startswith(outcome.codes[f"{A}+1.1"])


def east_of(land):
    """What a split of grid 2 makes of it first."""
    return replay(land, [{"op": "split", "unit": TWO, "lines": line((15, 0), (15, 30))}])[f"{A}+1.1"].geometry


def test_a_first_division_shares_out_what_was_counted(land):
    halves = [{"geometry": box(20, 9, 30, 20)}, {"geometry": box(20, 0, 30, 9)}]
    commands = [
        {"op": "insert_vertex", "parent": "510502", "at": degrees([(30, 9)])[0]},
        {"op": "divide", "parent": B, "faces": halves},
    ]
    _, outcome = carried_out(land, *commands)
    assert sum(count for code, count in households(outcome).items() if code.startswith(B) and code != B) == 300


def test_dissolving_takes_the_micro_grids_away_and_no_household(land):
    after, outcome = carried_out(land, {"op": "dissolve", "unit": ONE})
    assert not after.children(ONE) and households(outcome) == {ONE: 100}


def test_counting_a_micro_grid_counts_its_grid_anew_even_after_its_border_moved(land):
    moved = {"op": "move_border", "units": [ONE, TWO], "line": line((10, 10), (9, 12), (9, 18), (10, 20))}
    plain = households(carried_out(land, moved)[1])
    counted = households(carried_out(land, moved, {"op": "count_households", "unit": f"{ONE}02", "households": 99})[1])
    assert counted[ONE] - plain[ONE] == counted[f"{ONE}02"] - plain[f"{ONE}02"] == 99 - plain[f"{ONE}02"]
    alone = carried_out(land, {"op": "count_households", "unit": f"{ONE}02", "households": 25})[1]
    assert households(alone) == {ONE: 105, f"{ONE}02": 25} and not alone.technical


def test_a_grid_whose_micro_grids_are_not_counted_shares_out_its_households_by_land(land):
    unknown = Land(
        Unit(u.id, u.name, u.kind, None if u.level == "micro_grid" else u.households, u.divided, u.geometry) for u in land
    )
    _, outcome = carried_out(unknown, {"op": "split", "unit": ONE, "lines": line((5, -5), (5, 25))})
    assert {count for code, count in households(outcome).items() if len(code) == 15} == {50}


def test_codes_follow_the_highest_ever_issued(land):
    _, outcome = carried_out(land, {"op": "split", "unit": TWO, "lines": line((15, 0), (15, 30)), "keep": False})
    assert sorted(code for name, code in outcome.codes.items() if "+" in name) == [f"{A}006", f"{A}007"]


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ({"op": "merge", "units": [ONE, B]}, "not_siblings"),
        ({"op": "merge", "units": [ONE, TWO], "into": THREE}, "bad_command"),
        ({"op": "merge", "units": [ONE, ONE]}, "too_few_faces"),
        ({"op": "merge", "units": [ONE, f"{A}009"]}, "unknown_unit"),
        ({"op": "rename", "unit": "510503", "name": "他县"}, "unknown_unit"),
        ({"op": "rename", "unit": f"{A}+1.1", "name": "a"}, "unknown_unit"),
        ({"op": "split", "unit": f"{B}001", "lines": line((0, 0), (1, 1))}, "unknown_unit"),
        ({"op": "split", "unit": "5105", "lines": line((15, -5), (15, 30))}, "no_siblings"),
        ({"op": "split", "unit": TOWN, "lines": line((15, -5), (15, 30))}, "code_needed"),
        ({"op": "split_balanced", "unit": TWO, "parts": 10**9}, "bad_part_count"),
        ({"op": "draw", "parent": B, "polygon": box(21, 1, 25, 5), "name": "a"}, "not_divided"),
        ({"op": "carve", "parent": f"{ONE}01", "polygon": box(1, 11, 2, 12), "name": "a"}, "wrong_level"),
        ({"op": "carve", "parent": TOWN, "polygon": box(1, 11, 2, 12), "name": "a"}, "code_needed"),
        ({"op": "draw", "parent": A, "polygon": box(1, 1, 4, 4), "name": "a", "kind": "micro"}, "wrong_kind"),
        ({"op": "draw", "parent": A, "polygon": ring((1, 1), (4, 4), (4, 1), (1, 4)), "name": "a"}, "invalid_polygon"),
        ({"op": "convert", "unit": A, "kind": "exclusive"}, "wrong_kind"),
        ({"op": "convert", "unit": f"{ONE}01", "kind": "exclusive"}, "wrong_kind"),
        ({"op": "dissolve", "unit": TWO}, "not_divided"),
        ({"op": "dissolve", "unit": "510502"}, "wrong_level"),
        ({"op": "divide", "parent": f"{ONE}01", "faces": [{"geometry": box(0, 10, 5, 20)}]}, "wrong_level"),
        ({"op": "divide", "parent": B, "faces": [{"geometry": box(20, 0, 25, 20)}]}, "not_tiled"),
        ({"op": "divide", "parent": B, "faces": [{"geometry": box(20, 0, 20.0001, 20)}]}, "invalid_polygon"),
        ({"op": "divide", "parent": B, "faces": [{"geometry": box(20, 0, 30, 20), "unit": ONE}]}, "bad_command"),
        ({"op": "divide", "parent": B, "faces": [{"geometry": box(20, 0, 30, 20), "unit": f"{B}001"}]}, "unknown_unit"),
        ({"op": "divide", "parent": A, "faces": [{"geometry": box(0, 0, 10, 20)}]}, "edit_breaks_coverage"),
        ({"op": "move_vertex", "parent": TWO, "at": [105.4, 28.8], "to": [105.4, 28.9]}, "not_divided"),
        ({"op": "move_vertex", "parent": A, "at": [105.0, 28.0], "to": [105.4, 28.9]}, "no_vertex"),
    ],
)
def test_what_cannot_be_done_is_refused_with_a_code(land, command, code):
    found = refusal(land, command)
    assert found.code == code and found.message.endswith(".")


def redraw(*units, gone):
    given = [{"unit": code, "name": "a", "kind": "comprehensive", "geometry": shape} for code, shape in units]
    return {"op": "redraw", "parent": A, "gone": list(gone), "faces": given}


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (redraw((TWO, box(10, 10, 20, 19)), gone=[TWO]), "edit_breaks_coverage"),
        (redraw((TWO, box(10, 9, 20, 20)), gone=[]), "edit_breaks_coverage"),
        (redraw((TWO, box(10, 9, 20, 20)), gone=[B]), "bad_command"),
        (redraw((A, box(10, 9, 20, 20)), gone=[TWO]), "bad_command"),
        (redraw((TWO, box(10, 9, 20, 20)), gone=[TWO, ONE]), "bad_command"),
        (redraw((f"{A}00901", box(10, 9, 20, 20)), gone=[TWO]), "wrong_kind"),
        (redraw((TWO, box(10, 9, 10.0001, 20)), gone=[TWO]), "invalid_polygon"),
        (redraw((TWO, box(10, 9, 20, 20)), gone=[f"{A}009"]), "unknown_unit"),
    ],
)
def test_a_redraw_puts_back_what_tiles_the_land_and_nothing_else(land, command, code):
    assert refusal(land, command).code == code


def test_a_refusal_says_which_command_it_was(land):
    found = refusal(land, {"op": "rename", "unit": ONE, "name": "a"}, {"op": "dissolve", "unit": TWO})
    assert found.details["command"] == 2 and found.message.startswith("Command 2 (dissolve): ")


def test_the_way_back_from_a_merge_gives_the_retired_grid_a_new_code(land):
    after, outcome = carried_out(land, {"op": "merge", "units": [ONE, THREE]})
    now = Land(
        Unit(outcome.codes.get(u.id, u.id), u.name, u.kind, households_of(land, outcome, u.id), u.divided, u.geometry)
        for u in after
    )
    back = inverse_commands(outcome)
    restored = replay(now, [checked(command) for command in back])
    undone = outcome_of(now, restored, used=lambda parent: [*used(parent), f"{ONE}05"])
    assert [command["op"] for command in back] == ["redraw"]
    assert {undone.codes[u.id]: u.households for u in undone.after} == {ONE: 100, f"{A}006": 200, f"{A}00601": 200}
    assert shapely.equals_exact(restored[ONE].geometry, land[ONE].geometry, normalize=True)


def test_the_way_back_from_new_labels_sets_them_back(land):
    _, outcome = carried_out(
        land,
        {"op": "rename", "unit": TWO, "name": "新名"},
        {"op": "convert", "unit": TWO, "kind": "exclusive"},
        {"op": "count_households", "unit": TWO, "households": 7},
    )
    assert inverse_commands(outcome) == [
        {"op": "rename", "unit": TWO, "name": land[TWO].name},
        {"op": "convert", "unit": TWO, "kind": "comprehensive"},
        {"op": "count_households", "unit": TWO, "households": 400},
    ]


def test_the_way_back_from_a_count_gives_micro_grid_and_grid_what_they_had(land):
    micro = {"op": "count_households", "unit": f"{ONE}02", "households": 25}
    for commands in ([micro], [micro, {"op": "count_households", "unit": ONE, "households": 100}]):
        now, outcome = carried_out(land, *commands)
        undone = outcome_of(now, replay(now, [checked(each) for each in inverse_commands(outcome)]), used=used)
        assert households_of(now, undone, ONE) == 100 and households_of(now, undone, f"{ONE}02") == 20


def test_the_way_back_from_a_first_division_works_in_that_unit_alone(land):
    south, north = ring((20, 0), (30, 0), (30, 20), (20, 9)), ring((20, 9), (30, 20), (20, 20))
    after, outcome = carried_out(land, {"op": "divide", "parent": B, "faces": [{"geometry": south}, {"geometry": north}]})
    now = Land(Unit(outcome.codes.get(u.id, u.id), u.name, u.kind, u.households, u.divided, u.geometry) for u in after)
    assert now.children(B) == [f"{B}001", f"{B}002"]
    back = inverse_commands(outcome)
    assert back[0] == {"op": "dissolve", "unit": B} and {command["unit"] for command in back} == {B}
    restored = replay(now, [checked(command) for command in back])
    assert restored.children(B) == [] and not restored[B].divided


def test_parents_stand_before_children_in_an_outcome(land):
    _, outcome = carried_out(land, {"op": "split", "unit": ONE, "lines": line((6, -5), (6, 25))})
    for units in (outcome.before, outcome.after):
        ranks = [LEVELS.index(each.level) for each in units]
        assert ranks == sorted(ranks)
