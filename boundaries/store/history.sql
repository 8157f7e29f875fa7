SELECT id AS version_id, name, kind, households, population, area_m2, lower(lifespan) AS valid_from, upper(lifespan) AS valid_to,
       change_set_id, source
FROM unit_version
WHERE code = :code AND level = ANY (CAST(:levels AS unit_level[]))
ORDER BY lower(lifespan)
