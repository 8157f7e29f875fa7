-- From when on the end of a term is near: when but a part is left of the time that the clock is allowed to run. What was suspended
-- does not count.
(incident.due_at - (incident.due_at - {begin_at} - (
    SELECT coalesce(sum(turn.at - turn.before_at), '0')
    FROM (SELECT action, at, lag(action) OVER course AS before, lag(at) OVER course AS before_at
          FROM incident_event AS event
          WHERE event.incident_id = incident.id AND event.action IN ('suspend', 'resume')
          WINDOW course AS (ORDER BY event.id)) AS turn
    WHERE turn.action = 'resume' AND turn.before = 'suspend')) * {due_soon_part})
