-- What a snapshot did not see and the present one, or another given, does. Events come with their incident as it is now, and where
-- one has moved it, with where and whose it was before.
-- The limit is inside, before the order: a position of long ago is found out after so many rows, not after all.
-- What is not above the floor was written in the database that a backup was made of: its transactions are not of here.
WITH fresh AS (
    SELECT id, incident_id, at, action, from_state, to_state, actor, detail
    FROM incident_event
    WHERE xact >= pg_snapshot_xmin(CAST(:seen AS pg_snapshot))
          AND NOT pg_visible_in_snapshot(xact, CAST(:seen AS pg_snapshot))
          AND pg_visible_in_snapshot(xact, coalesce(CAST(:upto AS pg_snapshot), pg_current_snapshot()))
          AND id > CAST(:floor AS bigint)
    LIMIT :limit
)
SELECT CAST(coalesce(CAST(:upto AS pg_snapshot), pg_current_snapshot()) AS text) AS upto, happening.*
FROM (VALUES (1)) AS once (one)
LEFT JOIN (
    SELECT fresh.id, incident.no, {place} AS code, incident.source = 'synthetic' AS generated, incident.department,
           {consulted} AS consulted, fresh.detail #>> '{was,code}' AS was_code, fresh.detail #>> '{was,department}' AS was_department,
           CAST(json_build_object('id', fresh.id, 'at', fresh.at, 'action', fresh.action, 'from', fresh.from_state,
                'to', fresh.to_state, 'actor', fresh.actor, 'incident', {row}) AS text) AS value
    FROM fresh
    JOIN incident ON incident.id = fresh.incident_id
    JOIN matter ON matter.code = incident.matter_code
) AS happening ON true
ORDER BY happening.id
