SELECT edition.name AS edition, step.from_code, was.name AS from_name, step.to_code, becomes.name AS to_name,
       step.kind, step.found_by, step.evidence
FROM division_step AS step
JOIN division_edition AS edition ON edition.id = step.edition_id
LEFT JOIN division AS was ON (was.edition_id, was.code) = (step.earlier_id, step.from_code)
LEFT JOIN division AS becomes ON (becomes.edition_id, becomes.code) = (step.edition_id, step.to_code)
WHERE edition.in_force_on > :after AND edition.in_force_on <= :until
ORDER BY edition.in_force_on, length(coalesce(step.from_code, step.to_code)), step.from_code NULLS LAST, step.to_code
