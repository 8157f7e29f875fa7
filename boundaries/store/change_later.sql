-- The change sets that begin versions of some units after an instant.
SELECT version.code, held.id, held.title, held.decided_at, account.name AS decided_by
FROM unit_version AS version
JOIN change_set AS held ON held.id = version.change_set_id
LEFT JOIN account ON account.id = held.decided_by
WHERE version.code = ANY (:codes) AND lower(version.lifespan) >= CAST(:at AS timestamptz)
UNION
SELECT gone.code, held.id, held.title, held.decided_at, account.name
FROM change_unit AS gone
JOIN unit_version AS version ON version.id = gone.ended_version_id
JOIN change_set AS held ON held.id = gone.change_set_id
LEFT JOIN account ON account.id = held.decided_by
WHERE gone.code = ANY (:codes) AND gone.begun_version_id IS NULL AND upper(version.lifespan) >= CAST(:at AS timestamptz)
ORDER BY id, code
