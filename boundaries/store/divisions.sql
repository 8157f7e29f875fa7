SELECT code, name, level::text, count(*) OVER () AS total
FROM division
WHERE edition_id = :edition
  AND (CAST(:parent AS text) IS NULL OR (starts_with(code, :parent) AND code <> :parent))
  AND (CAST(:level AS unit_level) IS NULL OR level = CAST(:level AS unit_level))
ORDER BY code
LIMIT :limit
