SELECT code, level::text, name, kind, households
FROM unit_version
WHERE lifespan @> CAST(:at AS timestamptz)
