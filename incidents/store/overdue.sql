-- Tell of the terms that have ended. Whoever is acting on an incident is not waited for: it is told next time.
WITH due AS (
    SELECT incident.id, incident.state, term.due_at
    FROM incident
    CROSS JOIN LATERAL (
        SELECT to_char(incident.due_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD"T"HH24:MI:SS.US"+08:00"') AS due_at) AS term
    WHERE incident.due_at <= CAST(:at AS timestamptz)
      AND incident.state NOT IN ('rejected', 'closed', 'cancelled', 'merged') AND incident.state <> 'suspended'
      AND NOT EXISTS (SELECT FROM incident_event AS told
                      WHERE told.incident_id = incident.id AND told.action = 'overdue' AND told.detail ->> 'due_at' = term.due_at)
    ORDER BY incident.due_at
    LIMIT :limit
    FOR NO KEY UPDATE OF incident SKIP LOCKED
)
INSERT INTO incident_event (incident_id, action, from_state, to_state, actor, detail)
SELECT id, 'overdue', state, state, 'timer', jsonb_build_object('due_at', due_at) FROM due
ON CONFLICT (incident_id, action, (detail ->> 'due_at')) WHERE action IN ('due_soon', 'overdue') DO NOTHING
