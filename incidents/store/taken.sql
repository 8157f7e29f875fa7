-- What was answered to a report, as it stands now.
SELECT incident.no, incident.state, incident.reported_at, incident.grid_code, micro.code AS micro_grid_code, incident.on_border,
       incident.also, incident.distance_m, incident.nearest_code, incident.urgent, incident.department, worker.name AS worker_name,
       worker.work_phone AS worker_phone, ST_X(incident.geom) AS lon, ST_Y(incident.geom) AS lat,
       ARRAY(SELECT photo.id FROM incident_photo AS photo WHERE photo.incident_id = incident.id ORDER BY photo.id) AS photos
FROM incident
LEFT JOIN unit_version AS micro ON micro.id = incident.micro_grid_version_id
LEFT JOIN grid_worker AS worker ON worker.id = incident.worker_id
WHERE incident.id = :id
