-- Units that can border on some grids: those whose box meets one of theirs.
SELECT DISTINCT ON (near.code) near.code, ST_AsBinary(near.geom) AS wkb
FROM unit_version AS own
JOIN unit_version AS near ON near.geom && own.geom AND near.level IN ('grid', 'village', 'town', 'county') AND near.lifespan @> CAST(:at AS timestamptz)
WHERE own.code = ANY (CAST(:codes AS text[])) AND own.level = 'grid' AND own.lifespan @> CAST(:at AS timestamptz)
ORDER BY near.code
