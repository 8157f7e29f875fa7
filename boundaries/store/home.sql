-- Box of the land that is divided into grids.
SELECT ST_XMin(box) AS west, ST_YMin(box) AS south, ST_XMax(box) AS east, ST_YMax(box) AS north
FROM (SELECT ST_Extent(geom) AS box FROM unit_version
      WHERE level = 'village' AND divided AND lifespan @> CAST(:at AS timestamptz)) AS land
WHERE box IS NOT NULL
