"""What somebody has to look at: incidents without a grid, and pairs that may be one."""

from datetime import timedelta
from pathlib import Path

from boundaries.store.city_settings import effective
from boundaries.store.statements import statement

HERE = Path(__file__).parent
DUPLICATES = "duplicates"


def unassigned(connection, scopes, *, limit):
    """Open incidents outside every grid, the longest waiting first.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    scopes : iterable of str
        Beginnings of codes that the nearest grid's has.
    limit : int

    Returns
    -------
    list of Row
        ``no matter matter_zh matter_en state urgent reported_at lon lat nearest_code distance_m village_code reason total``;
        ``reason`` is ``village_not_divided`` or ``outside_every_village``.
    """
    return connection.execute(statement(HERE, "unassigned"), {"scopes": list(scopes), "limit": limit}).all()


def duplicates(connection, row, at, *, scopes, within_m=None, hours=None, limit=20):
    """Incidents that may be the same as one: of the same matter, near, reported shortly before or after, and not ended.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    row : Row
        ``id matter_code reported_at lon lat grid_code nearest_code no``.
    at : datetime
        By whose settings.
    scopes : iterable of str
        Beginnings of the codes that the asker may see: what lies beyond a border is not told.
    within_m, hours : float, optional
        Default what the city set.
    limit : int

    Returns
    -------
    list of Row
        ``no state reported_at grid_code distance_m description``, the nearest first.
    """
    place = row.grid_code or row.nearest_code or row.no[:6]
    kept = effective(connection, place, at)[DUPLICATES][0]
    span = timedelta(hours=kept["hours"] if hours is None else hours)
    within_m = kept["within_m"] if within_m is None else within_m
    values = {"id": row.id, "matter": row.matter_code, "lon": row.lon, "lat": row.lat, "within_m": within_m, "limit": limit}
    values |= {"since": row.reported_at - span, "until": row.reported_at + span, "scopes": list(scopes)}
    return connection.execute(statement(HERE, "duplicates"), values).all()
