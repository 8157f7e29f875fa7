-- Change sets with their commands and the state that follows from the clock and from what others did since.
SELECT * FROM (
SELECT held.id, held.title, held.reason, coalesce(said.name, held.reason) AS reason_zh,
       coalesce(said.name_en, held.reason) AS reason_en,
       CASE
           WHEN held.state = 'county_decided' AND held.effective_at > clock_timestamp() THEN held.state
           WHEN held.state IN ('county_decided', 'in_force') AND NOT EXISTS (
               SELECT FROM unit_version AS version
               WHERE version.change_set_id = held.id AND upper(version.lifespan) IS NULL) THEN 'superseded'
           WHEN held.state = 'county_decided' THEN 'in_force'
           ELSE held.state
       END AS state,
       held.scope, held.note, held.revision, held.effective_on, held.effective_at, held.created_at,
       opener.name AS opened_by, held.checked_at, held.decided_at, decider.name AS decided_by, held.withdrawn_at,
       held.reverses,
       coalesce((SELECT jsonb_agg(command ORDER BY position) FROM change_command WHERE change_set_id = held.id), '[]') AS commands
FROM change_set AS held
LEFT JOIN account AS opener ON opener.id = held.opened_by
LEFT JOIN account AS decider ON decider.id = held.decided_by
LEFT JOIN LATERAL (  -- as boundaries.store.code_tables.called
    SELECT name, name_en FROM code_entry
    WHERE code_table = 'change_reason' AND code = held.reason AND lower(lifespan) <= coalesce(held.decided_at, clock_timestamp())
    ORDER BY lower(lifespan) DESC LIMIT 1) AS said ON true
WHERE (CAST(:number AS bigint) IS NULL OR held.id = :number)
  AND (:scope = '' OR starts_with(held.scope, :scope) OR starts_with(:scope, held.scope))
) AS known
WHERE cardinality(CAST(:states AS text[])) = 0 OR state = ANY (CAST(:states AS text[]))
ORDER BY id DESC
LIMIT :limit
