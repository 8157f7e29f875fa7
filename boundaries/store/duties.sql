-- Duties on some grids in force at an instant. A duty is in force only while its grid is, and ends with it at the latest.
SELECT duty.id AS duty_id, duty.grid_code, duty.role, duty.worker_id, worker.name, worker.work_phone, worker.kind,
       lower(duty.lifespan) AS valid_from, least(upper(duty.lifespan), grid.retired_at) AS valid_to
FROM duty
JOIN grid_worker AS worker ON worker.id = duty.worker_id
CROSS JOIN LATERAL (
    SELECT bool_or(lifespan @> CAST(:at AS timestamptz)) AS in_force,
           CASE WHEN NOT bool_or(upper_inf(lifespan)) THEN max(upper(lifespan)) END AS retired_at
    FROM unit_version WHERE code = duty.grid_code) AS grid
WHERE duty.grid_code = ANY (:codes) AND duty.lifespan @> CAST(:at AS timestamptz) AND grid.in_force
ORDER BY duty.grid_code, array_position(ARRAY['responsible', 'assisting', 'stationed'], duty.role), duty.id
