-- Units whose version is not the one that a change set was checked on, with the change sets that changed them since in
-- more than nodes on their border.
WITH now_there AS (
    SELECT unnest(CAST(:codes AS text[])) AS code, unnest(CAST(:versions AS bigint[])) AS version_id
), base AS (
    SELECT base.code, base.version_id FROM change_base AS base
    LEFT JOIN now_there USING (code, version_id)
    WHERE base.change_set_id = :id AND now_there.code IS NULL
)
SELECT base.code, held.id, held.title, held.decided_at, account.name AS decided_by
FROM base
JOIN change_unit AS later ON later.code = base.code AND NOT later.technical
JOIN change_set AS held ON held.id = later.change_set_id
LEFT JOIN account ON account.id = held.decided_by
JOIN change_set AS own ON own.id = :id
WHERE held.decided_at > own.checked_at
ORDER BY held.id, base.code
