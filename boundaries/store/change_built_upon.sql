-- Change sets that end versions which another one begins.
SELECT own.code, held.id, held.title, held.decided_at, account.name AS decided_by
FROM change_unit AS own
JOIN change_unit AS other ON other.ended_version_id = own.begun_version_id
JOIN change_set AS held ON held.id = other.change_set_id
LEFT JOIN account ON account.id = held.decided_by
WHERE own.change_set_id = :id
ORDER BY held.id, own.code
