-- Grids in force for which nobody is responsible now, with why and since when.
SELECT grid.code, grid.name, village.name AS village,
       CASE WHEN absent.since IS NOT NULL THEN 'absent' WHEN ended.since IS NOT NULL THEN 'ended' ELSE 'never' END AS reason,
       greatest(absent.since, ended.since) AS since
FROM unit_version AS grid
LEFT JOIN unit_version AS village ON village.code = grid.parent_code AND village.lifespan @> statement_timestamp()
CROSS JOIN LATERAL (
    SELECT max(upper(lifespan)) AS since FROM duty
    WHERE duty.grid_code = grid.code AND duty.role = 'responsible' AND upper(duty.lifespan) <= statement_timestamp()) AS ended
CROSS JOIN LATERAL (
    SELECT max(greatest(lower(absence.lifespan), lower(own.lifespan))) AS since
    FROM duty
    JOIN worker_absence AS absence ON absence.worker_id = duty.worker_id AND absence.lifespan @> statement_timestamp()
    LEFT JOIN worker_absence AS own ON own.worker_id = absence.substitute_id AND own.lifespan @> statement_timestamp()
    WHERE duty.grid_code = grid.code AND duty.role = 'responsible' AND duty.lifespan @> statement_timestamp()) AS absent
WHERE grid.level = 'grid' AND grid.lifespan @> statement_timestamp() AND starts_with(grid.code, :within)
      AND EXISTS (SELECT FROM unnest(CAST(:scopes AS text[])) AS reach WHERE starts_with(grid.code, reach))
      AND NOT EXISTS (SELECT FROM responsible_workers(ARRAY[grid.code], statement_timestamp()))
ORDER BY grid.code
LIMIT :limit
