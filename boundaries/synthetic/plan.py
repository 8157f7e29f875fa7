"""How many grids, micro-grids and households every village gets; no geometry.

The numbers of a county depend on the seed and on the county alone, so that they are the same at every scale.
"""

from dataclasses import dataclass

import numpy as np

HOUSEHOLDS_OF_GRID = (300, 500)
HOUSEHOLDS_OF_MICRO_GRID = (50, 80)
URBAN_EXCLUSIVE = ("农贸市场", "中学", "人民医院", "商业中心", "工业园区", "汽车客运站", "物流园区", "职业学校")
RURAL_EXCLUSIVE = ("旅游景区", "产业园区", "水库", "林场", "中心小学")
# The last three digits of a village: up to 199 a residents' committee (居委), from 200 a villagers' committee (村委).
LAST_RESIDENTS_COMMITTEE = 199
LAST_STREET_TOWN = 99


@dataclass(frozen=True, slots=True)
class Character:
    """What a village is like.

    Attributes
    ----------
    grids : tuple of int
        Fewest and most comprehensive grids.
    area_of_grid_km2 : float or None
        None: the village shares what the towns leave of the county.
    exclusive : float
        Mean number of exclusive grids.
    urban : bool
        Borders follow streets rather than streams and ridges.
    """

    grids: tuple
    area_of_grid_km2: float | None
    exclusive: float
    urban: bool


CORE = Character((7, 13), 0.09, 0.9, True)
SUBURB = Character((6, 12), 0.26, 0.7, True)
MARKET_TOWN = Character((5, 10), 0.42, 0.45, True)
COUNTRYSIDE = Character((3, 6), None, 0.06, False)


@dataclass(frozen=True, slots=True)
class GridPlan:
    """One grid to be: its kind, what it is called after (None: its number) and the households of its micro-grids."""

    kind: str
    place: str | None
    households: tuple


@dataclass(frozen=True, slots=True)
class VillagePlan:
    """One village to be."""

    code: str
    name: str
    area_km2: float
    urban: bool
    grids: tuple

    @property
    def micro_grids(self):
        """Number of micro-grids."""
        return sum(len(grid.households) for grid in self.grids)

    @property
    def households(self):
        """Sum over the grids."""
        return sum(sum(grid.households) for grid in self.grids)


def plan_county(divisions, county_code, *, area_km2, seed):
    """Plan all villages of a county.

    Parameters
    ----------
    divisions : Divisions
    county_code : str
    area_km2 : float
        Of the county; the villages' areas add up to it.
    seed : int

    Returns
    -------
    dict of str to list of VillagePlan
        By town code.
    """
    rng = np.random.default_rng([seed, int(county_code), 1])
    villages = {town: divisions.villages_of(town) for town in divisions.towns_of(county_code)}
    characters = {code: _character(code, siblings) for siblings in villages.values() for code in siblings}
    grids = {code: _grids(character, rng) for code, character in characters.items()}
    areas_km2 = _areas(characters, grids, area_km2, rng)
    return {
        town: [
            VillagePlan(code, divisions.village[code], areas_km2[code], characters[code].urban, grids[code]) for code in siblings
        ]
        for town, siblings in villages.items()
    }


def short_name(village_name):
    """Name of a place from that of its committee.

    Examples
    --------
    >>> [short_name(name) for name in ("上平社区居民委员会", "胜利街居委会", "天池村村民委员会", "河湾村民委员会")]
    ['上平社区', '胜利街社区', '天池村', '河湾村']
    """
    for committee, ending in (("居民委员会", "社区"), ("居委会", "社区"), ("村民委员会", "村"), ("村委会", "村")):
        if village_name.endswith(committee):
            place = village_name.removesuffix(committee)
            return place if place.endswith((ending, "村")) else place + ending
    return village_name


def _character(code, siblings):
    if int(code[9:]) > LAST_RESIDENTS_COMMITTEE:
        return COUNTRYSIDE
    if int(code[6:9]) > LAST_STREET_TOWN:
        return MARKET_TOWN
    committees = sum(int(other[9:]) <= LAST_RESIDENTS_COMMITTEE for other in siblings)
    return CORE if committees >= 0.85 * len(siblings) else SUBURB


def _grids(character, rng):
    count = int(rng.integers(character.grids[0], character.grids[1] + 1))
    comprehensive = [GridPlan("comprehensive", None, _households(_of_grid(rng), rng)) for _ in range(count)]
    places = URBAN_EXCLUSIVE if character.urban else RURAL_EXCLUSIVE
    chosen = rng.choice(len(places), size=min(int(rng.poisson(character.exclusive)), 3), replace=False)
    return (*comprehensive, *(GridPlan("exclusive", places[i], _of_exclusive(rng)) for i in chosen))


def _of_grid(rng):
    low, high = HOUSEHOLDS_OF_GRID
    return int(np.clip(rng.normal(404, 42), low, high))


def _of_exclusive(rng):
    low, high = HOUSEHOLDS_OF_MICRO_GRID
    return tuple(int(number) for number in rng.integers(low, high + 1, size=rng.integers(1, 5)))


def _households(total, rng):
    """Split a grid's households into micro-grids within their range."""
    low, high = HOUSEHOLDS_OF_MICRO_GRID
    count = round(total / 65)
    shares = np.clip(np.rint(rng.normal(total / count, 7, size=count)), low, high).astype(int).tolist()
    number = 0
    while left := total - sum(shares):
        shares[number] = min(max(shares[number] + (1 if left > 0 else -1), low), high)
        number = (number + 1) % count
    return tuple(shares)


def _areas(characters, grids, area_km2, rng):
    """Areas that add up to the county's: towns by their grids, the countryside shares the rest."""
    fixed = {
        code: character.area_of_grid_km2 * len(grids[code]) * rng.lognormal(0, 0.25)
        for code, character in characters.items()
        if character.area_of_grid_km2 is not None
    }
    shares = {code: len(grids[code]) ** 0.6 * rng.lognormal(0, 0.3) for code in characters if code not in fixed}
    left_km2 = area_km2 - sum(fixed.values()) if shares else 0.0
    if left_km2 < 0.5 * area_km2:  # a county that is nearly all town: everything shrinks or grows alike
        left_km2 = 0.5 * area_km2 if shares else 0.0
        scale = (area_km2 - left_km2) / max(sum(fixed.values()), 1e-9)
        fixed = {code: area * scale for code, area in fixed.items()}
    unit = left_km2 / sum(shares.values()) if shares else 0.0
    return {code: fixed.get(code, unit * shares.get(code, 0.0)) for code in characters}
