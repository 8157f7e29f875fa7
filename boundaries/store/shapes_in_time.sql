-- The versions of one unit with their shapes, the newest first. Shapes of older ones are left out once so many vertices are told.
SELECT version.id AS version_id, version.level::text, version.name, version.kind, version.households, version.population,
       version.area_m2, lower(version.lifespan) AS valid_from, upper(version.lifespan) AS valid_to, version.change_set_id,
       version.source, coalesce(change_unit.technical, false) AS technical, filing.no AS filing,
       CASE WHEN sum(ST_NPoints(version.geom)) OVER (ORDER BY lower(version.lifespan) DESC) - ST_NPoints(version.geom) < :vertices
            THEN ST_AsGeoJSON(version.geom, 7, 0) END AS geometry,
       count(*) OVER () AS total
FROM unit_version AS version
LEFT JOIN change_unit ON change_unit.begun_version_id = version.id
LEFT JOIN filing ON filing.change_set_id = version.change_set_id
WHERE version.code = :code
ORDER BY lower(version.lifespan) DESC
LIMIT :limit
