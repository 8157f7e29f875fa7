SELECT code, level::text, name, kind, households
FROM unit_version
WHERE code = ANY (CAST(:codes AS text[])) AND lifespan @> CAST(:at AS timestamptz)
ORDER BY level
