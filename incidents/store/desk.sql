-- Open incidents within some scopes. The states stand here as words, so that the partial indexes of open incidents serve.
SELECT count(*) OVER () AS total, CAST({row} AS text) AS value
FROM incident
JOIN matter ON matter.code = incident.matter_code
CROSS JOIN LATERAL (SELECT {place} AS code) AS place
WHERE incident.state NOT IN ('rejected', 'closed', 'cancelled', 'merged')
      AND starts_with(place.code, :unit)
      AND (NOT :generated_only OR incident.source = 'synthetic')
      AND (EXISTS (SELECT FROM unnest(CAST(:scopes AS text[])) AS reach WHERE starts_with(place.code, reach))
           OR ((incident.department = CAST(:department AS text) OR incident.id = ANY ({consults}))
               AND EXISTS (SELECT FROM unnest(CAST(:department_scopes AS text[])) AS reach WHERE starts_with(place.code, reach))))
ORDER BY incident.due_at NULLS LAST, incident.reported_at DESC, incident.no
LIMIT :limit
