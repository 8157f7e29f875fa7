-- The last print of each grid, kind and size, of grids inside a unit and within some scopes.
SELECT DISTINCT ON (printed.grid_code, printed.kind, printed.size)
       printed.grid_code, printed.kind, printed.size, printed.digests, printed.printed_at,
       (SELECT name FROM unit_version WHERE code = printed.grid_code AND lower(lifespan) <= CAST(:at AS timestamptz)
        ORDER BY lower(lifespan) DESC LIMIT 1) AS name
FROM printed
WHERE starts_with(printed.grid_code, :within)
  AND EXISTS (SELECT FROM unnest(CAST(:scopes AS text[])) AS reach WHERE starts_with(printed.grid_code, reach))
ORDER BY printed.grid_code, printed.kind, printed.size, printed.printed_at DESC, printed.id DESC
LIMIT :limit
