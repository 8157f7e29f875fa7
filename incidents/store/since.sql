-- What a snapshot did not see and the present one, or another given, does. Events come with their incident as it is now.
-- The limit is inside, before the order: a position of long ago is found out after so many rows, not after all.
-- Numbers of transactions at or beyond the present ones come from the database that a backup was made of.
WITH fresh AS (
    SELECT id, incident_id, at, action, from_state, to_state, actor
    FROM incident_event
    WHERE xact >= pg_snapshot_xmin(CAST(:seen AS pg_snapshot))
          AND NOT pg_visible_in_snapshot(xact, CAST(:seen AS pg_snapshot))
          AND pg_visible_in_snapshot(xact, coalesce(CAST(:upto AS pg_snapshot), pg_current_snapshot()))
    LIMIT :limit
)
SELECT CAST(coalesce(CAST(:upto AS pg_snapshot), pg_current_snapshot()) AS text) AS upto, happening.*
FROM (VALUES (1)) AS once (one)
LEFT JOIN (
    SELECT fresh.id, coalesce(incident.grid_code, incident.nearest_code, left(incident.no, 6)) AS code,
           incident.source = 'synthetic' AS generated, incident.department,
           CAST(json_build_object('id', fresh.id, 'at', fresh.at, 'action', fresh.action, 'from', fresh.from_state,
                'to', fresh.to_state, 'actor', fresh.actor, 'incident', json_build_object(
           'no', incident.no, 'matter', incident.matter_code, 'family', matter.family, 'state', incident.state,
           'urgent', incident.urgent, 'reported_at', incident.reported_at, 'registered_at', incident.registered_at,
           'handled_at', incident.handled_at, 'due_at', incident.due_at, 'due_supposed', incident.due_supposed,
           'grid', incident.grid_code, 'on_border', incident.on_border, 'also', incident.also,
           'nearest', incident.nearest_code, 'distance_m', round(CAST(incident.distance_m AS numeric), 2),
           'department', incident.department, 'address', incident.address,
           'lon', ST_X(incident.geom), 'lat', ST_Y(incident.geom))) AS text) AS value
    FROM fresh
    JOIN incident ON incident.id = fresh.incident_id
    JOIN matter ON matter.code = incident.matter_code
) AS happening ON true
ORDER BY happening.id
