-- What a decided change set ended and began, the higher level first.
SELECT side, version.id, version.code, version.level, version.name, version.kind, version.households, version.population,
       version.divided, version.area_m2, version.source, changed.technical, ST_AsBinary(version.geom) AS wkb
FROM change_unit AS changed
CROSS JOIN LATERAL (VALUES ('before', changed.ended_version_id), ('after', changed.begun_version_id)) AS chosen (side, version_id)
JOIN unit_version AS version ON version.id = chosen.version_id
WHERE changed.change_set_id = :id
ORDER BY version.level, version.code
