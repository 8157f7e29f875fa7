-- Who serves some grids at an instant (serving, 0016_workers.sql). A duty ends with its grid at the latest.
SELECT served.duty_id, served.grid_code, served.role, served.worker_id, served.name, served.work_phone, served.kind,
       served.substitutes_for, served.valid_from, least(served.valid_to, grid.retired_at) AS valid_to
FROM serving(CAST(:codes AS text[]), CAST(:at AS timestamptz)) AS served
CROSS JOIN LATERAL (
    SELECT CASE WHEN NOT bool_or(upper_inf(lifespan)) THEN max(upper(lifespan)) END AS retired_at
    FROM unit_version WHERE code = served.grid_code) AS grid
ORDER BY served.grid_code, array_position(ARRAY['responsible', 'assisting', 'stationed'], served.role), served.duty_id
