-- Tell of the terms of which but a part is left, to those who handle the incidents. The condition on the whole term is the looser
-- one, which needs no look at the course.
WITH due AS (
    SELECT incident.id, incident.state, term.due_at
    FROM incident
    CROSS JOIN LATERAL (
        SELECT to_char(incident.due_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD"T"HH24:MI:SS.US"+08:00"') AS due_at) AS term
    WHERE incident.due_at > CAST(:at AS timestamptz)
      AND {with_whom}
      AND incident.due_at - (incident.due_at - {begin_at}) * {due_soon_part} <= CAST(:at AS timestamptz)
      AND NOT EXISTS (SELECT FROM incident_event AS told
                      WHERE told.incident_id = incident.id AND told.action = 'due_soon' AND told.detail ->> 'due_at' = term.due_at)
      AND {soon_at} <= CAST(:at AS timestamptz)
    ORDER BY incident.due_at
    LIMIT :limit
    FOR NO KEY UPDATE OF incident SKIP LOCKED
)
INSERT INTO incident_event (incident_id, action, from_state, to_state, actor, detail)
SELECT id, 'due_soon', state, state, 'timer', jsonb_build_object('due_at', due_at) FROM due
ON CONFLICT (incident_id, action, (detail ->> 'due_at')) WHERE action IN ('due_soon', 'overdue') DO NOTHING
