-- Every unit of a level in force at an instant, by code; of those below one unit, where there is one.
SELECT code, name, kind, households, population, area_m2, lower(lifespan) AS valid_from, upper(lifespan) AS valid_to,
       parent_code AS parent, source, change_set_id AS change_set, ST_AsBinary(geom) AS wkb
FROM unit_version
WHERE level = CAST(:level AS unit_level)
  AND lifespan @> CAST(:at AS timestamptz)
  AND (CAST(:within AS text) IS NULL OR (code >= :within AND code < :within || ':'))
ORDER BY code
