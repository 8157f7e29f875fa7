-- Roads, and places that people know, in a box: the shortest names first among places, since these are read from afar.
SELECT kind, name, ST_AsBinary(geom) AS wkb
FROM gazetteer_entry
WHERE kind IN ('road', 'poi', 'community', 'place') AND upper_inf(lifespan)
  AND geom && ST_MakeEnvelope(:west, :south, :east, :north, 4490)
ORDER BY kind = 'road' DESC, length(name), name, id
LIMIT :limit
