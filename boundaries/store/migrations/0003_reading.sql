-- What reading the register needs beyond its tables.

-- One row for each level whose simplified shapes have been made: caches of tiles are keyed by it.
CREATE TABLE tile_build (
    level unit_level PRIMARY KEY,
    built_at timestamptz NOT NULL
);

-- A tile asks for one level, one zoom and one box.
CREATE INDEX tile_shape_level_zoom_geom ON tile_shape USING gist (level, zoom, geom);
DROP INDEX tile_shape_geom;

-- The few thousand jurisdictions among the many grids; to be asked for with these very words.
CREATE INDEX unit_version_jurisdiction ON unit_version (level, code) WHERE level IN ('city', 'county', 'town', 'village');

-- The owner of a point: of the faces that hold it, the one with the smallest code. The test runs on lattice
-- coordinates, which are whole numbers below 2^31, where the predicates of GEOS are exact; in degrees a point on a
-- border would fall to one side by rounding. Rounding is to even, as everywhere.
CREATE FUNCTION locate_unit(lon float8, lat float8, wanted_level unit_level, instant timestamptz)
RETURNS TABLE (owner text, on_border boolean, also text[])
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
    SELECT codes[1], touched, codes[2:]
    FROM (
        SELECT array_agg(code ORDER BY code) AS codes, bool_or(ST_Touches(face, place)) AS touched
        FROM unit_version,
             LATERAL ST_MakePoint(round(lon * 10000000), round(lat * 10000000)) AS place,
             LATERAL ST_SnapToGrid(ST_Scale(ST_SetSRID(geom, 0), 10000000, 10000000), 1) AS face
        WHERE geom && ST_Expand(ST_SetSRID(ST_MakePoint(lon, lat), 4490), 0.0000002)
          AND level = wanted_level
          AND lifespan @> instant
          AND ST_Intersects(face, place)
    ) AS holding
    WHERE codes IS NOT NULL
$$;
