-- A decided change set, as its filing says it.
SELECT held.id, held.title, held.reason, held.note, held.scope, held.state, held.created_at, opener.name AS opened_by,
       held.decided_at, decider.name AS decided_by, held.effective_on, held.effective_at, held.reverses
FROM change_set AS held
LEFT JOIN account AS opener ON opener.id = held.opened_by
LEFT JOIN account AS decider ON decider.id = held.decided_by
WHERE held.id = :id
