-- Rook adjacency: a shared point is no neighbour. Faces are edge-matched, so the borders meet in whole edges. The level is
-- given, not joined, so that the index of that level can be used.
SELECT code, name, shared_border_m
FROM (
    SELECT other.code, other.name,
           ST_Length(ST_CollectionExtract(ST_Intersection(ST_Boundary(self.geom), ST_Boundary(other.geom)), 2)::geography)
               AS shared_border_m
    FROM unit_version AS self
    JOIN unit_version AS other
      ON other.geom && self.geom AND other.level = CAST(:level AS unit_level) AND other.code <> self.code
     AND other.lifespan @> CAST(:at AS timestamptz)
    WHERE self.id = :version_id
) AS touching
WHERE shared_border_m > 0
ORDER BY shared_border_m DESC, code
