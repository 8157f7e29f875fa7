"""Other grids that a person may give an incident to: those on whose border it lies, or of the village it lies beside."""

import sqlalchemy as sa

from gis.errors import Refusal
from incidents.cases import is_outside, place_of

VILLAGE_DIGITS = 12
WAYS = sa.text("""
    SELECT id, code, name FROM unit_version
    WHERE level = 'grid' AND lifespan @> now() AND code IS DISTINCT FROM :grid
      AND (code = ANY (:also) OR parent_code = :village)
    ORDER BY code""")
# In the grid, a place on a border between its micro-grids belongs to the first of them, as everywhere.
MOVE = sa.text("""
    UPDATE incident SET
        grid_code = :code, grid_version_id = :version_id, also = :also,
        micro_grid_version_id = (
            SELECT micro.id
            FROM locate_unit(ST_X(geom), ST_Y(geom), 'micro_grid', now()) AS located
            JOIN unit_version AS micro ON micro.code = ANY (located.owner || located.also) AND micro.lifespan @> now()
            WHERE micro.parent_code = :code
            ORDER BY micro.code LIMIT 1),
        worker_id = (SELECT worker_id FROM responsible_workers(ARRAY[CAST(:code AS text)], statement_timestamp()))
    WHERE id = :id""")


def ways(connection, row):
    """Grids in force that a person may give an incident to.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    row : Row
        Of :func:`incidents.store.flow.one`.

    Returns
    -------
    list of Row
        ``id code name``; by code.
    """
    village = (row.nearest_code or place_of(row))[:VILLAGE_DIGITS] if is_outside(row) else None
    return connection.execute(WAYS, {"grid": row.grid_code, "also": row.also, "village": village}).all()


def way_to(connection, row, code):
    """The grid among :func:`ways` that has a code.

    Raises
    ------
    Refusal
        ``not_reroutable``.
    """
    open_ways = ways(connection, row)
    found = [way for way in open_ways if way.code == code]
    if not found:
        there = ", ".join(way.code for way in open_ways) or "no other grid"
        sentence = f"Incident {row.no} cannot be given to {code[:40]!r}; it borders on {there}."
        raise Refusal("not_reroutable", sentence, incident=row.no, grids=[way.code for way in open_ways])
    return found[0]


def move(connection, row, way):
    """Give an incident to another grid: its version and worker of now, and the micro-grid of it that holds the place."""
    on_border = [code for code in row.also if code != way.code] if not is_outside(row) else []
    also = sorted({*on_border, row.grid_code}) if row.also else []
    connection.execute(MOVE, {"id": row.id, "code": way.code, "version_id": way.id, "also": also})
