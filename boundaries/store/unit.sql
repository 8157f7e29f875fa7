SELECT id, code, level::text, name, kind, households, population, area_m2, divided, source, lower(lifespan) AS valid_from,
       upper(lifespan) AS valid_to, change_set_id, ST_AsGeoJSON(geom, 7, 0) AS geometry
FROM unit_version
WHERE code = :code AND level = ANY (CAST(:levels AS unit_level[])) AND lifespan @> CAST(:at AS timestamptz)
