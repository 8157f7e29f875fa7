-- The grids and micro-grids that a change set has begun, and those of the same parents that ended at that instant.
WITH own AS (
    SELECT id, effective_at FROM change_set WHERE id = :id
), begun AS (
    SELECT version.code, version.id FROM own JOIN unit_version AS version ON version.change_set_id = own.id
    WHERE version.level IN ('grid', 'micro_grid')
), ended AS (
    SELECT version.code, version.id FROM own JOIN unit_version AS version ON upper(version.lifespan) = own.effective_at
    WHERE version.level IN ('grid', 'micro_grid')
)
INSERT INTO change_unit (change_set_id, code, ended_version_id, begun_version_id)
SELECT :id, coalesce(ended.code, begun.code), ended.id, begun.id FROM ended FULL JOIN begun ON begun.code = ended.code
RETURNING code
