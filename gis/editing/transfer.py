"""Give land drawn as a polygon from its owners to one face, old or new."""

from dataclasses import dataclass

import numpy as np
import shapely

from gis.editing.change import conclude
from gis.editing.cutting import cut, edge_set, turned, union
from gis.editing.drawn import drawn_polygon
from gis.editing.insertion import Nodes, with_nodes
from gis.editing.merge import place_of, refuse_taken, shared_edges
from gis.errors import Refusal
from gis.lattice import UNITS_PER_DEGREE


def transfer(coverage, piece, *, to):
    """Give the land inside a polygon to one face.

    Parameters
    ----------
    coverage : Coverage
    piece : Polygon or MultiPolygon
        Degrees. Its parts inside `to`, or where no face is, do not count.
    to : str

    Returns
    -------
    Edit
        Ids stay. A former owner may be left in several parts.

    Raises
    ------
    Refusal
        ``nothing_to_take`` if no other face lies in the polygon; ``not_adjacent`` if what is taken shares no edge with `to`;
        ``face_used_up`` naming faces of which nothing would be left (merge them instead); ``unknown_face``; those of
        :func:`gis.editing.drawn.drawn_polygon`; ``cut_not_settled``, ``edit_breaks_coverage``.

    Examples
    --------
    >>> from gis.editing.coverage import coverage_of
    >>> row = coverage_of(["a", "b"], [shapely.box(105 + k, 28, 106 + k, 29) for k in range(2)])
    >>> edit = transfer(row, shapely.box(105.5, 28.2, 106.5, 28.4), to="b")
    >>> shapely.area(edit.coverage.faces).round(3).tolist()
    [0.9, 1.1]
    """
    row = coverage.rows([to])[0]
    taken = _take(coverage, piece, apart_from=row)
    _refuse_used_up(taken)
    heir = with_nodes(coverage.faces[[row]], taken.nodes)[0]
    parts = shapely.get_parts(taken.land)
    strangers = [part for part in parts if not shared_edges(part, heir)]
    if strangers:
        place = shapely.get_coordinates(shapely.point_on_surface(strangers[0]))[0].round(5).tolist()
        sentence = f"The land at ({place[0]}, {place[1]}) shares no edge with face {to}; draw the piece up to its border."
        raise Refusal("not_adjacent", sentence, faces=[to])
    placed = taken.left | {to: union([heir, *parts])}
    return conclude(coverage, placed=placed, inserted=taken.nodes)


def draw_face(coverage, polygon, *, into):
    """Draw a new face over existing ones, which lose the land inside.

    Parameters
    ----------
    coverage : Coverage
    polygon : Polygon or MultiPolygon
        Degrees. Land of no face inside it stays outside of the new face.
    into : str
        Id of the new face.

    Returns
    -------
    Edit
        Faces of which nothing is left are retired.

    Raises
    ------
    Refusal
        ``nothing_to_take``, ``id_taken``, ``missing_id``; those of :func:`gis.editing.drawn.drawn_polygon`; ``cut_not_settled``,
        ``edit_breaks_coverage``.

    Examples
    --------
    >>> from gis.editing.coverage import coverage_of
    >>> row = coverage_of(["a", "b"], [shapely.box(105 + k, 28, 106 + k, 29) for k in range(2)])
    >>> edit = draw_face(row, shapely.box(105.5, 28, 107, 29), into="c")
    >>> edit.coverage.ids.tolist(), sorted(edit.retired)
    (['a', 'c'], ['b'])
    """
    refuse_taken(coverage, [into])
    taken = _take(coverage, polygon)
    placed = {name: left for name, left in taken.left.items() if left is not None}
    return conclude(coverage, retired=taken.left.keys(), placed=placed | {into: taken.land}, inserted=taken.nodes)


def carve(coverage, polygon, *, into):
    """Carve a face out of existing ones, none of which may vanish: an exclusive grid out of comprehensive grids.

    Parameters
    ----------
    coverage : Coverage
    polygon : Polygon or MultiPolygon
        Degrees.
    into : str
        Id of the new face.

    Returns
    -------
    Edit
        A face may be left with a hole, in which the new one lies.

    Raises
    ------
    Refusal
        As :func:`draw_face`, and ``face_used_up`` naming faces of which nothing would be left.

    Examples
    --------
    >>> from gis.editing.coverage import coverage_of
    >>> square = coverage_of(["a"], [shapely.box(105, 28, 106, 29)])
    >>> edit = carve(square, shapely.box(105.2, 28.2, 105.4, 28.4), into="market")
    >>> len(edit.coverage.face("a").interiors), len(edit.change.inserted)
    (1, 0)
    """
    refuse_taken(coverage, [into])
    taken = _take(coverage, polygon)
    _refuse_used_up(taken)
    return conclude(coverage, placed=taken.left | {into: taken.land}, inserted=taken.nodes)


@dataclass(frozen=True, slots=True, eq=False)
class _Taken:
    """Land taken out of faces: what is left of each by id (None: nothing), the land, and the nodes on their edges."""

    left: dict
    land: shapely.Geometry
    nodes: Nodes


def _take(coverage, polygon, *, apart_from=-1):
    rings = drawn_polygon(polygon)
    near = coverage.near(np.array(shapely.bounds(shapely.multipoints(np.concatenate(rings)))) / UNITS_PER_DEGREE)
    near = near[near != apart_from]
    if not len(near):
        raise Refusal("nothing_to_take", "No land of another face lies in the drawn polygon; draw it over some.")
    made = cut(coverage.faces[near], rings)
    inside = _is_inside(made, rings)
    losers = np.unique(made.face[inside])
    if not len(losers):
        raise Refusal("nothing_to_take", "No land of another face lies in the drawn polygon; draw it over some.")
    left = {str(coverage.ids[near[k]]): made.pieces[(made.face == k) & ~inside] for k in losers}
    left = {name: union(pieces) if len(pieces) else None for name, pieces in left.items()}
    return _Taken(left, union(made.pieces[inside]), made.nodes)


def _is_inside(made, rings):
    """Which pieces lie inside the drawn rings: those with one of their edges, or else the ones they run around."""
    lines = {edge for edge in made.lines if turned(edge) not in made.lines}
    return np.array([_piece_is_inside(piece, lines, rings) for piece in made.pieces], dtype=bool)


def _piece_is_inside(piece, lines, rings):
    own = edge_set([piece])
    inside, outside = own & lines, {edge for edge in own if turned(edge) in lines}
    if inside and outside:
        raise Refusal("cut_not_settled", f"The drawn polygon is too narrow at {place_of(min(inside)[:2])}; draw it wider.")
    return bool(inside) or (not outside and _wind_around(rings, piece))


def _wind_around(rings, piece):
    """Whether the rings turn around a piece that they do not border: crossings of a ray from its inside to the east."""
    x, y = shapely.get_coordinates(shapely.point_on_surface(piece))[0] * UNITS_PER_DEGREE
    x0, y0 = np.concatenate([ring[:-1] for ring in rings]).astype(float).T
    x1, y1 = np.concatenate([ring[1:] for ring in rings]).astype(float).T
    crosses = (y0 <= y) != (y1 <= y)
    at = x0[crosses] + (y - y0[crosses]) / (y1 - y0)[crosses] * (x1 - x0)[crosses]
    return bool(np.where(y1[crosses] > y0[crosses], 1, -1)[at > x].sum() > 0)


def _refuse_used_up(taken):
    names = sorted(name for name, left in taken.left.items() if left is None)
    if names:
        sentence = f"Nothing would be left of face {', '.join(names[:5])}; merge it, or draw the piece smaller."
        raise Refusal("face_used_up", sentence, faces=names)
