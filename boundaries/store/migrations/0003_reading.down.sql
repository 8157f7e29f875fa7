DROP INDEX unit_version_jurisdiction;
DROP FUNCTION locate_unit(float8, float8, unit_level, timestamptz);
CREATE INDEX tile_shape_geom ON tile_shape USING gist (geom);
DROP INDEX tile_shape_level_zoom_geom;
DROP TABLE tile_build;
