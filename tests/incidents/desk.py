"""Incidents for tests of the desk, written straight into the tables, and their events."""

import itertools

import sqlalchemy as sa

MATTER = (
    "INSERT INTO matter (code, family, name_zh, name_en) VALUES ('road', 'hazard', '道路破损', 'Road') ON CONFLICT DO NOTHING"
)
INCIDENT = sa.text("""
    INSERT INTO incident (no, matter_code, state, reported_at, geom, declared_datum, declared_lon, declared_lat, source, px, py,
                          nearest_code)
    VALUES (:no, 'road', 'reported', now(), ST_SetSRID(ST_MakePoint(105.4, 28.8), 4490), 'cgcs2000', 105.4, 28.8, 'web', 1, 1,
            :nearest)
    RETURNING id""")
EVENT = sa.text("""
    INSERT INTO incident_event (incident_id, action, from_state, to_state, actor, note)
    VALUES (:incident, :action, :begin, :end, 'li.na', :note) RETURNING id""")
_serial = itertools.count(1)


def incident(connection, *, near="510502001001001"):
    """A new incident outside every grid, near one; its number in the table and its own."""
    connection.execute(sa.text(MATTER))
    no = f"{near[:6]}20260502{next(_serial):05d}"
    return connection.execute(INCIDENT, {"no": no, "nearest": near}).scalar_one(), no


def note(connection, incident_id, text="looked at"):
    """Write a note into the course of an incident that is reported; the number of the event."""
    values = {"incident": incident_id, "action": "note", "begin": "reported", "end": "reported", "note": text}
    return connection.execute(EVENT, values).scalar_one()


def step(connection, incident_id, action, begin, end):
    """Take an incident a step on; the number of the event."""
    values = {"incident": incident_id, "action": action, "begin": begin, "end": end, "note": "说明"}
    return connection.execute(EVENT, values).scalar_one()
