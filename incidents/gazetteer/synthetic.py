"""A generated gazetteer for the demo city: the same seed and units give the same entries, and every name says it is made up."""

import math
from itertools import chain

import numpy as np
import shapely

from boundaries.synthetic.plane import to_plane, to_units
from gis.lattice import UNITS_PER_DEGREE, from_lattice
from incidents.gazetteer.normal import normal
from incidents.gazetteer.parts import COMMITTEE, SHORT
from incidents.gazetteer.rows import Row

MADE_UP = "演示"  # "demonstration": in every name
ROADS = ("路", "横街")
COMMUNITIES = ("安居", "和顺", "向阳", "临江", "翠竹", "锦绣", "康宁", "春晖")
LEAST_ROAD_M, MOST_ROAD_M = 60, 1500
DOOR_STEP_M, MOST_DOORS = 30, 14  # of one side
KERB_M = 12  # from the middle of the road to a door
LEFT_OUT = 5  # every so many doors of a side are unknown: numbers between doors are placed there
BUILDINGS, RING_M = 6, 45


def generate(villages, grids, *, seed):
    """Two roads with doors and a service station for each village, a community with buildings for each grid.

    Parameters
    ----------
    villages, grids : boundaries.units.Units
        The grids of the villages.
    seed : int

    Returns
    -------
    list of incidents.gazetteer.rows.Row
        Doors and buildings lie in their village or grid.
    """
    names = dict(zip(villages.code.tolist(), villages.name.tolist(), strict=True))
    roads = (_of_village(*each, seed) for each in zip(villages.code, villages.name, villages.geometry, strict=True))
    places = (_of_grid(code, names[code[:12]], shape) for code, shape in zip(grids.code, grids.geometry, strict=True))
    return list(chain.from_iterable(chain(roads, places)))


def _of_village(code, name, shape, seed):
    stem = _stem(name)
    random = np.random.default_rng([seed, int(code)])
    centre = to_plane(shapely.get_coordinates(shapely.point_on_surface(shape)) * UNITS_PER_DEGREE)[0]
    angle = random.uniform(0, math.pi)
    drawn = _in_plane(shape)
    yield _row("poi", f"{stem}{MADE_UP}便民服务站", _point(centre))
    for turn, word in enumerate(ROADS):
        way = np.array([math.cos(angle + turn * math.pi / 2), math.sin(angle + turn * math.pi / 2)])
        yield from _road(f"{stem}{MADE_UP}{word}", centre, way, drawn)


def _road(name, centre, way, shape):
    """A straight road through the middle as far as it stays inside, and doors on both sides of it."""
    across = shapely.LineString([centre - MOST_ROAD_M / 2 * way, centre + MOST_ROAD_M / 2 * way])
    parts = shapely.get_parts(shapely.intersection(across, shape))
    line = max(parts, key=lambda part: (part.length, part.wkb))
    if line.length < LEAST_ROAD_M:
        return
    line = shapely.LineString(shapely.get_coordinates(shapely.line_interpolate_point(line, [0.05, 0.95], normalized=True)))
    ends = from_lattice(to_units(shapely.get_coordinates(line)))
    yield Row("road", name, normal(name), None, "", ((normal(name), name, False),), shapely.LineString(ends))
    step_m = max(DOOR_STEP_M, line.length / MOST_DOORS)
    side = np.array([-way[1], way[0]]) * KERB_M
    for place, along_m in enumerate(np.arange(step_m / 2, line.length, step_m)):
        if place % LEFT_OUT == LEFT_OUT - 1:
            continue
        foot = shapely.get_coordinates(shapely.line_interpolate_point(line, along_m))[0]
        for number, at in ((2 * place + 1, foot + side), (2 * place + 2, foot - side)):
            if shapely.contains_xy(shape, *at):
                yield Row("door", f"{name}{number}号", normal(name), number, "", (), _point(at))


def _of_grid(code, village, shape):
    number = int(code[-3:]) - 1
    turn, word = divmod(number, len(COMMUNITIES))
    short = f"{COMMUNITIES[word]}{f'{turn + 1}期' if turn else ''}小区"
    name = f"{_stem(village)}{MADE_UP}{short}"
    drawn = _in_plane(shape)
    centre = to_plane(shapely.get_coordinates(shapely.point_on_surface(shape)) * UNITS_PER_DEGREE)[0]
    yield _row("community", name, _point(centre), alias=f"{MADE_UP}{short}")
    for building in range(1, BUILDINGS + 1):
        turned = 2 * math.pi * building / BUILDINGS
        at = centre + RING_M * np.array([math.cos(turned), math.sin(turned)])
        if shapely.contains_xy(drawn, *at):
            yield _row("building", f"{name}{building}栋", _point(at))


def _stem(name):
    """The name of a village without 社区, 村 and the like.

    Examples
    --------
    >>> _stem("大山坪社区居委会"), _stem("云锦村村委会"), _stem("村")
    ('大山坪', '云锦', '村')
    """
    whole = COMMITTEE.sub("", name)
    return SHORT.sub("", whole) or whole


def _row(kind, name, point, *, alias=None):
    names = ((normal(name), name, False), *([(normal(alias), alias, True)] if alias else []))
    return Row(kind, name, "", None, "", names, point)


def _in_plane(shape):
    return shapely.transform(shape, lambda lonlat: to_plane(lonlat * UNITS_PER_DEGREE))


def _point(at_m):
    return shapely.Point(*from_lattice(to_units([at_m]))[0])
