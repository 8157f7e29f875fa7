SELECT level::text, count(*) AS count
FROM unit_version
WHERE parent_code = :code AND lifespan @> CAST(:at AS timestamptz)
GROUP BY level
