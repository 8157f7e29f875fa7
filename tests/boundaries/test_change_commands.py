"""Commands as they come in: sound ones are stored, all others refused with one code."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boundaries.changes.commands import MOST_UNITS, OPERATIONS, checked, parents_of
from boundaries.changes.positions import MOST_NODES, MOST_VERTICES
from gis.errors import Refusal

VILLAGE, GRID, OTHER = "510502001001", "510502001001001", "510502001001002"
LINE = {"type": "LineString", "coordinates": [[105.1, 28.1], [105.2, 28.2]]}
POLYGON = {"type": "Polygon", "coordinates": [[[105, 28], [106, 28], [106, 29], [105, 28]]]}
NODES = [{"edge": [[105.1, 28.1], [105.2, 28.1]], "at": [[105.15, 28.1], [105.17, 28.1]]}]
SOUND = {
    "split": {"unit": GRID, "lines": LINE, "keep": False, "nodes": NODES},
    "split_balanced": {"unit": GRID, "parts": 3, "keep": True},
    "merge": {"units": [GRID, OTHER], "into": OTHER},
    "transfer": {"piece": POLYGON, "to": GRID, "nodes": NODES},
    "move_border": {"units": [GRID, OTHER], "line": LINE, "reach_m": 5.0, "nodes": NODES},
    "snap_border": {"units": [GRID, OTHER], "line": LINE, "within_m": 20.0},
    "move_vertex": {"parent": VILLAGE, "at": [105.1, 28.1], "to": [105.2, 28.1]},
    "insert_vertex": {"parent": VILLAGE, "at": [105.1, 28.1], "reach_m": 5.0, "nodes": NODES},
    "remove_vertex": {"parent": VILLAGE, "at": [105.1, 28.1]},
    "draw": {"parent": VILLAGE, "polygon": POLYGON, "name": "第3网格", "kind": "comprehensive", "nodes": NODES},
    "carve": {"parent": VILLAGE, "polygon": POLYGON, "name": "市场", "kind": "exclusive", "nodes": NODES},
    "divide": {"parent": VILLAGE, "faces": [{"geometry": POLYGON, "name": "第1网格", "households": 3}], "nodes": NODES},
    "dissolve": {"unit": GRID},
    "rename": {"unit": GRID, "name": "第4网格"},
    "convert": {"unit": GRID, "kind": "exclusive"},
    "count_households": {"unit": GRID, "households": 0},
    "count_population": {"unit": GRID, "population": 0},
    "redraw": {"parent": VILLAGE, "gone": [GRID], "faces": [{"geometry": POLYGON, "name": "第1网格", "unit": GRID}]},
}
NESTED = json.loads("[" * 500 + "]" * 500)
HOSTILE = [
    None, True, -1, 1.5, 10**400, float("nan"), float("inf"), "", "510502\n", "<b>", "\x00", "5" * 10_000, "５１０５０２", NESTED,
    [], {}, [None], {"type": "Polygon"}, {"type": []}, [GRID] * (MOST_UNITS + 1), [float("nan"), 28], [105, 91], [181, 28],
    {"type": "Polygon", "coordinates": NESTED}, {"type": "Point", "coordinates": [105, 28]},
]  # fmt: skip


def refused(command):
    with pytest.raises(Refusal) as caught:
        checked(command)
    assert caught.value.code == "bad_command"
    assert len(caught.value.message) < 500
    return caught.value


def test_every_operation_is_tried_here():
    assert SOUND.keys() == OPERATIONS.keys()
    assert all(SOUND[name].keys() == set(operation.members) for name, operation in OPERATIONS.items())


@pytest.mark.parametrize("op", OPERATIONS)
def test_a_sound_command_is_stored_as_it_is_and_stays_so(op):
    command = {"op": op} | SOUND[op]
    assert checked(command) == command
    assert checked(json.loads(json.dumps(checked(command)))) == command


@pytest.mark.parametrize("op", OPERATIONS)
def test_only_optional_members_may_be_left_out(op):
    for member in SOUND[op]:
        rest = {"op": op} | {key: value for key, value in SOUND[op].items() if key != member}
        if member in OPERATIONS[op].optional:
            assert checked(rest) == rest
        else:
            assert refused(rest).details == {"member": member}


@pytest.mark.parametrize("op", OPERATIONS)
def test_an_unknown_member_is_named(op):
    refusal = refused({"op": op, "x" * 10_000: 1} | SOUND[op])
    assert refusal.details["member"] == "x" * 40


@pytest.mark.parametrize("value", HOSTILE, ids=lambda value: str(value)[:20])
@pytest.mark.parametrize("op", OPERATIONS)
def test_a_wrong_value_in_any_member_is_refused_by_name(op, value):
    for member in SOUND[op]:
        if _fits(member, value):
            continue
        refusal = refused({"op": op} | SOUND[op] | {member: value})
        assert refusal.details == {"member": member}


def _fits(member, value):
    """The few of the wrong values that are right for some member."""
    fine = {"keep": [True], "name": ["<b>", "510502\n", "５１０５０２"], "reach_m": [1.5], "within_m": [1.5]}
    fine |= {"gone": [[]], "nodes": [[]]}
    return any(type(value) is type(each) and value == each for each in fine.get(member, ()))


@pytest.mark.parametrize(
    "command", [None, [], "split", 3, {}, {"op": None}, {"op": []}, {"op": {}}, {"op": "erase"}, {"op": "x" * 10_000}]
)
def test_what_is_no_command_is_refused(command):
    refused(command)


def ring(count):
    return [[105 + k * 1e-6, 28.0] for k in range(count - 2)] + [[105.0, 28.1], [105.0, 28.0]]


def test_a_drawing_has_an_upper_bound_of_vertices():
    refusal = refused(
        {"op": "carve"} | SOUND["carve"] | {"polygon": {"type": "Polygon", "coordinates": [ring(MOST_VERTICES + 1)]}}
    )
    assert "200,000 vertices" in refusal.message


@pytest.mark.parametrize(
    "coordinates",
    [
        [[[105, 28], [106, 28], [106, 29]]],  # not closed
        [[[105, 28], [106, 28]]],
        [[105, 28], [106, 28], [106, 29], [105, 28]],  # a ring too few
        [[[[105, 28], [106, 28], [106, 29], [105, 28]]]],  # one too many
        [[[105, 28], [106, 28], [106, 29], [105, 28], [[105, 28]]]],
        [[]],
        [[["105", "28"], [106, 28], [106, 29], [105, 28]]],
        [[[10**400, 28], [106, 28], [106, 29], [105, 28]]],
        [[[105, 28, 1, 2], [106, 28], [106, 29], [105, 28]]],
        [[[105, 28, None], [106, 28, 1], [106, 29, 1], [105, 28, 1]]],
    ],
)
def test_coordinates_that_are_not_those_of_a_polygon_are_refused(coordinates):
    refused({"op": "carve"} | SOUND["carve"] | {"polygon": {"type": "Polygon", "coordinates": coordinates}})


def test_a_height_is_allowed_and_foreign_members_of_a_geometry_are_not_stored():
    high = [[[x, y, 300.5] for x, y in POLYGON["coordinates"][0]]]
    given = {"type": "Polygon", "coordinates": high, "bbox": [0, 0, 1, 1], "crs": {"type": "name"}}
    stored = checked({"op": "carve"} | SOUND["carve"] | {"polygon": given})
    assert stored["polygon"] == {"type": "Polygon", "coordinates": high}


UNREADABLE = ["\u202e网格", "网\x00格", "网\u200b格", "\ud800", "网" * 101, "网" * 10_000, " ", "a\nb", "a\ufeffb", "\u200f网"]


@pytest.mark.parametrize("name", UNREADABLE, ids=ascii)
def test_names_that_cannot_be_read_are_refused(name):
    assert refused({"op": "rename", "unit": GRID, "name": name}).details == {"member": "name"}


def test_names_are_stored_composed_and_without_blanks_around_them():
    assert checked({"op": "rename", "unit": GRID, "name": "\t 第1网格 🏠　"})["name"] == "第1网格 🏠"


@pytest.mark.parametrize(
    "face",
    [
        {"geometry": POLYGON, "unit": GRID},  # no name
        {"geometry": POLYGON, "name": "a"},  # no unit
        {"name": "a", "unit": GRID},
        {"geometry": POLYGON, "name": "a", "unit": GRID, "colour": "red"},
        {"geometry": POLYGON, "name": "a", "unit": GRID, "households": -1},
    ],
)
def test_a_face_to_redraw_names_its_unit(face):
    refused({"op": "redraw", "parent": VILLAGE, "gone": [], "faces": [face]})


def test_no_unit_is_drawn_twice_in_one_command():
    face = {"geometry": POLYGON, "name": "a", "unit": GRID}
    for op in ("redraw", "divide"):
        assert "two faces of one unit" in refused({"op": op} | SOUND[op] | {"faces": [face, face]}).message


EDGE = [[105.0, 28.0], [105.000001, 28.0000005]]  # ten units by five


def edge_and(*points, edge=EDGE):
    return [{"edge": edge, "at": [[105 + x * 1e-7, 28 + y * 1e-7] for x, y in points]}]


@pytest.mark.parametrize(
    ("nodes", "said"),
    [
        (edge_and((4, 4)), "does not lie on its edge"),  # 1.8 units away
        (edge_and((4, 3), (10, 5)), "does not lie on its edge"),  # its end
        (edge_and((-2, -1)), "does not lie on its edge"),  # in its line
        (edge_and((6, 3), (4, 2)), "do not follow one another"),
        (edge_and((4, 2), (4, 2)), "do not follow one another"),
        (edge_and((4, 2)) + edge_and((6, 3), edge=EDGE[::-1]), "names an edge twice"),
        (edge_and((0, 0), edge=[[105.0, 28.0], [105.0, 28.00000001]]), "no length"),
        (edge_and(), "a point or more"),
        ([{"edge": EDGE}], "objects with an edge"),
        ([{"edge": EDGE, "at": [[105.0, 28.0]], "unit": GRID}], "objects with an edge"),
        ([{"edge": [*EDGE, EDGE[0]], "at": [[105.0, 28.0]]}], "two ends"),
        ([{"edge": EDGE, "at": [[105.0, 91.0]]}], "longitude, latitude"),
        ([{}] * (MOST_NODES + 1), "at most 20,000"),
    ],
)
def test_nodes_that_are_on_no_edge_or_in_no_order_are_refused(nodes, said):
    refusal = refused({"op": "split"} | SOUND["split"] | {"nodes": nodes})
    assert refusal.details == {"member": "nodes"} and said in refusal.message


def test_nodes_lie_less_than_a_unit_from_their_edge():
    near = edge_and((3, 2), (6, 3), (7, 3))  # 0.4, 0 and 0.4 units away
    assert checked({"op": "split"} | SOUND["split"] | {"nodes": near})["nodes"] == near


@pytest.mark.parametrize(
    "unit", ["5105+", "+1.1", "510502+1", "510502+1.1+", "510502001001001+1.1+1.1", "51050", "510502001001000"]
)
def test_what_is_called_like_no_unit_is_refused(unit):
    refused({"op": "dissolve", "unit": unit})


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from([GRID, VILLAGE, "Polygon", 105.5, 28.5]),
    lambda each: st.lists(each) | st.dictionaries(st.text() | st.sampled_from(["type", "coordinates", "geometry", "unit"]), each),
    max_leaves=12,
)


@settings(deadline=None, max_examples=150)
@given(st.sampled_from(sorted(OPERATIONS)), st.data())
def test_any_json_is_stored_or_refused(op, data):
    member = data.draw(st.sampled_from(sorted(SOUND[op])))
    command = {"op": op} | SOUND[op] | {member: data.draw(JSON)}
    try:
        stored = checked(command)
    except Refusal as refusal:
        assert refusal.code == "bad_command"
    else:
        assert checked(stored) == stored
        assert json.loads(json.dumps(stored, allow_nan=False)) == stored


@settings(deadline=None, max_examples=100)
@given(JSON)
def test_any_json_for_a_whole_command_is_refused(value):
    refused(value)


@settings(deadline=None, max_examples=100)
@given(st.recursive(st.floats(-200, 200) | st.integers(-200, 200), st.lists, max_leaves=20))
def test_any_nest_of_numbers_for_coordinates_is_stored_or_refused(coordinates):
    for kind, op, member in (
        ("Polygon", "transfer", "piece"),
        ("MultiPolygon", "transfer", "piece"),
        ("MultiLineString", "split", "lines"),
    ):
        try:
            checked({"op": op} | SOUND[op] | {member: {"type": kind, "coordinates": coordinates}})
        except Refusal as refusal:
            assert refusal.code == "bad_command"


def test_the_parents_of_a_command_are_units_of_the_register():
    assert parents_of({"op": "merge", "units": [f"{VILLAGE}+1.1", GRID]}) == {VILLAGE}
    assert parents_of({"op": "dissolve", "unit": f"{VILLAGE}+1.1+2.3"}) == {VILLAGE}
    assert parents_of({"op": "divide", "parent": f"{VILLAGE}+1.1", "faces": []}) == {VILLAGE}
    assert parents_of({"op": "rename", "unit": "5105", "name": "a"}) == {"5105"}
