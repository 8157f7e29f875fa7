SELECT code, name, ST_XMin(geom) AS west, ST_YMin(geom) AS south, ST_XMax(geom) AS east, ST_YMax(geom) AS north
FROM unit_version
WHERE level = 'city' AND lifespan @> CAST(:at AS timestamptz)
ORDER BY code
LIMIT 1
