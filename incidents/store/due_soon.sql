-- Tell of the terms of which but a part is left, to those who handle the incidents. The part is of the time that the clock has
-- been allowed to run: what was suspended does not count. The first condition is the looser one, which needs no look at the course.
WITH due AS (
    SELECT incident.id, incident.state, term.due_at
    FROM incident
    CROSS JOIN LATERAL (
        SELECT CASE WHEN incident.urgent THEN incident.reported_at
                    ELSE coalesce(incident.registered_at, incident.reported_at) END AS begin_at,
               to_char(incident.due_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD"T"HH24:MI:SS.US"+08:00"') AS due_at) AS term
    WHERE incident.due_at > CAST(:at AS timestamptz)
      AND incident.state NOT IN ('rejected', 'closed', 'cancelled', 'merged')
      AND incident.state NOT IN ('suspended', 'handled', 'checked')
      AND incident.due_at - (incident.due_at - term.begin_at) * CAST(:part AS float8) <= CAST(:at AS timestamptz)
      AND NOT EXISTS (SELECT FROM incident_event AS told
                      WHERE told.incident_id = incident.id AND told.action = 'due_soon' AND told.detail ->> 'due_at' = term.due_at)
      AND incident.due_at - (incident.due_at - term.begin_at - (
          SELECT coalesce(sum(turn.at - turn.before_at), '0')
          FROM (SELECT action, at, lag(action) OVER course AS before, lag(at) OVER course AS before_at
                FROM incident_event AS event
                WHERE event.incident_id = incident.id AND event.action IN ('suspend', 'resume')
                WINDOW course AS (ORDER BY event.id)) AS turn
          WHERE turn.action = 'resume' AND turn.before = 'suspend')) * CAST(:part AS float8) <= CAST(:at AS timestamptz)
    ORDER BY incident.due_at
    LIMIT :limit
    FOR NO KEY UPDATE OF incident SKIP LOCKED
)
INSERT INTO incident_event (incident_id, action, from_state, to_state, actor, detail)
SELECT id, 'due_soon', state, state, 'timer', jsonb_build_object('due_at', due_at) FROM due
ON CONFLICT (incident_id, action, (detail ->> 'due_at')) WHERE action IN ('due_soon', 'overdue') DO NOTHING
