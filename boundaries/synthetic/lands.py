"""Where the towns of a county and their villages lie, and mesh points as dense as each of them needs."""

from dataclasses import dataclass

import numpy as np
import shapely

from boundaries.synthetic.mesh import inner_points
from boundaries.synthetic.noise import bend
from boundaries.synthetic.plan import LAST_STREET_TOWN
from boundaries.synthetic.plane import to_plane
from boundaries.synthetic.territory import Ground, Territory, settle

POINTS_OF_MICRO_GRID = 13
POINTS_OF_WHOLE_TOWN = 700  # mesh points of a town that is not divided
POINTS_OF_COUNTY = (3_000, 30_000)  # fewest and most, to find the towns' shares; between them 110 for a village
POINTS_OF_VILLAGE = 110  # to find the villages' shares
ROW = np.sqrt(0.75)  # of a triangular raster: rows are this many spacings apart

# Where the county governments sit, degrees, to about a kilometre.
SEATS = {
    "510502": (105.443, 28.882),
    "510503": (105.372, 28.773),
    "510504": (105.438, 28.913),
    "510521": (105.378, 29.151),
    "510522": (105.832, 28.811),
    "510524": (105.445, 28.156),
    "510525": (105.813, 28.039),
}


@dataclass(frozen=True, slots=True)
class Task:
    """A county to be drawn.

    Attributes
    ----------
    code : str
    inside : Polygon or MultiPolygon
        In metres of the plane.
    plans : list of list of VillagePlan
        By town.
    whole_towns : ndarray of bool
        Towns that are not divided.
    seed : int
    rng : numpy.random.Generator
    """

    code: str
    inside: object
    plans: list
    whole_towns: np.ndarray
    seed: int
    rng: np.random.Generator

    def bent(self, points_m):
        """Points of the plane in the bent plane of this seed."""
        return bend(points_m, seed=self.seed)


@dataclass(frozen=True, slots=True)
class Lands:
    """Territories and mesh points.

    Attributes
    ----------
    towns : Territory
    villages : dict of int to Territory
        By town, of those that are divided.
    points_m : ndarray of float, shape (n, 2)
    spacing_m : ndarray of float, shape (n,)
    """

    towns: Territory
    villages: dict
    points_m: np.ndarray
    spacing_m: np.ndarray


def share_out(task):
    """Give every town and village its land.

    Parameters
    ----------
    task : Task

    Returns
    -------
    Lands
    """
    ground = _ground_of_county(task)
    areas = np.array([sum(village.area_km2 for village in town) for town in task.plans])
    rings = np.array([ring_of_town(town) for town in task.plans])
    seat = task.bent(_seat(task))[0]
    towns = settle(ground, areas, rings, lambda: seat, rng=task.rng)
    villages, grounds = {}, []
    for town, plan in enumerate(task.plans):
        everything = [(towns, town)]
        if task.whole_towns[town]:
            grounds.append(_filled(task, everything, POINTS_OF_WHOLE_TOWN))
            continue
        villages[town] = _settle_villages(task, _filled(task, everything, POINTS_OF_VILLAGE * len(plan)), plan, seat)
        for number, village in enumerate(plan):
            count = village.micro_grids * POINTS_OF_MICRO_GRID
            grounds.append(_filled(task, [(villages[town], number), *everything], count))
    spacing_m = np.repeat([part.spacing_m for part in grounds], [len(part.points_m) for part in grounds])
    return Lands(towns, villages, np.vstack([part.points_m for part in grounds]), spacing_m)


def ring_of_town(villages):
    """0 for town streets about the county seat, 1 for mostly rural streets around them, 2 for the other towns.

    Parameters
    ----------
    villages : sequence of VillagePlan
        Of one town.

    Returns
    -------
    int
    """
    if int(villages[0].code[6:9]) > LAST_STREET_TOWN:
        return 2
    urban = sum(village.urban for village in villages)
    return 0 if urban >= 0.85 * len(villages) else 1


def _ground_of_county(task):
    count = np.clip(POINTS_OF_VILLAGE * sum(len(plan) for plan in task.plans), *POINTS_OF_COUNTY)
    spacing_m = np.sqrt(task.inside.area / count / ROW)
    points_m = inner_points(task.inside, task.inside.bounds, spacing_m, task.rng)
    return Ground(points_m, task.bent(points_m), spacing_m)


def _settle_villages(task, ground, plan, seat):
    areas = np.array([village.area_km2 for village in plan])
    rings = np.array([0 if village.urban else 1 for village in plan])
    return settle(ground, areas, rings, lambda: _centre(ground.bent_m, plan, seat, task.rng), rng=task.rng)


def _centre(bent_m, plan, seat, rng):
    """A town's own centre: for streets the side towards the county seat, else somewhere in the middle."""
    if ring_of_town(plan) < 2:
        return bent_m[np.hypot(*(bent_m - seat).T).argmin()]
    drawn = bent_m[rng.integers(len(bent_m), size=6)]
    return drawn[np.hypot(*(drawn - np.median(bent_m, axis=0)).T).argmin()]


def _filled(task, memberships, count):
    """About `count` points that belong to all of the given children of territories; the first one is the smallest."""
    territory, child = memberships[0]
    own = territory.ground.points_m[territory.labels == child]
    area_m2 = max(len(own), 1) * territory.ground.spacing_m**2 * ROW
    spacing_m = np.sqrt(area_m2 / count / ROW)
    points_m = inner_points(task.inside, _bounds(own, 1.5 * territory.ground.spacing_m), spacing_m, task.rng)
    bent_m = task.bent(points_m)
    mine = np.all([land.child(points_m, bent_m) == number for land, number in memberships], axis=0)
    return Ground(points_m[mine], bent_m[mine], spacing_m)


def _bounds(points_m, margin_m):
    if not len(points_m):
        return 0.0, 0.0, 0.0, 0.0
    (west, south), (east, north) = points_m.min(axis=0), points_m.max(axis=0)
    return west - margin_m, south - margin_m, east + margin_m, north + margin_m


def _seat(task):
    if task.code in SEATS:
        return to_plane(np.array([SEATS[task.code]]) * 1e7)
    return shapely.get_coordinates(shapely.point_on_surface(task.inside))
