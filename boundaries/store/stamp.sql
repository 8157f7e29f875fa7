-- Changes whenever the register or its tile shapes have changed. Counts stand beside the largest ids because two
-- transactions may commit in another order than they took their ids.
SELECT (SELECT count(*) FROM change_set) AS change_sets,
       (SELECT max(id) FROM change_set) AS last_change_set,
       (SELECT count(*) FROM unit_version) AS versions,
       (SELECT max(id) FROM unit_version) AS last_version,
       (SELECT max(built_at) FROM tile_build) AS tiles_built_at
