"""Roads and places of the gazetteer on the map of a board."""

from pathlib import Path

import shapely

from boundaries.filings.drawing import Land
from boundaries.store.statements import statement

HERE = Path(__file__).parent
MOST = 400


def landmarks(connection, bounds):
    """Roads and places in a box.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    bounds : (float, float, float, float)
        West, south, east, north in degrees.

    Returns
    -------
    roads, places : tuple of Land
    """
    box = dict(zip(("west", "south", "east", "north"), bounds, strict=True))
    rows = connection.execute(statement(HERE, "landmarks"), box | {"limit": MOST}).all()
    found = [(row.kind == "road", Land("", row.name, shapely.from_wkb(bytes(row.wkb)))) for row in rows]
    drawn = [(is_road and each.geometry.geom_type != "Point", each) for is_road, each in found]
    roads = tuple(each for is_road, each in drawn if is_road)
    return roads, tuple(each for is_road, each in drawn if not is_road and each.geometry.geom_type == "Point")
