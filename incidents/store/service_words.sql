-- What was said about the service of grids, those first that wait for an answer, the longest waiting first.
SELECT word.no, word.grid_code, grid.name AS grid_name, worker.name AS worker, word.kind,
       CASE WHEN word.answer IS NULL THEN 'received' ELSE 'answered' END AS state, word.text, word.received_at, word.answer,
       word.answered_at, account.name AS answered_by,
       EXISTS (SELECT FROM service_word_contact WHERE word_id = word.id) AS has_contact
FROM service_word AS word
LEFT JOIN grid_worker AS worker ON worker.id = word.worker_id
LEFT JOIN account ON account.id = word.answered_by
LEFT JOIN LATERAL (
    SELECT name FROM unit_version WHERE code = word.grid_code AND lower(lifespan) <= now()
    ORDER BY lower(lifespan) DESC LIMIT 1) AS grid ON true
WHERE starts_with(word.grid_code, :within)
  AND EXISTS (SELECT FROM unnest(CAST(:scopes AS text[])) AS reach WHERE starts_with(word.grid_code, reach))
  AND (CAST(:state AS text) IS NULL OR (word.answer IS NOT NULL) = (CAST(:state AS text) = 'answered'))
ORDER BY word.answer IS NOT NULL, CASE WHEN word.answer IS NULL THEN word.received_at END, word.answered_at DESC, word.id
LIMIT :limit
