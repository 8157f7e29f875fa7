-- Micro-grids of some grids; of their land only a digest, by which one knows that it has changed.
SELECT parent_code, code, name, encode(sha256(ST_AsBinary(geom)), 'hex') AS land
FROM unit_version
WHERE parent_code = ANY (CAST(:codes AS text[])) AND level = 'micro_grid' AND lifespan @> CAST(:at AS timestamptz)
ORDER BY code
