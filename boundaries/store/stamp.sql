-- Changes whenever the register or its tile shapes have changed; a draft changes neither. Counts stand beside the largest
-- number because two transactions may commit in another order than they took their numbers.
SELECT (SELECT count(*) FROM unit_version) AS versions,
       (SELECT max(id) FROM unit_version) AS last_version,
       (SELECT count(*) FROM unit_version WHERE NOT upper_inf(lifespan)) AS ended_versions,
       (SELECT max(built_at) FROM tile_build) AS tiles_built_at
