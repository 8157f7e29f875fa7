-- The owner of each point at one level and instant, by the function locate_unit of the migrations.
SELECT point.position, located.owner, located.on_border, located.also
FROM unnest(CAST(:lons AS float8[]), CAST(:lats AS float8[])) WITH ORDINALITY AS point(lon, lat, position)
LEFT JOIN LATERAL locate_unit(point.lon, point.lat, CAST(:level AS unit_level), CAST(:at AS timestamptz)) AS located ON true
ORDER BY point.position
