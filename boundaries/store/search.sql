-- Rank: the code itself, the name itself, a code's beginning, a name's beginning, a part of a name; then the higher
-- level, then the code. :pattern has its wildcards escaped.
WITH found AS (
    SELECT code, level, name, geom,
           CASE WHEN code = :text THEN 0
                WHEN name = :text THEN 1
                WHEN CAST(:prefix AS text) IS NOT NULL AND starts_with(code, :prefix) THEN 2
                WHEN starts_with(name, :text) THEN 3
                ELSE 4 END AS rank
    FROM unit_version
    WHERE lifespan @> CAST(:at AS timestamptz)
      AND level <> 'city'
      AND (name LIKE :pattern OR (CAST(:prefix AS text) IS NOT NULL AND code >= :prefix AND code < :prefix || ':'))
    ORDER BY rank, level, code
    LIMIT :limit
)
SELECT found.code, found.level::text AS type, found.name, ST_X(inner_point) AS lon, ST_Y(inner_point) AS lat,
       ARRAY[ST_XMin(geom), ST_YMin(geom), ST_XMax(geom), ST_YMax(geom)] AS bbox,
       (SELECT string_agg(above.name, ' / ' ORDER BY above.level)
        FROM unit_version AS above
        WHERE above.code = ANY (ARRAY[left(found.code, 4), left(found.code, 6), left(found.code, 9),
                                      left(found.code, 12), left(found.code, 15)])
          AND above.code <> found.code AND above.lifespan @> CAST(:at AS timestamptz)) AS path
FROM found, LATERAL ST_PointOnSurface(geom) AS inner_point
ORDER BY rank, found.level, found.code
