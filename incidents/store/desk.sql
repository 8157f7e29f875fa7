-- Open incidents within some scopes. The states stand here as words, so that the partial indexes of open incidents serve.
SELECT count(*) OVER () AS total,
       CAST(json_build_object(
           'no', incident.no, 'matter', incident.matter_code, 'family', matter.family, 'state', incident.state,
           'urgent', incident.urgent, 'reported_at', incident.reported_at, 'registered_at', incident.registered_at,
           'handled_at', incident.handled_at, 'due_at', incident.due_at, 'due_supposed', incident.due_supposed,
           'grid', incident.grid_code, 'on_border', incident.on_border, 'also', incident.also,
           'nearest', incident.nearest_code, 'distance_m', round(CAST(incident.distance_m AS numeric), 2),
           'department', incident.department, 'address', incident.address,
           'lon', ST_X(incident.geom), 'lat', ST_Y(incident.geom)) AS text) AS value
FROM incident
JOIN matter ON matter.code = incident.matter_code
CROSS JOIN LATERAL (SELECT coalesce(incident.grid_code, incident.nearest_code, left(incident.no, 6)) AS code) AS place
WHERE incident.state NOT IN ('rejected', 'closed', 'cancelled', 'merged')
      AND starts_with(place.code, :unit)
      AND (NOT :generated_only OR incident.source = 'synthetic')
      AND (EXISTS (SELECT FROM unnest(CAST(:scopes AS text[])) AS reach WHERE starts_with(place.code, reach))
           OR (incident.department = CAST(:department AS text)
               AND EXISTS (SELECT FROM unnest(CAST(:department_scopes AS text[])) AS reach WHERE starts_with(place.code, reach))))
ORDER BY incident.due_at NULLS LAST, incident.reported_at DESC, incident.no
LIMIT :limit
