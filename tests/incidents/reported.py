"""Incidents reported in the small register (tests/api/town.py), and people who act on them."""

import itertools

import sqlalchemy as sa

from boundaries.clock import CITY_ZONE, now
from boundaries.rights import Actor, Grant
from tests.api import town

ORIGIN = "192.0.2.1"
ROAD, FIRE_LANE = "0406", "0401"  # 5 working days, urban management; urgent, 2 hours, emergency
TRIED, ASKED = "urban_management", "health"  # departments
INSIDE, ON_BORDER, OUTSIDE, EAST = (105.41, 28.805), (105.421, 28.81), (105.395, 28.81), (105.45, 28.81)
PLACES = {
    INSIDE: {"grid": town.WEST_GRID, "also": [], "distance_m": 0, "nearest": None},
    ON_BORDER: {"grid": town.WEST_GRID, "also": [town.MIDDLE_GRID], "distance_m": 0, "nearest": None},
    OUTSIDE: {"grid": None, "also": [], "distance_m": 487, "nearest": town.WEST_GRID},
    EAST: {"grid": town.EAST_GRID, "also": [], "distance_m": 0, "nearest": None},
}
ADD = sa.text("""
    INSERT INTO incident (no, matter_code, state, reported_at, geom, declared_datum, declared_lon, declared_lat, source, px, py,
                          urgent, grid_code, grid_version_id, on_border, also, distance_m, nearest_code)
    VALUES (:no, :matter, 'reported', :at, ST_SetSRID(ST_MakePoint(:lon, :lat), 4490), 'cgcs2000', :lon, :lat, 'web', 1, 1,
            :urgent, :grid, (SELECT id FROM unit_version WHERE code = :grid AND lifespan @> now()), :on_border, :also,
            :distance_m, :nearest)
    RETURNING id""")
REPORT = sa.text("INSERT INTO incident_event (incident_id, action, to_state, actor) VALUES (:id, 'report', 'reported', 'desk')")
_serial = itertools.count(1)


def reported(connection, place=INSIDE, *, urgent=False, at=None):
    """Report an incident; its number."""
    given = PLACES[place]
    at = at or now()
    no = f"{(given['grid'] or given['nearest'])[:6]}{at.astimezone(CITY_ZONE):%Y%m%d}{next(_serial):05d}"
    values = {"no": no, "matter": FIRE_LANE if urgent else ROAD, "at": at, "lon": place[0], "lat": place[1], "urgent": urgent}
    added = connection.execute(ADD, values | given | {"on_border": bool(given["also"])}).scalar_one()
    connection.execute(REPORT, {"id": added})
    return no


def person(role, scope="510502", *, department=None, account_id=None):
    """Somebody with one role, without an account in the register unless one is named."""
    return Actor(account_id, f"{role}.{scope or 'city'}", (Grant(role, scope),), None, department)
