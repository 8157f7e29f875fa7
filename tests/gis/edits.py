"""Random edits of random coverages, for the laws of the editing verbs."""

import itertools

import numpy as np
import shapely
from hypothesis import strategies as st

from gis.chain import residual
from gis.editing.balance import split_balanced
from gis.editing.coverage import coverage_of
from gis.editing.cutting import undirected_rows
from gis.editing.insertion import NO_NODES, bent_edges, nodes_on
from gis.editing.merge import dissolve_level, merge, shared_edges
from gis.editing.reshape import move_border
from gis.editing.snap import snap_border
from gis.editing.split import split
from gis.editing.transfer import carve, draw_face, transfer
from gis.editing.vertices import insert_nodes, insert_vertex, move_vertex, remove_vertex
from gis.errors import Refusal
from gis.lattice import from_lattice, to_lattice
from tests.gis.coverages import coverages


@st.composite
def named_coverages(draw, *, largest=5):
    """Coverages of one face or more with ids."""
    faces, _ = draw(coverages(largest=largest).filter(lambda found: len(found[0])))
    return coverage_of([f"f{k}" for k in range(len(faces))], faces)


@st.composite
def edits(draw, coverage):
    """A verb with its arguments, as a function of a coverage with the same ids and vertices.

    Drawn by a seed: drawn number by number, most lines would have no length and most polygons would cross themselves.
    """
    return draw(st.sampled_from(sorted(VERBS)).map(VERBS.get))(coverage, np.random.default_rng(draw(st.integers(0, 2**32))))


def tried(edit, coverage):
    """The edit of a coverage, or the code with which it is refused."""
    try:
        return edit(coverage)
    except Refusal as refusal:
        return refusal.code


def shuffled(coverage, random):
    """The same coverage, made of its faces in another order."""
    order = list(range(len(coverage)))
    random.shuffle(order)
    return coverage_of([str(coverage.ids[k]) for k in order], [coverage.faces[k] for k in order])


def total_area(coverage):
    """Twice the area of all faces in square units, exact."""
    total = 0
    for ring in shapely.get_rings(shapely.get_parts(shapely.orient_polygons(coverage.faces))):
        xy = to_lattice(shapely.get_coordinates(ring)).tolist()
        total += sum(ax * by - ay * bx for (ax, ay), (bx, by) in itertools.pairwise(xy))
    return total


def overlap(coverage):
    """Largest area that two faces share by GEOS's overlay, in square degrees: an independent judgement."""
    faces = coverage.faces
    shared = [shapely.area(shapely.intersection(a, b)) for k, a in enumerate(faces) for b in faces[k + 1 :]]
    return max(shared, default=0.0)


def outline_of(coverage, nodes=NO_NODES):
    """Directed edges of a coverage, with nodes put on them, that are left when the inner ones have cancelled."""
    rows = bent_edges(coverage.faces, nodes)
    return sorted(rows[residual(rows[:, :2], rows[:, 2:])].tolist())


def area_within(outline):
    """Twice the area that directed edges enclose, in square units, exact."""
    return sum(ax * by - ay * bx for ax, ay, bx, by in outline)


def place(coverage, rng):
    """A lattice point: a vertex of the coverage, one beside it, or any in and around it."""
    vertices = to_lattice(shapely.get_coordinates(coverage.faces))
    vertex, low, high = rng.choice(vertices), vertices.min(axis=0), vertices.max(axis=0)
    beside = vertex + rng.integers(-3, 4, 2)
    anywhere = low + np.rint((high - low) * rng.uniform(-0.2, 1.2, 2)).astype(np.int64)
    return (vertex, beside, anywhere)[rng.choice(3, p=[0.25, 0.15, 0.6])]


def _line(coverage, rng):
    return shapely.LineString(from_lattice([place(coverage, rng) for _ in range(rng.integers(2, 7))]))


def _polygon(coverage, rng):
    points = np.array([place(coverage, rng) for _ in range(rng.integers(3, 7))])
    middle = points.mean(axis=0)
    around = np.argsort(np.arctan2(*(points - middle).T))
    return shapely.Polygon(from_lattice(points[around]))


def _face(coverage, rng):
    return str(rng.choice(coverage.ids))


def _vertex(coverage, rng):
    return from_lattice([rng.choice(to_lattice(shapely.get_coordinates(coverage.faces)))])[0]


def _split(coverage, rng):
    face, line = _face(coverage, rng), _line(coverage, rng)
    return lambda c: split(c, face, line)


def _merge(coverage, rng):
    names = rng.choice(coverage.ids, rng.integers(2, 4)).tolist()
    return lambda c: merge(c, names)


def _transfer(coverage, rng):
    polygon, face = _polygon(coverage, rng), _face(coverage, rng)
    return lambda c: transfer(c, polygon, to=face)


def _draw(coverage, rng):
    polygon, name = _polygon(coverage, rng), f"n{rng.integers(10**6)}"
    return lambda c: draw_face(c, polygon, into=name)


def _carve(coverage, rng):
    polygon, name = _polygon(coverage, rng), f"n{rng.integers(10**6)}"
    return lambda c: carve(c, polygon, into=name)


def _move(coverage, rng):
    vertex, to = _vertex(coverage, rng), from_lattice([place(coverage, rng)])[0]
    return lambda c: move_vertex(c, vertex, to=vertex + (to - vertex) * _share(vertex))


def _share(vertex):
    """A share of the way that depends on the vertex alone, from a twentieth to the whole."""
    return 1 / (1 + int(vertex[0] * 1e7) % 20)


def _insert(coverage, rng):
    at = from_lattice([place(coverage, rng)])[0]
    return lambda c: insert_vertex(c, at, reach_m=1000)


def _remove(coverage, rng):
    vertex = _vertex(coverage, rng)
    return lambda c: remove_vertex(c, vertex)


def _move_border(coverage, rng):
    first, second = _face(coverage, rng), _face(coverage, rng)
    points = np.array(sorted(shared_edges(coverage.face(first), coverage.face(second))) or [[0, 0, 1, 1]])
    between = [place(coverage, rng) for _ in range(rng.integers(0, 3))]
    line = shapely.LineString(from_lattice([rng.choice(points)[:2], *between, rng.choice(points)[2:]]))
    return lambda c: move_border(c, first, second, line=line)


def _snap(coverage, rng):
    first, second = _face(coverage, rng), _face(coverage, rng)
    drawn, within_m = _line(coverage, rng), float(rng.uniform(0.01, 50))
    return lambda c: snap_border(c, first, second, line=drawn, within_m=within_m)


def _balance(coverage, rng):
    face, parts = _face(coverage, rng), int(rng.integers(2, 5))
    return lambda c: split_balanced(c, face, parts=parts)


def _dissolve(coverage, rng):
    parents = dict(zip(coverage.ids.tolist(), rng.choice(["p", "q"], len(coverage)).tolist(), strict=True))
    return lambda c: dissolve_level(c, parents.get)


def _insert_nodes(coverage, rng):
    """Nodes on up to three edges, beside their middle by as much as a crossing is rounded."""
    rows = rng.permutation(undirected_rows(coverage.faces))[:3].tolist()
    paths = {tuple(row): [((row[0] + row[2]) // 2, (row[1] + row[3]) // 2)] for row in rows}
    nodes = nodes_on({edge: path for edge, path in paths.items() if path[0] not in (edge[:2], edge[2:])})
    return lambda c: insert_nodes([c], nodes)[0]


VERBS = {
    "balance": _balance,
    "carve": _carve,
    "dissolve": _dissolve,
    "draw": _draw,
    "insert nodes": _insert_nodes,
    "insert vertex": _insert,
    "merge": _merge,
    "move border": _move_border,
    "move vertex": _move,
    "remove vertex": _remove,
    "snap": _snap,
    "split": _split,
    "transfer": _transfer,
}
