"""Split a face into parts that carry equal weight: households, or area where none are given."""

from dataclasses import dataclass

import numpy as np
import shapely

from gis.editing.cutting import cut, edge_set, tidy, turned, union
from gis.editing.metres import metres_around
from gis.editing.split import by_size, divided
from gis.errors import Refusal
from gis.lattice import from_lattice, to_lattice

DIRECTIONS = 12  # of cutting lines, 15 degrees apart
QUANTILES = np.arange(1, 10) / 10
MOST_PARTS = 64
FINENESS = 0.01  # of the weight: cuts closer than this in balance are told apart by their length


def split_balanced(coverage, face, *, parts, points=None, weights=None, into=None):
    """Split a face by straight lines into parts of nearly equal weight, connected where the face is.

    The face is halved again and again, each time by the chord that parts the weight best, and of those that do equally
    well (to a hundredth of the weight) by the shortest. Of a face in several pieces of land each is cut into as many parts
    as its weight calls for (by D'Hondt's rule); a piece too light for a part of its own goes to the lightest part.

    Parameters
    ----------
    coverage : Coverage
    face : str
        May have holes and several pieces of land.
    parts : int
        From 2 to 64.
    points : array_like of float, shape (k, 2), optional
        Degrees; where the weight lies. Those outside of the face do not count. By default every square metre counts.
    weights : array_like of float, shape (k,), optional
        Not negative; by default each point counts 1.
    into : sequence of str, optional
        As in :func:`gis.editing.split.split`.

    Returns
    -------
    Edit

    Raises
    ------
    Refusal
        ``bad_part_count``, ``bad_weights``, ``no_weight`` if the face carries none, ``cannot_balance`` if no chord divides;
        those of :func:`gis.editing.split.divided`.

    Examples
    --------
    >>> from gis.editing.coverage import coverage_of
    >>> square = coverage_of(["a"], [shapely.box(105, 28, 105.03, 28.01)])
    >>> edit = split_balanced(square, "a", parts=3)
    >>> (shapely.area(edit.coverage.faces) * 1e4).round(2).tolist()
    [1.0, 1.0, 1.0]
    """
    if not isinstance(parts, int | np.integer) or not 2 <= parts <= MOST_PARTS:
        raise Refusal("bad_part_count", f"{parts!r} is no number of parts; give a whole number from 2 to {MOST_PARTS}.")
    whole = coverage.face(face)
    load = _load_of(whole, points, weights)
    lands = tidy(shapely.get_parts(whole))
    seats = _seats([load.of(land) for land in lands], parts)
    chords = set().union(*(_chords(land, max(count, 1), load) for land, count in zip(lands, seats, strict=True)))
    made = cut(np.array([whole], dtype=object), [np.array(edge).reshape(2, 2) for edge in sorted(chords)])
    pieces = _joined(made.pieces, lands[np.array(seats) == 0], load)
    if len(pieces) != parts:
        raise Refusal("cannot_balance", f"Face {face} came into {len(pieces)} parts, not {parts}; split it by hand.", face=face)
    return divided(coverage, face, by_size(pieces), nodes=made.nodes, into=into)


def _seats(weights, parts):
    """How many parts each piece of land gets, by D'Hondt's rule; of equals that with none yet, then the first."""
    seats = [0] * len(weights)
    for _ in range(parts):
        best = max(range(len(weights)), key=lambda k: (weights[k] / (seats[k] + 1), -seats[k], -k))
        seats[best] += 1
    return seats


def _joined(pieces, strays, load):
    """Pieces with the strays among them given one by one, the heaviest first, to the piece that is the lightest then."""
    is_stray = np.isin(shapely.to_wkb(pieces), shapely.to_wkb(tidy(strays)))
    groups = [[piece] for piece in pieces[~is_stray]]
    for stray in sorted(pieces[is_stray], key=lambda piece: (-load.of(piece), shapely.bounds(piece).tolist())):
        min(groups, key=lambda group: (sum(map(load.of, group)), shapely.bounds(group[0]).tolist())).append(stray)
    return [group[0] if len(group) == 1 else union(group) for group in groups]


@dataclass(frozen=True, slots=True, eq=False)
class _Load:
    """Where the weight lies; without points the area is the weight."""

    points: np.ndarray | None
    weights: np.ndarray | None

    def within(self, polygon):
        """The part of the load that lies in a polygon."""
        if self.points is None:
            return self
        keep = shapely.intersects_xy(polygon, self.points)
        return _Load(self.points[keep], self.weights[keep])

    def of(self, polygon):
        """Weight in a polygon, in degrees; areas in square degrees, which compare as square metres do within a face."""
        return float(shapely.area(polygon)) if self.points is None else float(self.within(polygon).weights.sum())


def _load_of(whole, points, weights):
    if points is None:
        if weights is not None:
            raise Refusal("bad_weights", "Weights were given without points; give the places too.")
        return _Load(None, None)
    places = from_lattice(to_lattice(points))
    carried = np.ones(len(places)) if weights is None else np.asarray(weights, dtype=float)
    if carried.shape != (len(places),) or not np.isfinite(carried).all() or (carried < 0).any():
        raise Refusal("bad_weights", "The weights are not one number from 0 on for each point; mend them.")
    load = _Load(places, carried).within(whole)
    if not load.weights.sum() > 0:
        raise Refusal("no_weight", "The face carries no weight; leave the points out to balance its area.")
    return load


def _chords(polygon, parts, load):
    """Lattice edges that divide a polygon into parts."""
    if parts == 1:
        return set()
    load = load.within(polygon)
    share = (parts // 2) / parts
    for line in _candidates(polygon, load, share):
        made = cut(np.array([polygon], dtype=object), [line])
        if len(made.pieces) == 2 and not made.loose:
            return _chords_of_halves(made, parts, load)
    raise Refusal("cannot_balance", "No straight line divides the face well; split it by hand.")


def _chords_of_halves(made, parts, load):
    light, heavy = sorted(made.pieces, key=lambda piece: (load.of(piece), shapely.bounds(piece).tolist()))
    between = {edge for edge in edge_set([light]) if turned(edge) in edge_set([heavy])}
    return between | _chords(light, parts // 2, load.within(light)) | _chords(heavy, parts - parts // 2, load.within(heavy))


def _candidates(polygon, load, share):
    """Lines that divide the polygon, on the lattice, best first."""
    plane = metres_around(tuple(to_lattice(shapely.get_coordinates(polygon)[:1])[0].tolist()))
    flat = plane.enter(polygon)
    carried = None if load.points is None else _Load((load.points - plane.origin) * plane.metres_per_degree, load.weights)
    judged = []
    for turn in range(DIRECTIONS):
        for chord in _chords_across(flat, np.pi * turn / DIRECTIONS, carried, share):
            unequal = _imbalance(flat, chord, carried, share)
            if unequal is not None:
                judged.append((round(unequal / FINENESS), round(chord.length, 3), turn, chord))
    judged.sort(key=lambda row: (*row[:3], shapely.get_coordinates(row[3]).tolist()))
    return [plane.leave(row[3]) for row in judged]


def _chords_across(flat, angle, carried, share):
    """Chords of a polygon in one direction, where the line as a whole parts the weight well and in between."""
    turned_flat = shapely.transform(flat, lambda xy: _turned(xy, -angle))
    _, south, _, north = turned_flat.bounds
    for x in _offsets(turned_flat, angle, carried, share):
        line = shapely.LineString([(x, south - 1), (x, north + 1)])
        inside = shapely.get_parts(shapely.intersection(line, turned_flat))
        chords = [shapely.transform(chord, lambda xy: _turned(xy, angle)) for chord in inside if chord.length > 0]
        yield from chords
        if len(chords) > 1:  # through holes it may take several chords; what lies outside between them does no harm
            yield shapely.transform(line, lambda xy: _turned(xy, angle))


def _offsets(turned_flat, angle, carried, share):
    quantiles = np.unique(np.r_[share, 1 - share, QUANTILES])
    west, _, east, _ = turned_flat.bounds
    if carried is None:
        return _area_quantiles(turned_flat, quantiles)
    x = _turned(carried.points, -angle)[:, 0]
    order = np.argsort(x, kind="stable")
    x, total = np.r_[west, x[order], east], np.cumsum(carried.weights[order]) / carried.weights.sum()
    places = np.searchsorted(total, quantiles - 1e-9) + 1
    between = np.unique(np.r_[(x[places] + x[places - 1]) / 2, (x[places] + x[np.minimum(places + 1, len(x) - 1)]) / 2])
    return between[(between > west) & (between < east)].tolist()


def _area_quantiles(turned_flat, quantiles):
    """Offsets to the west of which lie shares of the area, from the areas of 64 strips."""
    west, south, east, north = turned_flat.bounds
    bounds = np.linspace(west, east, 65)
    strips = shapely.intersection(shapely.box(bounds[:-1], south - 1, bounds[1:], north + 1), turned_flat)
    total = np.r_[0, np.cumsum(shapely.area(strips))]
    return np.interp(quantiles * total[-1], total, bounds).tolist()


def _imbalance(flat, line, carried, share):
    """How far the lighter of two pieces is from its share of the weight, or None if the line makes no two pieces."""
    borders = shapely.union_all([shapely.boundary(flat), _lengthened(line)])
    pieces = shapely.get_parts(shapely.polygonize(shapely.get_parts(borders)))
    pieces = [piece for piece in pieces if shapely.contains(flat, shapely.point_on_surface(piece))]
    if len(pieces) != 2:
        return None
    loads = [piece.area for piece in pieces] if carried is None else [carried.of(piece) for piece in pieces]
    return abs(min(loads) / sum(loads) - share) if sum(loads) else None


def _lengthened(line):
    """The line, longer by a millimetre at either end, so that it is sure to reach the border."""
    ends = shapely.get_coordinates(line)
    way = (ends[-1] - ends[0]) / np.hypot(*(ends[-1] - ends[0])) * 1e-3
    return shapely.LineString([ends[0] - way, ends[-1] + way])


def _turned(xy, angle):
    return xy @ np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
