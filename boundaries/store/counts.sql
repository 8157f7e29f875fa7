SELECT level::text, count(*) AS count, bool_or(source = 'synthetic') AS synthetic
FROM unit_version
WHERE lifespan @> CAST(:at AS timestamptz)
GROUP BY level
