-- Grids in force now that got land of a grid that is not, through any number of changes.
WITH RECURSIVE heir (version_id, code) AS (
    SELECT id, code FROM unit_version WHERE code = :code
    UNION
    SELECT later.id, later.code
    FROM heir
    JOIN lineage ON lineage.from_version_id = heir.version_id
    JOIN unit_version AS later ON later.id = lineage.to_version_id
)
SELECT DISTINCT heir.code
FROM heir JOIN unit_version AS version ON version.id = heir.version_id
WHERE version.lifespan @> CAST(:at AS timestamptz)
ORDER BY heir.code
