"""The extent of a grid in words: what lies to its east, south, west and north 四至."""

from math import cos, radians

import numpy as np

from boundaries.codes import LENGTH_OF_LEVEL, LEVELS
from gis.chain import edges
from gis.lattice import UNITS_PER_DEGREE

DIRECTIONS = ("east", "south", "west", "north")
LEAST_SHARE = 0.1  # of a side: what borders on less of it is not named
MOST_NAMED = 3
BEYOND = ""  # a neighbour that the register does not hold: land outside the city


def sides(codes, geometries, wanted):
    """What borders on some grids, by the direction that their borders face there.

    A border faces where its outward normal points, so that a bay is told as what one sees from it. Per direction those that
    share the longest border come first, at most `MOST_NAMED`.

    Parameters
    ----------
    codes : sequence of str
        Of counties, towns, villages and grids in force at one instant, whose borders are edge-matched across all levels.
    geometries : sequence of Polygon or MultiPolygon
        Degrees, one for each code.
    wanted : sequence of str
        Codes of the grids to be told of, all among the others.

    Returns
    -------
    dict of str to dict of str to tuple of str
        By grid and by `DIRECTIONS`, codes: a grid of the same village; the village for one of another; the town or county where
        that is not divided; `BEYOND` for none.

    Examples
    --------
    >>> import shapely
    >>> west, east = shapely.box(105, 28, 105.01, 28.01), shapely.box(105.01, 28, 105.02, 28.01)
    >>> codes = ["510502001001001", "510502001001002"]
    >>> sides(codes, [west, east], codes)["510502001001001"]["east"]
    ('510502001001002',)
    """
    if not wanted:
        return {}
    table = edges(geometries)
    begins = np.searchsorted(table.face, np.arange(len(codes) + 1))
    owners = _owners(codes, table)
    index = {code: k for k, code in enumerate(codes)}
    return {code: _sides(code, _Part(table, begins[index[code]], begins[index[code] + 1]), owners) for code in wanted}


class _Part:
    """The edges of one face."""

    def __init__(self, table, begin, end):
        self.start, self.end = table.start[begin:end], table.end[begin:end]

    @property
    def steps(self):
        """East and north, in units of latitude."""
        steps = (self.end - self.start).astype(float)
        return steps * (cos(radians(self.start[0, 1] / UNITS_PER_DEGREE)), 1.0)


def _sides(code, own, owners):
    found = {name: {} for name in DIRECTIONS}
    length, direction = np.hypot(*own.steps.T), _directions(own)
    for start, end, far, towards in zip(own.start.tolist(), own.end.tolist(), length.tolist(), direction.tolist(), strict=True):
        side, other = found[DIRECTIONS[towards]], _spoken_of(owners.get((*end, *start), BEYOND), code)
        side[other] = side.get(other, 0.0) + far
    return {name: _longest(lengths) for name, lengths in found.items()}


def _spoken_of(other, code):
    """A grid of another village is not spoken of by itself."""
    village = code[: LENGTH_OF_LEVEL["village"]]
    return other if other.startswith(village) else other[: len(village)]


def _owners(codes, table):
    """The smallest unit on the left of each directed edge."""
    owners = {}
    for face, start, end in zip(table.face.tolist(), table.start.tolist(), table.end.tolist(), strict=True):
        edge = (*start, *end)
        owners[edge] = max(owners.get(edge, BEYOND), codes[face], key=len)
    return owners


def _directions(own):
    """Index into `DIRECTIONS`: land is on the left, so outside is where a step turned clockwise points."""
    east, north = own.steps.T
    out_east, out_north = north, -east
    sideways = np.abs(out_east) >= np.abs(out_north)
    return np.where(sideways, np.where(out_east > 0, 0, 2), np.where(out_north < 0, 1, 3))


def _longest(lengths):
    whole = sum(lengths.values())
    order = sorted((code for code in lengths if lengths[code] >= LEAST_SHARE * whole), key=lambda code: (-lengths[code], code))
    return tuple(order[:MOST_NAMED])


def side_names(found, code, names):
    """The sides in names: a village of another town with its town before it, one of another county with both.

    Parameters
    ----------
    found : dict of str to tuple of str
        Of :func:`sides`.
    code : str
        Of the grid.
    names : dict of str to str
        By code, of all that is named and the units above.

    Returns
    -------
    dict of str to tuple of str
        Empty text is land outside the city.

    Examples
    --------
    >>> names = {"510502002": "南城街道", "510502002001": "前进社区"}
    >>> side_names({"east": ("510502002001",)}, "510502001001001", names)
    {'east': ('南城街道前进社区',)}
    """
    return {name: tuple(_full_name(each, code, names) for each in codes) for name, codes in found.items()}


def _full_name(other, code, names):
    if not other or len(other) > LENGTH_OF_LEVEL["village"]:
        return names.get(other, other)
    above = [other[: LENGTH_OF_LEVEL[level]] for level in LEVELS[1:3] if LENGTH_OF_LEVEL[level] < len(other)]
    return "".join(names.get(each, "") for each in above if not code.startswith(each)) + names.get(other, other)


def units_named(found):
    """Codes whose names :func:`side_names` needs.

    Examples
    --------
    >>> sorted(units_named({"east": ("510502002001",)}))
    ['510502', '510502002', '510502002001']
    """
    codes = {each for several in found.values() for each in several if each}
    return {each[: LENGTH_OF_LEVEL[level]] for each in codes for level in LEVELS[1:] if LENGTH_OF_LEVEL[level] <= len(each)}
