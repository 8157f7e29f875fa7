"""Where generated incidents happen: in hot spots, along streets, on borders, at home, and a few outside the city."""

from dataclasses import dataclass

import numpy as np
import shapely

from boundaries.synthetic.noise import wave
from boundaries.synthetic.plane import to_plane, to_units
from gis.chain import edges
from gis.dissolve import dissolve
from gis.errors import Refusal
from gis.lattice import from_lattice, to_lattice

OUTSIDE_ONE_IN = 100
SHARE_ON_VERTEX, SHARE_NEAR_BORDER, SHARE_ALONG_STREET, SHARE_IN_HOT_SPOT = 0.03, 0.05, 0.17, 0.22
NEAR_M = 0.9
STREET_SPREAD_M = 11.0
FACES_OF_HOT_SPOT = 110  # one hot spot for so many micro-grids
FARTHEST_OUTSIDE_M = 4_000.0


@dataclass(frozen=True, slots=True)
class Land:
    """What places are drawn from.

    Attributes
    ----------
    faces : ndarray of Polygon or MultiPolygon, shape (n,)
        Degrees.
    weight : ndarray of float, shape (n,)
        Sums to 1: how much happens in each face.
    whole : Geometry
        Union of the faces.
    start, end : ndarray of int64, shape (m, 2)
        Edges between two grids.
    busy : ndarray of float, shape (m,)
        Sums to 1: how much happens along each.
    """

    faces: np.ndarray
    weight: np.ndarray
    whole: object
    start: np.ndarray
    end: np.ndarray
    busy: np.ndarray


def places(units, *, count, rng):
    """Draw places, in no order.

    Parameters
    ----------
    units : boundaries.units.Units
        Micro-grids with households.
    count : int
    rng : numpy.random.Generator

    Returns
    -------
    ndarray of int64, shape (count, 2)
        Lattice points; ``count // 100`` of them lie outside all units, the others inside or on borders between grids.

    Raises
    ------
    Refusal
        ``no_micro_grids``.
    """
    if not len(units):
        raise Refusal("no_micro_grids", "There are no micro-grids to put incidents in; load or generate some first.")
    land = _land(units, rng)
    shares = (SHARE_ON_VERTEX, SHARE_NEAR_BORDER, SHARE_ALONG_STREET, SHARE_IN_HOT_SPOT)
    numbers = [int(count * share) for share in shares]
    outside = count // OUTSIDE_ONE_IN
    drawn = [
        _on_vertices(land, numbers[0], rng),
        _beside_edges(land, numbers[1], rng, rng.uniform(-NEAR_M, NEAR_M, numbers[1])),
        _beside_edges(land, numbers[2], rng, rng.normal(0, STREET_SPREAD_M, numbers[2])),
        _in_hot_spots(land, numbers[3], rng),
        _outside(land, outside, rng),
        _at_home(land, count - outside - sum(numbers), rng),
    ]
    return rng.permutation(np.concatenate(drawn))


def _land(units, rng):
    households = np.array([number or 0 for number in units.households], dtype=np.float64)
    middles = shapely.get_coordinates(shapely.centroid(units.geometry))
    weight = (households + 1) * np.exp(0.9 * wave(to_plane(middles * 1e7) / 1_700, seed=int(rng.integers(1 << 30))))
    start, end, face = _grid_borders(units)
    middle_m = to_plane((start + end) / 2)
    # Streaks: some stretches are far busier than others, and all are busy as the households beside them are dense.
    streak = np.exp(2.2 * wave(middle_m / 800, seed=int(rng.integers(1 << 30))))
    density = weight[face] / shapely.area(units.geometry[face])
    busy = np.hypot(*(to_plane(end) - to_plane(start)).T) * streak * density**0.75
    whole = dissolve(units.geometry, np.zeros(len(units), dtype=np.int64))[0][0]
    shapely.prepare(whole)
    return Land(units.geometry, weight / weight.sum(), whole, start, end, busy / busy.sum() if len(busy) else busy)


def _grid_borders(units):
    """Edges that have different grids on their sides, each once, and a face beside each."""
    table = edges(units.geometry)
    grid = np.unique([str(code)[:15] for code in units.code], return_inverse=True)[1][table.face]
    start, end = _packed(table.start), _packed(table.end)
    low, high = np.minimum(start, end), np.maximum(start, end)
    order = np.lexsort((high, low))
    twin = (low[order][1:] == low[order][:-1]) & (high[order][1:] == high[order][:-1])
    first, second = order[:-1][twin], order[1:][twin]
    between = first[grid[first] != grid[second]]
    return table.start[between], table.end[between], table.face[between]


def _packed(points):
    return points[:, 0] << 32 | points[:, 1]


def _covered(land, units):
    lonlat = from_lattice(units)
    return shapely.contains_xy(land.whole, lonlat[:, 0], lonlat[:, 1])


def _kept(land, units, rng):
    """The given places; those that fell out of the land happen at home instead."""
    lost = ~_covered(land, units)
    units[lost] = _at_home(land, int(lost.sum()), rng)
    return units


def _on_vertices(land, count, rng):
    if not len(land.busy):
        return _at_home(land, count, rng)
    return land.start[rng.choice(len(land.busy), size=count, p=land.busy)]


def _beside_edges(land, count, rng, offset_m):
    """Places on edges between grids, moved aside."""
    if not len(land.busy):
        return _at_home(land, count, rng)
    edge = rng.choice(len(land.busy), size=count, p=land.busy)
    start, way = to_plane(land.start[edge]), to_plane(land.end[edge]) - to_plane(land.start[edge])
    aside = np.column_stack([-way[:, 1], way[:, 0]]) / np.hypot(*way.T)[:, None]
    return _kept(land, to_units(start + rng.random((count, 1)) * way + aside * offset_m[:, None]), rng)


def _in_hot_spots(land, count, rng):
    """Places about a few busy points, some of them much busier than others."""
    spots = max(len(land.faces) // FACES_OF_HOT_SPOT, 4)
    density = land.weight / shapely.area(land.faces)
    face = rng.choice(len(land.faces), size=spots, p=density / density.sum())
    centre_m = to_plane(shapely.get_coordinates(shapely.point_on_surface(land.faces[face])) * 1e7)
    popularity = 1 / np.arange(1, spots + 1) ** 0.7
    spot = rng.choice(spots, size=count, p=popularity / popularity.sum())
    spread_m = rng.uniform(35, 240, size=spots)[spot]
    return _kept(land, to_units(centre_m[spot] + rng.normal(size=(count, 2)) * spread_m[:, None]), rng)


def _at_home(land, count, rng):
    """Places drawn evenly in faces that are drawn by weight."""
    face = rng.choice(len(land.faces), size=count, p=land.weight)
    bounds = shapely.bounds(land.faces)
    answer = np.empty((count, 2), dtype=np.int64)
    waiting = np.arange(count)
    while len(waiting):
        box = bounds[face[waiting]]
        units = to_lattice(box[:, :2] + rng.random((len(waiting), 2)) * (box[:, 2:] - box[:, :2]))
        lonlat = from_lattice(units)
        inside = shapely.contains_xy(land.faces[face[waiting]], lonlat[:, 0], lonlat[:, 1])
        answer[waiting[inside]] = units[inside]
        waiting = waiting[~inside]
    return answer


def _outside(land, count, rng):
    """Places beyond the outer border, most of them close to it."""
    rings = edges([shapely.MultiPolygon([shapely.Polygon(part.exterior) for part in shapely.get_parts(land.whole)])])
    start, way = to_plane(rings.start), to_plane(rings.end) - to_plane(rings.start)
    length_m = np.hypot(*way.T)
    answer = np.empty((0, 2), dtype=np.int64)
    while len(answer) < count:
        size = 2 * (count - len(answer)) + 16
        edge = rng.choice(len(length_m), size=size, p=length_m / length_m.sum())
        away_m = np.minimum(12 + rng.exponential(900, size=(size, 1)), FARTHEST_OUTSIDE_M)
        outward = np.column_stack([way[edge, 1], -way[edge, 0]]) / length_m[edge, None]
        units = to_units(start[edge] + rng.random((size, 1)) * way[edge] + outward * away_m)
        answer = np.concatenate([answer, units[~_touched(land, units)]])
    return answer[:count]


def _touched(land, units):
    lonlat = from_lattice(units)
    return shapely.intersects_xy(land.whole, lonlat[:, 0], lonlat[:, 1])
