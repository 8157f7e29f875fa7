"""Move the border between two faces: their land changes hands, that of all others stays."""

import itertools
from dataclasses import dataclass

import numpy as np
import shapely

from gis.editing.change import conclude
from gis.editing.cut_nodes import node_lines
from gis.editing.cutting import edge_set, edges_inside, polygons_of, turned, undirected_rows, union
from gis.editing.drawn import drawn_lines
from gis.editing.insertion import nodes_on, with_nodes
from gis.editing.merge import place_of, shared_edges
from gis.editing.reach import nearest_on_edges
from gis.errors import Refusal


def move_border(coverage, first, second, *, line, reach_m=0.5):
    """Replace the border of two faces between the ends of a line by the line.

    Parameters
    ----------
    coverage : Coverage
    first, second : str
        Faces that share an edge.
    line : LineString
        Degrees. Begins and ends on their border; may cross it in between. If the border is a ring, the part that lies
        nearer to the line (by the area between them) is replaced.
    reach_m : float
        The line's ends are moved to a vertex of the border, or else to a place on it, no farther away than this.

    Returns
    -------
    Edit
        Touches the two faces, and others only where the line runs against their edge between two vertices.

    Raises
    ------
    Refusal
        ``not_adjacent``; ``ends_off_border`` with the place; ``line_leaves_faces`` if the line runs over land of others;
        ``border_ambiguous`` if land lies on no side of the new border; ``face_used_up``; those of
        :func:`gis.editing.drawn.drawn_lines`; ``cut_not_settled``, ``edit_breaks_coverage``.

    Examples
    --------
    >>> from gis.editing.coverage import coverage_of
    >>> row = coverage_of(["a", "b"], [shapely.box(105 + k, 28, 106 + k, 29) for k in range(2)])
    >>> bulge = shapely.LineString([(106, 28.2), (106.5, 28.2), (106.5, 28.4), (106, 28.4)])
    >>> edit = move_border(row, "a", "b", line=bulge)
    >>> shapely.area(edit.coverage.faces).round(3).tolist()
    [1.1, 0.9]
    """
    drawn = drawn_lines(line)
    if len(drawn) != 1:
        raise Refusal("not_a_line", f"{len(drawn)} lines were drawn; draw one.")
    border = _border(coverage, first, second)
    return replace_borders(coverage, first, second, [_between(drawn[0], border, reach_m)])


def replace_borders(coverage, first, second, lines):
    """Replace several stretches of the border of two faces at once.

    Parameters
    ----------
    coverage : Coverage
    first, second : str
    lines : list of ndarray of int64, shape (k, 2)
        Lattice points; each begins and ends within a unit of the border.

    Returns
    -------
    Edit

    Raises
    ------
    Refusal
        As :func:`move_border`.

    Examples
    --------
    >>> import shapely
    >>> from gis.editing.coverage import coverage_of
    >>> row = coverage_of(["a", "b"], [shapely.box(k * 1e-6, 0, (k + 1) * 1e-6, 1e-6) for k in range(2)])
    >>> edit = replace_borders(row, "a", "b", [np.array([[10, 0], [13, 5], [10, 10]])])
    >>> (shapely.area(edit.coverage.faces) * 1e14).round().tolist()
    [115.0, 85.0]
    """
    pair = coverage.faces[coverage.rows([first, second])]
    table = undirected_rows(pair)
    chains, paths = node_lines(lines, table[:, :2], table[:, 2:])
    # The line is not noded with what it replaces: it would keep a vertex where it crosses an edge that is no more.
    gone = _gone(with_nodes(pair, nodes_on(paths)), chains)
    stays = np.array([not _steps(row, paths) <= gone for row in table.tolist()], dtype=bool)
    chains, paths = node_lines(lines, table[stays, :2], table[stays, 2:])
    sides = _sides(with_nodes(pair, nodes_on(paths)), chains)
    placed = dict(zip((first, second), _shared_out(sides, (first, second)), strict=True))
    there = {edge[:2] for edge in edge_set(list(placed.values()))}
    paths = {edge: [point for point in path if point in there] for edge, path in paths.items()}
    return conclude(coverage, placed=placed, inserted=nodes_on({edge: path for edge, path in paths.items() if path}))


@dataclass(frozen=True, slots=True, eq=False)
class _Sides:
    """Directed edges that still bound each of two faces when a part of their border is taken away, and all that divides."""

    first: set
    second: set
    outline: set
    divide: set


def _sides(pair, chains):
    first, second = edge_set([pair[0]]), edge_set([pair[1]])
    border = {edge for edge in first if turned(edge) in second}
    gone = _gone(pair, chains)
    drawn = {(*a, *b) for chain in chains for a, b in itertools.pairwise(chain)}
    on_edge = {edge for edge in drawn if {edge, turned(edge)} & (first | second)}
    inside = edges_inside(union(pair), drawn)
    if drawn - inside - on_edge:
        place = place_of(min(drawn - inside - on_edge)[:2])
        raise Refusal("line_leaves_faces", f"The line leaves the two faces near {place}; draw it on their land only.")
    outline = {edge for edge in first | second if turned(edge) not in first | second}
    kept = border - gone
    gone |= on_edge | {turned(edge) for edge in on_edge}  # the line gives such an edge to the one that it gives the land to
    return _Sides(first - gone, second - gone, outline, outline | kept | inside | on_edge)


def _gone(pair, chains):
    """Edges of the border that the lines replace, in both directions."""
    border = shared_edges(*pair)
    gone = set().union(*(_stretch(border, chain) for chain in chains))
    return gone | {turned(edge) for edge in gone}


def _steps(edge, paths):
    """What an edge has become by its nodes."""
    points = [tuple(edge[:2]), *paths.get(tuple(edge), ()), tuple(edge[2:])]
    return {(*a, *b) for a, b in itertools.pairwise(points)}


def _shared_out(sides, names):
    """New faces: every piece goes to the face whose edges it still has."""
    pieces = polygons_of(sides.divide)
    own = [edge_set([piece]) for piece in pieces]
    within = [k for k, edges in enumerate(own) if not any(turned(edge) in sides.outline for edge in edges)]
    to_first = [k for k in within if own[k] & sides.first]
    to_second = [k for k in within if own[k] & sides.second]
    unclear = set(to_first) & set(to_second) | set(within) - set(to_first) - set(to_second)
    if unclear:
        place = shapely.get_coordinates(shapely.point_on_surface(pieces[min(unclear)]))[0].round(5).tolist()
        sentence = f"The new border does not tell to whom the land at ({place[0]}, {place[1]}) belongs; draw a simpler line."
        raise Refusal("border_ambiguous", sentence)
    for name, taken in zip(names, (to_first, to_second), strict=True):
        if not taken:
            raise Refusal("face_used_up", f"Nothing would be left of face {name}; merge the faces instead.", faces=[name])
    return [union(pieces[to_first]), union(pieces[to_second])]


def _border(coverage, first, second):
    pair = coverage.faces[coverage.rows([first, second])]
    border = shared_edges(*pair)
    if not border or first == second:
        raise Refusal("not_adjacent", f"Faces {first} and {second} share no edge; choose neighbours.", faces=[first, second])
    return border


def _between(line, border, reach_m):
    """The line from border to border, its ends moved on it."""
    line = line.copy()
    for end in (0, -1):
        place = nearest_on_edges(tuple(line[end].tolist()), border, reach_m=reach_m, vertices_first=True)
        if place is None:
            where = place_of(line[end])
            sentence = f"The line's end {where} is not on the border of the two faces; draw it from border to border."
            raise Refusal("ends_off_border", sentence)
        line[end] = place[1]
    line = line[np.r_[True, (line[1:] != line[:-1]).any(axis=1)]]
    if len(line) < 2 or (line[0] == line[-1]).all():
        raise Refusal("zero_length_line", "The line begins and ends at the same place of the border; draw it between two.")
    return line


def _stretch(border, chain):
    """Edges of the border from the first to the last point of a line."""
    stretches = _stretches(border, chain[0], chain[-1])
    if not stretches:
        sentence = f"No border of the two faces leads from {place_of(chain[0])} to {place_of(chain[-1])}; draw it along one."
        raise Refusal("ends_off_border", sentence)
    found = min(stretches, key=lambda points: (abs(_doubled_area([*points, *chain[::-1]])), points))
    return {edge for a, b in itertools.pairwise(found) for edge in ((*a, *b), (*b, *a)) if edge in border}


def _stretches(border, start, end):
    """Ways along the border; where it is a ring there are two. None leads on through a point where it touches itself."""
    beside = {}
    for edge in border:
        beside.setdefault(edge[:2], set()).add(edge[2:])
        beside.setdefault(edge[2:], set()).add(edge[:2])
    ways = [_way(beside, start, towards, end) for towards in sorted(beside.get(start, ()))]
    return [way for way in ways if way]


def _way(beside, start, towards, end):
    way = [start, towards]
    while way[-1] != end:
        onward = beside[way[-1]] - {way[-2]}
        if len(onward) != 1 or way[-1] == start:
            return None
        way += onward
    return way


def _doubled_area(points):
    x0, y0 = points[0]
    turn = zip(points, [*points[1:], points[0]], strict=True)
    return sum((ax - x0) * (by - y0) - (ay - y0) * (bx - x0) for (ax, ay), (bx, by) in turn)
