-- A code wherever it stands, then forwards and backwards along the steps: never forwards and back again, or a merger would
-- make the merged relatives of one another.
WITH RECURSIVE kin (edition_id, code, forwards, backwards) AS (
    SELECT edition_id, code, true, true FROM division WHERE code = :code
    UNION
    SELECT CASE WHEN goes_on THEN step.edition_id ELSE step.earlier_id END,
           CASE WHEN goes_on THEN step.to_code ELSE step.from_code END, goes_on, NOT goes_on
    FROM kin
    CROSS JOIN (VALUES (true), (false)) AS direction (goes_on)
    JOIN division_step AS step ON CASE WHEN goes_on
        THEN kin.forwards AND (step.earlier_id, step.from_code) = (kin.edition_id, kin.code)
        ELSE kin.backwards AND (step.edition_id, step.to_code) = (kin.edition_id, kin.code) END
    WHERE step.from_code IS NOT NULL AND step.to_code IS NOT NULL
)
SELECT DISTINCT edition_id, edition.name AS edition, edition.in_force_on, division.code, division.name
FROM kin
JOIN division USING (edition_id, code)
JOIN division_edition AS edition ON edition.id = edition_id
ORDER BY edition.in_force_on, division.code
