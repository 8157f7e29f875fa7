SELECT id, code, ST_AsBinary(geom) AS wkb
FROM unit_version
WHERE level = CAST(:level AS unit_level) AND lifespan @> CAST(:at AS timestamptz)
ORDER BY code
