-- What `land` would give, in one value: different as soon as any version of it is another one, or has been written again.
WITH place AS (
    SELECT ST_SetSRID(ST_Extent(geom)::geometry, 4490) AS box
    FROM unit_version WHERE code = ANY (:codes) AND lifespan @> CAST(:at AS timestamptz)
)
SELECT encode(sha256(convert_to(
           string_agg(format('%s %s %s', version.id, version.xmin, extract(epoch FROM version.recorded_at)), ',' ORDER BY version.id),
           'UTF8')), 'hex') AS identity,
       count(*) FILTER (WHERE starts_with(version.code, :scope)) AS own, bool_or(version.source = 'synthetic') AS synthetic
FROM place JOIN unit_version AS version ON version.geom && place.box AND version.lifespan @> CAST(:at AS timestamptz)
WHERE version.level = ANY (CAST(ARRAY['city', 'county', 'town', 'village', 'grid', 'micro_grid'] AS unit_level[]))
