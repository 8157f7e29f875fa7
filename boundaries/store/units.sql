SELECT code, level::text, name, kind, households, population, area_m2, divided, source, lower(lifespan) AS valid_from,
       upper(lifespan) AS valid_to, change_set_id, ST_AsGeoJSON(geom, 7, 0) AS geometry, count(*) OVER () AS total
FROM unit_version
WHERE level = ANY (CAST(:levels AS unit_level[]))
  AND lifespan @> CAST(:at AS timestamptz)
  AND (CAST(:kind AS text) IS NULL OR kind = :kind)
  AND (CAST(:parent AS text) IS NULL OR (code >= :parent AND code < :parent || ':' AND code <> :parent))
  AND (CAST(:west AS float8) IS NULL
       OR (geom && ST_MakeEnvelope(:west, :south, :east, :north, 4490)
           AND ST_Intersects(geom, ST_MakeEnvelope(:west, :south, :east, :north, 4490))))
ORDER BY code
LIMIT :limit
