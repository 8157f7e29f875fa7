"""The gazetteer in the database: a source is brought in whole, and what it no longer holds, ends."""

from dataclasses import dataclass

import shapely
import sqlalchemy as sa
from psycopg.types.range import TimestamptzRange

from boundaries.store import audit
from boundaries.store.audit import BY_OPERATOR
from boundaries.store.writing import refusals
from gis.crs import STORAGE_EPSG
from gis.errors import Refusal

LONGEST_SOURCE = 60
ONE_AT_A_TIME = sa.text("SELECT pg_advisory_xact_lock(hashtext('gazetteer'), hashtext(:source)), now()")
HELD = sa.text("SELECT digest, lower(lifespan) >= now() FROM gazetteer_entry WHERE source = :source AND upper_inf(lifespan)")
END = sa.text("""
    UPDATE gazetteer_entry SET lifespan = tstzrange(lower(lifespan), now())
    WHERE source = :source AND upper_inf(lifespan) AND digest = ANY (:gone)""")
IDS = sa.text("""
    SELECT digest, id FROM gazetteer_entry WHERE source = :source AND upper_inf(lifespan) AND recorded_at = now()""")
ROADS = sa.text("INSERT INTO gazetteer_road (road) SELECT unnest(CAST(:roads AS text[])) ON CONFLICT DO NOTHING")
COUNTS = sa.text("""
    SELECT source, kind, is_generated, count(*) AS count, max(recorded_at) AS recorded_at
    FROM gazetteer_entry WHERE lifespan @> CAST(:at AS timestamptz) GROUP BY source, kind, is_generated ORDER BY 1, 2, 3""")
ENTRY_COLUMNS = "source, kind, name, road, number, sub, geom, is_generated, digest, lifespan"


@dataclass(frozen=True, slots=True)
class Brought:
    """What bringing a source in did, or would do.

    Attributes
    ----------
    begun, ended, unchanged : int
        Entries.
    """

    begun: int
    ended: int
    unchanged: int


def bring_in(connection, source, rows, *, is_generated=False, by=BY_OPERATOR, dry_run=False):
    """Make a source hold these entries from now on.

    What it holds already goes on, whatever order the rows are in; what it does not hold any more ends. Nothing is deleted.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        In a transaction.
    source : str
    rows : iterable of incidents.gazetteer.rows.Row
    is_generated : bool
    by : (int or None, str)
        Account and origin.
    dry_run : bool
        Say what would be done, and do nothing.

    Returns
    -------
    Brought

    Raises
    ------
    Refusal
        ``bad_source``.
    """
    if not 1 <= len(source) <= LONGEST_SOURCE or not source.isprintable() or source != source.strip():
        raise Refusal("bad_source", f"The name of a source has 1 to {LONGEST_SOURCE} characters that can be seen.")
    now = connection.execute(ONE_AT_A_TIME, {"source": source}).one()[1]
    wanted = {row.digest(is_generated=is_generated): row for row in rows}
    held = {bytes(digest) for digest, _ in connection.execute(HELD, {"source": source})}
    gone, new = sorted(held - set(wanted)), sorted(set(wanted) - held)
    done = Brought(len(new), len(gone), len(held) - len(gone))
    if dry_run or not (gone or new):
        return done
    with refusals():
        if gone:
            connection.execute(END, {"source": source, "gone": gone})
        if new:
            _add(connection, source, {digest: wanted[digest] for digest in new}, now, is_generated)
    detail = {"begun": done.begun, "ended": done.ended, "unchanged": done.unchanged}
    audit.record(connection, account_id=by[0], action="gazetteer.edit", record=f"gazetteer:{source}", origin=by[1], detail=detail)
    return done


def sources(connection, at):
    """What the gazetteer holds at an instant.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    at : datetime

    Returns
    -------
    list of Row
        ``source kind is_generated count recorded_at``.
    """
    return connection.execute(COUNTS, {"at": at}).all()


def _add(connection, source, rows, now, is_generated):
    """Rows in the order of their digests, so that not even numbers depend on the order of the file."""
    cursor = connection.connection.driver_connection.cursor()
    shapes = shapely.to_wkb(shapely.set_srid([row.geometry for row in rows.values()], STORAGE_EPSG), hex=True, include_srid=True)
    lifespan = TimestamptzRange(now, None, "[)")
    with cursor.copy(f"COPY gazetteer_entry ({ENTRY_COLUMNS}) FROM STDIN") as copy:
        for (digest, row), shape in zip(rows.items(), shapes, strict=True):
            copy.write_row((source, row.kind, row.name, row.road, row.number, row.sub, shape, is_generated, digest, lifespan))
    ids = {bytes(digest): number for digest, number in connection.execute(IDS, {"source": source})}
    with cursor.copy("COPY gazetteer_name (entry_id, normal, name, is_alias) FROM STDIN") as copy:
        for digest, row in rows.items():
            for name in row.names:
                copy.write_row((ids[digest], *name))
    connection.execute(ROADS, {"roads": sorted({row.road for row in rows.values() if row.kind == "door"})})
