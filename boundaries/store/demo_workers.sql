-- Generated workers for a demo, whose names say so: one for each grid in force, trained and assessed, and on duty but for every
-- fortieth grid. Of the first village with two grids the first worker is absent for a week, and the second stands in.
WITH grid AS MATERIALIZED (
    SELECT code, parent_code, row_number() OVER (ORDER BY code) AS nth,
           row_number() OVER (PARTITION BY parent_code ORDER BY code) AS nth_of_village
    FROM unit_version WHERE level = 'grid' AND lifespan @> now()
), added AS (
    INSERT INTO grid_worker (scope, name, work_phone, kind)
    SELECT parent_code, '示例网格员 ' || lpad(CAST(nth AS text), greatest(3, length(CAST(nth AS text))), '0'),
           '000-' || lpad(CAST(nth AS text), 8, '0'), CASE WHEN nth % 5 = 0 THEN 'part_time' ELSE 'full_time' END
    FROM grid ORDER BY nth
    RETURNING id, name
)
SELECT grid.code, grid.nth, added.id AS worker_id, grid.nth % 40 <> 0 AS on_duty,
       first_value(grid.parent_code) OVER (ORDER BY grid.nth_of_village <> 2, grid.nth) = grid.parent_code
           AND grid.nth_of_village <= 2 AS in_absence
FROM grid
JOIN added ON split_part(added.name, ' ', 2) = lpad(CAST(grid.nth AS text), greatest(3, length(CAST(grid.nth AS text))), '0')
ORDER BY grid.nth
