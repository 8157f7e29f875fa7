"""Random nested lands and commands: what the laws of change sets are tried on."""

import json
from dataclasses import replace

import numpy as np
import shapely
from hypothesis import strategies as st

from boundaries.changes.commands import KINDS, OPERATIONS
from boundaries.changes.land import Land, Unit, parent_of_id
from boundaries.codes import LEVELS, level_of, usual_kind
from boundaries.units import COUNTS
from gis.editing.merge import shared_edges
from gis.lattice import from_lattice, to_lattice
from tests.gis.coverages import ORIGIN
from tests.gis.edits import place

CITY, COUNTY = "5105", "510502"
WIDTH = {"town": 3, "village": 3, "grid": 3, "micro_grid": 2}
CHANCE_TO_BE_DIVIDED = {"county": 1, "town": 0.9, "village": 0.8, "grid": 0.6, "micro_grid": 0}
LANDED = ("village", "grid", "micro_grid")


@st.composite
def lands(draw, *, side=6, steps=(4, 1000, 100_000)):
    """A city of one county down to micro-grids, out of the squares of a bent checkerboard.

    Squares go to the nearest of a few seeds, and some to another at random: units have holes, enclaves and several parts
    and touch at single vertices. Some villages and grids are not divided. Drawn by a seed, as ``tests.gis.edits``.
    """
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    return random_land(rng, side=draw(st.integers(2, side)), step=draw(st.sampled_from(steps)))


def random_land(rng, *, side, step):
    """The land of a generator of random numbers."""
    squares, middles = _board(rng, side, step)
    every = np.arange(len(squares))
    units, waiting = [], [(CITY, every), (COUNTY, every)]
    stray = rng.choice([0.0, 0.05, 0.3])
    while waiting:
        code, own = waiting.pop()
        is_divided = code == CITY or rng.random() < CHANCE_TO_BE_DIVIDED[level_of(code)]
        units.append(_unit(rng, code, is_divided, squares[own]))
        if code != CITY and is_divided:
            waiting += _shared(rng, code, own, middles, stray)
    return Land(_added_up(units))


def _shared(rng, code, own, middles, stray):
    """Squares of a unit by the codes of the units below it."""
    level = LEVELS[LEVELS.index(level_of(code)) + 1]
    count = min(int(rng.integers(1, 4)), len(own))
    seeds = middles[rng.choice(own, count, replace=False)]
    label = np.argmin(((middles[own][:, None] - seeds) ** 2).sum(axis=2), axis=1)
    label = np.where(rng.random(len(own)) < stray, rng.integers(0, count, len(own)), label)
    first = 801 if level == "grid" and rng.random() < 0.1 else 1
    return [(f"{code}{first + k:0{WIDTH[level]}}", own[label == k]) for k in range(count) if (label == k).any()]


def _unit(rng, code, is_divided, squares):
    kind = usual_kind(code)
    counts = {count: None if is_divided else int(rng.integers(0, 100)) for count in COUNTS}
    shape = shapely.coverage_union_all(squares)
    return Unit(code, f"单元{code}", kind, divided=is_divided, geometry=shape, **counts)


def _added_up(units):
    """Divided units with the counts of all the lowest below them."""
    lowest = [unit for unit in units if not unit.divided]
    own = {unit.id: [each for each in lowest if each.id.startswith(unit.id)] for unit in units}
    return [replace(unit, **{count: sum(getattr(each, count) for each in own[unit.id]) for count in COUNTS}) for unit in units]


def _board(rng, side, step):
    nodes = np.stack(np.meshgrid(np.arange(side + 1), np.arange(side + 1), indexing="ij"), axis=-1) * step
    nodes = nodes + rng.integers(-(step // 4), step // 4 + 1, nodes.shape) + ORIGIN
    places = [(i, j) for i in range(side) for j in range(side)]
    corners = [[nodes[i, j], nodes[i + 1, j], nodes[i + 1, j + 1], nodes[i, j + 1]] for i, j in places]
    squares = np.array([shapely.Polygon(from_lattice(ring)) for ring in corners])
    return squares, np.array([np.mean(ring, axis=0) for ring in corners])


def random_command(land, rng):
    """A command that some unit of a land could be meant by; most are carried out, some are refused."""
    return COMMANDS[rng.choice(list(COMMANDS))](land, rng)


def _any(land, rng, *, of=None):
    names = [unit.id for unit in land if of is None or unit.level in of]
    return str(rng.choice(names or [COUNTY]))


def _near(land, rng, name):
    """A coverage around a unit, to draw on."""
    return land.coverage([name] if rng.random() < 0.4 else land.children(parent_of_id(name)))


def _geojson(shape):
    return json.loads(shapely.to_geojson(shape))


def _line(coverage, rng):
    if rng.random() < 0.4:  # right across
        low, high = np.array(shapely.total_bounds(coverage.faces)).reshape(2, 2)
        angle, middle = rng.uniform(0, np.pi), low + (high - low) * rng.uniform(0.2, 0.8, 2)
        way = np.array([np.cos(angle), np.sin(angle)]) * np.hypot(*(high - low))
        return _geojson(shapely.LineString([middle - way, middle + way]))
    return _geojson(shapely.LineString(from_lattice([place(coverage, rng) for _ in range(rng.integers(2, 6))])))


def _polygon(coverage, rng):
    points = np.array([place(coverage, rng) for _ in range(rng.integers(3, 7))])
    if rng.random() < 0.3:  # a small one
        points = points[0] + np.rint((points - points[0]) * rng.choice([0.05, 0.2])).astype(np.int64)
    middle = points.mean(axis=0)
    return _geojson(shapely.Polygon(from_lattice(points[np.argsort(np.arctan2(*(points - middle).T))])))


def split_of(land, rng, name):
    """A split of a unit."""
    return {"op": "split", "unit": name, "lines": _line(land.coverage([name]), rng), "keep": bool(rng.random() < 0.7)}


def _split(land, rng):
    return split_of(land, rng, _any(land, rng, of=LANDED))


def _split_balanced(land, rng):
    return {"op": "split_balanced", "unit": _any(land, rng, of=LANDED), "parts": int(rng.integers(2, 5))}


def _merge(land, rng):
    name = _any(land, rng, of=LANDED)
    others = _near(land, rng, name).ids
    units = sorted({name, *rng.choice(others, min(len(others), 3)).tolist()})
    return {"op": "merge", "units": units if len(units) > 1 else [name, name]}


def _transfer(land, rng):
    name = _any(land, rng, of=LANDED)
    return {"op": "transfer", "piece": _polygon(_near(land, rng, name), rng), "to": name}


def _two(land, rng):
    """Two neighbours of one parent where there are any, with their common border."""
    first = _any(land, rng, of=LANDED)
    names = [name for name in _near(land, rng, first).ids.tolist() if name != first] or [first]
    common = {name: sorted(shared_edges(land[first].geometry, land[name].geometry)) for name in names}
    beside = [name for name in names if common[name]] or names
    second = str(rng.choice(beside))
    return [first, second], np.array(common[second] or [[0, 0, 1, 1]])


def _move_border(land, rng):
    units, border = _two(land, rng)
    coverage = land.coverage(sorted(set(units)))
    between = [place(coverage, rng) for _ in range(rng.integers(0, 3))]
    line = shapely.LineString(from_lattice([rng.choice(border)[:2], *between, rng.choice(border)[2:]]))
    return {"op": "move_border", "units": units, "line": _geojson(line)}


def _snap_border(land, rng):
    units, _ = _two(land, rng)
    line = _line(land.coverage(sorted(set(units))), rng)
    return {"op": "snap_border", "units": units, "line": line, "within_m": float(rng.uniform(0.01, 50))}


def _vertex(land, rng):
    """A divided unit and a vertex in it, not on its outline if there is one."""
    parent = str(rng.choice([unit.id for unit in land if land.children(unit.id)]))
    corners = [_corners(land[name].geometry) for name in land.children(parent)]
    inner = sorted(set().union(*corners) - _corners(land[parent].geometry)) or sorted(corners[0])
    return parent, from_lattice([inner[rng.integers(len(inner))]])[0]


def _corners(shape):
    return set(map(tuple, to_lattice(shapely.get_coordinates(shape)).tolist()))


def _move_vertex(land, rng):
    parent, at = _vertex(land, rng)
    to = at + (from_lattice([place(land.coverage([parent]), rng)])[0] - at) * rng.choice([0.05, 0.3, 1])
    return {"op": "move_vertex", "parent": parent, "at": at.tolist(), "to": to.tolist()}


def _insert_vertex(land, rng):
    parent, at = _vertex(land, rng)
    beside = at + (from_lattice([place(land.coverage([parent]), rng)])[0] - at) * 0.3
    return {"op": "insert_vertex", "parent": parent, "at": beside.tolist(), "reach_m": 1000}


def _remove_vertex(land, rng):
    parent, at = _vertex(land, rng)
    return {"op": "remove_vertex", "parent": parent, "at": at.tolist()}


def _drawn(op):
    def command(land, rng):
        parent = _any(land, rng, of=("town", "village", "grid"))
        return {"op": op, "parent": parent, "polygon": _polygon(_near(land, rng, parent), rng), "name": "新设单元"}

    return command


def _divide(land, rng):
    """The parent as it is, or its children as they are, or cut in two: that tiles it if no border meets the cut."""
    parent = land[_any(land, rng, of=LANDED)]
    low, high = np.array(shapely.bounds(parent.geometry)).reshape(2, 2)
    middle = float(np.mean([low[0], high[0]]))
    halves = [shapely.box(*low, middle, high[1]), shapely.box(middle, low[1], *high)]
    children = [land[name].geometry for name in land.children(parent.id)]
    drawn = [[parent.geometry], children or [parent.geometry], list(shapely.intersection(parent.geometry, halves))]
    chosen = [shape for shape in drawn[rng.integers(3)] if shape.geom_type in ("Polygon", "MultiPolygon")]
    return {"op": "divide", "parent": parent.id, "faces": [{"geometry": _geojson(each)} for each in chosen]}


def _dissolve(land, rng):
    return {"op": "dissolve", "unit": _any(land, rng, of=LANDED)}


def _rename(land, rng):
    return {"op": "rename", "unit": _any(land, rng), "name": f"改名{rng.integers(99)}"}


def _convert(land, rng):
    name = _any(land, rng, of=("grid", "micro_grid"))
    return {"op": "convert", "unit": name, "kind": str(rng.choice(KINDS.get(land[name].level, ("micro",))))}


def _count(of):
    return lambda land, rng: {"op": f"count_{of}", "unit": _any(land, rng), of: int(rng.integers(0, 500))}


def _redraw(land, rng):
    """All siblings gone with all below them, their union in their place."""
    name = _any(land, rng, of=LANDED)
    parent, unit = parent_of_id(name), land[name]
    shape = shapely.coverage_union_all([land[each].geometry for each in land.children(parent)])
    face = {"unit": name, "name": unit.name, "kind": unit.kind, "geometry": _geojson(shape)}
    gone = land.subtree(parent)[1:] if rng.random() < 0.7 else land.children(parent)
    return {"op": "redraw", "parent": parent, "gone": gone, "faces": [{k: v for k, v in face.items() if v is not None}]}


COMMANDS = {
    "split": _split,
    "split_balanced": _split_balanced,
    "merge": _merge,
    "transfer": _transfer,
    "move_border": _move_border,
    "snap_border": _snap_border,
    "move_vertex": _move_vertex,
    "insert_vertex": _insert_vertex,
    "remove_vertex": _remove_vertex,
    "draw": _drawn("draw"),
    "carve": _drawn("carve"),
    "divide": _divide,
    "dissolve": _dissolve,
    "rename": _rename,
    "convert": _convert,
    "count_households": _count("households"),
    "count_population": _count("population"),
    "redraw": _redraw,
}
assert COMMANDS.keys() == OPERATIONS.keys()


def used_in(land):
    """Codes ever issued: those of a land, asked for by parent."""
    return lambda parent: [name for name in land.children(parent) if "+" not in name]


def lowest(land):
    """Units with none below."""
    return [unit for unit in land if not land.children(unit.id)]
