-- Grids in force at an instant that meet a box.
SELECT code FROM unit_version
WHERE level = 'grid' AND lifespan @> CAST(:at AS timestamptz)
  AND ST_Intersects(geom, ST_MakeEnvelope(:west, :south, :east, :north, 4490))
ORDER BY code
LIMIT :limit
