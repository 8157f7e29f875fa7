UPDATE change_set
SET state = 'county_decided', decided_at = clock_timestamp(), decided_by = :decided_by, effective_on = :effective_on,
    effective_at = :effective_at, revision = revision + 1
WHERE id = :id
