-- Every instant at which some version begins or ends.
SELECT moment
FROM (SELECT lower(lifespan) AS moment FROM unit_version UNION SELECT upper(lifespan) FROM unit_version) AS edge
WHERE moment IS NOT NULL AND isfinite(moment)
ORDER BY moment
