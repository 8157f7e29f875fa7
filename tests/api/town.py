"""A register small enough to know by heart, with a past.

        105.40      105.42    105.44          105.48
  28.84 +-----------------------+----------------+
        |  village 510502001002 |   grid 002     |
        |  (no grids yet)       |   510503001001 |
  28.82 +-----------+--+--------+----------------+
        |    02     | /         |   exclusive    |
  28.81 +-----------+/    grid  |   grid 001     |
        | 01  grid  /    002    |                |
        |     001   |           |                |
  28.80 +-----------+-----------+----------------+

Grid 001 has two micro-grids, 01 and the remainder 02. Until 1 July 2025 the border between grids 001 and 002 was the
straight line at 105.42; since then it leans to the east, which puts a node on the village's northern side.
"""

import math
from datetime import UTC, datetime

import numpy as np
import shapely
import sqlalchemy as sa
from geoalchemy2.shape import from_shape

from boundaries.codes import level_of, parent_of
from boundaries.store.tables import unit, unit_version
from boundaries.store.writing import open_change_set
from gis.dissolve import dissolve
from gis.lattice import quantise

BEGIN = datetime(2024, 9, 30, 16, tzinfo=UTC)  # midnight in the city
MOVED = datetime(2025, 6, 30, 16, tzinfo=UTC)
WEST_GRID, MIDDLE_GRID = "510502001001001", "510502001001002"
EAST_GRID, NORTH_GRID = "510503001001001", "510503001001002"
BARE_VILLAGE = "510502001002"

NAMES = {
    "5105": "泸州市",
    "510502": "江阳区",
    "510503": "纳溪区",
    "510502001": "南城街道",
    "510503001": "永宁街道",
    "510502001001": "大山坪社区",
    "510502001002": "前进社区",
    "510503001001": "河西社区",
    WEST_GRID: "大山坪社区第一网格",
    MIDDLE_GRID: "大山坪社区第二网格",
    EAST_GRID: "纳溪大市场专属网格",
    NORTH_GRID: "河西社区第二网格",
    "51050200100100101": "一号微网格",
    "51050200100100102": "一号余留",
    "51050200100100201": "二号微网格",
}
KINDS = {
    WEST_GRID: "comprehensive",
    MIDDLE_GRID: "comprehensive",
    EAST_GRID: "exclusive",
    NORTH_GRID: "comprehensive",
    "51050200100100101": "micro",
    "51050200100100102": "remainder",
    "51050200100100201": "micro",
}
HOUSEHOLDS = {WEST_GRID: 412, MIDDLE_GRID: 620, "51050200100100101": 64, "51050200100100201": 71}
POPULATION = {WEST_GRID: 1204, "51050200100100101": 190}
UNDIVIDED = {BARE_VILLAGE, EAST_GRID, NORTH_GRID}


def _polygon(*corners):
    return shapely.Polygon([(105.4 + east / 1000, 28.8 + north / 1000) for east, north in corners])


def finest(*, lean):
    """Faces that nothing divides further, by code; the border of grids 001 and 002 leans by so many thousandths."""
    top, middle = 20 + lean, 20 + lean / 2
    leaning = [(top, 20)] if lean else []
    return {
        "51050200100100101": _polygon((0, 0), (20, 0), (middle, 10), (0, 10)),
        "51050200100100102": _polygon((0, 10), (middle, 10), (top, 20), (0, 20)),
        "51050200100100201": _polygon((20, 0), (40, 0), (40, 20), (top, 20), (middle, 10)),
        BARE_VILLAGE: _polygon((0, 20), *(leaning or [(20, 20)]), (40, 20), (40, 40), (0, 40)),
        EAST_GRID: _polygon((40, 0), (80, 0), (80, 20), (40, 20)),
        NORTH_GRID: _polygon((40, 20), (80, 20), (80, 40), (40, 40)),
    }


def shapes(faces):
    """Every unit's shape: each level dissolved from the one below."""
    made = dict(faces)
    for level in ("grid", "village", "town", "county", "city"):
        below = {code: shape for code, shape in made.items() if parent_of(code) and level_of(parent_of(code)) == level}
        united, parents = dissolve(list(below.values()), [parent_of(code) for code in below])
        made |= dict(zip(parents.tolist(), united, strict=True))
    return {code: quantise([shape])[0] for code, shape in made.items()}


def store(engine):
    """Write the register."""
    before, after = shapes(finest(lean=0)), shapes(finest(lean=2))
    with engine.begin() as connection:
        connection.execute(sa.insert(unit), [{"code": code} for code in sorted(after, key=len)])
        first = open_change_set(connection, title="首次划分", reason="first_division", effective_on=BEGIN.date())
        second = open_change_set(connection, title="边界调整", reason="correction", effective_on=MOVED.date())
        for code in sorted(after, key=len):
            if shapely.equals_exact(before[code], after[code]):
                _insert(connection, code, after[code], BEGIN, None, first)
            else:
                _insert(connection, code, before[code], BEGIN, MOVED, first)
                _insert(connection, code, after[code], MOVED, None, second)


def _insert(connection, code, shape, begin, end, change):
    multi = shape if shape.geom_type == "MultiPolygon" else shapely.MultiPolygon([shape])
    connection.execute(
        sa.insert(unit_version).values(
            code=code,
            name=NAMES[code],
            kind=KINDS.get(code),
            households=HOUSEHOLDS.get(code),
            population=POPULATION.get(code),
            divided=len(code) < 17 and code not in UNDIVIDED,
            geom=from_shape(multi, srid=4490),
            lifespan=sa.func.tstzrange(begin, end),
            source="synthetic",
            change_set_id=change,
        )
    )


def places(count, *, seed):
    """Positions in and somewhat around the city."""
    return np.random.default_rng(seed).uniform((105.39, 28.79), (105.49, 28.85), (count, 2))


def tile_of(lon, lat, zoom):
    """Column and row of the tile that holds a place."""
    x = (lon + 180) / 360 * 2**zoom
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * 2**zoom
    return int(x), int(y)
