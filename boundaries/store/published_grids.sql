-- Some grids in force at an instant, whole.
SELECT code, name, kind, area_m2, source = 'synthetic' AS synthetic, ST_AsBinary(geom) AS wkb
FROM unit_version
WHERE code = ANY (CAST(:codes AS text[])) AND level = 'grid' AND lifespan @> CAST(:at AS timestamptz)
ORDER BY code
