-- Who edited a change set last, and when.
SELECT actor, at FROM audit WHERE record = :record AND action IN ('change_set.open', 'change_set.edit')
ORDER BY at DESC, id DESC LIMIT 1
