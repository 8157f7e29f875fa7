-- Open incidents whose assignment may no longer be that of the map: their grid or micro-grid has ended, or they have none
-- and may lie in one by now. Only read: most of those without a grid have none after the look either.
SELECT incident.id, incident.no, incident.department, incident.nearest_code, incident.state, incident.also, incident.grid_code,
       incident.grid_version_id, incident.micro_grid_version_id,
       micro.code AS micro_grid_code, incident.worker_id,
       incident.distance_m, ST_X(incident.geom) AS lon, ST_Y(incident.geom) AS lat
FROM incident
LEFT JOIN unit_version AS grid ON grid.id = incident.grid_version_id
LEFT JOIN unit_version AS micro ON micro.id = incident.micro_grid_version_id
WHERE incident.state NOT IN ('rejected', 'closed', 'cancelled', 'merged')
  AND (grid.id IS NULL OR NOT grid.lifespan @> now()
       OR CASE WHEN micro.id IS NOT NULL THEN NOT micro.lifespan @> now()
               ELSE EXISTS (SELECT FROM unit_version AS part
                            WHERE part.parent_code = grid.code AND part.level = 'micro_grid' AND part.lifespan @> now()) END)
ORDER BY incident.id
