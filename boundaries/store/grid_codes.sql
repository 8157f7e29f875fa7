-- Grids in force at an instant inside a unit, or all of them.
SELECT code, name FROM unit_version
WHERE level = 'grid' AND lifespan @> CAST(:at AS timestamptz)
  AND starts_with(code, :within)
  AND EXISTS (SELECT FROM unnest(CAST(:scopes AS text[])) AS reach WHERE starts_with(code, reach))
ORDER BY code
LIMIT :limit
