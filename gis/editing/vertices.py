"""Move, put and take away single vertices; every face that has the vertex follows."""

import numpy as np
import shapely

from gis.editing.change import conclude
from gis.editing.cut_nodes import VERTEX_REACH
from gis.editing.cutting import edge_set, turned
from gis.editing.drawn import drawn_point
from gis.editing.insertion import nodes_on
from gis.editing.merge import place_of
from gis.editing.reach import nearest_on_edges, reach_box
from gis.errors import Refusal
from gis.lattice import UNITS_PER_DEGREE, from_lattice, to_lattice


def move_vertex(coverage, vertex, *, to):
    """Move a vertex in all faces that have it.

    Parameters
    ----------
    coverage : Coverage
    vertex, to : Point or (float, float)
        Degrees; `vertex` on a vertex of the coverage to the unit.

    Returns
    -------
    Edit

    Raises
    ------
    Refusal
        ``no_vertex``; ``on_outline`` for a vertex of the outline, which belongs to the level above; ``vertex_taken`` where
        there is a vertex already; ``edit_breaks_coverage`` if a face would turn over or cross itself or another.

    Examples
    --------
    >>> from gis.editing.coverage import coverage_of
    >>> around = shapely.box(105, 28, 107, 30).difference(shapely.box(105.5, 28.5, 106, 29))
    >>> pair = coverage_of(["a", "b"], [around, shapely.box(105.5, 28.5, 106, 29)])
    >>> edit = move_vertex(pair, (106, 29), to=(106.5, 29.5))
    >>> sorted(edit.touched), shapely.area(edit.coverage.faces).round(2).tolist()
    (['a', 'b'], [3.5, 0.5])
    """
    old, new = drawn_point(vertex), drawn_point(to)
    rows, sets = _having(coverage, old)
    _refuse_outline(old, sets)
    if any(new in {edge[:2] for edge in own} for own in sets) and new != old:
        raise Refusal("vertex_taken", f"There is a vertex at {place_of(new)} already; move the vertex beside it.")
    moved = [_moved(face, old, new) for face in coverage.faces[rows]]
    over = [str(coverage.ids[row]) for row, face in zip(rows, moved, strict=True) if _turns(coverage.faces[row], face)]
    if over:
        sentence = f"Face {', '.join(over)} would turn over; move the vertex less far."
        raise Refusal("edit_breaks_coverage", sentence, faces=over)
    return conclude(coverage, placed=dict(zip(coverage.ids[rows].tolist(), moved, strict=True)))


def insert_vertex(coverage, place, *, reach_m=0.5):
    """Put a vertex on the edge nearest to a place.

    Parameters
    ----------
    coverage : Coverage
    place : Point or (float, float)
        Degrees.
    reach_m : float
        Largest distance of the edge.

    Returns
    -------
    Edit
        The vertex is the lattice point nearest to the edge's nearest point: the edge bends by under a unit.

    Raises
    ------
    Refusal
        ``no_edge`` if none is in reach, ``vertex_taken`` if that place of the edge is its end or beside it,
        ``edit_breaks_coverage``.

    Examples
    --------
    >>> from gis.editing.coverage import coverage_of
    >>> row = coverage_of(["a", "b"], [shapely.box(105 + k, 28, 106 + k, 29) for k in range(2)])
    >>> edit = insert_vertex(row, (106.000001, 28.5))
    >>> sorted(edit.touched), edit.change.inserted.point.tolist(), len(edit.outline_nodes)
    (['a', 'b'], [[1060000000, 285000000]], 0)
    """
    edge, point = _nearest_edge(coverage, drawn_point(place), reach_m)
    if any(np.hypot(point[0] - x, point[1] - y) <= VERTEX_REACH for x, y in (edge[:2], edge[2:])):
        raise Refusal("vertex_taken", f"There is a vertex at {place_of(point)} already; move it instead.")
    return conclude(coverage, inserted=nodes_on({edge: [point]}))


def remove_vertex(coverage, vertex):
    """Take a vertex away where no more than two faces meet; their border then runs straight past it.

    Parameters
    ----------
    coverage : Coverage
    vertex : Point or (float, float)
        Degrees.

    Returns
    -------
    Edit

    Raises
    ------
    Refusal
        ``no_vertex``; ``on_outline``; ``is_node`` where three or more edges meet; ``edit_breaks_coverage``.

    Examples
    --------
    >>> from gis.editing.coverage import coverage_of
    >>> around = shapely.box(105, 28, 107, 30).difference(shapely.box(105.5, 28.5, 106, 29))
    >>> pair = coverage_of(["a", "b"], [around, shapely.box(105.5, 28.5, 106, 29)])
    >>> shapely.area(remove_vertex(pair, (106, 29)).coverage.faces).tolist()
    [3.875, 0.125]
    """
    point = drawn_point(vertex)
    rows, sets = _having(coverage, point)
    _refuse_outline(point, sets)
    beside = {edge[2:] for own in sets for edge in own if edge[:2] == point}
    if len(beside) > 2:
        raise Refusal("is_node", f"{len(beside)} edges meet at {place_of(point)}; only a vertex between two can go.")
    left = [_removed(face, point) for face in coverage.faces[rows]]
    return conclude(coverage, placed=dict(zip(coverage.ids[rows].tolist(), left, strict=True)))


def insert_nodes(levels, nodes):
    """Carry nodes through all faces of all levels that have the edges.

    Parameters
    ----------
    levels : sequence of Coverage
        Neighbours, parents, children: edge-matched with the coverage in which the nodes arose.
    nodes : Nodes
        Those of an edit's change.

    Returns
    -------
    list of Edit
        One for each level; without any change where no face has such an edge.

    Examples
    --------
    >>> from gis.editing.coverage import coverage_of
    >>> from gis.editing.split import split
    >>> grids = coverage_of(["a", "b"], [shapely.box(105 + k, 28, 106 + k, 29) for k in range(2)])
    >>> village = coverage_of(["v"], [shapely.coverage_union_all(grids.faces)])
    >>> edit = split(grids, "a", shapely.LineString([(105.5, 27), (105.5, 30)]))
    >>> [carried] = insert_nodes([village], edit.outline_nodes)
    >>> (shapely.get_num_coordinates(carried.coverage.faces) - shapely.get_num_coordinates(village.faces)).tolist()
    [2]
    """
    return [conclude(level, inserted=nodes) for level in levels]


def _having(coverage, point):
    """Rows of the faces that have a vertex, and the sets of their edges."""
    lonlat = (np.array(point) / UNITS_PER_DEGREE).tolist()
    near = coverage.near((*lonlat, *lonlat))
    sets = [edge_set([face]) for face in coverage.faces[near]]
    having = [k for k, own in enumerate(sets) if any(edge[:2] == point for edge in own)]
    if not having:
        raise Refusal("no_vertex", f"No face has a vertex at {place_of(point)}; choose one that exists.")
    return near[having], [sets[k] for k in having]


def _refuse_outline(point, sets):
    every = set().union(*sets)
    if any(turned(edge) not in every for edge in every if point in (edge[:2], edge[2:])):
        sentence = f"The vertex {place_of(point)} lies on the outline; change the border one level up."
        raise Refusal("on_outline", sentence)


def _moved(face, old, new):
    def move(lonlat):
        units = to_lattice(lonlat)
        units[(units == old).all(axis=1)] = new
        return from_lattice(units)

    return shapely.transform(face, move)


def _turns(before, after):
    """Whether any ring runs the other way round."""
    rings = [shapely.get_rings(shapely.get_parts(face)) for face in (before, after)]
    return bool((shapely.is_ccw(rings[0]) != shapely.is_ccw(rings[1])).any())


def _removed(face, point):
    parts = [_part_without(part, point) for part in shapely.get_parts(face)]
    return parts[0] if face.geom_type == "Polygon" else shapely.multipolygons(parts)


def _part_without(part, point):
    rings = [_ring_without(ring, point) for ring in shapely.get_rings(part)]
    return shapely.polygons(rings[0], holes=rings[1:] or None)


def _ring_without(ring, point):
    units = to_lattice(shapely.get_coordinates(ring))
    keep = (units != point).any(axis=1)
    if keep.all():
        return ring
    left = units[:-1][keep[:-1]]
    if len(left) < 3:
        raise Refusal("edit_breaks_coverage", f"Without {place_of(point)} a ring would have no area; keep the vertex.")
    return shapely.linearrings(from_lattice(np.concatenate([left, left[:1]])))


def _nearest_edge(coverage, place, reach_m):
    near = coverage.near(reach_box(place, reach_m))
    edges = {min(edge, turned(edge)) for edge in edge_set(coverage.faces[near])}
    found = nearest_on_edges(place, edges, reach_m=reach_m)
    if found is None:
        raise Refusal("no_edge", f"No border lies within {reach_m} m of {place_of(place)}; choose a place on one.")
    return found
