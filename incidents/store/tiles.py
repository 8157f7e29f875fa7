"""Vector tiles of incidents."""

import sqlalchemy as sa

from boundaries.store.tiles import BUFFER, EXTENT, require_place
from gis.crs import DISPLAY_EPSG, STORAGE_EPSG
from incidents.store.tables import incident, matter

LOWEST_ZOOM = 14  # above it the map shows heat: a tile of the whole city would hold a million points


def tile(connection, zoom, x, y, wanted):
    """One vector tile with every incident of a filter that lies in it, none left out.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    zoom, x, y : int
    wanted : Filter

    Returns
    -------
    bytes
        Layer ``incidents``, points with ``no family matter state``.

    Raises
    ------
    Refusal
        ``zoom_out_of_range``, ``unknown_tile``.
    """
    require_place(zoom, x, y, lowest=LOWEST_ZOOM)
    return bytes(connection.execute(_query(zoom, x, y, wanted)).scalar_one())


def _query(zoom, x, y, wanted):
    envelope = sa.func.ST_TileEnvelope(zoom, x, y)
    drawn = sa.func.ST_TileEnvelope(zoom, x, y, sa.text(f"margin => {BUFFER / EXTENT}"))
    point = sa.func.ST_AsMVTGeom(sa.func.ST_Transform(incident.c.geom, DISPLAY_EPSG), envelope, EXTENT, BUFFER)
    shown = (
        sa.select(incident.c.no, matter.c.family, incident.c.matter_code.label("matter"), incident.c.state, point.label("geom"))
        .join(matter)
        .where(incident.c.geom.op("&&", is_comparison=True)(sa.func.ST_Transform(drawn, STORAGE_EPSG)), *wanted.conditions())
        .order_by(incident.c.no)
        .subquery("shown")
    )
    layer = sa.func.ST_AsMVT(sa.literal_column("shown"), "incidents", EXTENT, "geom")
    return sa.select(layer).select_from(shown).where(shown.c.geom.isnot(None))
