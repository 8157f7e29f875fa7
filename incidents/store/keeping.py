"""What is kept for a time that the city sets, and then deleted."""

from dataclasses import dataclass

import sqlalchemy as sa

from boundaries.clock import now
from boundaries.store.city_settings import effective


@dataclass(frozen=True, slots=True)
class Kept:
    """Rows that are deleted some days after something is over.

    Attributes
    ----------
    table : str
    key : str
        Its columns that name a row.
    setting : str
        Of the city: how many days.
    over : str
        A query for the key's columns, ``place`` (whose setting it is; empty for the city) and ``over_at``.
    """

    table: str
    key: str
    setting: str
    over: str


def delete_old(connection, kept):
    """Delete what was over longer ago than the city, county, town or village keeps it.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        In a transaction.
    kept : Kept

    Returns
    -------
    int
        How many rows were deleted.
    """
    at = now()
    places = sa.text(f"SELECT DISTINCT place FROM ({kept.over}) AS kept WHERE over_at < :now")
    old = f"SELECT {kept.key} FROM ({kept.over}) AS kept WHERE over_at < :now - make_interval(days => :days) AND place = :place"
    delete = sa.text(f"DELETE FROM {kept.table} WHERE ({kept.key}) IN ({old})")
    deleted = 0
    for place in connection.execute(places, {"now": at}).scalars().all():
        days = effective(connection, place, at)[kept.setting][0]
        deleted += connection.execute(delete, {"now": at, "place": place, "days": days}).rowcount
    return deleted
