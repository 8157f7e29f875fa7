"""Vertices that a command brings along: whoever draws through the places where a line meets borders gets exactly that line."""

import json

import numpy as np
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from boundaries.changes.commands import checked
from boundaries.changes.drawing import shape_of
from boundaries.changes.edits import perform
from boundaries.changes.land import Land, Unit, faces, parent_of_id
from boundaries.changes.proving import only_noded
from gis.chain import signature
from gis.editing.cut_nodes import node_lines
from gis.editing.cutting import undirected_rows
from gis.editing.drawn import drawn_lines, drawn_polygon
from gis.errors import Refusal
from gis.lattice import from_lattice, to_lattice
from gis.tiling import prove
from tests.boundaries.lands import COMMANDS, lands

DRAWING = {"split": "lines", "transfer": "piece", "move_border": "line", "draw": "polygon", "carve": "polygon"}
STEPS = (1000, 100_000)  # units: on a board of 4 everything is within reach of everything


def drawn_on(land, rng, *, of=tuple(DRAWING)):
    """A command that draws, and the unit among whose children it works."""
    command = json.loads(json.dumps(COMMANDS[str(rng.choice(of))](land, rng)))
    named = command.get("unit") or command.get("to") or command.get("units", [None])[0]
    return command, command["parent"] if "parent" in command else parent_of_id(named)


def lowest_in(land, parent):
    return [path[-1] for path in land.paths(parent) if path]


def with_its_nodes(land, command, names):
    """The command as the page sends it: nodes where its line meets borders of some units, the line through these nodes."""
    member = DRAWING[command["op"]]
    shape = shape_of(command[member])
    is_line = shape.geom_type in ("LineString", "MultiLineString")
    table = undirected_rows(faces([land[name] for name in names]))
    chains, paths = node_lines(drawn_lines(shape) if is_line else drawn_polygon(shape), table[:, :2], table[:, 2:])
    assume(len(chains) == 1 and len(chains[0]) >= (2 if is_line else 4))
    noded = shapely.LineString if is_line else shapely.Polygon
    through = json.loads(shapely.to_geojson(noded(from_lattice(chains[0]))))
    return checked(command | {member: through, "nodes": entries(paths)})


def entries(paths):
    return [
        {"edge": from_lattice([edge[:2], edge[2:]]).tolist(), "at": from_lattice(path).tolist()} for edge, path in paths.items()
    ]


def carried_out(land, command, position=1):
    try:
        return perform(land, command, position=position)
    except Refusal:
        assume(False)


def simulated(land, rng, *, of=tuple(DRAWING)):
    """A command without and with nodes; what cannot be drawn is left out."""
    command, parent = drawn_on(land, rng, of=of)
    try:
        return command, with_its_nodes(land, command, lowest_in(land, parent) if parent in land else []), parent
    except Refusal:
        assume(False)


def vertices(units):
    return set(map(tuple, to_lattice(shapely.get_coordinates(faces(list(units)))).tolist()))


def said(land):
    """What is said of every unit and its chain."""
    units = list(land)
    chains = signature(faces(units)).tolist()
    return {unit.id: (unit.name, unit.kind, unit.divided, chain) for unit, chain in zip(units, chains, strict=True)}


@settings(max_examples=40)
@given(lands(steps=STEPS), st.integers(0, 2**32))
def test_a_line_through_its_own_nodes_gets_no_vertex_that_was_not_given(base, seed):
    _, command, parent = simulated(base, np.random.default_rng(seed))
    land = carried_out(base, command)
    given = [point for entry in command["nodes"] for point in entry["at"]]
    line = shapely.get_coordinates(shape_of(command[DRAWING[command["op"]]]))
    known = set(map(tuple, to_lattice([*given, *line.tolist()]).tolist()))
    assert vertices(land) <= vertices(base) | known
    for unit in land:
        below = [land[name] for name in land.children(unit.id)]
        assert not below or prove(faces(below), np.zeros(len(below), int), [unit.geometry]).ok
    assert parent in land


@settings(max_examples=40)
@given(lands(steps=STEPS), st.integers(0, 2**32))
def test_nodes_that_the_server_would_choose_itself_change_nothing(base, seed):
    """Where the units drawn on are the lowest: else the line is led through nodes level by level, two units aside."""
    plain, noded, parent = simulated(base, np.random.default_rng(seed), of=("split", "transfer", "carve", "draw"))
    assume(not any(base[name].divided for name in base.children(parent)))
    without = carried_out(base, checked(plain))
    land = carried_out(base, noded)
    # The page puts nodes wherever the line crosses; the server takes those away at which nothing ends.
    kept = vertices(without)
    given = [
        entry | {"at": [at for at in entry["at"] if tuple(to_lattice([at])[0].tolist()) in kept]} for entry in noded["nodes"]
    ]
    again = carried_out(base, noded | {"nodes": [entry for entry in given if entry["at"]]})
    assert said(again) == said(without)
    assert {unit.id for unit in land} == {unit.id for unit in without}


FAULTS = {
    "no edge": ("no_edge", lambda ax, ay, bx, by, at: {(ax, ay, ax + 490, ay + 630): [(ax + 7, ay + 9)]}),
    "far": ("bad_command", lambda ax, ay, bx, by, at: {(ax, ay, bx, by): [(at[0] + 40, at[1] + 60)]}),
    "twice": ("bad_command", lambda ax, ay, bx, by, at: {(ax, ay, bx, by): [at, at]}),
    "an end": ("bad_command", lambda ax, ay, bx, by, at: {(ax, ay, bx, by): [(ax, ay)]}),
}


@settings(max_examples=40)
@given(lands(steps=STEPS), st.integers(0, 2**32), st.sampled_from(sorted(FAULTS)))
def test_bad_nodes_are_refused_by_name_and_nothing_is_done(base, seed, fault):
    rng = np.random.default_rng(seed)
    command, parent = drawn_on(base, rng)
    assume(parent in base and base.children(parent))
    rows = undirected_rows(faces([base[name] for name in lowest_in(base, parent)]))
    ax, ay, bx, by = rows[rng.integers(len(rows))].tolist()
    code, spoilt = FAULTS[fault]
    bad = spoilt(ax, ay, bx, by, middle_of(ax, ay, bx, by))
    before = {unit.id: unit.geometry.wkb for unit in base}
    with pytest.raises(Refusal) as caught:
        perform(base, checked(command | {"nodes": entries(bad)}), position=1)
    assert caught.value.code == code
    assert {unit.id: unit.geometry.wkb for unit in base} == before


def middle_of(ax, ay, bx, by):
    return (ax + bx) // 2, (ay + by) // 2


@settings(max_examples=40)
@given(lands(steps=STEPS), st.integers(0, 2**32))
def test_a_vertex_put_by_nodes_is_that_of_the_nearest_edge_and_leaves_what_was_counted(base, seed):
    rng = np.random.default_rng(seed)
    parent = str(rng.choice([unit.id for unit in base if base.children(unit.id)]))
    rows = undirected_rows(faces([base[name] for name in lowest_in(base, parent)]))
    row = rows[rng.integers(len(rows))].tolist()
    at = from_lattice([middle_of(*row)])[0].tolist()
    nearest = carried_out(base, checked({"op": "insert_vertex", "parent": parent, "at": at, "reach_m": 1.0}))
    [point] = vertices(nearest) - vertices(base)
    place = from_lattice([point])[0].tolist()
    command = {"op": "insert_vertex", "parent": parent, "at": place, "nodes": entries({tuple(row): [point]})}
    land = carried_out(base, checked(command))
    assert said(land) == said(nearest)
    assert [unit.households for unit in land] == [unit.households for unit in base]
    units = {unit.id: unit for unit in base}, {unit.id: unit for unit in land}
    assert only_noded(*units) == frozenset(units[0])


def test_the_place_of_a_vertex_stands_among_its_nodes():
    square = shapely.box(105, 28, 106, 29)
    land = Land(Unit(code, code, None, None, len(code) < 9, square) for code in ("5105", "510502", "510502001"))
    nodes = [{"edge": [[105, 28], [106, 28]], "at": [[105.5, 28]]}]
    command = {"op": "insert_vertex", "parent": "510502", "nodes": nodes}
    noded = perform(land, checked(command | {"at": [105.5, 28]}), position=1)
    assert all((1055000000, 280000000) in vertices([unit]) for unit in noded)
    with pytest.raises(Refusal, match="none of the points in 'nodes'"):
        perform(land, checked(command | {"at": [105.6, 28]}), position=1)
