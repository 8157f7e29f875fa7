-- Every unit in force at an instant that meets the land of some units, on all levels, with what its version is.
WITH place AS (
    SELECT ST_SetSRID(ST_Extent(geom)::geometry, 4490) AS box
    FROM unit_version WHERE code = ANY (:codes) AND lifespan @> CAST(:at AS timestamptz)
)
SELECT version.id, version.code, version.name, version.kind, version.households, version.population, version.divided,
       ST_AsBinary(version.geom) AS wkb, version.source, upper_inf(version.lifespan) AS is_last
FROM place JOIN unit_version AS version ON version.geom && place.box AND version.lifespan @> CAST(:at AS timestamptz)
WHERE version.level = ANY (CAST(ARRAY['city', 'county', 'town', 'village', 'grid', 'micro_grid'] AS unit_level[]))
ORDER BY version.code
