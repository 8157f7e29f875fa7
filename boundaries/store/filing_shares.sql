-- Who got which land, households and population from whom.
SELECT old.code AS old, new.code AS new, lineage.area_m2, lineage.households, lineage.population
FROM lineage
JOIN unit_version AS old ON old.id = lineage.from_version_id
JOIN unit_version AS new ON new.id = lineage.to_version_id
WHERE lineage.change_set_id = :id
ORDER BY old.level, old.code, new.code
