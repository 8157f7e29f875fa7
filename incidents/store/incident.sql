-- An incident as it is now.
SELECT incident.id, incident.no, incident.matter_code, matter.family, matter.name_zh AS matter_zh, matter.name_en AS matter_en,
       incident.state, incident.urgent, incident.source, incident.description, incident.address, incident.reported_at,
       incident.registered_at, incident.dispatched_at, incident.handled_at, incident.closed_at, incident.reported_by,
       incident.department, incident.clock, incident.clock_limit, incident.due_at, incident.due_supposed,
       ST_X(incident.geom) AS lon, ST_Y(incident.geom) AS lat, incident.declared_datum, incident.grid_version_id,
       incident.micro_grid_version_id, incident.grid_code, incident.on_border, incident.also, incident.distance_m,
       incident.nearest_code, incident.worker_id, incident.merged_into, other.no AS merged_into_no
FROM incident
JOIN matter ON matter.code = incident.matter_code
LEFT JOIN incident AS other ON other.id = incident.merged_into
WHERE incident.no = :no
