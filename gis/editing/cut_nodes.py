"""Node lines with the edges of faces on the lattice, so that they meet at common vertices only.

Snap rounding with one restraint: the vertices of the faces never move, and an edge is bent only by nodes that the lines
put on it. A general snap rounder (GEOS with a grid size) also pulls an edge onto any vertex nearer than half a unit,
which would change faces that the lines do not concern.
"""

import numpy as np
import shapely

from gis.errors import Refusal

TOUCH = 0.75  # units: a lattice point nearer to a segment than this lies on it; half a unit's diagonal is 0.71
VERTEX_REACH = 1.5  # units, 1.7 cm: the lines use an existing vertex rather than put a node beside it
ROUNDS = 30
BLOCK = 128
MOST_CROSSINGS = 10_000  # each line that crosses another counts twice


def node_lines(lines, start, end):
    """Break lines and edges where they meet.

    Parameters
    ----------
    lines : list of ndarray of int64, shape (k, 2)
        Lattice points in order; a closed line repeats its first.
    start, end : ndarray of int64, shape (m, 2)
        Edges, each once, in either direction.

    Returns
    -------
    lines : list of list of (int, int)
        The lines through all the nodes, in their direction, moved by under two units.
    paths : dict of (int, int, int, int) to list of (int, int)
        Nodes on edges, in order from start to end; edges without nodes are left out.

    Raises
    ------
    Refusal
        ``cut_not_settled`` where the nodes do not come to rest; ``too_many_crossings`` for a scribble.

    Examples
    --------
    >>> edge = np.array([[0, 0]]), np.array([[10, 0]])
    >>> node_lines([np.array([[5, -5], [6, 5]])], *edge)
    ([[(5, -5), (6, 0), (6, 5)]], {(0, 0, 10, 0): [(6, 0)]})
    """
    corners = np.unique(np.concatenate([start, end]), axis=0)
    chains = [[tuple(a), tuple(b)] for a, b in zip(start.tolist(), end.tolist(), strict=True)]
    chains += [_at_corners(line, corners) for line in lines]
    count, fixed = len(start), {tuple(corner) for corner in corners.tolist()}
    for _ in range(ROUNDS):
        found = _breaks(chains, count, fixed)
        if not found:
            inner = {(*chain[0], *chain[-1]): chain[1:-1] for chain in chains[:count] if len(chain) > 2}
            return chains[count:], inner
        chains = _broken(chains, found)
    sentence = "The line runs too close along a border to tell them apart; draw it on the border or farther away."
    raise Refusal("cut_not_settled", sentence)


def _at_corners(line, corners):
    """The line with vertices beside a corner moved into it; the smallest corner of those equally near."""
    moved = np.array(line, dtype=np.int64)
    tree = shapely.STRtree(shapely.points(corners))
    which, corner = tree.query_nearest(shapely.points(moved), max_distance=VERTEX_REACH, all_matches=True)
    order = np.lexsort((-corner, which))
    moved[which[order]] = corners[corner[order]]  # the last one written stays: the smallest corner
    keep = np.r_[True, (moved[1:] != moved[:-1]).any(axis=1)][: len(moved)]
    return [tuple(point) for point in moved[keep].tolist()]


def _breaks(chains, count, fixed):
    """Points at which segments have to be broken: {chain: {position: {points}}}."""
    ends, chain, position = _segments(chains)
    is_cut = chain >= count
    segments = shapely.linestrings(ends.astype(float))
    tree = shapely.STRtree(segments)
    crossing = _crossing(tree, segments, ends, is_cut, fixed)  # first, as it is this that refuses a scribble
    meetings = _touching(tree, ends, is_cut, fixed) + crossing
    found = {}
    for segment, point in meetings:
        if point not in (tuple(ends[segment, 0].tolist()), tuple(ends[segment, 1].tolist())):
            found.setdefault(int(chain[segment]), {}).setdefault(int(position[segment]), set()).add(point)
    return found


def _segments(chains):
    lengths = np.array([len(chain) for chain in chains])
    points = np.array([point for chain in chains for point in chain], dtype=np.int64).reshape(-1, 2)
    owner = np.repeat(np.arange(len(chains)), lengths)
    first = np.flatnonzero(owner[1:] == owner[:-1])
    position = first - (np.cumsum(lengths) - lengths)[owner[first]]
    return np.stack([points[first], points[first + 1]], axis=1), owner[first], position


def _touching(tree, ends, is_cut, fixed):
    """Vertices on the inside of a segment: any on a cut, those of the cuts alone on an edge."""
    points = np.unique(ends.reshape(-1, 2), axis=0)
    drawn = {tuple(point) for point in ends[is_cut].reshape(-1, 2).tolist()} - fixed
    of_cut = np.array([tuple(point) in drawn for point in points.tolist()], dtype=bool)
    point, segment = tree.query(shapely.points(points), predicate="dwithin", distance=TOUCH)
    keep = is_cut[segment] | of_cut[point]
    return [(s, tuple(points[p].tolist())) for p, s in zip(point[keep].tolist(), segment[keep].tolist(), strict=True)]


def _crossing(tree, segments, ends, is_cut, fixed):
    cuts = np.flatnonzero(is_cut)
    first, second = _crossing_pairs(tree, segments, cuts)
    once = ~is_cut[second] | (first < second)
    first, second = first[once], second[once]
    points = _meeting_points(ends[first], ends[second], fixed)
    return [*zip(first.tolist(), points, strict=True), *zip(second.tolist(), points, strict=True)]


def _crossing_pairs(tree, segments, cuts):
    """Segments of the lines and what each crosses; block by block, so that a scribble is refused and not computed."""
    found, count = [np.empty((2, 0), dtype=np.int64)], 0
    for low in range(0, len(cuts), BLOCK):
        block = cuts[low : low + BLOCK]
        first, second = tree.query(segments[block], predicate="crosses")
        found.append(np.stack([block[first], second]))
        count += len(first)
        if count > MOST_CROSSINGS:
            raise Refusal("too_many_crossings", f"The lines cross over {MOST_CROSSINGS:,} times; draw them simpler.")
    return np.concatenate(found, axis=1)


def _meeting_points(cuts, others, fixed):
    """Lattice points nearest to the crossings, or an end of the other segment that is a vertex of a face and near."""
    origin = others[:, 0]
    way, cut_way = (others[:, 1] - origin).astype(float), (cuts[:, 1] - cuts[:, 0]).astype(float)
    offset = (cuts[:, 0] - origin).astype(float)
    share = _cross(offset, cut_way) / _cross(way, cut_way)
    exact = way * np.clip(share, 0, 1)[:, None]
    return [
        _corner_near(place, ends, fixed) or tuple((ends[0] + np.rint(place).astype(np.int64)).tolist())
        for place, ends in zip(exact, others, strict=True)
    ]


def _corner_near(place, ends, fixed):
    candidates = sorted((float(np.hypot(*(end - ends[0] - place))), tuple(end.tolist())) for end in ends)
    near = [point for distance, point in candidates if distance <= VERTEX_REACH and point in fixed]
    return near[0] if near else None


def _broken(chains, found):
    broken = list(chains)
    for index, points_at in found.items():
        broken[index] = _through(chains[index], points_at)
    return broken


def _through(chain, points_at):
    through = []
    for position, start in enumerate(chain):
        through.append(start)
        if position in points_at:
            (x, y), (end_x, end_y) = start, chain[position + 1]
            along = {p: (p[0] - x) * (end_x - x) + (p[1] - y) * (end_y - y) for p in points_at[position]}
            through += sorted(along, key=lambda p: (along[p], p))
    return through


def _cross(first, second):
    return first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0]
