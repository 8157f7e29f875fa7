"""Ends of terms that were only supposed, reckoned anew with the calendar as it is known by now."""

import json
from itertools import groupby

import sqlalchemy as sa

from incidents.clocks import due
from incidents.store.calendar import calendar_of
from incidents.store.terms import suspensions

BATCH = 500
SUPPOSED = sa.text("""
    SELECT id, state, urgent, reported_at, registered_at, clock, clock_limit, due_at, due_supposed FROM incident
    WHERE due_supposed AND due_at IS NOT NULL AND clock IS NOT NULL AND id > :after
      AND state NOT IN ('rejected', 'closed', 'cancelled', 'merged') AND state <> 'suspended'
    ORDER BY id LIMIT :limit
    FOR NO KEY UPDATE SKIP LOCKED""")
TURNS = sa.text("""
    SELECT incident_id, action, at FROM incident_event
    WHERE incident_id = ANY (:ids) AND action IN ('suspend', 'resume') ORDER BY incident_id, id""")
SET = sa.text("""
    UPDATE incident SET due_at = new.due_at, due_supposed = new.supposed
    FROM unnest(CAST(:ids AS bigint[]), CAST(:ends AS timestamptz[]), CAST(:supposed AS boolean[])) AS new (id, due_at, supposed)
    WHERE incident.id = new.id""")
TELL = sa.text("""
    INSERT INTO incident_event (incident_id, action, from_state, to_state, actor, detail)
    SELECT incident.id, 'new_term', incident.state, incident.state, 'timer', CAST(new.detail AS jsonb)
    FROM unnest(CAST(:ids AS bigint[]), CAST(:details AS text[])) AS new (id, detail) JOIN incident ON incident.id = new.id""")


class Reckoner:
    """Reckons the supposed ends anew when the calendar is another one, and not all of them every few minutes of a December.

    Parameters
    ----------
    engine : sqlalchemy.Engine
    """

    def __init__(self, engine):
        self._engine = engine
        self._before = (None, None)

    def __call__(self):
        """Reckon where the calendar is not that of both times before: who has read the old one may have stored since.

        Returns
        -------
        int
            As of :func:`reckon_supposed`.
        """
        with self._engine.connect() as connection:
            calendar = calendar_of(connection)
        if self._before == (calendar, calendar):
            return 0
        changed = reckon_supposed(self._engine)
        self._before = (self._before[1], calendar)
        return changed


def reckon_supposed(engine, *, batch=BATCH):
    """Reckon the ends of terms anew that ran into days whose holidays were not decreed.

    Parameters
    ----------
    engine : sqlalchemy.Engine
    batch : int
        Incidents in one transaction.

    Returns
    -------
    int
        How many have another end, or have the same for certain; each has an event ``new_term`` with both ends.
    """
    changed, after = 0, 0
    while after is not None:
        with engine.begin() as connection:
            rows = connection.execute(SUPPOSED, {"after": after, "limit": batch}).all()
            changed += _reckoned(connection, rows)
        after = rows[-1].id if len(rows) == batch else None
    return changed


def _reckoned(connection, rows):
    if not rows:
        return 0
    calendar, stops = calendar_of(connection), _stops(connection, [row.id for row in rows])
    ends = [(row, _end(row, calendar, stops.get(row.id, ()))) for row in rows]
    changed = [(row, end) for row, end in ends if (row.due_at, row.due_supposed) != (end.at, end.supposed)]
    if changed:
        ids = [row.id for row, _ in changed]
        ends = {"ends": [end.at for _, end in changed], "supposed": [end.supposed for _, end in changed]}
        connection.execute(SET, {"ids": ids} | ends)
        connection.execute(TELL, {"ids": ids, "details": [_detail(row, end) for row, end in changed]})
    return len(changed)


def _stops(connection, ids):
    turns = connection.execute(TURNS, {"ids": ids})
    return {key: suspensions(course) for key, course in groupby(turns, key=lambda turn: turn.incident_id)}


def _end(row, calendar, paused):
    begin = row.reported_at if row.urgent else row.registered_at
    return due(begin, row.clock, row.clock_limit, calendar=calendar, paused=paused)


def _detail(row, end):
    return json.dumps({"from": row.due_at.isoformat(), "to": end.at.isoformat(), "supposed": end.supposed})
