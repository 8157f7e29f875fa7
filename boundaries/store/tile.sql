-- One vector tile of one level. A version that has no simplified shape yet is drawn exactly: never a hole in the map.
-- The envelope is transformed, not the column, so that both spatial indexes are used.
WITH frame AS MATERIALIZED (
    SELECT ST_TileEnvelope(:zoom, :x, :y) AS tile,
           ST_TileEnvelope(:zoom, :x, :y, margin => :margin) AS drawn,
           ST_Transform(ST_TileEnvelope(:zoom, :x, :y, margin => :margin), 4490) AS drawn_lonlat
), shown AS (
    SELECT version.code, version.name, version.kind, version.households, shape.geom
    FROM frame
    JOIN tile_shape AS shape
      ON shape.geom && frame.drawn AND shape.level = CAST(:level AS unit_level) AND shape.zoom = :stored_zoom
    JOIN unit_version AS version ON version.id = shape.version_id AND version.lifespan @> CAST(:at AS timestamptz)
    UNION ALL
    SELECT version.code, version.name, version.kind, version.households, ST_Transform(version.geom, 3857)
    FROM frame
    JOIN unit_version AS version
      ON version.geom && frame.drawn_lonlat AND version.level = CAST(:level AS unit_level)
     AND version.lifespan @> CAST(:at AS timestamptz)
    WHERE NOT EXISTS (SELECT FROM tile_shape AS shape
                      WHERE shape.version_id = version.id AND shape.zoom = :stored_zoom)
), drawn AS (
    SELECT code, name, kind, households, ST_AsMVTGeom(geom, frame.tile, :extent, :buffer, true) AS geom
    FROM shown, frame
    ORDER BY code
)
SELECT ST_AsMVT(drawn, :layer, :extent, 'geom') FROM drawn WHERE geom IS NOT NULL
