"""Where a number is that no door is known of: between its neighbours along the road.

Odd and even numbers stand on opposite sides of a street in most Chinese cities. Where only the other side is known, it says how
far along the road the number is, and less surely.
"""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import shapely

from gis.lattice import from_lattice, to_lattice
from gis.measures import metres_per_degree
from incidents.gazetteer.entries import Entry

WINDOW = 60  # numbers up and down that are looked at
APART_M = 800  # doors of one road name that are farther apart than this, each from all others, are of two roads
BESIDE_LINE_M = 150  # from a door to the line of its road
NEAR_NUMBERS = 10  # that a number beyond the last door may be away from it


@dataclass(frozen=True, slots=True)
class Placed:
    """A number of a road that was placed by its neighbours.

    Attributes
    ----------
    entry : Entry
        Made up, at the place.
    how : {"between", "other_side", "nearest"}
    neighbours : tuple of Entry
        The doors that it was placed by, the smaller number first.
    """

    entry: Entry
    how: Literal["between", "other_side", "nearest"]
    neighbours: tuple[Entry, ...]


def place_number(number, doors, lines):
    """Place a number among the doors of roads of one name.

    Parameters
    ----------
    number : int
    doors : sequence of Entry
        Of roads of one name, perhaps of several roads.
    lines : sequence of shapely.LineString or MultiLineString
        Of roads of that name.

    Returns
    -------
    list of Placed
        One for each road that lacks the number and where it can be placed, the smallest neighbour first. The order of doors and
        lines does not count.

    Examples
    --------
    >>> def door(number, lon): return Entry(number, "door", "", "", False, shapely.Point(lon, 28.8), "s", False, "前进路", number)
    >>> placed, = place_number(5, [door(3, 105.4), door(7, 105.402), door(6, 105.409)], [])
    >>> placed.how, placed.entry.name, placed.entry.geometry.x
    ('between', '前进路5号', 105.401)
    """
    if not doors:
        return []
    scale = np.array(metres_per_degree(min(door.geometry.y for door in doors)))
    lacking = (group for group in _roads(doors, scale) if all(door.number != number for door in group))
    placed = (_placed(number, group, lines, scale) for group in lacking)
    return sorted((each for each in placed if each), key=lambda each: tuple(_order(door) for door in each.neighbours))


def _order(door):
    return door.number, door.sub, door.geometry.x, door.geometry.y


def _roads(doors, scale):
    """The doors of each road, by number: two doors are of one road when a chain of near ones leads from one to the other."""
    doors = sorted(doors, key=_order)
    xy_m = shapely.get_coordinates([door.geometry for door in doors]) * scale
    group, count = np.full(len(doors), -1), 0
    for first in range(len(doors)):
        if group[first] >= 0:
            continue
        edge = np.array([first])
        while len(edge):
            group[edge] = count
            away_m = np.hypot(*(xy_m[:, None] - xy_m[edge]).transpose(2, 0, 1)).min(axis=1)
            edge = np.flatnonzero((away_m <= APART_M) & (group < 0))
        count += 1
    return [[doors[row] for row in np.flatnonzero(group == each)] for each in range(count)]


def _placed(number, doors, lines, scale):
    for how, same in (("between", True), ("other_side", False)):
        side = [door for door in doors if (door.number % 2 == number % 2) == same]
        below = max((door for door in side if door.number < number), key=_order, default=None)
        above = min((door for door in side if door.number > number), key=_order, default=None)
        if below and above:
            return Placed(_between(number, (below, above), lines, scale, aside=same), how, (below, above))
    near = min(doors, key=lambda door: (abs(door.number - number), _order(door)))
    if abs(near.number - number) > NEAR_NUMBERS:
        return None
    return Placed(_made_up(number, near, near.geometry), "nearest", (near,))


def _between(number, neighbours, lines, scale, *, aside):
    below, above = neighbours
    share = (number - below.number) / (above.number - below.number)
    ends_m = shapely.get_coordinates([below.geometry, above.geometry]) * scale
    line = _line_of(ends_m, [shapely.transform(line, lambda lonlat: lonlat * scale) for line in lines])
    at_m = ends_m[0] + share * (ends_m[1] - ends_m[0]) if line is None else _along(line, ends_m, share, aside=aside)
    return _made_up(number, below, shapely.Point(*(at_m / scale)))


def _line_of(ends_m, lines):
    """The line beside which both doors stand; the nearest of several."""
    parts = [part for line in lines for part in shapely.get_parts(_merged(line))]
    away_m = [max(shapely.distance(part, shapely.points(ends_m))) for part in parts]
    best = min(range(len(parts)), key=lambda row: (away_m[row], parts[row].wkb), default=None)
    return parts[best] if best is not None and away_m[best] <= BESIDE_LINE_M else None


def _merged(line):
    return line if line.geom_type == "LineString" else shapely.line_merge(line)


def _along(line, ends_m, share, *, aside):
    """The place at a share of the way along a line, as far aside of it as the two doors are."""
    reached = shapely.line_locate_point(line, shapely.points(ends_m))
    feet = shapely.get_coordinates(shapely.line_interpolate_point(line, reached))
    foot = shapely.get_coordinates(shapely.line_interpolate_point(line, reached[0] + share * (reached[1] - reached[0])))[0]
    if not aside:
        return foot
    away = ends_m - feet
    return foot + (1 - share) * away[0] + share * away[1]


def _made_up(number, like, point):
    name = f"{like.road}{number}号"
    return replace(like, id=None, name=name, number=number, sub="", geometry=_on_lattice(point))


def _on_lattice(point):
    return shapely.Point(*from_lattice(to_lattice([[point.x, point.y]]))[0])
