-- Open incidents without a grid, and why: the village is not divided into grids yet, or there is no village. The states stand
-- here as words so that the partial index serves.
SELECT incident.no, incident.matter_code AS matter, matter.name_zh AS matter_zh, matter.name_en AS matter_en, incident.state,
       incident.urgent, incident.reported_at, ST_X(incident.geom) AS lon, ST_Y(incident.geom) AS lat, incident.nearest_code,
       incident.distance_m, village.code AS village_code,
       CASE WHEN village.code IS NULL THEN 'outside_every_village' ELSE 'village_not_divided' END AS reason,
       count(*) OVER () AS total
FROM incident
JOIN matter ON matter.code = incident.matter_code
LEFT JOIN LATERAL (
    SELECT code FROM unit_version
    WHERE level = 'village' AND lifespan @> now() AND ST_Intersects(geom, incident.geom)
    ORDER BY code LIMIT 1) AS village ON true
WHERE incident.grid_code IS NULL AND incident.state NOT IN ('rejected', 'closed', 'cancelled', 'merged')
      AND EXISTS (
          SELECT FROM unnest(CAST(:scopes AS text[])) AS reach
          WHERE starts_with({place}, reach))
ORDER BY incident.reported_at, incident.no
LIMIT :limit
