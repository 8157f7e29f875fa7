-- Who gave land to some versions, and who got land of theirs; what a unit keeps is not told.
SELECT lineage.to_version_id AS version_id, 'from' AS side, other.code, other.name, lineage.area_m2, lineage.households,
       lineage.population
FROM lineage JOIN unit_version AS other ON other.id = lineage.from_version_id
WHERE lineage.to_version_id = ANY (:ids) AND other.code <> :code
UNION ALL
SELECT lineage.from_version_id, 'to', other.code, other.name, lineage.area_m2, lineage.households, lineage.population
FROM lineage JOIN unit_version AS other ON other.id = lineage.to_version_id
WHERE lineage.from_version_id = ANY (:ids) AND other.code <> :code
ORDER BY version_id, side, area_m2 DESC, code
