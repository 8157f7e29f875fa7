"""Vector tiles of the register, and the simplified shapes they are made from."""

from pathlib import Path

import numpy as np
import shapely
from sqlalchemy import text

from boundaries.codes import LEVELS
from boundaries.store.reading import coverage
from boundaries.store.statements import statement
from gis.crs import DISPLAY_EPSG
from gis.errors import Refusal
from gis.simplify import display, simplified_by_zoom

HERE = Path(__file__).parent
EXTENT, BUFFER = 4096, 64  # units of a tile's side, and how far beyond its edge shapes are drawn
DEEPEST_ZOOM = 22

# The zooms for which each level is simplified; the last one is exact and serves every deeper zoom.
STORED_ZOOMS = {
    "county": range(5, 12),
    "town": range(7, 13),
    "village": range(9, 15),
    "grid": range(10, 16),
    "micro_grid": range(13, 17),
}
# Below these a level would be a smear of shapes smaller than a pixel, in tiles of megabytes: refused, not thinned out.
LOWEST_ZOOM = {"county": 0, "town": 5, "village": 7, "grid": 9, "micro_grid": 12}


def require_tile(level, zoom, x, y):
    """Refuse a tile that cannot be.

    Parameters
    ----------
    level : str
    zoom, x, y : int

    Raises
    ------
    Refusal
        ``zoom_out_of_range``, ``unknown_tile``.
    """
    require_place(zoom, x, y, lowest=LOWEST_ZOOM[level])


def require_place(zoom, x, y, *, lowest):
    """Refuse a zoom that is not served, and a place that is not on the map at that zoom.

    Parameters
    ----------
    zoom, x, y : int
    lowest : int

    Raises
    ------
    Refusal
        ``zoom_out_of_range``, ``unknown_tile``.

    Examples
    --------
    >>> require_place(14, 12989, 6855, lowest=14)
    """
    if not lowest <= zoom <= DEEPEST_ZOOM:
        raise Refusal(
            "zoom_out_of_range",
            f"This layer is drawn at zoom {lowest} to {DEEPEST_ZOOM}, not at {zoom}.",
            lowest=lowest,
            deepest=DEEPEST_ZOOM,
        )
    if not (0 <= x < 2**zoom and 0 <= y < 2**zoom):
        raise Refusal("unknown_tile", f"There is no such tile: at zoom {zoom} columns and rows run from 0 to {2**zoom - 1}.")


def stored_zoom(level, zoom):
    """The zoom whose simplified shapes serve a zoom: the nearest one not below it, else the exact one.

    Examples
    --------
    >>> [stored_zoom("grid", zoom) for zoom in (8, 12, 19)]
    [10, 12, 15]
    """
    stored = STORED_ZOOMS[level]
    return min(max(zoom, stored[0]), stored[-1])


def tile(connection, level, zoom, x, y, *, layer, at):
    """One vector tile (Mapbox Vector Tile 2.1) with every unit of a level that meets it.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    level : str
    zoom, x, y : int
        As in web map addresses: y from the north.
    layer : str
        Name of the layer in the tile; its features carry ``code name kind households``.
    at : datetime

    Returns
    -------
    bytes
        Empty where nothing meets the tile.

    Raises
    ------
    Refusal
        ``zoom_out_of_range``, ``unknown_tile``.
    """
    require_tile(level, zoom, x, y)
    parameters = {
        "level": level,
        "zoom": zoom,
        "x": x,
        "y": y,
        "layer": layer,
        "at": at,
        "stored_zoom": stored_zoom(level, zoom),
        "extent": EXTENT,
        "buffer": BUFFER,
        "margin": BUFFER / EXTENT,
    }
    return bytes(connection.execute(statement(HERE, "tile"), parameters).scalar_one())


def rebuild(connection, level=None, *, at=None, on_progress=None):
    """Simplify the versions in force and store their shapes; in the caller's transaction.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    level : str, optional
        All levels when not given.
    at : datetime, optional
        Default now. Shapes of versions not in force then are left as they are.
    on_progress : callable, optional
        Called with (level, zoom, number of shapes) after each zoom.

    Returns
    -------
    int
        Shapes stored.
    """
    levels = [level] if level else [level for level in LEVELS if level in STORED_ZOOMS]
    at = at or connection.execute(text("SELECT now()")).scalar_one()
    return sum(_rebuild_level(connection, each, at, on_progress or _silent) for each in levels)


def _rebuild_level(connection, level, at, on_progress):
    faces = coverage(connection, level, at)
    connection.execute(
        text("DELETE FROM tile_shape WHERE level = CAST(:level AS unit_level) AND version_id = ANY (:ids)"),
        {"level": level, "ids": faces.version_ids.tolist()},
    )
    stored = 0
    if len(faces.codes):
        for zoom, shapes in simplified_by_zoom(display(faces.geometries), STORED_ZOOMS[level]):
            _copy(connection, level, zoom, faces.version_ids, shapes)
            stored += len(shapes)
            on_progress(level, zoom, len(shapes))
    connection.execute(
        text(
            "INSERT INTO tile_build VALUES (CAST(:level AS unit_level), clock_timestamp()) "
            "ON CONFLICT (level) DO UPDATE SET built_at = excluded.built_at"
        ),
        {"level": level},
    )
    return stored


def _copy(connection, level, zoom, version_ids, shapes):
    rows = zip(version_ids.tolist(), _ewkb(shapes), strict=True)
    cursor = connection.connection.driver_connection.cursor()
    with cursor.copy("COPY tile_shape (version_id, level, zoom, geom) FROM STDIN") as copy:
        for block in _blocks(rows, 1000):
            copy.write("".join(f"{version_id}\t{level}\t{zoom}\t{wkb}\n" for version_id, wkb in block))


def _blocks(rows, size):
    block = []
    for row in rows:
        block.append(row)
        if len(block) == size:
            yield block
            block = []
    yield block


def _ewkb(shapes):
    """Hexadecimal EWKB of multi-polygons."""
    single = shapely.get_type_id(shapes) == shapely.GeometryType.POLYGON
    shapes = np.array(shapes, dtype=object)
    shapes[single] = [shapely.MultiPolygon([shape]) for shape in shapes[single]]
    return shapely.to_wkb(shapely.set_srid(shapes, DISPLAY_EPSG), hex=True, include_srid=True)


def _silent(*_):
    pass
