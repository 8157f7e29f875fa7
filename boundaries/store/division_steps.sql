-- The steps in which some divisions stand, and those of divisions whose villages they got or gave.
WITH node AS (SELECT * FROM unnest(CAST(:editions AS bigint[]), CAST(:codes AS text[])) AS node (edition_id, code))
SELECT edition.name AS edition, step.from_code, was.name AS from_name, step.to_code, becomes.name AS to_name,
       step.kind, step.found_by, step.evidence
FROM division_step AS step
JOIN division_edition AS edition ON edition.id = step.edition_id
LEFT JOIN division AS was ON (was.edition_id, was.code) = (step.earlier_id, step.from_code)
LEFT JOIN division AS becomes ON (becomes.edition_id, becomes.code) = (step.edition_id, step.to_code)
WHERE EXISTS (
    SELECT FROM node
    WHERE (node.edition_id, node.code) IN ((step.earlier_id, step.from_code), (step.edition_id, step.to_code))
       OR (step.kind IN ('ended', 'created')
           AND node.edition_id = CASE step.kind WHEN 'ended' THEN step.edition_id ELSE step.earlier_id END
           AND step.evidence -> 'shares' @> jsonb_build_array(jsonb_build_object('code', node.code))))
ORDER BY edition.in_force_on, length(coalesce(step.from_code, step.to_code)), step.from_code NULLS LAST, step.to_code
