-- Units of a level near a change that it does not touch, as of an instant.
SELECT code, name, ST_AsBinary(geom) AS wkb
FROM unit_version
WHERE level = CAST(:level AS unit_level)
  AND geom && ST_MakeEnvelope(:west, :south, :east, :north, 4490)
  AND lifespan @> CAST(:at AS timestamptz)
  AND code <> ALL (CAST(:changed AS text[]))
ORDER BY code
LIMIT :limit
