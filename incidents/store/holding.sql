-- What holds for a report: the line of its matter in the county, and who is responsible for the grid. The line as in
-- incidents/store/matter_lists.py, the worker as in boundaries/store/duties.sql; of several, whose duty is the oldest.
SELECT matter.code AS matter_code, matter.county_code, list.id AS list_id, line.matter_code IS NOT NULL AS listed,
       coalesce(line.department, matter.department) AS department, coalesce(line.clock, matter.clock) AS clock,
       coalesce(line.clock_limit, matter.clock_limit) AS clock_limit, coalesce(line.urgent, matter.urgent) AS urgent,
       worker.id AS worker_id, worker.name AS worker_name, worker.work_phone AS worker_phone
FROM matter
LEFT JOIN matter_list AS list ON list.county_code = CAST(:county AS text) AND list.lifespan @> CAST(:at AS timestamptz)
LEFT JOIN matter_list_line AS line ON line.list_id = list.id AND line.matter_code = matter.code
LEFT JOIN grid_worker AS worker ON worker.id = (
    SELECT duty.worker_id FROM duty
    WHERE duty.grid_code = CAST(:grid_code AS text) AND duty.role = 'responsible' AND duty.lifespan @> CAST(:at AS timestamptz)
          AND EXISTS (SELECT FROM unit_version AS grid
                      WHERE grid.code = duty.grid_code AND grid.lifespan @> CAST(:at AS timestamptz))
    ORDER BY duty.id LIMIT 1)
WHERE matter.code = CAST(:code AS text)
