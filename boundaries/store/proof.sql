-- Every (parent, instant) whose balance is not zero. No row: every parent is tiled exactly at every instant of its life.
SELECT parent, instant
FROM (
    SELECT parent_code AS parent, lower(lifespan) AS instant, 1::numeric AS sign, signature FROM unit_version
    UNION ALL
    SELECT parent_code, upper(lifespan), -1, signature FROM unit_version
    UNION ALL
    SELECT code, lower(lifespan), -1, signature FROM unit_version WHERE divided
    UNION ALL
    SELECT code, upper(lifespan), 1, signature FROM unit_version WHERE divided
) AS term
WHERE parent IS NOT NULL AND instant IS NOT NULL
GROUP BY parent, instant
HAVING wrap_64(sum(sign * signature[1])) <> 0 OR wrap_64(sum(sign * signature[2])) <> 0
ORDER BY parent, instant
