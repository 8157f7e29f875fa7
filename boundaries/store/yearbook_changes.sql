-- What some change sets did to grids and micro-grids, level by level. A unit counts in every column that is true of it.
SELECT changed.change_set_id, known.level::text AS level,
       count(before.id) AS units_before, count(after.id) AS units_after,
       count(*) FILTER (WHERE before.id IS NULL) AS created,
       count(*) FILTER (WHERE after.id IS NULL) AS retired,
       count(*) FILTER (WHERE before.signature <> after.signature) AS modified,
       count(*) FILTER (WHERE before.name <> after.name) AS renamed,
       count(*) FILTER (WHERE before.kind <> after.kind) AS converted,
       count(*) FILTER (WHERE before.signature = after.signature
           AND (before.households, before.population) IS DISTINCT FROM (after.households, after.population)) AS recounted
FROM change_unit AS changed
LEFT JOIN unit_version AS before ON before.id = changed.ended_version_id
LEFT JOIN unit_version AS after ON after.id = changed.begun_version_id
CROSS JOIN LATERAL (SELECT coalesce(after.level, before.level) AS level) AS known
WHERE changed.change_set_id = ANY (:sets) AND NOT changed.technical
GROUP BY changed.change_set_id, known.level
