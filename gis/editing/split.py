"""Split a face along lines."""

import numpy as np
import shapely

from gis.editing.change import conclude
from gis.editing.cutting import cut, edge_set, turned, union
from gis.editing.drawn import drawn_lines
from gis.editing.merge import place_of, refuse_taken
from gis.errors import Refusal


def split(coverage, face, lines, *, into=None):
    """Split a face along one or more lines of any shape.

    Lines may cross the face several times, run through its holes, bend back, begin and end on its border, at a vertex or
    outside. What lies outside of the face is not looked at. Parts of the face that no line meets stay with the largest
    piece.

    Parameters
    ----------
    coverage : Coverage
    face : str
    lines : LineString, MultiLineString or sequence of them
        Degrees.
    into : sequence of str, optional
        Ids of the pieces from the largest to the smallest; `face` itself may be one of them. By default ``face-1``,
        ``face-2``, ….

    Returns
    -------
    Edit
        Neighbours on whose edge a line ends get a node there and are touched. Merging the pieces gives the face as it was,
        with these nodes.

    Raises
    ------
    Refusal
        ``line_ends_inside`` with the place, ``line_does_not_divide``, ``wrong_piece_count`` if `into` has not as many ids as
        there are pieces, ``id_taken``; those of :func:`gis.editing.drawn.drawn_lines` for a bad line; ``cut_not_settled`` or
        ``edit_breaks_coverage`` where lines and borders are too close to be told apart.

    Examples
    --------
    >>> from gis.editing.coverage import coverage_of
    >>> square = coverage_of(["a"], [shapely.box(105, 28, 106, 29)])
    >>> edit = split(square, "a", shapely.LineString([(105.2, 27), (105.2, 30)]), into=["a", "b"])
    >>> shapely.bounds(edit.coverage.face("b")).tolist(), len(edit.outline_nodes)
    ([105.0, 28.0, 105.2, 29.0], 2)
    """
    made = cut(np.array([coverage.face(face)], dtype=object), drawn_lines(lines))
    _refuse_loose(made, face)
    pieces = _grown(made)
    if len(pieces) < 2:
        sentence = f"The line does not divide face {face}; draw it from border to border."
        raise Refusal("line_does_not_divide", sentence, face=face)
    return divided(coverage, face, pieces, nodes=made.nodes, into=into)


def divided(coverage, face, pieces, *, nodes, into=None):
    """Put pieces in the place of a face.

    Parameters
    ----------
    coverage : Coverage
    face : str
    pieces : list of Polygon or MultiPolygon
        From the largest to the smallest; with the nodes in them.
    nodes : gis.editing.insertion.Nodes
        Put on edges of the face by what divides it.
    into : sequence of str, optional
        As in :func:`split`.

    Returns
    -------
    Edit

    Raises
    ------
    Refusal
        ``wrong_piece_count``, ``id_taken``, ``edit_breaks_coverage``.

    Examples
    --------
    >>> from gis.editing.coverage import coverage_of
    >>> from gis.editing.insertion import NO_NODES
    >>> parts = [shapely.box(105, 28, 106, 29), shapely.box(107, 28, 108, 29)]
    >>> far = coverage_of(["a"], [shapely.union_all(parts)])
    >>> divided(far, "a", parts, nodes=NO_NODES).coverage.ids.tolist()
    ['a-1', 'a-2']
    """
    names = [f"{face}-{k + 1}" for k in range(len(pieces))] if into is None else [str(name) for name in into]
    if len(names) != len(pieces):
        sentence = f"Face {face} comes in {len(pieces)} pieces, and {len(names)} ids were given; give one each."
        raise Refusal("wrong_piece_count", sentence, pieces=len(pieces))
    refuse_taken(coverage, names, apart_from=[face])
    return conclude(coverage, retired=[face], placed=dict(zip(names, pieces, strict=True)), inserted=nodes)


def by_size(pieces):
    """Polygons from the largest to the smallest, ties by place; areas are compared in exact lattice units.

    Parameters
    ----------
    pieces : sequence of Polygon or MultiPolygon
        Degrees, on the lattice.

    Returns
    -------
    list of Polygon or MultiPolygon

    Examples
    --------
    >>> [piece.bounds[0] for piece in by_size([shapely.box(0, 0, 1, 1), shapely.box(5, 0, 7, 1)])]
    [5.0, 0.0]
    """
    return sorted(pieces, key=lambda piece: (-doubled_area(piece), shapely.bounds(piece).tolist(), shapely.to_wkb(piece)))


def doubled_area(polygon):
    """Twice the area in square lattice units, as a whole number of any size.

    Parameters
    ----------
    polygon : Polygon or MultiPolygon
        Degrees, on the lattice.

    Returns
    -------
    int

    Examples
    --------
    >>> doubled_area(shapely.box(105, 28, 105.0000003, 28.0000002))
    12
    """
    return sum(ax * by - ay * bx for ax, ay, bx, by in edge_set([polygon]))


def _grown(made):
    """Pieces by size; parts that no line meets go to the largest of the others."""
    met = [any(edge in made.lines or turned(edge) in made.lines for edge in edge_set([piece])) for piece in made.pieces]
    pieces = by_size([piece for piece, is_met in zip(made.pieces, met, strict=True) if is_met])
    others = [piece for piece, is_met in zip(made.pieces, met, strict=True) if not is_met]
    if others and pieces:
        pieces[0] = union([pieces[0], *others])
    return by_size(pieces)


def _refuse_loose(made, face):
    if made.loose:
        place = place_of(min(made.loose)[2:])
        sentence = f"A line ends inside face {face} near {place}; draw it on to the border or leave that part out."
        raise Refusal("line_ends_inside", sentence, face=face)
