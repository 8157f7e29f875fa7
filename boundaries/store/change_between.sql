-- Units that other change sets have changed since an instant in more than nodes on their border: some units, or all in some.
SELECT later.code, held.id, held.title, held.decided_at, account.name AS decided_by
FROM change_set AS held
JOIN change_unit AS later ON later.change_set_id = held.id AND NOT later.technical
LEFT JOIN account ON account.id = held.decided_by
WHERE held.decided_at > :since AND held.id <> :id AND held.state <> 'withdrawn'
  AND (later.code = ANY (:codes)
       OR EXISTS (SELECT FROM unnest(CAST(:parents AS text[])) AS parent WHERE starts_with(later.code, parent)))
ORDER BY held.id, later.code
